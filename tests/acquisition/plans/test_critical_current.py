"""The critical-current plan, driven by hand over cells that short, heal, or lose contact."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Rest,
    SegmentEnd,
    SegmentResult,
)
from support.scripted_judge import PaperCell, ResistanceJudge, Verdict, carried_out

AREA_M2 = 0.785e-4
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)


def _cycling(density_a_m2, cycles=1):
    return Cycling(current_density_a_m2=density_a_m2, half_cycle_s=1800.0, cycles=cycles)


SETTINGS = CriticalCurrentSettings(
    steps=tuple(_cycling(j) for j in (2.0, 4.0, 6.0, 8.0)),
    formation=_cycling(1.0, cycles=2),
    recovery=_cycling(1.0, cycles=3),
    initial_rest_s=600.0,
    rest_s=300.0,
    recovery_rest_s=1800.0,
    impedance=SWEEP,
    voltage_limit_v=5.0,
    sample_period_s=1.0,
)


def _run(cell, settings=SETTINGS, judge=None):
    judge = judge or ResistanceJudge()
    asked, outcome = carried_out(critical_current(settings, AREA_M2, judge), cell.answer)
    return asked, outcome, judge


def _marks(asked):
    return [segment.label for segment in asked if isinstance(segment, Mark)]


def _mark(asked, label):
    return next(s.data for s in asked if isinstance(s, Mark) and s.label == label)


def _phases(asked):
    """The phases in order, each run of the same one once."""
    phases = [s.tags["phase"] for s in asked if not isinstance(s, Mark)]
    return [p for n, p in enumerate(phases) if n == 0 or phases[n - 1] != p]


def test_a_healthy_cell_passes_every_step_and_is_not_called_failed():
    asked, outcome, judge = _run(PaperCell())

    assert _marks(asked) == ["ccd_step_begun", "ccd_step_passed"] * 4 + ["ccd_finished"]
    assert _phases(asked) == ["initial", "formation", "step"]
    assert _mark(asked, "ccd_finished")["passed_ma_cm2"] == pytest.approx(0.8)
    assert outcome.startswith("completed")
    assert judge.phases == ["initial", "formation", *["step"] * 4]


def test_every_step_strips_first_plates_second_then_rests_and_takes_a_spectrum():
    asked, _, _ = _run(PaperCell())
    step = [s for s in asked if not isinstance(s, Mark) and s.tags.get("step") == 1]

    assert [type(s) for s in step] == [Galvanostatic, Galvanostatic, Rest, ImpedanceSweep]
    strip, plate = step[:2]
    assert strip.current_a == pytest.approx(4.0 * AREA_M2)
    assert plate.current_a == -strip.current_a
    assert strip.tags == {
        "phase": "step",
        "step": 1,
        "cycle": 0,
        "direction": 1,
        "current_density_ma_cm2": 0.4,
    }
    assert (strip.voltage_min_v, strip.voltage_max_v) == (-5.0, 5.0)


def test_formation_is_not_watched_and_steps_are():
    asked, _, judge = _run(PaperCell())
    watched = {s.tags["phase"]: s.watch is not None for s in asked if isinstance(s, Galvanostatic)}

    assert watched == {"formation": False, "step": True}
    assert judge.half_cycles[:2] == [(2.0, 1800.0), (-2.0, 1800.0)]
    assert len(judge.half_cycles) == 8


def test_a_short_seen_in_the_voltage_is_confirmed_by_a_spectrum_before_the_recovery_test():
    asked, outcome, judge = _run(PaperCell(critical_a_m2=5.0))

    assert _marks(asked)[-3:] == ["ccd_alarm", "ccd_failed", "ccd_finished"]
    assert _phases(asked) == ["initial", "formation", "step", "confirm", "recovery"]
    failed = _mark(asked, "ccd_failed")
    assert (failed["step"], failed["current_density_ma_cm2"], failed["direction"]) == (2, 0.6, 1)
    assert failed["evidence"] == "spectrum"
    assert _mark(asked, "ccd_finished")["passed_ma_cm2"] == pytest.approx(0.4)
    assert "0.6 mA/cm²" in outcome
    assert judge.phases[-2:] == ["confirm", "recovery"]


def test_the_recovery_test_rests_half_an_hour_cycles_gently_and_ends_with_a_spectrum():
    asked, _, _ = _run(PaperCell(critical_a_m2=5.0))
    recovery = [s for s in asked if not isinstance(s, Mark) and s.tags["phase"] == "recovery"]

    assert isinstance(recovery[0], Rest)
    assert recovery[0].duration_s == 1800.0
    cycles = [s.current_a / AREA_M2 for s in recovery if isinstance(s, Galvanostatic)]
    assert cycles == pytest.approx([1.0, -1.0] * 3)
    assert isinstance(recovery[-1], ImpedanceSweep)


def test_a_short_that_the_voltage_hides_is_found_by_the_spectrum_after_the_step():
    judge = ResistanceJudge(watchful=False)
    asked, _, _ = _run(PaperCell(critical_a_m2=5.0), judge=judge)

    assert _marks(asked)[-3:] == ["ccd_suspect", "ccd_failed", "ccd_finished"]
    assert _mark(asked, "ccd_failed")["step"] == 2
    assert "ccd_step_passed" in _marks(asked)


def test_a_suspicion_that_the_spectrum_does_not_confirm_is_cleared_and_the_next_step_is_tried():
    cell = PaperCell(critical_a_m2=3.0, heals=True)
    judge = ResistanceJudge(watchful=False)
    asked, outcome, _ = _run(cell, judge=judge)

    assert _marks(asked).count("ccd_suspect_cleared") == 3
    assert "ccd_failed" not in _marks(asked)
    assert {s.tags["step"] for s in asked if isinstance(s, Rest) and "step" in s.tags} == {
        0,
        1,
        2,
        3,
    }
    assert outcome.startswith("completed")


def test_an_alarm_that_is_cleared_ends_its_step_without_passing_it():
    class Nervous(ResistanceJudge):
        def see(self, reading):
            return "looked odd" if reading.current_a > 0 and len(self.half_cycles) == 3 else None

    asked, _, _ = _run(PaperCell(), judge=Nervous())

    labels = _marks(asked)
    alarm = labels.index("ccd_alarm")
    assert labels[alarm : alarm + 3] == ["ccd_alarm", "ccd_suspect_cleared", "ccd_step_begun"]
    assert labels.count("ccd_step_passed") == 3


def test_without_an_analyser_the_voltage_alone_decides_and_the_record_says_so():
    settings = replace(SETTINGS, impedance=None)
    asked, _, judge = _run(PaperCell(critical_a_m2=5.0), settings)

    assert not any(isinstance(s, ImpedanceSweep) for s in asked)
    assert _mark(asked, "ccd_failed")["evidence"] == "voltage only"
    assert _mark(asked, "ccd_failed")["reason"]
    assert "confirm" in judge.phases


def test_a_spectrum_that_was_cut_short_confirms_and_clears_nothing():
    cell = PaperCell(critical_a_m2=5.0)

    def answer(segment):
        if isinstance(segment, ImpedanceSweep) and segment.tags["phase"] == "confirm":
            return replace(cell.answer(segment), end=SegmentEnd.SKIPPED)
        return cell.answer(segment)

    asked, _ = carried_out(critical_current(SETTINGS, AREA_M2, ResistanceJudge()), answer)
    assert _mark(asked, "ccd_failed")["evidence"] == "voltage only"


@pytest.mark.parametrize("asr_ohm_m2", [1.0, 2.0])
def test_a_half_cycle_that_meets_the_voltage_limit_ends_the_test_with_one_more_spectrum(asr_ohm_m2):
    asked, outcome, _ = _run(PaperCell(asr_ohm_m2=asr_ohm_m2))
    failed = _mark(asked, "ccd_failed")

    assert failed["failure"] == "compliance or contact"
    assert failed["current_density_ma_cm2"] * 10.0 * asr_ohm_m2 >= 5.0
    assert _phases(asked)[-1] == "confirm"
    assert isinstance(asked[-2], ImpedanceSweep)
    assert outcome.startswith("failed at")


def test_a_cell_that_is_shorted_before_the_first_step_is_not_cycled():
    class Known(ResistanceJudge):
        def assess(self, phase, spectrum):
            return Verdict(failed=True, reason="below thickness over conductivity")

    asked, outcome, _ = _run(PaperCell(), judge=Known())

    assert not any(isinstance(s, Galvanostatic) for s in asked)
    assert _marks(asked) == ["ccd_failed", "ccd_finished"]
    assert "before the test" in outcome


def test_a_skipped_half_cycle_keeps_its_step_from_passing():
    cell = PaperCell()

    def answer(segment):
        if isinstance(segment, Galvanostatic) and segment.tags.get("step") == 1:
            return SegmentResult(end=SegmentEnd.SKIPPED)
        return cell.answer(segment)

    asked, _ = carried_out(critical_current(SETTINGS, AREA_M2, ResistanceJudge()), answer)
    passed = [s.data["step"] for s in asked if isinstance(s, Mark) and s.label == "ccd_step_passed"]
    assert passed == [0, 2, 3]


@pytest.mark.parametrize("end", [SegmentEnd.STOPPED, SegmentEnd.LIMIT_TRIPPED, SegmentEnd.FAILED])
@given(last=st.integers(min_value=0, max_value=30))
def test_a_plan_asks_for_nothing_more_once_the_run_is_over(end, last):
    cell = PaperCell()
    seen = []

    def answer(segment):
        seen.append(segment)
        if len(seen) > last and not isinstance(segment, Mark):
            return SegmentResult(end=end, detail="by hand")
        return cell.answer(segment)

    seen.clear()
    asked, outcome = carried_out(critical_current(SETTINGS, AREA_M2, ResistanceJudge()), answer)
    assert len(asked) <= last + 3
    assert end.value in outcome


@given(critical=st.floats(min_value=0.5, max_value=12.0), cycles=st.integers(1, 3))
def test_the_true_critical_current_lies_between_the_last_passed_and_the_failed_step(
    critical, cycles
):
    steps = tuple(_cycling(j, cycles) for j in (2.0, 4.0, 6.0, 8.0))
    asked, _, _ = _run(
        PaperCell(critical_a_m2=critical), replace(SETTINGS, steps=steps, formation=None)
    )

    passed = (_mark(asked, "ccd_finished")["passed_ma_cm2"] or 0.0) * 10.0
    failed = [
        s.data["current_density_ma_cm2"] for s in asked if getattr(s, "label", "") == "ccd_failed"
    ]
    assert passed <= critical + 1e-9
    assert all(density * 10.0 > critical for density in failed)
    assert bool(failed) == (critical < 8.0)
