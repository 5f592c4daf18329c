"""Numbers as reports print them: no digit that the error does not support, and none too few."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.sheets.plain import number_text
from solidcell.analysis.sheets.sheet import Number
from solidcell.analysis.wording import interval_end, with_error

_BARE = re.compile(r"(?P<value>[-0-9.]+) ± (?P<error>[0-9.]+)$")
_POWER = re.compile(r"\((?P<value>[-0-9.]+) ± (?P<error>[0-9.]+)\)e(?P<power>-?\d+)$")
sizes = st.floats(-14, 14).map(lambda power: 10.0**power)


@settings(max_examples=25)
@given(value=sizes, sign=st.sampled_from((-1, 1)), relative=st.floats(-6, 3))
def test_a_number_and_its_error_are_printed_to_the_errors_two_digits(value, sign, relative):
    value, error = sign * value, value * 10.0**relative
    text = with_error(value, error)
    found = _BARE.match(text) or _POWER.match(text)
    assert found, text
    size = 10.0 ** int(found.groupdict().get("power") or 0)
    assert float(found["value"]) * size == pytest.approx(value, abs=0.0501 * error)
    assert float(found["error"]) * size == pytest.approx(error, rel=0.0501)
    assert len(found["error"].replace(".", "").strip("0")) <= 2, text
    assert len(text) < 32


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (9.5674305672e10, 3.2503740049e10, "(9.6 ± 3.3)e10"),
        (150268.0, 536252.0, "150000 ± 540000"),
        (9.5e5, 1.04e7, "(0.1 ± 1.0)e7"),
        (0.0, 1.0e-9, "(0.0 ± 1.0)e-9"),
        (-1e-12, 3.0e-9, "(0.0 ± 3.0)e-9"),
        (12.345, 0.0998, "12.35 ± 0.10"),
    ],
)
def test_an_error_as_large_as_the_number_or_larger_prints_no_digits_of_chance(value, error, text):
    assert with_error(value, error) == text


@pytest.mark.parametrize("error", [0.0, 4.5e-17, 2.0e-14])
def test_what_a_sum_rounds_is_printed_as_no_error(error):
    exact = Number(
        name="rate_per_h",
        label="rate",
        unit="1/h",
        value=-0.299999999999999878,
        standard_error=error,
        interval=(-0.299999999999999989, -0.299999999999999767),
    )
    assert number_text(exact) == "-0.3000 1/h (95 %: -0.3 to -0.3)"
    assert with_error(188.560204824025362, error, "mAh/g") == "188.6 mAh/g (error undetermined)"


def test_the_end_of_an_interval_that_only_rounding_keeps_from_0_is_0():
    assert interval_end(1.7e-17, 12.0, 6.0) == "0"
    assert interval_end(2.5e-10, 1.7e-6, 5e-6) == "2.5e-10"
