"""The Series 2400 driver's conversation, line by line, in the order that keeps a cell unharmed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.keithley_2400 import Keithley2400
from solidcell.drivers.keithley_2400_readings import TIMER_RANGE_S, parse_reading
from solidcell.drivers.readings import Flag
from solidcell.drivers.stopwatch import Stopwatch
from support.transcript import conversation

pytestmark = pytest.mark.proves("keithley_2400", transcript="2400S-900-01")

IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1207317,C30   Mar 17 2006 09:29:29/A02  /K/J"
NO_ERROR = """
> :SYST:ERR?
< 0,"No error"
"""
CONNECT = f"""
> *IDN?
< {IDENTITY}
{NO_ERROR}
> :OUTP?
< 0
> :OUTP:SMOD?
< HIMP
{NO_ERROR}
> *IDN?
< {IDENTITY}
"""
OFF_IS_OPEN = """
> :OUTP:SMOD HIMP
> :OUTP:SMOD?
< HIMP
"""
PREPARE = f"""
> :ABOR
{OFF_IS_OPEN}
> :OUTP OFF
> :SOUR:CLE:AUTO OFF
> :SYST:RSEN ON
> :SYST:AZER ON
> :FORM:DATA ASC
> :FORM:ELEM VOLT,CURR,TIME,STAT
> :ARM:SOUR IMM
> :ARM:COUN 1
> :TRIG:SOUR IMM
> :TRIG:COUN 1
> :TRIG:DEL 0
> :SENS:AVER OFF
> :SENS:FUNC:CONC ON
> :SENS:FUNC:OFF:ALL
> :SENS:FUNC "VOLT","CURR"
> :SENS:VOLT:NPLC 1
{NO_ERROR}
"""
ENTER_CURRENT = """
> :OUTP OFF
> :SOUR:FUNC CURR
> :SOUR:CURR:MODE FIX
> :SOUR:CURR 0
> :SOUR:CURR:RANG 1e-06
> :SENS:VOLT:RANG 0.2
"""
SOURCE_HALF_A_MILLIAMPERE = f"""
{CONNECT}
{PREPARE}
{ENTER_CURRENT}
> :SENS:VOLT:PROT 4.3
> :SENS:VOLT:PROT?
< 4.300000E+00
> :SENS:VOLT:RANG:AUTO ON
> :SOUR:CURR:RANG 0.001
> :SOUR:CURR 0.0005
> :OUTP ON
{NO_ERROR}
"""
READ = "> :OUTP?;:READ?"
STATUS = 1 << 22 | 1 << 15 | 1 << 12 | 1 << 11 | 1 << 2


def answer(volts="+3.700000E+00", amps="+5.000000E-04", at="+1.250000E+00", status=STATUS):
    return f"1;{volts},{amps},{at},{status:+.6E}"


def connected(link):
    meter = Keithley2400(link)
    meter.connect()
    return meter


def sourcing(link):
    meter = connected(link)
    meter.source_current(0.5e-3, voltage_limit_v=4.3)
    return meter


def test_connecting_reads_who_is_there_and_the_output_and_sets_nothing():
    with conversation(CONNECT) as link:
        meter = Keithley2400(link)
        assert meter.connect() is OutputState.OFF
    assert (meter.identity.model, meter.identity.serial) == ("2400", "1207317")
    assert meter.envelope.voltage_max_v == 210.0


def test_an_off_state_that_would_discharge_the_cell_is_replaced_after_everything_was_read():
    script = CONNECT.replace("> :OUTP:SMOD?\n< HIMP", "> :OUTP:SMOD?\n< NORM" + OFF_IS_OPEN)
    with conversation(script) as link:
        Keithley2400(link).connect()


def test_an_output_found_on_is_reported_and_left_on():
    with conversation(CONNECT.replace("> :OUTP?\n< 0", "> :OUTP?\n< 1")) as link:
        assert Keithley2400(link).connect() is OutputState.ON


@pytest.mark.parametrize(
    ("identity", "model", "volts"),
    [
        ("KEITHLEY INSTRUMENTS INC.,MODEL 2401,1,A01", "2401", 21.0),
        ("KEITHLEY INSTRUMENTS INC.,MODEL 2400-LV,1,A01", "2400-LV", 21.0),
        ("KEITHLEY INSTRUMENTS INC.,MODEL 2400-C,1,A01", "2400", 210.0),
        ("KEITHLEY INSTRUMENTS INC.,MODEL 2410,1,A01", "2410", 1100.0),
        ("KEITHLEY INSTRUMENTS INC., MODEL 2440, 1, A01", "2440", 42.0),
    ],
)
def test_every_model_is_known_with_what_it_reaches(identity, model, volts):
    with conversation(CONNECT.replace(IDENTITY, identity)) as link:
        meter = connected(link)
    assert (meter.identity.model, meter.envelope.voltage_max_v) == (model, volts)


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        ("KEITHLEY INSTRUMENTS,MODEL 2450,1,1.0", "its driver is keithley_2450, .* not SCPI2400"),
        ("KEITHLEY INSTRUMENTS INC.,MODEL 2182A,1,C01", "expected a Keithley of the Series 2400"),
        ("KEITHLEY INSTRUMENTS INC.,MODEL 24001,1,C01", "expected a Keithley of the Series 2400"),
        ("?", "expected a Keithley of the Series 2400"),
    ],
)
def test_another_instrument_is_refused_and_a_newer_one_is_told_its_driver(identity, words):
    with (
        conversation(f"> *IDN?\n< {identity}") as link,
        pytest.raises(WrongInstrumentError, match=words),
    ):
        Keithley2400(link).connect()


def test_a_2430_that_pulses_is_refused_since_its_off_is_always_a_source():
    script = f"> *IDN?\n< {IDENTITY}\n{NO_ERROR}> :SOUR:FUNC:SHAP?\n< PULS"
    with (
        conversation(script.replace("2400", "2430")) as link,
        pytest.raises(WrongInstrumentError, match=r"pulse mode.*choose DC"),
    ):
        Keithley2400(link).connect()


def test_the_limit_is_in_force_on_the_lowest_ranges_before_the_range_and_the_output():
    with conversation(SOURCE_HALF_A_MILLIAMPERE) as link:
        sourcing(link)


def test_a_second_level_does_not_touch_the_relay_or_the_limit():
    with conversation(SOURCE_HALF_A_MILLIAMPERE + "\n> :SOUR:CURR -0.0005" + NO_ERROR) as link:
        sourcing(link).source_current(-0.5e-3, voltage_limit_v=4.3)


def test_a_larger_range_comes_before_its_level_and_a_smaller_one_after():
    levels = f"""
