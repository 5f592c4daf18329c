"""Analysers and their twins, each with its own idea of the protocol, before a solid cell."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.capabilities import KnowsSilence, OutputState
from solidcell.drivers.errors import OutOfRangeError
from solidcell.drivers.impedance_sweeps import frequencies_hz
from solidcell.drivers.segments import ImpedanceMode, ImpedanceSweep
from support.analyser_bench import AnalyserBench

both = pytest.mark.parametrize("name", ["e4980a", "e4990a"])
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=100.0, points_per_decade=5, amplitude=0.01
)


def worst(points, rig):
    """The largest relative distance from the cell's true impedance."""
    frequencies = np.array([point.frequency_hz for point in points])
    true = rig.cells[0].impedance(frequencies)
    told = np.array([point.z_ohm for point in points])
    return float(np.max(np.abs(told - true) / np.abs(true)))


@both
def test_the_impedance_of_the_cell_comes_out_within_the_analysers_accuracy(name):
    bench = AnalyserBench(name)
    points = bench.points(SWEEP)
    frequencies = sorted((point.frequency_hz for point in points), reverse=True)
    assert frequencies == pytest.approx(frequencies_hz(SWEEP), rel=1e-5)
    assert worst(points, bench.rig) < 3e-3


@both
def test_a_sweep_takes_its_time_and_leaves_the_cell_open_and_the_analyser_off(name):
    bench = AnalyserBench(name)
    began_s = bench.clock.now_s()
    beats = list(bench.device.perform(SWEEP))
    took_s = bench.clock.now_s() - began_s
    assert 0.5 < took_s < 10.0
    assert beats.count(None) >= 10 * took_s
    assert bench.front_end.is_open
    assert bench.driver(name).connect() is OutputState.OFF


@both
@settings(max_examples=3)
@given(bias_v=st.floats(-0.5, 0.5).filter(lambda v: abs(v) > 1e-3))
def test_a_bias_stands_at_the_cell_while_it_is_measured_and_no_longer(name, bias_v):
    bench = AnalyserBench(name)
    running = bench.device.perform(replace(SWEEP, bias=bias_v))
    assert next(running) is None
    assert bench.front_end.output == "voltage"
    bench.clock.sleep_until(bench.clock.now_s() + 0.01)
    measured = bench.front_end.measure(bench.clock.now_s())
    assert measured.voltage_v == pytest.approx(bias_v, abs=1e-3)
    running.close()
    assert bench.front_end.is_open


@both
def test_a_galvanostatic_sweep_carries_its_bias_as_a_current(name):
    bench = AnalyserBench(name)
    sweep = replace(SWEEP, mode=ImpedanceMode.GALVANOSTATIC, amplitude=5e-4, bias=1e-4)
    running = bench.device.perform(sweep)
    assert next(running) is None
    assert bench.front_end.output == "current"
    assert [point for point in running if point]
    assert bench.front_end.is_open


@both
def test_a_sweep_that_is_closed_early_is_broken_off_on_the_instrument(name):
    bench = AnalyserBench(name)
    running = bench.device.perform(SWEEP)
    assert next(running) is None
    running.close()
    assert bench.front_end.is_open
    assert bench.asked(":STAT:OPER:COND?") in ("+0", "+32")


@both
def test_numbers_as_text_and_as_blocks_are_the_same(name):
    told = {}
    for transfer in ("ascii", "binary"):
        bench = AnalyserBench(name)
        bench.device = bench.driver(name, transfer=transfer)
        bench.device.connect()
        told[transfer] = [point.z_ohm for point in bench.points(SWEEP)]
    assert told["ascii"] == pytest.approx(told["binary"], rel=1e-8)


@pytest.mark.parametrize(("name", "top_hz"), [("e4980a", 2e6), ("e4990a", 1e8)])
def test_compensation_takes_the_leads_out_and_says_that_it_is_on(name, top_hz):
    high = replace(SWEEP, frequency_max_hz=top_hz, frequency_min_hz=top_hz / 2)
    raw, compensated = AnalyserBench(name, compensated=False), AnalyserBench(name)
    left = worst(compensated.points(high), compensated.rig)
    assert left < 1e-2
    assert worst(raw.points(high), raw.rig) > 2 * left
    before, now = raw.device.compensation(), compensated.device.compensation()
    assert (before.open, before.short) == (False, False)
    assert (now.open, now.short) == (True, True)


def test_a_sweep_of_more_points_than_a_list_takes_is_done_in_parts():
    bench = AnalyserBench("e4980a")
    bench.device = bench.driver("e4980a", aperture="SHOR")
    bench.device.connect()
    points = bench.points(replace(SWEEP, points_per_decade=60, frequency_min_hz=1e2))
    assert len(points) == 241
    frequencies = [point.frequency_hz for point in points]
    assert frequencies == sorted(frequencies, reverse=True)
    times = [point.time_s for point in points]
    assert times == sorted(times)
    assert worst(points, bench.rig) < 3e-3


def test_the_spots_of_a_meter_come_with_what_was_measured_at_them():
    bench = AnalyserBench("e4980a")
    bench.asked(":CORR:SPOT2:FREQ 1E5", ":CORR:SPOT2:OPEN", ":CORR:SPOT2:SHOR:EXEC")
    bench.asked(":CORR:SPOT2:STAT ON")
    standards = bench.device.compensation().standards
    assert standards["short"].frequencies_hz == (1e5,)
    assert standards["short"].values[0] == pytest.approx(2j * np.pi * 1e5 * 4.03e-8, rel=1e-4)
    assert standards["open"].values[0] == pytest.approx(2j * np.pi * 1e5 * 2.01e-12, rel=1e-4)
    assert bench.asked(":SYST:ERR?") == '+0,"No error"'


def test_the_standards_of_an_analyser_come_with_all_their_points():
    compensation = AnalyserBench("e4990a").device.compensation()
    assert compensation.points == "FIX"
    short = compensation.standards["short"]
    assert short.frequencies_hz[0] == pytest.approx(20.0)
    assert short.frequencies_hz[-1] == pytest.approx(120e6)
    at = np.array(short.frequencies_hz)
    assert np.array(short.values) == pytest.approx(2j * np.pi * at * 3.03e-8, rel=1e-9)


def test_what_the_option_does_not_reach_is_refused():
    bench = AnalyserBench("e4990a")
    with pytest.raises(OutOfRangeError, match="E4990A to 120 MHz"):
        bench.device.check(replace(SWEEP, frequency_max_hz=121e6))


@given(
    frequency_max_hz=st.floats(25.0, 2e6),
    amplitude=st.floats(1e-3, 20.0),
    bias=st.floats(-40.0, 40.0),
)
@settings(max_examples=6)
def test_whatever_the_check_lets_through_the_meter_takes_without_an_error(
    frequency_max_hz, amplitude, bias
):
    bench = AnalyserBench("e4980a")
    sweep = ImpedanceSweep(
        frequency_max_hz=frequency_max_hz,
        frequency_min_hz=20.0,
        points_per_decade=0.5,
        amplitude=amplitude,
        bias=bias,
    )
    assert len(bench.points(sweep)) == len(frequencies_hz(sweep))


@both
def test_it_says_for_how_long_its_points_may_stay_away(name):
    bench = AnalyserBench(name)
    slow = replace(SWEEP, frequency_min_hz=20.0, points_per_decade=40)
    began_s = bench.clock.now_s()
    first_s = next(bench.clock.now_s() for point in bench.device.perform(slow) if point)
    assert isinstance(bench.device, KnowsSilence)
    assert first_s - began_s < bench.device.silence_s(slow) < 10 * (first_s - began_s) + 60
