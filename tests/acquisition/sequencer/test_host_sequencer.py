from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.capabilities import SegmentDevice
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.errors import InstrumentFaultError, OutOfRangeError, UnsupportedError
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
    Voltammetry,
)
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.presets import LPSCL
from support.ohmic_cell import OhmicCell
from support.source_meter_bench import SourceMeterBench, performed


def half_cycle(current_a=1e-3, duration_s=10.0, limit_v=5.0, **more):
    return Galvanostatic(
        current_a=current_a,
        duration_s=duration_s,
        voltage_min_v=-limit_v,
        voltage_max_v=limit_v,
        **more,
    )


SWEEP = Voltammetry(
    start_v=0.0,
    vertex1_v=0.2,
    vertex2_v=-0.2,
    step_v=0.05,
    scan_rate_v_per_s=0.05,
    current_max_a=1e-2,
)
IMPEDANCE = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1.0, points_per_decade=10, amplitude=0.01
)


@pytest.fixture
def bench():
    return SourceMeterBench(OhmicCell(ohms=1000.0))


class Stalling:
    """The source meter of a bench whose readings begin as they should and come back late."""

    def __init__(self, bench, stalls_s):
        self._bench, self._stalls_s = bench, list(stalls_s)

    def __getattr__(self, name):
        return getattr(self._bench.meter, name)

    def read(self):
        reading = self._bench.meter.read()
        stall_s = self._stalls_s.pop(0) if self._stalls_s else 0.0
        self._bench.clock.sleep_until(self._bench.clock.now_s() + stall_s)
        return reading


def times(course):
    return [reading.time_s for reading in course.readings]


def test_it_is_a_device_like_any_other(bench):
    device: SegmentDevice = bench.device
    assert device.identity.model == "2450"
    assert device.envelope.segments == {"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry"}
    assert device.envelope.current_max_a == 1.05
    assert device.envelope.frequency_max_hz is None


def test_a_constant_current_is_read_from_its_first_moment_to_its_last(bench):
    course = bench.perform(half_cycle(duration_s=3.5))
    assert course.end is SegmentEnd.COMPLETED
    assert times(course) == pytest.approx([0.0, 1.0, 2.0, 3.0, 3.5])
    assert [reading.current_a for reading in course.readings] == pytest.approx([1e-3] * 5)
    assert {reading.flags for reading in course.readings} == {Flag.NONE}


@pytest.mark.slow
@settings(max_examples=25)
@given(period_s=st.floats(0.05, 20.0), count=st.integers(1, 60))
def test_samples_stand_on_the_grid_and_do_not_drift(period_s, count):
    bench = SourceMeterBench(OhmicCell(ohms=1000.0))
    course = bench.perform(Rest(duration_s=count * period_s, sample_period_s=period_s))
    assert times(course) == pytest.approx([n * period_s for n in range(count + 1)], abs=1e-6)


def test_a_day_of_readings_does_not_drift(bench):
    course = bench.perform(Rest(duration_s=86_400.0, sample_period_s=240.0))
    assert len(course.readings) == 361
    assert course.readings[-1].time_s == pytest.approx(86_400.0, abs=1e-6)


def test_a_late_sample_is_recorded_late_flagged_and_not_made_up(bench):
    device = HostSequencer(Stalling(bench, [0.0, 0.0, 2.53]), bench.clock)
    course = performed(device, Rest(duration_s=8.0))
    # the reading due at 2 s held everything up until 4.55 s, when 3 s and 4 s had passed
    assert times(course) == pytest.approx([0.0, 1.0, 2.0, 4.55, 5.0, 6.0, 7.0, 8.0])
    assert [reading.flags for reading in course.readings] == [0, 0, 0, Flag.TIMING, 0, 0, 0, 0]


def test_a_sample_due_at_a_time_that_has_just_passed_is_taken_late(bench):
    device = HostSequencer(Stalling(bench, [1.05]), bench.clock)
    course = performed(device, Rest(duration_s=3.0))
    assert times(course) == pytest.approx([0.0, 1.07, 2.0, 3.0])
    late = HostSequencer(Stalling(bench, [0.0, 0.0, 1.5]), bench.clock)
    course = performed(late, Rest(duration_s=3.0))
    assert times(course) == pytest.approx([0.0, 1.0, 2.0, 3.52])
    assert [reading.flags for reading in course.readings] == [0, 0, 0, Flag.TIMING]


def test_an_instrument_clock_that_starts_anew_does_not_turn_time_back(bench):
    course = bench.device.perform(Rest(duration_s=5.0))
    seen = []
    for reading in course:
        if reading is not None:
            seen.append(reading)
            if len(seen) == 3:
                bench.twin.receive(b":TRAC:CLE\n")
    assert [reading.time_s for reading in seen] == pytest.approx([0, 1, 2, 3, 4, 5])
    assert [reading.flags for reading in seen] == [0, 0, 0, Flag.TIMING, 0, 0]