> :SOUR:CURR:RANG 0.01
> :SOUR:CURR 0.005
{NO_ERROR}
> :SOUR:CURR 0
> :SOUR:CURR:RANG 1e-06
{NO_ERROR}
"""
    with conversation(SOURCE_HALF_A_MILLIAMPERE + levels) as link:
        meter = sourcing(link)
        meter.source_current(5e-3, voltage_limit_v=4.3)
        meter.rest_at_zero(voltage_limit_v=4.3)


def test_another_limit_that_the_instrument_takes_is_set_without_opening_the_relay():
    limit = f"""
> :SENS:VOLT:PROT 2
> :SENS:VOLT:PROT?
< 2.000000E+00
> :SOUR:CURR 0.0005
{NO_ERROR}
"""
    with conversation(SOURCE_HALF_A_MILLIAMPERE + limit) as link:
        sourcing(link).source_current(0.5e-3, voltage_limit_v=2.0)


def test_a_limit_below_a_thousandth_of_the_range_is_set_with_the_relay_open():
    limit = f"""
{ENTER_CURRENT}
> :SENS:VOLT:PROT 0.001
> :SENS:VOLT:PROT?
< 1.000000E-03
> :SENS:VOLT:RANG:AUTO ON
> :SOUR:CURR:RANG 0.001
> :SOUR:CURR 0.0005
> :OUTP ON
{NO_ERROR}
"""
    with conversation(SOURCE_HALF_A_MILLIAMPERE + limit) as link:
        sourcing(link).source_current(0.5e-3, voltage_limit_v=1e-3)


def test_changing_to_a_voltage_opens_the_relay_first():
    voltage = f"""
