"""The analyser's conversation, line by line, in the order that keeps a cell unharmed."""

import math
import struct
from dataclasses import replace

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.e4990a import E4990ASettings, e4990a
from solidcell.drivers.e4990a_models import highest_hz, recognise
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import ImpedanceMode, ImpedanceSweep
from support.transcript import conversation

pytestmark = pytest.mark.proves("e4990a", transcript="E4990A Help, and two programs that use it")

NO_ERROR = '> :SYST:ERR?\n< +0,"No error"\n'
IDENTITY = "> *IDN?\n< Keysight Technologies,E4990A,MY54101596,A.03.00\n"
CONNECT = f"""{IDENTITY}{NO_ERROR}> *OPT?
< 120
> *OPT?
< 120
> :SOUR1:MODE?
< VOLT
> :SOUR1:VOLT?
< +5.00000000000E-003
> :SOUR1:BIAS:STAT?
< 0
{NO_ERROR}{IDENTITY}"""
VOLTAGE = """> :SOUR1:MODE VOLT
> :SOUR1:VOLT 0.05
> :SOUR1:VOLT?
< +5.00000000000E-002
"""
PREPARE = f"""> :ABOR
> :INIT1:CONT ON
> :TRIG:SOUR BUS
> :SOUR1:BIAS:STAT OFF
> :CALC1:PAR1:DEF R
> :CALC1:PAR2:DEF X
> :CALC1:PAR1:SEL
> :SENS1:SWE:TYPE LOG
> :SENS1:SWE:DIR UP
> :SENS1:FREQ:STAR 1000000
> :SENS1:FREQ:STOP 100000000
> :SENS1:SWE:POIN 3
> :SENS1:APER:TIME 3
> :SENS1:AVER:COUN 1
> :SENS1:AVER:STAT ON
> :CALC1:AVER OFF
> :SOUR1:ALC OFF
{VOLTAGE}> :FORM:DATA ASC
> :FORM:BORD NORM
{NO_ERROR}"""
TRIGGER = f"""> *ESR?
< +0
> :TRIG:SING
> *OPC
{NO_ERROR}"""
DONE = """> *ESR?
< +0
> *ESR?
< +1
> :STAT:OPER:COND?
< +32
"""
FREQUENCIES = "+1.00000000000E+006,+1.00000000000E+007,+1.00000000000E+008"
DATA = (
    "+1.80000000000E+002,-9.00000000000E+000,+1.50000000000E+002,-6.00000000000E+001,"
    "+1.00000000000E+001,-4.00000000000E+001"
)
SWITCH_OFF = """> :ABOR
> :TRIG:SOUR BUS
> :SOUR1:BIAS:STAT OFF
> :SOUR1:MODE VOLT
> :SOUR1:VOLT 0.005
> :SOUR1:BIAS:STAT?
< 0
> :SOUR1:VOLT?
< +5.00000000000E-003
"""
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e8, frequency_min_hz=1e6, points_per_decade=1, amplitude=0.05
)


def connected(link, transfer="ascii"):
    analyser = e4990a(link, clock=JumpClock(), how=E4990ASettings(transfer=transfer))
    analyser.connect()
    return analyser


def fetched(frequencies=FREQUENCIES, data=DATA):
    return f"> :SENS1:FREQ:DATA?\n< {frequencies}\n> :CALC1:DATA:RDAT?\n< {data}\n"


def swept(script, sweep=SWEEP, transfer="ascii"):
    with conversation(CONNECT + script) as link:
        return [p for p in connected(link, transfer).perform(sweep) if p is not None]


def test_connecting_reads_identity_option_level_and_bias_and_sets_nothing():
    with conversation(CONNECT) as link:
        analyser = e4990a(link)
        assert analyser.connect() is OutputState.OFF
    assert analyser.identity.serial == "MY54101596"
    assert analyser.envelope.frequency_max_hz == 120e6


@pytest.mark.parametrize(
    "script",
    [
        CONNECT.replace("< 0\n", "< 1\n"),
        CONNECT.replace("E-003", "E-001").replace("> :SOUR1:BIAS:STAT?\n< 0\n", ""),
        CONNECT.replace("< VOLT\n> :SOUR1:VOLT?\n< +5.00000000000E-003", "< CURR").replace(
            "> :SOUR1:BIAS:STAT?\n< 0\n", ""
        ),
    ],
)
def test_a_bias_or_more_than_the_least_signal_is_reported_and_left(script):
    with conversation(script) as link:
        assert e4990a(link).connect() is OutputState.ON


