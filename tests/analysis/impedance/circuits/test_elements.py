"""Every element against impedance.py, its derivatives against a circle in the complex plane."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from impedance.models.circuits import CustomCircuit
from impedance.models.circuits.elements import circuit_elements
from solidcell.analysis.impedance import parse_circuit
from solidcell.analysis.impedance.circuits.elements import ELEMENTS, ONLY_HERE
from solidcell.analysis.impedance.circuits.frequencies import Frequencies
from support.element_draws import MIDDLE_DECADES, WHOLE_DECADES, drawn, unit_draws

FREQUENCY_HZ = np.logspace(6, -2, 17)
WHOLE_RANGE_HZ = np.logspace(8, -6, 29)
SHARED = [symbol for symbol in ELEMENTS if symbol not in ONLY_HERE]
CODES = [f"R0-p(R9,{symbol}1)" for symbol in ELEMENTS if symbol != "R"] + [
    "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4",
    "L0-R0-p(R1-Ws1,C1)-W2",
    "p(R1-p(R2,CPE2),C1)-Wo1",
    "p(L1,W1)-p(L2,CPE2)",
]
EXTREMES = [0.0] * 12, [1.0] * 12, [0.0, 1.0] * 6, [1.0, 0.0] * 6


def at_the_extremes(test):
    for corner in EXTREMES:
        test = example(draws=corner)(test)
    return test


def their_impedance(code, values, frequency_hz=FREQUENCY_HZ):
    custom = CustomCircuit(code, initial_guess=[float(value) for value in values])
    custom.parameters_ = np.array(custom.initial_guess)
    with np.errstate(all="ignore"):
        return custom.predict(frequency_hz)


def by_circle(law, values, k, logarithmic):
    """Derivative of an analytic function by its mean over 16 points around the value."""
    away = 0.01 * np.exp(2j * np.pi * np.arange(16) / 16)[:, None]
    there = [np.full((1, 1), value, dtype=complex) for value in values]
    there[k] = values[k] * np.exp(away) if logarithmic else values[k] + away
    z = law(Frequencies.of_hertz(WHOLE_RANGE_HZ), *there)[0]
    return np.mean(np.broadcast_to(z, (16, WHOLE_RANGE_HZ.size)) / away, axis=0)


def test_every_element_of_impedance_py_is_known_with_as_many_parameters():
    theirs = {
        symbol: function.num_params
        for symbol, function in circuit_elements.items()
        if symbol not in ("s", "p")
    }
    assert {symbol: len(ELEMENTS[symbol].parameters) for symbol in SHARED} == theirs
    assert ELEMENTS.keys() - theirs.keys() == ONLY_HERE


@pytest.mark.parametrize("element", ELEMENTS.values(), ids=list(ELEMENTS))
def test_every_parameter_has_a_letter_of_its_own_that_the_law_names(element):
    assert len(element.letters) == len(element.parameters) == len(set(element.letters))
    formula = element.law.__doc__.splitlines()[0]
    if not element.symbol.startswith("TLME"):  # theirs stand in S and P
        assert all(letter in formula for letter in element.letters)


@pytest.mark.parametrize("symbol", SHARED)
@settings(max_examples=10, deadline=None)
@given(draws=unit_draws)
def test_an_element_agrees_with_impedance_py(symbol, draws):
    code = f"{symbol}1"
    circuit = parse_circuit(code)
    values = drawn(circuit, draws, MIDDLE_DECADES)
    other = their_impedance(code, values)
    # impedance.py's hyperbolic functions overflow, or are cut, at large arguments
    sound = np.isfinite(other)
    if symbol == "T":
        sound &= np.sqrt(values[2] + 2j * np.pi * FREQUENCY_HZ * values[3]).real < 100
    assert sound.any()
    np.testing.assert_allclose(
        circuit.impedance_ohm(FREQUENCY_HZ, values)[sound], other[sound], rtol=1e-11
    )


@pytest.mark.parametrize("code", CODES[-4:])
@settings(max_examples=10, deadline=None)
@given(draws=unit_draws)
def test_a_circuit_agrees_with_impedance_py(code, draws):
    circuit = parse_circuit(code)
    values = drawn(circuit, draws, MIDDLE_DECADES)
    other = their_impedance(code, values)
    sound = np.isfinite(other)
    assert sound.any()
    np.testing.assert_allclose(
        circuit.impedance_ohm(FREQUENCY_HZ, values)[sound], other[sound], rtol=1e-11
    )


@pytest.mark.parametrize("symbol", ELEMENTS)
@settings(max_examples=30, deadline=None)
@at_the_extremes
@given(draws=unit_draws)
def test_derivatives_are_exact_over_the_whole_physical_range(symbol, draws):
    circuit = parse_circuit(f"{symbol}1")
    values = drawn(circuit, draws, WHOLE_DECADES)
    z, slopes = circuit.impedance_and_slopes(WHOLE_RANGE_HZ, values)
    assert np.isfinite(z).all()
    for k, parameter in enumerate(circuit.parameters):
        law = circuit.root.element.law
        exact = by_circle(law, values, k, parameter.scale == "log")
        tolerance = 1e-11 * np.abs(z) + 1e-10 * np.abs(exact)
        assert (np.abs(slopes[k] - exact) <= tolerance).all()


@pytest.mark.parametrize("symbol", [s for s, e in ELEMENTS.items() if e.admittance is not None])
@settings(max_examples=10, deadline=None)
@at_the_extremes
@given(draws=unit_draws)
def test_the_admittance_law_is_the_inverse_of_the_impedance_law(symbol, draws):
    circuit = parse_circuit(f"{symbol}1")
    element = ELEMENTS[symbol]
    values = drawn(circuit, draws, WHOLE_DECADES)[:, None, None]
    w = Frequencies.of_hertz(WHOLE_RANGE_HZ)
    z, by_z = element.law(w, *values)
    y, by_y = element.admittance(w, *values)
    np.testing.assert_allclose(y * z, np.ones_like(y * z), rtol=1e-12)
    for one, other in zip(by_z, by_y, strict=True):
        np.testing.assert_allclose(other, -one / z**2, rtol=1e-11)


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=10, deadline=None)
@at_the_extremes
@given(draws=unit_draws)
def test_nothing_overflows_within_the_physical_range(code, draws):
    circuit = parse_circuit(code)
    values = drawn(circuit, draws, WHOLE_DECADES)
    z, slopes = circuit.impedance_and_slopes(WHOLE_RANGE_HZ, values)  # a warning is an error
    assert np.isfinite(z).all()
    assert np.isfinite(slopes).all()


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=5, deadline=None)
@given(draws=unit_draws)
def test_derivatives_of_circuits_agree_with_central_differences(code, draws):
    circuit = parse_circuit(code)
    values = drawn(circuit, draws, MIDDLE_DECADES)
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


def exponent(circuit, values):
    """Exponent of each parameter's own element, 1 if it has none."""
    found = []
    at = 0
    for node, place in circuit.terms:
        linear = [p.scale == "linear" for p in node.element.parameters]
        own = values[place][linear.index(True)] if any(linear) else 1.0
        found += [own] * len(linear)
        at += len(linear)
    return found


