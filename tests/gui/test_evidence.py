"""The inspector says what the analysis says, in its units, and keeps its refusals."""

import math

import pytest
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.critical_current import analyse_critical_current
from solidcell.analysis.runs import load_run
from solidcell.gui.evidence import gather_evidence, headline, resistance_rows
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings
from support.runs import header


@pytest.mark.slow
def test_a_test_without_failure_is_open_above(recorded_run):
    evidence = gather_evidence(recorded_run)
    text, below, tone = headline(evidence)
    assert text == "CCD > 0.4 mA/cm²"
    assert "right-censored" in below
    assert tone == "good"
    assert len(resistance_rows(evidence.result.half_cycles)) == len(evidence.result.half_cycles) > 4


@pytest.mark.slow
def test_a_short_is_told_as_an_interval_with_its_grade(tmp_path):
    cell = PrescribedCell()
    began = []
    density = cell.asr_ohm_cm2

    def noting(current_density):
        if abs(current_density) >= 0.39 and not began:
            began.append(cell.now_s)
        return density(current_density)

    cell.asr_ohm_cm2 = noting
    cell.short_ohm = lambda t: 2.0 if began and t > began[0] + 300 else math.inf
    plan = settings((0.2, 0.4, 0.6), half_cycle_s=600.0)
    evidence = gather_evidence(record_test(tmp_path / "s.run.sqlite", cell, plan))
    text, below, tone = headline(evidence)
    assert text == "0.2 < CCD ≤ 0.4 mA/cm²"
    assert "short" in below
    assert "grade" in below
    assert tone == "danger"
    assert "short-circuited" in evidence.fit.refused


@pytest.mark.slow
def test_no_conductivity_is_read_from_a_cell_with_a_soft_short(tmp_path):
    cell = PrescribedCell()
    cell.short_ohm = lambda t: 40.0 if t > 5000.0 else math.inf
    plan = settings((0.2, 0.4, 0.6), half_cycle_s=600.0)
    evidence = gather_evidence(record_test(tmp_path / "s.run.sqlite", cell, plan))
    assert "short" in evidence.result.failure
    assert dict(evidence.fit.rows)["conductivity"] == "refused: the cell is shorted"


@pytest.mark.slow
def test_the_fit_is_given_per_area_and_agrees_with_the_cell(recorded_run):
    fit = gather_evidence(recorded_run).fit
    assert not fit.refused
    rows = dict(fit.rows)
    total = float(rows["total"].split(" ")[0])
    asr = analyse_critical_current(load_run(recorded_run)).initial_asr_ohm_cm2
    assert total == pytest.approx(asr, rel=0.05)
    assert "±" in rows["total"]
    assert fit.real_ohm_cm2.max() == pytest.approx(total, rel=0.05)


def test_before_anything_has_passed_no_bound_is_claimed(tmp_path):
    path = tmp_path / "s.run.sqlite"
    record_test(path, PrescribedCell(), settings((0.2,)), stop_after=lambda n: n == 3)
    text, _, tone = headline(gather_evidence(path))
    assert text == "CCD: nothing passed yet"
    assert tone == "muted"


def test_a_run_that_is_no_such_test_is_told_so(tmp_path):
    with RunWriter.create(
        tmp_path / "r.run.sqlite", header(cell={"electrode_area_m2": 1e-4, "thickness_m": 1e-3})
    ) as writer:
        writer.segment(0.0, "Rest", "rest", {}, {})
        writer.reading(0, 1.0, 0.0, 0.0)
    evidence = gather_evidence(writer.path)
    assert evidence.result is None
    assert headline(evidence)[0] == "No critical current"
    assert evidence.refused
