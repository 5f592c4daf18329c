"""The BioLogic driver on a compiled library that carries out techniques, in both series."""

import math

import pytest
from solidcell.drivers.biologic import programme
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
    Voltammetry,
)
from support.eclib_double import SP150, SP300, VMP3, EclibBench, compiled

pytestmark = pytest.mark.proves("biologic", library="compiled from C")

HOLD = Galvanostatic(current_a=1e-3, duration_s=5.0, voltage_min_v=-1.0, voltage_max_v=1.0)
SCAN = Voltammetry(
    start_v=0.0,
    vertex1_v=0.05,
    vertex2_v=-0.05,
    step_v=0.01,
    scan_rate_v_per_s=0.05,
    current_max_a=0.01,
    cycles=2,
)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1.0, points_per_decade=4, amplitude=0.01
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    file = compiled(tmp_path_factory.mktemp("eclib"))
    if file is None:
        pytest.skip("no C compiler (cc, gcc or clang) on this machine")
    return file


@pytest.fixture(params=[VMP3, SP300], ids=["VMP3", "SP-300"])
def bench(library, request):
    bench = EclibBench(library, request.param)
    bench.device.connect()
    return bench


@pytest.fixture
def sp300(library):
    bench = EclibBench(library, SP300)
    bench.device.connect()
    return bench


def carried_out(bench, segment):
    """All observations, the end, and how many heartbeats there were."""
    return rest_of(bench.device.perform(segment))


def rest_of(course):
    seen, beats = [], 0
    while True:
        try:
            observation = next(course)
        except StopIteration as stopped:
            return seen, stopped.value, beats
        if observation is None:
            beats += 1
        else:
            seen.append(observation)


def begun(bench, segment):
    """A segment that runs on the instrument."""
    course = bench.device.perform(segment)
    while not bench.runs:
        next(course)
    return course


def test_connecting_says_who_is_there_and_switches_nothing(bench):
    assert bench.device.connect() is OutputState.OFF
    assert bench.device.identity.serial == "1236"
    assert bench.device.identity.manufacturer == "BioLogic"
    assert bench.device.envelope.frequency_max_hz == (200e3 if bench.device_code == VMP3 else 3e6)
    assert not bench.runs


def test_a_rest_records_the_open_circuit_voltage(bench):
    bench.set("v1", 0.4)
    readings, end, _ = carried_out(bench, Rest(duration_s=1.0, sample_period_s=0.1))
    assert end is SegmentEnd.COMPLETED
    assert [round(reading.time_s, 3) for reading in readings[:3]] == [0.0, 0.1, 0.2]
    for reading in readings:
        decayed_v = 0.4 * math.exp(-reading.time_s / (bench.r1_ohm * bench.c1_f))
        assert reading.voltage_v == pytest.approx(decayed_v, rel=1e-3)
    assert {reading.current_a for reading in readings} == {0.0}


def test_a_rest_of_several_techniques_is_one_rest(bench, monkeypatch):
    monkeypatch.setattr(programme, "STEP_MAX_S", 1.0)
    readings, end, _ = carried_out(bench, Rest(duration_s=3.0, sample_period_s=0.25))
    assert end is SegmentEnd.COMPLETED
    times_s = sorted({round(reading.time_s, 3) for reading in readings})
    assert times_s == [0.25 * n for n in range(13)]


def test_a_current_in_several_steps_is_one_current(bench, monkeypatch):
    monkeypatch.setattr(programme, "STEP_MAX_S", 1.0)
    readings, end, _ = carried_out(bench, HOLD)
    assert end is SegmentEnd.COMPLETED
    assert [round(reading.time_s, 3) for reading in readings] == [0, 1, 2, 3, 4, 5]
    assert readings[-1].voltage_v == pytest.approx(0.15, rel=1e-5)


def test_a_current_gives_the_voltage_that_it_drives(bench):
    readings, end, _ = carried_out(bench, HOLD)
    assert end is SegmentEnd.COMPLETED
    assert readings[0] == Reading(0.0, pytest.approx(0.05), pytest.approx(1e-3))
    assert readings[-1].voltage_v == pytest.approx(0.15, rel=1e-5)
    assert not bench.runs


@pytest.mark.parametrize("current_a", [0.02, -0.02])
def test_a_voltage_limit_ends_a_current_on_board_in_either_direction(bench, current_a):
    segment = Galvanostatic(
        current_a=current_a, duration_s=60.0, voltage_min_v=-1.5, voltage_max_v=1.5
    )
    readings, end, _ = carried_out(bench, segment)
    assert end is SegmentEnd.VOLTAGE_LIMIT
    assert 1.5 <= abs(readings[-1].voltage_v) < 1.6
    assert not bench.runs


@pytest.mark.parametrize("voltage_v", [1.0, -1.0])
def test_a_current_limit_ends_a_voltage_on_board_in_either_direction(bench, voltage_v):
    segment = Potentiostatic(voltage_v=voltage_v, duration_s=60.0, current_max_a=0.01)
    readings, end, _ = carried_out(bench, segment)
    assert end is SegmentEnd.CURRENT_LIMIT
    assert readings[-1].current_a == pytest.approx(voltage_v / 50, rel=0.01)


