from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import linregress
from solidcell.analysis.measurements import measurement
from solidcell.analysis.stability.conductivity_ageing import conductivity_ageing
from solidcell.analysis.stability.gas_evolution import gas_evolution
from solidcell.analysis.stability.table_file import CONDUCTIVITIES, TIMES, errors_of, read_table

HOURS = np.arange(8.0)


def test_a_first_order_loss_gives_its_rate_and_half_life() -> None:
    aged = conductivity_ageing(HOURS * 3600, 0.3 * 0.5 ** (HOURS / 2.5), 1e-9 * np.ones(8))
    assert aged.half_life.value == pytest.approx(2.5 * 3600, rel=1e-6)
    assert aged.rate.value == pytest.approx(np.log(2) / 2.5 / 3600, rel=1e-6)
    assert aged.kept.value == pytest.approx(0.5**2.8)


def test_the_rate_and_its_error_are_those_of_linear_regression() -> None:
    noisy = 0.3 * np.exp(-0.05 * HOURS + 0.01 * np.random.default_rng(5).standard_normal(8))
    aged = conductivity_ageing(HOURS * 3600, noisy)
    line = linregress(HOURS * 3600, np.log(noisy))
    assert aged.rate.value == pytest.approx(-line.slope)
    assert aged.rate.standard_error == pytest.approx(line.stderr)
    assert aged.rate_interval[0] == pytest.approx(-line.slope - 2.446912 * line.stderr)


def test_without_stated_errors_a_half_life_has_that_of_the_scatter() -> None:
    """Readings of 2 % in a loss of 0.3 per hour: over 60 series the error is the spread."""
    hours, found = np.linspace(0, 6, 13), []
    for seed in range(60):
        noise = 1 + 0.02 * np.random.default_rng(seed).standard_normal(hours.size)
        found.append(conductivity_ageing(hours * 3600, np.exp(-0.3 * hours) * noise))
    truth_s = np.log(2) / 0.3 * 3600
    away = [(each.half_life.value - truth_s) / each.half_life.standard_error for each in found]
    kept = [(each.kept.value - np.exp(-1.8)) / each.kept.standard_error for each in found]
    assert 0.5 < np.std(away) < 1.3
    assert 0.7 < np.std(kept) < 1.3


def test_few_values_without_stated_errors_have_none_to_state() -> None:
    found = conductivity_ageing(np.arange(4.0), [3.0, 2.0, 1.2, 0.9])
    assert found.half_life.standard_error is None
    assert found.kept.standard_error is None


def test_an_error_that_nobody_states_is_no_zero_in_the_table(tmp_path: Path) -> None:
    path = written(tmp_path, "time_h,conductivity_ms_cm\n0,1\n10,0.9\n20,0.8\n30,0.72\n")
    (table,) = measurement("conductivity-ageing").sheet([path], {}).tables
    assert table.columns["ratio_standard_error"] == [None] * 4
    assert table.note.startswith("standard errors: no error is stated")


def test_a_half_life_that_was_not_reached_is_refused() -> None:
    aged = conductivity_ageing(HOURS * 3600, 0.3 * np.exp(-0.05 * HOURS))
    assert aged.half_life is None
    why = "half of the conductivity is not lost: 70.5 % is left after 7 h"
    assert aged.half_life_refused == why


def test_a_loss_that_stops_is_no_first_order_reaction() -> None:
    aged = conductivity_ageing(HOURS * 3600, 0.3 * (0.4 + 0.6 * np.exp(-0.5 * HOURS)))
    assert any("no constant of a first-order" in each for each in aged.warnings)


@pytest.mark.parametrize(("relative", "told"), [(0.01, False), (0.0005, True)])
def test_a_bend_counts_only_beyond_the_stated_errors(relative: float, told: bool) -> None:
    sigma = 0.3 * np.exp(-0.05 * HOURS + 0.0002 * HOURS**2)
    aged = conductivity_ageing(HOURS * 3600, sigma, relative * sigma)
    assert any("no constant of a first-order" in each for each in aged.warnings) == told


def test_a_steady_conductivity_has_a_rate_like_zero() -> None:
    noisy = 0.3 * (1 + 0.01 * np.random.default_rng(8).standard_normal(8))
    aged = conductivity_ageing(HOURS * 3600, noisy, 0.003 * np.ones(8))
    assert any("cannot be told from zero" in each for each in aged.warnings)
    assert aged.ratio_error[3] == pytest.approx(
        aged.ratio[3] * np.hypot(0.003 / noisy[3], 0.003 / noisy[0])
    )


