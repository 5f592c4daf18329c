"""BioLogic's EClib: its interface, driven against a shared library that has the same one."""

import _ctypes
import ctypes
import math
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.biologic.eclib import Block
from solidcell.drivers.biologic.faults import fault_of
from solidcell.drivers.biologic.layouts import observations
from solidcell.drivers.biologic.library import FILE_NAME, find_library, load_library
from solidcell.drivers.biologic.models import (
    MODELS,
    STEP_MAX_S,
    STEPS_MAX,
    Channel,
    Series,
    voltage_range,
)
from solidcell.drivers.biologic.potentiostat import open_biologic
from solidcell.drivers.biologic.programme import programme_for
from solidcell.drivers.biologic.structures import (
    ChannelInfos,
    CurrentValues,
    DataInfos,
    DeviceInfos,
    EccParam,
    EccParams,
)
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    LinkLostError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)

pytestmark = pytest.mark.proves("biologic", transcript="EC-Lab Development Package")

SP300_CHANNEL = Channel(
    model=MODELS[16], series=Series.SP300, ranges=(2, 10), bandwidth=7, has_impedance=True
)
STEP = Galvanostatic(current_a=1e-3, duration_s=60.0, voltage_min_v=-1.5, voltage_max_v=2.0)


def sent(segment):
    """Parameters as they are sent: by label, those of an array as a list."""
    (technique,) = programme_for(segment, SP300_CHANNEL).techniques
    values = {}
    for parameter in technique.parameters:
        values.setdefault(parameter.label, []).append(parameter.value)
    return technique.stem, technique.number, values


def single(word):
    return struct.unpack("<f", struct.pack("<I", word))[0]


def word(value):
    return struct.unpack("<I", struct.pack("<f", value))[0]


def block(technique, process, columns, *words, start_s=0.0):
    return Block(technique, 0, process, columns, words, start_s, 0)


def read(data, series):
    return list(observations(data, series, single, ctypes.c_float(24e-6).value, Flag.NONE))


def test_the_records_have_the_sizes_of_the_makers_unit_aligned_on_32_bits():
    pointer = ctypes.sizeof(ctypes.c_void_p)
    sizes = {DeviceInfos: 44, ChannelInfos: 76, CurrentValues: 76, DataInfos: 40, EccParam: 76}
    assert {record: ctypes.sizeof(record) for record in sizes} == sizes
    assert ctypes.sizeof(EccParams) == 4 + pointer
    assert (DataInfos.start_s.offset, CurrentValues.current_a.offset) == (28, 40)


def test_a_machine_without_the_library_is_told_what_is_missing_and_where_to_get_it():
    with pytest.raises(
        UnsupportedError, match=r"EC-Lab Development Package.*Windows only.*library"
    ):
        open_biologic("192.168.0.10/3")


def test_a_library_named_by_its_folder_is_found_there(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"")
    assert find_library(str(tmp_path)) == tmp_path / FILE_NAME


def test_a_file_that_is_no_library_or_another_one_is_refused(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"MZ")
    with pytest.raises(UnsupportedError, match="cannot be loaded into this"):
        load_library(tmp_path / FILE_NAME)
    with pytest.raises(UnsupportedError, match="is not BioLogic's EClib"):
        load_library(_ctypes.__file__)


def test_a_galvanostatic_segment_is_sent_with_both_voltage_limits_in_the_manuals_bits():
    stem, number, values = sent(STEP)
    assert (stem, number) == ("cplimit", 155)
    assert values["Current_step"] == [1e-3]
    assert values["Duration_step"] == [60.0]
    assert (values["Test1_Config"], values["Test1_Value"]) == ([0b101], [2.0])
    assert (values["Test2_Config"], values["Test2_Value"]) == ([0b001], [-1.5])
    assert (values["Test3_Config"], values["Exit_Cond"]) == ([0], [2])
    assert (values["I_Range"], values["E_Range"], values["Bandwidth"]) == ([7], [0], [5])
    assert (values["vs_initial"], values["Step_number"], values["N_Cycles"]) == ([False], [0], [0])


