"""What the sheets of a pellet say first: every value with the error that it has."""

import numpy as np
import pytest
from solidcell.analysis.measurements import measurement
from solidcell.analysis.sheets.plot import in_legend

SIZE = {"thickness_um": 1000.0, "diameter_mm": 10.0, "temperature_c": 25.0}


def written(path, header, rows):
    path.write_text(
        header + "\n" + "\n".join(",".join(map(str, r)) for r in rows), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def polarised(tmp_path_factory):
    """Three voltages over 5e-9 S/cm: the current begins at ten times what it runs to."""
    noise = np.random.default_rng(2)
    t = np.arange(2.0, 602.0, 5.0)
    rows = []
    for k, volt in enumerate((0.2, 0.5, 1.0)):
        i = 39.27e-9 * volt * (1 + 9 * np.exp(-t / 40)) + noise.normal(0, 1e-10, t.size)
        rows += [(1000 * k + s, volt, a) for s, a in zip(t, i, strict=True)]
    path = tmp_path_factory.mktemp("polarised") / "holds.csv"
    return measurement("dc-polarisation").sheet(
        [written(path, "time_s,voltage_v,current_a", rows)], SIZE
    )


def test_an_electronic_conductivity_is_headed_with_its_error(polarised):
    found = polarised.number("electronic_conductivity_s_cm")
    assert found.value == pytest.approx(5e-9, rel=0.01)
    assert polarised.headline.startswith("σ_e = (")
    assert " ± " in polarised.headline


def test_the_decays_are_told_apart_by_voltage_and_shown_where_they_end(polarised):
    panel = polarised.plots[0].panels[0]
    assert [in_legend(item) for item in panel.items if in_legend(item)] == [
        "0.200 V",
        "0.500 V",
        "1.00 V",
    ]
    assert panel.y.shown is not None
    assert panel.y.shown[0] <= 0
    assert panel.y.shown[1] == pytest.approx(3 * 39.27, rel=0.05)


def test_one_family_of_models_alone_has_nothing_to_differ_from(polarised):
    note = polarised.number("model_dependence_s_cm").note
    families = note.removeprefix("they admit one family alone, ").split(", ")
    assert ("one family alone" in note) == (len(families) == 1)


def test_both_forms_of_an_activation_energy_have_an_interval(tmp_path):
    kelvin = np.array([263.15, 283.15, 298.15, 318.15])
    sigma = 1e5 / kelvin * np.exp(-0.35 / (8.617333e-5 * kelvin))
    rows = list(zip(kelvin - 273.15, sigma, 0.02 * sigma, strict=True))
    table = written(tmp_path / "s.csv", "temperature_c,conductivity_s_cm,standard_error_s_cm", rows)
    made = measurement("arrhenius").sheet([table], {})
    first, second = (made.number(f"ea_conductivity_{w}ev") for w in ("", "of_sigma_"))
    assert second.interval[0] < second.value < second.interval[1]
    assert np.ptp(second.interval) == pytest.approx(np.ptp(first.interval))


def test_both_ways_of_a_pressure_series_stand_in_its_answer(tmp_path):
    rows = [(5, 20.0, 0.1), (10, 14.142, 0.1), (20, 10.0, 0.1), (10, 10.718, 0.1), (5, 11.487, 0.1)]
    table = written(
        tmp_path / "p.csv", "stack_pressure_mpa,resistance_ohm,standard_error_ohm", rows
    )
    made = measurement("pressure-series").sheet([table], {})
    assert made.headline.startswith("R ∝ p⁻ⁿ: n = 0.5")
    assert " loading, n = 0.1" in made.headline
    assert made.headline.endswith("unloading")
    assert "conductivity_ms_cm" not in made.tables[0].columns
