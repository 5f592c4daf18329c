"""However a run ends, the cell ends open, the reason is written, and no reading is missing."""

import math
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.control.stop import NoStop, StopFile, StopKind
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import RunReason, run_channel
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.capabilities import HeldLimits
from solidcell.drivers.errors import InstrumentFaultError, LinkLostError
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import (
    Mark,
    Rest,
    SegmentEnd,
    SetTemperature,
)
from support.held_disk import HeldDisk
from support.oven_share import SteadyGauge
from support.runs import header
from support.worker_bench import PLATE, REST, SWEEP, WIDE, Bench


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_a_plan_that_comes_to_its_end_is_completed_in_its_own_words(bench):
    end = bench.run(REST, PLATE)
    assert (end.reason, end.detail) == (RunReason.COMPLETED, "all 2 done")
    assert end.safe
    assert end.recorded
    assert bench.bodies("run_ended") == [{"reason": "completed", "detail": "all 2 done"}]
    assert bench.events[-1].kind == "run_ended"
    assert [s.kind for s in bench.segments] == ["Rest", "Galvanostatic"]
    assert len(bench.readings) == 10 + 360


def test_the_charge_of_a_half_cycle_is_current_times_time(bench):
    bench.run(PLATE, replace(PLATE, current_a=-1e-3, duration_s=1800.0))
    charges_c = [result.charge_c for result in bench.results]
    assert charges_c == pytest.approx([3.6, -1.8])
    assert [body["charge_c"] for body in bench.bodies("segment_ended")] == charges_c
    assert [result.duration_s for result in bench.results] == [3600.0, 1800.0]


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(durations_s=st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_elapsed_time_never_runs_backwards(tmp_path_factory, durations_s):
    bench = Bench(tmp_path_factory.mktemp("run"))
    bench.run(*(Rest(duration_s=float(duration_s)) for duration_s in durations_s))
    rows = [*bench.segments, *bench.readings, *bench.points, *bench.events]
    elapsed_s = [row.elapsed_s for row in sorted(rows, key=lambda row: row.seq)]
    assert elapsed_s == sorted(elapsed_s)
    assert len(bench.readings) == sum(durations_s)


def test_readings_that_arrive_late_and_together_keep_the_times_at_which_they_were_taken(
    bench, monkeypatch
):
    def perform(segment):
        bench.clock.sleep_until(bench.clock.now_s() + 100.0)
        for time_s in range(1, 61):
            yield Reading(float(time_s), 0.1 + time_s * 1e-6, 1e-3)
        return SegmentEnd.COMPLETED

    monkeypatch.setattr(bench.device, "perform", perform)
    bench.run(PLATE, PLATE)
    assert [r.elapsed_s for r in bench.readings[:60]] == [float(s) for s in range(1, 61)]
    assert bench.segments[1].elapsed_s == 100.0
    assert bench.readings[60].elapsed_s == 101.0


def test_an_intent_is_durable_before_the_output_changes(bench):
    seen = []

    def plan():
        yield replace(PLATE, duration_s=20.0, watch=lambda _: seen.append(_intents(bench.path)))
        return "done"

    bench.run(plan=plan())
    assert seen[0] == ["Galvanostatic"]
    intent = next(event for event in bench.events if event.kind == "intent")
    assert bench.segments[0].seq < intent.seq < bench.readings[0].seq
    assert bench.segments[0].settings["current_a"] == 1e-3
    assert set(bench.segments[0].settings).isdisjoint({"watch", "tags", "name"})


def test_between_two_segments_only_the_output_waits_for_the_disk(bench, monkeypatch):
    disk = HeldDisk.under_all_writers(monkeypatch)
    asked, driven = [], []

    def plan():
        yield replace(REST, watch=lambda reading: disk.hold() if reading.time_s == 10.0 else None)
        asked.append(disk.is_held)
        yield PLATE
        return "done"

    class Patient(NoStop):
        def asked(self):
            if asked and disk.is_held:
                driven.append(bench.device.closed)
                if len(driven) == 3:
                    disk.release()

    bench.stop = Patient()
    assert bench.run(plan=plan()).reason is RunReason.COMPLETED
    assert asked == [True]
    assert driven == [False, False, False]


def test_a_spectrum_is_recorded_and_handed_to_the_plan_in_its_order(bench):
    bench.run(replace(SWEEP, tags={"phase": "initial"}))
    assert [point.frequency_hz for point in bench.points] == [1e6, 1e5, 1e4]
    assert [p.frequency_hz for p in bench.results[0].impedance] == [1e6, 1e5, 1e4]
    assert bench.points[0].z_imag_ohm == -1.0
    assert bench.segments[0].tags == {"phase": "initial"}


def test_a_watch_ends_the_segment_and_the_plan_hears_why(bench):
    def watch(reading):
        return "the voltage collapsed" if reading.time_s >= 100 else None

    end = bench.run(replace(PLATE, watch=watch), REST)
    assert (bench.results[0].end, bench.results[0].detail) == (
        SegmentEnd.WATCH,
        "the voltage collapsed",
    )
    assert bench.results[0].duration_s == 100.0
    assert end.reason is RunReason.COMPLETED


def test_a_voltage_limit_of_the_segment_is_reported_with_its_value(bench):
    bench.run(replace(PLATE, voltage_max_v=0.05))
    assert bench.results[0].end is SegmentEnd.VOLTAGE_LIMIT
    assert bench.bodies("segment_ended")[0]["detail"] == "at 0.1 V, 0.001 A"


def test_a_mark_is_an_event_and_asks_nothing_of_the_device(bench):
    bench.run(Mark(label="step 3", data={"current_density_ma_cm2": 0.3}))
    assert bench.bodies("mark") == [{"label": "step 3", "data": {"current_density_ma_cm2": 0.3}}]
    assert bench.segments == []


def test_a_tripped_limit_opens_the_cell_and_says_which_limit_of_whom(bench):
    bench.device.distort = lambda r: replace(r, voltage_v=5.25) if r.time_s > 50 else r
    end = bench.run(PLATE, REST)
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert end.detail == "the voltage 5.25 V is beyond voltage_max_v 5 V of the bench"
    assert bench.bodies("limit_trip") == [{"detail": end.detail}]
    assert bench.bodies("segment_ended")[0]["end"] == "limit_tripped"
    assert bench.readings[-1].voltage_v == 5.25
    assert not bench.device.closed
    assert len(bench.segments) == 1


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, 9.91e37])
def test_a_value_that_is_no_voltage_ends_the_run(bench, wrong):
    bench.device.distort = lambda r: replace(r, voltage_v=wrong)
    assert bench.run(PLATE).reason is RunReason.LIMIT_TRIPPED
    assert not bench.device.closed


