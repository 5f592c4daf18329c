"""Protocol files: defaults, units, warnings, and the plan that comes of them."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocol_critical_current import CriticalCurrentProtocol, Steps
from solidcell.acquisition.files.protocols import build_plan, load_protocol, run_limits
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.preview.preview import HealthyJudge
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Mark,
    Potentiostatic,
    Rest,
    SegmentEnd,
    SegmentResult,
    Voltammetry,
)
from support.scripted_judge import carried_out
from support.settings_files import EXAMPLES, SMALL_BENCH, SMALL_CCD, SMALL_CELL, written


def _load(tmp_path, text):
    return load_protocol(written(tmp_path, "ccd.yaml", text))


def _refusal(tmp_path, text):
    path = written(tmp_path, "ccd.yaml", text)
    with pytest.raises(FileError) as caught:
        load_protocol(path)
    return str(caught.value).replace(str(path), path.name)


def _segments(protocol, cell):
    plan = build_plan(protocol, cell, HealthyJudge())
    asked, _ = carried_out(plan, lambda s: SegmentResult(end=SegmentEnd.COMPLETED))
    return [s for s in asked if not isinstance(s, Mark)]


def test_a_series_does_its_segments_at_one_temperature_after_the_other(cell):
    protocol = load_protocol(EXAMPLES / "arrhenius_eis.yaml")
    asked = _segments(protocol, cell)
    assert [type(s).__name__ for s in asked] == ["SetTemperature", "ImpedanceSweep"] * 5
    assert [s.temperature_k for s in asked[::2]] == [298.15, 308.15, 318.15, 328.15, 338.15]
    assert {(s.tolerance_k, s.stable_s, s.timeout_s) for s in asked[::2]} == {
        (0.3, 1800.0, 21600.0)
    }
    assert [s.tags["set_temperature_c"] for s in asked[1::2]] == [25, 35, 45, 55, 65]
    stored = protocol.as_json()["segments"][0]
    assert stored["temperatures_k"] == [298.15, 308.15, 318.15, 328.15, 338.15]


def test_a_temperature_can_stand_anywhere_and_be_repeated(tmp_path, cell):
    text = """\
protocol: sequence
segments:
  - {segment: temperature, temperature_c: 60, stable_min: 0, name: warm}
  - segment: repeat
    count: 2
    segments:
      - {segment: temperature, temperature_c: -20.5}
      - {segment: rest, duration_min: 5}
