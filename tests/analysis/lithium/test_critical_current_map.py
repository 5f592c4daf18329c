import math

import numpy as np
import pytest
from solidcell.analysis.lithium.critical_current_map import (
    CellAtCondition,
    Condition,
    by_condition,
    fit_map,
    varied_axes,
)
from solidcell.analysis.lithium.critical_current_map_sheet import MEASUREMENT
from solidcell.analysis.statistics import Observation
from support.censored_data import on_steps

BOLTZMANN_EV_PER_K = 8.617333262e-5
HEADER = "cell,passed_ma_cm2,failed_ma_cm2,areal_capacity_mah_cm2,stack_pressure_mpa,temperature_c"

LPSCL_BY_CAPACITY = {0.02: 2.18, 0.05: 1.82, 0.1: 1.65, 0.25: 1.42, 0.5: 1.23, 1.0: 1.02, 2.0: 0.82}
"""Mean critical currents of a simulated cell, mA/cm²: a demonstration, no evidence."""


def condition(q=0.5, p=5.0, kelvin=298.15):
    return Condition(
        areal_capacity_c_per_m2=36e3 * q, stack_pressure_pa=1e6 * p, temperature_k=kelvin
    )


def cells_of(law, conditions, replicates, seed=0, modulus=3.5, step=1.0):
    rng, found = np.random.default_rng(seed), []
    for where in conditions:
        values = (law(where) * rng.weibull(modulus, replicates)).tolist()
        found += [
            CellAtCondition(critical_current_a_per_m2=seen, condition=where)
            for seen in on_steps(values, step)
        ]
    return found


def law(where):
    """Scale in A/m²: charge to -0.2, pressure to 0.4, 0.25 eV."""
    warm = math.exp(-0.25 / BOLTZMANN_EV_PER_K * (1 / where.temperature_k - 1 / 298.15))
    q, p = where.areal_capacity_c_per_m2 / 36e3, where.stack_pressure_pa / 1e6
    return 10.0 * q**-0.2 * p**0.4 * warm


def test_a_map_over_three_conditions_finds_the_law_it_was_drawn_from():
    grid = [condition(q, p, t) for q in (0.1, 0.5, 2) for p in (1, 5) for t in (298.15, 333.15)]
    fit = fit_map(cells_of(law, grid, 4))
    for axis, truth in (("areal_capacity_c_per_m2", -0.2), ("stack_pressure_pa", 0.4)):
        found = fit.exponents[axis]
        assert found.low < truth < found.high
        assert found.high - found.low < 0.5
    assert fit.activation_ev.low < 0.25 < fit.activation_ev.high
    assert fit.lack_of_fit > 0.01
    median = fit.median_a_per_m2(condition(0.5, 5))
    assert median.low < law(condition(0.5, 5)) * math.log(2) ** (1 / 3.5) < median.high


def test_the_simulated_table_falls_with_a_fifth_root_of_the_charge():
    truth = np.polyfit(
        np.log(list(LPSCL_BY_CAPACITY)), np.log(list(LPSCL_BY_CAPACITY.values())), 1
    )[0]
    cells = cells_of(
        lambda c: 11.0 * LPSCL_BY_CAPACITY[c.areal_capacity_c_per_m2 / 36e3],
        [condition(q) for q in LPSCL_BY_CAPACITY],
        24,
        modulus=4.0,
    )
    exponent = fit_map(cells).exponents["areal_capacity_c_per_m2"]
    assert truth == pytest.approx(-0.205, abs=0.01)
    assert exponent.low < truth < exponent.high
    assert exponent.high < 0


def test_only_what_was_varied_and_stated_by_all_is_an_axis():
    cells = cells_of(law, [condition(0.1), condition(2.0)], 3)
    assert varied_axes(cells) == ("areal_capacity_c_per_m2",)
    unknown = Condition(areal_capacity_c_per_m2=None, stack_pressure_pa=5e6, temperature_k=298.15)
    other = CellAtCondition(critical_current_a_per_m2=Observation(8, 10), condition=unknown)
    assert varied_axes([*cells, other]) == ()


def test_conditions_that_changed_together_are_refused():
    cells = cells_of(law, [condition(0.1, 1), condition(2.0, 5)], 5)
    with pytest.raises(ValueError, match="cannot be told apart"):
        fit_map(cells)


