import math

import pytest
from solidcell.analysis.lithium.critical_current_cells import half_cycle_charge_c_per_m2, read_cells
from solidcell.analysis.lithium.critical_current_sheet import MEASUREMENT
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_life import record_life
from support.recorded_test import record_test, settings

HEADER = "cell,passed_ma_cm2,failed_ma_cm2,failure,grade,group"
TWELVE = [
    *(f"E-{k},{low:.1f},{low + 0.2:.1f},soft short,B,bare" for k, low in enumerate(
        (0.4, 0.6, 0.6, 0.8, 0.8, 0.8, 1.0, 1.0, 1.2, 1.4))),
    "E-10,1.6,,none,,bare",
    "E-11,0.8,1.0,contact loss,C,bare",
]  # fmt: skip


def table(path, *rows):
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole_batch(tmp_path_factory):
    return MEASUREMENT.sheet([table(tmp_path_factory.mktemp("batch") / "cells.csv", *TWELVE)], {})


def short_at(time_s):
    return PrescribedCell(short_ohm=lambda t: 20.0 if t >= time_s else math.inf)


def test_a_batch_has_median_b10_and_modulus_with_intervals(whole_batch):
    sheet = whole_batch
    median = sheet.number("critical_current_median_ma_cm2")
    low, high = median.interval
    assert 0.7 < low < median.value < high < 1.3
    assert sheet.number("critical_current_b10_ma_cm2").value < low
    assert sheet.number("weibull_modulus").value == pytest.approx(2.8, abs=0.4)
    assert sheet.number("cells_survived").value == 1
    assert {plot.name for plot in sheet.plots} == {
        "weibull-plot",
        "failed-share",
        "cell-intervals",
    }


def test_a_weibull_plot_shows_its_points_and_not_how_far_the_limits_run(whole_batch):
    plot = next(p for p in whole_batch.plots if p.name == "weibull-plot")
    (panel,) = plot.panels
    low, high = panel.x.shown
    assert low < panel.items[0].x.min()
    assert panel.items[0].x.max() < high
    assert high / low < 30  # else its axis would be labelled in powers of ten alone


def test_cells_lost_before_the_test_are_counted_and_not_averaged(tmp_path, whole_batch):
    path = table(tmp_path / "cells.csv", *TWELVE, "E-12,,,,,bare")
    sheet = MEASUREMENT.sheet([path], {"lost": 2})
    assert sheet.number("cells_lost_before_test").value == 3
    name = "critical_current_median_ma_cm2"
    assert sheet.number(name).value == whole_batch.number(name).value
    assert any("lost before" in text for text in sheet.warnings)


def test_one_cell_tested_twice_is_told_as_no_two_cells(tmp_path, whole_batch):
    assert not any("more than one test" in one for one in whole_batch.warnings)
    twice = MEASUREMENT.sheet([table(tmp_path / "c.csv", *TWELVE[:4], TWELVE[0])], {})
    assert any("more than one test of the same cell" in one for one in twice.warnings)


def test_one_mode_of_failure_makes_lower_bounds_of_the_other(tmp_path, whole_batch):
    path = table(tmp_path / "cells.csv", *TWELVE)
    sheet = MEASUREMENT.sheet([path], {"mode": "short"})
    assert sheet.number("cells_failed").value == 10
    assert sheet.tables[0].columns["counts_as"][-1] == "lower bound"
    assert any("failures by short only" in text for text in sheet.assumptions)
    assert any("different limits" in text for text in whole_batch.warnings)


