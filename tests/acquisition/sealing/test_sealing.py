"""A run that has ended is sealed: checked, one plain read-only file, and known by its hash."""

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.processes import ProcessId, this_process
from solidcell.acquisition.record.errors import NotARunFileError, RecordError
from solidcell.acquisition.record.last_words import LastWords, say_last_words
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.sealing import (
    SealError,
    SealVerdict,
    add_tables,
    check_seal,
    read_seal,
    seal_file,
    seal_run,
)
from support.written_runs import HOLD, SWEEP, Step, write_run


@pytest.fixture
def run_file(tmp_path):
    return write_run(tmp_path / "a" / "a.run.sqlite")


def verdicts(run_file):
    return [check.verdict for check in check_seal(run_file)]


def vandalise(run_file, *statements):
    """Change a run file as the writer never would, past its triggers."""
    db = sqlite3.connect(run_file)
    for (trigger,) in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def test_the_seal_holds_the_hash_and_the_counts_of_the_file(run_file):
    seal = seal_run(run_file)
    assert seal.file.sha256 == hashlib.sha256(run_file.read_bytes()).hexdigest()
    assert seal.file.size_bytes == run_file.stat().st_size
    with RunReader(run_file) as run:
        assert seal.rows["reading"] == len(run.readings()) == 5
        assert seal.rows["impedance_point"] == len(run.impedance_points()) == 7
        assert seal.last_seq == run.last_seq() == sum(seal.rows.values())
    assert seal.ended["reason"] == "completed"
    assert read_seal(run_file) == seal
    assert json.loads(seal_file(run_file).read_text(encoding="utf-8"))["file"]["sha256"]


def test_a_sealed_run_is_one_plain_read_only_file_without_a_log(run_file):
    seal_run(run_file)
    assert sorted(p.name for p in run_file.parent.iterdir()) == ["a.run.sqlite", "a.seal.json"]
    assert not run_file.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    db = sqlite3.connect(f"{run_file.as_uri()}?mode=ro", uri=True)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


def test_reading_a_sealed_run_leaves_no_trace(run_file):
    seal_run(run_file)
    with RunReader(run_file) as run:
        assert run.readings()
        assert len(list(run_file.parent.iterdir())) == 2
    assert verdicts(run_file) == ["unchanged"]


def test_sealing_again_changes_nothing(run_file):
    seal = seal_run(run_file)
    before = seal_file(run_file).read_bytes()
    assert seal_run(run_file) == seal
    assert seal_file(run_file).read_bytes() == before


@pytest.mark.slow
@given(place=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_found(tmp_path_factory, place, flip):
    run_file = tmp_path_factory.getbasetemp() / "bytes.run.sqlite"
    if not run_file.exists():
        seal_run(write_run(run_file, (HOLD,)))
        run_file.chmod(0o644)
    good = run_file.read_bytes()
    place %= len(good)
    run_file.write_bytes(good[:place] + bytes([good[place] ^ flip]) + good[place + 1 :])
    try:
        assert verdicts(run_file) == ["changed"]
        with pytest.raises(SealError, match="changed since it was sealed"):
            seal_run(run_file)
    finally:
        run_file.write_bytes(good)
    assert verdicts(run_file) == ["unchanged"]


def test_the_check_says_which_file_is_gone_grown_or_was_never_sealed(run_file, tmp_path):
    assert verdicts(run_file) == [SealVerdict.NOT_SEALED]
    table = run_file.with_name("a.readings.parquet")
    table.write_bytes(b"columns")
    seal_run(run_file)
    add_tables(run_file, [table])
    assert verdicts(run_file) == ["unchanged", "unchanged"]
    table.write_bytes(b"more columns")
    assert check_seal(run_file)[1].path == table
    assert "12 bytes, was 7" in check_seal(run_file)[1].detail
    table.unlink()
    assert verdicts(run_file) == ["unchanged", "missing"]
    with pytest.raises(SealError, match="does not lie beside"):
        add_tables(run_file, [tmp_path / "elsewhere.parquet"])


def test_a_run_that_broke_off_is_refused_and_left_alone(tmp_path):
    run_file = write_run(tmp_path / "b.run.sqlite", end=None)
    before = run_file.read_bytes()
    with pytest.raises(SealError, match="no end of the run is recorded"):
        seal_run(run_file)
    assert run_file.read_bytes() == before
    assert run_file.stat().st_mode & stat.S_IWUSR
    assert read_seal(run_file) is None


def test_a_run_goes_on_while_its_worker_or_supervisor_lives(run_file):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        alive = ProcessId.of(other.pid).as_json()
        write_json(run_file.with_name("worker.json"), {"supervisor": alive, "worker": None})
        with pytest.raises(SealError, match=f"goes on .supervisor, process {other.pid}"):
            seal_run(run_file)
        other.communicate()
    assert seal_run(run_file).ended["reason"] == "completed"


def test_a_supervisor_may_seal_its_own_run(run_file):
    write_json(run_file.with_name("worker.json"), {"supervisor": this_process().as_json()})
    assert seal_run(run_file).rows["reading"] == 5


def test_a_run_that_is_still_open_elsewhere_is_not_sealed(run_file):
    with RunReader(run_file), pytest.raises(SealError, match="another program has it open"):
        seal_run(run_file, patience_s=0.0)
    assert read_seal(run_file) is None
    with RunReader(run_file) as run:
        assert len(run.readings()) == 5
    assert seal_run(run_file).rows["reading"] == 5


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("DELETE FROM reading WHERE elapsed_s = 3.0", r"rows 6 to 6 are missing"),
        (
            "INSERT INTO reading SELECT 2, 0, 5.0, 0, 0, NULL, NULL, 0",
            r"row 2 is there more than once",
        ),
        ("DELETE FROM segment WHERE number = 1", r"7 rows of impedance_point belong to segment 1"),
        ("UPDATE reading SET elapsed_s = 0.5 WHERE elapsed_s = 3.0", r"runs back, from 2.0 s to"),
    ],
)
def test_an_inconsistent_record_is_refused_by_name(run_file, statement, complaint):
    vandalise(run_file, statement)
    with pytest.raises(SealError, match=complaint):
        seal_run(run_file)


