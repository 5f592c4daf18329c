"""What may be asked of a run depends on where it stands, and nothing else may."""

import pytest
from solidcell.acquisition.session import RunStateName
from solidcell.gui.run_bar import RunBar, Standing
from solidcell.gui.run_wishes import ALLOWED, NOTHING, Wish
from solidcell.gui.run_words import UNDER_WAY

TABLE = {
    RunStateName.RUNNING: "pause skip stop",
    RunStateName.PAUSED: "resume skip stop",
    RunStateName.RECOVERING: "stop",
}


@pytest.mark.parametrize("state", RunStateName)
def test_each_state_allows_just_this(state):
    assert ALLOWED[state] == {Wish(word) for word in TABLE.get(state, "").split()}
    assert bool(ALLOWED[state]) is (state in UNDER_WAY)


@pytest.mark.parametrize("state", RunStateName)
def test_a_button_is_enabled_just_where_its_wish_is_allowed(qtbot, state):
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.show_standing(Standing(allowed=ALLOWED[state]))
    buttons = bar.buttons
    enabled = {
        wish
        for wish, button in {
            Wish.PAUSE: buttons.pause,
            Wish.RESUME: buttons.resume,
            Wish.SKIP: buttons.skip,
            Wish.STOP: buttons.stop,
        }.items()
        if button.isEnabled()
    }
    assert enabled == ALLOWED[state]
    assert buttons.resume.isHidden() is (state is not RunStateName.PAUSED)
    assert buttons.pause.isHidden() is not buttons.resume.isHidden()
    assert bar.emergency.isEnabled()


def test_with_no_run_in_view_nothing_is_allowed(qtbot):
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.show_standing(Standing())
    assert Standing().allowed == NOTHING
    assert not any(
        button.isEnabled()
        for button in (bar.buttons.pause, bar.buttons.resume, bar.buttons.skip, bar.buttons.stop)
    )
