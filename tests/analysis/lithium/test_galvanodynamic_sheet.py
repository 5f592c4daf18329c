import math
from dataclasses import replace

import pytest
from solidcell.acquisition.plans.critical_current_settings import Ramp
from solidcell.analysis.critical_current import analyse_critical_current
from solidcell.analysis.lithium.galvanodynamic_sheet import MEASUREMENT
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_life import record_life
from support.recorded_test import record_test, settings

STAIRS_A_M2 = tuple(float(n) for n in range(1, 21))


def record_ramp(path, cell):
    ramp = Ramp(current_densities_a_m2=STAIRS_A_M2, step_s=60.0, direction=-1)
    plan = replace(settings((), sample_period_s=10.0), ramp=ramp, formation=None)
    return record_test(path, cell, plan)


@pytest.fixture(scope="module")
def shorted(tmp_path_factory):
    cell = PrescribedCell(short_ohm=lambda t: 10.0 if t > 900.0 else math.inf)
    return record_ramp(tmp_path_factory.mktemp("ramp") / "ramp.run.sqlite", cell)


def test_a_short_during_a_ramp_is_known_to_a_stair(shorted):
    assert MEASUREMENT.suits(load_run(shorted))
    sheet = MEASUREMENT.sheet([shorted], {})
    assert sheet.number("ramp_ma_cm2_min").value == pytest.approx(0.1, rel=0.05)
    passed = sheet.number("critical_current_passed_ma_cm2")
    seen = sheet.number("critical_current_by_voltage_ma_cm2")
    assert passed.value < seen.value <= passed.value + 0.21  # the short came within two stairs
    assert "failed by" in passed.note
    charge = seen.value**2 / (2 * 0.1 * 60)
    assert sheet.number("charge_before_failure_mah_cm2").value == pytest.approx(charge, rel=0.15)


def test_a_short_that_the_spectra_confirm_has_the_grade_of_the_verdict(shorted):
    verdict = analyse_critical_current(load_run(shorted))
    assert verdict.evidence_grade in ("B", "C")
    sheet = MEASUREMENT.sheet([shorted], {})
    assert f"evidence grade {verdict.evidence_grade}" in sheet.headline
    assert dict(sheet.conditions)["evidence"] == "; ".join(verdict.evidence)
    assert "grade A" not in sheet.number("critical_current_by_voltage_ma_cm2").note


class Delayed(PrescribedCell):
    """After every stair a minute passes that nobody planned."""

    def half_cycle(self, density_ma_cm2, duration_s, period_s):
        yield from super().half_cycle(density_ma_cm2, duration_s, period_s)
        self.now_s += 60.0


def test_a_ramp_that_was_not_as_fast_as_planned_says_so(tmp_path):
    sheet = MEASUREMENT.sheet([record_ramp(tmp_path / "ramp.run.sqlite", Delayed())], {})
    found = sheet.number("ramp_ma_cm2_min")
    assert found.value == pytest.approx(0.05, rel=0.01)
    assert "planned: 0.1 mA/cm²/min" in found.note
    assert any("not by the planned 0.1 (-50 %)" in text for text in sheet.warnings)


def test_a_ramp_without_failure_has_a_lower_bound(tmp_path):
    path = record_ramp(tmp_path / "ramp.run.sqlite", PrescribedCell())
    sheet = MEASUREMENT.sheet([path], {})
    assert sheet.number("critical_current_passed_ma_cm2").value == pytest.approx(2.0)
    assert "right-censored" in sheet.number("critical_current_passed_ma_cm2").note
    assert "evidence" not in dict(sheet.conditions)
    assert not any("planned" in text for text in sheet.warnings)


def test_a_run_without_a_ramp_is_refused(tmp_path):
    path = record_life(tmp_path / "life.run.sqlite", PrescribedCell(), cycles=1)
    assert not MEASUREMENT.suits(load_run(path))
    with pytest.raises(ValueError, match="no reading of this run belongs to a ramp"):
        MEASUREMENT.sheet([path], {})


def test_the_lithium_that_a_ramp_moves_is_that_of_all_its_stairs(tmp_path):
    path = record_ramp(tmp_path / "ramp.run.sqlite", PrescribedCell())
    moved_c_per_m2 = sum(STAIRS_A_M2) * 60.0
    found = analyse_critical_current(load_run(path)).lithium_moved_um
    assert found == pytest.approx(moved_c_per_m2 / 36_000 / 0.2062, rel=0.02)