> :OUTP OFF
> :SOUR:FUNC VOLT
> :SOUR:VOLT:MODE FIX
> :SOUR:VOLT 0
> :SOUR:VOLT:RANG 0.2
> :SENS:CURR:RANG 1e-06
> :SENS:CURR:PROT 0.001
> :SENS:CURR:PROT?
< 1.000000E-03
> :SENS:CURR:RANG:AUTO ON
> :SOUR:VOLT:RANG 2
> :SOUR:VOLT 0.05
> :OUTP ON
{NO_ERROR}
{READ}
< {answer("+5.000120E-02", "+2.500000E-06", status=STATUS ^ (1 << 15 | 1 << 14))}
"""
    with conversation(SOURCE_HALF_A_MILLIAMPERE + voltage) as link:
        meter = sourcing(link)
        meter.source_voltage(0.05, current_limit_a=1e-3, span_v=0.5)
        reading = meter.read()
    assert (reading.voltage_v, reading.current_a) == (0.0500012, 2.5e-6)


def test_the_manuals_reading_is_understood():
    manual = "1;+1.000236E+00,+1.000000E-04,+7.282600E+01,+4.813200E+04"
    with pytest.raises(InstrumentFaultError, match="not taken four-wire"):
        parse_reading(manual, "CURR")  # its example is two-wire, and measures ohms too
    reading = parse_reading(manual.replace("+4.813200E+04", "+4.242436E+06"), "CURR")
    assert (reading.voltage_v, reading.current_a, reading.time_s) == (1.000236, 1e-4, 72.826)
    assert reading.flags is Flag.NONE


@pytest.mark.parametrize("bit", [3, 4, 16])
def test_a_reading_held_by_any_of_three_limits_is_flagged(bit):
    assert parse_reading(answer(status=STATUS | 1 << bit), "CURR").flags is Flag.COMPLIANCE


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ("0", InstrumentFaultError, "the output went off by itself"),
        (answer(status=STATUS ^ 1 << 22), InstrumentFaultError, "not taken four-wire"),
        (answer("+9.900000E+37"), BadReplyError, "overflow"),
        (answer(amps="+9.910000E+37"), BadReplyError, "overflow"),
        (answer("+3.70000E+00"), BadReplyError, "of 7 digits"),
        (answer(status=STATUS ^ 1 << 11), BadReplyError, "both measured"),
        (answer(status=STATUS ^ (1 << 15 | 1 << 14)), BadReplyError, "expected a CURR source"),
        (answer() + ",+1.000000E+00", BadReplyError, "expected 'output;voltage"),
        ("1", BadReplyError, "expected 'output;voltage"),
        (answer(status=-4), BadReplyError, "expected a status word"),
        (answer(status=1.5), BadReplyError, "expected a status word"),
    ],
)
def test_a_reading_that_is_none_is_refused(said, error, words):
    closed = "> (close)" if error is BadReplyError else ""
    with (
        conversation(f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n< {said}\n{closed}") as link,
        pytest.raises(error, match=words),
    ):
        sourcing(link).read()


def test_a_reading_that_is_told_twice_is_believed_once():
    script = f"{SOURCE_HALF_A_MILLIAMPERE}\n{READ}\n< {answer()}\n{READ}\n< {answer()}\n> (close)"
    with conversation(script) as link:
        meter = sourcing(link)
        meter.read()
        with pytest.raises(BadReplyError, match="no new one"):
            meter.read()
        with pytest.raises(LinkLostError, match="connect again"):
            meter.read()


@settings(max_examples=50)
@given(st.lists(st.floats(0.01, 4e4), min_size=1, max_size=20))
def test_time_only_grows_although_its_stamp_starts_anew(steps_s):
    stopwatch, at_s, last_s = Stopwatch(TIMER_RANGE_S), 99_000.0, 0.0
    first_s = stopwatch.time_s(at_s)
    for step_s in steps_s:
        at_s += step_s
        last_s = stopwatch.time_s(at_s % TIMER_RANGE_S)
        assert last_s - first_s == pytest.approx(at_s - 99_000.0, abs=1e-6)


def test_nothing_is_read_before_anything_is_driven():
    with conversation(CONNECT) as link, pytest.raises(DriverError, match="nothing to read"):
        connected(link).read()


def test_every_error_of_the_queue_is_raised():
    script = SOURCE_HALF_A_MILLIAMPERE.rstrip().removesuffix(NO_ERROR.rstrip())
    errors = """
