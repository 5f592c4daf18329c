"""Which runs may be gone on with, when a supervisor does it by itself, and what a gap may hide."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from solidcell.acquisition.control.stop import StopFile, StopKind
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.recovery.gap import Moment, gap_until, last_heard
from solidcell.acquisition.recovery.interrupted import interrupted_runs, look_at
from solidcell.acquisition.recovery.policy import AfterInterruption, policy_of
from solidcell.acquisition.recovery.rejoin import meet
from solidcell.acquisition.recovery.restarts import Restarts
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import WrongInstrumentError
from support.broken_off import WrittenRun, ended
from support.resistor_device import ResistorDevice
from support.runs import header


@pytest.mark.parametrize(
    ("reason", "detail", "why_not"),
    [
        ("interrupted", "the worker was told to end", ""),
        ("failed", "LinkLostError: no answer from COM3", ""),
        ("failed", "RecordError: the disk is full", ""),
        ("failed", "OutOfRangeError: 2 A is beyond 1 A", "the same would happen again"),
        ("failed", "ZeroDivisionError: division by zero", "the same would happen again"),
        ("limit_tripped", "the voltage 6 V is beyond voltage_max_v", "left the limits"),
        ("stopped", "stop asked by ada", "ended on purpose"),
        ("emergency_stop", "emergency stop asked by ada", "ended on purpose"),
        ("completed", "all done", "it is completed"),
    ],
)
def test_only_a_run_that_nothing_is_wrong_with_may_be_gone_on_with(
    tmp_path, reason, detail, why_not
):
    found = look_at(ended(tmp_path, reason, detail))
    assert found.may_continue == (not why_not)
    assert why_not in found.why_not
    assert bool(interrupted_runs(tmp_path)) == (not why_not)


def test_a_run_that_is_over_but_left_its_cell_unknown_is_listed_until_it_is_opened(tmp_path):
    ended(tmp_path, "stopped", "stop asked by ada", safe=False)
    (found,) = interrupted_runs(tmp_path)
    assert (found.cell, found.may_continue, found.is_closed) == ("unknown", False, False)


def test_a_dead_run_tells_how_far_it_came(tmp_path):
    run = WrittenRun(tmp_path)
    run.plate()
    found = look_at(run.closed())
    assert (found.state, found.cell, found.segment) == ("dead", "unknown", "plate")
    assert (found.done_s, found.duration_s) == (10.5, 3600.0)
    assert found.policy is AfterInterruption.ASK


def heard_of(file):
    with RunReader(file) as run:
        return last_heard(run)


def test_of_a_dead_run_everything_since_may_have_passed(tmp_path):
    run = WrittenRun(tmp_path)
    run.plate()
    heard = heard_of(run.closed())
    gap = gap_until(heard, after(heard, timedelta(seconds=100)), 1.0)
    assert gap.passed_s == gap.elapsed_s == gap.unobserved_s == 100.0
    assert (gap.charge_min_c, gap.charge_max_c) == (0.0, pytest.approx(0.2))


def test_once_the_cell_was_opened_nothing_passes_any_more(tmp_path):
    run = WrittenRun(tmp_path)
    run.plate()
    run.note("made_safe", output="off", by="supervisor")
    run.note("run_ended", reason="interrupted", detail="")
    heard = heard_of(run.closed())
    gap = gap_until(heard, after(heard, timedelta(days=1)), 1.0)
    assert gap.passed_s == 86_400.0
    assert gap.unobserved_s < 5.0
    assert gap.charge_max_c < 0.01


def after(heard, later, passed_s=math.nan, boot_id="another"):
    return Moment(wall=heard.at.wall + later, passed_s=passed_s, boot_id=boot_id)


def test_after_a_restart_a_wall_clock_that_was_set_back_bounds_nothing(tmp_path):
    run = WrittenRun(tmp_path)
    run.plate()
    heard = heard_of(run.closed())
    gap = gap_until(heard, after(heard, -timedelta(hours=1)), 1.0)
    assert (gap.clock, gap.passed_s, gap.elapsed_s) == ("wall clock", 0.0, 0.0)
    assert (gap.charge_min_c, gap.charge_max_c) == (0.0, None)


@pytest.mark.parametrize("set_by", [-timedelta(hours=1), timedelta(hours=1), timedelta()])
def test_without_a_restart_the_machines_own_clock_tells_the_gap(tmp_path, set_by):
    run = WrittenRun(tmp_path)
    run.note("clock_pair", clock_s=5000.0, boot_id="this one")
    run.plate()
    heard = heard_of(run.closed())
    now_s = heard.at.passed_s + 100.0
    gap = gap_until(heard, after(heard, set_by + timedelta(seconds=100), now_s, "this one"), 1.0)
    assert gap.clock == "machine's clock"
    assert gap.passed_s == gap.elapsed_s == gap.unobserved_s == pytest.approx(100.0)
    assert (gap.charge_min_c, gap.charge_max_c) == (0.0, pytest.approx(0.2))


def test_a_set_wall_clock_cannot_tell_when_the_cell_was_opened(tmp_path):
    run = WrittenRun(tmp_path)
    run.note("clock_pair", clock_s=5000.0, boot_id="this one")
    run.plate()
    run.note("made_safe", output="off", by="supervisor")
    heard = heard_of(run.closed())
    now_s = heard.at.passed_s + 100.0
    gap = gap_until(heard, after(heard, -timedelta(hours=1), now_s, "this one"), 1.0)
    assert gap.unobserved_s == pytest.approx(100.0)


def test_a_paused_run_has_an_open_cell_and_hides_no_charge(tmp_path):
    run = WrittenRun(tmp_path)
    number = run.plate()
    run.note("segment_ended", number=number, end="paused", detail="", began_s=0.5, duration_s=10.0)
    run.note("paused", segment=number, mode="open", by="ada", output="off")
    heard = heard_of(run.closed())
    assert heard.was_open
    assert gap_until(heard, after(heard, timedelta(hours=1)), 1.0).charge_max_c == 0.0


def test_what_may_have_passed_during_a_spectrum_is_not_known(tmp_path):
    run = WrittenRun(tmp_path)
    run.writer.segment(0.0, "ImpedanceSweep", "sweep", {}, {})
    heard = heard_of(run.closed())
    gap = gap_until(heard, after(heard, timedelta(seconds=10)), 1.0)
    assert (gap.charge_min_c, gap.charge_max_c) == (None, None)


def test_what_the_command_line_says_wins_over_the_protocol_and_an_unknown_word_means_ask():
    of_protocol = header(protocol={"after_interruption": "continue"})
    assert policy_of(of_protocol, {}) is AfterInterruption.CONTINUE
    assert policy_of(of_protocol, {"after_interruption": "abort"}) is AfterInterruption.ABORT
    assert policy_of(header(protocol={}), {}) is AfterInterruption.ASK
    assert policy_of(header(protocol={"after_interruption": "?"}), {}) is AfterInterruption.ASK


def test_a_supervisor_goes_on_three_times_within_an_hour_and_then_asks(tmp_path):
    run = WrittenRun(tmp_path, protocol={"after_interruption": "continue"})
    run.plate()
    run.closed()
    clock = JumpClock()
    restarts = Restarts(clock)
    for _ in range(3):
        assert restarts.why_not(run.folder) is None
        restarts.count()
        clock.sleep_until(clock.now_s() + 600.0)
    assert restarts.why_not(run.folder) == "it was gone on with 3 times within an hour"
    clock.sleep_until(3601.0)
    assert restarts.why_not(run.folder) is None


def test_a_supervisor_never_goes_on_with_a_run_that_somebody_asked_to_stop(tmp_path):
    run = WrittenRun(tmp_path, protocol={"after_interruption": "continue"})
    run.closed()
    StopFile(run.folder.stop_file).ask(StopKind.STOP, "ada")
    assert Restarts(JumpClock()).why_not(run.folder) == ""


def test_a_supervisor_asks_where_the_protocol_does_not_say_continue(tmp_path):
    run = WrittenRun(tmp_path)
    run.closed()
    assert Restarts(JumpClock()).why_not(run.folder) == ""


def test_another_instrument_at_the_same_address_is_left_as_it_is():
    device = ResistorDevice(JumpClock())
    device.identity = replace(device.identity, serial="R2")
    with pytest.raises(WrongInstrumentError, match=r"'R2' answers, .* begun with 'R1'"):
        meet(device, "R1")
    assert device.times_made_safe == 0
    assert meet(device, "R2").opened <= datetime.now(UTC)
    assert device.times_made_safe == 1
