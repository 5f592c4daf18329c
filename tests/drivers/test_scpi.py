import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.errors import BadReplyError, OutOfRangeError
from solidcell.drivers.scpi import Choice, Flag, Number, parse_flag, parse_number
from support.transcript import conversation


class Supply:
    level_a = Number(":SOUR:CURR", unit="A", low=-1.05, high=1.05)
    off_state = Choice(":OUTP:SMOD", ("NORM", "HIMP"))
    output_on = Flag(":OUTP")

    def __init__(self, link):
        self.link = link


def test_a_setting_is_written_and_read_under_one_header():
    with conversation("""
        > :SOUR:CURR 0.0005
        > :SOUR:CURR?
        < 5.0000E-04
    """) as link:
        supply = Supply(link)
        supply.level_a = 0.5e-3
        assert supply.level_a == 0.5e-3


@pytest.mark.parametrize("value", [1.06, -2.0, float("nan"), float("inf")])
def test_a_value_out_of_range_is_refused_and_nothing_is_sent(value):
    with conversation("") as link, pytest.raises(OutOfRangeError, match=r"outside \[-1.05, 1.05\]"):
        Supply(link).level_a = value


def test_the_refusal_names_setting_value_and_unit():
    with conversation("") as link, pytest.raises(OutOfRangeError, match=r":SOUR:CURR: 2 A is"):
        Supply(link).level_a = 2.0


@given(value=st.floats(-1.05, 1.05))
def test_every_allowed_value_is_sent_to_nine_digits(value):
    sent = []

    class Ear:
        def write(self, command):
            sent.append(command)

    Supply(Ear()).level_a = value
    assert float(sent[0].removeprefix(":SOUR:CURR ")) == pytest.approx(value, rel=1e-8, abs=1e-300)


def test_a_word_is_read_in_its_long_form_too():
    with conversation("""
        > :OUTP:SMOD HIMP
        > :OUTP:SMOD?
        < HIMPEDANCE
    """) as link:
        supply = Supply(link)
        supply.off_state = "HIMP"
        assert supply.off_state == "HIMP"


def test_a_word_that_the_setting_does_not_know_is_refused():
    with conversation("") as link, pytest.raises(OutOfRangeError, match="'OPEN' is none of NORM"):
        Supply(link).off_state = "OPEN"


def test_an_unknown_word_in_a_reply_is_an_error():
    with (
        conversation("> :OUTP:SMOD?\n< FLOAT") as link,
        pytest.raises(BadReplyError, match="'FLOAT'"),
    ):
        _ = Supply(link).off_state


@pytest.mark.parametrize(("reply", "on"), [("0", False), ("1", True), ("ON", True), ("off", False)])
def test_a_switch_answers_in_digits_or_words(reply, on):
    assert parse_flag(reply) is on


def test_a_switch_is_set_with_a_word():
    with conversation("> :OUTP ON\n> :OUTP OFF") as link:
        supply = Supply(link)
        supply.output_on = True
        supply.output_on = False


def test_neither_number_nor_switch_is_guessed():
    with pytest.raises(BadReplyError, match="expected 0 or 1"):
        parse_flag("2")
    with pytest.raises(BadReplyError, match="expected a number"):
        parse_number("1.0;2.0")


@pytest.mark.parametrize("reply", ["9.9E37", "+9.900000E+37", "-9.9e37", "9.91E37", "NAN", "INF"])
def test_overflow_and_no_data_are_not_readings(reply):
    with pytest.raises(BadReplyError, match="overflow or no data"):
        parse_number(reply)
