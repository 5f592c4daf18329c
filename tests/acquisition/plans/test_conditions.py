"""Conditions: what a plan makes of what it has been told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.plans.conditions import (
    AnyOf,
    CapacityBelow,
    CutOffReached,
    ElapsedAbove,
    History,
    ResistanceAbove,
    VoltageBeyond,
)
from solidcell.acquisition.plans.sequence import Choice, Procedure, Repeat, sequence, tagged
from solidcell.acquisition.plans.stubs import carry_out
from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Rest,
    SegmentEnd,
    SegmentResult,
)
from support.scripted_judge import carried_out

CHARGE = Galvanostatic(current_a=1e-3, duration_s=60.0, voltage_min_v=2.0, voltage_max_v=4.0)
DISCHARGE = Galvanostatic(current_a=-1e-3, duration_s=60.0, voltage_min_v=2.0, voltage_max_v=4.0)
REST = Rest(duration_s=1800.0)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)
OK = SegmentEnd.COMPLETED


def told(*pairs):
    history = History()
    for segment, result in pairs:
        history.take(segment, result)
    return history


def moved(charge_c, voltage_v=3.0, end=OK):
    return SegmentResult(end=end, charge_c=charge_c, last=Reading(60.0, voltage_v, 1e-3))


def spectrum(ohm, lowest_hz=0.1):
    points = tuple(ImpedancePoint(0.0, f, z) for f, z in ((1e4, 10 + 0j), (lowest_hz, ohm + 0j)))
    return SegmentResult(end=OK, impedance=points)


def test_capacity_is_compared_with_that_of_the_first_whole_discharge():
    cycles = [(CHARGE, moved(3.0)), (DISCHARGE, moved(-2.5)), (CHARGE, moved(3.0))]
    assert not CapacityBelow(0.8).is_met(told(*cycles))
    assert not CapacityBelow(0.8).is_met(told(*cycles, (DISCHARGE, moved(-2.01))))
    assert CapacityBelow(0.8).is_met(told(*cycles, (DISCHARGE, moved(-1.99))))


def test_a_discharge_in_several_segments_counts_as_one_and_formation_as_none():
    formed = Galvanostatic(
        current_a=-1e-3,
        duration_s=1.0,
        voltage_min_v=2.0,
        voltage_max_v=4.0,
        tags={"phase": "formation"},
    )
    history = told((formed, moved(-9.0)), (DISCHARGE, moved(-1.0)), (DISCHARGE, moved(-1.5)))
    assert history.whole_discharges_c() == (2.5,)


def test_what_is_not_known_is_not_met():
    nothing = History()
    every = (CapacityBelow(0.9), VoltageBeyond(1.0), CutOffReached(), ResistanceAbove(2.0))
    assert not AnyOf(every).is_met(nothing)


def test_the_end_of_the_last_current_decides_even_after_a_rest():
    at_limit = moved(1.0, 4.0, SegmentEnd.VOLTAGE_LIMIT)
    history = told((CHARGE, at_limit), (REST, SegmentResult(end=OK, last=Reading(1.0, 0.0, 0.0))))
    assert CutOffReached().is_met(history)
    assert VoltageBeyond(4.0).is_met(history)
    assert not VoltageBeyond(4.1).is_met(history)
    assert VoltageBeyond(4.0).is_met(told((DISCHARGE, moved(-1.0, -4.2))))


def test_a_resistance_is_taken_at_its_frequency_or_at_the_lowest():
    history = told((SWEEP, spectrum(100.0)), (SWEEP, spectrum(210.0)))
    assert ResistanceAbove(2.0).is_met(history)
    assert not ResistanceAbove(2.0, 1e4).is_met(history)
    assert not ResistanceAbove(2.0, 50.0).is_met(history)  # no point is near it


def test_half_a_spectrum_tells_no_resistance():
    half = SegmentResult(end=SegmentEnd.SKIPPED, impedance=spectrum(900.0).impedance)
    assert not ResistanceAbove(2.0).is_met(told((SWEEP, spectrum(100.0)), (SWEEP, half)))


@settings(max_examples=10, deadline=None)
@given(count=st.integers(1, 6), hours=st.floats(0.1, 4.0))
def test_a_repeat_ends_after_the_pass_in_which_its_condition_is_met_or_after_its_count(
    count, hours
):
    plan = sequence([Repeat(count, (REST,), ElapsedAbove(hours * 3600.0)), CHARGE])
    asked, _ = carried_out(plan, lambda s: SegmentResult(end=OK, duration_s=1800.0))
    passes = sum(isinstance(s, Rest) for s in asked)
    assert passes == min(count, -(-hours * 3600.0 // 1800.0))
    assert asked[-1] == CHARGE


def test_a_repeat_looks_only_at_what_came_since_it_began():
    plan = sequence([REST, REST, Repeat(9, (REST,), ElapsedAbove(3600.0))])
    asked, _ = carried_out(plan, lambda s: SegmentResult(end=OK, duration_s=1800.0))
    assert len(asked) == 2 + 2


@pytest.mark.parametrize(("end", "follows"), [(SegmentEnd.VOLTAGE_LIMIT, "then"), (OK, "else")])
def test_a_choice_goes_by_what_came_before(end, follows):
    ways = (Mark(label="then"),), (Mark(label="else"),)
    plan = sequence([CHARGE, Choice(CutOffReached(), *ways)])
    asked, _ = carried_out(plan, lambda s: SegmentResult(end=end))
    assert asked[-1].label == follows


def test_what_a_repeat_does_now_and_then_is_done_then_and_in_its_cycle():
    plan = sequence([Repeat(5, (CHARGE,), first=3, every=2, also=(REST,))])
    asked, _ = carried_out(plan, lambda s: SegmentResult(end=OK))
    assert [(type(s).__name__[0], s.tags["cycle"]) for s in asked] == [
        ("G", 3), ("G", 4), ("R", 4), ("G", 5), ("G", 6), ("R", 6), ("G", 7),
    ]  # fmt: skip


def test_a_procedure_has_the_tags_around_it_unless_it_has_its_own():
    def ask():
        yield from carry_out(Rest(duration_s=1.0, tags={"cycle": 7}))
        yield from carry_out(Mark(label="here"))

    plan = sequence([Repeat(1, (tagged({"measurement": "x"}, Procedure(ask)),))])
    rest, mark = carried_out(plan, lambda s: SegmentResult(end=OK))[0]
    assert rest.tags == {"cycle": 7, "measurement": "x"}
    assert mark.data == {"cycle": 0, "measurement": "x"}


def test_a_stop_within_a_procedure_ends_the_sequence():
    plan = sequence([Procedure(lambda: carry_out_twice()), CHARGE])
    stopped = SegmentResult(end=SegmentEnd.STOPPED, detail="by hand")
    asked, outcome = carried_out(plan, lambda s: stopped)
    assert (len(asked), outcome) == (1, "ended: stopped by hand")


def carry_out_twice():
    yield from carry_out(REST)
    yield from carry_out(REST)
