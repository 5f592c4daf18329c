import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.errors import OutOfRangeError
from solidcell.drivers.methodscript.numbers import si_number
from support.methodscript_grammar import value_of

numbers = st.floats(1e-11, 1e15) | st.floats(-1e15, -1e-11)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "100m"), (-0.5, "-500m"), (200e3, "200k"), (3.7, "3700m"), (1.0, "1"), (0.0, "0"),
     (2.1e-6, "2100n"), (1e6, "1M"), (-0.0, "0")],
)  # fmt: skip
def test_round_values_are_written_as_a_person_would(value, text):
    assert si_number(value) == text


@given(numbers)
def test_a_value_keeps_six_digits_and_never_has_a_point(value):
    text = si_number(value)
    assert text.lstrip("-").rstrip("afpnumkMGTPE").isdigit()
    assert abs(value_of(text) - Decimal(value)) <= abs(Decimal(value)) * Decimal("1.001e-6")


@given(numbers)
def test_the_digits_fit_thirty_two_bits(value):
    assert abs(int(si_number(value).rstrip("afpnumkMGTPE"))) < 2**31


@given(numbers)
def test_rounding_can_be_kept_to_one_side(value):
    exact = Decimal(repr(value))
    assert value_of(si_number(value, ROUND_FLOOR)) <= exact
    assert value_of(si_number(value, ROUND_CEILING)) >= exact


@given(st.floats(-1e-12, 1e-12))
def test_the_smallest_values_are_written_to_one_in_ten_to_the_eighteen(value):
    assert abs(value_of(si_number(value)) - Decimal(value)) <= Decimal("0.501e-18")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 3e27])
def test_what_cannot_be_written_is_refused(value):
    with pytest.raises(OutOfRangeError, match="script argument must be"):
        si_number(value)