@pytest.mark.parametrize(
    ("time_s", "sigma", "message"),
    [
        ([0, 1], [1, 1], "at least 3"),
        ([0, 2, 1], [1, 1, 1], "must rise"),
        ([0, 1, 2], [1, 0, 1], "> 0"),
        ([0, 1, 2], [1, 1], "one length"),
    ],
)
def test_what_is_no_series_of_conductivities_is_refused(time_s, sigma, message) -> None:
    with pytest.raises(ValueError, match=message):
        conductivity_ageing(time_s, sigma)


@settings(max_examples=25)
@given(ppm=st.floats(1, 500), minutes=st.floats(1, 300), gram=st.floats(0.01, 2))
def test_a_steady_flow_carries_off_its_share(ppm, minutes, gram) -> None:
    """cm3/g at 0 degC: 1 L/min at 25 degC is 1000 * 273.15 / 298.15 cm3/min."""
    time_s = np.linspace(0, minutes * 60, 50)
    found = gas_evolution(time_s, np.full(50, ppm * 1e-6), gram * 1e-3, flow_m3_s=1e-3 / 60)
    expected = ppm * 1e-6 * 1000 * 273.15 / 298.15 * minutes / gram
    assert found.per_mass.value * 1e3 == pytest.approx(expected, rel=1e-9)


def test_a_closed_vessel_holds_what_it_shows_at_the_end() -> None:
    found = gas_evolution([0, 60, 120], [0, 2e-5, 5e-5], 1e-4, volume_m3=2e-3, temperature_k=273.15)
    assert found.per_mass.value * 1e3 == pytest.approx(5e-5 * 2000 / 0.1)
    assert found.amount.value == pytest.approx(5e-5 * 2e-3 / 22.413969e-3, rel=1e-6)


def test_what_lies_below_the_limit_of_detection_counts_as_nothing_or_at_most_the_limit() -> None:
    found = gas_evolution(
        [0, 100, 200, 300],
        [0, 0, 0, 0],
        1e-4,
        flow_m3_s=1e-6,
        detection_limit=1e-6,
        relative_uncertainty=0.05,
    )
    assert found.amount.value == 0
    assert found.at_most_mol == pytest.approx(300 * 1e-6 * 1e-6 / (8.314462618 * 298.15 / 101325))
    assert "100% of the readings are below" in found.warnings[0]


def test_gas_that_still_comes_is_said_to_come() -> None:
    found = gas_evolution(
        [0, 100, 200], [1e-5, 2e-5, 2e-5], 1e-4, flow_m3_s=1e-6, relative_uncertainty=0.05
    )
    assert "still coming off" in found.warnings[0]
    assert found.per_mass.relative == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "one"),
        ({"flow_m3_s": 1e-6, "volume_m3": 1e-3}, "one"),
        ({"flow_m3_s": -1.0}, "flow_m3_s is -1"),
        ({"volume_m3": 1e-3, "temperature_k": 0.0}, "temperature_k is 0"),
    ],
)
def test_a_gas_of_unknown_volume_is_refused(more, message) -> None:
    with pytest.raises(ValueError, match=message):
        gas_evolution([0, 1], [0, 1e-6], 1e-4, **more)


def test_ppm_taken_for_a_fraction_are_refused() -> None:
    with pytest.raises(ValueError, match="1 ppm is 1e-6"):
        gas_evolution([0, 1], [5.0, 6.0], 1e-4, volume_m3=1e-3)


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_by_its_names_and_units(tmp_path: Path) -> None:
    table = read_table(
        written(
            tmp_path,
            "# toluene\ntime_h,conductivity_ms_cm,conductivity_error_ms_cm\n0,3.0,0.1\n2,2.4,0.1\n",
        )
    )
    assert table.take(TIMES).tolist() == [0.0, 7200.0]
    assert table.take(CONDUCTIVITIES) == pytest.approx([0.3, 0.24])
    assert table.take(errors_of(CONDUCTIVITIES)) == pytest.approx([0.01, 0.01])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "time,sigma\n1,2\n",
            "no column time_s or time_min or time_h or time_d; it has time, sigma",
        ),
        ("time_s,time_h\n1,2\n", "time_s and time_h say the same twice"),
        ("time_s,time_s\n1,2\n", "a column is named twice: time_s, time_s"),
        ("time_s\n1\nx\n", "line 3: time_s is 'x', not a number"),
        ("time_s,a\n1\n", "line 2: 1 fields; 2 are needed"),
        ("time_s\n", "has no header with rows under it"),
        ("time_s\n1\nnan\n", "line 3: time_s is 'nan'; it must be finite"),
    ],
)
def test_a_table_that_says_something_else_is_refused(tmp_path: Path, text, message) -> None:
    with pytest.raises(ValueError, match=message):
        read_table(written(tmp_path, text)).take(TIMES)
