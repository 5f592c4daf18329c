from dataclasses import replace
from math import inf, nan

import pytest
from solidcell.drivers.errors import OutOfRangeError, UnsupportedError, WrongInstrumentError
from solidcell.drivers.methodscript.limits import check_segment
from solidcell.drivers.methodscript.models import (
    EMSTAT4_HR,
    EMSTAT4_LR,
    EMSTAT_PICO,
    NEXUS,
    model_for,
)
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Mark,
    Potentiostatic,
    Rest,
    SetTemperature,
    Voltammetry,
)

HALF_CYCLE = Galvanostatic(current_a=1e-3, duration_s=3600.0, voltage_min_v=-2.0, voltage_max_v=2.0)
HOLD = Potentiostatic(voltage_v=1.0, duration_s=60.0, current_max_a=1e-3)
SCAN = Voltammetry(start_v=0.0, vertex1_v=0.5, vertex2_v=-0.5, step_v=0.01,
                   scan_rate_v_per_s=0.01, current_max_a=1e-3)  # fmt: skip
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1.0, points_per_decade=10, amplitude=0.01
)
REST = Rest(duration_s=60.0)


@pytest.mark.parametrize("model", [EMSTAT4_LR, EMSTAT4_HR, NEXUS])
@pytest.mark.parametrize("segment", [HALF_CYCLE, HOLD, SCAN, SWEEP, REST])
def test_ordinary_segments_are_accepted(model, segment):
    check_segment(segment, model)


@pytest.mark.parametrize("segment", [HOLD, SCAN, SWEEP, REST])
def test_a_pico_may_do_what_fits_its_small_window(segment):
    check_segment(segment, EMSTAT_PICO)


@pytest.mark.parametrize("model", [EMSTAT_PICO, EMSTAT4_LR])
def test_a_four_and_a_half_volt_cell_is_refused_by_the_small_models(model):
    with pytest.raises(OutOfRangeError, match=rf"voltage: 4\.5 V is outside .* {model.name}"):
        check_segment(replace(HOLD, voltage_v=4.5), model)


@pytest.mark.parametrize("model", [EMSTAT4_HR, NEXUS])
def test_a_four_and_a_half_volt_cell_is_accepted_by_the_large_models(model):
    check_segment(replace(HOLD, voltage_v=4.5), model)
    check_segment(replace(HALF_CYCLE, voltage_max_v=4.5), model)


def test_a_pico_has_no_galvanostat():
    for segment in (HALF_CYCLE, replace(SWEEP, mode=ImpedanceMode.GALVANOSTATIC, amplitude=1e-4)):
        with pytest.raises(UnsupportedError, match="EmStat Pico has no galvanostat"):
            check_segment(segment, EMSTAT_PICO)


