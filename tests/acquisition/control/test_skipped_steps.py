"""Whatever is skipped of a critical-current test, no step passes that was not carried out whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Mark, SegmentEnd
from support.scripted_judge import PaperCell, ResistanceJudge, carried_out

SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=1.0, points_per_decade=5, amplitude=0.01
)
STEPS = tuple(
    Cycling(current_density_a_m2=density, half_cycle_s=60.0, cycles=2)
    for density in (1.0, 2.0, 3.0)
)
SETTINGS = CriticalCurrentSettings(
    steps=STEPS,
    formation=Cycling(current_density_a_m2=0.5, half_cycle_s=60.0, cycles=1),
    recovery=None,
    initial_rest_s=10.0,
    rest_s=5.0,
    recovery_rest_s=5.0,
    impedance=SWEEP,
    voltage_limit_v=1.0,
    sample_period_s=1.0,
)


def carried_out_without(skips):
    """Return the steps of which a half-cycle was skipped, those that the plan let pass, and the
    highest current density that it says did.
    """
    cell, number, skipped, passed = PaperCell(), -1, set(), []

    def answer(segment):
        nonlocal number
        if isinstance(segment, Mark):
            if segment.label == "ccd_step_passed":
                passed.append(segment.data["step"])
            return cell.answer(segment)
        number += 1
        if number not in skips:
            return cell.answer(segment)
        if isinstance(segment, Galvanostatic) and segment.tags["phase"] == "step":
            skipped.add(segment.tags["step"])
        return replace(cell.answer(segment), end=SegmentEnd.SKIPPED)

    asked, _ = carried_out(critical_current(SETTINGS, 1e-4, ResistanceJudge()), answer)
    finished = [s for s in asked if isinstance(s, Mark) and s.label == "ccd_finished"]
    return skipped, passed, finished[-1].data["passed_ma_cm2"]


@given(skips=st.sets(st.integers(0, 30)))
def test_a_step_with_a_skipped_half_cycle_never_passes(skips):
    skipped, passed, highest_ma_cm2 = carried_out_without(skips)
    assert skipped.isdisjoint(passed)
    assert sorted({0, 1, 2} - skipped) == passed
    expected = STEPS[passed[-1]].current_density_a_m2 / 10 if passed else None
    assert highest_ma_cm2 == (pytest.approx(expected) if passed else None)
