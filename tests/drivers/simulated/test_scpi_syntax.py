import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.simulated.scpi.syntax import (
    Parameters,
    ScpiError,
    keyword,
    split,
    units,
    unquoted,
)


@pytest.mark.parametrize(
    ("notation", "header", "matches"),
    [
        ("SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]", "SOUR:CURR", True),
        ("SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]", "source1:current:level", True),
        ("SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]", "SOUR2:CURR", False),
        ("SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]", "SOURC:CURR", False),
        ("[SENSe[1]:]VOLTage[:DC]:NPLCycles", "VOLT:DC:NPLC", True),
        ("[SENSe[1]:]VOLTage[:DC]:NPLCycles", "SENS1:VOLT:NPLCYCLES", True),
        ("[SENSe[1]:]VOLTage[:DC]:NPLCycles", "VOLT:NPLC:EXTRA", False),
        ("*IDN", "*idn", True),
    ],
)
def test_headers_match_in_short_and_long_form_and_nothing_between(notation, header, matches):
    assert (keyword(notation).fullmatch(header) is not None) is matches


@given(
    upper=st.text("ABCDEFGHIJ", min_size=1, max_size=4),
    lower=st.text("abcdefghij", min_size=1, max_size=6),
    taken=st.integers(0, 10),
)
def test_a_word_is_its_short_form_or_its_long_form(upper, lower, taken):
    word = upper + lower.upper()[:taken]
    accepted = keyword(upper + lower).fullmatch(word) is not None
    assert accepted is (word in (upper, upper + lower.upper()))


def headers(message):
    return [unit.header for unit in units(message)]


def test_a_header_goes_on_where_the_last_one_was():
    assert headers(":SENS:VOLT:NPLC 1;RANG:AUTO ON;AUTO?") == [
        "SENS:VOLT:NPLC",
        "SENS:VOLT:RANG:AUTO",
        "SENS:VOLT:RANG:AUTO",
    ]


def test_a_leading_colon_starts_at_the_root_and_a_common_command_keeps_the_place():
    assert headers(":SOUR:CURR 1;*OPC?;VOLT 2;:OUTP ON") == [
        "SOUR:CURR",
        "*OPC",
        "SOUR:VOLT",
        "OUTP",
    ]


def test_empty_units_are_nothing():
    assert headers(":SENS:VOLT:NPLC 1.0;;") == ["SENS:VOLT:NPLC"]


def test_what_is_no_header_is_a_syntax_error():
    with pytest.raises(ScpiError, match="Syntax error") as error:
        headers("12 monkeys")
    assert error.value.code == -102


@given(st.lists(st.text("ab;,\"'", max_size=6), min_size=1, max_size=5))
def test_separators_inside_quotes_separate_nothing(texts):
    quoted = [f'"{text.replace(chr(34), "")}"' for text in texts]
    assert split(";".join(quoted), ";") == quoted


@pytest.mark.parametrize(("text", "bare"), [("'VOLT'", "VOLT"), ('"VOLT"', "VOLT"), ("A'", "A'")])
def test_both_kinds_of_quotes_are_taken_off(text, bare):
    assert unquoted(text) == bare


@pytest.mark.parametrize(
    ("text", "value"), [("1.5e-3", 1.5e-3), ("MIN", -1.0), ("MAXIMUM", 1.0), ("def", 0.5)]
)
def test_a_number_is_a_number_or_one_of_three_words(text, value):
    assert Parameters(text).number(-1.0, 1.0, 0.5) == value


@pytest.mark.parametrize(
    ("text", "code"), [("", -109), ("ABC", -104), ("nan", -104), ("1_0", -104), ("2", -222)]
)
def test_what_is_no_allowed_number_has_its_error(text, code):
    with pytest.raises(ScpiError) as error:
        Parameters(text).number(-1.0, 1.0, 0.5)
    assert error.value.code == code


def test_one_parameter_too_many_is_an_error():
    given = Parameters("ON, OFF")
    assert given.flag() is True
    with pytest.raises(ScpiError) as error:
        given.end()
    assert error.value.code == -108