def test_an_instrument_that_repeats_one_reading_is_not_believed(bench):
    bench.device.distort = lambda r: Reading(1.0, 0.1, 1e-3)
    end = bench.run(PLATE)
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert "repeats one reading" in end.detail


def test_charge_is_limited_over_the_whole_run(bench):
    bench.limits = replace(WIDE, charge_max_c=4.0)
    end = bench.run(PLATE, PLATE)
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert end.detail.startswith("the charge 4.01 C is beyond charge_max_c 4 C")
    assert bench.results[0].end is SegmentEnd.COMPLETED


def test_time_is_limited_over_the_whole_run(bench):
    bench.limits = replace(WIDE, duration_max_s=4000.0)
    end = bench.run(PLATE, PLATE)
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert "beyond duration_max_s 4000 s" in end.detail


def test_a_segment_beyond_the_limits_is_refused_before_anything_is_sent(bench):
    end = bench.run(replace(PLATE, current_a=0.06))
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert "0.06 A, beyond current_max_a 0.05 A of the bench" in end.detail
    assert bench.device.history == []
    assert bench.segments == []


def test_a_segment_beyond_the_device_is_refused_before_anything_is_sent(bench):
    bench.limits = replace(WIDE, current_max_a=1.0)
    end = bench.run(replace(PLATE, current_a=0.2))
    assert (end.reason, bench.device.history) == (RunReason.FAILED, [])
    assert end.detail == "OutOfRangeError: 0.2 A is beyond 0.1 A of the resistor"


