"""What an edit does to a model, and what it refuses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import CircuitError, parse_circuit
from solidcell.gui.analysis.curves import CurveMaker
from solidcell.gui.analysis.edits import (
    EditError,
    new_model,
    tie_choices,
    with_bounds,
    with_circuit,
    with_lock,
    with_outcome,
    with_result_as_start,
    with_tie,
    with_value,
    with_values,
)
from solidcell.gui.analysis.entries import Entry, Outcome, Status
from solidcell.gui.analysis.fitting import fit_arguments
from support.arc_spectra import CODE, TRUTH, arc_spectrum

SPECTRUM = arc_spectrum()


@pytest.fixture
def entry():
    return Entry(key="a", model=new_model(CODE, SPECTRUM))


@pytest.fixture
def fitted(entry):
    model = with_values(entry.model, TRUTH)
    return replace(entry, model=model, outcome=Outcome(model=model, misfit=0.01))


@given(
    code=st.sampled_from(["R0-p(R1,C1)", "L0-R0-p(R1,CPE1)-W1", "Ws1", "p(R1,CPE1)-TLMQ1", CODE])
)
def test_a_new_circuit_has_values_within_what_is_physical_and_a_curve_in_the_picture(code):
    model = new_model(code, SPECTRUM)
    circuit = parse_circuit(code)
    for knob, parameter in zip(model.knobs, circuit.parameters, strict=True):
        assert parameter.lower <= knob.value <= parameter.upper
    curve = CurveMaker(SPECTRUM, code).curves(model)
    assert abs(curve.z_ohm).min() < 3 * abs(SPECTRUM.z_ohm).max()


def test_a_changed_circuit_keeps_the_values_of_the_names_it_keeps(entry):
    edited = with_lock(with_value(entry, "R1", 77.0), "R1", True)
    grown = with_circuit(edited, f"R0-{CODE}", SPECTRUM)
    assert grown.model.knob("R1").value == 77.0
    assert grown.model.knob("R1").locked
    assert grown.model.start == "data"


def test_a_name_that_means_something_else_now_is_guessed_anew(entry):
    tied = with_tie(entry, "CPE2_1", "CPE1_1")
    other = with_circuit(tied, "p(R1,CPE2)", SPECTRUM)
    assert other.model.knob("CPE2_1").tie == ""


def test_a_circuit_that_cannot_be_read_points_at_the_character(entry):
    with pytest.raises(CircuitError) as caught:
        with_circuit(entry, "R0-p(R1,X1)", SPECTRUM)
    assert caught.value.position == 8


def test_an_edited_value_starts_the_next_fit_from_what_is_shown(entry):
    assert "start" not in fit_arguments(entry.model)
    edited = with_value(entry, "R1", 150.0)
    start = fit_arguments(edited.model)["start"]
    assert start["R1"] == 150.0
    assert set(start) == set(TRUTH)


@pytest.mark.parametrize("value", [0.0, -5.0, float("nan"), float("inf"), 1e30])
def test_a_value_outside_the_bounds_is_refused_and_told_what_is_allowed(entry, value):
    with pytest.raises(EditError, match=r"R1 is .* Ω; allowed is"):
        with_value(entry, "R1", value)


def test_a_locked_parameter_is_fixed_for_the_fit(entry):
    locked = with_lock(with_value(entry, "R1", 150.0), "R1", True)
    told = fit_arguments(locked.model)
    assert told["fixed"] == {"R1": 150.0}
    assert "R1" not in told["start"]


def test_bounds_move_the_value_inside_and_reach_the_fit(entry):
    bounded = with_bounds(with_value(entry, "R1", 7e3), "R1", (500.0, 900.0))
    assert bounded.model.knob("R1").value == 900.0
    assert fit_arguments(bounded.model)["bounds"] == {"R1": (500.0, 900.0)}
    with pytest.raises(EditError, match="allowed is 500"):
        with_value(bounded, "R1", 400.0)
    assert with_bounds(bounded, "R1", None).model.knob("R1").bounds is None


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ((9.0, 3.0), "9.000 Ω is not below 3.000 Ω"),
        ((0.0, 3.0), "bound of R1 is 0 Ω; allowed is"),
        ((1.0, 1e30), "bound of R1 is 1e\\+30"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(entry, bounds, told):
    with pytest.raises(EditError, match=told):
        with_bounds(entry, "R1", bounds)


def test_a_tied_parameter_follows_and_its_slider_moves_the_one_it_follows(entry):
    tied = with_tie(entry, "CPE2_1", "CPE1_1")
    moved = with_value(tied, "CPE2_1", 0.77)
    assert moved.model.values()["CPE1_1"] == moved.model.values()["CPE2_1"] == 0.77
    assert fit_arguments(moved.model)["tied"] == {"CPE2_1": "CPE1_1"}
    assert "CPE2_1" not in fit_arguments(moved.model)["start"]
    free = with_tie(moved, "CPE2_1", "")
    assert free.model.knob("CPE2_1").value == 0.77
    assert "tied" not in fit_arguments(free.model)


def test_a_parameter_is_tied_to_its_own_kind_only_and_never_in_a_ring(entry):
    assert tie_choices(entry.model, "R1") == ("R2",)
    assert tie_choices(entry.model, "CPE1_1") == ("CPE2_1", "CPE3_1")
    tied = with_tie(entry, "R2", "R1")
    assert tie_choices(tied.model, "R1") == ()
    for name, to in (("R1", "CPE1_0"), ("R1", "R1")):
        with pytest.raises(EditError, match="cannot follow"):
            with_tie(entry, name, to)
    with pytest.raises(EditError, match="cannot follow"):
        with_tie(tied, "R1", "R2")


def test_locking_unties_and_tying_unlocks(entry):
    locked = with_lock(with_tie(entry, "R2", "R1"), "R2", True)
    assert (locked.model.knob("R2").tie, locked.model.knob("R2").locked) == ("", True)
    tied = with_tie(locked, "R2", "R1")
    assert (tied.model.knob("R2").tie, tied.model.knob("R2").locked) == ("R1", False)


def test_edited_and_fitted_are_told_apart(fitted):
    assert fitted.status is Status.FITTED
    edited = with_value(fitted, "R1", 99.0)
    assert edited.status is Status.EDITED
    assert with_value(edited, "R1", TRUTH["R1"]).status is Status.FITTED
    assert with_lock(fitted, "R1", True).status is Status.EDITED


def test_the_result_becomes_the_start_only_when_asked(fitted):
    assert "start" not in fit_arguments(fitted.model)
    back = with_result_as_start(with_value(fitted, "R1", 99.0))
    assert back.model.values() == pytest.approx(TRUTH)
    assert fit_arguments(back.model)["start"]["R1"] == TRUTH["R1"]
    assert back.status is Status.FITTED


def test_without_a_result_there_is_none_to_start_from(entry):
    with pytest.raises(EditError, match="has not been fitted"):
        with_result_as_start(entry)


def test_what_was_edited_while_its_fit_ran_stays_edited(fitted):
    edited = with_value(fitted, "R2", 250.0)
    outcome = Outcome(model=fitted.model, misfit=0.01)
    taken = with_outcome(edited, fitted.model, outcome)
    assert taken.outcome is outcome
    assert taken.model.values()["R2"] == 250.0
    assert taken.status is Status.EDITED


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ({"misfit": 0.01}, Status.FITTED),
        ({"misfit": 0.2}, Status.DOUBTFUL),
        ({"misfit": 0.01, "converged": False}, Status.FAILED),
        ({"refused": "a short"}, Status.REFUSED),
    ],
)
def test_a_fit_shows_how_good_it_is(fitted, outcome, status):
    entry = replace(fitted, outcome=Outcome(model=fitted.model, **outcome))
    assert entry.status is status


def test_worst_first_puts_refused_before_failed_before_large_misfits(fitted, entry):
    def judged(**outcome):
        return replace(fitted, outcome=Outcome(model=fitted.model, **outcome))

    good, poor = judged(misfit=0.01), judged(misfit=0.3)
    failed, refused = judged(misfit=0.001, converged=False), judged(refused="a short")
    edited = with_value(poor, "R1", 5.0)
    ranked = sorted([entry, good, failed, poor, refused], key=lambda e: e.badness, reverse=True)
    assert ranked == [refused, failed, poor, good, entry]
    assert edited.badness == poor.badness
