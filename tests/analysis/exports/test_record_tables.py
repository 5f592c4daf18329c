"""The tables of a run file come out as CSV, every digit of them."""

import csv
import json
import shutil
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.record.errors import NotARunFileError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.exports import Format, ParquetMissingError, export_run
from solidcell.analysis.exports import parquet_table as parquet
from solidcell.analysis.runs import RunPages
from support.any_run import any_steps
from support.runs import header
from support.written_runs import HOLD, Step, write_run


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_cells(row):
    """A recorded row as CSV holds it: ``repr`` of a number, nothing for nothing."""
    return {
        name: "" if value is None else value if isinstance(value, str) else repr(value)
        for name, value in asdict(row).items()
    }


@pytest.fixture
def exported(tmp_path):
    def export(to=Format.CSV, **run):
        run_file = write_run(tmp_path / "r.run.sqlite", **run)
        return export_run(run_file, to, tmp_path / "out")

    return export


@pytest.mark.slow
@settings(max_examples=12)
@given(steps=any_steps(), end=st.sampled_from(["completed", None]))
def test_every_recorded_number_and_word_comes_back_to_the_last_digit(tmp_path_factory, steps, end):
    folder = tmp_path_factory.mktemp("any")
    run_file = write_run(folder / "r.run.sqlite", steps, end=end)
    export_run(run_file, Format.CSV, folder)
    with RunReader(run_file) as run:
        readings, points = run.readings(), run.impedance_points()
        segments, events = run.segments(), run.events()
        beside = run.auxiliary_readings()
    assert rows_of(folder / "r.readings.csv") == [as_cells(row) for row in readings]
    assert rows_of(folder / "r.impedance.csv") == [as_cells(row) for row in points]
    assert rows_of(folder / "r.auxiliary.csv") == [as_cells(row) for row in beside]
    for name, rows, words in (
        ("segments", segments, ("settings", "tags")),
        ("events", events, ("body",)),
    ):
        written = rows_of(folder / f"r.{name}.csv")
        assert len(written) == len(rows)
        for cells, row in zip(written, rows, strict=True):
            assert all(json.loads(cells[word]) == getattr(row, word) for word in words)
            plain = {key: cell for key, cell in as_cells(row).items() if key not in words}
            assert plain.items() <= cells.items()


def test_a_segment_tells_how_it_ended_unless_the_run_broke_off_in_it(exported):
    folder = exported(steps=(HOLD, HOLD), end=None).files[0].parent
    first, second = rows_of(folder / "r.segments.csv")
    assert (first["end"], first["began_s"], first["duration_s"]) == ("completed", "0.0", "5.0")
    assert (second["end"], second["began_s"], second["duration_s"]) == ("", "", "")


def test_an_empty_run_gives_tables_with_their_names_and_no_rows(exported):
    found = exported(steps=(), end=None)
    assert found.rows == {
        "r.readings.csv": 0,
        "r.impedance.csv": 0,
        "r.auxiliary.csv": 0,
        "r.segments.csv": 0,
        "r.events.csv": 2,
    }
    assert not found.is_finished
    text = (found.files[0]).read_text(encoding="utf-8")
    assert text.startswith("seq,segment,elapsed_s,voltage_v,current_a,temperature_k,")


def test_the_metadata_says_which_run_it_is_and_what_each_column_means(exported):
    found = exported(cell={"name": "β-Zelle № 7", "working_electrode": "Li"}, operator="Ångström")
    told = json.loads(found.files[-1].read_text(encoding="utf-8"))
    assert told["run"]["operator"] == "Ångström"
    assert told["run"]["cell"]["name"] == "β-Zelle № 7"
    assert told["source"]["last_seq"] == found.last_seq == 20
    columns = {column["name"]: column for column in told["columns"]["readings"]}
    assert columns["current_a"]["unit"] == "A"
    assert "into the working electrode" in columns["current_a"]["meaning"]
    assert all(column["meaning"] for table in told["columns"].values() for column in table)