def test_what_the_instrument_cannot_do_later_is_refused_before_it_does_anything(bench):
    bench.limits = replace(WIDE, current_max_a=1.0)
    planned = (REST, PLATE, replace(PLATE, current_a=0.2))
    end = bench.run(*planned, planned=planned)
    assert (end.reason, bench.device.history, bench.segments) == (RunReason.FAILED, [], [])
    assert end.detail == "OutOfRangeError: 0.2 A is beyond 0.1 A of the resistor"
    assert bench.bodies("instrument") == []  # it did not begin: whoever starts it waits for this


def test_a_temperature_without_an_oven_is_refused(bench):
    oven = SetTemperature(temperature_k=333.15, tolerance_k=0.5, stable_s=600, timeout_s=7200)
    end = bench.run(oven)
    assert end.reason is RunReason.FAILED
    assert "333.15 K, and this channel has no temperature controller" in end.detail


def test_a_lost_link_leaves_a_record_and_tries_to_open_the_cell(bench):
    def distort(reading):
        if reading.time_s > 100:
            raise LinkLostError("no answer from COM3 in 2 s")
        return reading

    bench.device.distort = distort
    end = bench.run(PLATE)
    assert (end.reason, end.detail) == (
        RunReason.FAILED,
        "LinkLostError: no answer from COM3 in 2 s",
    )
    assert "Traceback" in bench.bodies("error")[0]["traceback"]
    assert bench.bodies("segment_ended")[0]["end"] == "failed"
    assert len(bench.readings) == 10
    assert bench.device.times_made_safe == 1


def test_a_cell_that_cannot_be_opened_is_called_unknown_and_never_off(bench, monkeypatch):
    def make_safe():
        raise LinkLostError("COM3 is gone")

    monkeypatch.setattr(bench.device, "make_safe", make_safe)
    end = bench.run(REST)
    assert not end.safe
    assert "output unknown: LinkLostError: COM3 is gone" in end.detail
    assert bench.bodies("made_safe") == []
    assert bench.bodies("state")[-1] == {"output": "unknown"}


def test_a_plan_that_breaks_down_leaves_the_cell_open_and_says_so(bench):
    def plan():
        yield PLATE
        raise ZeroDivisionError("no area")

    end = bench.run(plan=plan())
    assert (end.reason, end.detail) == (RunReason.FAILED, "ZeroDivisionError: no area")
    assert not bench.device.closed
    assert bench.device.times_made_safe == 1


def test_a_device_that_ends_without_a_reason_does_not_look_like_a_finished_plan(bench, monkeypatch):
    def perform(_):
        yield None
        return None

    monkeypatch.setattr(bench.device, "perform", perform)
    assert bench.run(REST).reason is RunReason.FAILED


@pytest.mark.parametrize("kind", list(StopKind))
def test_a_request_to_stop_ends_the_segment_at_once(bench, tmp_path, kind):
    bench.stop = StopFile(tmp_path / "stop.json")

    def watch(reading):
        if reading.time_s == 200.0:
            bench.stop.ask(kind, "ada")

    end = bench.run(replace(PLATE, watch=watch), REST)
    assert end.reason == {"stop": "stopped"}.get(kind, kind)
    assert bench.readings[-1].elapsed_s == 200.0
    command = bench.bodies("command")[0]
    assert (command["kind"], command["who"]) == (kind, "ada")
    assert bench.bodies("segment_ended")[0]["end"] == "stopped"
    assert not bench.device.closed
    assert bench.stop.acknowledged()


def test_a_request_to_stop_is_obeyed_between_segments(bench, tmp_path):
    bench.stop = StopFile(tmp_path / "stop.json")

    def plan():
        yield REST
        bench.stop.ask(StopKind.STOP, "ada")
        yield PLATE
        return "done"

    assert bench.run(plan=plan()).reason is RunReason.STOPPED
    assert [name for name, _ in bench.device.history] == ["rest"]


class StopWhileTheDiskHangs(StopFile):
    """Locks the run file before the second segment; stops once the worker looks a third time."""

    def __init__(self, path, run_file):
        super().__init__(path)
        self.run_file = run_file
        self.looks = None

    def hang(self):
        self.lock = sqlite3.connect(self.run_file, isolation_level=None)
        self.lock.execute("BEGIN IMMEDIATE")
        self.looks = 0

    def asked(self):
        if self.looks is not None:
            self.looks += 1
        if self.looks == 3:
            self.lock.close()
            self.ask(StopKind.STOP, "ada")
        return super().asked()


