"""Fits and circuits to impedance.py and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from impedance.models.circuits import CustomCircuit
from solidcell.analysis.impedance import (
    CircuitError,
    Spectrum,
    fit,
    from_impedance_py,
    parse_circuit,
    to_impedance_py,
    user_element,
)
from solidcell.analysis.impedance.circuits.elements import ELEMENTS, ONLY_HERE
from support.element_draws import MIDDLE_DECADES, drawn, unit_draws

FREQUENCY_HZ = np.logspace(6, 0, 31)
ARC = {"R0": 5.0, "R1": 70.0, "CPE1_0": 1e-6, "CPE1_1": 0.9}


def fitted(code, values, **settings_of_fit):
    circuit = parse_circuit(code)
    spectrum = Spectrum(FREQUENCY_HZ, circuit.impedance_ohm(FREQUENCY_HZ, values))
    return fit(circuit, spectrum, **settings_of_fit)


def test_a_custom_circuit_comes_over_with_its_constants():
    custom = CustomCircuit("R0-p(R1,CPE1)", initial_guess=[5, 1e-6, 0.9], constants={"R1": 70.0})
    assert from_impedance_py(custom)[1] == ARC


def test_a_fitted_custom_circuit_comes_over_with_its_fitted_values():
    custom = CustomCircuit("R0-C1", initial_guess=[5, 1e-6])
    custom.parameters_ = np.array([7.0, 2e-6])
    circuit, values = from_impedance_py(custom)
    assert values == {"R0": 7.0, "C1": 2e-6}
    np.testing.assert_allclose(
        circuit.impedance_ohm(FREQUENCY_HZ, values), custom.predict(FREQUENCY_HZ), rtol=1e-12
    )


def test_a_fit_goes_over_and_back():
    result = fitted("R0-p(R1,CPE1)", ARC, fixed={"R0": 5.0})
    custom = to_impedance_py(result)
    assert custom.constants == {"R0": 5.0}
    assert len(custom.conf_) == 3
    np.testing.assert_allclose(
        custom.predict(FREQUENCY_HZ), result.impedance_ohm(FREQUENCY_HZ), rtol=1e-12
    )
    circuit, values = from_impedance_py(custom)
    assert circuit == result.parsed()
    assert values == {name: pytest.approx(result[name]) for name in result.names}


def test_an_element_that_impedance_py_has_not_is_named():
    values = {"R0": 5.0, "HN1_0": 70.0, "HN1_1": 1e-4, "HN1_2": 0.9, "HN1_3": 0.8}
    result = fitted("R0-HN1", values, start=values)
    with pytest.raises(ValueError, match=r"HN1 of R0-HN1: .* HN \(Havriliak-Negami relaxation\)"):
        to_impedance_py(result)


def test_an_element_of_theirs_that_is_unknown_here_can_be_brought_along():
    custom = CustomCircuit("R0-C1", initial_guess=[5, 1e-6])
    custom.circuit = "R0-X1"
    with pytest.raises(CircuitError, match="'X' is no element"):
        from_impedance_py(custom)
    own = user_element("X", ("F",), lambda s, c: 1 / (s * c))
    circuit, values = from_impedance_py(custom, elements=[own])
    assert values == {"R0": 5.0, "X1": 1e-6}
    np.testing.assert_allclose(
        circuit.impedance_ohm(FREQUENCY_HZ, values),
        parse_circuit("R0-C1").impedance_ohm(FREQUENCY_HZ, [5.0, 1e-6]),
        rtol=1e-12,
    )


@pytest.mark.parametrize("symbol", [symbol for symbol in ELEMENTS if symbol not in ONLY_HERE])
@settings(max_examples=5)
@given(draws=unit_draws)
def test_every_element_of_impedance_py_comes_over(symbol, draws):
    code = f"R0-{symbol}1"
    values = drawn(parse_circuit(code), draws, MIDDLE_DECADES)
    custom = CustomCircuit(code, initial_guess=values.tolist())
    circuit, found = from_impedance_py(custom)
    assert str(circuit) == code
    assert list(found.values()) == values.tolist()