@pytest.mark.parametrize(
    ("segment", "model", "message"),
    [
        (replace(HALF_CYCLE, voltage_max_v=4.5), EMSTAT4_LR,
         r"upper voltage limit: 4\.5 V is outside \[-3, 3\] V of the EmStat4 LR"),
        (replace(HALF_CYCLE, voltage_min_v=2.5), NEXUS, r"2\.5 V must be below .* 2 V"),
        (replace(HALF_CYCLE, current_a=-0.25), EMSTAT4_HR,
         r"current: -0\.25 A is outside \[-0\.2, 0\.2\] A of the EmStat4 HR"),
        (replace(HALF_CYCLE, current_a=nan), NEXUS, r"current: nan A is outside"),
        (replace(HALF_CYCLE, duration_s=0.0), NEXUS, r"duration: must be .* at least 1e-12 s"),
        (replace(HALF_CYCLE, duration_s=inf), NEXUS, r"duration: must be finite"),
        (replace(REST, sample_period_s=1e-5), NEXUS, r"sample period: 1e-05 s is below 0?"),
        (replace(HOLD, current_max_a=0.04), EMSTAT4_LR, r"current limit: 0\.04 A .* 0\.03\] A"),
        (replace(HOLD, current_max_a=0.0), NEXUS, r"current limit: must be .* at least 1e-12 A"),
        (replace(SCAN, vertex1_v=3.5), EMSTAT4_LR, r"first vertex: 3\.5 V"),
        (replace(SCAN, vertex1_v=1.9, vertex2_v=-1.0), EMSTAT_PICO,
         r"potential span: 2\.9 V is outside \[0\.01, 2\.2\] V"),
        (replace(SCAN, vertex1_v=0.0, vertex2_v=0.0), NEXUS, r"potential span: 0 V"),
        (replace(SCAN, cycles=0), NEXUS, r"cycles: must be at least 1, got 0"),
        (replace(SCAN, scan_rate_v_per_s=1e4), NEXUS, r"scan rate: 10000 V/s .* 1e-06 s a step"),
        (replace(SWEEP, frequency_max_hz=3e5), EMSTAT4_HR,
         r"highest frequency: 300000 Hz is outside \[1e-05, 200000\] Hz"),
        (replace(SWEEP, frequency_max_hz=2e6), NEXUS, r"highest frequency: 2e\+06 Hz"),
        (replace(SWEEP, frequency_min_hz=2e5), NEXUS, r"200000 Hz is above the highest, 100000"),
        (replace(SWEEP, amplitude=0.4), NEXUS, r"amplitude \(rms\): 0\.4 V is outside \[0, 0\.3\]"),
        (replace(SWEEP, amplitude=0.0), NEXUS, r"amplitude: must be finite and at least 1e-12"),
        (replace(SWEEP, bias=-2.9, amplitude=0.1), EMSTAT4_LR,
         r"bias and peak amplitude: -3\.04142 V is outside \[-3, 3\] V"),
        (replace(SWEEP, bias=0.9, amplitude=0.1, mode=ImpedanceMode.GALVANOSTATIC), NEXUS,
         r"bias and peak amplitude: 1\.04142 A is outside \[0, 1\] A"),
        (replace(SWEEP, points_per_decade=1e5), NEXUS, r"number of points: 500001"),
    ],
)  # fmt: skip
def test_what_a_model_cannot_do_is_refused_with_value_unit_and_what_is_allowed(
    segment, model, message
):
    with pytest.raises(OutOfRangeError, match=message):
        check_segment(segment, model)


def test_three_hundred_kilohertz_needs_a_nexus():
    check_segment(replace(SWEEP, frequency_max_hz=3e5), NEXUS)


@pytest.mark.parametrize(
    "segment",
    [Mark(label="x"), SetTemperature(temperature_k=300.0, tolerance_k=1, stable_s=1, timeout_s=9)],
)
def test_a_potentiostat_is_no_oven_and_no_notebook(segment):
    with pytest.raises(UnsupportedError, match=f"cannot do a {type(segment).__name__} segment"):
        check_segment(segment, NEXUS)


@pytest.mark.parametrize(
    ("firmware_id", "model"),
    [("espico", EMSTAT_PICO), ("es4_lr", EMSTAT4_LR), ("mes4hr", EMSTAT4_HR), ("nexus1", NEXUS)],
)
def test_the_model_is_told_by_its_firmware(firmware_id, model):
    assert model_for(firmware_id) is model


@pytest.mark.parametrize(("firmware_id", "message"), [("es4_bl", "boot loader"), ("espbl1", "boot"),
                                                      ("KEITHL", "is not one of")])  # fmt: skip
def test_a_boot_loader_and_a_stranger_are_refused(firmware_id, message):
    with pytest.raises(WrongInstrumentError, match=message):
        model_for(firmware_id)


def test_the_envelope_repeats_the_models_limits():
    envelope = NEXUS.envelope
    assert (envelope.voltage_max_v, envelope.current_max_a) == (10.0, 1.0)
    assert "Galvanostatic" in envelope.segments
    assert "Galvanostatic" not in EMSTAT_PICO.envelope.segments
