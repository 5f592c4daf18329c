"""What the four sheets say of files, and what they ask for when a file does not say it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from solidcell.analysis.stability.conductivity_ageing_sheet import MEASUREMENT as AGEING
from solidcell.analysis.stability.gas_evolution_sheet import MEASUREMENT as GAS
from solidcell.analysis.stability.growth_laws import resistance_of
from solidcell.analysis.stability.interphase_growth_sheet import MEASUREMENT as GROWTH
from solidcell.analysis.stability.stability_window_sheet import MEASUREMENT as WINDOW
from solidcell.analysis.stability.window_cells import _of_run as window_of_run

HOURS = np.linspace(0, 40, 15)


def written(folder: Path, name: str, header: str, *columns: np.ndarray) -> Path:
    path = folder / f"{name}.csv"
    rows = [",".join(f"{each:.9g}" for each in row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def voltammogram(folder: Path, name: str, onset_v: float, end_v: float) -> Path:
    """0.785 cm2 (by the option), 10 uA/cm2 at the onset, from 1.9 V at 0.1 mV/s."""
    direction = 1 if end_v > 1.9 else -1
    potential = np.linspace(1.9, end_v, 600)
    beyond = 10 * np.exp(direction * (potential - onset_v) / 0.03)
    current_ua = direction * 0.785 * (0.2 + beyond)
    current_ua += np.random.default_rng(2).normal(0, 0.01, 600)
    time_s = np.abs(potential - 1.9) / 1e-4
    return written(folder, name, "time_s,potential_v,current_ua", time_s, potential, current_ua)


KNOWN = {"electrode_type": "composite", "area_cm2": 0.785, "reference": "Li"}


def test_a_window_is_put_together_from_the_cells_of_both_sides(tmp_path: Path) -> None:
    files = [voltammogram(tmp_path, "up", 2.4, 2.6), voltammogram(tmp_path, "down", 1.6, 1.4)]
    sheet = WINDOW.sheet(files, KNOWN)
    assert sheet.number("composite_oxidation_onset_threshold_v").value == pytest.approx(
        2.4, abs=2e-3
    )
    assert sheet.number("composite_reduction_onset_threshold_v").value == pytest.approx(
        1.6, abs=2e-3
    )
    width = sheet.number("composite_window_v")
    assert width.interval[0] < 0.8 < width.interval[1]
    assert not any("products" in each for each in sheet.warnings)
    assert len(sheet.tables[1]) == 10


def test_what_the_instrument_states_of_its_voltage_is_in_both_onsets_and_not_in_the_width(
    tmp_path: Path,
) -> None:
    files = [voltammogram(tmp_path, "up", 2.4, 2.6), voltammogram(tmp_path, "down", 1.6, 1.4)]
    plain = WINDOW.sheet(files, KNOWN)
    stated = WINDOW.sheet(files, {**KNOWN, "voltage_uncertainty_mv": 5.0})
    for name in ("composite_oxidation_onset_threshold_v", "composite_reduction_onset_threshold_v"):
        own, whole = plain.number(name).standard_error, stated.number(name).standard_error
        assert whole == pytest.approx(np.hypot(own, 5e-3))
    width = stated.number("composite_window_v").standard_error
    assert width == plain.number("composite_window_v").standard_error
    assert stated.headline.count("± 0.005") == 2
    assert "what the reference electrode drifts by is not in it" in " ".join(plain.assumptions)


def test_lithium_indium_shifts_the_window_and_widens_its_doubt(tmp_path: Path) -> None:
    path = voltammogram(tmp_path, "up", 2.4, 2.6)
    sheet = WINDOW.sheet([path], {**KNOWN, "reference": "Li-In"})
    onset = sheet.number("composite_oxidation_onset_threshold_v")
    assert onset.value == pytest.approx(3.02, abs=2e-3)
    assert onset.standard_error >= 0.01
    assert any("Li-In" in each for each in sheet.warnings)
    assert "no sweep towards reduction" in sheet.number("composite_window_v").refused


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("electrode_type", "planar or composite is not on record; give electrode_type"),
        ("area_cm2", "area is not in a table; give area_cm2"),
        ("reference", "is not on record; give reference"),
    ],
)
def test_what_a_table_does_not_say_is_asked_for(tmp_path: Path, missing, message) -> None:
    given = {name: value for name, value in KNOWN.items() if name != missing}
    with pytest.raises(ValueError, match=message):
        WINDOW.sheet([voltammogram(tmp_path, "up", 2.4, 2.6)], given)


def grown(folder: Path, name: str, exponent: float, rate: float) -> Path:
    noise = 1 + 0.01 * np.random.default_rng(3).standard_normal(HOURS.size)
    ohm = (6 + rate * HOURS**exponent) * noise
    return written(folder, name, "time_h,resistance_ohm_cm2", HOURS, ohm)


def test_materials_are_compared_by_rate_exponent_and_kind(tmp_path: Path) -> None:
    files = [
        grown(tmp_path, "sei", 0.5, 3.0),
        grown(tmp_path, "mci", 1.0, 0.8),
        grown(tmp_path, "none", 1.0, 0.0),
    ]
    sheet = GROWTH.sheet(files, {"contact_age_h": 0.0})
    assert list(sheet.tables[0].columns["looks_like"]) == ["SEI", "MCI", "stable"]
    for name, exponent in (("sei", 0.5), ("mci", 1.0)):
        low, high = sheet.number(f"{name}_exponent").interval
        assert low < exponent < high
    assert "no growth" in sheet.number("none_rate_ohm_cm2_per_h_n").refused
    assert any("photoelectron" in each for each in sheet.warnings)
    assert sheet.number("sei_change").value == pytest.approx(1 + 3 * 40**0.5 / 6, rel=0.05)


def test_a_law_that_its_data_reject_has_no_value_and_what_counts_comes_first(
    tmp_path: Path,
) -> None:
    """Beside 12 of charge transfer a layer of 4 grows by diffusion: R0 + k t^n would say 0.8."""
    noise = 1 + 0.001 * np.random.default_rng(6).standard_normal(HOURS.size)
    ohm = (12 + resistance_of("continued", HOURS, 4.0, 3.0, 0.5)) * noise
    path = written(tmp_path, "cell", "time_h,resistance_ohm_cm2", HOURS, ohm)
    sheet = GROWTH.sheet([path], {})
    assert sheet.numbers[0].name == "exponent_any_age"
    low, high = sheet.numbers[0].interval
    assert low < 0.5 < high
    for name in ("initial_ohm_cm2", "rate_ohm_cm2_per_h_n", "exponent"):
        assert "was there before t = 0 fits better" in sheet.number(name).refused
        assert sheet.tables[0].columns[name] == [None]
    assert "plain law" in sheet.tables[0].columns["refused"][0]
    drawn = sheet.plots[0].panels[0].items[1]
    assert np.interp(HOURS[1:], drawn.x, drawn.y) == pytest.approx(ohm[1:], rel=0.01)


def test_the_curve_of_an_aged_layer_is_drawn_with_its_age(tmp_path: Path) -> None:
    ohm = resistance_of("aged", HOURS, 5.0, 3.0, 0.5, 16.0)
    path = written(tmp_path, "aged", "time_h,resistance_ohm_cm2", HOURS, ohm)
    drawn = GROWTH.sheet([path], {"law": "aged"}).plots[0].panels[0].items[1]
    assert np.interp(HOURS[1:], drawn.x, drawn.y) == pytest.approx(ohm[1:], rel=0.01)


def test_a_charge_with_its_stoichiometry_gives_a_thickness_and_without_is_refused(
    tmp_path: Path,
) -> None:
    path = grown(tmp_path, "mci", 1.0, 0.8)
    whole = {"decomposition_charge_mc_cm2": 10.0, "lithium_per_formula": 8.0,
             "molar_mass_g_mol": 268.4, "density_g_cm3": 1.86}  # fmt: skip
    layer = GROWTH.sheet([path], whole).number("decomposed_nm")
    assert layer.value == pytest.approx(10e-3 / 8 / 96485.33 * 268.4 / 1.86 * 1e7)
    part = GROWTH.sheet([path], {"decomposition_charge_mc_cm2": 10.0}).number("decomposed_nm")
    assert part.refused == "give lithium_per_formula, molar_mass_g_mol, density_g_cm3 too"


def test_solvents_are_compared_by_what_they_leave_of_the_conductivity(tmp_path: Path) -> None:
    hours = np.arange(0, 24.0, 3)
    files = [
        written(tmp_path, name, "time_h,conductivity_ms_cm", hours, 3 * np.exp(-rate * hours))
        for name, rate in (("toluene", 0.002), ("ethanol", 0.1))
    ]
    sheet = AGEING.sheet(files, {"medium": "as named"})
    assert sheet.number("ethanol_half_life_h").value == pytest.approx(np.log(2) / 0.1, rel=1e-3)
    assert "half of the conductivity is not lost" in sheet.number("toluene_half_life_h").refused
    low, high = sheet.number("toluene_rate_per_h").interval
    assert low <= 0.002 <= high


def test_gas_is_counted_per_gram(tmp_path: Path) -> None:
    minutes = np.linspace(0, 40, 41)
    path = written(tmp_path, "li3ps4", "time_min,fraction_ppm", minutes, np.full(41, 40.0))
    given = {"sample_mg": 100.0, "flow_ml_min": 100.0, "relative_uncertainty_percent": 5.0}
    gas = GAS.sheet([path], given).number("gas_cm3_g")
    assert gas.value == pytest.approx(40e-6 * 100 * 40 / 0.1 * 273.15 / 298.15)
    assert gas.standard_error == pytest.approx(0.05 * gas.value)
    with pytest.raises(ValueError, match="give sample_mg"):
        GAS.sheet([path], {"flow_ml_min": 100.0})


def test_a_run_without_sweeps_of_the_potential_is_refused_as_such():
    header = SimpleNamespace(cell={}, run_id="2026-01-02T030405_A1_pellet")
    run = SimpleNamespace(header=header, segments=[])
    with pytest.raises(ValueError, match="A1_pellet holds no sweep of the potential"):
        window_of_run(run, {"area_cm2": None})
