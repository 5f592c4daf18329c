"""The 6221 and 2182A driver's conversation, line by line, through the serial port of the 6221."""

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.keithley_2182a import Relay, Tags
from solidcell.drivers.keithley_6221 import Keithley6221
from solidcell.drivers.keithley_6221_delta import DeltaReading, parse_delta
from solidcell.drivers.readings import Flag
from support.transcript import conversation

pytestmark = pytest.mark.proves("keithley_6221", transcript="622X-901-01, 2182A-900-01")

SOURCE = "KEITHLEY INSTRUMENTS INC.,MODEL 6221,4559777,D04  /700x "
VOLTMETER = "KEITHLEY INSTRUMENTS INC.,MODEL 2182A,1193143,C02  /A02"
NO_ERROR = """
> :SYST:ERR?
< 0,"No error"
"""


def told(command):
    """A command that the 6221 hands on."""
    return f'> :SYST:COMM:SER:SEND "{command}"\n'


def fetched(text):
    """What comes back, until nothing more does."""
    return f"> :SYST:COMM:SER:ENT?\n< {text}\n> :SYST:COMM:SER:ENT?\n< \n"


def asked(command, answer):
    """A question through the 6221, and its answer."""
    return "> :SYST:COMM:SER:ENT?\n< \n" + told(command) + fetched(answer)


CONNECT = f"""
> *IDN?
< {SOURCE}
{NO_ERROR}
> :OUTP?
< 0
{asked("*IDN?", VOLTMETER)}
{asked("*ESE 100;:SYST:ERR?;*ESE?", '0,"No error";100')}
{NO_ERROR}
> *IDN?
< {SOURCE}
"""
PREPARE = f"""
> :SOUR:CLE
> :OUTP OFF
> :SOUR:CURR 0
{told(":ABOR")}
{told(":INIT:CONT OFF")}
{told(":FORM:DATA ASC")}
{told(":FORM:ELEM READ")}
{told(":SENS:CHAN 1")}
{told(":SENS:FUNC 'VOLT'")}
{told(":SENS:VOLT:CHAN1:RANG:AUTO ON")}
{told(":SENS:VOLT:CHAN1:LPAS OFF")}
{told(":SENS:VOLT:CHAN1:DFIL OFF")}
{told(":SENS:VOLT:CHAN1:REF:STAT OFF")}
{told(":TRIG:SOUR IMM")}
{told(":TRIG:COUN 1")}
{told(":TRIG:DEL 0")}
{told(":SAMP:COUN 1")}
{told(":SENS:VOLT:NPLC 1")}
{asked("*ESE 101;:SYST:ERR?;*ESE?", '0,"No error";101')}
{NO_ERROR}
"""
SOURCE_A_MILLIAMPERE = f"""
{CONNECT}
{PREPARE}
> :SOUR:CURR:COMP 2
> :SOUR:CURR:COMP?
< 2.000000E+00
> :SOUR:CURR:RANG 0.002
> :SOUR:CURR 0.001
> :SOUR:CURR?
< 1.000000E-03
> :OUTP ON
{NO_ERROR}
"""
VOLTAGE = asked("*ESE 102;:READ?;*ESE?", "+1.08673749E-07;102")
STATE = "> *ESE 100;:OUTP?;:STAT:MEAS:COND?;:STAT:MEAS:COND?;*ESE?\n"


def connected(link):
    clock = JumpClock()
    meter = Keithley6221(link, Relay(link, clock), clock)
    meter.connect()
    return meter


def sourcing(link):
    meter = connected(link)
    meter.source_current(1e-3, voltage_limit_v=2.0)
    return meter


def test_connecting_reads_who_both_are_and_what_the_output_does_and_sets_nothing():
    with conversation(CONNECT) as link:
        meter = connected(link)
    assert (meter.identity.model, meter.identity.serial) == ("6221", "4559777")


