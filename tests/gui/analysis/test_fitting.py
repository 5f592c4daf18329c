"""Fits of the page: one, a chain from neighbour to neighbour, a choice; all of them undoable."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from solidcell.analysis.impedance import Geometry, Spectrum
from solidcell.analysis.spectra import LabelledSpectrum
from solidcell.gui.analysis import fitting
from solidcell.gui.analysis.edits import new_model, with_bounds, with_lock, with_tie, with_value
from solidcell.gui.analysis.entries import Entry, Status
from solidcell.gui.analysis.fitting import (
    Job,
    choose_model,
    fit_each,
    fit_model,
    fit_warm,
    fit_warm_both_ways,
)
from solidcell.gui.analysis.session import Session
from support.arc_spectra import CODE, NOISE, TRUTH, arc_measured, arc_spectrum

SHORT = LabelledSpectrum(
    Path("short.csv"),
    "short",
    Spectrum(np.geomspace(1e5, 1, 20), np.full(20, 2.0) + 1e-6 * np.arange(20)),
)


def model(code=CODE):
    return new_model(code, arc_spectrum())


def entry():
    return Entry(key="a", model=model())


def test_a_fit_finds_the_truth_without_a_start():
    outcome = fit_model(model(), arc_measured())
    values = outcome.model.values()
    assert values["R1"] == pytest.approx(TRUTH["R1"], rel=0.05)
    assert values["R2"] == pytest.approx(TRUTH["R2"], rel=0.05)
    assert outcome.misfit == pytest.approx(2**0.5 * NOISE, rel=0.3)
    assert outcome.converged
    assert len(outcome.standard_errors) == len(outcome.notes) == len(TRUTH)
    assert "total" in dict(outcome.facts)
    assert outcome.model.start == "data"


def test_locks_bounds_and_ties_hold_in_the_fit():
    edited = with_lock(with_value(entry(), "CPE3_1", 0.95), "CPE3_1", True)
    edited = with_bounds(edited, "R1", (10.0, 100.0))
    edited = with_tie(edited, "CPE2_1", "CPE1_1")
    found = fit_model(edited.model, arc_measured()).model
    values = found.values()
    assert values["CPE3_1"] == 0.95
    assert 10.0 <= values["R1"] <= 100.0
    assert values["CPE2_1"] == values["CPE1_1"]
    assert found.knob("CPE2_1").tie == "CPE1_1"
    assert found.knob("R1").bounds == (10.0, 100.0)


def test_what_cannot_be_fitted_is_refused_with_its_reason():
    assert "short-circuited" in fit_model(model(), SHORT).refused
    assert choose_model(model(), SHORT).refused
    few = LabelledSpectrum(Path("few.csv"), "few", arc_spectrum().only(np.arange(50) < 4))
    assert "points are too few" in fit_model(model(), few).refused


def test_left_out_points_are_told():
    measured = arc_measured()
    spectrum = measured.spectrum
    z = spectrum.z_ohm + 2j * np.pi * spectrum.frequency_hz * 5e-6
    outcome = fit_model(model(), replace(measured, spectrum=Spectrum(spectrum.frequency_hz, z)))
    assert outcome.left_out_hz
    assert min(outcome.left_out_hz) > 1e5
    assert outcome.points + len(outcome.left_out_hz) == 50


def test_the_size_of_the_cell_gives_a_conductivity():
    sized = replace(arc_measured(), geometry=Geometry(8e-4, 1e-2), temperature_k=298.15)
    facts = dict(fit_model(model(), sized).facts)
    assert "mS/cm" in facts["conductivity"]
    assert facts["temperature"] == "25.0 °C"


def test_every_arc_is_named_with_what_its_capacitance_makes_it():
    facts = dict(fit_model(model(), arc_measured()).facts)
    assert facts["p(R1,CPE1)"].startswith("bulk + GB (by its capacitance ")
    assert "% grain boundary" in facts["p(R1,CPE1)"]


def test_a_choice_brings_a_circuit_of_its_own_with_its_values():
    outcome = choose_model(model("R0-p(R1,C1)"), arc_measured())
    assert outcome.model.circuit.count("p(") >= 2
    assert outcome.misfit < 0.02
    assert not outcome.refused


def test_a_chain_starts_each_fit_from_the_one_before(monkeypatch):
    starts = []
    fit = fitting.fit

    def spy(circuit, spectrum, **arguments):
        starts.append(arguments.get("start", {}).get("R2"))
        return fit(circuit, spectrum, **arguments)

    monkeypatch.setattr(fitting, "fit", spy)
    jobs = [Job(str(n), arc_measured(n), model()) for n in range(3)]
    done = list(fit_warm(jobs))
    found = [one.outcome.model.values()["R2"] for one in done]
    assert starts[0] is None
    assert starts[1:] == found[:2]
    assert found == pytest.approx([300.0, 330.0, 363.0], rel=0.03)


def test_a_chain_passes_over_what_is_refused():
    jobs = [
        Job("0", arc_measured(0), model()),
        Job("short", SHORT, model()),
        Job("1", arc_measured(1), model()),
    ]
    done = list(fit_warm(jobs))
    assert [bool(one.outcome.refused) for one in done] == [False, True, False]
    assert done[2].outcome.model.values()["R2"] == pytest.approx(330.0, rel=0.03)


def test_a_warm_start_that_leads_astray_gives_way_to_one_from_the_data():
    other = arc_spectrum()
    far = replace(arc_measured(1), spectrum=Spectrum(other.frequency_hz * 1e-3, other.z_ohm * 1e4))
    done = list(fit_warm([Job("0", arc_measured(0), model()), Job("far", far, model())]))
    assert done[1].outcome.misfit < 2 * done[0].outcome.misfit


def test_from_one_spectrum_the_chain_goes_both_ways_and_fits_each_once():
    jobs = [Job(str(n), arc_measured(n), model()) for n in range(4)]
    done = list(fit_warm_both_ways(jobs, "2"))
    assert [one.key for one in done] == ["2", "3", "1", "0"]
    found = {one.key: one.outcome.model.values()["R2"] for one in done}
    assert found["0"] == pytest.approx(300.0, rel=0.03)
    assert found["3"] == pytest.approx(399.3, rel=0.03)


@pytest.fixture
def session(tmp_path):
    session = Session(tmp_path)
    session.add({str(n): arc_measured(n) for n in range(3)})
    session.put(replace(session.project.entry("0"), model=model()), "circuit")
    yield session
    session.close()


def fit_all(session, batch):
    session.begin_batch()
    jobs = session.jobs(session.project.keys, session.project.entry("0").model)
    for done in fit_warm_both_ways(jobs, "0"):
        session.take([done], "fit all", batch)


def test_fit_all_puts_the_circuit_on_every_spectrum_and_is_one_step_to_undo(session):
    before = session.project
    fit_all(session, object())
    assert {e.status for e in session.project.entries} == {Status.FITTED}
    assert {e.model.circuit for e in session.project.entries} == {CODE}
    assert session.undo() == "fit all"
    assert session.project == before


def test_an_edit_made_while_all_are_fitted_is_not_overwritten(session):
    session.begin_batch()
    jobs = session.jobs(session.project.keys, session.project.entry("0").model)
    chain = fit_warm_both_ways(jobs, "0")
    session.take([next(chain)], "fit all", 1)
    mine = with_value(session.project.entry("2"), "R1", 55.0)
    session.put(mine, "edit")
    session.take(chain, "fit all", 1)
    kept = session.project.entry("2")
    assert kept.model == mine.model
    assert kept.status is Status.EDITED
    assert kept.outcome is not None


def test_the_result_of_a_spectrum_removed_meanwhile_is_dropped(session):
    done = list(fit_each(session.jobs(("1",))))
    session.remove("1")
    session.take(done, "fit")
    assert session.project.keys == ("0", "2")
    assert session.undo_words == "remove cell-1.csv"


def test_one_circuit_is_copied_to_all_and_comes_off_again(session):
    session.copy_model_to_all("0")
    assert {e.model.circuit for e in session.project.entries} == {CODE}
    session.undo()
    assert session.project.entry("1").model.circuit != CODE
