"""Values are read as a chemist writes them, and a slider reaches every one of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance.circuits.elements import ELEMENTS
from solidcell.gui.analysis.quantities import QuantityError, parse_quantity, quantity_text
from solidcell.gui.analysis.sliders import STEPS, Span, span_about, span_kept

UNITS = ("ohm", "F", "H", "s", "ohm^-1 s^a", "ohm s^-1/2", "")
RESISTANCE = ELEMENTS["R"].parameters[0]
EXPONENT = ELEMENTS["CPE"].parameters[1]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("33 nF", "F", 33e-9),
        ("33n", "F", 33e-9),
        ("2 mH", "H", 2e-3),
        ("5 ms", "s", 5e-3),
        ("1.2 MΩ", "ohm", 1.2e6),
        ("1.2Mohm", "ohm", 1.2e6),
        ("7 m", "ohm", 7e-3),
        ("4 µF", "F", 4e-6),
        ("4 uF", "F", 4e-6),
        ("1e-9", "ohm^-1 s^a", 1e-9),
        (".9", "", 0.9),
        ("-3", "ohm", -3.0),
    ],
)
def test_a_value_is_read_with_its_prefix(text, unit, value):
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("", "ohm", "is no number; write, as an example, 1.2 kΩ"),
        ("1,5", "ohm", "','|',5' is no unit here"),
        ("5 V", "F", "'V' is no unit here: this value is in F"),
        ("0.9 k", "", "'k' is no unit here: this value is a pure number"),
        ("1e999", "ohm", "is not finite"),
        ("a lot", "s", "is no number"),
    ],
)
def test_what_is_no_value_is_refused_with_an_example(text, unit, told):
    with pytest.raises(QuantityError, match=told):
        parse_quantity(text, unit)


@given(value=st.floats(1e-19, 1e15), unit=st.sampled_from(UNITS))
def test_what_is_shown_reads_back_as_what_it_was(value, unit):
    shown = quantity_text(value, unit, 6)
    assert parse_quantity(shown, unit) == pytest.approx(value, rel=1e-5)


@given(value=st.floats(1e-7, 1e15))
def test_a_slider_stands_in_its_middle_and_reaches_either_way(value):
    span = span_about(RESISTANCE, value)
    assert abs(span.position_of(value) - STEPS / 2) <= 1
    assert span.value_at(0) < value < span.value_at(STEPS)


@given(value=st.floats(1.0, 1e6), position=st.integers(0, STEPS))
def test_every_position_is_a_value_inside_the_bounds_and_finds_itself_again(value, position):
    span = span_about(RESISTANCE, value, bounds=(value / 3, value * 2))
    found = span.value_at(position)
    assert value / 3 <= found <= value * 2
    assert span.position_of(found) == position


def test_an_exponent_slides_evenly_from_bound_to_bound():
    span = span_about(EXPONENT, 0.9)
    assert span.value_at(0) == EXPONENT.lower
    assert span.value_at(STEPS) == EXPONENT.upper
    assert span.value_at(STEPS // 2) == pytest.approx((EXPONENT.lower + EXPONENT.upper) / 2)


def test_a_slider_stays_under_the_hand_until_it_comes_near_its_end():
    span = span_about(RESISTANCE, 100.0)
    assert span_kept(span, RESISTANCE, 150.0, None) is span
    moved = span_kept(span, RESISTANCE, 100.0 * 10**1.4, None)
    assert moved is not span
    assert moved.is_roomy_at(100.0 * 10**1.4)


def test_a_slider_whose_parameter_was_bounded_keeps_to_the_bounds():
    span = span_about(RESISTANCE, 100.0)
    bounded = span_kept(span, RESISTANCE, 100.0, (90.0, 110.0))
    assert (bounded.low, bounded.high) == (90.0, 110.0)


def test_a_logarithmic_slider_multiplies_evenly():
    span = Span(1.0, 1e4, is_log=True)
    steps = [span.value_at(p) for p in (0, STEPS // 4, STEPS // 2, STEPS)]
    assert [math.log10(v) for v in steps] == pytest.approx([0.0, 1.0, 2.0, 4.0])