@pytest.mark.parametrize("symbol", [symbol for symbol in ELEMENTS if symbol != "La"])
@settings(max_examples=10, deadline=None)
@given(draws=unit_draws, factor=st.floats(1e-3, 1e3))
def test_scaling_what_carries_an_impedance_scales_the_impedance(symbol, draws, factor):
    circuit = parse_circuit(f"{symbol}1")
    values = drawn(circuit, draws, MIDDLE_DECADES)
    powers = np.array([p.impedance_power for p in circuit.parameters])
    scaled = circuit.impedance_ohm(FREQUENCY_HZ, values * factor**powers)
    np.testing.assert_allclose(scaled, factor * circuit.impedance_ohm(FREQUENCY_HZ, values), 1e-11)


@pytest.mark.parametrize("symbol", ELEMENTS)
@settings(max_examples=10, deadline=None)
@given(draws=unit_draws, factor=st.floats(1e-3, 1e3))
def test_scaling_what_carries_a_time_shifts_the_frequency(symbol, draws, factor):
    circuit = parse_circuit(f"{symbol}1")
    values = drawn(circuit, draws, MIDDLE_DECADES)
    own = exponent(circuit, values)
    powers = np.array(
        [
            e if p.time_power is None else p.time_power
            for p, e in zip(circuit.parameters, own, strict=True)
        ]
    )
    slower = circuit.impedance_ohm(FREQUENCY_HZ / factor, values * factor**powers)
    np.testing.assert_allclose(slower, circuit.impedance_ohm(FREQUENCY_HZ, values), rtol=1e-11)
