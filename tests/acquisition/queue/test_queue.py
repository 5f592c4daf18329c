"""Runs that wait for their channel: started one after the other, and never behind a bad end."""

import os
from pathlib import Path

import pytest
from solidcell.acquisition.control.stop import StopFile
from solidcell.acquisition.control.stop_all import stop_everything
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.preview.preflight import PreflightError
from solidcell.acquisition.processes import ProcessId
from solidcell.acquisition.queue import advance as advance_module
from solidcell.acquisition.queue.commands import (
    hold_queue,
    move_queued,
    queued,
    release_queue,
    remove_queued,
)
from solidcell.acquisition.queue.place import queue_with
from solidcell.acquisition.queue.state import QueueError
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.job import Job, read_job, write_job
from solidcell.acquisition.starting.start import StartError
from support.queue_bench import QueueBench
from support.settings_files import SMALL_BENCH, written


@pytest.fixture
def bench(tmp_path, monkeypatch):
    return QueueBench(tmp_path, monkeypatch)


def release(bench):
    return release_queue("A1", data_dir=bench.data_dir, leases=bench.leases)


def test_on_a_free_channel_a_queued_run_starts_at_once(bench):
    added = bench.add()
    assert added.started.run_id == bench.begun[0].run_id
    assert (added.place, added.held, bench.waiting()) == (0, "", [])
    assert "pellet-7" in added.started.run_id


def test_runs_start_one_after_the_other_in_the_order_in_which_they_were_queued(bench):
    ids = [bench.add(operator=f"person {n}").id for n in range(3)]
    assert bench.waiting() == ids[1:]
    assert bench.end() == f"the next of the queue is {bench.begun[1].run_id}"
    assert bench.waiting() == ids[2:]
    bench.end()
    assert [read_job(run.job_file).operator for run in bench.begun] == [
        "person 0",
        "person 1",
        "person 2",
    ]
    assert bench.end() == ""
    assert len(bench.begun) == 3
    assert bench.look().held is None


@pytest.mark.parametrize("reason", ["failed", "limit_tripped", "stopped", "interrupted"])
def test_after_any_end_but_a_good_one_the_queue_is_held_until_a_person_releases_it(bench, reason):
    bench.add()
    bench.add()
    bench.end(reason, detail="4.3 V")
    assert len(bench.begun) == 1
    assert bench.look().held.reason == f"{bench.begun[0].run_id} ended {reason}: 4.3 V"
    bench.add()
    assert len(bench.begun) == 1
    assert release(bench).run_id == bench.begun[1].run_id
    assert (bench.look().held, len(bench.waiting())) == (None, 1)


def test_a_completed_run_whose_cell_may_still_be_driven_holds_the_queue(bench):
    bench.add()
    bench.add()
    bench.end("completed", safe=False)
    assert len(bench.begun) == 1
    assert "its cell is not known to be open" in bench.look().held.reason


def test_a_run_that_does_not_begin_waits_in_front_and_the_queue_is_held(bench):
    bench.refusal = "no answer from COM3"
    first = bench.add()
    assert (first.started, first.place) == (None, 1)
    assert "no answer from COM3" in first.held
    second = bench.add()
    assert bench.waiting() == [first.id, second.id]
    assert bench.look().current is None
    for lease in bench.leases.glob("*.json"):  # its worker has ended by now
        lease.unlink()
    with pytest.raises(StartError, match="COM3"):
        release(bench)
    for lease in bench.leases.glob("*.json"):
        lease.unlink()
    assert bench.waiting() == [first.id, second.id]
    bench.refusal = ""
    assert release(bench) is not None
    assert bench.waiting() == [second.id]


def test_a_run_uses_the_files_as_they_were_when_it_was_queued(bench):
    bench.add()
    before = {
        name: getattr(bench, name).read_text(encoding="utf-8")
        for name in ("protocol", "bench", "cell")
    }
    bench.add()
    for name in before:
        getattr(bench, name).write_text("edited since", encoding="utf-8")
    bench.end()
    job = read_job(bench.begun[1].job_file)
    assert {name: Path(getattr(job, name)).read_text(encoding="utf-8") for name in before} == before
    assert all(Path(getattr(job, name)).is_relative_to(bench.begun[1].path) for name in before)
    assert job.options["bench_file"] == str(bench.bench)
    assert job.options["queue"]["cell"] == str(bench.cell)


def test_the_copies_of_a_job_that_was_run_or_removed_are_gone(bench):
    bench.add()
    kept, removed = bench.add(), bench.add()
    remove_queued(removed.id, data_dir=bench.data_dir)
    folder = bench.data_dir / "queue" / "A1"
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [kept.id]
    bench.end()
    assert not [path for path in folder.iterdir() if path.is_dir()]


def test_copies_that_somebody_has_removed_hold_the_queue_and_no_run_is_made(bench):
    bench.add()
    lost = bench.add()
    (bench.data_dir / "queue" / "A1" / lost.id / "cell.yaml").unlink()
    assert "the copy of the cell file is gone" in bench.end()
    assert f"{lost.id} could not be prepared" in bench.look().held.reason
    assert (bench.waiting(), len(bench.begun)) == ([lost.id], 1)


