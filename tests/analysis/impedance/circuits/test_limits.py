"""Where one law becomes another, and the electrodes against a ladder of finite steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import parse_circuit

FREQUENCY_HZ = np.logspace(7, -3, 31)
ohms = st.floats(-1, 6).map(lambda x: 10**x)
seconds = st.floats(-9, 3).map(lambda x: 10**x)
charges = st.floats(-11, -2).map(lambda x: 10**x)
exponents = st.floats(0.4, 1.0)


def z(code, *values, at=FREQUENCY_HZ):
    return parse_circuit(code).impedance_ohm(at, values)


@given(r=ohms, tau=seconds)
def test_blocked_diffusion_is_a_resistor_and_a_capacitor_at_low_frequency(r, tau):
    slow = np.array([1e-6, 1e-5]) / tau
    expected = z("R0-C0", r / 3, tau / r, at=slow)
    np.testing.assert_allclose(z("Wo1", r, tau, at=slow), expected, rtol=1e-8)


@given(r=ohms, tau=seconds)
def test_diffusion_to_a_reservoir_is_a_resistor_at_low_frequency(r, tau):
    np.testing.assert_allclose(z("Ws1", r, tau, at=[1e-10 / tau]), [r], rtol=1e-8)


@pytest.mark.parametrize("symbol", ["Wo1", "Ws1"])
@given(r=ohms, tau=seconds)
def test_finite_diffusion_is_semi_infinite_at_high_frequency(symbol, r, tau):
    fast = np.array([1e3, 1e5]) / tau
    expected = z("W1", r / np.sqrt(2 * tau), at=fast)
    np.testing.assert_allclose(z(symbol, r, tau, at=fast), expected, rtol=1e-12)


@given(r=ohms, tau=seconds, alpha=exponents)
def test_havriliak_negami_with_beta_one_is_a_zarc(r, tau, alpha):
    np.testing.assert_allclose(z("HN1", r, tau, alpha, 1.0), z("Zarc1", r, tau, alpha), rtol=1e-12)


@given(r=ohms, tau=seconds, beta=exponents)
def test_havriliak_negami_with_alpha_one_is_cole_davidson(r, tau, beta):
    s = 2j * np.pi * FREQUENCY_HZ
    expected = r / (1 + s * tau) ** beta
    np.testing.assert_allclose(z("HN1", r, tau, 1.0, beta), expected, rtol=1e-11)


@given(r=ohms, tau=seconds)
def test_a_zarc_with_exponent_one_is_a_debye_relaxation(r, tau):
    np.testing.assert_allclose(z("Zarc1", r, tau, 1.0), z("K1", r, tau), rtol=1e-12)


@given(r=ohms, q=charges, alpha=exponents)
def test_a_zarc_is_a_resistor_beside_a_constant_phase_element(r, q, alpha):
    tau = (r * q) ** (1 / alpha)
    np.testing.assert_allclose(z("p(R1,CPE1)", r, q, alpha), z("Zarc1", r, tau, alpha), rtol=1e-10)


@given(r=ohms, tau=seconds)
def test_a_long_gerischer_is_a_gerischer(r, tau):
    np.testing.assert_allclose(z("Gs1", r, tau, 50.0), z("G1", r, tau), rtol=1e-12)


@given(inductance=st.floats(1e-9, 1e-3))
def test_an_inductor_with_exponent_one_has_no_losses(inductance):
    np.testing.assert_allclose(z("La1", inductance, 1.0), z("L1", inductance), rtol=1e-12)


def test_the_skin_adds_as_much_resistance_as_reactance_growing_with_the_root_of_frequency():
    extra = z("Ls1", 1e-6, 1e-4) - z("L1", 1e-6)
    np.testing.assert_allclose(extra.real, extra.imag, rtol=1e-6)
    np.testing.assert_allclose(extra.real, 1e-4 * np.sqrt(np.pi * FREQUENCY_HZ), rtol=1e-9)


@given(r=ohms, q=charges, alpha=exponents)
def test_two_rails_are_one_when_the_electronic_rail_has_no_resistance(r, q, alpha):
    one = z("TLMQ1", r, q, alpha)
    np.testing.assert_allclose(z("TLMEQ1", r, 1e-18 * r, q, alpha), one, rtol=1e-12)
    np.testing.assert_allclose(z("TLMEQ1", 1e-18 * r, r, q, alpha), one, rtol=1e-12)


@given(ion=ohms, el=ohms, ct=ohms, q=charges, alpha=exponents)
def test_the_impedance_cannot_tell_the_ionic_from_the_electronic_rail(ion, el, ct, q, alpha):
    exchanged = z("TLMEZ1", el, ion, ct, q, alpha)
    np.testing.assert_allclose(z("TLMEZ1", ion, el, ct, q, alpha), exchanged, rtol=1e-12)


@given(ion=ohms, el=ohms, q=charges, alpha=exponents)
def test_an_interface_that_does_not_react_is_a_constant_phase_element(ion, el, q, alpha):
    reacting = z("TLMEZ1", ion, el, 1e30, q, alpha)
    np.testing.assert_allclose(reacting, z("TLMEQ1", ion, el, q, alpha), rtol=1e-12)


@given(ion=ohms, el=ohms, ct=ohms, q=charges, alpha=exponents)
def test_two_rails_conduct_side_by_side_when_fast_and_react_all_over_when_slow(
    ion, el, ct, q, alpha
):
    slow = 1e-12 * min(1.0, ct / (ion + el)) / (ct * q) ** (1 / alpha)
    at_rest = z("TLMEZ1", ion, el, ct, q, alpha, at=[slow])
    if ct > 1e4 * (ion + el):  # the current crosses evenly
        np.testing.assert_allclose(at_rest, [ct + (ion + el) / 3], rtol=1e-4)
    fast = 1e30 / ((ion + el) * q) ** (1 / alpha)
    parallel = ion * el / (ion + el)
    fastest = z("TLMEZ1", ion, el, ct, q, alpha, at=[fast])
    np.testing.assert_allclose(fastest, [parallel], rtol=2e-5 * (ion + el) / parallel)


@given(ion=ohms, el=ohms, q=charges)
def test_two_rails_and_paaschs_electrode_are_one_law(ion, el, q):
    total = ion + el
    both = ion * el / total
    paasch = z("T1", (ion**2 + el**2) / total, 2 * both, 0.0, total * q)
    np.testing.assert_allclose(z("TLMEQ1", ion, el, q, 1.0), both + paasch, rtol=1e-9)


def ladder(r_ion, r_el, y, steps):
    """Impedance of a ladder of `steps` rungs; in by the ionic rail, out by the other's far end.

    Nodes are the rung ends, ions first; half a step of rail lies before the first rung and
    after the last.
    """
    ion, electron, rung = steps / r_ion, steps / r_el, y / steps
    count = 2 * steps
    matrix = np.zeros((count, count), dtype=complex)

    def join(a, b, conductance):
        for k in (a, b):
            matrix[k, k] += conductance
        matrix[a, b] -= conductance
        matrix[b, a] -= conductance

    for k in range(steps):
        join(k, steps + k, rung)
        if k + 1 < steps:
            join(k, k + 1, ion)
            join(steps + k, steps + k + 1, electron)
    # one ampere into the first ionic node; the last electronic node is the other terminal
    keep = np.arange(count - 1)
    current = np.zeros(count - 1, dtype=complex)
    current[0] = 1.0
    voltage = np.linalg.solve(matrix[np.ix_(keep, keep)], current)
    return voltage[0] + 0.5 / ion + 0.5 / electron


@pytest.mark.parametrize(("r_ion", "r_el"), [(100.0, 30.0), (20.0, 500.0)])
def test_two_rails_are_the_limit_of_a_ladder(r_ion, r_el):
    frequency = np.array([1e-2, 1.0, 10.0])
    s = 2j * np.pi * frequency
    for k, (code, more) in enumerate([("TLMEQ1", ()), ("TLMEZ1", (200.0,))]):
        expected = z(code, r_ion, r_el, *more, 1e-3, 0.8, at=frequency)
        admittance = 1e-3 * s**0.8 + k / 200.0
        found = [ladder(r_ion, r_el, y, 100) for y in admittance]
        np.testing.assert_allclose(found, expected, rtol=4e-4)
