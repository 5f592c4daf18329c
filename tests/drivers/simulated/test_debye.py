import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.simulated.debye import impedance, sampled_impedance, zarc_distribution


@given(st.floats(0.3, 1.0))
def test_a_zarc_keeps_its_resistance_exactly_whatever_its_exponent(alpha: float) -> None:
    assert zarc_distribution(alpha).weights.sum() == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize(
    ("alpha", "worst"), [(0.95, 0.017), (0.9, 0.009), (0.85, 0.003), (0.8, 0.001)]
)
def test_the_terms_follow_the_analytic_zarc(alpha: float, worst: float) -> None:
    frequency_hz = np.logspace(-2.5, 2.5, 200) / (2 * math.pi)  # about the apex of tau = 1 s
    terms = zarc_distribution(alpha)
    analytic = 1 / (1 + (2j * math.pi * frequency_hz) ** alpha)
    error = np.abs(impedance(terms.weights, terms.time_factors, frequency_hz) - analytic)
    assert error.max() == pytest.approx(worst, rel=0.6)


def test_one_debye_element_is_a_resistor_beside_a_capacitor() -> None:
    at_apex = impedance(np.array([100.0]), np.array([1e-3]), np.array(1 / (2 * math.pi * 1e-3)))
    assert complex(at_apex) == pytest.approx(50 - 50j)


def test_fine_sampling_tends_to_the_impedance() -> None:
    r, tau = np.array([10.0, 90.0]), np.array([1e-3, 0.3])
    exact = complex(impedance(r, tau, np.array(2.0)))
    assert sampled_impedance(r, tau, 2.0, 1e-7) == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("alpha", [0.0, -0.5, 1.2, math.nan])
def test_an_exponent_outside_0_to_1_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        zarc_distribution(alpha)
