"""Pressure both ways, and the Meyer-Neldel rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.impedance import arrhenius_fit
from solidcell.analysis.transport.meyer_neldel import ArrheniusPoint, meyer_neldel
from solidcell.analysis.transport.meyer_neldel_sheet import point_of
from solidcell.analysis.transport.pressure_dependence import pressure_dependence

BOLTZMANN_EV_PER_K = 8.617333e-5
UP_PA = np.array([1e6, 2e6, 5e6, 1e7, 2e7])


@settings(max_examples=20, deadline=None)
@given(up=st.floats(0.0, 2.0), down=st.floats(0.0, 0.5))
def test_each_way_has_its_own_exponent(up, down):
    p = np.concatenate([UP_PA, UP_PA[-2::-1]])
    r = 10 * (p / UP_PA[-1]) ** -np.where(np.arange(p.size) < UP_PA.size, up, down)
    found = pressure_dependence(p, r, 0.01 * r)
    assert found.loading.exponent.value == pytest.approx(up, abs=1e-9)
    assert found.unloading.exponent.value == pytest.approx(down, abs=1e-9)


def test_a_contact_that_forgets_nothing_keeps_the_whole_fall():
    p = np.concatenate([UP_PA, UP_PA[-2::-1]])
    r = np.concatenate([10 * (UP_PA / 2e7) ** -0.5, np.full(4, 10.0)])
    assert pressure_dependence(p, r, 0.01 * r).kept.value == pytest.approx(1.0)
    there_and_back = 10 * (p / 2e7) ** -0.5
    assert pressure_dependence(p, there_and_back, 0.01 * r).kept.value == pytest.approx(0.0)


def test_a_way_of_two_pressures_is_refused_and_said_so():
    found = pressure_dependence([1e6, 2e6, 4e6, 2e6], [3.0, 2.0, 1.5, 1.6], [0.1] * 4)
    assert found.unloading is None
    assert found.reasons == (
        "unloading: 2 pressures are too few; 3 different ones are needed",
        "kept: the pressure does not come back to where it began",
    )
    assert found.kept is None


def test_a_resistance_that_pressing_does_not_lower_has_no_fall_to_keep():
    found = pressure_dependence([2e6, 2e7, 2e6], [34.0, 33.99, 34.0], [0.02] * 3)
    assert found.kept is None
    assert "kept: the resistance falls by no more than its error" in found.reasons


def test_pressures_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"pressure_pa\[1\] is -1; it must be finite and > 0"):
        pressure_dependence([1.0, -1.0, 2.0], [1.0] * 3, [1.0] * 3)
    with pytest.raises(ValueError, match="one shape"):
        pressure_dependence([1.0, 2.0], [1.0] * 3, [1.0] * 3)


def materials(kelvin, count=6, seed=1, temperatures=(263.0, 283.0, 303.0, 323.0), noise=0.02):
    """Arrhenius lines of materials that obey the rule with this isokinetic temperature."""
    random, found = np.random.default_rng(seed), []
    t = np.array(temperatures)
    for energy in np.linspace(0.25, 0.55, count):
        prefactor = np.exp(4.0 + energy / (BOLTZMANN_EV_PER_K * kelvin))
        sigma = prefactor / t * np.exp(-energy / (BOLTZMANN_EV_PER_K * t))
        sigma *= np.exp(noise * random.normal(size=t.size))
        line = arrhenius_fit(t, sigma, np.full(t.size, noise**2))
        found.append(point_of(f"{energy:.2f} eV", line))
    return found


@pytest.mark.parametrize("kelvin", [450.0, 700.0])
def test_the_isokinetic_temperature_of_materials_that_obey_the_rule_comes_back(kelvin):
    found = meyer_neldel(materials(kelvin))
    error = found.isokinetic.standard_error
    assert found.isokinetic.value == pytest.approx(kelvin, abs=3 * error)
    assert error < 0.1 * kelvin
    assert found.refused == ""


def test_the_errors_of_the_rule_cover_the_truth():
    inside = 0
    for seed in range(30):
        slope = meyer_neldel(materials(450.0, count=4, seed=seed)).slope
        truth = 1 / (BOLTZMANN_EV_PER_K * 450.0)
        inside += abs(slope.value - truth) <= 1.96 * slope.standard_error
    assert inside >= 25  # of 30 at 95 %: fewer in 1 of 300


def test_energy_and_prefactor_of_a_line_are_nearly_one_doubt():
    one = materials(450.0)[0]
    assert one.correlation > 0.99
    assert one.middle_k == pytest.approx(291.29, abs=0.01)


def test_a_rule_that_errors_alone_would_make_is_said_to_be_one():
    """The same conductivity at the mean temperature, energies that differ by their errors only."""
    random = np.random.default_rng(2)
    t = np.array([283.0, 293.0, 303.0, 313.0])
    same = []
    for k in range(8):
        sigma = np.exp(-0.35 / (BOLTZMANN_EV_PER_K * t)) / t * np.exp(0.1 * random.normal(size=4))
        same.append(point_of(str(k), arrhenius_fit(t, sigma, np.full(4, 0.1**2))))
    found = meyer_neldel(same)
    assert found.isokinetic is None or any(
        "errors of the activation energies alone" in words for words in found.warnings
    )


def test_materials_that_scatter_widen_the_error():
    some = materials(450.0)
    off = [
        ArrheniusPoint(
            one.material,
            one.energy_ev,
            one.log_prefactor + (2.0 if k % 2 else -2.0),
            one.energy_error_ev,
            one.log_prefactor_error,
            one.correlation,
        )
        for k, one in enumerate(some)
    ]
    found = meyer_neldel(off)
    assert found.widening > 3
    assert any("scatter" in words for words in found.warnings)


def test_prefactors_that_do_not_grow_have_no_isokinetic_temperature():
    flat = [ArrheniusPoint(str(e), e, 5.0 - e, 0.005, 0.2, 0.0) for e in (0.2, 0.3, 0.4, 0.5)]
    found = meyer_neldel(flat)
    assert found.isokinetic is None
    assert "do not grow" in found.refused


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"energy_error_ev": 0.0}, "both must be > 0"),
        ({"correlation": 1.5}, "its correlation is 1.5"),
        ({"log_prefactor": np.nan}, "not finite"),
    ],
)
def test_points_that_are_none_are_refused(change, words):
    good = {
        "material": "LLZO",
        "energy_ev": 0.3,
        "log_prefactor": 5.0,
        "energy_error_ev": 0.01,
        "log_prefactor_error": 0.3,
        "correlation": 0.9,
    }
    others = [ArrheniusPoint(**{**good, "energy_ev": e}) for e in (0.35, 0.4)]
    with pytest.raises(ValueError, match=words):
        meyer_neldel([ArrheniusPoint(**{**good, **change}), *others])


def test_two_materials_make_no_rule():
    with pytest.raises(ValueError, match="2 materials are too few"):
        meyer_neldel(materials(450.0)[:2])
