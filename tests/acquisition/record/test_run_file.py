"""What is written is what is read, and what is read is durable."""

import math
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.record.errors import NotARunFileError, RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from support.runs import header

finite = st.floats(allow_nan=False, allow_infinity=False, width=32)
maybe = st.none() | finite


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ccd.run.sqlite"


def test_the_header_comes_back_as_it_was_given(path):
    given_header = header(cell={"thickness_m": 5e-4, "name": "LLZO № 7"}, clock_speed=60.0)
    RunWriter.create(path, given_header).close()
    with RunReader(path) as run:
        assert run.header == given_header


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.tuples(finite, finite, finite, maybe, maybe, st.integers(0, 31))))
def test_every_reading_comes_back_exactly(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("run") / "a.run.sqlite"
    with RunWriter.create(path, header(), group_commit_s=0.0) as writer:
        for row in rows:
            writer.reading(3, *row)
    with RunReader(path) as run:
        assert [
            (r.elapsed_s, r.voltage_v, r.current_a, r.temperature_k, r.stack_pressure_pa, r.flags)
            for r in run.readings()
        ] == rows
        assert {r.segment for r in run.readings()} <= {3}


@settings(max_examples=20, deadline=None)
@given(kinds=st.lists(st.sampled_from(["segment", "reading", "point", "event"]), max_size=30))
def test_one_sequence_runs_through_all_tables(tmp_path_factory, kinds):
    path = tmp_path_factory.mktemp("run") / "a.run.sqlite"
    with RunWriter.create(path, header(), group_commit_s=0.0) as writer:
        for kind in kinds:
            _write_one(writer, kind)
    with RunReader(path) as run:
        tables = {
            "segment": run.segments(),
            "reading": run.readings(),
            "point": run.impedance_points(),
            "event": run.events(),
        }
        order = sorted((row.seq, kind) for kind, rows in tables.items() for row in rows)
        assert order == list(enumerate(kinds, start=1))
        assert run.last_seq() == len(kinds)


def test_segments_are_numbered_from_zero_and_keep_settings_and_tags(path):
    with RunWriter.create(path, header()) as writer:
        assert writer.segment(0.0, "Rest", "rest", {"duration_s": 60.0}, {}) == 0
        tags = {"phase": "step", "step": 2, "direction": -1}
        assert writer.segment(60.0, "Galvanostatic", "half-cycle", {"current_a": 1e-4}, tags) == 1
    with RunReader(path) as run:
        second = run.segments()[1]
        assert (second.number, second.elapsed_s, second.kind) == (1, 60.0, "Galvanostatic")
        assert (second.settings, second.tags) == ({"current_a": 1e-4}, tags)


def test_a_reader_that_comes_back_gets_only_what_is_new(path):
    with RunWriter.create(path, header()) as writer, RunReader(path) as run:
        for number in range(10):
            writer.reading(0, float(number), 0.1, 1e-3)
        writer.commit()
        seen = run.last_seq()
        assert run.readings(since_seq=seen) == []
        writer.event(10.0, "mark", {"label": "half way"})
        writer.reading(0, 10.0, 0.2, 1e-3)
        writer.commit()
        assert [r.elapsed_s for r in run.readings(since_seq=seen)] == [10.0]
        assert [e.kind for e in run.events(since_seq=seen)] == ["mark"]
        assert [r.elapsed_s for r in run.readings(since_seq=3, limit=2)] == [3.0, 4.0]


def test_nothing_is_shown_before_it_is_durable(path):
    with RunWriter.create(path, header(), group_commit_s=60.0) as writer, RunReader(path) as run:
        seq = writer.reading(0, 0.0, 0.1, 1e-3)
        assert writer.acknowledged_seq == 0
        assert run.readings() == []
        writer.commit()
        assert writer.acknowledged_seq == seq
        assert len(run.readings()) == 1


def test_columns_hold_what_the_rows_hold(path):
    with RunWriter.create(path, header()) as writer:
        for number in range(100):
            temperature_k = 298.15 if number % 2 else None
            writer.reading(number // 10, number / 10, number * 1e-3, -1e-4, temperature_k, None, 16)
    with RunReader(path) as run:
        columns, rows = run.reading_columns(since_seq=40), run.readings(since_seq=40)
    assert len(rows) == 60
    for name in ("seq", "segment", "elapsed_s", "voltage_v", "current_a", "flags"):
        assert list(columns[name]) == [getattr(row, name) for row in rows]
    assert [None if math.isnan(t) else t for t in columns["temperature_k"]] == [
        row.temperature_k for row in rows
    ]
    assert all(math.isnan(p) for p in columns["stack_pressure_pa"])


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_never_stored(path, wrong):
    with RunWriter.create(path, header()) as writer:
        with pytest.raises(ValueError, match="finite"):
            writer.reading(0, 0.0, wrong, 0.0)
        with pytest.raises(ValueError, match="finite"):
            writer.impedance_point(0, 0.0, 1e3, 10.0, wrong)
        with pytest.raises(ValueError, match="JSON"):
            writer.event(0.0, "mark", {"value": wrong})
        writer.reading(0, 1.0, 0.5, 0.0)
    with RunReader(path) as run:
        assert [r.voltage_v for r in run.readings()] == [0.5]


def test_a_commit_waits_for_the_disk(path):
    with RunWriter.create(path, header()) as writer:
        db = writer._committer._db
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_run_file_is_never_written_over(path):
    RunWriter.create(path, header(run_id="first")).close()
    with pytest.raises(RecordError, match="never written over"):
        RunWriter.create(path, header(run_id="second"))
    with RunReader(path) as run:
        assert run.header.run_id == "first"


def test_a_successor_goes_on_where_the_writer_ended(path):
    with RunWriter.create(path, header()) as writer:
        writer.segment(0.0, "Rest", "rest", {}, {})
        writer.reading(0, 1.5, 0.0, 0.0)
    with RunWriter.append_to(path) as writer:
        assert writer.event(1.5, "run_ended", {"reason": "interrupted"}) == 3
        assert writer.segment(2.0, "Rest", "rest", {}, {}) == 1
    with RunReader(path) as run:
        assert [s.number for s in run.segments()] == [0, 1]
        assert run.last_elapsed_s() == 2.0


VANDALISM = [
    "UPDATE reading SET voltage_v = 0",
    "DELETE FROM reading",
    "INSERT OR REPLACE INTO reading VALUES (2, 0, 0, 9, 9, NULL, NULL, 0)",
    "UPDATE event SET body = '{}'",
    "DELETE FROM event",
    "DELETE FROM segment",
    "UPDATE run SET value = '\"x\"' WHERE key = 'operator'",
    "INSERT OR REPLACE INTO run VALUES ('operator', '\"x\"')",
    "DELETE FROM run",
]


@pytest.mark.parametrize("statement", VANDALISM)
def test_the_file_itself_refuses_to_be_altered(path, statement):
    with RunWriter.create(path, header()) as writer:
        for kind in ("segment", "reading", "point", "event"):
            _write_one(writer, kind)
    db = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(statement)
    db.close()


def test_a_reader_cannot_write(path):
    RunWriter.create(path, header()).close()
    with RunReader(path) as run, pytest.raises(sqlite3.OperationalError, match="readonly"):
        run._db.execute("INSERT INTO event VALUES (1, 0, '', 'mark', '{}')")


def test_a_full_queue_is_an_error_and_still_has_room_to_say_so(path):
    writer = RunWriter.create(path, header(), group_commit_s=60.0, queue_rows=5)
    for number in range(5):
        writer.reading(0, float(number), 0.0, 0.0)
    with pytest.raises(RecordError, match="5 rows are waiting"):
        writer.reading(0, 5.0, 0.0, 0.0)
    writer.event(5.0, "error", {"detail": "the disk is too slow"})
    writer.close()
    with RunReader(path) as run:
        assert (len(run.readings()), len(run.events())) == (5, 1)


def test_a_closed_file_takes_no_more(path):
    writer = RunWriter.create(path, header())
    writer.close()
    writer.close()
    with pytest.raises(RecordError, match="closed"):
        writer.reading(0, 0.0, 0.0, 0.0)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NotARunFileError, match=r"nowhere.*no such file"):
        RunReader(tmp_path / "nowhere.run.sqlite")


def test_a_database_of_something_else_is_refused(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE reading (seq INTEGER)")
    db.close()
    with pytest.raises(NotARunFileError, match="something else"):
        RunReader(path)


def test_a_file_of_a_later_version_is_refused(path):
    RunWriter.create(path, header()).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(NotARunFileError, match="version 99"):
        RunReader(path)


@settings(max_examples=20, deadline=None)
@given(kept=st.floats(0.0, 0.99))
def test_a_torn_file_is_refused(tmp_path_factory, kept):
    path = tmp_path_factory.mktemp("run") / "a.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        for number in range(200):
            writer.reading(0, float(number), 0.0, 0.0)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(NotARunFileError, match=r"a\.run\.sqlite"):
        RunReader(path)


@settings(max_examples=20, deadline=None)
@given(noise=st.binary(max_size=5000))
def test_a_file_of_noise_is_refused(tmp_path_factory, noise):
    path = tmp_path_factory.mktemp("run") / "a.run.sqlite"
    path.write_bytes(noise)
    with pytest.raises(NotARunFileError, match=r"a\.run\.sqlite"):
        RunReader(path)


def _write_one(writer, kind):
    match kind:
        case "segment":
            writer.segment(0.0, "Rest", "rest", {}, {})
        case "reading":
            writer.reading(0, 0.0, 0.1, 1e-3)
        case "point":
            writer.impedance_point(0, 0.0, 1e3, 10.0, -5.0)
        case _:
            writer.event(0.0, "mark", {})


def test_events_can_be_asked_for_by_their_kind(path):
    with RunWriter.create(path, header()) as writer:
        for kind in ("mark", "error", "mark"):
            writer.event(1.0, kind, {"text": "ä"})
    with RunReader(path) as run:
        assert [event.seq for event in run.events(kind="mark")] == [1, 3]
        assert [event.seq for event in run.events(kind="mark", since_seq=1)] == [3]
        assert run.events()[0].body == {"text": "ä"}
        assert run.events()[0].utc.endswith("+00:00")
