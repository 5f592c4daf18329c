"""Undo goes back through every edit, redo forward, and neither loses one."""

from hypothesis import given
from hypothesis import strategies as st
from solidcell.gui.analysis.history import STEPS_AT_MOST, History


@given(states=st.lists(st.integers(), max_size=20))
def test_undoing_everything_is_the_beginning_and_redoing_it_is_the_end(states):
    history = History(0)
    for state in states:
        history.push(state, f"set {state}")
    seen = []
    while history.undo():
        seen.append(history.state)
    assert history.state == 0
    assert seen == [0, *states][-2::-1]
    while history.redo():
        pass
    assert history.state == ([0, *states])[-1]


def test_an_edit_after_undo_forgets_what_was_undone():
    history = History("a")
    history.push("b", "b")
    history.undo()
    history.push("c", "c")
    assert history.redo() == ""
    assert history.state == "c"
    assert history.undo() == "c"
    assert history.state == "a"


def test_moves_of_one_slider_are_one_step_and_of_another_a_new_one():
    history = History(0)
    for value in (1, 2, 3):
        history.push(value, "drag R1", merge="R1")
    history.push(4, "drag R2", merge="R2")
    history.undo()
    assert history.state == 3
    history.undo()
    assert history.state == 0


def test_moves_after_an_undo_do_not_change_the_step_that_was_gone_back_to():
    history = History(0)
    history.push(1, "drag", merge="R1")
    history.push(2, "lock")
    history.undo()
    history.push(3, "drag", merge="R1")
    history.undo()
    assert history.state == 0


def test_the_words_say_what_undo_and_redo_would_do():
    history = History(0)
    assert (history.undo_words, history.redo_words) == ("", "")
    history.push(1, "fit all")
    assert history.undo_words == "fit all"
    history.undo()
    assert (history.undo_words, history.redo_words) == ("", "fit all")


def test_a_long_sitting_keeps_the_newest_thousand_steps():
    history = History(0)
    for state in range(1, STEPS_AT_MOST + 50):
        history.push(state, "edit")
    steps = 0
    while history.undo():
        steps += 1
    assert steps == STEPS_AT_MOST - 1
    assert history.state == 50
