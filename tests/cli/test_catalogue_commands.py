"""Finding runs from the command line, and keeping the catalogue that finds them."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from solidcell.cli import application, catalogue
from solidcell.cli.runs import begin_of, end_of
from support.catalogued_runs import make_run, set_times, write_result
from typer.testing import CliRunner


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "runs"
    for number, (electrolyte, reason) in enumerate(
        [("LLZO", "completed"), ("LLZO", "failed"), ("LPSCl", "failed"), ("LPSCl", None)]
    ):
        make_run(
            folder,
            f"2026-01-0{number + 1}_A1",
            reason=reason,
            created_utc=datetime(2026, 1, number + 1, 12, tzinfo=UTC).isoformat(),
            cell={"name": f"cell-{number}", "electrolyte": electrolyte},
        )
    write_result(folder / "2026-01-01_A1" / "2026-01-01_A1.run.sqlite", passed_ma_cm2=0.7)
    set_times(folder, 1.0e9)
    return folder


def answer(*arguments):
    said = CliRunner().invoke(application(), [*map(str, arguments), "--json"])
    assert said.exit_code == 0, said.exception
    return json.loads(said.stdout)


def refused(*arguments):
    said = CliRunner().invoke(application(), [*map(str, arguments)])
    assert said.exit_code == 1
    return str(said.exception)


def names(*options):
    return [run["run_id"] for run in answer("runs", *options)["runs"]]


def test_runs_without_options_lists_all_the_newest_first_and_leaves_a_catalogue(data):
    assert names("--data", data) == [f"2026-01-0{n}_A1" for n in (4, 3, 2, 1)]
    assert (data / "lab.sqlite").is_file()


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--electrolyte", "llzo"], [2, 1]),
        (["--electrolyte", "llzo", "--state", "failed"], [2]),
        (["--state", "failed", "--state", "dead"], [4, 3, 2]),
        (["--since", "2026-01-03T00:00+00:00"], [4, 3]),
        (["--until", "2026-01-02T00:00+00:00"], [1]),
        (["--cell", "cell-*", "--text", "WAS COMPLETED"], [1]),
        (["--cell", "cell"], []),
        (["--protocol", "critical_current", "--channel", "b*"], []),
    ],
)
def test_options_are_combined(data, options, found):
    assert names("--data", data, *options) == [f"2026-01-0{n}_A1" for n in found]


def test_a_run_is_told_with_cell_and_result(data):
    run = answer("runs", "--data", data, "--cell", "cell-0")["runs"][0]
    assert (run["state"], run["safe"], run["pid"]) == ("completed", True, None)
    assert (run["electrolyte"], run["ccd_passed_ma_cm2"], run["readings"]) == ("LLZO", 0.7, 3)


def test_runs_are_found_though_the_catalogue_is_damaged_and_it_says_so(data):
    (data / "lab.sqlite").write_bytes(b"torn" * 999)
    said = CliRunner().invoke(application(), ["runs", "--data", str(data), "--state", "completed"])
    assert "2026-01-01_A1" in said.stdout
    assert "lab.sqlite" in said.stderr
    assert (data / "lab.sqlite").read_bytes() == b"torn" * 999
    assert answer("catalogue", "rebuild", "--data", data)["read"] == 4
    assert CliRunner().invoke(application(), ["runs", "--data", str(data)]).stderr == ""


def test_runs_are_found_beside_a_catalogue_of_a_later_version_and_it_says_so(data):
    names("--data", data)
    with closing(sqlite3.connect(data / "lab.sqlite")) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    said = CliRunner().invoke(application(), ["runs", "--data", str(data)])
    assert "a newer solidcell made it: update this one" in said.stderr
    assert "2026-01-01_A1" in said.stdout
    assert "update this one" in refused("catalogue", "refresh", "--data", data)


def test_a_long_reason_leaves_the_other_columns_whole(data, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    (data / "2026-01-02_A1" / "2026-01-02_A1.run.sqlite").write_bytes(b"torn")
    said = CliRunner().invoke(application(), ["runs", "--data", str(data)])
    assert "2026-01-02_A1 " in said.stdout
    assert " unreadable " in said.stdout
    assert " completed " in said.stdout


def test_no_match_and_no_folder_are_told(data, tmp_path):
    said = CliRunner().invoke(application(), ["runs", "--data", str(data), "--cell", "x"])
    assert "no runs that match" in said.stdout
    said = CliRunner().invoke(application(), ["runs", "--data", str(tmp_path / "nowhere")])
    assert "no runs in" in said.stdout
    assert not (tmp_path / "nowhere").exists()


def test_a_word_that_is_no_date_is_refused_with_what_is_one(data):
    assert "'soon' is no date: write 2026-01-31" in refused("runs", "--since", "soon")


def test_until_a_day_means_to_its_end_and_a_time_means_that_time():
    assert end_of("2026-02-28") == begin_of("2026-03-01")
    at = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=2)))
    assert begin_of("2026-01-01T09:00+02:00") == end_of("2026-01-01T09:00+02:00") == at
    assert begin_of("2026-01-01").astimezone().hour == 0


def test_refresh_reads_what_changed_and_rebuild_reads_everything(data):
    assert answer("catalogue", "refresh", "--data", data)["read"] == 4
    assert answer("catalogue", "refresh", "--data", data)["unchanged"] == 4
    assert answer("catalogue", "rebuild", "--data", data)["read"] == 4


def test_where_says_where_things_are_and_makes_nothing(data, monkeypatch):
    monkeypatch.setenv("SOLIDCELL_LAB", "postgresql+psycopg://ada:secret@server/lab")
    told = answer("catalogue", "where", "--data", data)
    assert told["catalogue"] == str(data / "lab.sqlite")
    assert told["is_there"] is False
    assert told["lab"] == "postgresql+psycopg://ada:***@server/lab"
    assert not (data / "lab.sqlite").exists()


def test_ended_runs_are_mirrored_and_found_in_the_laboratory(data, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLIDCELL_LAB", f"sqlite:///{(tmp_path / 'all.sqlite').as_posix()}")
    sent = answer("catalogue", "mirror", "--data", data, "--bench", "b7")
    assert (sent["sent"], sent["not_ended"], sent["bench"]) == (3, 1, "b7")
    found = answer("runs", "--lab", "--electrolyte", "LLZO", "--state", "completed")["runs"]
    assert [(run["run_id"], run["bench"]) for run in found] == [("2026-01-01_A1", "b7")]
    assert found[0]["ccd_passed_ma_cm2"] == 0.7
    shown = CliRunner().invoke(application(), ["runs", "--lab"])
    assert "b7" in shown.stdout


def test_a_laboratory_that_is_away_is_tried_again(data, tmp_path, monkeypatch):
    address = f"sqlite:///{(tmp_path / 'nowhere' / 'all.sqlite').as_posix()}"
    waits = []

    class LongEnoughError(Exception):
        pass

    class Clock:
        def now_s(self):
            return 0.0

        def sleep_until(self, at_s):
            waits.append(at_s)
            if len(waits) == 1:
                (tmp_path / "nowhere").mkdir()
            else:
                raise LongEnoughError

    monkeypatch.setattr(catalogue, "SystemClock", Clock)
    options = ["mirror", "--data", str(data), "--lab", address, "--every-min", "10"]
    said = CliRunner().invoke(application(), ["catalogue", *options])
    assert isinstance(said.exception, LongEnoughError)
    assert waits == [600.0, 600.0]
    first, second = said.stderr.strip().splitlines()
    assert "tried again in 10 min" in first
    assert "3 sent" in second


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["mirror"], "no laboratory to mirror to: give --lab or set SOLIDCELL_LAB"),
        (["refresh", "--every-min", "5"], "--every-min 5 is for mirror"),
        (["mirror", "--every-min", "0"], "--every-min 0 is for mirror, and more than 0"),
    ],
)
def test_a_mistake_is_told(data, arguments, line, monkeypatch):
    monkeypatch.delenv("SOLIDCELL_LAB", raising=False)
    assert line in refused("catalogue", *arguments, "--data", data)


def test_a_folder_of_runs_that_is_not_there_is_told(tmp_path):
    assert "no such folder" in refused("catalogue", "refresh", "--data", tmp_path / "nowhere")