def test_between_segments_the_cell_rests_at_zero_current_with_the_output_on(bench):
    bench.perform(half_cycle())
    assert bench.twin.output_is_on
    assert bench.cell.current_a == 0.0


def test_closing_early_leaves_the_cell_resting_and_then_it_can_be_made_safe(bench):
    course = bench.device.perform(half_cycle(duration_s=1e6))
    for _ in range(10):
        next(course)
    course.close()
    assert bench.twin.output_is_on
    assert bench.cell.current_a == 0.0
    bench.device.make_safe()
    assert bench.meter.output_on is False
    assert bench.cell.is_open


def test_half_cycles_and_rests_do_not_move_the_relay_and_only_making_safe_does(bench):
    bench.perform(Rest(duration_s=2.0))
    before = bench.twin.relay_operations
    for direction in (1, -1, 1, -1):
        bench.perform(half_cycle(direction * 1e-3))
        bench.perform(Rest(duration_s=2.0))
    assert bench.twin.relay_operations == before
    bench.device.make_safe()
    assert bench.meter.output_on is False
    assert bench.twin.relay_operations == before + 1


def test_the_charge_of_a_half_cycle_is_current_times_time(bench):
    before_c = bench.cell.charge_c
    course = bench.perform(half_cycle(1e-3, duration_s=200.0))
    charge_c = bench.cell.charge_c - before_c
    one_reading_c = 1e-3 * bench.meter.reading_time_s  # the current flows while it is taken
    assert charge_c == pytest.approx(1e-3 * 200.0 + one_reading_c, rel=1e-5)
    assert course.readings[-1].time_s == pytest.approx(200.0)


def test_a_voltage_beyond_the_plans_limit_ends_the_half_cycle(bench):
    segment = Galvanostatic(current_a=1e-3, duration_s=60.0, voltage_min_v=-5.0, voltage_max_v=0.9)
    course = bench.perform(segment)
    assert course.end is SegmentEnd.VOLTAGE_LIMIT
    assert len(course.readings) == 1
    assert bench.cell.current_a == 0.0


@pytest.mark.parametrize("direction", [1, -1])
def test_a_voltage_held_by_the_instruments_limit_ends_the_half_cycle_with_its_flag(
    bench, direction
):
    course = bench.perform(half_cycle(direction * 1e-3, limit_v=0.5))
    assert course.end is SegmentEnd.VOLTAGE_LIMIT
    assert Flag.COMPLIANCE in course.readings[-1].flags
    assert abs(course.readings[-1].voltage_v) == pytest.approx(0.5, rel=1e-6)


class SenseLeadOff:
    """An ohmic cell of which the sense leads see only a part: the source clamps out of sight."""

    def __init__(self, cell):
        self._cell = cell

    def __getattr__(self, name):
        return getattr(self._cell, name)

    def measure(self, at_s, current_range_a=None):
        whole = self._cell.measure(at_s)
        return type(whole)(0.3 * whole.voltage_v, whole.current_a, whole.limited)


def test_a_source_that_is_limited_without_the_cell_being_there_ends_as_compliance():
    bench = SourceMeterBench(SenseLeadOff(OhmicCell(ohms=1e5)))
    assert bench.perform(half_cycle(1e-3)).end is SegmentEnd.COMPLIANCE


def test_a_rest_that_cannot_hold_zero_current_ends_as_compliance():
    bench = SourceMeterBench(OhmicCell(ohms=100.0, emf_v=7.0))
    course = bench.perform(Rest(duration_s=10.0))
    assert course.end is SegmentEnd.COMPLIANCE
    assert Flag.COMPLIANCE in course.readings[-1].flags


def test_a_constant_voltage_reads_its_current(bench):
    course = bench.perform(Potentiostatic(voltage_v=0.05, duration_s=3.0, current_max_a=1e-3))
    assert course.end is SegmentEnd.COMPLETED
    assert len(course.readings) == 4
    assert course.readings[-1].voltage_v == pytest.approx(0.05, rel=1e-6)
    assert course.readings[-1].current_a == pytest.approx(5e-5, rel=1e-6)


@pytest.mark.parametrize("voltage_v", [0.5, -0.5])
def test_a_current_at_the_limit_ends_a_constant_voltage(bench, voltage_v):
    course = bench.perform(Potentiostatic(voltage_v=voltage_v, duration_s=9.0, current_max_a=1e-4))
    assert course.end is SegmentEnd.CURRENT_LIMIT
    assert Flag.COMPLIANCE in course.readings[-1].flags
    assert len(course.readings) == 1


def test_a_voltammogram_is_a_staircase_read_late_in_each_step(bench):
    course = bench.perform(SWEEP)
    assert course.end is SegmentEnd.COMPLETED
    volts = [reading.voltage_v for reading in course.readings]
    legs = [0.05 * n for n in (0, 1, 2, 3, 4, 3, 2, 1, 0, -1, -2, -3, -4, -3, -2, -1, 0)]
    assert volts == pytest.approx(legs, abs=1e-7)
    assert times(course) == pytest.approx([n + 0.8 for n in range(17)])
    assert bench.clock.now_s() == pytest.approx(17.0)
    for reading in course.readings:
        assert reading.current_a == pytest.approx(reading.voltage_v / 1000.0, abs=1e-10)


