"""The catalogue says what the run files say, however often and by whomever it is refreshed."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.catalogue.database import open_anew, open_file, open_in_memory
from solidcell.acquisition.catalogue.problems import CatalogueError, DamagedCatalogueError
from solidcell.acquisition.catalogue.refresh import Refreshed, refresh
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.last_words import LastWords, say_last_words
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from support.catalogued_runs import (
    content,
    end_of_run,
    go_on,
    make_run,
    set_times,
    write_result,
)

TESTS = Path(__file__).parents[2]
LONG_AGO_S = 1.0e9


@pytest.fixture
def data(tmp_path):
    (tmp_path / "runs").mkdir()
    return tmp_path / "runs"


@pytest.fixture
def catalogue():
    with open_in_memory() as opened:
        yield opened


def rows(catalogue, table="run"):
    return content(catalogue)[table]


def rebuilt(data):
    with open_in_memory() as fresh:
        refresh(fresh, data)
        return content(fresh)


def test_a_run_is_summed_up_as_it_was_recorded(data, catalogue):
    cell = {"name": "Zelle 7", "electrolyte": "LLZO", "thickness_m": 5e-4, "batch": "B2"}
    path = make_run(data, "r1", cell=cell, operator="ada", protocol={"protocol": "eis"})
    refresh(catalogue, data)
    (run,), (of_cell,) = rows(catalogue), rows(catalogue, "cell")
    with RunReader(path) as reader:
        assert (run["readings"], run["last_seq"]) == (len(reader.readings()), reader.last_seq())
        ends = reader.events(kind="segment_ended")
        assert run["charge_c"] == sum(e.body["charge_c"] for e in ends)
    assert (run["segments"], run["spectra"], run["impedance_points"]) == (2, 1, 1)
    assert (run["reason"], run["detail"], run["safe"]) == ("completed", "it was completed", True)
    assert (run["operator"], run["protocol_kind"], run["path"]) == (
        "ada",
        "eis",
        "r1/r1.run.sqlite",
    )
    assert (of_cell["name"], of_cell["thickness_m"], of_cell["batch"]) == ("Zelle 7", 5e-4, "B2")
    assert of_cell["record"] == cell


def test_the_result_of_a_report_is_kept_with_where_it_comes_from(data, catalogue):
    write_result(make_run(data, "r1"), passed_ma_cm2=1.5)
    refresh(catalogue, data)
    ccd, impedance = rows(catalogue, "result")
    assert (ccd["kind"], ccd["passed_a_m2"], ccd["failed_a_m2"]) == ("critical_current", 15.0, 20.0)
    assert (ccd["input_sha256"], ccd["software_version"]) == ("ab" * 32, "solidcell 0.1.0")
    assert ccd["made"].isoformat() == "2026-01-03T00:00:00+00:00"
    assert impedance["body"] == {"spectra": [{"number": 0, "title": "initial"}]}


def test_the_report_of_another_run_is_not_taken_for_its_own(data, catalogue):
    write_result(make_run(data, "r1"), passed_ma_cm2=1.5)
    shutil.copytree(data / "r1" / "report", make_run(data, "r2").parent / "report")
    refresh(catalogue, data)
    assert {row["run_key"] for row in rows(catalogue, "result")} == {
        row["key"] for row in rows(catalogue) if row["run_id"] == "r1"
    }


@pytest.mark.parametrize("text", ["", "[]", "{", '{"provenance": 3}', '{"provenance": {"run": 1}}'])
def test_a_report_that_makes_no_sense_is_none(data, catalogue, text):
    write_result(make_run(data, "r1"), passed_ma_cm2=1.5)
    (data / "r1" / "report" / "result.json").write_text(text, encoding="utf-8")
    refresh(catalogue, data)
    assert rows(catalogue, "result") == []
    assert len(rows(catalogue)) == 1


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(data, catalogue):
    make_run(data, "r1").write_bytes(b"this is no run file")
    refresh(catalogue, data)
    (run,) = rows(catalogue)
    assert (run["uuid"], run["run_id"], run["reason"]) == (None, "r1", None)
    assert "not a database" in run["problem"]


def test_a_run_whose_file_could_not_take_its_end_has_ended_all_the_same(data, catalogue):
    path = make_run(data, "r1", reason=None)
    words = LastWords(
        reason="failed",
        detail="the disk is full",
        safe=True,
        elapsed_s=9.0,
        acknowledged_seq=5,
        utc="2026-01-01T13:00:00+00:00",
    )
    assert say_last_words(path, words)
    refresh(catalogue, data)
    (run,) = rows(catalogue)
    assert (run["reason"], run["detail"], run["safe"]) == ("failed", "the disk is full", True)
    assert "the disk is full" in run["search_text"]


def test_text_that_a_server_would_refuse_is_made_fit(data, catalogue):
    path = make_run(data, "r1", operator="a\x00b")
    write_result(path, passed_ma_cm2=1.0)
    report = path.parent / "report" / "result.json"
    text = report.read_text(encoding="utf-8").replace("soft short", "\\ud800 short")
    report.write_text(text, encoding="utf-8")
    refresh(catalogue, data)
    assert rows(catalogue)[0]["operator"] == "a\ufffdb"
    assert rows(catalogue, "result")[0]["failure"] == "? short"


def test_a_finished_run_is_read_once(data, catalogue):
    make_run(data, "r1")
    set_times(data, LONG_AGO_S)
    assert refresh(catalogue, data) == Refreshed(read=1, removed=0, unchanged=0)
    assert refresh(catalogue, data) == Refreshed(read=0, removed=0, unchanged=1)


def test_what_comes_to_a_finished_run_later_is_seen_and_what_goes_is_forgotten(data, catalogue):
    path = make_run(data, "r1")
    seal, report = path.parent / "r1.seal.json", path.parent / "report"

    def known():
        set_times(data, LONG_AGO_S)
        refresh(catalogue, data)
        return rows(catalogue)[0]["sealed"], len(rows(catalogue, "result"))

    assert known() == (False, 0)
    seal.write_text("{}", encoding="utf-8")
    assert known() == (True, 0)
    write_result(path, passed_ma_cm2=1.0)
    assert known() == (True, 2)
    shutil.rmtree(report)
    assert known() == (True, 0)
    seal.unlink()
    assert known() == (False, 0)


def test_rows_that_come_while_a_run_is_read_are_counted_once(data, catalogue, monkeypatch):
    path = make_run(data, "r1", reason=None)
    with RunReader(path) as reader:
        before = reader.last_seq()
    go_on(path, readings=4, reason="completed")
    with monkeypatch.context() as patched:
        patched.setattr(RunReader, "last_seq", lambda self: before)
        refresh(catalogue, data)
    (run,) = rows(catalogue)
    assert (run["readings"], run["spectra"], run["reason"]) == (3, 1, None)
    refresh(catalogue, data)
    assert content(catalogue) == rebuilt(data)


def test_a_file_that_was_just_written_is_looked_at_again(data, catalogue):
    make_run(data, "r1")
    refresh(catalogue, data)
    assert refresh(catalogue, data).read == 1


def test_a_running_run_is_followed_and_only_its_new_rows_are_read(data, catalogue, monkeypatch):
    path = make_run(data, "r1", reason=None)
    refresh(catalogue, data)
    seen = rows(catalogue)[0]["last_seq"]
    asked = []
    counts = RunReader.counts

    def noted(self, since_seq=0, up_to_seq=None):
        asked.append(since_seq)
        return counts(self, since_seq, up_to_seq)

    monkeypatch.setattr(RunReader, "counts", noted)
    go_on(path, readings=4, reason="stopped")
    refresh(catalogue, data)
    assert asked == [seen]
    assert (rows(catalogue)[0]["readings"], rows(catalogue)[0]["reason"]) == (7, "stopped")


def test_a_living_run_is_seen_while_its_worker_writes(data, catalogue):
    path = make_run(data, "r1", reason=None)
    with RunWriter.append_to(path) as writer:
        refresh(catalogue, data)
        assert rows(catalogue)[0]["reason"] is None
        end_of_run(writer, 9.0, "completed")
        writer.commit()
        refresh(catalogue, data)
        assert rows(catalogue)[0]["reason"] == "completed"


def test_a_run_that_was_removed_is_forgotten_with_its_cell_and_result(data, catalogue):
    write_result(make_run(data, "r1", cell={"name": "gone"}), passed_ma_cm2=1.0)
    make_run(data, "r2", cell={"name": "kept"})
    refresh(catalogue, data)
    shutil.rmtree(data / "r1")
    assert refresh(catalogue, data).removed == 1
    assert [row["run_id"] for row in rows(catalogue)] == ["r2"]
    assert [row["name"] for row in rows(catalogue, "cell")] == ["kept"]
    assert rows(catalogue, "result") == []


def test_a_copy_under_another_name_is_a_second_file_of_the_same_run(data, catalogue):
    make_run(data, "r1")
    shutil.copytree(data / "r1", data / "copy of r1")
    refresh(catalogue, data)
    first, second = rows(catalogue)
    assert first["uuid"] == second["uuid"]
    assert first["content_sha256"] == second["content_sha256"]
    assert first["key"] != second["key"]


def test_a_folder_that_is_not_there_has_no_runs(tmp_path, catalogue):
    nowhere = tmp_path / "nowhere"
    assert refresh(catalogue, nowhere) == Refreshed(read=0, removed=0, unchanged=0)
    assert not nowhere.exists()


class _Lab:
    """A data folder in which things happen, one second after the other, long ago."""

    def __init__(self, data):
        self.data = data
        self.now_s = LONG_AGO_S

    def happen(self, what, number):
        run_id = f"r{number}"
        path = self.data / run_id / f"{run_id}.run.sqlite"
        getattr(self, f"_{what}")(path, run_id)
        self.now_s += 1.0
        if path.parent.exists():
            set_times(path.parent, self.now_s)

    def _begin(self, path, run_id):
        if not path.parent.exists():
            make_run(self.data, run_id, reason=None, boot_id=str(self.now_s))

    def _go_on(self, path, run_id):
        if self._is_open(path):
            go_on(path)

    def _end(self, path, run_id):
        if self._is_open(path):
            go_on(path, reason="limit_tripped")

    def _report(self, path, run_id):
        if path.exists():
            write_result(path, self.now_s - LONG_AGO_S)

    def _seal(self, path, run_id):
        if path.exists():
            (path.parent / f"{run_id}.seal.json").write_text("{}", encoding="utf-8")

    def _remove(self, path, run_id):
        shutil.rmtree(path.parent, ignore_errors=True)

    def _damage(self, path, run_id):
        if path.exists():
            path.write_bytes(b"torn")
            path.with_name(f"{path.name}-wal").unlink(missing_ok=True)

    def _is_open(self, path):
        try:
            with RunReader(path) as reader:
                return not reader.events(kind="run_ended")
        except RecordError:
            return False


HAPPENINGS = ("begin", "begin", "go_on", "go_on", "end", "report", "seal", "remove", "damage")


@pytest.mark.slow
@settings(max_examples=15)
@given(
    happenings=st.lists(
        st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 2), st.booleans()),
        min_size=4,
        max_size=14,
    )
)
def test_refreshed_now_and_then_it_says_the_same_as_made_from_nothing(tmp_path_factory, happenings):
    lab = _Lab(tmp_path_factory.mktemp("runs"))
    with open_in_memory() as catalogue:
        for what, number, looks in happenings:
            lab.happen(what, number)
            if looks:
                refresh(catalogue, lab.data)
        refresh(catalogue, lab.data)
        assert content(catalogue, apart=set()) == rebuilt_whole(lab.data)


def rebuilt_whole(data):
    with open_in_memory() as fresh:
        refresh(fresh, data)
        return content(fresh, apart=set())


def test_a_rebuild_reads_everything_and_mends_what_was_wrong(data, tmp_path):
    make_run(data, "r1")
    set_times(data, LONG_AGO_S)
    with open_file(tmp_path / "lab.sqlite") as catalogue:
        refresh(catalogue, data)
        right = content(catalogue)
        with catalogue.writing() as connection:
            connection.exec_driver_sql("UPDATE run SET readings = 99, operator = 'nobody'")
        refresh(catalogue, data)
        assert content(catalogue) != right
        assert refresh(catalogue, data, everything=True).read == 1
        assert content(catalogue) == right == rebuilt(data)


def test_a_catalogue_that_is_torn_is_named_and_can_be_made_anew(tmp_path):
    file = tmp_path / "lab.sqlite"
    file.write_bytes(b"torn" * 1000)
    with pytest.raises(DamagedCatalogueError, match=r"lab\.sqlite"):
        open_file(file)
    open_anew(file).close()
    assert (tmp_path / "lab.sqlite.damaged").read_bytes() == b"torn" * 1000
    open_file(file).close()


def test_a_database_of_something_else_is_left_alone(tmp_path):
    file = tmp_path / "lab.sqlite"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE experiments (name TEXT)")
    other.close()
    before = file.read_bytes()
    for opener in (open_file, open_anew):
        with pytest.raises(CatalogueError, match="something else"):
            opener(file)
    assert file.read_bytes() == before


REFRESH = """\
import sys
from pathlib import Path
from solidcell.acquisition.catalogue.database import open_file
from solidcell.acquisition.catalogue.refresh import refresh

sys.stdin.readline()
for _ in range(8):
    with open_file(Path(sys.argv[2])) as catalogue:
        refresh(catalogue, Path(sys.argv[1]), everything=True)
"""


@pytest.mark.slow
def test_two_processes_may_make_and_refresh_one_catalogue_at_once(data, tmp_path):
    for number in range(12):
        write_result(make_run(data, f"r{number}"), passed_ma_cm2=0.1 * number)
    set_times(data, LONG_AGO_S)
    file = tmp_path / "lab.sqlite"
    command = [sys.executable, "-c", REFRESH, str(data), str(file)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in both:
        each.stdin.write("\n")
        each.stdin.flush()
    said = [each.communicate(timeout=60)[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    with open_file(file) as catalogue:
        assert content(catalogue) == rebuilt(data)
        with catalogue.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
