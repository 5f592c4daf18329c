"""Whoever wants to know is told of a run that waits for somebody: paused, or at the press."""

import threading

import pytest
from solidcell.acquisition.notify.ledger import read_told
from solidcell.acquisition.notify.settings import NewsKind, Notify
from solidcell.acquisition.notify.waiting import WAITING_AFTER_S, PauseWatch, PressWatch, reminded
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.run_folder import RunFolder
from support.mail_server import served_post
from support.news import email_at
from support.runs import header


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run-7")
    folder.path.mkdir()
    return folder


@pytest.fixture
def run(folder):
    with RunWriter.create(folder.run_file, header(run_id="run-7")) as writer:
        yield writer


def pause(run, mode="open"):
    body = {"segment": 3, "mode": mode, "by": "ada", "output": "off"}
    run.event(10.0, "paused", body)
    run.commit()


def resume(run):
    run.event(20.0, "resumed", {"segment": 3, "by": "ada", "paused_s": 10.0})
    run.commit()


def test_a_run_that_goes_on_waits_for_nobody(folder, run):
    watch = PauseWatch(folder)
    assert watch.look(0.0) is None
    assert watch.look(9 * WAITING_AFTER_S) is None


def test_a_run_that_is_not_there_yet_waits_for_nobody(folder):
    assert PauseWatch(folder).look(0.0) is None


def test_a_pause_is_told_when_it_has_lasted_and_as_the_same_news(folder, run):
    pause(run)
    watch = PauseWatch(folder)
    assert watch.look(100.0) is None
    assert watch.look(100.0 + WAITING_AFTER_S - 1.0) is None
    told = watch.look(100.0 + WAITING_AFTER_S)
    assert (told.kind, told.safe, told.is_urgent) == (NewsKind.WAITING, True, False)
    assert "waits for a person: paused by ada since" in told.subject()
    assert watch.look(9e9).news_id == told.news_id


def test_a_pause_begins_anew_after_a_resumption(folder, run):
    watch = PauseWatch(folder)
    pause(run)
    watch.look(0.0)
    resume(run)
    assert watch.look(WAITING_AFTER_S) is None
    pause(run)
    assert watch.look(WAITING_AFTER_S + 1.0) is None
    assert watch.look(2 * WAITING_AFTER_S + 1.0) is not None


def test_a_stack_pressure_is_asked_for_until_the_gauge_shows_it_or_the_segment_ends(folder, run):
    watch = PressWatch(folder)
    assert watch.look(0.0) is None
    run.event(10.0, "press", {"state": "asked", "target_pa": 20e6})
    run.commit()
    told = watch.look(0.0)
    assert (told.kind, told.is_urgent) == (NewsKind.WAITING, False)
    assert "waits for a person: press the cell to 20 MPa" in told.subject()
    assert "The cell is held at rest (0 A)." in told.text()
    run.event(20.0, "press", {"state": "stable", "target_pa": 20e6})
    run.commit()
    assert watch.look(0.0) is None
    run.event(30.0, "press", {"state": "asked", "target_pa": 30e6})
    run.event(40.0, "segment_ended", {"number": 0, "end": "skipped"})
    run.commit()
    assert watch.look(0.0) is None


def test_a_cell_held_at_rest_is_neither_called_open_nor_unknown(folder, run):
    pause(run, mode="rest")
    watch = PauseWatch(folder)
    watch.look(0.0)
    told = watch.look(WAITING_AFTER_S)
    assert "The cell is held at rest (0 A)." in told.text()
    assert not told.is_urgent


class HurriedClock:
    """Each look is ten minutes after the one before."""

    def __init__(self):
        self.looks = 0
        self.looked = threading.Event()

    def now_s(self):
        self.looks += 1
        if self.looks == 9:
            self.looked.set()
        return self.looks * WAITING_AFTER_S

    def sleep_until(self, at_s):
        raise AssertionError("nobody asked for a pause")


def test_a_supervisor_tells_of_a_pause_once(folder, run):
    pause(run)
    clock = HurriedClock()
    with served_post() as post:
        notify = Notify(email=email_at(post.port))
        with reminded(folder, notify, clock, look_every_s=0.001):
            assert clock.looked.wait(10.0)
    assert len(post.mails) == 1
    (told,) = read_told(folder)
    assert (told.kind, told.all_sent) == (NewsKind.WAITING, True)
