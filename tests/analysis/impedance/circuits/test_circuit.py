"""Evaluating circuits in stacks, with frequencies shared or of their own."""

import numpy as np
import pytest
from solidcell.analysis.impedance import parse_circuit
from solidcell.analysis.impedance.circuits import circuit as circuit_module

FREQUENCY_HZ = np.logspace(6, -2, 17)
CIRCUIT = parse_circuit("R0-p(R1,CPE1)-p(R2-W2,C2)")


def stack(*shape):
    random = np.random.default_rng(7)
    middle = np.array([10, 300, 1e-6, 0.8, 50, 20, 1e-5])
    return middle * random.uniform(0.8, 1.2, (*shape, 7))


def test_a_stack_of_parameter_sets_is_evaluated_at_once():
    values = stack(3, 2)
    z, slopes = CIRCUIT.impedance_and_slopes(FREQUENCY_HZ, values)
    assert z.shape == (3, 2, 17)
    assert slopes.shape == (3, 2, 7, 17)
    one_z, one_slopes = CIRCUIT.impedance_and_slopes(FREQUENCY_HZ, values[2, 1])
    np.testing.assert_allclose(z[2, 1], one_z, rtol=1e-14)
    np.testing.assert_allclose(slopes[2, 1], one_slopes, rtol=1e-13)


def test_a_long_stack_is_the_same_in_blocks(monkeypatch):
    values = stack(50)
    whole = CIRCUIT.impedance_and_slopes(FREQUENCY_HZ, values)
    monkeypatch.setattr(circuit_module, "_POINTS_AT_ONCE", 100)
    for parts, together in zip(
        CIRCUIT.impedance_and_slopes(FREQUENCY_HZ, values), whole, strict=True
    ):
        np.testing.assert_allclose(parts, together, rtol=1e-14)


def test_each_parameter_set_may_have_frequencies_of_its_own(monkeypatch):
    monkeypatch.setattr(circuit_module, "_POINTS_AT_ONCE", 40)
    values = stack(5)
    frequency = FREQUENCY_HZ * np.linspace(1, 3, 5)[:, None]
    z, slopes = CIRCUIT.impedance_and_slopes(frequency, values)
    for k in range(5):
        one_z, one_slopes = CIRCUIT.impedance_and_slopes(frequency[k], values[k])
        np.testing.assert_allclose(z[k], one_z, rtol=1e-14)
        np.testing.assert_allclose(slopes[k], one_slopes, rtol=1e-13)
    assert CIRCUIT.impedance_ohm(frequency, values[0]).shape == (5, 17)


def test_a_single_frequency_is_one_point():
    one = CIRCUIT.impedance_ohm(FREQUENCY_HZ[3], stack())
    np.testing.assert_array_equal(one, CIRCUIT.impedance_ohm(FREQUENCY_HZ[3:4], stack()))
    assert one.shape == (1,)


def test_slopes_are_seen_as_real_numbers_without_a_copy():
    _, slopes = CIRCUIT.impedance_and_slopes(FREQUENCY_HZ, stack(4))
    real = slopes.view(np.float64)
    assert real.shape == (4, 7, 34)
    np.testing.assert_array_equal(real[..., 1::2], slopes.imag)


@pytest.mark.parametrize("code", ["R0", "R0-R1", "p(R0,R1)", "p(R0,p(R1,R2)-R3)"])
def test_resistors_alone_have_an_impedance_at_every_frequency(code):
    circuit = parse_circuit(code)
    z, slopes = circuit.impedance_and_slopes(FREQUENCY_HZ, np.ones((2, len(circuit.names))))
    assert z.shape == (2, 17)
    assert (z.imag == 0).all()
    np.testing.assert_allclose(slopes.sum(axis=1), z, rtol=1e-14)  # Z is linear in all R


def test_swapping_the_parts_changes_nothing():
    values = [10.0, 300.0, 1e-6, 0.8, 50.0]
    one = parse_circuit("R0-p(R1,CPE1)-W2").impedance_ohm(FREQUENCY_HZ, values)
    other = parse_circuit("W2-R0-p(CPE1,R1)").impedance_ohm(
        FREQUENCY_HZ, {"R0": 10.0, "R1": 300.0, "CPE1_0": 1e-6, "CPE1_1": 0.8, "W2": 50.0}
    )
    np.testing.assert_allclose(one, other, rtol=1e-13)
