"""The driver's conversation, line by line, in the order that keeps a cell unharmed."""

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.readings import Flag
from solidcell.drivers.scpi import Number
from support.transcript import conversation

pytestmark = pytest.mark.proves("keithley_2450", transcript="2450-901-01")

CONNECT = """
> *IDN?
< KEITHLEY INSTRUMENTS,MODEL 2450,04365704,1.6.4c
> *LANG?
< SCPI
> :SYST:ERR?
< 0,"No error;0;0 0"
> :OUTP?
< 0
> :OUTP:CURR:SMOD?
< HIMP
> :OUTP:VOLT:SMOD?
< HIMP
> :SYST:ERR?
< 0,"No error;0;0 0"
> *IDN?
< KEITHLEY INSTRUMENTS,MODEL 2450,04365704,1.6.4c
"""
OFF_IS_OPEN = """
> :OUTP:CURR:SMOD HIMP
> :OUTP:VOLT:SMOD HIMP
> :OUTP:CURR:SMOD?
< HIMP
> :OUTP:VOLT:SMOD?
< HIMP
"""
NO_ERROR = """
> :SYST:ERR?
< 0,"No error;0;0 0"
"""
PREPARE = f"""
> :ABOR
{OFF_IS_OPEN}
> :OUTP OFF
> :FORM:DATA ASC
> :FORM:ASC:PREC 10
> :SENS:COUN 1
> :SENS:VOLT:RSEN ON
> :SENS:VOLT:RANG:AUTO ON
> :SENS:VOLT:AVER OFF
> :SOUR:VOLT:READ:BACK ON
> :SENS:CURR:RSEN ON
> :SENS:CURR:RANG:AUTO ON
> :SENS:CURR:AVER OFF
> :SOUR:CURR:READ:BACK ON
> :SENS:VOLT:NPLC 1
> :SENS:CURR:NPLC 1
{NO_ERROR}
"""
ENTER_CURRENT = f"""
> :OUTP OFF
> :SENS:FUNC "VOLT"
> :SOUR:FUNC CURR
{OFF_IS_OPEN}
> :SOUR:CURR 0
> :SOUR:CURR:RANG 1e-08
"""
SOURCE_HALF_A_MILLIAMPERE = f"""
{CONNECT}
{PREPARE}
{ENTER_CURRENT}
> :SOUR:CURR:VLIM 4.3
> :SOUR:CURR:VLIM?
< 4.3
> :SOUR:CURR:RANG 0.001
> :SOUR:CURR 0.0005
> :OUTP ON
{NO_ERROR}
"""
TIME, ZERO = "1.000000000E+00", "0.000000000E+00"
ONE = f"{TIME},{ZERO},A,3.700000000E+00,V"
READ = '> :READ? "defbuffer1", REL, SOUR, SOURUNIT, READ, UNIT, SOURSTAT'


def connected(link):
    meter = Keithley2450(link)
    meter.connect()
    return meter


def sourcing(link):
    meter = connected(link)
    meter.source_current(0.5e-3, voltage_limit_v=4.3)
    return meter


def test_connecting_reads_identity_language_errors_and_output_and_sets_nothing():
    with conversation(CONNECT) as link:
        meter = Keithley2450(link)
        assert meter.connect() is OutputState.OFF
    assert meter.identity.model == "2450"
    assert meter.identity.serial == "04365704"
    assert meter.identity.firmware == "1.6.4c"


def test_an_off_state_that_would_discharge_the_cell_is_replaced_after_everything_was_read():
    script = CONNECT.replace("> :OUTP:CURR:SMOD?\n< HIMP", "> :OUTP:CURR:SMOD?\n< NORM")
    script = script.replace("> :OUTP:VOLT:SMOD?\n< HIMP\n", OFF_IS_OPEN)
    with conversation(script) as link:
        Keithley2450(link).connect()


def test_an_output_found_on_is_reported_and_left_on():
    with conversation(CONNECT.replace("> :OUTP?\n< 0", "> :OUTP?\n< 1")) as link:
        assert Keithley2450(link).connect() is OutputState.ON


