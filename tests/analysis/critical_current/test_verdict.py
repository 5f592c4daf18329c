"""The verdict on recorded tests: an interval, a failure, its evidence; never one exact number."""

import json
import math
from dataclasses import replace

import pytest
from solidcell.acquisition.record.rows import Event
from solidcell.analysis.critical_current import CriticalCurrent, analyse_critical_current
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings

STEPS = (0.2, 0.4, 0.6, 0.8)


def verdict_on(path, cell, plan=None, **more) -> CriticalCurrent:
    file = record_test(path / "test.run.sqlite", cell, plan or settings(STEPS), **more)
    return analyse_critical_current(load_run(file))


def from_density(cell: PrescribedCell, density: float, resistance_ohm: float) -> None:
    """Short the cell 300 s into the first half-cycle at that current density."""
    began: list[float] = []
    asr = cell.asr_ohm_cm2

    def noting(density_ma_cm2: float) -> float:
        if abs(density_ma_cm2) >= density - 1e-9 and not began:
            began.append(cell.now_s)
        return asr(density_ma_cm2)

    cell.asr_ohm_cm2 = noting  # type: ignore[method-assign]
    cell.short_ohm = lambda t: resistance_ohm if began and t > began[0] + 300 else math.inf


def test_a_cell_that_survives_every_step_is_right_censored(tmp_path):
    result = verdict_on(tmp_path, PrescribedCell())
    assert (result.passed_ma_cm2, result.failed_ma_cm2, result.failure) == (0.8, None, "none")
    assert "right-censored" in result.interval
    assert result.evidence_grade == ""


def test_a_test_stopped_for_what_its_record_does_not_show_says_so(tmp_path):
    run = load_run(record_test(tmp_path / "test.run.sqlite", PrescribedCell(), settings(STEPS)))
    told = {"current_density_ma_cm2": 0.8, "evidence": "spectrum", "reason": "soft short"}
    stopped = Event(
        seq=run.events[-1].seq + 1,
        elapsed_s=run.events[-1].elapsed_s,
        utc="",
        kind="mark",
        body={"label": "ccd_failed", "data": told},
    )
    result = analyse_critical_current(replace(run, events=(*run.events, stopped)))
    assert result.failure == "none"
    assert any("stopped at 0.8 mA/cm² for soft short" in words for words in result.warnings)


def test_a_soft_short_is_an_interval_with_evidence_of_grade_c(tmp_path):
    cell = PrescribedCell()
    from_density(cell, 0.6, 17.0)
    result = verdict_on(tmp_path, cell)
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.4, 0.6)
    assert result.failure == "soft short"
    assert result.evidence_grade == "C"
    assert result.recovered is False
    assert (result.direction, result.plated_electrode) == (1, "counter")
    assert any("of the first spectrum" in sentence for sentence in result.evidence)


def test_a_hard_short_is_called_hard(tmp_path):
    cell = PrescribedCell()
    from_density(cell, 0.4, 0.3)
    result = verdict_on(tmp_path, cell)
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.2, 0.4)
    assert result.failure == "hard short"


def test_when_the_first_step_fails_what_passed_is_the_formation(tmp_path):
    cell = PrescribedCell()
    from_density(cell, 0.2, 17.0)
    result = verdict_on(tmp_path, cell)
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.05, 0.2)


def test_without_spectra_a_short_is_only_suspected(tmp_path):
    cell = PrescribedCell()
    from_density(cell, 0.6, 17.0)
    result = verdict_on(tmp_path, cell, settings(STEPS, with_spectra=False))
    assert (result.failure, result.evidence_grade) == ("suspected short", "A")
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.4, 0.6)
    assert any("no spectrum" in warning for warning in result.warnings)


def test_a_cell_shorted_from_the_start_has_no_critical_current(tmp_path):
    result = verdict_on(tmp_path, PrescribedCell(short_ohm=lambda _: 15.0))
    assert result.failure == "shorted from the start"
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.0, None)
    assert result.initial_asr_ohm_cm2 < 0.9 * result.bulk_asr_ohm_cm2


def test_a_voltage_limit_without_rise_is_compliance(tmp_path):
    result = verdict_on(tmp_path, PrescribedCell(), voltage_limit_v=0.03)
    assert result.failure == "compliance"
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.4, 0.6)


def test_a_voltage_limit_after_a_rise_is_loss_of_contact(tmp_path):
    cell = PrescribedCell(contact=lambda t: 1.0 if t < 5000 else 1e-3)
    result = verdict_on(tmp_path, cell, voltage_limit_v=0.2)
    assert result.failure == "contact loss"


def test_a_run_that_breaks_off_says_so_and_censors(tmp_path):
    result = verdict_on(tmp_path, PrescribedCell(), stop_after=lambda n: n == 14)
    assert not result.is_finished
    assert result.failed_ma_cm2 is None
    assert result.passed_ma_cm2 < 0.8
    assert any("not ended" in warning for warning in result.warnings)


def test_small_half_cycles_are_warned_of_and_lithium_is_counted(tmp_path):
    result = verdict_on(tmp_path, PrescribedCell())
    assert result.largest_half_cycle_mah_cm2 == pytest.approx(0.8 * 900 / 3600, rel=1e-3)
    assert result.lithium_moved_um == pytest.approx(0.2 * 4.85, rel=1e-3)
    assert result.depth_of_discharge == pytest.approx(0.2 * 4.85 / 50, rel=1e-3)
    assert result.cumulative_charge_mah_cm2 == pytest.approx(2 * 2.05 * 900 / 3600, rel=1e-3)
    assert any("minimal capacity" in warning for warning in result.warnings)


def test_warming_that_is_measured_does_not_end_the_test(tmp_path):
    cell = PrescribedCell(temperature_k=lambda t: 298.15 + 10 * min(1.0, t / 6000))
    assert verdict_on(tmp_path, cell).failure == "none"


def test_the_verdict_is_written_as_json_and_comes_back(tmp_path):
    plain = verdict_on(tmp_path, PrescribedCell()).as_json()
    again = json.loads(json.dumps(plain, allow_nan=False))
    assert again["passed_ma_cm2"] == 0.8
    assert again["criteria"]["step_ratio"] == 0.75
    assert len(again["half_cycles"]) == 10


def test_a_fall_whose_spectrum_looks_like_warming_is_of_grade_a_at_most(tmp_path):
    cell = PrescribedCell(temperature_k=lambda t: 298.15 if t < 9000 else 313.15)
    result = verdict_on(tmp_path, cell, thermometer=False)
    assert any("as warming would do" in sentence for sentence in result.evidence)
    assert result.evidence_grade == "A"
