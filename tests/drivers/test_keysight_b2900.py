"""The B2900A driver's conversation, line by line, and what its readings may say."""

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.keysight_b2900 import KeysightB2900
from solidcell.drivers.keysight_b2900_readings import parse_reading
from solidcell.drivers.readings import Flag
from support.transcript import conversation

pytestmark = pytest.mark.proves("keysight_b2900", transcript="B2910-90030")

IDENTITY = "Keysight Technologies,B2902A,MY51140123,3.4.2011.5100"
NO_ERROR = """
> :SYST:ERR?
< +0,"No error"
"""
CONNECT = f"""
> *IDN?
< {IDENTITY}
{NO_ERROR}
> :OUTP2?
< 0
> :OUTP2:OFF:MODE?
< HIZ
{NO_ERROR}
> *IDN?
< {IDENTITY}
"""
OFF_IS_OPEN = """
> :OUTP2:OFF:MODE HIZ
> :OUTP2:OFF:MODE?
< HIZ
"""
PREPARE = f"""
> :ABOR:ALL (@2)
{OFF_IS_OPEN}
> :OUTP2 OFF
> :SENS2:REM ON
> :OUTP2:ON:AUTO OFF
> :OUTP2:OFF:AUTO OFF
> :OUTP2:PROT OFF
> :FORM ASC
> :FORM:ELEM:SENS VOLT,CURR,TIME,STAT
> :TRIG2:SOUR AINT
> :TRIG2:COUN 1
> :ARM2:COUN 1
> :SENS2:FUNC "VOLT","CURR"
> :SENS2:VOLT:RANG:AUTO ON
> :SENS2:CURR:RANG:AUTO ON
> :SYST:TIME:TIM:COUN:RES:AUTO OFF
> :SYST:TIME:TIM:COUN:RES
> :SENS2:VOLT:NPLC 1
> :SENS2:CURR:NPLC 1
{NO_ERROR}
> :SENS2:REM?
< 1
"""
SOURCE_HALF_A_MILLIAMPERE = f"""
{CONNECT}
{PREPARE}
> :OUTP2 OFF
> :SOUR2:FUNC:MODE CURR
> :SOUR2:CURR:MODE FIX
> :SOUR2:CURR 0
> :SENS2:VOLT:PROT 4.3
> :SENS2:VOLT:PROT?
< 4.300000E+00
> :SOUR2:CURR:RANG 0.001
> :SOUR2:CURR 0.0005
> :OUTP2 ON
{NO_ERROR}
"""
READ = "> :OUTP2?;:MEAS? (@2)"


def answer(volts="+3.700000E+00", amps="+5.000000E-04", at="+1.250000E+00", status=1):
    return f"1;{volts},{amps},{at},{status:+.6E}"


def connected(link, channel=2):
    meter = KeysightB2900(link, channel=channel)
    meter.connect()
    return meter


def sourcing(link):
    meter = connected(link)
    meter.source_current(0.5e-3, voltage_limit_v=4.3)
    return meter


def test_connecting_reads_who_is_there_and_the_output_of_its_channel_and_sets_nothing():
    with conversation(CONNECT) as link:
        meter = KeysightB2900(link, channel=2)
        assert meter.connect() is OutputState.OFF
    assert (meter.identity.model, meter.identity.serial) == ("B2902A", "MY51140123")


def test_an_off_state_of_zero_volts_is_replaced_after_everything_was_read():
    script = CONNECT.replace("OFF:MODE?\n< HIZ", "OFF:MODE?\n< NORM" + OFF_IS_OPEN)
    with conversation(script) as link:
        connected(link)


def test_an_output_found_on_is_reported_and_left_on():
    with conversation(CONNECT.replace("> :OUTP2?\n< 0", "> :OUTP2?\n< 1")) as link:
        assert KeysightB2900(link, channel=2).connect() is OutputState.ON


@pytest.mark.parametrize(
    "identity",
    [
        "Keysight Technologies,B2961A,MY1,1.0",
        "Agilent Technologies,B2200A,MY1,1.0",
        "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1,C30",
    ],
)
def test_another_instrument_is_refused(identity):
    with (
        conversation(f"> *IDN?\n< {identity}") as link,
        pytest.raises(WrongInstrumentError, match="expected a Keysight B2901A"),
    ):
        connected(link)


def test_a_channel_that_the_model_has_not_is_refused():
    with (
        conversation("> *IDN?\n< Agilent Technologies,B2901A,MY1,1.0") as link,
        pytest.raises(WrongInstrumentError, match="the B2901A has one channel"),
    ):
        connected(link)
    with conversation("") as link, pytest.raises(OutOfRangeError, match="channel: 3"):
        KeysightB2900(link, channel=3)


def test_nothing_switches_the_output_but_the_driver_and_the_limit_comes_first():
    with conversation(SOURCE_HALF_A_MILLIAMPERE) as link:
        sourcing(link)