"""
    asked = _segments(_load(tmp_path, text), cell)
    assert [s.name for s in asked] == ["warm", "-20.5 °C", "rest", "-20.5 °C", "rest"]
    assert asked[1].temperature_k == 252.65
    assert asked[3].tags == {"cycle": 1}
    assert "greater than -273.15 °C" in _refusal(tmp_path, text.replace("60", "-300"))


def test_a_critical_current_test_may_begin_with_a_temperature(tmp_path, cell):
    warm = _segments(_load(tmp_path, f"{SMALL_CCD}temperature: {{temperature_c: 60}}\n"), cell)
    plain = _segments(_load(tmp_path, SMALL_CCD), cell)
    assert warm[0].temperature_k == 333.15
    assert warm[1:] == plain


@pytest.fixture
def cell(tmp_path):
    return load_cell(written(tmp_path, "cell.yaml", SMALL_CELL))


def test_what_is_left_out_of_a_critical_current_test_has_the_documented_default(tmp_path):
    settings = _load(tmp_path, SMALL_CCD).settings.plan_settings()

    assert (settings.initial_rest_s, settings.rest_s, settings.recovery_rest_s) == (600, 300, 1800)
    assert (settings.formation.current_density_a_m2, settings.formation.cycles) == (0.5, 3)
    assert settings.formation.half_cycle_s == pytest.approx(10 * 3600)
    assert (settings.recovery.current_density_a_m2, settings.recovery.cycles) == (1.0, 3)
    assert (settings.voltage_limit_v, settings.sample_period_s) == (5, 1)
    sweep = settings.impedance
    assert (sweep.frequency_max_hz, sweep.frequency_min_hz) == (1e6, 0.1)
    assert sweep.amplitude == pytest.approx(0.01)


def test_constant_capacity_makes_half_cycles_shorter_and_constant_time_does_not(tmp_path):
    by_charge = _load(tmp_path, SMALL_CCD).settings.plan_settings().steps
    by_time = _load(tmp_path, SMALL_CCD.replace("capacity_mah_cm2", "half_cycle_h"))

    assert [s.half_cycle_s for s in by_charge] == pytest.approx([9000.0, 4500.0, 3000.0])
    assert [s.half_cycle_s for s in by_time.settings.plan_settings().steps] == [1800.0] * 3


@given(start=st.floats(0.01, 5.0), increment=st.floats(0.01, 1.0), extra=st.floats(0.0, 5.0))
def test_the_ladder_climbs_evenly_from_start_and_never_passes_stop(start, increment, extra):
    steps = Steps(start_ma_cm2=start, increment_ma_cm2=increment, stop_ma_cm2=start + extra)
    ladder = steps.current_densities_ma_cm2()

    assert ladder[0] == pytest.approx(start, abs=1e-9)
    assert ladder[-1] <= start + extra + 1e-8
    assert start + extra - ladder[-1] < increment + 1e-8
    assert [b - a for a, b in pairwise(ladder)] == pytest.approx(
        [increment] * (len(ladder) - 1), abs=1e-8
    )


@given(charge=st.floats(0.01, 5.0), density=st.floats(0.01, 5.0), area_cm2=st.floats(0.1, 10.0))
def test_every_half_cycle_of_constant_capacity_moves_that_charge(charge, density, area_cm2):
    protocol = CriticalCurrentProtocol(
        protocol="critical_current",
        steps=Steps(start_ma_cm2=density, increment_ma_cm2=1, stop_ma_cm2=density),
        capacity_mah_cm2=charge,
    )
    step = protocol.plan_settings().steps[0]
    moved_c = step.current_density_a_m2 * area_cm2 * 1e-4 * step.half_cycle_s
    assert moved_c == pytest.approx(charge * 3.6 * area_cm2, rel=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        (
            "start_ma_cm2: 0.2",
            "start_ma_cm2: -0.1",
            "ccd.yaml:3: steps.start_ma_cm2: -0.1 is not allowed: must be greater than 0 mA/cm²",
        ),
        (
            "stop_ma_cm2: 0.6",
            "stop_ma_cm2: 0.1",
            "ccd.yaml:2: steps: stop_ma_cm2 is 0.1 mA/cm²: must be at least",
        ),
        ("increment_ma_cm2: 0.2", "increment_ma_cm2: 1e-5", "makes 40001 steps: at most 1000"),
        (
            "capacity_mah_cm2: 0.5\n",
            "",
            "give either capacity_mah_cm2 (constant capacity) or half_cycle_h",
        ),
        ("capacity_mah_cm2: 0.5", "capacity_mah_cm2: 0.5\nhalf_cycle_h: 1", "not both"),
        (
            "critical_current",
            "critical_curent",
            "ccd.yaml:1: protocol: 'critical_curent' is not a protocol: did you mean",
        ),
        (
            "protocol: critical_current",
            "",
            "protocol is missing: say which of critical_current, sequence",
        ),
        (
            "capacity",
            "cycles_per_step: 1.5\ncapacity",
            "cycles_per_step: 1.5 is not allowed: must be a whole number",
        ),
        (
            "capacity",
            "cycles_per_step: 0\ncapacity",
            "cycles_per_step: 0 is not allowed: must be at least 1",
        ),
        ("capacity", "impedance:\ncapacity", "impedance: nothing is not allowed: write 'none'"),
        (
            "capacity",
            "impedance: {frequency_min_hz: 1e7}\ncapacity",
            "must be below frequency_max_hz",
        ),
        ("capacity", "formation: {capacity_mah_cm2: 1, half_cycle_h: 1}\ncapacity", "not both"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_what_is_allowed(tmp_path, old, new, refusal):
    assert old in SMALL_CCD
    assert refusal in _refusal(tmp_path, SMALL_CCD.replace(old, new))


def test_blocks_that_are_left_out_by_name_are_left_out_of_the_plan(tmp_path, cell):
    text = SMALL_CCD + "impedance: none\nformation: none\nrecovery: none\n"
    protocol = _load(tmp_path, text)

    assert not [s for s in _segments(protocol, cell) if isinstance(s, ImpedanceSweep)]
    assert protocol.settings.plan_settings().formation is None
    assert protocol.as_json()["impedance"] is None


def test_the_current_of_a_step_is_its_density_times_the_area_of_the_cell(tmp_path, cell):
    steps = [s for s in _segments(_load(tmp_path, SMALL_CCD), cell) if s.tags.get("step") == 2]
    strip = next(s for s in steps if isinstance(s, Galvanostatic))
    assert strip.current_a == pytest.approx(0.6e-3 * 0.785)


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (
            "h_cm2: 0.5",
            "h_cm2: 0.1",
            "each half-cycle moves 0.1 mAh/cm², 0.48 µm of lithium; below 0.5",
        ),
        (
            "capacity_mah_cm2: 0.5",
            "half_cycle_h: 0.5",
            "a half-cycle of the first step moves 0.1 mAh/cm²",
        ),
        ("capacity_mah_cm2: 0.5", "half_cycle_h: 0.01", "half-cycles at 0.6 mA/cm² last 36 s"),
        ("increment_ma_cm2: 0.2", "increment_ma_cm2: 0.4", "steps of 0.4 mA/cm² are coarse"),
        ("stop_ma_cm2: 0.6", "stop_ma_cm2: 0.7", "the last step is 0.6 mA/cm²"),
        (
            "capacity",
            "formation: {current_density_ma_cm2: 0.3}\ncapacity",
            "formation at 0.3 mA/cm² is harder",
        ),
    ],
)
def test_settings_that_flatter_or_spoil_the_result_are_warned_of(tmp_path, old, new, warning):
    assert _load(tmp_path, SMALL_CCD).warnings == ()
    warnings = _load(tmp_path, SMALL_CCD.replace(old, new)).warnings
    assert any(warning in text for text in warnings)


@pytest.mark.parametrize(
    ("lithium_um", "warning"), [(300, "at most 0.81 %"), (2, "it will run out"), (20, None)]
)
def test_the_charge_is_compared_with_the_lithium_of_the_cell(tmp_path, lithium_um, warning):
    text = SMALL_CELL + f"lithium_thickness_um: {lithium_um}\n"
    cell = load_cell(written(tmp_path, "li.yaml", text))
    warnings = _load(tmp_path, SMALL_CCD).warnings_for(cell)
    assert (warning is None and warnings == ()) or any(warning in text for text in warnings)


@pytest.mark.parametrize("name", ["ccd_lpscl", "ccd_llzo", "eis", "dc_polarisation"])
def test_the_json_of_a_protocol_survives_json_and_is_in_si(name):
    protocol = load_protocol(EXAMPLES / f"{name}.yaml")
    text = json.dumps(protocol.as_json())
    assert json.loads(text) == protocol.as_json()
    assert "_ma_cm2" not in text
    assert "rest_min" not in text


def test_a_sequence_knows_every_kind_of_segment(tmp_path, cell):
    text = """\