def test_two_answers_to_what_is_fitted_are_none():
    one = CONNECT[: CONNECT.index("> *OPT?")] + "> *OPT?\n< 120\n> *OPT?\n< 12\n"
    with conversation(f"{one}> (close)\n{one}") as link, pytest.raises(BadReplyError, match="two"):
        e4990a(link).connect()


@pytest.mark.parametrize(
    ("options", "hz"), [(("010",), 10e6), (("001", "050"), 50e6), (("0",), 10e6)]
)
def test_the_option_says_how_far_it_reaches(options, hz):
    assert highest_hz(options) == hz


def test_another_instrument_is_refused():
    with pytest.raises(WrongInstrumentError, match="expected a Keysight E4990A"):
        recognise("Keysight Technologies,E4980A,MY46618801,B.07.05")


def test_a_sweep_is_triggered_once_awaited_and_read_with_the_frequencies_it_had():
    points = swept(f"{PREPARE}{TRIGGER}{DONE}{NO_ERROR}{fetched()}{SWITCH_OFF}")
    assert [point.frequency_hz for point in points] == [1e6, 1e7, 1e8]
    assert [point.z_ohm for point in points] == [180 - 9j, 150 - 60j, 10 - 40j]
    assert {point.flags for point in points} == {Flag.NONE}


def test_numbers_as_blocks_are_read_with_the_most_significant_byte_first():
    prepare = PREPARE.replace(":FORM:DATA ASC", ":FORM:DATA REAL")
    hz = "(block) " + struct.pack(">3d", 1e6, 1e7, 1e8).hex()
    z_ohm = "(block) " + struct.pack(">6d", 180, -9, 150, -60, 10, -40).hex()
    points = swept(
        f"{prepare}{TRIGGER}{DONE}{NO_ERROR}{fetched(hz, z_ohm)}{SWITCH_OFF}", transfer="binary"
    )
    assert [point.z_ohm for point in points] == [180 - 9j, 150 - 60j, 10 - 40j]


def test_a_sweep_during_which_the_analyser_complained_is_flagged_as_a_whole():
    complaint = f'> :SYST:ERR?\n< +101,"Overload"\n{NO_ERROR}'
    points = swept(f"{PREPARE}{TRIGGER}{DONE}{complaint}{fetched()}{SWITCH_OFF}")
    assert {point.flags for point in points} == {Flag.OVERLOAD_WARNING}


def test_a_point_that_was_overloaded_is_not_a_number():
    data = DATA.replace("+1.50000000000E+002", "+9.90000000000E+037")
    points = swept(f"{PREPARE}{TRIGGER}{DONE}{NO_ERROR}{fetched(data=data)}{SWITCH_OFF}")
    assert points[1].flags is Flag.OVERLOAD
    assert math.isnan(points[1].z_ohm.real)
    assert points[0].z_ohm == 180 - 9j


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (DONE.replace("< +32", "< +16"), "complete, and to be going on"),
        ("> *ESR?\n< 1.0\n", "expected a status register"),
        (
            f"{DONE}{NO_ERROR}> :SENS1:FREQ:DATA?\n< {FREQUENCIES[:39]}\n",
            r"expected 3 numbers .*, got 2",
        ),
        (
            f"{DONE}{NO_ERROR}> :SENS1:FREQ:DATA?\n< {FREQUENCIES.replace('E+007', 'E+006')}\n",
            r"1e\+07 Hz was asked for, and the sweep has 1e\+06 Hz",
        ),
        (DONE + NO_ERROR + fetched(data=DATA.replace("-4.0", "-4.")), "all their digits"),
        (DONE + NO_ERROR + fetched(data=DATA.replace("-4.0", "-4x0")), "with an exponent"),
    ],
)
def test_answers_that_are_none_end_the_sweep_and_the_signal_is_taken_away_anew(script, words):
    with conversation(
        f"{CONNECT}{PREPARE}{TRIGGER}{script}> (close)\n{IDENTITY}{SWITCH_OFF}"
    ) as link:
        analyser = connected(link)
        with pytest.raises(BadReplyError, match=words):
            list(analyser.perform(SWEEP))