> :SYST:ERR?
< +826,"Attempt to exceed power limit"
> :SYST:ERR?
< -222,"Parameter data out of range"
"""
    with (
        conversation(script + errors + NO_ERROR) as link,
        pytest.raises(InstrumentFaultError, match=r"\+826.*-222"),
    ):
        sourcing(link)


def test_after_an_error_nothing_is_taken_for_set():
    refused = f"""
> :SOUR:CURR -0.0005
> :SYST:ERR?
< -222,"Parameter data out of range"
{NO_ERROR}
"""
    anew = SOURCE_HALF_A_MILLIAMPERE[SOURCE_HALF_A_MILLIAMPERE.index(ENTER_CURRENT) :]
    with conversation(SOURCE_HALF_A_MILLIAMPERE + refused + anew) as link:
        meter = sourcing(link)
        with pytest.raises(InstrumentFaultError, match="-222"):
            meter.source_current(-0.5e-3, voltage_limit_v=4.3)
        with pytest.raises(DriverError, match="nothing to read"):
            meter.read()
        meter.source_current(0.5e-3, voltage_limit_v=4.3)


def test_a_limit_that_the_instrument_changed_is_not_accepted():
    script = SOURCE_HALF_A_MILLIAMPERE.replace("< 4.300000E+00", "< 2.000000E+00")
    with (
        conversation(script[: script.index("> :SENS:VOLT:RANG:AUTO")]) as link,
        pytest.raises(InstrumentFaultError, match=r"voltage limit: 4.3 V was asked for and 2 V is"),
    ):
        sourcing(link)


@pytest.mark.parametrize(
    ("current_a", "limit_v", "words"),
    [
        (1.2, 4.3, "4.3 V with 1.2 A is beyond the 2400"),
        (0.5, 30.0, "30 V with 0.5 A is beyond the 2400"),
        (1e-3, 1e-4, "voltage limit: 0.0001 V is below the smallest allowed, 0.0002 V"),
        (float("nan"), 4.3, "beyond the 2400"),
        (1e-3, float("nan"), "beyond the 2400"),
    ],
)
def test_a_current_or_limit_out_of_range_is_refused_and_nothing_is_sent(current_a, limit_v, words):
    with conversation("") as link, pytest.raises(OutOfRangeError, match=words):
        Keithley2400(link).source_current(current_a, voltage_limit_v=limit_v)


@pytest.mark.parametrize(("voltage_v", "limit_a"), [(211.0, 1e-3), (1.0, 1e-12), (1.0, 1.1)])
def test_a_voltage_or_limit_out_of_range_is_refused_and_nothing_is_sent(voltage_v, limit_a):
    with conversation("") as link, pytest.raises(OutOfRangeError):
        Keithley2400(link).source_voltage(voltage_v, current_limit_a=limit_a)


@pytest.mark.parametrize("nplc", [0.1, 20.0, float("nan")])
def test_an_integration_time_that_would_hide_an_old_reading_is_refused(nplc):
    with conversation("") as link, pytest.raises(OutOfRangeError, match="nplc"):
        Keithley2400(link, nplc=nplc)


def test_making_safe_opens_the_relay_before_it_asks_anything():
    with conversation(CONNECT + "> :OUTP OFF\n> :OUTP?\n< 0\n" * 2) as link:
        meter = connected(link)
        meter.make_safe()
        meter.make_safe()


def test_making_safe_what_is_not_known_makes_its_off_an_open_relay_first():
    script = "> :OUTP:SMOD HIMP\n> :OUTP OFF\n> :OUTP?\n< 0\n> :OUTP:SMOD?\n< HIMP"
    with conversation(script) as link:
        Keithley2400(link).make_safe()


def test_an_output_that_does_not_go_off_is_told():
    with conversation(CONNECT + "> :OUTP OFF\n> :OUTP?\n< 1") as link:
        meter = connected(link)
        with pytest.raises(InstrumentFaultError, match="still on"):
            meter.make_safe()