def test_a_potentiostatic_segment_is_sent_with_its_current_limit_both_ways():
    segment = Potentiostatic(voltage_v=4.2, duration_s=10, current_max_a=2e-3)
    stem, number, values = sent(segment)
    assert (stem, number) == ("calimit", 157)
    assert (values["Test1_Config"], values["Test1_Value"]) == ([0b1100101], [2e-3])
    assert (values["Test2_Config"], values["Test2_Value"]) == ([0b1100001], [-2e-3])
    assert (values["Voltage_step"], values["I_Range"], values["E_Range"]) == ([4.2], [12], [1])


def test_a_voltammetry_is_sent_as_five_corners_and_repeats():
    segment = Voltammetry(
        start_v=0.1,
        vertex1_v=0.5,
        vertex2_v=-0.5,
        step_v=0.01,
        scan_rate_v_per_s=0.02,
        current_max_a=1e-3,
        cycles=3,
    )
    stem, number, values = sent(segment)
    assert (stem, number) == ("cv", 103)
    assert values["Voltage_step"] == [0.1, 0.5, -0.5, 0.1, 0.1]
    assert values["Scan_Rate"] == [0.02] * 5
    assert (values["N_Cycles"], values["Scan_number"]) == ([2], [2])
    assert values["Record_every_dE"] == [0.01]


def test_a_sweep_is_sent_with_peak_amplitude_and_logarithmic_spacing():
    segment = ImpedanceSweep(
        frequency_max_hz=1e6, frequency_min_hz=1, points_per_decade=10, amplitude=0.01
    )
    stem, number, values = sent(segment)
    assert (stem, number) == ("peis", 104)
    assert values["Amplitude_Voltage"] == [pytest.approx(0.01 * math.sqrt(2))]
    assert (values["sweep"], values["Frequency_number"]) == ([False], [61])
    assert (values["Initial_frequency"], values["Final_frequency"]) == ([1e6], [1.0])
    assert all(
        isinstance(values[label][0], float) for label in ("Final_frequency", "Duration_step")
    )


@given(duration_s=st.floats(1.0, STEPS_MAX * STEP_MAX_S))
def test_however_long_a_segment_is_no_step_is_longer_than_the_instruments_counter(duration_s):
    segment = Galvanostatic(
        current_a=1e-3, duration_s=duration_s, voltage_min_v=-1, voltage_max_v=1
    )
    _, _, values = sent(segment)
    parts_s = values["Duration_step"]
    assert max(parts_s) <= STEP_MAX_S
    assert math.isclose(sum(parts_s), duration_s)
    assert values["Step_number"] == [len(parts_s) - 1]
    assert len(values["Test1_Config"]) == len(values["Exit_Cond"]) == len(parts_s) <= STEPS_MAX


@given(voltage_v=st.floats(-10.0, 10.0))
def test_a_voltage_range_always_holds_its_voltage(voltage_v):
    assert abs(voltage_v) <= (2.5, 5.0, 10.0)[voltage_range(voltage_v)]


def test_a_record_of_each_series_is_read_by_its_own_columns():
    e, i = word(0.25), word(-1e-3)
    (rest,) = read(block(100, 0, 4, 0, 125_000, e, word(9.0)), Series.VMP3)
    (scan,) = read(block(103, 0, 6, 0, 125_000, word(9.0), i, e, 2), Series.VMP3)
    (other,) = read(block(103, 0, 5, 0, 125_000, i, e, 2), Series.SP300)
    (step,) = read(block(155, 0, 5, 0, 125_000, e, i, 0), Series.SP300)
    assert (rest.time_s, rest.voltage_v, rest.current_a) == (3.0, 0.25, 0.0)
    assert scan == other == step
    assert (step.voltage_v, step.current_a) == (0.25, pytest.approx(-1e-3))


