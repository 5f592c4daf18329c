"""Pellets of several thicknesses: a conductivity only where the slope holds one."""

import numpy as np
import pytest
from solidcell.analysis.impedance import thickness_series
from solidcell.analysis.measurements import measurement
from solidcell.analysis.transport.thickness_numbers import thickness_numbers

HEADER = "name,thickness_um,resistance_ohm,standard_error_ohm,diameter_mm"
LENGTH_M = np.array([0.4e-3, 0.8e-3, 1.2e-3, 1.6e-3])
AREA_M2 = 0.785e-4


def sheet_of(tmp_path, rows, header=HEADER, **options):
    path = tmp_path / "pellets.csv"
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return measurement("thickness-series").sheet([path], options)


def test_a_resistance_that_falls_with_the_thickness_has_neither_conductivity_nor_contact(tmp_path):
    rows = [("a", 500, 60, 0.3, 10), ("b", 800, 50, 0.3, 10), ("c", 1200, 40, 0.3, 10)]
    made = sheet_of(tmp_path, rows)
    assert made.is_refused
    assert made.headline.startswith("σ refused: R A falls with the thickness, by 22.3 ± 1.8 Ω cm²")
    assert [one.value for one in made.numbers] == [None, None]


def test_a_slope_that_is_not_told_from_0_bounds_the_conductivity_from_below(tmp_path):
    rows = [("a", 500, 29, 20, 10), ("b", 800, 41, 20, 10), ("c", 1200, 58, 20, 10)]
    made = sheet_of(tmp_path, rows)
    assert "not told from 0" in made.number("conductivity_ms_cm").refused
    slope, covariance = np.polyfit([0.05, 0.08, 0.12], [22.78, 32.20, 45.55], 1, cov="unscaled")
    largest = slope[0] + 1.96 * 20 * 0.7854 * np.sqrt(covariance[0, 0])
    bound = made.number("conductivity_bound_ms_cm").value
    assert bound == pytest.approx(1e3 / largest, rel=1e-3)
    assert made.headline.startswith(f"σ > {bound:.2f} mS/cm")


def test_a_contact_below_0_is_refused_beside_the_conductivity(tmp_path):
    rows = [("a", 500, 10, 0.1, 10), ("b", 800, 25, 0.1, 10), ("c", 1200, 45, 0.1, 10)]
    made = sheet_of(tmp_path, rows)
    assert made.number("conductivity_ms_cm").value > 0
    assert "below 0: the pellets are not alike" in made.number("contact_ohm_cm2").refused
    assert "contact refused" in made.headline


def test_the_interval_of_an_uncertain_conductivity_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(3)
    r = (LENGTH_M / 0.3 + 2 * 5e-4) / AREA_M2
    inside = []
    for _ in range(300):
        found = thickness_series(LENGTH_M, r + rng.normal(0, 8.0, 4), np.full(4, 8.0), AREA_M2)
        first = thickness_numbers(found)[0]
        if first.interval is not None:
            low, high = first.interval
            inside.append(low <= 3.0 <= high)
    assert len(inside) > 250
    assert 0.92 <= np.mean(inside) <= 0.985


@pytest.mark.parametrize(
    ("warm_c", "options"), [(26.5, {}), (25.6, {"temperature_tolerance_k": 0.5})]
)
def test_pellets_of_different_temperatures_are_no_series(tmp_path, warm_c, options):
    rows = [(n, 500 + 300 * k, 29 + 12 * k, 0.3, 10, 25) for k, n in enumerate("abc")]
    rows[1] = (*rows[1][:-1], warm_c)
    with pytest.raises(ValueError, match=f"a at 25 °C, b at {warm_c} °C, c at 25 °C; a thickness"):
        sheet_of(tmp_path, rows, HEADER + ",temperature_c", **options)


def test_temperatures_within_the_tolerance_are_told_as_a_range(tmp_path):
    rows = [(n, 500 + 300 * k, 29 + 12 * k, 0.3, 10, 25 + k / 2) for k, n in enumerate("abc")]
    made = sheet_of(tmp_path, rows, HEADER + ",temperature_c")
    assert dict(made.conditions)["temperature"] == "25.00 to 26.00 °C"