def test_a_voltage_within_its_limit_lasts_as_long_as_was_asked_for(bench):
    segment = Potentiostatic(voltage_v=0.1, duration_s=5.0, current_max_a=0.01, sample_period_s=0.5)
    readings, end, _ = carried_out(bench, segment)
    assert end is SegmentEnd.COMPLETED
    assert readings[-1].time_s == pytest.approx(5.0, abs=24e-6)
    assert readings[-1].current_a == pytest.approx(0.1 / 150, rel=1e-3)


def test_a_voltammetry_goes_to_both_vertices_and_back_twice(bench):
    readings, end, _ = carried_out(bench, SCAN)
    assert end is SegmentEnd.COMPLETED
    volts = [round(reading.voltage_v, 3) for reading in readings]
    assert volts[:6] == [0.0, 0.01, 0.02, 0.03, 0.04, 0.05]
    assert (max(volts), min(volts), volts[-1], len(volts)) == (0.05, -0.05, 0.0, 41)


@pytest.mark.parametrize("mode", ImpedanceMode)
def test_a_sweep_gives_the_impedance_of_the_cell(bench, mode):
    sweep = ImpedanceSweep(
        frequency_max_hz=1e5, frequency_min_hz=1, points_per_decade=4, amplitude=1e-3, mode=mode
    )
    points, end, _ = carried_out(bench, sweep)
    assert end is SegmentEnd.COMPLETED
    assert len(points) == 21
    for point in points:
        assert point.z_ohm == pytest.approx(bench.z_ohm(point.frequency_hz), rel=1e-5)
    assert all(point.z_ohm.imag < 0 for point in points)


def test_the_instrument_is_asked_at_most_every_50_ms_and_the_caller_is_not_kept_waiting(sp300):
    _, _, beats = carried_out(sp300, HOLD)
    assert 10 * 5.0 <= beats <= 5.0 / 0.05 + 2


def test_a_technique_file_that_is_not_there_is_told_in_the_makers_words(sp300):
    file = sp300.file.with_name("cplimit4.ecc")
    file.unlink()
    try:
        with pytest.raises(InstrumentFaultError, match=r"-400.*ECC file"):
            carried_out(sp300, HOLD)
    finally:
        file.write_bytes(b"")


REFUSED = [
    Rest(duration_s=float("nan")),
    Rest(duration_s=1e9),
    Rest(duration_s=10.0, sample_period_s=1e-4),
    Galvanostatic(current_a=0.6, duration_s=1, voltage_min_v=-1, voltage_max_v=1),
    Galvanostatic(current_a=1e-3, duration_s=1, voltage_min_v=-1, voltage_max_v=10.1),
    Galvanostatic(current_a=1e-3, duration_s=1, voltage_min_v=1, voltage_max_v=-1),
    Potentiostatic(voltage_v=-10.1, duration_s=1, current_max_a=1e-3),
    Potentiostatic(voltage_v=1.0, duration_s=1, current_max_a=0.0),
    ImpedanceSweep(frequency_max_hz=4e6, frequency_min_hz=1, points_per_decade=5, amplitude=0.01),
    ImpedanceSweep(frequency_max_hz=1e6, frequency_min_hz=1, points_per_decade=5, amplitude=0.4),
    Voltammetry(
        start_v=0,
        vertex1_v=0.1,
        vertex2_v=0,
        step_v=0.01,
        scan_rate_v_per_s=100,
        current_max_a=1e-3,
    ),
]


@pytest.mark.parametrize("segment", REFUSED, ids=lambda segment: segment.name)
def test_what_is_out_of_range_is_refused_before_the_library_is_called(sp300, segment):
    sp300.set("reach", 0)  # any call would be an error of its own now
    with pytest.raises(OutOfRangeError):
        sp300.device.perform(segment)


def test_a_channel_without_impedance_board_or_with_small_ranges_says_so(library):
    bench = EclibBench(library, SP150)
    bench.set("z_board", 0)
    bench.set("range_max", 8)
    bench.device.connect()
    assert bench.device.envelope.current_max_a == pytest.approx(0.01)
    assert "ImpedanceSweep" not in bench.device.envelope.segments
    with pytest.raises(UnsupportedError, match="measures no impedance"):
        bench.device.perform(SWEEP)


def test_a_channel_with_ec_labs_firmware_is_left_alone_unless_that_is_allowed(library):
    bench = EclibBench(library, SP300)
    bench.set("firmware", 1)
    with pytest.raises(WrongInstrumentError, match=r"EC-Lab's firmware.*load_kernel"):
        bench.device.connect()
    allowed = bench.another(load_kernel=True)
    assert allowed.connect() is OutputState.OFF
    assert EclibBench.another(bench).connect() is OutputState.OFF


def test_an_instrument_that_is_none_of_ours_is_refused(library):
    bench = EclibBench(library, 33)
    with pytest.raises(WrongInstrumentError, match="device code 33"):
        bench.device.connect()


