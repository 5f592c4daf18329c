"""The variants of a critical-current test: one way, as a ramp, at one current for life."""

from dataclasses import dataclass, replace

import pytest
from solidcell.acquisition.files.protocol_critical_current import CriticalCurrentProtocol
from solidcell.acquisition.files.protocol_ladder import LifeSettings
from solidcell.acquisition.plans.critical_current import critical_current
from solidcell.acquisition.plans.critical_current_settings import (
    PLATE_WORKING,
    STRIP_WORKING,
    CriticalCurrentSettings,
    Cycling,
    Ramp,
)
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Rest,
    SegmentEnd,
    SegmentResult,
    SetStackPressure,
)
from support.scripted_judge import PaperCell, ResistanceJudge, carried_out

AREA_M2 = 0.785e-4
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)
SETTINGS = CriticalCurrentSettings(
    steps=(),
    formation=None,
    recovery=None,
    initial_rest_s=600.0,
    rest_s=300.0,
    recovery_rest_s=0.0,
    impedance=SWEEP,
    voltage_limit_v=5.0,
    sample_period_s=1.0,
)
RAMP = Ramp(
    current_densities_a_m2=tuple(0.5 * n for n in range(1, 21)),
    step_s=10.0,
    direction=PLATE_WORKING,
)


def run(settings, cell):
    asked, outcome = carried_out(
        critical_current(settings, AREA_M2, ResistanceJudge()), cell.answer
    )
    marks = {s.label: s.data for s in asked if isinstance(s, Mark)}
    return asked, marks, outcome


@pytest.mark.parametrize("direction", [STRIP_WORKING, PLATE_WORKING])
def test_one_way_no_half_cycle_goes_the_other(direction):
    steps = tuple(
        Cycling(current_density_a_m2=j, half_cycle_s=900.0, cycles=2, directions=(direction,))
        for j in (1.0, 2.0, 3.0)
    )
    asked, marks, _ = run(replace(SETTINGS, steps=steps), PaperCell(critical_a_m2=2.5))
    driven = [s for s in asked if isinstance(s, Galvanostatic)]
    assert {s.tags["direction"] for s in driven} == {direction}
    assert {s.current_a > 0 for s in driven} == {direction > 0}
    assert marks["ccd_finished"]["passed_ma_cm2"] == 0.2
    assert marks["ccd_failed"]["current_density_ma_cm2"] == 0.3


def test_a_ramp_climbs_without_a_rest_and_its_failure_lies_between_two_stairs():
    asked, marks, outcome = run(replace(SETTINGS, ramp=RAMP), PaperCell(critical_a_m2=6.2))
    climbed = [s for s in asked if isinstance(s, Galvanostatic)]
    between = asked[asked.index(climbed[0]) : asked.index(climbed[-1])]
    assert not any(isinstance(s, Rest | ImpedanceSweep) for s in between)
    assert [s.tags["step"] for s in climbed] == list(range(len(climbed)))
    assert {s.tags["phase"] for s in climbed} == {"ramp"}
    assert marks["ccd_finished"]["passed_ma_cm2"] <= 0.65
    assert marks["ccd_failed"]["current_density_ma_cm2"] >= 0.62
    assert outcome.startswith("failed at")


def test_a_ramp_whose_alarm_is_not_confirmed_does_not_say_that_it_reached_the_top():
    cell = PaperCell(critical_a_m2=6.2)
    _, marks, outcome = run(replace(SETTINGS, ramp=RAMP), Healed(cell))
    assert "ccd_suspect_cleared" in marks
    assert outcome == (
        "completed: the ramp ended at 0.65 mA/cm², before its highest step, and no failure is "
        "confirmed"
    )


def test_a_ramp_that_nothing_stops_ends_with_a_spectrum_and_tells_its_charge():
    asked, marks, outcome = run(replace(SETTINGS, ramp=RAMP), Counting())
    assert isinstance(asked[-2], ImpedanceSweep)
    assert asked[-2].tags["phase"] == "ramp"
    assert outcome.startswith("completed")
    charge_mah_cm2 = sum(RAMP.current_densities_a_m2) * 10.0 / 36_000.0
    assert marks["ccd_finished"]["cumulative_mah_cm2"] == pytest.approx(charge_mah_cm2, abs=1e-6)


def test_a_short_that_only_the_spectrum_shows_leaves_nothing_passed():
    class Silent(PaperCell):
        def answer(self, segment):
            result = super().answer(segment)
            if isinstance(segment, Galvanostatic) and segment.tags["step"] == 5:
                self.shorted = True
            if isinstance(segment, Galvanostatic):
                return SegmentResult(end=SegmentEnd.COMPLETED)
            return result

    _, marks, _ = run(replace(SETTINGS, ramp=RAMP), Silent())
    assert "ccd_failed" in marks
    assert marks["ccd_finished"]["passed_ma_cm2"] is None


def test_life_goes_in_blocks_with_a_spectrum_after_each_and_adds_the_charge_up():
    block = Cycling(current_density_a_m2=5.0, half_cycle_s=3600.0, cycles=10)
    asked, marks, outcome = run(replace(SETTINGS, steps=(block,) * 3, phase="life"), Counting())
    assert outcome == "completed: every cycle is done and no failure is confirmed"
    sweeps = [s.tags["phase"] for s in asked if isinstance(s, ImpedanceSweep)]
    assert sweeps == ["initial", "life", "life", "life"]
    assert marks["ccd_finished"]["cumulative_mah_cm2"] == pytest.approx(3 * 10 * 2 * 0.5)


def test_the_cycles_of_a_life_are_counted_throughout():
    life = CriticalCurrentProtocol(
        protocol="critical_current",
        half_cycle_h=1,
        life=LifeSettings(current_density_ma_cm2=1, cycles_max=5, impedance_every_cycles=2),
    )
    asked, _, _ = run(replace(life.plan_settings(), formation=None), PaperCell())
    driven = [s.tags["cycle"] for s in asked if isinstance(s, Galvanostatic)]
    assert driven == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_a_stack_pressure_is_asked_for_before_anything_else():
    pressed = SetStackPressure(pressure_pa=5e6, tolerance_pa=1e5, stable_s=60.0, timeout_s=600.0)
    asked, _, _ = run(replace(SETTINGS, stack_pressure=pressed), PaperCell())
    assert asked[0] == replace(pressed, tags={"phase": "stack pressure"})


class Counting(PaperCell):
    """A healthy cell whose results have the charge that they moved."""

    def answer(self, segment):
        result = super().answer(segment)
        if isinstance(segment, Galvanostatic):
            moved_c = segment.current_a * segment.duration_s
            return replace(result, charge_c=moved_c, duration_s=segment.duration_s)
        return result


@dataclass
class Healed:
    """The short of a cell is gone before its spectrum is measured."""

    cell: PaperCell

    def answer(self, segment):
        if isinstance(segment, ImpedanceSweep):
            self.cell.shorted = False
        return self.cell.answer(segment)
