"""A beat is heard, its absence is missed, and nobody's sleep is taken for a death."""

import json
import os

import pytest
from solidcell.acquisition.limits.sentinel import Beat
from solidcell.acquisition.supervision.heartbeat import SILENCE_S, Heart, Listener

WAITING = Beat(doing="waiting for the instrument")
STUCK = Beat(doing="waiting for the instrument", tripped="no reading for 9 s", is_stuck=True)


class Ear:
    """A listener whose time is moved by hand, looking ten times a second."""

    def __init__(self):
        self.now_s = 100.0
        self.listener = Listener(None, lambda: self.now_s)

    def hear(self, beat):
        body = (
            None
            if beat is None
            else {"doing": beat.doing, "tripped": beat.tripped, "is_stuck": beat.is_stuck}
        )
        self.listener.take(json.dumps(body).encode() + b"\n")

    def wait(self, seconds):
        for _ in range(round(seconds * 10)):
            self.now_s += 0.1
            if complaint := self.listener.complaint():
                return complaint
        return None


def test_a_worker_that_beats_is_left_alone_for_ever():
    ear = Ear()
    for _ in range(100):
        ear.hear(WAITING)
        assert ear.wait(4.5) is None


def test_five_silent_seconds_after_a_beat_are_too_many():
    ear = Ear()
    ear.hear(WAITING)
    assert ear.wait(SILENCE_S - 0.2) is None
    complaint = ear.wait(0.5)
    assert not complaint.is_trip
    assert complaint.text == (
        "the worker gave no sign of life for 5 s, the last waiting for the instrument"
    )


def test_a_worker_that_is_stuck_is_not_waited_for_and_its_trip_is_quoted():
    ear = Ear()
    ear.hear(STUCK)
    complaint = ear.wait(0.1)
    assert complaint.is_trip
    assert complaint.text.startswith("no reading for 9 s; the worker was stuck waiting")


@pytest.mark.parametrize("heard", [[], [WAITING, None]])
def test_before_its_first_beat_and_after_its_last_a_worker_may_take_its_time(heard):
    ear = Ear()
    for beat in heard:
        ear.hear(beat)
    assert ear.wait(600.0) is None


def test_what_the_listener_slept_through_is_no_silence_of_the_worker():
    ear = Ear()
    ear.hear(WAITING)
    ear.wait(1.0)
    ear.now_s += 3600.0
    assert ear.wait(2.0) is None


@pytest.mark.parametrize("line", [b"hello\n", b"\xff\xfe\n", b'{"doing": 1, "no": 2}\n', b"[1]\n"])
def test_anything_else_that_is_printed_goes_to_the_log(line, capsys):
    ear = Ear()
    ear.listener.take(line)
    assert ear.wait(60.0) is None
    assert capsys.readouterr().err


def test_what_a_heart_beats_a_listener_hears_through_a_real_pipe():
    read, write = os.pipe()
    with Heart(write, lambda: STUCK), os.fdopen(os.dup(read), "rb", buffering=0) as pipe:
        first = pipe.readline()
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        rest = pipe.readlines()
    ear = Ear()
    ear.listener.take(first)
    assert ear.listener.complaint().is_trip
    ear.listener.take(rest[-1])
    assert ear.listener.complaint() is None


def test_a_heart_without_a_listener_says_that_it_is_alone_and_goes_on():
    read, write = os.pipe()
    os.close(read)
    beats = iter([WAITING])
    with Heart(write, lambda: next(beats)) as heart:
        heart._thread.join()
        assert heart.is_alone()
    os.close(write)


def test_nobody_listens_to_a_run_within_a_program():
    with Heart(None, lambda: WAITING) as heart:
        assert not heart.is_alone()