def test_two_groups_are_compared_and_one_can_be_taken_alone(tmp_path):
    strong = [
        f"F-{k},{low},{low + 0.2:.1f},soft short,B,LiF" for k, low in enumerate((1.8, 2, 2.4))
    ]
    path = table(tmp_path / "cells.csv", *TWELVE, *strong)
    sheet = MEASUREMENT.sheet([path], {})
    assert sheet.number("group_ratio").interval[1] < 1
    assert any("2 groups in one distribution" in text for text in sheet.warnings)
    alone = MEASUREMENT.sheet([path], {"group": "LiF"})
    assert alone.number("cells").value == 3
    assert alone.number("weibull_modulus").value is None
    with pytest.raises(ValueError, match="there are: LiF, bare"):
        MEASUREMENT.sheet([path], {"group": "LiI"})


def test_a_larger_cell_has_a_lower_critical_current(tmp_path):
    path = table(tmp_path / "cells.csv", *TWELVE)
    sheet = MEASUREMENT.sheet([path], {"area_ratio": 10.0})
    median = sheet.number("critical_current_median_ma_cm2").value
    scaled = sheet.number("critical_current_scaled_ma_cm2")
    assert scaled.value < 0.6 * median
    modulus = -math.log(10.0) / math.log(scaled.value / median)
    assert f"by the modulus of maximum likelihood, {modulus:.3g}," in scaled.note
    assert modulus > sheet.number("weibull_modulus").value


def test_two_cells_have_no_modulus_and_a_bounded_interval_of_nothing(tmp_path):
    sheet = MEASUREMENT.sheet([table(tmp_path / "cells.csv", *TWELVE[:2])], {})
    assert sheet.number("critical_current_median_ma_cm2").value is None
    assert "no median" in sheet.headline


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("E,0.8,0.6,,,", r"line 2: failed_ma_cm2 is 0\.6, which must exceed the 0\.8"),
        ("E,zero,1,,,", "line 2: passed_ma_cm2 is 'zero'"),
        ("E,-1,1,,,", "must be finite and not negative"),
    ],
)
def test_a_table_with_a_wrong_value_is_refused_with_its_line(tmp_path, row, told):
    with pytest.raises(ValueError, match=told):
        read_cells([table(tmp_path / "cells.csv", row)])


def test_a_table_without_a_needed_column_is_refused(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text("cell,ccd\nE,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the column passed_ma_cm2, failed_ma_cm2"):
        read_cells([path])


def test_runs_enter_with_their_verdict_and_constant_time_has_no_charge_axis(tmp_path):
    plan = settings((0.2, 0.4, 0.6))
    files = [
        record_test(tmp_path / "whole.run.sqlite", PrescribedCell(), plan),
        record_test(tmp_path / "short.run.sqlite", short_at(5000.0), plan),
        record_test(tmp_path / "lost.run.sqlite", short_at(0.0), plan),
    ]
    cells, sources, warnings = read_cells(files)
    assert [cell.lost for cell in cells] == [False, False, True]
    assert cells[0].failed_ma_cm2 is None
    assert cells[1].passed_ma_cm2 < cells[1].failed_ma_cm2
    assert half_cycle_charge_c_per_m2(load_run(files[0])) is None
    assert len(sources) == 3
    assert any("more than one test of the same cell" in text for text in warnings)
    sheet = MEASUREMENT.sheet(files, {})
    assert sheet.number("cells_lost_before_test").value == 1


def test_a_run_that_is_no_critical_current_test_is_refused_by_name(tmp_path):
    path = record_life(tmp_path / "life.run.sqlite", PrescribedCell(), cycles=1)
    with pytest.raises(ValueError, match=r"life\.run\.sqlite: no segment is tagged as part of"):
        read_cells([path])


def test_of_one_cell_the_headline_is_its_interval(tmp_path):
    failed = MEASUREMENT.sheet([table(tmp_path / "a.csv", "E-1,0.8,1.0,soft short,B,bare")], {})
    assert failed.headline == (
        "one cell: above 0.8, not above 1 mA/cm²; soft short, evidence grade B"
    )
    survived = MEASUREMENT.sheet([table(tmp_path / "b.csv", "E-1,1.6,,none,,bare")], {})
    assert survived.headline == "one cell: above 1.6 mA/cm²"