def test_an_output_found_on_is_reported_and_left_on():
    clock = JumpClock()
    with conversation(CONNECT.replace("> :OUTP?\n< 0", "> :OUTP?\n< 1")) as link:
        assert Keithley6221(link, Relay(link, clock), clock).connect() is OutputState.ON


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (CONNECT.replace("6221", "2400"), "expected a Keithley 6220 or 6221"),
        (CONNECT.replace("2182A", "2000"), "expected a Keithley 2182A"),
    ],
)
def test_another_instrument_in_either_place_is_refused(script, words):
    heard = script[: script.index(NO_ERROR)] if "6220" in words else script
    if "2182A" in words:
        heard = script[: script.index(told("*ESE 100;:SYST:ERR?;*ESE?"))]
        heard = heard.removesuffix("> :SYST:COMM:SER:ENT?\n< \n")
    with conversation(heard) as link, pytest.raises(WrongInstrumentError, match=words):
        connected(link)


def test_the_limit_is_in_force_before_the_level_and_both_are_read_back():
    with conversation(SOURCE_A_MILLIAMPERE) as link:
        sourcing(link)


def test_a_smaller_range_comes_after_its_level_and_the_output_stays_on():
    rest = f"""
> :SOUR:CURR 0
> :SOUR:CURR:RANG 2e-06
> :SOUR:CURR?
< 0.000000E+00
{NO_ERROR}
"""
    with conversation(SOURCE_A_MILLIAMPERE + rest) as link:
        sourcing(link).rest_at_zero(voltage_limit_v=2.0)


@pytest.mark.parametrize(
    ("condition", "flags"), [("2", Flag.NONE), ("10", Flag.COMPLIANCE), ("6", Flag.OVERLOAD)]
)
def test_a_reading_is_a_voltage_the_level_that_was_set_and_what_the_source_says(condition, flags):
    script = SOURCE_A_MILLIAMPERE + VOLTAGE + f"{STATE}< 1;{condition};{condition};100"
    with conversation(script) as link:
        reading = sourcing(link).read()
    assert (reading.voltage_v, reading.current_a) == (1.08673749e-07, 1e-3)
    assert reading.flags == flags


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        (VOLTAGE + f"{STATE}< 0;2;2;100", InstrumentFaultError, "went off by itself"),
        (VOLTAGE + f"{STATE}< 1;2;2;99\n> (close)", BadReplyError, "and the number 100"),
        (
            VOLTAGE + f"{STATE}< 1;x;x;100\n> (close)",
            BadReplyError,
            "output and twice the condition",
        ),
        (VOLTAGE.replace(";102", ";101") + "> (close)", BadReplyError, "and the number 102"),
        (VOLTAGE.replace("1.08673749E-07", "9.90000000E+37") + "> (close)", BadReplyError, "over"),
        (VOLTAGE.replace("1.08673749", "1.0867374") + "> (close)", BadReplyError, "of 9 digits"),
    ],
)
def test_a_reading_that_is_none_is_refused(script, error, words):
    with (
        conversation(SOURCE_A_MILLIAMPERE + script) as link,
        pytest.raises(error, match=words),
    ):
        sourcing(link).read()


def test_an_answer_that_comes_in_pieces_is_put_together():
    script = "> :SYST:COMM:SER:ENT?\n< \n" + told("*IDN?")
    script += "> :SYST:COMM:SER:ENT?\n< \n> :SYST:COMM:SER:ENT?\n< KEITHLEY,\n" + fetched("MODEL")
    with conversation(script) as link:
        assert Relay(link, JumpClock()).query("*IDN?") == "KEITHLEY,MODEL"


def test_a_voltmeter_that_never_answers_is_told_with_what_to_look_at():
    class Silent:
        def write(self, command):
            pass

        def query(self, command):
            return ""

    with pytest.raises(LinkLostError, match="baud rate"):
        Relay(Silent(), JumpClock()).query("*IDN?")


def test_a_number_comes_again_only_after_all_the_others():
    class Echo:
        def query(self, command):
            return "7;" + command.split(";")[0].removeprefix("*ESE ")

    class Seen(Echo):
        tags: tuple = ()

        def query(self, command):
            self.tags += (command.split(";")[0],)
            return super().query(command)

    tags, link = Tags(), Seen()
    assert [tags.ask(link, ":X?") for _ in range(157)] == ["7"] * 157
    assert len(set(link.tags)) == 156


def test_nothing_is_read_before_anything_is_driven():
    with conversation(CONNECT) as link, pytest.raises(DriverError, match="nothing to read"):
        connected(link).read()


