"""A disk that fails ends the run: the cell open, the reason told, nothing acknowledged missing."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record import last_words
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.last_words import (
    LastWords,
    give_room_back,
    last_words_file,
    read_last_words,
    say_last_words,
)
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.runs import RunStateName, run_state
from solidcell.acquisition.worker.run_channel import RunReason, run_channel
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.segments import Galvanostatic
from support.disk_faults import DiskFaults, NoFaultsError
from support.held_disk import HeldDisk
from support.resistor_device import ResistorDevice
from support.runs import header
from support.small_disk import small_disk

TESTS = Path(__file__).parents[2]
WIDE = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_a": 0.05})
PLATE = Galvanostatic(
    current_a=1e-3, duration_s=3600.0, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=10.0
)


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    try:
        return DiskFaults.build(tmp_path_factory.mktemp("faults"))
    except NoFaultsError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def run_file(tmp_path):
    return tmp_path / "a.run.sqlite"


def run_until_it_fails(run_file, orders, environment):
    command = [sys.executable, "-m", "support.run_on_a_bad_disk", str(run_file), orders]
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    environment = {**environment, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, cwd=TESTS, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows_of(run_file):
    with RunReader(run_file) as run:
        rows = [*run.readings(), *run.segments(), *run.events()]
    with sqlite3.connect(f"{run_file.as_uri()}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    return sorted(row.seq for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 7, 12])
def test_an_input_output_error_ends_the_run_as_failed_with_the_cell_open(
    faults, run_file, call, nth
):
    faults.say("")
    end = run_until_it_fails(run_file, f"{call}={nth}:{errno.EIO}", faults.environment)
    faults.say("")
    assert (end["reason"], end["recorded"]) == ("failed", False)
    assert "disk I/O error" in end["detail"]
    assert end["safe"]
    assert not end["cell_closed"]
    assert "disk I/O error" in end["closing"]
    rows = rows_of(run_file)
    assert rows[: end["acknowledged"]] == list(range(1, end["acknowledged"] + 1))
    state = run_state(run_file)
    assert (state.state, state.safe) == (RunStateName.FAILED, True)
    assert "disk I/O error" in state.detail


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 5])
def test_a_full_disk_takes_what_waited_and_the_end_of_the_run_once_the_reserve_is_given_up(
    faults, run_file, nth
):
    faults.say("")
    reserve = f"{run_file}-reserve"
    orders = f"write={nth}:{errno.ENOSPC} while={reserve}"
    end = run_until_it_fails(run_file, orders, faults.environment)
    faults.say("")
    assert (end["reason"], end["recorded"], end["closing"]) == ("failed", True, "")
    assert "database or disk is full" in end["detail"]
    assert not end["cell_closed"]
    with RunReader(run_file) as run:
        assert run.events(kind="run_ended")[0].body == {
            "reason": "failed",
            "detail": end["detail"],
        }
        assert len(run.events(kind="made_safe")) == 1
    assert rows_of(run_file) == list(range(1, end["acknowledged"] + 1))
    assert run_state(run_file).state is RunStateName.FAILED
    assert not Path(reserve).exists()
    assert not last_words_file(run_file).exists()


@pytest.mark.slow
def test_a_disk_that_takes_nothing_at_all_does_not_keep_the_reason_from_being_told(
    faults, run_file
):
    whole_disk = replace(faults, part=f"{run_file.parent}/")
    whole_disk.say("")
    end = run_until_it_fails(run_file, f"write=1:{errno.EROFS}", whole_disk.environment)
    assert (end["reason"], end["recorded"], end["cell_closed"]) == ("failed", False, False)
    assert last_words_file(run_file).read_bytes().strip() == b""
    state = run_state(run_file)
    assert (state.state, state.safe, state.detail) == (RunStateName.FAILED, True, end["detail"])
    give_room_back(run_file, also_words=True)
    assert read_last_words(run_file) is None


@pytest.mark.slow
def test_a_disk_that_is_really_full_holds_every_reading_and_the_end(tmp_path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        run_file = disk / "a.run.sqlite"
        end = run_until_it_fails(run_file, "", {})
        assert (end["reason"], end["recorded"]) == ("failed", True)
        assert "database or disk is full" in end["detail"]
        assert not end["cell_closed"]
        assert rows_of(run_file) == list(range(1, end["acknowledged"] + 1))
        assert run_state(run_file).state is RunStateName.FAILED


@pytest.mark.slow
def test_a_run_is_not_begun_on_a_disk_without_room_for_its_end(tmp_path):
    with small_disk(tmp_path / "disk", "500k") as disk:
        with pytest.raises(Exception, match="no room"):
            RunWriter.create(disk / "a.run.sqlite", header()).close()
        assert list(disk.iterdir()) == []


def test_a_limit_acts_while_the_disk_hangs(run_file, monkeypatch):
    """The disk is let go only once the cell is open: whoever waited for it would wait for ever."""
    disk = HeldDisk.under_all_writers(monkeypatch)
    clock = JumpClock()
    device = ResistorDevice(clock)
    taken_while_held = []

    def distort(reading):
        if reading.time_s == 100.0:
            disk.hold()
            writer.event(0.0, "mark", {})
            disk.wait_for_a_commit_at_the_gate()
        if disk.is_held:
            taken_while_held.append(reading.time_s)
        return replace(reading, voltage_v=5.25) if reading.time_s == 200.0 else reading

    def make_safe():
        opened.append(disk.is_held)
        disk.release()
        ResistorDevice.make_safe(device)

    opened = []
    device.distort = distort
    monkeypatch.setattr(device, "make_safe", make_safe)
    with RunWriter.create(run_file, header()) as writer:
        end = run_channel(_one(PLATE), device, writer, clock, WIDE, NoStop())
    assert opened[0] is True
    assert taken_while_held == [100.0 + 10.0 * n for n in range(11)]  # none after the limit
    assert (end.reason, end.recorded) == (RunReason.LIMIT_TRIPPED, True)
    with RunReader(run_file) as run:
        assert run.readings()[-1].voltage_v == 5.25
        assert run.events(kind="run_ended")[0].body["reason"] == "limit_tripped"


def test_a_disk_that_fails_in_a_long_pause_between_readings_ends_the_run_before_the_next(
    run_file, monkeypatch
):
    device = ResistorDevice(JumpClock())
    with RunWriter.create(run_file, header()) as writer:

        def perform(_):
            yield None
            writer._backlog.fail("the disk is gone", broken=False)
            yield None
            raise AssertionError("nobody noticed")

        monkeypatch.setattr(device, "perform", perform)
        end = run_channel(_one(PLATE), device, writer, JumpClock(), WIDE, NoStop())
    assert (end.reason, end.safe) == (RunReason.FAILED, True)
    assert "the disk is gone" in end.detail


def test_a_run_is_not_called_completed_if_its_last_rows_are_not_durable(run_file, monkeypatch):
    disk = HeldDisk.under_all_writers(monkeypatch)
    device = ResistorDevice(JumpClock())
    with RunWriter.create(run_file, header()) as writer:

        def plan():
            yield PLATE
            disk.hold()
            monkeypatch.setattr(writer, "commit", lambda: RunWriter.commit(writer, 0.0))
            return "all done"

        end = run_channel(plan(), device, writer, JumpClock(), WIDE, NoStop())
        assert (end.reason, end.recorded, end.safe) == (RunReason.FAILED, False, True)
        assert "did not commit" in end.detail
        assert "before that: completed: all done" in end.detail
        assert run_state(run_file).state is RunStateName.FAILED  # before the disk lets go
        disk.release()
    assert run_state(run_file).state is RunStateName.COMPLETED  # and after it


def _one(segment):
    yield segment
    return "done"


def test_an_end_that_never_reached_the_disk_is_not_believed_though_it_can_be_read(run_file):
    """After a flush that failed, other processes still see its rows in memory: not for long."""
    with RunWriter.create(run_file, header()) as writer:
        writer.event(0.0, "run_ended", {"reason": "completed", "detail": "all done"})
    assert run_state(run_file).state is RunStateName.COMPLETED
    words = {"safe": True, "elapsed_s": 0.0, "acknowledged_seq": 0, "utc": ""}
    say_last_words(run_file, LastWords(reason="failed", detail="disk I/O error", **words))
    state = run_state(run_file)
    assert (state.state, state.detail) == (RunStateName.FAILED, "disk I/O error")
    with RunWriter.append_to(run_file) as successor:
        successor.event(0.0, "run_ended", {"reason": "failed", "detail": "as the worker said"})
    assert run_state(run_file).detail == "as the worker said"
    assert not last_words_file(run_file).exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows gives each user a folder")
def test_words_that_somebody_else_could_have_left_are_not_believed(run_file, monkeypatch):
    elsewhere = run_file.parent / "tmp" / "solidcell-1"
    elsewhere.mkdir(parents=True)
    monkeypatch.setattr(last_words, "_elsewhere", lambda _: [elsewhere / "a.ended.json"])
    words = {"safe": True, "elapsed_s": 0.0, "acknowledged_seq": 0, "utc": ""}
    say_last_words(run_file, LastWords(reason="failed", detail="", **words))
    last_words_file(run_file).rename(elsewhere / "a.ended.json")
    assert read_last_words(run_file) is not None
    monkeypatch.setattr(os, "getuid", lambda: run_file.parent.stat().st_uid + 1)
    assert read_last_words(run_file) is None


def test_last_words_stay_if_the_run_file_refused_the_end_after_its_last_row(run_file):
    with RunWriter.create(run_file, header()) as writer:
        writer.event(0.0, "mark", {})
        writer.commit()
        writer._backlog.fail("folding the log failed", broken=True)
        with pytest.raises(RecordError, match="folding the log failed"):
            writer.event(1.0, "run_ended", {"reason": "completed", "detail": ""})
        assert writer.say_last_words("failed", "folding failed", safe=True, elapsed_s=1.0)
    assert run_state(run_file).detail == "folding failed"
