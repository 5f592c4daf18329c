"""Elements of the user's own: exact derivatives without giving them, and clear refusals."""

import numpy as np
import pytest
from hypothesis import given
from solidcell.analysis.impedance import Parameter, parse_circuit, user_element
from support.element_draws import MIDDLE_DECADES, drawn, unit_draws

FREQUENCY_HZ = np.logspace(7, -2, 19)
EXPONENT = Parameter("", "linear", 0.2, 1.0, typical=0.9)


def zarc_law(s, r, tau, gamma):
    return r / (1 + (s * tau) ** gamma)


def zarc_derivative(s, r, tau, gamma):
    x = (s * tau) ** gamma
    by_x = -r / (1 + x) ** 2
    return 1 / (1 + x), by_x * gamma * x / tau, by_x * x * np.log(s * tau)


ZARC = user_element("MyArc", ("ohm", "s", EXPONENT), zarc_law)
ZARC_GIVEN = user_element("MyArc", ("ohm", "s", EXPONENT), zarc_law, derivative=zarc_derivative)


@pytest.mark.parametrize("element", [ZARC, ZARC_GIVEN], ids=["by circle", "given"])
@given(draws=unit_draws)
def test_a_user_element_equals_the_same_element_built_in(element, draws):
    own = parse_circuit("R0-p(MyArc1,C1)", elements=[element])
    built_in = parse_circuit("R0-p(Zarc1,C1)")
    values = np.array([drawn(built_in, draws, MIDDLE_DECADES)] * 2)
    for mine, theirs in zip(
        own.impedance_and_slopes(FREQUENCY_HZ, values),
        built_in.impedance_and_slopes(FREQUENCY_HZ, values),
        strict=True,
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12 * np.abs(theirs).max())


def test_a_circuit_with_user_elements_survives_its_string():
    circuit = parse_circuit("R0-MyArc1-MyArc2", elements=[ZARC])
    assert circuit.user_elements == (ZARC,)
    assert parse_circuit(str(circuit), elements=circuit.user_elements) == circuit
    assert parse_circuit("R0-C1").user_elements == ()


def test_units_say_what_scales_and_bounds_can_be_given():
    element = user_element("X", ("ohm", "furlong"), zarc_law, lower=(1, 2), upper=(3, 4))
    first, second = element.parameters
    assert (first.impedance_power, first.lower, first.upper) == (1.0, 1.0, 3.0)
    assert (second.scale, second.unit, second.impedance_power) == ("log", "furlong", 0.0)


def test_a_law_that_is_not_analytic_asks_for_its_derivative():
    size = user_element("X", ("ohm", "s"), lambda s, r, tau: abs(r) / (1 + s * tau))
    circuit = parse_circuit("R0-X1", elements=[size])
    with pytest.raises(ValueError, match=r"law of X is not analytic in parameter 0.*derivative"):
        circuit.impedance_and_slopes(FREQUENCY_HZ, [1.0, 10.0, 1e-3])


def test_a_law_that_ignores_a_parameter_has_no_slope_in_it():
    circuit = parse_circuit("X1", elements=[user_element("X", ("ohm", "s"), lambda s, r, t: r)])
    z, slopes = circuit.impedance_and_slopes(FREQUENCY_HZ, [7.0, 1.0])
    np.testing.assert_allclose(z, 7.0)
    np.testing.assert_allclose(slopes[0], 7.0)
    np.testing.assert_allclose(slopes[1], 0.0, atol=1e-13)


@pytest.mark.parametrize(
    ("law", "derivative", "told"),
    [
        (lambda s, r: np.ones(3), None, r"gives shape \(3,\) where \(1, 19\) is due"),
        (lambda s, r: r / s, lambda s, r: (1 / s, 1 / s), "gives 2 arrays for 1 param"),
    ],
)
def test_a_law_of_the_wrong_shape_is_named(law, derivative, told):
    element = user_element("X", ("ohm",), law, derivative=derivative)
    with pytest.raises(ValueError, match=told):
        parse_circuit("X1", elements=[element]).impedance_ohm(FREQUENCY_HZ, [1.0])


@pytest.mark.parametrize(
    ("symbol", "parameters", "bounds", "told"),
    [
        ("CPE", ("ohm",), {}, "CPE is constant phase element; take another symbol"),
        ("p", ("ohm",), {}, "made of letters and is not 'p', got 'p'"),
        ("X1", ("ohm",), {}, "made of letters"),
        ("X", (), {}, "X has no parameter"),
        ("X", ("ohm",), {"lower": (1, 2)}, "1 parameters but 2 lower"),
        ("X", ("ohm",), {"lower": (0.0,)}, "parameter 0 must be 0 < low < high"),
        ("X", (EXPONENT,), {"upper": (0.1,)}, "parameter 0 must be low < high"),
    ],
)
def test_an_impossible_user_element_is_refused(symbol, parameters, bounds, told):
    with pytest.raises(ValueError, match=told):
        user_element(symbol, parameters, zarc_law, **bounds)


def test_two_elements_cannot_share_a_symbol():
    with pytest.raises(ValueError, match="two elements have the symbol MyArc"):
        parse_circuit("MyArc1", elements=[ZARC, ZARC_GIVEN])
