import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
from solidcell.analysis.lithium.lithium_life_sheet import MEASUREMENT as LIFE
from solidcell.analysis.lithium.plating_stripping import analyse_plating_stripping
from solidcell.analysis.lithium.plating_stripping_sheet import MEASUREMENT
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_life import record_life
from support.recorded_test import record_test, settings


def short_at(time_s, ohm=20.0):
    return PrescribedCell(short_ohm=lambda t: ohm if t >= time_s else math.inf)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    path = tmp_path_factory.mktemp("life") / "whole.run.sqlite"
    return record_life(path, PrescribedCell())


@pytest.fixture(scope="module")
def shorted(tmp_path_factory):
    path = tmp_path_factory.mktemp("life") / "short.run.sqlite"
    return record_life(path, short_at(4000.0))


def test_a_cell_that_outlives_its_test_is_right_censored(healthy):
    found = analyse_plating_stripping(load_run(healthy))
    assert found.life.censored
    assert found.life.cycles == 6
    assert found.life.cumulative_c_per_m2.low == pytest.approx(12 * 5.0 * 600.0, rel=0.01)


def test_resistance_polarisation_and_hysteresis_are_those_of_the_cell(healthy):
    found = analyse_plating_stripping(load_run(healthy))
    truth = PrescribedCell().asr_ohm_cm2(0.5)
    np.testing.assert_allclose(found.course.asr_end_ohm_m2 * 1e4, truth, rtol=0.01)
    np.testing.assert_allclose(found.course.polarisation_v[::2], truth * 0.5e-3, rtol=0.01)
    np.testing.assert_allclose(found.hysteresis_v, 2 * truth * 0.5e-3, rtol=0.01)
    assert found.course.direction[:2].tolist() == [1, -1]


def test_a_short_ends_the_life_within_the_half_cycle_that_met_it(shorted):
    run = load_run(shorted)
    found = analyse_plating_stripping(run)
    life = found.life
    begin_s = found.course.start_s[0]
    assert life.failure == "soft short"
    assert life.grade in ("B", "C")
    assert life.time_s.low <= 4000.0 - begin_s <= life.time_s.high
    assert life.time_s.high - life.time_s.low <= 700.0
    per_half = 5.0 * 600.0
    assert life.cumulative_c_per_m2.high - life.cumulative_c_per_m2.low == pytest.approx(
        per_half, rel=0.05
    )


def test_without_a_spectrum_the_voltage_alone_ends_a_life(tmp_path):
    path = record_life(tmp_path / "x.run.sqlite", short_at(4000.0), with_spectra=False)
    life = analyse_plating_stripping(load_run(path)).life
    assert life.failure == "suspected short"
    assert life.grade == "A"
    assert life.time_s.low < 4000.0 < life.time_s.high


def test_a_run_without_half_cycles_is_refused(healthy):
    run = load_run(healthy)
    empty = [s for s in run.segments if s.kind != "Galvanostatic"]
    with pytest.raises(ValueError, match="no half-cycle"):
        analyse_plating_stripping(replace(run, segments=tuple(empty)))


def test_the_sheet_states_what_was_survived_and_never_a_life_as_exact(shorted):
    sheet = MEASUREMENT.sheet([shorted], {})
    survived = sheet.number("life_survived_h")
    assert "failed by" in survived.note
    assert sheet.number("depth_of_discharge_percent").value == pytest.approx(0.81, abs=0.02)
    assert any("coulombic efficiency" in text for text in sheet.refusals)
    assert any("minimal capacity" in text for text in sheet.warnings)
    assert sheet.number("asr_last_ohm_cm2").value == pytest.approx(
        PrescribedCell().asr_ohm_cm2(0.5), rel=0.05
    )


