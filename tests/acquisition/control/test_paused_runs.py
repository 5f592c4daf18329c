"""A run that is paused, resumed or told to skip: the cell gets what the plan asked for, and is
open (or at rest) whenever the run says so."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.control.stop import StopFile, StopKind
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
)
from support.commanded import PAUSE, REST, RESUME, SKIP, WIDE, CommandedRun, PeopleInTime, rig
from support.stepped_run import PluggedLink

CURRENT_A = 1e-3
PLATE = Galvanostatic(
    current_a=CURRENT_A,
    duration_s=20.0,
    voltage_min_v=-2.0,
    voltage_max_v=2.0,
    sample_period_s=1.0,
    tags={"phase": "step", "step": 3},
)
STRIP = replace(PLATE, current_a=-2e-3, duration_s=12.0, sample_period_s=2.5)
HOLD = Potentiostatic(voltage_v=0.1, duration_s=9.0, current_max_a=0.01, sample_period_s=0.5)
RELAX = Rest(duration_s=6.0, sample_period_s=2.0)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e4, frequency_min_hz=10.0, points_per_decade=5, amplitude=0.01
)
BREAK_S = 0.05  # what one interruption may cost: a look of the worker and a word to the instrument


@pytest.fixture(params=["keithley_2450", "methodscript"])
def on(request):
    return rig(request.param)


def run_of(path, on, *segments, commands=(), **how):
    people = PeopleInTime(on.clock)
    for at_s, kind, more in commands:
        people.ask(at_s, kind, **more)
    run = CommandedRun(path, on, people, **how)
    run.run(*segments)
    return run


def pause_of(at_s, length_s, **more):
    return [(at_s, PAUSE, more), (at_s + length_s, RESUME, {})]


def test_a_paused_run_has_an_open_cell_and_takes_up_the_remainder(tmp_path, on):
    run = run_of(tmp_path, on, PLATE, commands=pause_of(7.3, 100.0))
    assert run.end.reason is RunReason.COMPLETED
    first, second = run.segments
    assert (first.tags, second.tags) == (PLATE.tags, {**PLATE.tags, "continues": 0})
    ended = run.bodies("segment_ended")
    assert [body["end"] for body in ended] == ["paused", "completed"]
    assert first.settings["duration_s"] == 20.0
    assert second.settings["duration_s"] == pytest.approx(20.0 - ended[0]["duration_s"])
    (paused,), (resumed,) = run.bodies("paused"), run.bodies("resumed")
    assert paused == {"segment": 0, "mode": "open", "by": "ada", "output": "off"}
    assert (resumed["segment"], resumed["by"]) == (0, "ada")
    assert resumed["paused_s"] == pytest.approx(100.0, abs=0.3)
    assert not any(
        begun < r.elapsed_s < ended for r in run.readings for begun, ended in run.pauses_s()
    )


def test_the_plan_is_told_of_one_segment(tmp_path, on):
    whole = run_of(tmp_path, on, replace(PLATE, watch=lambda _: None)).results[0]
    on = rig("methodscript" if "Script" in type(on.device).__name__ else "keithley_2450")
    (tmp_path / "again").mkdir()
    parted = run_of(
        tmp_path / "again", on, PLATE, commands=[*pause_of(3.3, 50.0), *pause_of(60.0, 5.0)]
    ).results[0]
    assert parted.end is whole.end
    assert parted.detail == whole.detail
    assert parted.duration_s == pytest.approx(whole.duration_s, abs=2 * BREAK_S)
    assert parted.charge_c == pytest.approx(whole.charge_c, abs=2 * BREAK_S * CURRENT_A)
    assert parted.last.time_s == pytest.approx(whole.last.time_s, abs=2 * BREAK_S)
    assert parted.last.voltage_v == pytest.approx(whole.last.voltage_v, rel=1e-3)


def test_a_watch_sees_one_continuous_time(tmp_path, on):
    seen = []
    run_of(
        tmp_path,
        on,
        replace(PLATE, watch=lambda reading: seen.append(reading.time_s)),
        commands=pause_of(7.3, 1000.0),
    )
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(20.0, abs=BREAK_S)
    assert max(later - sooner for sooner, later in pairwise(seen)) < 2.0


@pytest.mark.parametrize("driver", ["keithley_2450", "methodscript"])
def test_a_run_whose_cable_is_out_stays_paused_until_it_is_back(tmp_path, driver):
    on = rig(driver, wire=PluggedLink)
    people = PeopleInTime(on.clock)

    def fumble():
        on.wire.is_plugged = not 10.0 < on.clock.now_s() < 50.0

    people.looked = fumble
    for at_s, kind in ((5.0, PAUSE), (30.0, RESUME), (60.0, RESUME)):
        people.ask(at_s, kind)
    run = CommandedRun(tmp_path, on, people)
    assert run.run(PLATE).reason is RunReason.COMPLETED
    refused = run.bodies("command")[1]
    assert not refused["accepted"]
    assert refused["detail"].startswith("LinkLostError: ")
    assert run.bodies("resumed")[0]["paused_s"] > 50.0
    assert run.true_charges_c[0] == pytest.approx(20.0 * CURRENT_A, abs=2 * BREAK_S * CURRENT_A)


def test_an_instrument_is_given_its_limits_again_before_it_goes_on(tmp_path, on):
    run = run_of(tmp_path, on, PLATE, commands=pause_of(7.3, 100.0))
    first, second = run.bodies("limits")
    assert first == second
    kinds = [e.kind for e in run.events if e.kind in ("paused", "limits", "resumed")]
    assert kinds == ["limits", "paused", "limits", "resumed"]


def test_a_pause_at_rest_goes_on_measuring_and_moves_no_charge(tmp_path, on):
    run = run_of(tmp_path, on, PLATE, commands=pause_of(7.3, 30.0, mode=REST))
    first, resting, last = run.segments
    assert (resting.name, resting.kind, resting.tags) == ("paused", "Rest", {"paused": True})
    assert last.tags["continues"] == first.number
    meanwhile = [reading for reading in run.readings if reading.segment == resting.number]
    assert len(meanwhile) == pytest.approx(30, abs=2)
    assert all(reading.current_a == pytest.approx(0.0, abs=1e-9) for reading in meanwhile)
    assert run.bodies("paused")[0]["mode"] == "rest"
    assert run.results[0].charge_c == pytest.approx(20.0 * CURRENT_A, abs=2 * BREAK_S * CURRENT_A)
    assert run.true_charges_c[0] == pytest.approx(run.results[0].charge_c, abs=BREAK_S * CURRENT_A)


def test_a_pause_that_is_asked_for_between_two_segments_comes_before_the_next(tmp_path, on):
    people = PeopleInTime(on.clock)
    run = CommandedRun(tmp_path, on, people)

    def plan(_):
        run.results.append((yield RELAX))
        people.ask(0.0, PAUSE)
        people.ask(500.0, RESUME)
        run.results.append((yield PLATE))
        return "done"

    run._plan = plan
    run.run()
    assert run.bodies("paused")[0]["segment"] is None
    assert run.segments[1].elapsed_s > 499.0
    assert run.segments[1].tags == PLATE.tags
    assert run.results[1].charge_c == pytest.approx(20.0 * CURRENT_A, rel=1e-3)


def test_a_spectrum_that_was_interrupted_is_measured_anew_and_only_the_whole_one_told(tmp_path):
    on = rig("methodscript")
    run = run_of(tmp_path, on, SWEEP, commands=pause_of(0.5, 10.0))
    assert len(run.segments) == 2
    assert run.segments[1].tags == {"continues": 0}
    result = run.results[0]
    frequencies_hz = [point.frequency_hz for point in result.impedance]
    assert len(frequencies_hz) == len(set(frequencies_hz)) == 16
    assert 0 < len(run.points) - 16 < 16
    assert result.end is SegmentEnd.COMPLETED


def test_a_skipped_segment_ends_there_and_the_plan_goes_on(tmp_path, on):
    run = run_of(tmp_path, on, PLATE, STRIP, commands=[(7.3, SKIP, {"who": "ben"})])
    assert [result.end for result in run.results] == [SegmentEnd.SKIPPED, SegmentEnd.COMPLETED]
    assert run.results[0].detail == "skipped by ben"
    assert run.results[0].charge_c == pytest.approx(run.true_charges_c[0], abs=BREAK_S * CURRENT_A)
    assert run.end.reason is RunReason.COMPLETED


def test_what_is_left_of_a_paused_segment_can_be_given_up(tmp_path, on):
    commands = [(5.0, PAUSE, {}), (9.0, SKIP, {"who": "ben"}), (12.0, SKIP, {}), (30.0, RESUME, {})]
    run = run_of(tmp_path, on, PLATE, STRIP, commands=commands)
    assert [segment.number for segment in run.segments] == [0, 1]
    assert run.results[0].end is SegmentEnd.SKIPPED
    assert run.results[0].detail == "skipped by ben"
    assert run.results[0].duration_s == pytest.approx(5.0, abs=0.2)
    assert run.segments[1].elapsed_s == pytest.approx(30.0, abs=0.3)
    assert [body["accepted"] for body in run.bodies("command")] == [True, True, False, True]


BEN = {"who": "ben"}
REFUSALS = {
    "not paused": ([(5.0, RESUME, {})], "it is not paused"),
    "paused twice": (
        [(5.0, PAUSE, {}), (6.0, PAUSE, BEN), (9.0, RESUME, {})],
        "it is paused already, by ada",
    ),
    "resumed twice": ([*pause_of(5.0, 4.0), (9.5, RESUME, BEN)], "it is not paused"),
    "another segment": ([(5.0, SKIP, {"segment": 7})], "segment 7, which it means, is over"),
}


@pytest.mark.parametrize(("commands", "why"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_done_is_refused_with_the_reason(tmp_path, on, commands, why):
    run = run_of(tmp_path, on, PLATE, commands=commands)
    refused = [body for body in run.bodies("command") if not body["accepted"]]
    assert [body["detail"] for body in refused] == [why]
    assert run.results[0].end is SegmentEnd.COMPLETED
    assert run.results[0].charge_c == pytest.approx(20.0 * CURRENT_A, rel=5e-3)


def test_two_people_who_skip_the_same_segment_skip_one(tmp_path, on):
    commands = [(5.0, SKIP, {"segment": 0}), (5.0, SKIP, {"segment": 0, "who": "ben"})]
    run = run_of(tmp_path, on, PLATE, STRIP, commands=commands)
    assert [result.end for result in run.results] == [SegmentEnd.SKIPPED, SegmentEnd.COMPLETED]
    assert [body["accepted"] for body in run.bodies("command")] == [True, False]


def test_a_command_that_comes_when_all_is_over_is_refused_in_the_record(tmp_path, on):
    people = PeopleInTime(on.clock)
    run = CommandedRun(tmp_path, on, people)

    def plan(_):
        yield RELAX
        people.ask(0.0, RESUME)
        return "done"

    run._plan = plan
    run.run()
    (told,) = run.bodies("command")
    assert (told["accepted"], told["detail"]) == (False, "the run is over: completed")


def test_a_cell_that_a_stop_has_opened_is_never_closed_again(tmp_path, on):
    people = PeopleInTime(on.clock)
    stop = StopFile(tmp_path / "stop.json")
    people.looked = lambda: stop.ask(StopKind.STOP, "ada") if _at(on) > 5.0 else None
    run = CommandedRun(tmp_path, on, people, stop=stop)
    assert run.run(PLATE).reason is RunReason.STOPPED
    switched = on.cell.switched
    assert "0.001 A" in switched
    driven = len(switched) - 1 - switched[::-1].index("0.001 A")
    assert set(switched[driven + 1 :]) == {"open"}


def test_the_time_that_a_run_may_take_runs_on_while_it_is_paused(tmp_path, on):
    limits = replace(WIDE, duration_max_s=60.0)
    run = run_of(tmp_path, on, PLATE, commands=[(5.0, PAUSE, {})], limits=limits)
    assert run.end.reason is RunReason.LIMIT_TRIPPED
    assert run.end.safe
    assert on.cell.is_open


def test_a_voltage_beyond_its_limit_ends_a_run_that_is_paused_at_rest(tmp_path, on):
    limits = replace(WIDE, voltage_max_v=0.5, voltage_min_v=-0.5)
    people = PeopleInTime(on.clock, looked=lambda: on.cell.drift(0.6 if _at(on) > 15.0 else 0.0))
    people.ask(5.0, PAUSE, mode=REST)
    run = CommandedRun(tmp_path, on, people, limits=limits)
    plate = replace(PLATE, voltage_min_v=-0.5, voltage_max_v=0.5)
    assert run.run(plate).reason is RunReason.LIMIT_TRIPPED
    assert run.segments[-1].name == "paused"
    assert run.end.safe
    assert on.cell.is_open


def _at(on):
    return on.clock.now_s()


COMMAND_TIMES = st.lists(
    st.tuples(st.floats(0.2, 15.0), st.floats(0.2, 40.0), st.booleans()), max_size=4
)


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["keithley_2450", "methodscript"])
@settings(max_examples=12, deadline=None)
@given(pauses=COMMAND_TIMES)
def test_however_often_a_run_is_paused_the_cell_gets_what_the_plan_asked_for(
    tmp_path_factory, driver, pauses
):
    on = rig(driver)
    people = PeopleInTime(on.clock)
    at_s = 0.0
    for after_s, length_s, at_rest in pauses:
        people.ask(at_s + after_s, PAUSE, **({"mode": REST} if at_rest else {}))
        people.ask(at_s + after_s + length_s, RESUME)
        at_s += after_s + length_s
    segments = (PLATE, RELAX, STRIP, HOLD)
    currents_a = (CURRENT_A, 0.0, -2e-3, 1e-3)
    run = CommandedRun(tmp_path_factory.mktemp("run"), on, people)
    assert run.run(*segments).reason is RunReason.COMPLETED
    for segment, current_a, result, true_c in zip(
        segments, currents_a, run.results, run.true_charges_c, strict=True
    ):
        asked_c = current_a * segment.duration_s
        tolerance_c = (len(pauses) + 1) * BREAK_S * abs(current_a) + 1e-9
        assert result.end is SegmentEnd.COMPLETED
        assert math.isclose(
            result.duration_s, segment.duration_s, abs_tol=len(pauses) * BREAK_S + 1e-6
        )
        assert math.isclose(result.charge_c, asked_c, abs_tol=tolerance_c + 1e-3 * abs(asked_c))
        assert math.isclose(true_c, asked_c, abs_tol=tolerance_c + 1e-3 * abs(asked_c))
    parts = {}
    for segment, ended in zip(run.segments, run.bodies("segment_ended"), strict=True):
        if not segment.tags.get("paused"):
            first = segment.tags.get("continues", segment.number)
            parts[first] = parts.get(first, 0.0) + ended["charge_c"]
    assert list(parts.values()) == pytest.approx([result.charge_c for result in run.results])