def test_what_does_not_pass_preflight_is_refused_and_nothing_is_queued(bench):
    hot = written(bench.data_dir.parent, "hot.toml", SMALL_BENCH.replace("20.0", "0.01"))
    with pytest.raises(PreflightError, match="mA"):
        bench.add(bench=hot)
    with pytest.raises(FileError, match="no channel 'B7'"):
        bench.add(channel="B7")
    assert queued(bench.data_dir) == []


def test_jobs_are_moved_and_removed_by_name(bench):
    bench.add()
    first, second, third = (bench.add().id for _ in range(3))
    move_queued(third, 1, data_dir=bench.data_dir)
    assert bench.waiting() == [third, first, second]
    assert remove_queued(first, data_dir=bench.data_dir).place == 2
    with pytest.raises(QueueError, match=f"'{first}' does not wait.*there is: {third}, {second}"):
        remove_queued(first, data_dir=bench.data_dir)


def test_a_queue_held_by_a_person_starts_nothing_and_says_who_and_why(bench):
    bench.add()
    bench.add()
    hold_queue("A1", "glove box opened", who="ben", data_dir=bench.data_dir)
    bench.end()
    held = bench.look().held
    assert (held.reason, held.who) == ("held by ben: glove box opened", "ben")
    assert len(bench.begun) == 1
    release(bench)
    assert len(bench.begun) == 2


def test_a_queue_whose_supervisor_died_says_so_and_goes_on_when_released(bench):
    bench.add()
    bench.add()
    bench.die("completed")
    assert "was completed, and its supervisor is gone" in bench.look().note
    assert len(bench.begun) == 1
    release(bench)
    assert len(bench.begun) == 2


def test_the_next_job_that_is_queued_finds_a_run_that_died_and_holds_the_queue(bench):
    bench.add()
    bench.add()
    bench.die(None, safe=False)
    bench.add()
    assert len(bench.begun) == 1
    assert "ended dead" in bench.look().held.reason


def run_by_hand(bench, run_id="2026-11-21T090000_A1_by-hand"):
    """A run that came from no queue: its folder, and the lease that its living worker took."""
    folder = RunFolder(bench.data_dir / run_id)
    folder.path.mkdir(parents=True)
    files = {"protocol": bench.protocol, "bench": bench.bench, "cell": bench.cell}
    paths = {name: str(path) for name, path in files.items()}
    job = Job(run_id=run_id, channel="A1", operator="ada", **paths)
    write_job(folder.job_file, job)
    lease = bench.take_channel(run_id)
    worker = ProcessId.of(os.getppid()).as_json()
    write_json(folder.worker_file, {"supervisor": worker, "worker": worker})
    bench.write(folder)
    return folder, lease


def test_a_queue_waits_for_a_run_that_came_from_elsewhere_and_goes_on_after_it(bench):
    folder, lease = run_by_hand(bench)
    assert bench.add().place == 1
    assert bench.look().current == folder.run_id
    lease.unlink()
    bench.begun.append(folder)
    bench.end()
    assert len(bench.begun) == 2


def test_a_bad_end_of_a_run_that_came_from_elsewhere_holds_a_queue_that_waits(bench):
    folder, lease = run_by_hand(bench)
    bench.add()
    lease.unlink()
    bench.begun.append(folder)
    bench.end("limit_tripped")
    assert "limit_tripped" in bench.look().held.reason


def test_channels_of_one_name_on_two_benches_have_queues_of_their_own(bench):
    other = written(bench.data_dir.parent, "other.toml", SMALL_BENCH.replace("5025", "5026"))
    bench.add()
    bench.add(bench=other)
    assert len(bench.begun) == 2
    assert [bench.add().id, bench.add(bench=other).id] == ["A1-2", "A1_2-2"]
    hold_queue("A1_2", data_dir=bench.data_dir)
    hold_queue("A1", bench=bench.bench, data_dir=bench.data_dir)
    with pytest.raises(QueueError, match="no channel 'C1' has a queue"):
        hold_queue("C1", data_dir=bench.data_dir)


def test_when_everything_is_stopped_every_run_is_asked_and_nothing_begins_in_its_stead(bench):
    bench.add()
    bench.add()
    assert stop_everything(bench.data_dir, "ben") == [bench.begun[0].run_id]
    assert StopFile(bench.begun[0].stop_file).asked().who == "ben"
    bench.end("completed")  # it came to its end by itself at that very moment
    assert len(bench.begun) == 1
    assert bench.look().held.reason == "held by ben: everything was stopped"


def test_an_interrupted_start_leaves_its_job_in_front(bench, monkeypatch):
    def interrupted(folder, command):
        raise KeyboardInterrupt

    monkeypatch.setattr(advance_module, "launch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bench.add()
    assert bench.waiting() == ["A1-1"]
    assert bench.look().held.reason == "its start was broken off"
    assert queue_with(bench.data_dir, "A1-1").key == "A1"