def test_time_counts_both_words_and_from_the_start_of_its_technique():
    (late,) = read(block(155, 0, 5, 1, 0, word(0), word(0), 0, start_s=100.0), Series.VMP3)
    assert late.time_s == pytest.approx(100.0 + 24e-6 * 2**32, abs=1e-3)
    (first,) = read(block(155, 0, 5, 0, 1, word(0), word(0), 0, start_s=math.nan), Series.VMP3)
    assert first.time_s == pytest.approx(24e-6)


def test_a_negative_phase_in_radians_is_a_capacitive_impedance():
    words = [word(value) for value in (1e3, 0.02, 1e-4, -math.pi / 6, 0, 0)] + [0] * 7 + [word(5.0)]
    (point,) = read(block(104, 1, 14, *words), Series.SP300)
    (same,) = read(block(104, 1, 15, *words, 8), Series.VMP3)
    assert point == same
    assert point.z_ohm == pytest.approx(200 * complex(math.cos(math.pi / 6), -0.5), rel=1e-6)
    assert (point.frequency_hz, point.time_s) == (1000.0, 5.0)


def test_a_phase_that_can_only_be_in_degrees_is_refused():
    words = [word(value) for value in (1e3, 0.02, 1e-4, -30.0, 0, 0)] + [0] * 8
    with pytest.raises(BadReplyError, match="-30, which is no angle in rad"):
        read(block(104, 1, 14, *words), Series.SP300)


@pytest.mark.parametrize(("columns", "series"), [(5, Series.VMP3), (6, Series.SP300)])
def test_a_record_of_the_other_series_is_never_read_with_shifted_columns(columns, series):
    with pytest.raises(BadReplyError, match="columns came where technique 103"):
        read(block(103, 0, columns, *[0] * columns), series)


def test_data_of_a_technique_that_nobody_loaded_are_refused():
    with pytest.raises(BadReplyError, match="technique 139"):
        read(block(139, 0, 5, *[0] * 5), Series.VMP3)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, LinkLostError),
        (-3, WrongInstrumentError),
        (-9, WrongInstrumentError),
        (-11, UnsupportedError),
        (-13, InstrumentFaultError),
        (-101, LinkLostError),
        (-200, LinkLostError),
        (-207, LinkLostError),
        (-300, InstrumentFaultError),
        (-309, WrongInstrumentError),
        (-401, InstrumentFaultError),
        (-404, BadReplyError),
    ],
)
def test_an_error_code_becomes_the_error_that_it_is(code, kind):
    error = fault_of(code, "", "BL_GetData")
    assert type(error) is kind
    assert str(code) in str(error)


@pytest.mark.parametrize("address", ["192.168.0.10", "192.168.0.10/", "/1", "a b/1", "host/123"])
def test_an_address_without_a_channel_is_refused(address):
    with pytest.raises(ValueError, match=r"write 192\.168\.0\.10/3"):
        open_biologic(address)


def test_a_sweep_by_current_has_no_automatic_range():
    segment = ImpedanceSweep(
        frequency_max_hz=1e3,
        frequency_min_hz=1,
        points_per_decade=5,
        amplitude=1e-4,
        mode=ImpedanceMode.GALVANOSTATIC,
    )
    stem, number, values = sent(segment)
    assert (stem, number, values["I_Range"]) == ("geis", 107, [7])
    _, _, by_voltage = sent(replace(segment, amplitude=0.01, mode=ImpedanceMode.POTENTIOSTATIC))
    assert not {"I_Range", "E_Range", "Bandwidth"} & by_voltage.keys()


def test_a_rest_of_a_day_is_two_rests():
    day = programme_for(Rest(duration_s=86_400.0), SP300_CHANNEL)
    assert [technique.stem for technique in day.techniques] == ["ocv", "ocv"]
