"""What was acknowledged is there after the writer was killed or the disk was full."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from solidcell.acquisition.record import copying
from solidcell.acquisition.record.copying import copy_run
from solidcell.acquisition.record.errors import NotARunFileError, RecordError
from solidcell.acquisition.record.file_system import named
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from support.runs import header

TESTS = Path(__file__).parents[2]


def endless_writer(path, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "support.endless_writer", str(path), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=TESTS,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )


@pytest.mark.slow
@pytest.mark.parametrize("lines_before_death", [1, 2, 17, 140, 611])
def test_no_acknowledged_reading_is_lost_when_the_writer_is_killed(tmp_path, lines_before_death):
    path = tmp_path / "a.run.sqlite"
    with endless_writer(path) as writer:
        for _ in range(lines_before_death):
            line = writer.stdout.readline()
        writer.kill()
        acknowledged = int(([line, *writer.stdout.read().splitlines()])[-1])
    with RunReader(path) as run:
        readings = run.readings()
    assert len(readings) >= acknowledged
    assert [r.seq for r in readings] == list(range(1, len(readings) + 1))
    assert [r.voltage_v for r in readings] == [n * 1e-3 for n in range(len(readings))]
    with RunWriter.append_to(path) as successor:
        successor.event(0.0, "run_ended", {"reason": "interrupted"})
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a limit on file size is POSIX only")
def test_a_full_disk_is_an_error_and_keeps_every_acknowledged_reading(tmp_path):
    path = tmp_path / "a.run.sqlite"
    with endless_writer(path, "400000") as writer:
        *_, acknowledged, last_words = writer.stdout.read().splitlines()
    assert "a.run.sqlite: writing failed" in last_words
    assert int(acknowledged) > 0
    with RunReader(path) as run:
        assert len(run.readings()) >= int(acknowledged)


def test_a_live_run_is_copied_with_what_is_still_in_its_log(tmp_path):
    path, copy = tmp_path / "a.run.sqlite", tmp_path / "copy.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        for number in range(500):
            writer.reading(0, float(number), 0.1, 1e-3)
        writer.commit()
        copy_run(path, copy)
        writer.reading(0, 500.0, 0.1, 1e-3)
    with RunReader(copy) as run:
        assert run.last_seq() == 500
        assert run.header == header()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.run.sqlite", "copy.run.sqlite"]


def test_a_copy_to_a_network_drive_opens_no_database_there(tmp_path, monkeypatch):
    path, copy = tmp_path / "a.run.sqlite", tmp_path / "nas" / "copy.run.sqlite"
    copy.parent.mkdir()
    with RunWriter.create(path, header()) as writer:
        writer.reading(0, 0.0, 0.1, 1e-3)
    opened = []
    monkeypatch.setattr(copying, "file_system_of", lambda _: named("cifs"))
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda file, **how: opened.append(str(file)) or connect(file, **how)
    )
    copy_run(path, copy)
    assert len(opened) == 3
    assert not any("nas" in file for file in opened)
    with RunReader(copy) as run:
        assert len(run.readings()) == 1
    assert [file.name for file in copy.parent.iterdir()] == ["copy.run.sqlite"]


def test_a_copy_that_cannot_be_made_leaves_nothing_half_made(tmp_path, monkeypatch):
    path, copy = tmp_path / "a.run.sqlite", tmp_path / "copy.run.sqlite"
    RunWriter.create(path, header()).close()

    def back_up(source, target):
        target.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copying, "_back_up", back_up)
    with pytest.raises(RecordError, match=r"copy\.run\.sqlite: the copy could not be made.*full"):
        copy_run(path, copy)
    assert list(tmp_path.glob("copy*")) == []


def test_a_copy_is_never_written_over_another_file(tmp_path):
    path, other = tmp_path / "a.run.sqlite", tmp_path / "notes.txt"
    RunWriter.create(path, header()).close()
    other.write_text("mine", encoding="utf-8")
    with pytest.raises(RecordError, match="never written over"):
        copy_run(path, other)
    with pytest.raises(NotARunFileError):
        copy_run(other, tmp_path / "copy.run.sqlite")
    assert other.read_text(encoding="utf-8") == "mine"


def test_the_write_ahead_log_is_folded_into_the_file_when_asked(tmp_path):
    path = tmp_path / "a.run.sqlite"
    log = tmp_path / "a.run.sqlite-wal"
    with RunWriter.create(path, header(), group_commit_s=0.0) as writer:
        for number in range(400):
            writer.reading(0, float(number), 0.1, 1e-3)
            writer.commit()
        grown = log.stat().st_size
        writer.checkpoint()
        for number in range(2):
            writer.event(0.0, "mark", {"label": number})
            writer.commit()
        assert log.stat().st_size < grown / 10