def test_a_voltammogram_ends_at_its_current_limit():
    bench = SourceMeterBench(OhmicCell(ohms=1000.0))
    segment = Voltammetry(
        start_v=0.0,
        vertex1_v=0.2,
        vertex2_v=-0.2,
        step_v=0.05,
        scan_rate_v_per_s=0.05,
        current_max_a=1.2e-4,
    )
    course = bench.perform(segment)
    assert course.end is SegmentEnd.CURRENT_LIMIT
    assert course.readings[-1].voltage_v == pytest.approx(0.12, rel=1e-5)


def test_impedance_is_refused_with_what_is_missing(bench):
    with pytest.raises(UnsupportedError, match=r"'impedance'.*an impedance analyser"):
        bench.device.check(IMPEDANCE)
    with pytest.raises(UnsupportedError):
        next(bench.device.perform(IMPEDANCE))


@pytest.mark.parametrize(
    "segment",
    [
        half_cycle(2.0),
        half_cycle(1e-3, limit_v=0.001),
        Potentiostatic(voltage_v=300.0, duration_s=1.0, current_max_a=1e-3),
        Potentiostatic(voltage_v=1.0, duration_s=1.0, current_max_a=1e-15),
        Rest(duration_s=10.0, sample_period_s=0.001),
        Rest(duration_s=float("nan")),
        Rest(duration_s=float("inf")),
        half_cycle(duration_s=-1.0),
        Galvanostatic(current_a=0.0, duration_s=1.0, voltage_min_v=1.0, voltage_max_v=1.0),
        replace(SWEEP, step_v=0.0),
        replace(SWEEP, scan_rate_v_per_s=-0.1),
        Voltammetry(
            start_v=0.0,
            vertex1_v=1.0,
            vertex2_v=-1.0,
            step_v=0.001,
            scan_rate_v_per_s=1.0,
            current_max_a=1e-3,
        ),
    ],
    ids=lambda segment: type(segment).__name__,
)
def test_what_cannot_be_done_is_refused_before_the_output_changes(bench, segment):
    with pytest.raises(OutOfRangeError):
        bench.device.check(segment)
    with pytest.raises(OutOfRangeError):
        next(bench.device.perform(segment))
    assert not bench.twin.output_is_on


def test_after_a_fault_the_output_is_left_to_make_safe(bench):
    course = bench.device.perform(half_cycle(duration_s=100.0))
    for _ in range(4):
        next(course)
    bench.twin.receive(b":OUTP OFF\n")
    with pytest.raises(InstrumentFaultError):
        list(course)
    assert not bench.twin.output_is_on


class FastClock(SystemClock):
    """Counts how long each sleep was asked to be."""

    def __init__(self, speed):
        super().__init__(speed)
        self.longest_s = 0.0

    def sleep_until(self, at_s):
        self.longest_s = max(self.longest_s, at_s - self.now_s())
        super().sleep_until(at_s)


class FastSource:
    """A source meter that answers at once, on its own count of time."""

    reading_time_s = 0.0

    def __init__(self, bench):
        self._bench = bench

    def __getattr__(self, name):
        return getattr(self._bench.meter, name)


@pytest.mark.parametrize("speed", [100.0, 1000.0])
def test_while_waiting_the_caller_is_woken_ten_times_a_second_of_the_wall(bench, speed):
    clock = FastClock(speed)
    device = HostSequencer(FastSource(bench), clock)
    course = performed(device, Rest(duration_s=0.2 * speed, sample_period_s=0.2 * speed))
    assert clock.longest_s <= 0.1 * speed
    assert course.heartbeats >= 2
    assert len(course.readings) == 2


def test_a_clock_that_leaps_needs_no_heartbeats_between_samples(bench):
    course = bench.perform(Rest(duration_s=10_000.0, sample_period_s=1000.0))
    assert course.heartbeats <= len(course.readings)


def test_a_simulated_cell_cycles_and_comes_back(bench):
    cell = SymmetricCell(LPSCL, seed=1)
    bench = SourceMeterBench(FrontEnd(cell))
    stripped = bench.perform(half_cycle(5e-5, duration_s=600.0, sample_period_s=30.0))
    plated = bench.perform(half_cycle(-5e-5, duration_s=600.0, sample_period_s=30.0))
    assert stripped.end is plated.end is SegmentEnd.COMPLETED
    assert stripped.readings[-1].voltage_v > 1e-3
    assert plated.readings[-1].voltage_v == pytest.approx(-stripped.readings[-1].voltage_v, rel=0.2)
    rest = bench.perform(Rest(duration_s=600.0, sample_period_s=60.0))
    assert abs(rest.readings[-1].voltage_v) < 1e-3
    assert abs(rest.readings[-1].current_a) < 1e-8