def test_nothing_may_be_measured_after_the_end(tmp_path):
    good = write_run(tmp_path / "g.run.sqlite", after_the_end=("error", "made_safe"))
    assert seal_run(good).ended["reason"] == "completed"
    bad = write_run(tmp_path / "b.run.sqlite", after_the_end=("segment_ended",))
    with pytest.raises(SealError, match="a segment_ended follows the end"):
        seal_run(bad)


def test_a_row_that_was_acknowledged_and_is_not_there_prevents_the_seal(run_file):
    words = LastWords(
        reason="failed", detail="", safe=True, elapsed_s=5.0, acknowledged_seq=99, utc=""
    )
    say_last_words(run_file, words)
    with pytest.raises(SealError, match="row 99 was acknowledged, and the file ends with row 20"):
        seal_run(run_file)
    say_last_words(run_file, replace(words, acknowledged_seq=20))
    assert seal_run(run_file)


def test_a_damaged_page_is_found(tmp_path):
    many = Step(rows=tuple((float(n), 0.1, 1e-3, None, None) for n in range(4000)), began_s=0.0)
    run_file = write_run(tmp_path / "d.run.sqlite", (many, SWEEP))
    damaged = bytearray(run_file.read_bytes())
    middle = len(damaged) // 2 // 4096 * 4096
    damaged[middle : middle + 200] = bytes(200)
    run_file.write_bytes(damaged)
    with pytest.raises((SealError, RecordError)):
        seal_run(run_file)
    assert read_seal(run_file) is None


@pytest.mark.slow
def test_a_long_run_tells_how_far_it_has_been_checked(tmp_path):
    many = Step(rows=tuple((float(n), 0.1, 1e-3, None, None) for n in range(60_000)), began_s=0.0)
    run_file = write_run(tmp_path / "l.run.sqlite", (many,))
    told = []
    seal = seal_run(run_file, progress=lambda reached, last: told.append((reached, last)))
    assert told == [(50_000, seal.last_seq)]
    assert seal.rows["reading"] == 60_000


def test_an_index_that_disagrees_with_its_table_is_found(tmp_path):
    run_file = write_run(tmp_path / "i.run.sqlite", (HOLD, Step()))
    db = sqlite3.connect(run_file)
    (page,) = db.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_segment_1'"
    ).fetchone()
    (seq,) = db.execute("SELECT seq FROM segment WHERE number = 1").fetchone()
    db.close()
    content = run_file.read_bytes()
    entry = content.index(bytes([3, 9, 1, seq]), (page - 1) * 4096)  # number 1 is in row seq
    run_file.write_bytes(content[: entry + 3] + bytes([seq + 1]) + content[entry + 4 :])
    before = run_file.read_bytes()
    with pytest.raises(SealError, match="index sqlite_autoindex_segment_1"):
        seal_run(run_file)
    assert (run_file.read_bytes(), read_seal(run_file)) == (before, None)


def test_what_is_no_run_file_or_no_seal_is_refused(tmp_path, run_file):
    other = tmp_path / "x.run.sqlite"
    other.write_text("nothing", encoding="utf-8")
    with pytest.raises(NotARunFileError):
        seal_run(other)
    seal_file(run_file).write_text('{"seal_version": 2}', encoding="utf-8")
    with pytest.raises(SealError, match="this is no seal: version 2"):
        check_seal(run_file)


def test_a_seal_stays_true_when_the_run_is_copied_to_another_disk(run_file, tmp_path):
    seal_run(run_file)
    archive = tmp_path / "archive"
    shutil.copytree(run_file.parent, archive)
    assert verdicts(archive / run_file.name) == ["unchanged"]


def test_a_run_whose_sealing_was_interrupted_is_sealed_the_next_time(run_file):
    seal_run(run_file)
    seal_file(run_file).unlink()
    assert seal_run(run_file).rows["reading"] == 5


@pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 1)() == 0, reason="root may write to read-only files"
)
def test_no_worker_goes_on_writing_into_a_sealed_run(run_file):
    seal_run(run_file)
    with pytest.raises(RecordError):
        RunWriter.append_to(run_file)
