"""Every element against impedance.py, and its derivatives against differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from impedance.models.circuits import CustomCircuit
from solidcell.analysis.impedance import from_impedance_py, parse_circuit
from solidcell.analysis.impedance.circuits.elements import ELEMENTS

FREQUENCY_HZ = np.logspace(6, -2, 17)
CODES = [f"R0-p(R9,{symbol}1)" for symbol in ELEMENTS if symbol != "R"] + [
    "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4",
    "L0-R0-p(R1-Ws1,C1)-W2",
    "p(R1-p(R2,CPE2),C1)-Wo1",
]


def drawn(circuit, unit_draws):
    """Parameters of sensible size from numbers in 0 ... 1."""
    spans = {"ohm": (0, 5), "F": (-12, -2), "H": (-8, -4), "ohm s^-1/2": (-1, 4), "s": (-7, 1)}
    values = []
    for parameter, draw in zip(circuit.parameters, unit_draws, strict=False):
        if parameter.scale == "linear":
            values.append(0.4 + 0.6 * draw)
        elif parameter.impedance_power == 0 and parameter.unit == "":
            values.append(10 ** (draw - 0.5))
        else:
            low, high = spans.get(parameter.unit, (-11, -3))
            values.append(10 ** (low + (high - low) * draw))
    return np.array(values)


def their_impedance(custom):
    custom.parameters_ = np.array(custom.initial_guess)
    return custom.predict(FREQUENCY_HZ)


draws = st.lists(st.floats(0, 1), min_size=12, max_size=12)


def test_there_are_elements_to_test():
    assert {"R", "C", "L", "CPE", "W", "Wo", "Ws", "G", "Zarc"} <= set(ELEMENTS)


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=5, deadline=None)
@given(unit_draws=draws)
def test_impedance_agrees_with_impedance_py(code, unit_draws):
    circuit = parse_circuit(code)
    values = drawn(circuit, unit_draws)
    with np.errstate(all="ignore"):
        other = their_impedance(CustomCircuit(code, initial_guess=values.tolist()))
    ours = circuit.impedance_ohm(FREQUENCY_HZ, values)
    sound = np.isfinite(other)  # impedance.py's hyperbolic functions overflow at large arguments
    assert sound.any()
    np.testing.assert_allclose(ours[sound], other[sound], rtol=1e-12)
    assert np.isfinite(ours).all()


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=5, deadline=None)
@given(unit_draws=draws)
def test_derivatives_agree_with_central_differences(code, unit_draws):
    circuit = parse_circuit(code)
    values = drawn(circuit, unit_draws)
    z, slopes = circuit.impedance_and_slopes(FREQUENCY_HZ, values)
    step = 1e-5
    for k, parameter in enumerate(circuit.parameters):
        up, down = values.copy(), values.copy()
        if parameter.scale == "log":
            up[k] *= np.exp(step)
            down[k] *= np.exp(-step)
        else:
            up[k] += step
            down[k] -= step
        difference = (
            circuit.impedance_ohm(FREQUENCY_HZ, up) - circuit.impedance_ohm(FREQUENCY_HZ, down)
        ) / (2 * step)
        np.testing.assert_allclose(slopes[k] / abs(z), difference / abs(z), atol=3e-7, rtol=1e-6)


@settings(max_examples=20, deadline=None)
@given(unit_draws=draws, factor=st.floats(1e-3, 1e3))
def test_scaling_resistances_and_admittances_scales_the_impedance(unit_draws, factor):
    circuit = parse_circuit("R0-p(R1,CPE1)-p(R2-W2,C2)-CPE3")
    values = drawn(circuit, unit_draws)
    powers = np.array([p.impedance_power for p in circuit.parameters])
    scaled = circuit.impedance_ohm(FREQUENCY_HZ, values * factor**powers)
    np.testing.assert_allclose(scaled, factor * circuit.impedance_ohm(FREQUENCY_HZ, values), 1e-12)


def test_a_stack_of_parameter_sets_is_evaluated_at_once():
    circuit = parse_circuit("R0-p(R1,CPE1)")
    values = np.array([[1.0, 10.0, 1e-5, 0.9], [2.0, 20.0, 1e-6, 0.8]])
    together = circuit.impedance_ohm(FREQUENCY_HZ, values)
    assert together.shape == (2, FREQUENCY_HZ.size)
    np.testing.assert_array_equal(together[1], circuit.impedance_ohm(FREQUENCY_HZ, values[1]))


def test_a_custom_circuit_comes_over_with_its_constants():
    custom = CustomCircuit("R0-p(R1,CPE1)", initial_guess=[5, 1e-6, 0.9], constants={"R1": 70.0})
    circuit, values = from_impedance_py(custom)
    assert values == {"R0": 5.0, "R1": 70.0, "CPE1_0": 1e-6, "CPE1_1": 0.9}
    expected = their_impedance(custom)
    np.testing.assert_allclose(circuit.impedance_ohm(FREQUENCY_HZ, values), expected, 1e-12)
