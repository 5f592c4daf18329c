"""A project reopens as it was, and what was not saved outlives the program."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import Geometry
from solidcell.gui.analysis.edits import with_bounds, with_lock, with_tie, with_value
from solidcell.gui.analysis.entries import Entry, Knob, Model, Outcome
from solidcell.gui.analysis.fitting import fit_each
from solidcell.gui.analysis.journal import left_over_journals, read_journal
from solidcell.gui.analysis.session import Session
from solidcell.gui.analysis.stored import (
    ProjectError,
    entry_from_json,
    entry_to_json,
    load_project,
)
from support.arc_spectra import CODE, arc_measured

numbers = st.floats(1e-12, 1e12)
texts = st.text(max_size=12)
knobs = st.builds(
    Knob,
    name=texts,
    value=numbers,
    locked=st.booleans(),
    bounds=st.none() | st.tuples(numbers, numbers),
    tie=texts,
)
models = st.builds(
    Model,
    circuit=texts,
    knobs=st.lists(knobs, max_size=3).map(tuple),
    start=st.sampled_from(["data", "shown"]),
)
outcomes = st.builds(
    Outcome,
    model=models,
    refused=texts,
    standard_errors=st.lists(st.none() | numbers, max_size=3).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
    warnings=st.lists(texts, max_size=2).map(tuple),
    facts=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    misfit=numbers,
    chi2=numbers,
    points=st.integers(0, 1000),
    converged=st.booleans(),
    left_out_hz=st.lists(numbers, max_size=3).map(tuple),
)


@pytest.mark.slow
@given(entry=st.builds(Entry, key=texts, model=models, outcome=st.none() | outcomes))
def test_an_entry_comes_back_from_json_as_it_went(entry):
    body = json.loads(json.dumps(entry_to_json(entry), allow_nan=False))
    assert entry_from_json(body) == entry


@pytest.fixture
def session(tmp_path):
    """Two spectra, the first edited in every way."""
    session = Session(tmp_path / "unsaved")
    session.add({"a": arc_measured(0), "b": arc_measured(1)})
    entry = session.project.entry("a")
    for edit, *told in (
        (with_value, "R0", 17.0),
        (with_lock, "R0", True),
        (with_bounds, "R1", (10.0, 5000.0)),
    ):
        entry = edit(entry, *told)
    session.put(entry, "edit")
    yield session
    session.close()


def test_a_saved_project_opens_as_it_was(session, tmp_path):
    sized = replace(
        session.measured["b"], geometry=Geometry(8e-4, 1e-2, 1e-5), temperature_k=298.15
    )
    session.measured["b"] = sized
    session.take(fit_each(session.jobs(("b",))), "fit")
    file = tmp_path / "mine.impedance.json"
    session.save(file)
    assert session.is_saved
    other = Session(tmp_path / "elsewhere")
    other.open_project(file)
    assert other.project == session.project
    assert other.is_saved
    for key, measured in session.measured.items():
        again = other.measured[key]
        assert (again.spectrum.z_ohm == measured.spectrum.z_ohm).all()
        assert (again.spectrum.frequency_hz == measured.spectrum.frequency_hz).all()
        assert (again.geometry, again.temperature_k) == (measured.geometry, measured.temperature_k)
        assert (again.file, again.label) == (measured.file, measured.label)
    other.close()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not json", "is no analysis project"),
        ("[1]", "does not say 'solidcell analysis project'"),
        ('{"format": "solidcell analysis project", "version": 99}', "is of version 99"),
        (
            '{"format": "solidcell analysis project", "version": 1, '
            '"spectra": {}, "entries": [{}]}',
            "is damaged: KeyError",
        ),
    ],
)
def test_what_is_no_project_is_told_with_its_name(tmp_path, text, told):
    file = tmp_path / "wrong.impedance.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=f"wrong.impedance.json.* {told}"):
        load_project(file)


def test_a_project_whose_data_are_missing_is_damaged(session, tmp_path):
    file = tmp_path / "mine.impedance.json"
    session.save(file)
    body = json.loads(file.read_text(encoding="utf-8"))
    del body["spectra"]["a"]
    file.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(ProjectError, match="no data of a"):
        load_project(file)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"circuit": "R0-p(R1,X1)"}, "CircuitError .* character 9"),
        ({"circuit": "R0-R1"}, "R0-R1 has not the parameters"),
    ],
)
def test_a_project_with_a_circuit_of_other_parameters_is_damaged(session, tmp_path, change, told):
    file = tmp_path / "mine.impedance.json"
    session.save(file)
    body = json.loads(file.read_text(encoding="utf-8"))
    body["entries"][0]["model"] |= change
    file.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(ProjectError, match=told):
        load_project(file)


def test_a_full_disk_is_told_and_the_edit_is_kept(session, monkeypatch):
    told = []
    session.changed.append(lambda: told.append(session.project))
    entry = with_value(session.project.entry("b"), "R1", 5.0)
    with monkeypatch.context() as broken:
        broken.setattr(session._journal, "write", _full_disk)
        with pytest.raises(OSError, match="no space left"):
            session.put(entry, "edit")
    assert told == [session.project]
    assert session.project.entry("b") == entry


def _full_disk(*_):
    raise OSError("no space left")


def test_a_sitting_that_is_left_unsaved_is_offered_and_goes_on_where_it_was(session, tmp_path):
    kept = session.project
    session.undo()
    session.redo()
    session.close()
    other = Session(tmp_path / "unsaved")
    (journal,) = other.left_over()
    other.recover(journal)
    assert other.project == kept
    assert not other.is_saved
    assert other.left_over() == []
    other.close()
    assert len(Session(tmp_path / "unsaved").left_over()) == 1


def test_the_journal_of_a_living_program_is_offered_to_no_other(session, tmp_path):
    assert Session(tmp_path / "unsaved").left_over() == []


def test_nothing_is_left_over_once_saved(session, tmp_path):
    session.save(tmp_path / "mine.impedance.json")
    session.close()
    assert left_over_journals(tmp_path / "unsaved") == []
    assert list((tmp_path / "unsaved").iterdir()) == []


def test_edits_after_saving_are_kept_beside_the_name_it_was_saved_under(session, tmp_path):
    file = tmp_path / "mine.impedance.json"
    session.save(file)
    session.put(with_tie(session.project.entry("b"), "R1", "R0"), "tie")
    kept = session.project
    session.close()
    (journal,) = left_over_journals(tmp_path / "unsaved")
    project, measured, saved_as = read_journal(journal)
    assert project == kept
    assert set(measured) == {"a", "b"}
    assert saved_as == file


def test_undoing_back_to_what_was_saved_needs_no_saving(session, tmp_path):
    session.save(tmp_path / "mine.impedance.json")
    session.remove("b")
    assert not session.is_saved
    session.undo()
    assert session.is_saved


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_line_cut_short_by_the_crash_costs_that_edit_only(session, tmp_path, cut):
    kept = session.project
    session.put(with_value(session.project.entry("b"), "R0", 3.0), "edit")
    session.close()
    (journal,) = left_over_journals(tmp_path / "unsaved")
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-cut])
    assert read_journal(journal)[0] == kept


def test_damage_elsewhere_is_told_with_the_line(session, tmp_path):
    session.close()
    (journal,) = left_over_journals(tmp_path / "unsaved")
    lines = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join(["{}", *lines[1:], ""]), encoding="utf-8")
    with pytest.raises(ProjectError, match="line 1"):
        read_journal(journal)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
def test_a_program_killed_while_editing_loses_nothing_it_had_told_of(tmp_path):
    """It tells each value after setting it; the last one told must be there, or a later one."""
    editor = subprocess.Popen(
        [sys.executable, "-m", "support.editing_analysis", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=Path(__file__).parents[2],
    )
    told = [float(editor.stdout.readline()) for _ in range(40)]
    editor.send_signal(signal.SIGKILL)
    rest = [float(line) for line in editor.stdout.read().splitlines() if line]
    editor.wait()
    editor.stdout.close()
    session = Session(tmp_path)
    session.recover(session.left_over()[0])
    value = session.project.entry("a").model.knob("R1").value
    assert value >= (told + rest)[-1]
    session.close()


def test_reopening_keeps_circuits_of_any_kind(tmp_path):
    session = Session(tmp_path / "unsaved")
    session.add({"a": arc_measured()}, like=Model(circuit=CODE, knobs=()))
    assert session.project.entry("a").model.circuit == CODE
    session.save(tmp_path / "x.impedance.json")
    assert load_project(tmp_path / "x.impedance.json")[0] == session.project
    session.close()
