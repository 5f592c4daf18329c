"""A test that stood still: no false alarm, no missed failure, and a result that says so."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.critical_current import CriticalCurrent, analyse_critical_current
from solidcell.analysis.critical_current.trace import RESUMED_FLAG
from solidcell.analysis.report.content import gather
from solidcell.analysis.runs import load_run
from solidcell.drivers.readings import Flag
from support.prescribed_cell import PrescribedCell
from support.recorded_test import Pause, record_test
from support.recorded_test import settings as plan_of

STEPS = (0.2, 0.4, 0.6)
TEN_MINUTES = 600.0


def at(density_ma_cm2, direction, pause):
    """Pause the half-cycle of this step and direction; every one for ``None``."""

    def of(segment):
        tags = segment.tags
        here = tags.get("phase") == "step" and (
            density_ma_cm2 is None
            or (tags["current_density_ma_cm2"], tags["direction"]) == (density_ma_cm2, direction)
        )
        return pause if here else None

    return of


def verdict_on(path, cell, pauses, **more) -> CriticalCurrent:
    file = record_test(path / "test.run.sqlite", cell, plan_of(STEPS), pauses=pauses, **more)
    return analyse_critical_current(load_run(file))


def relaxing(cell, depth=0.3, tau_s=300.0):
    """Let the interfaces polarise in every half-cycle, by ``depth``, and relax in every rest."""
    state = {"share": 0.0, "at_s": 0.0, "driven": False}
    half_cycle, rest, asr = cell.half_cycle, cell.rest, cell.asr_ohm_cm2

    def settle(goal):
        passed_s = cell.now_s - state["at_s"]
        state["share"] += (goal - state["share"]) * (1 - math.exp(-passed_s / tau_s))
        state["at_s"] = cell.now_s

    def polarised(density_ma_cm2):
        settle(1.0)
        return asr(density_ma_cm2) * (1 + depth * state["share"])

    def relaxed(duration_s):
        rest(duration_s)
        settle(0.0)

    cell.asr_ohm_cm2, cell.rest, cell.half_cycle = polarised, relaxed, half_cycle
    return cell


def test_the_judge_knows_the_flag_that_the_worker_sets():
    assert RESUMED_FLAG == Flag.RESUMED


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_pause_of_ten_minutes_in_every_half_cycle_is_no_failure(tmp_path, seed):
    cell = relaxing(PrescribedCell(seed=seed))
    pauses = at(None, None, Pause(after_s=120.0 + 30.0 * seed, for_s=TEN_MINUTES))
    result = verdict_on(tmp_path, cell, pauses)
    assert (result.passed_ma_cm2, result.failure) == (0.6, "none")
    assert len(result.interruptions) == 2 * len(STEPS)


def test_without_being_told_of_the_gap_the_same_cell_would_raise_an_alarm(tmp_path, monkeypatch):
    monkeypatch.setattr("support.recorded_test.RESUMED_FLAG", 0)
    cell = relaxing(PrescribedCell(seed=3))
    file = record_test(
        tmp_path / "test.run.sqlite",
        cell,
        plan_of(STEPS),
        pauses=at(None, None, Pause(after_s=450.0, for_s=TEN_MINUTES)),
    )
    labels = [e.body["label"] for e in load_run(file).events if e.kind == "mark"]
    assert "ccd_alarm" in labels


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(after_s=st.integers(30, 170).map(lambda n: 5.0 * n), resistance_ohm=st.floats(2.0, 17.0))
def test_a_short_is_found_wherever_the_pause_was(tmp_path_factory, after_s, resistance_ohm):
    cell = PrescribedCell()
    began = []
    healthy = cell.asr_ohm_cm2

    def noting(density_ma_cm2):
        if abs(density_ma_cm2) >= 0.4 - 1e-9 and not began:
            began.append(cell.now_s)
        return healthy(density_ma_cm2)

    cell.asr_ohm_cm2 = noting
    cell.short_ohm = lambda t: resistance_ohm if began and t > began[0] + 300 else math.inf
    result = verdict_on(
        tmp_path_factory.mktemp("run"), cell, at(0.4, 1, Pause(after_s=after_s, for_s=TEN_MINUTES))
    )
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.2, 0.4)
    assert result.failure in ("soft short", "hard short")


def test_a_short_that_came_while_the_cell_stood_open_is_found(tmp_path):
    cell = PrescribedCell()
    rests = []
    rest = cell.rest

    def noting(duration_s):
        rest(duration_s)
        if duration_s == TEN_MINUTES:
            rests.append(cell.now_s)

    cell.rest = noting
    cell.short_ohm = lambda _: 15.0 if rests else math.inf
    result = verdict_on(tmp_path, cell, at(0.4, -1, Pause(after_s=450.0, for_s=TEN_MINUTES)))
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.2, 0.4)
    assert result.failed_with_gap
    assert result.evidence_grade == "B"
    assert "upper bound from a step with a gap" in result.interval


def test_a_gap_is_told_with_where_it_was_and_takes_one_off_the_grade(tmp_path):
    cell = PrescribedCell()
    short = []
    healthy = cell.asr_ohm_cm2
    cell.asr_ohm_cm2 = lambda j: (short.append(1) if abs(j) > 0.59 else None, healthy(j))[1]
    cell.short_ohm = lambda _: 17.0 if short else math.inf
    result = verdict_on(tmp_path, cell, at(0.4, -1, Pause(after_s=550.0, for_s=720.0)))
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.4, 0.6)
    (gap,) = result.interruptions
    assert gap.sentence == (
        "step 0.4 mA/cm², cycle 1, negative half-cycle: paused for 12 min after 61 %"
    )
    assert (result.passed_with_gap, result.failed_with_gap) == (True, False)
    assert result.evidence_grade == "B"
    assert any("counts as passed with a gap" in warning for warning in result.warnings)
    stored = json.loads(json.dumps(result.as_json()))
    assert stored["interruptions"][0]["told"] == gap.sentence
    assert "lower bound from a step with a gap" in stored["interval"]


def test_a_short_gap_is_told_but_takes_nothing_off_the_grade(tmp_path):
    cell = PrescribedCell()
    result = verdict_on(tmp_path, cell, at(0.4, -1, Pause(after_s=550.0, for_s=20.0)))
    assert [gap.counts for gap in result.interruptions] == [False]
    assert not result.passed_with_gap
    assert any("too short to count" in warning for warning in result.warnings)


def test_two_parts_of_a_half_cycle_are_one_half_cycle_of_their_charge(tmp_path):
    whole = verdict_on(tmp_path, PrescribedCell(), lambda _: None)
    (tmp_path / "again").mkdir()
    torn = verdict_on(
        tmp_path / "again", PrescribedCell(), at(None, None, Pause(after_s=300.0, for_s=900.0))
    )
    assert len(torn.half_cycles) == len(whole.half_cycles)
    for one, other in zip(torn.half_cycles, whole.half_cycles, strict=True):
        assert one.charge_mah_cm2 == pytest.approx(other.charge_mah_cm2, rel=1e-9)
        assert (one.end, one.duration_s) == (other.end, other.duration_s)
        assert one.asr_end_ohm_cm2 == pytest.approx(other.asr_end_ohm_cm2, rel=0.02)


def test_the_report_tells_of_the_gap(tmp_path):
    path = record_test(
        tmp_path / "test.run.sqlite",
        PrescribedCell(),
        plan_of(STEPS),
        pauses=at(0.6, 1, Pause(after_s=450.0, for_s=TEN_MINUTES)),
    )
    content = gather(load_run(path), "2026-01-01")
    assert "passed with a gap" in content.headline
    assert any("paused for 10 min after 50 %" in warning for warning in content.warnings)
