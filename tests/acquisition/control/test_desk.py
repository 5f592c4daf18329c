"""Commands are judged one at a time, by what the run does when they are looked at."""

from collections import deque
from pathlib import Path

import pytest
from solidcell.acquisition.control.desk import Desk
from solidcell.acquisition.control.inbox import Letter
from support.commanded import PAUSE, REST, RESUME, SKIP, letter


class Asked:
    """Letters that wait; each is answered by a row of the record."""

    def __init__(self, *letters):
        self.waiting, self.answers = deque(letters), []

    def next(self):
        return self.waiting.popleft() if self.waiting else None

    def answered(self, letter, seq):
        self.answers.append((letter.id, seq))

    def clear(self, acknowledged_seq):
        pass


class Told(list):
    def note(self, kind, /, **body):
        self.append(body)
        return len(self)


@pytest.fixture
def told():
    return Told()


def test_no_other_command_is_looked_at_until_the_accepted_one_is_carried_out(told):
    asked = Asked(letter(1, PAUSE), letter(2, RESUME))
    desk = Desk(asked, told.note)
    desk.begin(0)
    desk.look(0)
    desk.look(0)
    assert [body["kind"] for body in told] == ["pause"]
    desk.pause(desk.take())
    desk.look(0)
    assert [(body["kind"], body["accepted"]) for body in told] == [
        ("pause", True),
        ("resume", True),
    ]


def test_every_command_is_answered_by_a_row_of_its_own(told):
    asked = Asked(letter(1, RESUME), letter(2, SKIP), letter(3, PAUSE))
    desk = Desk(asked, told.note)
    desk.look(0)
    assert asked.answers == [(f"{number:012x}", number) for number in (1, 2, 3)]
    assert [body["accepted"] for body in told] == [False, False, True]


def test_an_instrument_that_does_not_answer_keeps_a_run_paused(told):
    asked = Asked(letter(1, PAUSE), letter(2, RESUME, "ben"), letter(3, RESUME, "ben"))
    troubles = ["LinkLostError: COM3 is gone", None]
    desk = Desk(asked, told.note, lambda command: troubles.pop(0))
    desk.look(0)
    desk.pause(desk.take())
    desk.look(0)
    assert [body["detail"] for body in told] == ["", "LinkLostError: COM3 is gone", ""]
    assert desk.take().kind is RESUME
    assert desk.is_paused


def test_a_run_that_rests_goes_on_without_asking_its_instrument_who_it_is(told):
    asked = Asked(letter(1, PAUSE, mode=REST), letter(2, RESUME))
    seen = []
    desk = Desk(asked, told.note, seen.append)
    desk.look(0)
    desk.pause(desk.take())
    desk.look(0)
    assert [command.kind for command in seen] == [PAUSE]


def test_a_pause_at_rest_is_refused_where_the_instrument_cannot_rest(told):
    desk = Desk(Asked(letter(1, PAUSE, mode=REST)), told.note, lambda _: "it cannot rest")
    desk.look(0)
    assert desk.take() is None
    assert told[0]["detail"] == "it cannot rest"


def test_a_segment_is_skipped_once(told):
    desk = Desk(Asked(letter(1, SKIP), letter(2, SKIP, "ben"), letter(3, SKIP)), told.note)
    desk.begin(4)
    desk.look(0)
    desk.take()
    desk.look(0)
    assert [body["detail"] for body in told] == [
        "",
        "segment 4 is skipped already",
        "segment 4 is skipped already",
    ]


def test_a_heap_of_rubbish_is_answered_a_little_at_a_time(told):
    rubbish = [Letter(path=Path(f"{n}"), id="", problem="no command") for n in range(50)]
    desk = Desk(Asked(*rubbish, letter(99, PAUSE)), told.note)
    looks = 0
    while desk.take() is None:
        before = len(told)
        desk.look(0)
        looks += 1
        assert len(told) - before <= 8
    assert looks == 7
    assert len(told) == 51
