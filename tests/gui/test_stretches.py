"""Where nothing was done or nobody measured is seen as that, with its length and its cause."""

from solidcell.acquisition.record.rows import Event
from solidcell.gui.stretches import Stretch, stretches


def event(kind, elapsed_s, /, **body):
    return Event(seq=1, elapsed_s=elapsed_s, utc="2026-01-01T12:00:00+00:00", kind=kind, body=body)


def test_a_pause_reaches_from_its_begin_to_the_resumption():
    pause = event("paused", 100.0, mode="open", by="ada", segment=3)
    told = [pause, event("mark", 110.0), event("resumed", 160.0, by="bob", paused_s=60.0)]
    assert stretches(told) == [Stretch(start_s=100.0, end_s=160.0, text="paused by ada, cell open")]


def test_a_pause_that_lasts_has_no_end_yet_and_that_of_an_ended_run_has():
    pause = event("paused", 100.0, mode="rest", by="ada")
    assert stretches([pause]) == [Stretch(start_s=100.0, end_s=None, text="paused by ada, at rest")]
    (ended,) = stretches([pause, event("run_ended", 130.0, reason="stopped")])
    assert ended.end_s == 130.0


def test_an_interruption_ends_a_pause_and_is_a_stretch_of_its_own():
    gap = event("gap", 500.0, cause="interruption", elapsed_s=300.0, passed_s=3.0)
    paused, interrupted = stretches([event("paused", 100.0, mode="open", by="ada"), gap])
    assert (paused.start_s, paused.end_s) == (100.0, 200.0)
    assert interrupted == Stretch(start_s=200.0, end_s=500.0, text="interruption")


def test_sleep_of_the_machine_counts_on_the_time_of_the_run_and_a_clock_that_was_set_does_not():
    slept = event("gap", 900.0, cause="suspend", length_s=30.0)
    was_set = event("gap", 950.0, cause="wall clock set", length_s=3600.0)
    (told,) = stretches([slept, was_set], clock_speed=10.0)
    assert told == Stretch(start_s=600.0, end_s=900.0, text="suspend")
