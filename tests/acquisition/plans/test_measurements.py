"""Measurements whose segments depend on what came before: windows, ageing, life, spectra."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.plans.interface_ageing import InterfaceAgeing, interface_ageing
from solidcell.acquisition.plans.pieces import spectrum_at_rest
from solidcell.acquisition.plans.plating_stripping import PlatingStripping, plating_stripping
from solidcell.acquisition.plans.sequence import Procedure, sequence
from solidcell.acquisition.plans.stability_window import StabilityWindow, stability_window
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Rest,
    SegmentEnd,
    SegmentResult,
    Voltammetry,
)
from support.scripted_judge import carried_out

SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)
OK = SegmentEnd.COMPLETED
WINDOW = StabilityWindow(
    vertices_v=((5.0, +1), (0.0, -1)),
    start_v=None,
    scan_rate_v_per_s=1e-4,
    step_v=1e-3,
    current_max_a=1e-2,
    cycles=1,
    rest_s=600.0,
    impedance=SWEEP,
    sample_period_s=1.0,
)
LIFE = PlatingStripping(
    current_density_a_m2=5.0,
    electrode_area_m2=1e-4,
    half_cycle_s=3600.0,
    cycles=25,
    rest_s=300.0,
    impedance=SWEEP,
    spectrum_every=10,
    voltage_limit_v=2.0,
    sample_period_s=10.0,
)


def asked_of(procedure, answer):
    return carried_out(sequence([Procedure(procedure)]), answer)[0]


def resting_at(voltage_v):
    def answer(segment):
        last = Reading(1.0, voltage_v, 0.0) if isinstance(segment, Rest) else None
        return SegmentResult(end=OK, duration_s=100.0, last=last)

    return answer


@settings(max_examples=15, deadline=None)
@given(voltage_v=st.floats(-1.0, 4.5))
def test_a_spectrum_is_measured_about_the_voltage_that_the_cell_rests_at(voltage_v):
    _, sweep = asked_of(lambda: spectrum_at_rest(60.0, SWEEP), resting_at(voltage_v))
    assert sweep.bias == pytest.approx(voltage_v, abs=1e-4)


def test_a_cell_whose_voltage_nobody_has_read_is_not_swept():
    def skip(segment):
        return SegmentResult(end=SegmentEnd.SKIPPED)

    assert [type(s) for s in asked_of(lambda: spectrum_at_rest(60.0, SWEEP), skip)] == [Rest]
    sweeps = asked_of(lambda: stability_window(WINDOW), skip)
    assert [s.label for s in sweeps if isinstance(s, Mark)] == ["sweep_left_out"] * 2
    assert not any(isinstance(s, Voltammetry) for s in sweeps)


def test_each_sweep_starts_where_the_cell_rests_and_comes_back_to_it():
    asked = asked_of(lambda: stability_window(WINDOW), resting_at(2.3456))
    up, down = (s for s in asked if isinstance(s, Voltammetry))
    assert (up.start_v, up.vertex1_v, up.vertex2_v) == (2.3456, 5.0, 2.3456)
    assert (down.start_v, down.vertex1_v, down.vertex2_v) == (2.3456, 0.0, 2.3456)
    assert (up.tags["direction"], down.tags["direction"]) == (1, -1)
    assert [type(s).__name__ for s in asked] == [
        "Rest", "ImpedanceSweep", "Voltammetry", "Rest", "Voltammetry",
    ]  # fmt: skip


def test_a_sweep_that_would_go_the_other_way_is_left_out_and_the_record_says_why():
    asked = asked_of(lambda: stability_window(WINDOW), resting_at(5.2))
    assert [s.tags["direction"] for s in asked if isinstance(s, Voltammetry)] == [-1]
    (mark,) = (s for s in asked if isinstance(s, Mark))
    assert mark.data["reason"] == "oxidation to 5 V would begin at 5.2 V, which is beyond it"


@pytest.mark.parametrize("vertices_v", [((1.0, +1),), ((3.0, -1),), ((2.0, +1), (1.9, -1))])
def test_on_paper_every_sweep_is_done_wherever_its_vertex_is(vertices_v):
    test = replace(WINDOW, vertices_v=vertices_v)
    asked = asked_of(lambda: stability_window(test), lambda s: SegmentResult(end=OK))
    assert [s.vertex1_v for s in asked if isinstance(s, Voltammetry)] == [v for v, _ in vertices_v]


@settings(max_examples=15, deadline=None)
@given(every_s=st.floats(60.0, 7200.0), sweep_s=st.floats(1.0, 9000.0), count=st.integers(1, 6))
def test_spectra_of_an_ageing_interface_begin_at_equal_times_unless_they_take_longer(
    every_s, sweep_s, count
):
    test = InterfaceAgeing(
        every_s=every_s, total_s=every_s * count, impedance=SWEEP, sample_period_s=60.0
    )
    now_s, begun_s = 0.0, []

    def answer(segment):
        nonlocal now_s
        if isinstance(segment, ImpedanceSweep):
            begun_s.append(now_s)
        lasted_s = segment.duration_s if isinstance(segment, Rest) else sweep_s
        now_s += lasted_s
        return SegmentResult(end=OK, duration_s=lasted_s)

    asked_of(lambda: interface_ageing(test), answer)
    assert len(begun_s) == count + 1
    expected_s = max(every_s, sweep_s + 10.0)
    gaps_s = [b - a for a, b in pairwise(begun_s)]
    assert gaps_s == pytest.approx([expected_s] * count)


def test_a_cell_lives_until_a_half_cycle_meets_the_voltage_limit():
    halves = 0

    def answer(segment):
        nonlocal halves
        halves += isinstance(segment, Galvanostatic)
        end = (
            SegmentEnd.VOLTAGE_LIMIT if halves == 24 and isinstance(segment, Galvanostatic) else OK
        )
        return SegmentResult(end=end, last=Reading(1.0, 0.01, 0.0))

    asked = asked_of(lambda: plating_stripping(LIFE), answer)
    (mark,) = (s for s in asked if isinstance(s, Mark))
    assert mark.label == "life_ended"
    assert (mark.data["cycle"], mark.data["direction"]) == (11, -1)
    assert sum(isinstance(s, Galvanostatic) for s in asked) == 24
    assert isinstance(asked[-1], ImpedanceSweep)


def test_spectra_stand_before_every_so_many_cycles_and_after_the_last():
    asked = asked_of(lambda: plating_stripping(LIFE), resting_at(0.0))
    assert [s.tags["cycle"] for s in asked if isinstance(s, ImpedanceSweep)] == [0, 9, 19, 24]
    driven = [s for s in asked if isinstance(s, Galvanostatic)]
    assert [s.current_a for s in driven[:2]] == [pytest.approx(5e-4), pytest.approx(-5e-4)]