def test_lives_of_a_batch_enter_as_intervals_and_survivors_as_bounds(healthy, shorted):
    sheet = LIFE.sheet([healthy, shorted], {"of": "time"})
    [table] = sheet.tables
    assert table.columns["failed_by_h"][0] is None
    assert table.columns["survived_h"][1] < 4000 / 3600 < table.columns["failed_by_h"][1] + 0.05
    assert sheet.number("life_median_h").value is None
    assert any("2 cells" in text for text in sheet.warnings)


def test_a_life_counts_once_and_two_tests_of_one_cell_are_told(healthy, shorted, tmp_path):
    """Both are of the cell that the records call the same; a copy is the run that it is of."""
    told = LIFE.sheet([healthy, shorted], {}).warnings
    assert any("more than one test of the same cell" in text for text in told)
    copy = tmp_path / "copy.run.sqlite"
    shutil.copyfile(healthy, copy)
    with pytest.raises(ValueError, match="given more than once"):
        LIFE.sheet([healthy, shorted, copy], {})


def test_a_cell_shorted_from_the_start_is_lost_and_not_a_life_of_zero(tmp_path, healthy):
    path = record_life(tmp_path / "lost.run.sqlite", short_at(0.0, ohm=2.0), cycles=2)
    assert analyse_plating_stripping(load_run(path)).life is None
    sheet = LIFE.sheet([healthy, path], {})
    assert sheet.number("cells_lost_before_test").value == 1
    assert "shorted before" in MEASUREMENT.sheet([path], {}).headline


def test_a_run_with_several_current_densities_states_their_span_and_not_one(tmp_path, healthy):
    steps = settings((0.2, 0.4), half_cycle_s=600.0)
    ladder = MEASUREMENT.sheet([record_test(tmp_path / "l.sqlite", PrescribedCell(), steps)], {})
    assert dict(ladder.conditions)["current density"].endswith(" to 0.4 mA/cm²")
    assert dict(MEASUREMENT.sheet([healthy], {}).conditions)["current density"] == "0.5 mA/cm²"


def test_the_current_is_drawn_as_constant_through_each_half_cycle_and_none_between(healthy):
    sheet = MEASUREMENT.sheet([healthy], {})
    (current,) = sheet.plots[0].panels[0].right_items
    assert current.y[:8].tolist() == pytest.approx([0, 0.5, 0.5, 0, 0, -0.5, -0.5, 0])
    assert np.all(np.diff(current.x) >= 0)


def test_what_a_half_cycle_comes_to_is_drawn_at_its_end_and_the_voltage_as_it_was_read(healthy):
    run = load_run(healthy)
    course = analyse_plating_stripping(run).course
    above, middle, below = MEASUREMENT.sheet([healthy], {}).plots[0].panels
    first_h = course.start_s[0] / 3600
    np.testing.assert_allclose(middle.items[1].x, course.end_s / 3600 - first_h)
    assert below.items[0].y[:4].tolist() == pytest.approx([0, 1 / 12, 1 / 12, 1 / 6], rel=0.01)
    assert below.items[0].x[1] == pytest.approx(course.end_s[0] / 3600 - first_h)
    inside = (run.time_s >= course.start_s[0]) & (run.time_s <= course.end_s[-1])
    assert above.items[0].y.max() == pytest.approx(1e3 * run.voltage_v[inside].max())
    assert above.items[0].x[-1] == pytest.approx(below.items[0].x[-1], abs=0.01)


def test_a_ramp_has_no_life_and_a_ladder_has_its_own(tmp_path) -> None:
    ladder = record_test(tmp_path / "l.run.sqlite", PrescribedCell(), settings((0.2, 0.4)))
    run = load_run(ladder)
    assert any("the ladder's" in text for text in analyse_plating_stripping(run).warnings)
    stairs = tuple(
        replace(s, tags={**s.tags, "phase": "ramp"}) if s.phase == "step" else s
        for s in run.segments
    )
    with pytest.raises(ValueError, match="on a ramp the current never stays"):
        analyse_plating_stripping(replace(run, segments=stairs))
