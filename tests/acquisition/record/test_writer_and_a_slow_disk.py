"""Whoever measures never waits for the disk, and a disk that does not answer is noticed."""

import sqlite3

import pytest
from solidcell.acquisition.record import group_commit, write_ahead
from solidcell.acquisition.record import writer as writer_module
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from support.held_disk import HeldDisk
from support.runs import header


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.run.sqlite"


@pytest.fixture
def disk(monkeypatch):
    return HeldDisk.under_all_writers(monkeypatch)


def hang(disk, writer):
    """Have one row stuck on its way to the disk."""
    disk.hold()
    writer.event(0.0, "mark", {})
    disk.wait_for_a_commit_at_the_gate()


def test_readings_are_taken_while_the_disk_hangs(path, disk):
    with RunWriter.create(path, header()) as writer:
        hang(disk, writer)
        for number in range(5000):
            writer.reading(0, float(number), 0.1, 1e-3)
        assert (writer.acknowledged_seq, writer.last_seq) == (0, 5001)
        writer.check()
        assert not writer.is_durable(within_s=0.0)
        disk.release()
    with RunReader(path) as run:
        assert len(run.readings()) == 5000


def test_a_disk_that_hangs_for_too_long_has_failed_but_still_takes_the_end(path, disk, monkeypatch):
    monkeypatch.setattr(writer_module, "STALL_LIMIT_S", 0.0)
    with RunWriter.create(path, header()) as writer:
        hang(disk, writer)
        with pytest.raises(RecordError, match="the disk has not answered for 0 s"):
            writer.check()
        with pytest.raises(RecordError, match="the disk has not answered"):
            writer.reading(0, 1.0, 0.1, 1e-3)
        writer.event(1.0, "run_ended", {"reason": "failed", "detail": ""})
        disk.release()
    with RunReader(path) as run:
        assert len(run.events(kind="run_ended")) == 1
        assert run.readings() == []


def test_a_writer_that_has_nothing_to_write_never_looks_stalled(path, monkeypatch):
    monkeypatch.setattr(writer_module, "STALL_LIMIT_S", -1.0)
    with RunWriter.create(path, header()) as writer:
        writer.check()


def test_an_event_takes_what_waits_before_it_to_the_disk_at_once(path, disk):
    with RunWriter.create(path, header(), group_commit_s=60.0) as writer:
        writer.reading(0, 0.0, 0.1, 1e-3)
        writer.event(0.0, "intent", {"number": 0})
        disk.wait_for_commits(1)
        with RunReader(path) as run:
            assert (len(run.readings()), len(run.events())) == (1, 1)
        writer.reading(0, 1.0, 0.1, 1e-3)
        assert writer.acknowledged_seq <= 2


def test_many_readings_share_one_commit(path, disk):
    with RunWriter.create(path, header(), group_commit_s=60.0) as writer:
        for number in range(1000):
            writer.reading(0, float(number), 0.1, 1e-3)
        writer.commit()
    assert disk._passed == 1


def test_the_record_says_what_may_be_lost(path):
    with RunWriter.create(path, header()) as writer:
        promises = writer.promises()
        assert promises["loss_window_s"] == 0.5
        assert promises["sqlite"] == sqlite3.sqlite_version
        writer.pace(0.01)
        assert writer.promises() == promises


def test_a_slow_commit_is_told(path, monkeypatch):
    monkeypatch.setattr(group_commit, "_SLOW_COMMIT_S", -1.0)
    with RunWriter.create(path, header()) as writer:
        writer.reading(0, 0.0, 0.1, 1e-3)
        writer.commit()
        writer.event(0.0, "mark", {})
        writer.commit()  # news of the first commit are complete once the second has begun
        assert writer.news()[0]["alarm"] == "slow_commit"
        assert writer.news() in ([], [{"alarm": "slow_commit", "took_s": pytest.approx(0, abs=9)}])


def test_the_longest_commit_and_the_longest_log_are_remembered(path, disk):
    with RunWriter.create(path, header()) as writer:
        assert writer.figures() == {"commits": 0, "longest_commit_s": 0, "longest_wal_bytes": 0}
        hang(disk, writer)
        disk.release()
        writer.commit()
        writer.event(0.0, "mark", {})
        writer.commit()  # figures of the first commit are complete once the second has begun
        figures = writer.figures()
        log_bytes = path.with_name(f"{path.name}-wal").stat().st_size
    assert figures["commits"] in (1, 2)
    assert figures["longest_commit_s"] > 0
    assert 0 < figures["longest_wal_bytes"] <= log_bytes


def test_a_program_that_locks_the_run_file_is_told_of_and_waited_for(path, monkeypatch):
    monkeypatch.setattr(write_ahead, "_BUSY_TIMEOUT_S", 0.001)
    with RunWriter.create(path, header()) as writer:
        vandal = sqlite3.connect(path, isolation_level=None)
        vandal.execute("BEGIN IMMEDIATE")
        writer.reading(0, 0.0, 0.1, 1e-3)
        told = []
        while not told:
            assert not writer.is_durable(within_s=0.01)
            told = writer.news()
        vandal.close()
        writer.commit()
    assert told == [
        {"alarm": "locked", "detail": "another program holds the run file locked for writing"}
    ]
    with RunReader(path) as run:
        assert len(run.readings()) == 1


def test_a_reader_that_never_lets_go_raises_an_alarm_and_the_log_shrinks_after_it(
    path, monkeypatch
):
    monkeypatch.setattr(write_ahead, "LOG_ALARM_BYTES", 500_000)
    monkeypatch.setattr(write_ahead, "_FOLD_AGAIN_AFTER_S", 0.0)
    monkeypatch.setattr(write_ahead, "_FOLD_TIMEOUT_S", 0.001)
    log = path.with_name(f"{path.name}-wal")
    with RunWriter.create(path, header(), group_commit_s=0.0) as writer:
        reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM reading").fetchall()
        commit_rows(writer, 150)
        writer.checkpoint()
        commit_rows(writer, 2)
        grown_bytes = log.stat().st_size
        assert grown_bytes > 500_000
        assert [news["alarm"] for news in writer.news()] == ["log_grown"]
        reader.close()
        commit_rows(writer, 2)
        assert log.stat().st_size < grown_bytes / 10
        assert [news["alarm"] for news in writer.news()] == ["log_folded"]


def commit_rows(writer, number):
    for each in range(number):
        writer.event(float(each), "mark", {"label": "x" * 3000})
        writer.commit()


def test_our_reader_never_keeps_the_log_from_being_folded(path, monkeypatch):
    monkeypatch.setattr(write_ahead, "_FOLD_WHEN_ASKED_BYTES", 0)
    log = path.with_name(f"{path.name}-wal")
    with RunWriter.create(path, header(), group_commit_s=0.0) as writer, RunReader(path) as run:
        commit_rows(writer, 20)
        run.readings(), run.segments(), run.events(), run.reading_columns(), run.last_seq()
        writer.checkpoint()
        commit_rows(writer, 1)
        writer.reading(0, 1.0, 0.0, 0.0)
        writer.commit()
        assert log.stat().st_size < 30_000