def test_a_current_bias_is_read_back_before_it_is_on_and_is_taken_away_at_the_end():
    current = """> :SOUR1:MODE CURR
> :SOUR1:CURR 0.001
> :SOUR1:CURR?
< +1.00000000000E-003
"""
    bias = f"""> :SOUR1:BIAS:MODE CURR
> :SOUR1:BIAS:CURR -0.0002
> :SOUR1:BIAS:CURR?
< -2.00000000000E-004
> :SOUR1:BIAS:STAT ON
> :SOUR1:BIAS:STAT?
< 1
{NO_ERROR}"""
    sweep = replace(SWEEP, mode=ImpedanceMode.GALVANOSTATIC, amplitude=1e-3, bias=-2e-4)
    script = f"{PREPARE.replace(VOLTAGE, current)}{bias}{TRIGGER}{DONE}{NO_ERROR}"
    assert len(swept(f"{script}{fetched()}{SWITCH_OFF}", sweep=sweep)) == 3


def test_a_bias_that_stays_off_ends_the_sweep_before_anything_is_triggered():
    bias = """> :SOUR1:BIAS:MODE VOLT
> :SOUR1:BIAS:VOLT 1
> :SOUR1:BIAS:VOLT?
< +1.00000000000E+000
> :SOUR1:BIAS:STAT ON
> :SOUR1:BIAS:STAT?
< 0
"""
    with conversation(f"{CONNECT}{PREPARE}{bias}{SWITCH_OFF}") as link:
        analyser = connected(link)
        with pytest.raises(InstrumentFaultError, match="the bias is still off"):
            list(analyser.perform(replace(SWEEP, bias=1.0)))


def test_a_bias_that_stays_on_is_told_by_making_safe():
    script = SWITCH_OFF[: SWITCH_OFF.index("< 0")] + "< 1\n"
    with conversation(CONNECT + script) as link:
        analyser = connected(link)
        with pytest.raises(InstrumentFaultError, match="the bias is still on"):
            analyser.make_safe()


def test_compensation_is_told_with_the_points_at_which_each_standard_was_measured():
    with conversation(f"""{CONNECT}> :FORM:DATA ASC
> *ESE?;:SENS1:CORR2:LOAD?
< 0
> :SENS1:CORR2:OPEN?
< 1
> :SENS1:CORR2:SHOR?
< 0
> *ESE?;:SENS1:CORR:COLL:FPO?
< 0;USER
> :SENS:FIXT:SEL?
< "16047E"
> *ESE?;:SENS1:CORR2:ZME:OPEN:FREQ?
< 0;+1.00000000000E+006,+1.00000000000E+008
> *ESE?;:SENS1:CORR2:ZME:OPEN:DATA?
< 0;+1.0E+00,-2.0E+05,+1.0E-02,-1.5E+03
> :SYST:ERR?
< -113,"Undefined header"
{NO_ERROR}""") as link:
        notes = connected(link).notes()
    compensation = notes["compensation"]
    assert compensation["open"] is True
    assert compensation["load"] is None  # this one cannot be asked for it
    assert compensation["fixture"] == "16047E"
    assert compensation["points"] == "USER"
    assert compensation["standards"] == {
        "open": {"unit": "ohm", "points": [[1e6, 1.0, -2e5], [1e8, 0.01, -1.5e3]]}
    }
    assert notes["settings"] == {
        "aperture": 3,
        "averages": 1,
        "level_control": False,
        "transfer": "ascii",
    }


def test_a_single_frequency_is_refused_as_no_sweep():
    words = r"number of points: 1 is outside \[2, 1601\] of the E4990A to 120 MHz"
    with conversation(CONNECT) as link, pytest.raises(OutOfRangeError, match=words):
        connected(link).check(replace(SWEEP, frequency_min_hz=1e8))


def test_what_it_can_do_is_not_known_before_it_was_asked():
    with conversation("") as link, pytest.raises(DriverError, match="not connected"):
        e4990a(link).check(SWEEP)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"aperture": 6}, "aperture: 6 is not allowed: 1 to 5"),
        ({"averages": 1000}, "averages: 1000 is not allowed: 1 to 999"),
        ({"transfer": "real"}, "transfer: 'real'"),
    ],
)
def test_a_setting_that_the_analyser_does_not_have_is_refused(how, words):
    with pytest.raises(OutOfRangeError, match=words):
        E4990ASettings(**how)