protocol: sequence
segments:
  - {segment: rest, duration_min: 2}
  - segment: galvanostatic
    current_density_ma_cm2: -1
    duration_h: 1
    voltage_min_v: -1
    voltage_max_v: 1
  - {segment: potentiostatic, voltage_v: 0.5, duration_s: 10, current_max_ma: 1}
  - segment: voltammetry
    start_v: 0
    vertex1_v: 1
    vertex2_v: -1
    scan_rate_mv_s: 10
    current_max_ma: 1
  - segment: repeat
    count: 2
    segments:
      - {segment: impedance, amplitude_ma: 0.1, bias_ma: 1}
"""
    rest, galvanostatic, potentiostatic, voltammetry, *sweeps = _segments(
        _load(tmp_path, text), cell
    )

    assert rest == Rest(duration_s=120.0)
    assert galvanostatic.current_a == pytest.approx(-0.785e-3)
    assert galvanostatic.duration_s == 3600.0
    assert isinstance(potentiostatic, Potentiostatic)
    assert isinstance(voltammetry, Voltammetry)
    assert voltammetry.scan_rate_v_per_s == pytest.approx(0.01)
    assert [s.mode for s in sweeps] == [ImpedanceMode.GALVANOSTATIC] * 2
    assert (sweeps[0].amplitude, sweeps[0].bias) == pytest.approx((1e-4, 1e-3))


def test_a_sweep_is_potentiostatic_about_its_bias_unless_it_is_told_otherwise(tmp_path, cell):
    text = "protocol: sequence\nsegments:\n  - {segment: impedance, bias_v: 0.6}\n"
    (sweep,) = _segments(_load(tmp_path, text), cell)
    assert sweep.mode is ImpedanceMode.POTENTIOSTATIC
    assert (sweep.bias, sweep.amplitude) == pytest.approx((0.6, 0.01))


@pytest.mark.parametrize(
    ("item", "refusal"),
    [
        (
            "{segment: rest}",
            "segments[0]: needs exactly one of duration_s, duration_min and duration_h",
        ),
        (
            "{segment: rets}",
            "'segment' 'rets' is not allowed: must be one of 'rest', 'galvanostatic'",
        ),
        ("{duration_s: 1}", "segments[0]: does not say what it is: 'segment' is missing"),
        (
            "{segment: rest, duratoin_s: 1}",
            "segments[0].duratoin_s: is not a known setting: did you mean 'duration_s'?",
        ),
        ("{segment: repeat, count: 2, segments: []}", "segments[0].segments"),
        (
            "{segment: repeat, count: 2, segments: [{segment: rest, duration_s: -1}]}",
            "ccd.yaml:3: segments[0].segments[0].duration_s: -1 is not allowed: must be greater",
        ),
        (
            "{segment: repeat, count: 2, segments: [{segment: rest, duratoin_s: 1}]}",
            "segments[0].segments[0].duratoin_s: is not a known setting: did you mean 'duration_s'",
        ),
        (
            "{segment: galvanostatic, duration_s: 1, voltage_min_v: 0, voltage_max_v: 1}",
            "exactly one of current_ma",
        ),
        ("{segment: impedance, amplitude_ma: 1, bias_v: 1}", "amplitude_ma goes with bias_ma"),
    ],
)
def test_a_mistake_in_a_sequence_is_refused_with_its_place(tmp_path, item, refusal):
    text = f"protocol: sequence\nsegments:\n  - {item}\n"
    assert refusal in _refusal(tmp_path, text)


def test_of_channel_and_protocol_the_tighter_limit_wins(tmp_path):
    channel = load_bench(written(tmp_path, "bench.toml", SMALL_BENCH)).channel("A1")
    protocol = _load(tmp_path, SMALL_CCD + "limits: {voltage_max_v: 3, current_max_ma: 100}\n")
    limits = run_limits(channel, protocol)

    assert (limits.voltage_max_v, limits.voltage_min_v) == (3, -5)
    assert limits.current_max_a == pytest.approx(0.02)


def test_limits_that_leave_no_voltage_are_refused(tmp_path):
    channel = load_bench(written(tmp_path, "bench.toml", SMALL_BENCH)).channel("A1")
    protocol = _load(tmp_path, SMALL_CCD + "limits: {voltage_min_v: 6}\n")
    with pytest.raises(FileError, match="exclude each other"):
        run_limits(channel, protocol)


def test_every_setting_of_every_protocol_is_described():
    definitions = CriticalCurrentProtocol.model_json_schema()
    properties = dict(definitions["properties"])
    for definition in definitions["$defs"].values():
        properties.update(definition["properties"])
    assert len(properties) > 20
    assert [name for name, field in properties.items() if not field.get("description")] == []
