import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.simulated.methodscript.numbers import (
    LiteralError,
    encode,
    frequency_grid_hz,
    read_literal,
)
from support.methodscript_bench import decode


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.0, "8000000 "),
        (-0.0, "8000000 "),
        (0.1, "80186A0u"),
        (0.099994392, "DF5CB18n"),
        (-0.299943, "7FB6C59u"),
        (200e3, "8030D40 "),
        (79_621.424, "CBEED30m"),
        (19 * 2.2 / 4095, "89BC152n"),
        (math.nan, "     nan"),
        (math.inf, "     nan"),
        (51, "8000033i"),
        (-1, "7FFFFFFi"),
    ],
)
def test_a_value_is_printed_as_recorded_instruments_print_it(value, printed):
    assert encode(value) == printed


@given(st.floats(min_value=-9e25, max_value=9e25, allow_subnormal=False))
def test_a_printed_value_is_the_true_one_cut_off_toward_zero_at_the_finest_prefix(value):
    printed = encode(value)
    count = int(printed[:7], 16) - 2**27
    unit = 10.0 ** (3 * "afpnum kMGTPE".index(printed[7]) - 18)
    assert abs(count) < 100_000_000
    assert abs(decode(printed)) <= abs(value) * (1 + 1e-14)
    assert abs(decode(printed) - value) <= unit * (1 + 1e-6)
    # one prefix finer would have needed a count of 100 000 000 or more
    assert printed[7] in "a " or abs(value) / unit * 1000 >= 99_999_999


@given(st.integers(min_value=-99_999_999, max_value=99_999_999), st.sampled_from("afpnumkMGTPE"))
def test_a_literal_survives_being_read_and_printed(count, prefix):
    value = read_literal(f"{count}{prefix}")
    assert decode(encode(value)) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "value"),
    [("100m", 0.1), ("-500m", -0.5), ("200k", 2e5), ("3700m", 3.7), ("0xFF", 255), ("0b101i", 5)],
)
def test_a_literal_of_a_script_is_read_with_its_prefix(text, value):
    assert read_literal(text) == value
    assert isinstance(read_literal(text), type(value))


@pytest.mark.parametrize(
    ("text", "at"), [("1.5", 1), ("100q", 3), ("-", 1), ("1e3", 1), ("0xFFm", 4), ("1 ", 1)]
)
def test_a_literal_with_a_character_the_language_does_not_know_is_refused_there(text, at):
    with pytest.raises(LiteralError) as refused:
        read_literal(text)
    assert refused.value.at == at


def test_the_frequency_grid_is_that_of_a_recorded_sweep_in_its_single_precision():
    recorded_mhz = {0: 200e6, 3: 100_237e3, 4: 79_621_424, 10: 19_999_994, 20: 1_999_998}
    recorded_mhz |= {30: 199_999, 34: 79_621.352, 40: 19_999.974}
    grid_hz = frequency_grid_hz(200e3, 20.0, 41)
    assert len(grid_hz) == 41
    for index, frequency_mhz in recorded_mhz.items():
        shown = decode(encode(grid_hz[index])) * 1e3
        assert shown == pytest.approx(frequency_mhz, rel=1e-6, abs=2e-3), index
    assert grid_hz[40] == pytest.approx(19.999974, abs=2e-6)