@pytest.mark.parametrize(
    ("current_a", "limit_v", "words"),
    [
        (0.106, 2.0, "0.106 A is beyond the 6221"),
        (1e-3, 0.05, r"voltage limit: 0.05 V is outside \[0.1, 105\] V"),
        (1e-3, 106.0, "voltage limit: 106 V is outside"),
        (float("nan"), 2.0, "beyond the 6221"),
        (1e-3, float("nan"), "voltage limit"),
    ],
)
def test_what_is_out_of_range_is_refused_and_nothing_is_sent(current_a, limit_v, words):
    with conversation("") as link, pytest.raises(OutOfRangeError, match=words):
        Keithley6221(link, link, JumpClock()).source_current(current_a, voltage_limit_v=limit_v)


def test_a_voltage_is_refused_with_what_the_channel_needs():
    with conversation("") as link, pytest.raises(UnsupportedError, match="needs a source meter"):
        Keithley6221(link, link, JumpClock()).source_voltage(1.0, current_limit_a=1e-3)


def test_making_safe_turns_the_output_off_before_it_asks_anything():
    with conversation("> :OUTP OFF\n> :OUTP?\n< 0\n" * 2) as link:
        meter = Keithley6221(link, link, JumpClock())
        meter.make_safe()
        meter.make_safe()


ONE = "+1.0000E-04,+2.00E+00"


@pytest.mark.parametrize(
    ("reply", "reading"),
    [
        (f"{ONE};{ONE};1;2;2", DeltaReading(1e-4, 2.0, is_on=True, condition=2)),
        (f"{ONE};+1.0100E-04,+2.10E+00;1;2;2", None),
        (f"+9.9E+37,+9.9E+37;{ONE};1;2;2", None),
        ("+9.9E37,+9.9E37;+9.9E37,+9.9E37;1;2;2", None),
        (f"{ONE};{ONE};1;2;10", None),
        ("+9.9E37,+9.9E37;+9.9E37,+9.9E37;0;2;2", DeltaReading(0.0, 0.0, is_on=False, condition=2)),
    ],
)
def test_a_delta_reading_is_one_that_is_told_twice_alike(reply, reading):
    assert parse_delta(reply) == reading


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (f"{ONE};+1.000E-04,+2.00E+00;1;2;2".replace("1.000E-04", "1.0E-05"), "told in two ways"),
        (f"{ONE};{ONE};2;2;2", "expected 'reading;reading"),
        (f"{ONE};{ONE};1;2", "expected 'reading;reading"),
        (f"{ONE};{ONE};1;x;x", "expected 'reading;reading"),
        ("volts;volts;1;2;2", "expected a reading and its time stamp"),
        ("+1.0E-04;+1.0E-04;1;2;2", "expected a reading and its time stamp"),
        ("nan,+1.0E+00;nan,+1.0E+00;1;2;2", "overflow"),
    ],
)
def test_a_delta_reading_that_contradicts_itself_is_refused(reply, words):
    with pytest.raises(BadReplyError, match=words):
        parse_delta(reply)


def condition(number, first, second):
    """The source's condition, as it is asked for twice."""
    return STATE.replace("100", str(number)) + f"< 1;{first};{second};{number}\n"


def test_a_condition_that_changes_between_two_looks_is_looked_at_again():
    script = SOURCE_A_MILLIAMPERE + VOLTAGE + condition(100, 2, 10) + condition(101, 10, 10)
    with conversation(script) as link:
        assert sourcing(link).read().flags is Flag.COMPLIANCE


def test_a_condition_that_is_never_told_twice_alike_is_refused():
    script = "".join(condition(number, 1, 10) for number in (100, 101, 102))
    with (
        conversation(SOURCE_A_MILLIAMPERE + VOLTAGE + script + "> (close)") as link,
        pytest.raises(BadReplyError, match="told in two ways"),
    ):
        sourcing(link).read()


def test_making_safe_in_delta_mode_ends_delta_first():
    with conversation("> :SOUR:SWE:ABOR\n> :OUTP OFF\n> :OUTP?\n< 0") as link:
        Keithley6221(link, link, JumpClock(), delta_delay_s=0.1).make_safe()
