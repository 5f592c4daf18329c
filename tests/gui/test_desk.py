"""What waits for a person can be seen for what it is, and only what may be done is offered."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from solidcell.acquisition.queue.state import Held
from solidcell.acquisition.session import (
    AfterInterruption,
    ChannelQueue,
    Enqueued,
    InterruptedRun,
    QueuedRun,
    RunStateName,
    queued,
    queues,
)
from solidcell.gui.background import Background
from solidcell.gui.desk.interrupted_page import InterruptedPage
from solidcell.gui.desk.interrupted_words import Way, allowed, notice_of, row_of, why_not
from solidcell.gui.desk.queue_page import QueuePage
from solidcell.gui.desk.queue_words import rows_of, state_of, told_of
from solidcell.gui.new_run import Choice
from solidcell.gui.notices import Notices
from support.settings_files import EXAMPLES
from support.written_runs import write_run

PATIENCE_MS = 20_000


def interrupted(**changes):
    known = {
        "run_id": "run-7",
        "run_file": Path("run-7.run.sqlite"),
        "channel": "A1",
        "state": RunStateName.DEAD,
        "detail": "the worker and its supervisor are gone; the output is unknown",
        "cell": "unknown",
        "segment": "plating",
        "done_s": 90.0,
        "duration_s": 7200.0,
        "elapsed_s": 90.0,
        "last_heard_utc": "2026-11-21T09:00:00+00:00",
        "policy": AfterInterruption.ASK,
        "why_not": "",
        "is_closed": False,
    }
    return InterruptedRun(**(known | changes))


def job(place, number=7):
    return QueuedRun(
        id=f"A1-{number}",
        queue="A1",
        channel="A1",
        place=place,
        protocol="/p/ccd.yaml",
        bench="/b/bench.toml",
        cell="/c/pellet-7.yaml",
        operator="ada",
        who="ada",
        utc="2026-11-21T09:00:00+00:00",
    )


def queue(**changes):
    known = {"key": "A1", "channel": "A1", "bench": "/b/bench.toml", "held": None}
    return ChannelQueue(**(known | {"current": None, "note": "", "jobs": ()} | changes))


def test_a_run_that_may_go_on_offers_four_ways_and_another_two():
    assert allowed(interrupted()) == set(Way)
    over = interrupted(why_not="its cell left the limits")
    assert allowed(over) == {Way.OPEN, Way.GIVE_UP}
    assert "its cell left the limits" in why_not(over)
    assert allowed(None) == set()


def test_a_cell_that_is_not_known_to_be_open_is_said_in_the_row_and_at_the_start():
    row = row_of(interrupted())
    assert "⚠ not known to be open" in row.texts
    assert "plating, 90 s of 2 h 00 min" in row.texts
    assert row.tone == "danger"
    two = [interrupted(), interrupted(run_id="run-8", cell="open")]
    assert notice_of(two).startswith("2 runs broke off and wait")
    assert "On A1 the cell is not known to be open" in notice_of(two)
    assert "not known" not in notice_of(two[1:])
    assert notice_of([]) == ""


def test_a_queue_says_what_it_does_or_what_keeps_it():
    held = Held(reason="held by ada: press is out", who="ada", utc="2026-11-21T09:00:00+00:00")
    assert state_of(queue()) == "empty"
    assert state_of(queue(held=held)) == "‖ held: held by ada: press is out"
    assert state_of(queue(current="run-6", jobs=(job(1),))) == "waits for the end of run-6"
    assert state_of(queue(note="the channel is taken by run-5")).startswith("⚠ the channel")
    waits = Enqueued(id="A1-7", queue="A1", place=2, started=None, held="held by ada")
    assert told_of(waits) == "A1-7 waits at place 2; the queue is held: held by ada"


def test_only_what_waits_can_be_moved_and_not_beyond_the_ends():
    starting, first, last = job(0, 1), job(1, 2), job(2, 3)
    rows = [picked for _, picked in rows_of([queue(jobs=(starting, first, last))])]
    can = [(each.can_rise, each.can_sink, each.can_go) for each in rows]
    assert can == [
        (False, False, False),
        (False, False, False),
        (False, True, True),
        (True, False, True),
    ]


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


@pytest.mark.slow
def test_a_run_whose_processes_died_is_found_and_given_up_only_if_its_cell_can_be_opened(
    qtbot, tmp_path, background
):
    write_run(tmp_path / "run-7" / "run-7.run.sqlite", run_id="run-7", end=None)
    notices = Notices()
    page = InterruptedPage(background, notices, tmp_path, "ada")
    for widget in (notices, page):
        qtbot.addWidget(widget)
    page.look_and_tell(lambda: None)
    qtbot.waitUntil(lambda: "interrupted" in notices.texts(), timeout=PATIENCE_MS)
    assert page.picked.run_id == "run-7"
    assert all(button.isEnabled() for button in page.buttons.values())
    qtbot.mouseClick(page.buttons[Way.GIVE_UP], Qt.MouseButton.LeftButton)
    assert not any(button.isEnabled() for button in page.buttons.values())
    qtbot.waitUntil(lambda: "recovered" in notices.texts(), timeout=PATIENCE_MS)
    assert notices.texts()["recovered"].startswith("Give up, run-7: ")  # no instrument answers
    assert page.picked.run_id == "run-7"


@pytest.mark.slow
def test_a_run_is_queued_held_and_struck_out_in_the_window(
    qtbot, tmp_path, background, monkeypatch
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    notices = Notices()
    page = QueuePage(background, notices, tmp_path / "runs", "ada")
    for widget in (notices, page):
        qtbot.addWidget(widget)
    page.show()
    choice = Choice(
        protocol=EXAMPLES / "ccd_lpscl.yaml",
        bench=EXAMPLES / "bench_simulated.toml",
        cell=EXAMPLES / "cell_lpscl.yaml",
        channel="A1",
    )
    page.add(choice)  # nobody answers at the example's address: the queue is held for it
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.picked.queue.held is not None, timeout=PATIENCE_MS)
    assert "‖ held" in page.model.rows[0].texts[2]
    page.table.selectRow(1)
    assert page.remove.isEnabled()
    assert page.release.isEnabled()
    assert not page.hold.isEnabled()
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE_MS)
    assert queued(tmp_path / "runs") == []
    page.table.selectRow(0)
    qtbot.mouseClick(page.release, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queues(tmp_path / "runs")[0].held is None, timeout=PATIENCE_MS)
    page.hide()
