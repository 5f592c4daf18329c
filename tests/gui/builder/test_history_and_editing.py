"""Versions of a protocol, and the edits that lead from one to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.files.protocol_document import (
    FieldSpec,
    item_specs,
    new_protocol,
    problems_of,
    with_value,
)
from solidcell.acquisition.files.yaml_lines import parse_text
from solidcell.gui.builder import editing
from solidcell.gui.builder.history import History

NUMBER = FieldSpec(name="duration_min", unit="min", kind="number", doc="", required=False)
MINUTES = ("segments", 0, "duration_min")


def document():
    return new_protocol("sequence")


def with_minutes(minutes):
    return with_value(document(), MINUTES, minutes)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(0, 10))
def test_as_many_redos_as_undos_lead_back(minutes, steps):
    history = History(now=document())
    for each in minutes:
        history = history.changed(with_minutes(each))
    end = history.now
    for _ in range(steps):
        history = history.undone()
    for _ in range(steps):
        history = history.redone()
    assert history.now == end


def test_letters_typed_into_one_field_are_one_step_to_undo():
    first = document()
    history = History(now=first)
    for minutes in (2, 20, 205):
        history = history.changed(with_minutes(minutes), typed=MINUTES)
    assert history.undone().now == first


def test_a_change_that_changes_nothing_is_no_step():
    history = History(now=document()).changed(document())
    assert not history.past


def test_what_was_undone_and_then_changed_cannot_be_redone():
    history = History(now=document()).changed(with_minutes(3)).undone().changed(with_minutes(4))
    assert history.redone().now == with_minutes(4)


def test_a_protocol_counts_as_saved_until_it_is_changed(tmp_path):
    history = History(now=document()).stored(tmp_path / "p.yaml")
    assert history.is_saved
    assert not history.changed(with_minutes(3)).is_saved


@pytest.mark.parametrize("word", [spec.word for spec in item_specs()])
def test_every_kind_of_item_can_be_added_behind_the_one_in_view(word):
    made, key = editing.with_new_item(document(), ("segments", 0), word)
    assert key == ("segments", 1)
    assert editing.value_at(made, (*key, "segment")) == word
    assert editing.fields_at(made, key)
    assert all(problem.key[:2] == key for problem in problems_of(made))


def test_an_item_added_beside_the_protocol_is_its_last():
    made, key = editing.with_new_item(document(), (), "voltammetry")
    assert key == ("segments", 1)
    assert editing.value_at(made, (*key, "segment")) == "voltammetry"


def test_an_item_that_is_moved_takes_its_settings_along_and_stops_at_the_ends():
    two, _ = editing.with_new_item(document(), (), "voltammetry")
    moved, key = editing.with_moved(two, ("segments", 1), -1)
    assert key == ("segments", 0)
    assert editing.value_at(moved, (*key, "segment")) == "voltammetry"
    assert editing.with_moved(moved, key, -1) == (moved, key)
    assert not editing.can_be_moved(moved, key, -1)
    assert editing.can_be_moved(moved, key, 1)


def test_a_copy_stands_behind_and_the_neighbour_takes_the_cursor_of_what_is_removed():
    copied, key = editing.with_copy(document(), ("segments", 0))
    assert key == ("segments", 1)
    assert editing.value_at(copied, key) == editing.value_at(copied, ("segments", 0))
    left, beside = editing.without_item(copied, key)
    assert beside == ("segments", 0)
    assert left.data == document().data


def test_an_emptied_field_leaves_its_setting_out():
    given_one = editing.with_text(document(), MINUTES, NUMBER, "20")
    assert editing.value_at(given_one, MINUTES) == 20
    assert editing.value_at(editing.with_text(given_one, MINUTES, NUMBER, " "), MINUTES) is None


def test_a_block_comes_with_its_first_setting_and_goes_with_its_last():
    test = new_protocol("critical_current")
    key = ("temperature", "temperature_c")
    spec = FieldSpec(name="temperature_c", unit="°C", kind="number", doc="", required=True)
    warm = editing.with_text(test, key, spec, "60")
    assert editing.value_at(warm, key) == 60
    assert editing.value_at(editing.with_text(warm, key, spec, ""), ("temperature",)) is None


def test_what_is_no_number_stays_as_it_was_typed_and_is_refused():
    wrong = editing.with_text(document(), MINUTES, NUMBER, "ten")
    (problem,) = problems_of(wrong)
    assert problem.key == MINUTES
    assert "ten" in problem.text


AWKWARD = (
    "nan",
    "1e999",
    "-.inf",
    "[",
    "{a: b",
    "# x",
    '"',
    "- x",
    "0.5:1",
    "yes",
    "none",
    "~",
    "1, [2",
)
TYPED = st.one_of(
    st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
)
SPECS = {spec.word: spec.fields for spec in item_specs()}
LISTS = [field for field in SPECS["dc_polarisation"] if field.kind == "list"]
NUMBERS = [field for field in SPECS["voltammetry"] if field.kind in ("number", "whole number")]


@settings(max_examples=25, deadline=None)
@given(text=TYPED, spec=st.sampled_from([*NUMBERS, *LISTS]))
def test_whatever_is_typed_into_a_field_the_protocol_stays_one_that_can_be_read(text, spec):
    made = editing.with_text(new_protocol("sequence"), ("segments", 0, spec.name), spec, text)
    assert parse_text("a.yaml", made.text).data == made.data