def test_a_request_to_stop_is_obeyed_while_the_disk_hangs(bench, tmp_path):
    def plan():
        yield REST
        bench.stop.hang()
        yield PLATE

    bench.stop = StopWhileTheDiskHangs(tmp_path / "stop.json", bench.path)
    assert bench.run(plan=plan()).reason is RunReason.STOPPED
    assert [name for name, _ in bench.device.history] == ["rest"]
    assert bench.bodies("segment_ended")[-1]["end"] == "stopped"


def test_an_interrupted_process_opens_the_cell_before_it_goes(bench):
    def watch(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run(replace(PLATE, watch=watch))
    assert not bench.device.closed
    with RunReader(bench.path) as run:
        assert run.events(kind="run_ended")[0].body["reason"] == "interrupted"
        assert len(run.events(kind="made_safe")) == 1


def test_the_instrument_and_its_state_are_recorded_before_the_first_segment(bench):
    bench.run(REST)
    instrument, state = bench.bodies("instrument")[0], bench.bodies("state")[0]
    assert (instrument["model"], instrument["serial"]) == ("resistor", "R1")
    assert instrument["current_max_a"] == 0.1
    assert state == {"output": "off"}
    assert [event.kind for event in bench.events][:5] == [
        "run_started",
        "clock_pair",
        "instrument",
        "limits",
        "state",
    ]


def test_the_record_says_who_holds_which_limit(bench):
    bench.run(REST)
    (limits,) = bench.bodies("limits")
    assert limits["software"]["voltage_max_v"] == {"value": 5.0, "of": "bench"}
    assert set(limits["software"]) == {"voltage_min_v", "voltage_max_v", "current_max_a"}
    assert limits["instrument"] == "software limits only"


def test_what_an_instrument_holds_by_itself_is_programmed_before_the_first_segment(bench):
    asked_v = []

    def program_limits(voltage_max_v):
        asked_v.append(voltage_max_v)
        assert not bench.device.history
        return HeldLimits(
            values={"ovp_v": 6.0}, by_segment=("a current limit",), ends_segments=True
        )

    bench.device.program_limits = program_limits
    bench.run(REST)
    assert asked_v == [5.0]
    assert bench.bodies("limits")[0]["instrument"] == {
        "values": {"ovp_v": 6.0},
        "by_segment": ["a current limit"],
        "ends_segments": True,
    }


def test_an_instrument_that_does_not_hold_what_it_was_told_is_given_no_segment(bench):
    def program_limits(voltage_max_v):
        raise InstrumentFaultError(f"{voltage_max_v:g} V was asked for and 20 V is in force")

    bench.device.program_limits = program_limits
    end = bench.run(PLATE)
    assert end.reason is RunReason.FAILED
    assert "20 V is in force" in end.detail
    assert bench.segments == []
    assert end.safe


def test_clock_pairs_frame_the_run(bench):
    bench.run(REST)
    pairs = bench.bodies("clock_pair")
    assert len(pairs) == 2
    assert all(datetime.fromisoformat(pair["wall_utc"]).tzinfo == UTC for pair in pairs)


def test_temperature_and_pressure_go_into_every_reading(bench):
    gauges = {"temperature": SteadyGauge(333.15, "K"), "stack_pressure": SteadyGauge(5e6, "Pa")}
    bench.run(REST, SWEEP, surroundings=Surroundings(bench.clock, gauges=gauges))
    around = {
        (row.temperature_k, row.stack_pressure_pa) for row in (*bench.readings, *bench.points)
    }
    assert around == {(333.15, 5e6)}


def test_a_disk_that_fails_ends_the_run_as_failed_with_the_cell_open(bench):
    with RunWriter.create(bench.path, header(), queue_rows=50, group_commit_s=60.0) as writer:
        plan = bench._one_after_the_other([PLATE])
        bench.results = []
        end = run_channel(plan, bench.device, writer, bench.clock, WIDE, NoStop())
    assert end.reason is RunReason.FAILED
    assert "the disk is too slow" in end.detail
    assert not bench.device.closed
    with RunReader(bench.path) as run:
        assert run.events(kind="run_ended")[0].body["reason"] == "failed"


def _intents(path):
    with RunReader(path) as run:
        return [event.body["kind"] for event in run.events(kind="intent")]