def test_a_channel_that_stays_two_wire_is_a_fault():
    script = SOURCE_HALF_A_MILLIAMPERE.replace("> :SENS2:REM?\n< 1", "> :SENS2:REM?\n< 0")
    with (
        conversation(script[: script.index("> :SOUR2:FUNC") - len("> :OUTP2 OFF\n")]) as link,
        pytest.raises(InstrumentFaultError, match="two-wire"),
    ):
        sourcing(link)


def test_a_limit_that_does_not_go_with_the_present_level_is_set_with_the_output_off():
    more = f"""
> :SENS2:VOLT:PROT 15
> :SENS2:VOLT:PROT?
< 1.500000E+01
> :SOUR2:CURR:RANG 1.5
> :SOUR2:CURR 1.2
{NO_ERROR}
> :OUTP2 OFF
> :SOUR2:FUNC:MODE CURR
> :SOUR2:CURR:MODE FIX
> :SOUR2:CURR 0
> :SENS2:VOLT:PROT 100
> :SENS2:VOLT:PROT?
< 1.000000E+02
> :SOUR2:CURR:RANG 0.1
> :SOUR2:CURR 0.1
> :OUTP2 ON
{NO_ERROR}
"""
    with conversation(SOURCE_HALF_A_MILLIAMPERE + more) as link:
        meter = sourcing(link)
        meter.source_current(1.2, voltage_limit_v=15.0)
        meter.source_current(0.1, voltage_limit_v=100.0)


def test_the_timer_is_set_to_zero_before_its_digits_end_and_time_goes_on():
    late, soon = answer(at="+9.001000E+03"), answer(at="+1.000000E+00")
    script = f"{READ}\n< {late}\n> :SYST:TIME:TIM:COUN:RES\n{READ}\n< {soon}"
    with conversation(SOURCE_HALF_A_MILLIAMPERE + script) as link:
        meter = sourcing(link)
        assert [meter.read().time_s, meter.read().time_s] == [9001.0, 9002.0]


def test_a_reading_that_is_told_twice_is_believed_once():
    script = f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n< {answer()}\n{READ}\n< {answer()}\n> (close)"
    with conversation(script) as link:
        meter = sourcing(link)
        meter.read()
        with pytest.raises(BadReplyError, match="no new one"):
            meter.read()


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        (1, Flag.NONE),
        (1 | 2, Flag.COMPLIANCE),
        (1 | 4, Flag.COMPLIANCE),
        (1 | 8, Flag.COMPLIANCE),
        (1 | 16, Flag.COMPLIANCE),
        (1 | 32, Flag.OVERLOAD),
    ],
)
def test_a_reading_says_what_the_instrument_said_of_it(status, flags):
    assert parse_reading(answer(status=status), "CURR").flags == flags


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ("0;+0.000000E+00,+0.000000E+00,+1.000000E+00,+1.000000E+00", InstrumentFaultError, "off"),
        (answer("+9.900000E+37"), BadReplyError, "overflow"),
        (answer(amps="+9.910000E+37"), BadReplyError, "overflow"),
        (answer("+3.70000E+00"), BadReplyError, "of 7 digits"),
        (answer(status=0), BadReplyError, "expected a CURR source"),
        (answer(status=1 | 8192), BadReplyError, "overflow of a measurement range"),
        (answer(status=1 << 17), BadReplyError, "expected a status word"),
        ("1", BadReplyError, "expected 'output;voltage"),
    ],
)
def test_a_reading_that_is_none_is_refused(said, error, words):
    with pytest.raises(error, match=words):
        parse_reading(said, "CURR")


@pytest.mark.parametrize(
    ("current_a", "limit_v", "words"),
    [
        (3.04, 4.3, "4.3 V with 3.04 A is beyond the B2901A"),
        (0.5, 30.0, "30 V with 0.5 A is beyond the B2901A"),
        (1e-3, 0.01, "voltage limit: 0.01 V is below the smallest allowed, 0.02 V"),
        (float("nan"), 4.3, "beyond the B2901A"),
    ],
)
def test_a_current_or_limit_out_of_range_is_refused_and_nothing_is_sent(current_a, limit_v, words):
    with conversation("") as link, pytest.raises(OutOfRangeError, match=words):
        KeysightB2900(link).source_current(current_a, voltage_limit_v=limit_v)


def test_making_safe_opens_the_switch_before_it_asks_anything():
    with conversation(CONNECT + "> :OUTP2 OFF\n> :OUTP2?\n< 0\n" * 2) as link:
        meter = connected(link)
        meter.make_safe()
        meter.make_safe()


def test_making_safe_what_is_not_known_makes_its_off_an_open_switch_first():
    script = "> :OUTP2:OFF:MODE HIZ\n> :OUTP2 OFF\n> :OUTP2?\n< 0\n> :OUTP2:OFF:MODE?\n< HIZ"
    with conversation(script) as link:
        KeysightB2900(link, channel=2).make_safe()


def test_its_own_protection_is_not_offered_since_it_answers_with_zero_volts():
    with conversation("") as link:
        assert KeysightB2900(link).protect_voltage(5.0) is None
