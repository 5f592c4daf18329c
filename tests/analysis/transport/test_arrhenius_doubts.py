"""An Arrhenius line that falls, or that 25 °C is far from, says so."""

import numpy as np
import pytest
from solidcell.analysis.measurements import measurement

BOLTZMANN_EV_PER_K = 8.617333e-5


def sheet_of(tmp_path, celsius, energy_ev):
    kelvin = np.asarray(celsius) + 273.15
    sigma = 1e4 / kelvin * np.exp(-energy_ev / (BOLTZMANN_EV_PER_K * kelvin))
    rows = "\n".join(f"{t},{s},{0.01 * s}" for t, s in zip(celsius, sigma, strict=True))
    path = tmp_path / "series.csv"
    path.write_text(f"temperature_c,conductivity_s_cm,standard_error_s_cm\n{rows}\n")
    return measurement("arrhenius").sheet([path], {})


def told(sheet, words):
    return [one for one in sheet.warnings if words in one]


def test_a_conductivity_that_falls_with_temperature_is_told(tmp_path):
    assert told(sheet_of(tmp_path, (20, 40, 60, 80), -0.2), "its activation energy is negative")
    assert not told(sheet_of(tmp_path, (20, 40, 60, 80), 0.3), "negative")


@pytest.mark.parametrize(
    ("celsius", "note", "warned"),
    [
        ((0, 30, 60), "on the line", False),
        ((30, 45, 60), "extrapolated by 5 K", False),
        ((60, 80, 100), "extrapolated by 35 K", True),
        ((-60, -40, -20), "extrapolated by 45 K", True),
    ],
)
def test_how_far_25_c_is_from_the_measured_range_is_told(tmp_path, celsius, note, warned):
    made = sheet_of(tmp_path, celsius, 0.35)
    assert made.number("sigma_25c_conductivity_ms_cm").note == note
    assert bool(told(made, "beyond what was measured")) is warned
    assert not told(made, "kelvin")


def test_temperatures_that_look_like_kelvin_are_asked_about(tmp_path):
    assert told(sheet_of(tmp_path, (298, 308, 318), 0.35), "if these are kelvin, give them in °C")