@pytest.mark.parametrize(
    "identity",
    [
        "KEITHLEY INSTRUMENTS INC.,MODEL 2450,1,1.0",
        "KEITHLEY INSTRUMENTS, MODEL 2460, 1, 1.0",
        "KEITHLEY INSTRUMENTS,MODEL 2461,1,1.0",
        "KEITHLEY INSTRUMENTS,MODEL 2470,1,1.0",
    ],
)
def test_both_spellings_and_all_four_models_are_known(identity):
    with conversation(
        CONNECT.replace("KEITHLEY INSTRUMENTS,MODEL 2450,04365704,1.6.4c", identity)
    ) as link:
        Keithley2450(link).connect()


@pytest.mark.parametrize(
    "identity",
    [
        "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1,C30",
        "KEITHLEY INSTRUMENTS,MODEL 24501,1,1.0",
        "Agilent Technologies,E4980A,MY1,A.02",
        "?",
    ],
)
def test_another_instrument_is_refused(identity):
    with (
        conversation(f"> *IDN?\n< {identity}") as link,
        pytest.raises(WrongInstrumentError, match="expected a Keithley 2450"),
    ):
        Keithley2450(link).connect()


def test_the_old_command_set_is_refused_with_the_way_out():
    with (
        conversation("""
            > *IDN?
            < KEITHLEY INSTRUMENTS,MODEL 2450,04365704,1.6.4c
            > *LANG?
            < SCPI2400
        """) as link,
        pytest.raises(WrongInstrumentError, match="SCPI2400; choose the SCPI command set"),
    ):
        Keithley2450(link).connect()


def test_off_is_an_open_relay_and_the_limit_is_in_force_before_the_output():
    with conversation(SOURCE_HALF_A_MILLIAMPERE) as link:
        sourcing(link)


def test_a_second_level_does_not_touch_the_relay_or_the_limit():
    with conversation(SOURCE_HALF_A_MILLIAMPERE + "\n> :SOUR:CURR -0.0005" + NO_ERROR) as link:
        sourcing(link).source_current(-0.5e-3, voltage_limit_v=4.3)


def test_a_larger_range_comes_before_its_level_and_a_smaller_one_after():
    with conversation(
        SOURCE_HALF_A_MILLIAMPERE
        + f"""
        > :SOUR:CURR:RANG 0.01
        > :SOUR:CURR 0.005
        {NO_ERROR}
        > :SOUR:CURR 0
        > :SOUR:CURR:RANG 1e-06
        {NO_ERROR}
        """.replace("        ", "")
    ) as link:
        meter = sourcing(link)
        meter.source_current(5e-3, voltage_limit_v=4.3)
        meter.rest_at_zero(voltage_limit_v=4.3)


def test_changing_to_a_voltage_opens_the_relay_first():
    with conversation(
        SOURCE_HALF_A_MILLIAMPERE
        + f"""
> :OUTP OFF
> :SENS:FUNC "CURR"
> :SOUR:FUNC VOLT
{OFF_IS_OPEN}
> :SOUR:VOLT 0
> :SOUR:VOLT:RANG 0.02
> :SOUR:VOLT:ILIM 0.001
> :SOUR:VOLT:ILIM?
< 1.000000E-03
> :SOUR:VOLT:RANG 2
> :SOUR:VOLT 0.05
> :OUTP ON
{NO_ERROR}
{READ}
< 1.000000000E+00, 5.000120000E-02, V, 2.500000000E-06, A, 192
"""
    ) as link:
        meter = sourcing(link)
        meter.source_voltage(0.05, current_limit_a=1e-3, span_v=0.5)
        reading = meter.read()
    assert reading.voltage_v == pytest.approx(0.0500012)
    assert reading.current_a == pytest.approx(2.5e-6)