def test_nothing_is_known_before_connecting(library):
    bench = EclibBench(library)
    for ask in (lambda: bench.device.identity, lambda: bench.device.envelope):
        with pytest.raises(DriverError, match="not connected"):
            ask()


def test_a_channel_that_runs_already_is_told_and_nothing_is_loaded_over_it(sp300):
    course = begun(sp300, HOLD)
    other = sp300.another()
    assert other.connect() is OutputState.ON
    with pytest.raises(InstrumentFaultError, match="state 1 already"):
        list(other.perform(HOLD))
    course.close()


def test_a_segment_that_is_broken_off_stops_the_channel(sp300):
    course = begun(sp300, HOLD)
    course.close()
    assert not sp300.runs


def test_making_safe_meanwhile_ends_the_segment(sp300):
    course = begun(sp300, HOLD)
    sp300.device.make_safe()
    assert not sp300.runs
    assert rest_of(course)[1] is SegmentEnd.STOPPED


def test_making_safe_works_twice_and_before_connecting(sp300):
    course = begun(sp300, HOLD)
    other = sp300.another()
    other.make_safe()
    other.make_safe()
    assert not sp300.runs
    other.close()
    other.close()
    del course


def test_a_channel_that_does_not_stop_is_told(sp300):
    course = begun(sp300, HOLD)
    sp300.set("stuck", 1)
    with pytest.raises(InstrumentFaultError, match="state 1 after BL_StopChannel"):
        sp300.device.make_safe()
    sp300.set("stuck", 0)
    course.close()


def test_after_a_lost_connection_everything_is_refused_until_connect(sp300):
    course = begun(sp300, HOLD)
    sp300.set("reach", 0)
    with pytest.raises(LinkLostError, match="-200"):
        list(course)
    with pytest.raises(LinkLostError, match="connect again"):
        sp300.device.perform(HOLD)
    assert sp300.runs  # it goes on by itself
    with pytest.raises(LinkLostError):
        sp300.device.make_safe()
    sp300.set("reach", 1)
    sp300.device.make_safe()
    assert not sp300.runs
    with pytest.raises(LinkLostError, match="connect again"):
        sp300.device.perform(HOLD)
    sp300.device.connect()
    assert carried_out(sp300, HOLD)[1] is SegmentEnd.COMPLETED


def test_corrupted_data_stop_the_channel_and_are_believed_by_nobody(sp300):
    course = begun(sp300, HOLD)
    sp300.fail("BL_GetData", -404)
    with pytest.raises(BadReplyError, match="corrupted"):
        list(course)
    assert not sp300.runs
    with pytest.raises(LinkLostError, match="connect again"):
        sp300.device.perform(HOLD)


def test_another_board_in_the_channel_is_left_alone(sp300):
    sp300.set("serial", 4321)
    with pytest.raises(WrongInstrumentError, match=r"board 4323 .* where board 1236 was"):
        sp300.device.connect()
    with pytest.raises(WrongInstrumentError):
        sp300.device.make_safe()


def test_a_channel_that_somebody_else_stops_did_not_reach_a_limit(sp300):
    course = begun(sp300, HOLD)
    sp300.another().make_safe()
    with pytest.raises(InstrumentFaultError, match="stopped by itself, at none of its limits"):
        list(course)


def test_a_channel_that_falls_silent_is_stopped(sp300):
    sp300.set("hang_from", sp300.clock.now_s() + 2.0)
    with pytest.raises(BadReplyError, match="recorded nothing for"):
        carried_out(sp300, HOLD)
    assert not sp300.runs


@pytest.mark.parametrize("pace", [1e3, 1e-3])
def test_a_scan_at_another_rate_than_asked_for_is_stopped(sp300, pace):
    sp300.set("pace", pace)
    with pytest.raises(BadReplyError, match=r"fourth record of a scan|recorded nothing for"):
        carried_out(sp300, SCAN)
    assert not sp300.runs


def test_a_current_beyond_the_limit_of_a_scan_stops_it(sp300):
    scan = Voltammetry(
        start_v=0,
        vertex1_v=1.0,
        vertex2_v=-1.0,
        step_v=0.02,
        scan_rate_v_per_s=0.1,
        current_max_a=2e-3,
    )
    readings, end, _ = carried_out(sp300, scan)
    assert end is SegmentEnd.CURRENT_LIMIT
    assert 2e-3 < readings[-1].current_a < 2.5e-3
    assert not sp300.runs


def test_what_the_instrument_lost_or_could_not_measure_is_flagged(sp300):
    sp300.set("skip", 3)
    readings, _, _ = carried_out(sp300, HOLD)
    assert Flag.TIMING in readings[0].flags
    assert Flag.TIMING not in readings[-1].flags


def test_an_amplifier_that_fails_ends_the_segment(sp300):
    course = begun(sp300, HOLD)
    sp300.set("option_error", 101)
    with pytest.raises(InstrumentFaultError, match="option error 101"):
        list(course)
    assert not sp300.runs