def test_a_law_that_the_cells_contradict_is_told():
    bent = {0.1: 20.0, 0.5: 5.0, 2.0: 20.0}
    cells = cells_of(
        lambda c: bent[c.areal_capacity_c_per_m2 / 36e3], [condition(q) for q in bent], 10
    )
    assert fit_map(cells).lack_of_fit < 1e-3


def test_replicates_are_gathered_by_condition():
    first, second = by_condition(cells_of(law, [condition(2.0), condition(0.1)], 6))
    assert first.condition.areal_capacity_c_per_m2 == pytest.approx(3600)
    assert (first.n, second.n) == (6, 6)
    assert first.median_interval[0] <= first.median_step[0]
    assert first.weibull.modulus.is_refused
    with pytest.raises(ValueError, match="no cells"):
        by_condition([])


def table_of(path, cells):
    rows = [HEADER]
    for k, cell in enumerate(cells):
        seen, where = cell.critical_current_a_per_m2, cell.condition
        failed = f"{seen.high / 10:g}" if seen.has_failed else ""
        charge = where.areal_capacity_c_per_m2
        rows.append(
            f"c{k},{seen.low / 10:g},{failed},{'' if charge is None else charge / 36e3},"
            f"{where.stack_pressure_pa / 1e6},{where.temperature_k - 273.15}"
        )
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_the_sheet_of_a_map_states_exponents_and_medians_by_condition(tmp_path):
    cells = cells_of(law, [condition(q, p) for q in (0.1, 0.5, 2) for p in (1, 5)], 4)
    sheet = MEASUREMENT.sheet([table_of(tmp_path / "map.csv", cells)], {})
    low, high = sheet.number("exponent_of_capacity").interval
    assert low < -0.2 < high
    assert len(sheet.tables[0]) == 6
    assert [plot.name for plot in sheet.plots] == [
        "over-capacity",
        "over-pressure",
    ]


def test_temperatures_are_told_in_celsius_in_words_table_and_figure(tmp_path):
    cells = cells_of(law, [condition(kelvin=kelvin) for kelvin in (273.15, 298.0, 333.15)], 4)
    sheet = MEASUREMENT.sheet([table_of(tmp_path / "map.csv", cells)], {})
    assert dict(sheet.conditions)["temperature"] == "0, 25, 60 °C"
    assert sheet.tables[0].columns["temperature_c"] == pytest.approx([0, 25, 60])
    (panel,) = sheet.plots[0].panels
    assert panel.x.label == "T / °C"
    assert all(min(abs(x - at) for at in (0, 25, 60)) < 1.5 for x in panel.items[0].x)
    assert "°C" in sheet.number("critical_current_median_ma_cm2").label


def test_cells_of_one_condition_are_drawn_beside_each_other(tmp_path):
    cells = cells_of(law, [condition(q) for q in (0.1, 0.5, 2)], 3)
    (plot,) = MEASUREMENT.sheet([table_of(tmp_path / "map.csv", cells)], {}).plots
    drawn = plot.panels[0].items[0].x
    assert np.unique(drawn).size == drawn.size
    assert set(np.round(np.exp(np.log(drawn).reshape(3, -1).mean(axis=1)), 6)) == {0.1, 0.5, 2}
    assert "side by side" in plot.caption


def test_the_sheet_of_one_condition_refuses_a_law(tmp_path):
    cells = cells_of(law, [condition()], 6)
    sheet = MEASUREMENT.sheet([table_of(tmp_path / "map.csv", cells)], {})
    assert "no condition was varied" in sheet.refusals[0]
    assert sheet.numbers == ()
    assert len(sheet.tables[0]) == 1


def test_a_charge_that_grew_with_the_current_is_no_axis(tmp_path):
    grown = Condition(areal_capacity_c_per_m2=None, stack_pressure_pa=5e6, temperature_k=298.15)
    cells = cells_of(law, [condition(p=1), condition(p=5)], 4)
    cells.append(CellAtCondition(critical_current_a_per_m2=Observation(8, 10), condition=grown))
    sheet = MEASUREMENT.sheet([table_of(tmp_path / "map.csv", cells)], {})
    assert any("part of the outcome" in text for text in sheet.refusals)