def test_the_manuals_limited_reading_is_flagged_not_silently_logged():
    with conversation(
        f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n"
        "< 1.234500000E+01,1.000020000E-04,A,3.712345000E+00,V,224"
    ) as link:
        reading = sourcing(link).read()
    assert reading.time_s == 12.345
    assert reading.current_a == pytest.approx(1.00002e-4)
    assert reading.voltage_v == pytest.approx(3.712345)
    assert reading.flags is Flag.COMPLIANCE


@pytest.mark.parametrize(("status", "flags"), [("192", Flag.NONE), ("208", Flag.OVERLOAD)])
def test_a_reading_says_what_the_instrument_said_of_it(status, flags):
    with conversation(f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n< {ONE},{status}") as link:
        assert sourcing(link).read().flags == flags


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (f"{ONE},64", InstrumentFaultError, "the output went off by itself"),
        (f"{ONE},128", InstrumentFaultError, "not taken four-wire"),
        (f"{TIME},{ZERO},A,9.910000000E+37,V,192\n> (close)", BadReplyError, "overflow"),
        (f"{ONE}\n> (close)", BadReplyError, "expected 'time, source"),
        (f"{TIME},{ZERO},A,{ZERO},A,192\n> (close)", BadReplyError, "expected a CURR source"),
        (f"{TIME},{ZERO},A,3.70000000E+00,V,192\n> (close)", BadReplyError, "of 10 digits"),
        (f"{TIME},{ZERO},A,3.700000000,V,192\n> (close)", BadReplyError, "of 10 digits"),
        (f"{ONE},1x2\n> (close)", BadReplyError, "a whole number as status"),
    ],
)
def test_a_reading_that_is_none_is_refused(answer, error, words):
    with (
        conversation(f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n< {answer}") as link,
        pytest.raises(error, match=words),
    ):
        sourcing(link).read()


def test_nothing_is_read_before_anything_is_driven():
    with conversation(CONNECT) as link, pytest.raises(DriverError, match="nothing to read"):
        connected(link).read()


def test_every_error_of_the_queue_is_raised():
    script = SOURCE_HALF_A_MILLIAMPERE.rstrip().removesuffix(NO_ERROR.rstrip())
    with (
        conversation(
            script
            + """
> :SYST:ERR?
< -222,"Parameter data out of range;1;2015/05/06 12:55:33.648"
> :SYST:ERR?
< -113,"Undefined header;1;2015/05/06 12:55:33.648"
> :SYST:ERR?
< 0,"No error"
"""
        ) as link,
        pytest.raises(InstrumentFaultError, match=r"-222.*-113"),
    ):
        sourcing(link)


def test_a_limit_that_the_instrument_changed_is_not_accepted():
    script = SOURCE_HALF_A_MILLIAMPERE.replace("< 4.3", "< 2.0")
    with (
        conversation(script[: script.index("> :SOUR:CURR:RANG 0.001")]) as link,
        pytest.raises(InstrumentFaultError, match=r"voltage limit: 4.3 V was asked for and 2 V is"),
    ):
        sourcing(link)


def test_an_off_state_that_does_not_take_is_not_accepted():
    with (
        conversation(
            CONNECT + "> :ABOR\n" + OFF_IS_OPEN.replace("VOLT:SMOD?\n< HIMP", "VOLT:SMOD?\n< NORM")
        ) as link,
        pytest.raises(InstrumentFaultError, match="HIMP"),
    ):
        sourcing(link)


def test_a_limit_that_the_present_range_would_cut_is_set_on_the_lowest_range():
    script = f"""
{ENTER_CURRENT}
> :SOUR:CURR:VLIM 30
> :SOUR:CURR:VLIM?
< 30
> :SOUR:CURR:RANG 0.001
> :SOUR:CURR 0.0005
> :OUTP ON
{NO_ERROR}
"""
    larger = f"\n> :SOUR:CURR:RANG 1\n> :SOUR:CURR 0.5\n{NO_ERROR}"
    with conversation(SOURCE_HALF_A_MILLIAMPERE + larger + script) as link:
        meter = sourcing(link)
        meter.source_current(0.5, voltage_limit_v=4.3)
        meter.source_current(0.5e-3, voltage_limit_v=30.0)


@pytest.mark.parametrize(
    ("current_a", "limit_v", "words"),
    [
        (1.2, 4.3, "4.3 V with 1.2 A is beyond the 2450"),
        (0.5, 30.0, "30 V with 0.5 A is beyond the 2450"),
        (1e-3, 0.01, "voltage limit: 0.01 V is below the smallest allowed, 0.02 V"),
        (float("nan"), 4.3, "beyond the 2450"),
        (1e-3, float("nan"), "beyond the 2450"),
    ],
)
def test_a_current_or_limit_out_of_range_is_refused_and_nothing_is_sent(current_a, limit_v, words):
    with conversation("") as link, pytest.raises(OutOfRangeError, match=words):
        Keithley2450(link).source_current(current_a, voltage_limit_v=limit_v)


@pytest.mark.parametrize(("voltage_v", "limit_a"), [(211.0, 1e-3), (1.0, 1e-12), (1.0, 1.1)])
def test_a_voltage_or_limit_out_of_range_is_refused_and_nothing_is_sent(voltage_v, limit_a):
    with conversation("") as link, pytest.raises(OutOfRangeError):
        Keithley2450(link).source_voltage(voltage_v, current_limit_a=limit_a)


def test_making_safe_opens_the_relay_before_it_asks_anything():
    with conversation(CONNECT + "> :OUTP OFF\n> :OUTP?\n< 0\n" * 2) as link:
        meter = Keithley2450(link)
        meter.connect()
        meter.make_safe()
        meter.make_safe()


def test_making_safe_what_is_not_known_makes_its_off_an_open_relay_first():
    off_is_open = "> :OUTP:CURR:SMOD HIMP\n> :OUTP:VOLT:SMOD HIMP\n> :OUTP OFF\n> :OUTP?\n< 0\n"
    with conversation(
        f"{off_is_open}> :OUTP:CURR:SMOD?\n< HIMP\n> :OUTP:VOLT:SMOD?\n< HIMP"
    ) as link:
        Keithley2450(link).make_safe()


def test_an_output_that_does_not_go_off_is_told():
    with conversation(CONNECT + "> :OUTP OFF\n> :OUTP?\n< 1") as link:
        meter = Keithley2450(link)
        meter.connect()
        with pytest.raises(InstrumentFaultError, match="still on"):
            meter.make_safe()


def test_a_reading_that_is_told_twice_is_believed_once():
    script = f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n< {ONE},192\n{READ}\n< {ONE},192\n> (close)"
    with conversation(script) as link:
        meter = sourcing(link)
        meter.read()
        with pytest.raises(BadReplyError, match="no new one"):
            meter.read()
        with pytest.raises(LinkLostError, match=r"no new one.*connect again"):
            meter.read()


def test_making_safe_revives_a_dead_link():
    class Dead:
        said: tuple = ()

        def write(self, command):
            self.said += (command,)
            if len(self.said) == 1:
                raise LinkLostError("dead")

        def query(self, command):
            self.said += (command,)
            answers = {"*IDN?": "KEITHLEY INSTRUMENTS,MODEL 2450,1,1.0", ":OUTP?": "0"}
            return answers.get(command, "HIMP")

        def close(self):
            self.said += ("(close)",)

    link = Dead()
    Keithley2450(link).make_safe()
    assert link.said[1:3] == ("(close)", "*IDN?")
    assert link.said[5:7] == (":OUTP OFF", ":OUTP?")


def test_an_integration_time_out_of_range_is_refused():
    with conversation("") as link, pytest.raises(OutOfRangeError, match="nplc: 20 is outside"):
        Keithley2450(link, nplc=20)


NUMBERS = [value for value in vars(Keithley2450).values() if isinstance(value, Number)]


def test_every_setting_is_in_si_with_a_real_range():
    assert len(NUMBERS) >= 8
    for number in NUMBERS:
        assert number.unit in {"A", "V", "PLC"}
        assert number.low < number.high
        assert number.header.startswith(":")