def test_a_running_run_is_exported_up_to_one_row_in_every_table(tmp_path):
    run_file = tmp_path / "r.run.sqlite"
    with RunWriter.create(run_file, header()) as writer:
        writer.segment(0.0, "Rest", "rest", {}, {})
        for n in range(50):
            writer.reading(0, float(n), 0.1, 0.0)
        writer.commit()

        def go_on(reached, last):
            assert reached <= last
            writer.reading(0, 100.0, 0.2, 0.0)
            writer.event(100.0, "mark", {"label": "later"})
            writer.commit()

        found = export_run(run_file, Format.CSV, tmp_path, go_on)
    assert not found.is_finished
    assert (found.last_seq, found.last_elapsed_s) == (51, 49.0)
    assert found.rows["r.readings.csv"] == 50
    assert found.rows["r.events.csv"] == 0


def test_a_run_whose_worker_was_killed_gives_up_every_acknowledged_row(tmp_path):
    folder = tmp_path / "live"
    folder.mkdir()
    with RunWriter.create(folder / "r.run.sqlite", header()) as writer:
        writer.segment(0.0, "Rest", "rest", {}, {})
        for n in range(300):
            writer.reading(0, float(n), 1 / (n + 3), 0.0)
        writer.commit()
        shutil.copytree(folder, tmp_path / "left")  # what a kill leaves: rows still in the log
    found = export_run(tmp_path / "left" / "r.run.sqlite", Format.CSV, tmp_path)
    assert not found.is_finished
    volts = [float(row["voltage_v"]) for row in rows_of(tmp_path / "r.readings.csv")]
    assert volts == [1 / (n + 3) for n in range(300)]
    told = json.loads((tmp_path / "r.metadata.json").read_text(encoding="utf-8"))
    assert told["source"]["sha256"] is None


def test_what_is_written_while_a_run_is_opened_is_left_out_of_every_table(tmp_path, monkeypatch):
    run_file = tmp_path / "r.run.sqlite"
    with RunWriter.create(run_file, header()) as writer:

        def write_some(reader):
            writer.segment(0.0, "Rest", "rest", {}, {})
            writer.reading(0, 1.0, 0.1, 0.0)
            writer.impedance_point(0, 1.0, 10.0, 1.0, -1.0)
            writer.event(1.0, "mark", {})
            writer.commit()
            return 1.0

        write_some(None)
        monkeypatch.setattr(RunReader, "last_elapsed_s", write_some)  # after last_seq was asked
        with RunPages(run_file) as run:
            assert run.last_seq == 4
            assert (len(run.begun), len(run.events)) == (1, 1)
            assert [page["seq"].tolist() for page in run.readings()] == [[2]]
            assert [page["seq"].tolist() for page in run.points()] == [[3]]


@pytest.mark.parametrize("page_rows", [1, 2, 3, 5, 100])
def test_the_size_of_a_page_changes_nothing(tmp_path, page_rows):
    run_file = write_run(tmp_path / "r.run.sqlite", (HOLD, Step(), HOLD))
    with RunPages(run_file, page_rows=page_rows) as run, RunReader(run_file) as reader:
        seqs = [seq for page in run.readings() for seq in page["seq"].tolist()]
        assert seqs == [row.seq for row in reader.readings()]
        assert max(len(page["seq"]) for page in run.readings()) <= page_rows


def test_an_export_that_fails_leaves_the_earlier_file_alone(tmp_path):
    run_file = write_run(tmp_path / "r.run.sqlite")
    table = export_run(run_file, Format.CSV, tmp_path / "out").files[0]
    before = table.read_bytes()

    def fail(reached, last):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        export_run(run_file, Format.CSV, tmp_path / "out", fail)
    assert table.read_bytes() == before
    assert [p.name for p in table.parent.iterdir() if p.name.startswith(".")] == []


def test_what_is_no_run_file_is_refused_and_nothing_is_written(tmp_path):
    other = tmp_path / "x.run.sqlite"
    other.write_text("no database", encoding="utf-8")
    with pytest.raises(NotARunFileError):
        export_run(other, Format.CSV, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_pyarrow_parquet_is_refused_with_what_to_install(exported, monkeypatch):
    monkeypatch.setattr(parquet, "parquet_is_available", lambda: False)
    with pytest.raises(ParquetMissingError, match=r"solidcell\[parquet\]"):
        exported(to=Format.PARQUET)
