"""The LCR meter's conversation, line by line, in the order that keeps a cell unharmed."""

import math
import struct

import pytest
from solidcell.drivers.capabilities import HasNotes, OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.e4980a import E4980ASettings, e4980a
from solidcell.drivers.e4980a_models import point_time_s, recognise
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import ImpedanceMode, ImpedanceSweep, Rest, SegmentEnd
from support.transcript import conversation

pytestmark = pytest.mark.proves(
    "e4980a", transcript="E4980A/AL User's Guide: status registers, forms of data and status"
)

NO_ERROR = '> :SYST:ERR?\n< +0,"No error"\n'
IDENTITY = "> *IDN?\n< Keysight Technologies,E4980A,MY46618801,B.07.05\n"
CONNECT = f"""{IDENTITY}{NO_ERROR}> *OPT?
< 001
> *OPT?
< 001
> *ESE?;:VOLT?
< 0;+0.00000E+00
> :BIAS:STAT?
< 0
{NO_ERROR}{IDENTITY}"""
PREPARE = f"""> :ABOR
> :TRIG:SOUR BUS
> :BIAS:STAT OFF
> :FORM ASC
> :FORM:ASC:LONG ON
> :FUNC:IMP RX
> :FUNC:IMP:RANG:AUTO ON
> :APER MED,1
> :AMPL:ALC OFF
> :VOLT 0.05
> :VOLT?
< +5.00000E-02
> :DISP:PAGE LIST
> :LIST:MODE SEQ
> :INIT:CONT ON
{NO_ERROR}"""
LOAD = f"""> :FORM ASC
> :LIST:FREQ 1000000,100000,10000
> :LIST:FREQ?
< +1.00000E+06,+1.00000E+05,+1.00000E+04
{NO_ERROR}"""
TRIGGER = f"""> :STAT:OPER:EVEN?
< +0
> :TRIG:IMM
{NO_ERROR}"""
DONE = """> :STAT:OPER:EVEN?
< +16
> :STAT:OPER:EVEN?
< +24
"""  # a point is complete, then the list
WAITING = "> :STAT:OPER:EVEN?\n< +0\n"
SWITCH_OFF = """> :ABOR
> :TRIG:SOUR BUS
> :BIAS:STAT OFF
> :VOLT 0
> :BIAS:STAT?
< 0
> :VOLT?
< +0.00000E+00
"""
A = "+1.200000000E+03,-5.000000000E+01"
B = "+1.210000000E+03,-4.000000000E+02"
C = "+1.500000000E+03,-9.000000000E+02"
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=1e4, points_per_decade=1, amplitude=0.05
)


def connected(link, **how):
    meter = e4980a(link, clock=JumpClock(), how=E4980ASettings(**{"transfer": "ascii", **how}))
    meter.connect()
    return meter


def swept(fetched, load=LOAD, sweep=SWEEP, **how):
    with conversation(
        f"{CONNECT}{PREPARE}{load}{TRIGGER}{DONE}> :FETC?\n< {fetched}\n{NO_ERROR}{SWITCH_OFF}"
    ) as link:
        return [point for point in connected(link, **how).perform(sweep) if point is not None]


def test_connecting_reads_identity_options_level_and_bias_and_sets_nothing():
    with conversation(CONNECT) as link:
        meter = e4980a(link)
        assert meter.connect() is OutputState.OFF
    assert meter.identity.serial == "MY46618801"
    assert meter.envelope.frequency_max_hz == 2e6
    assert meter.envelope.segments == {"ImpedanceSweep"}
    assert isinstance(meter, HasNotes)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("< 0;+0.00000E+00", "< 0;+1.00000E+00"),
        ("< 0;+0.00000E+00", "< 0"),  # in current mode a question for the voltage has no answer
        ("> :BIAS:STAT?\n< 0", "> :BIAS:STAT?\n< 1"),
    ],
)
def test_a_signal_or_a_bias_that_is_found_is_reported_and_left(asked, answered):
    script = CONNECT.replace(asked, answered)
    if answered != "> :BIAS:STAT?\n< 1":
        script = script.replace("> :BIAS:STAT?\n< 0\n", "")  # one of both is enough
    with conversation(script) as link:
        assert e4980a(link).connect() is OutputState.ON


@pytest.mark.parametrize(
    "reply",
    ["Keysight Technologies,E4990A,MY1,A.01", "KEITHLEY INSTRUMENTS,MODEL 2450,1,1", "?", ""],
)
def test_another_instrument_is_refused(reply):
    with pytest.raises(WrongInstrumentError, match="expected a Keysight E4980A"):
        recognise(reply)


def test_the_old_name_of_its_maker_is_known():
    assert recognise("Agilent Technologies,E4980A,MY1,A.02.10").manufacturer.startswith("Agilent")


def test_a_list_is_read_back_triggered_and_fetched_once_the_meter_says_it_is_complete():
    points = swept(f"{A},+0,+0,{B},+0,+0,{C},+0,+0")
    assert [point.frequency_hz for point in points] == [1e6, 1e5, 1e4]
    assert points[0].z_ohm == 1200 - 50j
    assert points[2].z_ohm == 1500 - 900j
    assert {point.flags for point in points} == {Flag.NONE}
    times = [point.time_s for point in points]
    assert 0 < times[0] < times[1] < times[2]


def test_the_frequencies_that_the_meter_says_are_recorded():
    load = LOAD.replace("< +1.00000E+06", "< +9.99000E+05")
    points = swept(f"{A},+0,+0,{B},+0,+0,{C},+0,+0", load=load)
    assert points[0].frequency_hz == 9.99e5


def test_a_list_that_is_not_the_one_that_was_sent_is_not_measured():
    load = LOAD.replace("+1.00000E+05", "+1.00000E+04")[: -len(NO_ERROR)]
    with conversation(f"{CONNECT}{PREPARE}{load}> (close)\n{IDENTITY}{SWITCH_OFF}") as link:
        meter = connected(link)
        with pytest.raises(BadReplyError, match=r"100000 Hz was asked .* has 10000 Hz"):
            list(meter.perform(SWEEP))


@pytest.mark.parametrize(
    ("status", "flags"), [("+3", Flag.COMPLIANCE), ("+4", Flag.COMPLIANCE), ("+0", Flag.NONE)]
)
def test_each_point_says_whether_the_source_kept_its_level(status, flags):
    points = swept(f"{A},{status},+0,{B},+0,+0,{C},+0,+0")
    assert points[0].flags is flags
    assert points[0].z_ohm == 1200 - 50j


def test_a_point_that_was_overloaded_is_not_a_number():
    points = swept(f"+9.900000000E+37,+9.900000000E+37,+1,+0,{B},+0,+0,{C},+0,+0")
    assert points[0].flags is Flag.OVERLOAD
    assert math.isnan(points[0].z_ohm.real)
    assert points[1].z_ohm == 1210 - 400j


def test_numbers_as_a_block_are_read_with_the_most_significant_byte_first():
    numbers = struct.pack(">12d", 1200, -50, 0, 0, 1210, -400, 0, 0, 1500, -900, 3, 0).hex()
    load = LOAD.replace(NO_ERROR, "") + "> :FORM REAL\n> :FORM:BORD NORM\n" + NO_ERROR
    points = swept(f"(block) {numbers}", load=load, transfer="binary")
    assert [point.z_ohm for point in points] == [1200 - 50j, 1210 - 400j, 1500 - 900j]
    assert points[2].flags is Flag.COMPLIANCE


@pytest.mark.parametrize(
    ("fetched", "words"),
    [
        (f"{A},+0,+0,{B},+0,+0", "3 points of 4 fields, got 8"),
        (f"{A},-1,+0,{B},+0,+0,{C},+0,+0", "expected one of the statuses"),
        (f"{A},0,+0,{B},+0,+0,{C},+0,+0", "a sign and a digit as status"),
        (f"+1.20000000E+03,-5.000000000E+01,+0,+0,{B},+0,+0,{C},+0,+0", "of 10 digits"),
        (f"+9.900000000E+37,+0.000000000E+00,+0,+0,{B},+0,+0,{C},+0,+0", "overflow"),
    ],
)
def test_data_that_are_none_end_the_sweep_and_the_meter_is_made_quiet_anew(fetched, words):
    with conversation(
        f"{CONNECT}{PREPARE}{LOAD}{TRIGGER}{DONE}> :FETC?\n< {fetched}\n> (close)\n"
        f"{IDENTITY}{SWITCH_OFF}"
    ) as link:
        meter = connected(link)
        with pytest.raises(BadReplyError, match=words):
            list(meter.perform(SWEEP))


def test_a_bias_is_set_and_read_back_before_it_is_switched_on_and_taken_away_at_the_end():
    bias = f"""> :BIAS:VOLT -1.5
> :BIAS:VOLT?
< -1.50000E+00
> :BIAS:STAT ON
> :BIAS:STAT?
< 1
{NO_ERROR}"""
    sweep = ImpedanceSweep(
        frequency_max_hz=1e6, frequency_min_hz=1e4, points_per_decade=1, amplitude=0.05, bias=-1.5
    )
    with conversation(
        f"{CONNECT}{PREPARE}{bias}{LOAD}{TRIGGER}{DONE}> :FETC?\n"
        f"< {A},+0,+0,{B},+0,+0,{C},+0,+0\n{NO_ERROR}{SWITCH_OFF}"
    ) as link:
        assert len([point for point in connected(link).perform(sweep) if point]) == 3


def test_a_current_is_the_level_of_a_galvanostatic_sweep():
    prepare = PREPARE.replace(
        "> :VOLT 0.05\n> :VOLT?\n< +5.00000E-02", "> :CURR 0.001\n> :CURR?\n< +1.00000E-03"
    )
    sweep = ImpedanceSweep(
        frequency_max_hz=1e6,
        frequency_min_hz=1e4,
        points_per_decade=1,
        amplitude=1e-3,
        mode=ImpedanceMode.GALVANOSTATIC,
    )
    with conversation(f"{CONNECT}{prepare}{LOAD}{TRIGGER}{WAITING}{SWITCH_OFF}") as link:
        running = connected(link).perform(sweep)
        assert next(running) is None
        running.close()


def test_a_level_that_is_not_in_force_ends_the_sweep_before_anything_is_triggered():
    prepare = PREPARE[: PREPARE.index("< +5")] + "< +2.00000E-02\n"
    with conversation(f"{CONNECT}{prepare}{SWITCH_OFF}") as link:
        meter = connected(link)
        with pytest.raises(InstrumentFaultError, match=r"0.05 V was asked for and 0.02 V is"):
            list(meter.perform(SWEEP))


def test_an_error_in_the_queue_ends_the_sweep_and_is_told():
    prepare = PREPARE.replace(
        NO_ERROR, '> :SYST:ERR?\n< -113,"Undefined header"\n> :SYST:ERR?\n< +0,"No error"\n'
    )
    with conversation(f"{CONNECT}{prepare}{SWITCH_OFF}") as link:
        meter = connected(link)
        with pytest.raises(InstrumentFaultError, match="Undefined header"):
            list(meter.perform(SWEEP))


def test_a_sweep_that_was_made_safe_meanwhile_ends_as_stopped():
    with conversation(f"{CONNECT}{PREPARE}{LOAD}{TRIGGER}{WAITING}{SWITCH_OFF}") as link:
        meter = connected(link)
        running = meter.perform(SWEEP)
        assert next(running) is None
        meter.make_safe()
        with pytest.raises(StopIteration) as end:
            next(running)
    assert end.value.value is SegmentEnd.STOPPED


def test_a_rest_is_refused_with_the_way_out():
    with conversation(CONNECT) as link:
        meter = connected(link)
        with pytest.raises(UnsupportedError, match=r"nothing else; .*needs a galvanostat"):
            meter.check(Rest(duration_s=1.0))


def test_compensation_is_told_with_its_state_its_cable_and_the_data_of_its_spots():
    with conversation(f"""{CONNECT}> *ESE?;:CORR:LOAD:STAT?
< 0;0
> *ESE?;:CORR:LENG?
< 0;+2
> :CORR:OPEN:STAT?
< 1
> :CORR:SHOR:STAT?
< 0
> *ESE?;:CORR:SPOT1:STAT?
< 0;1
> :CORR:SPOT1:FREQ?
< +1.00000E+03
> *ESE?;:CORR:SPOT2:STAT?
< 0
> *ESE?;:CORR:USE:DATA:SING?
< 0;+1.0E-09,+2.0E-09,+3.0E-01,+4.0E-01,+0.0E+00,+0.0E+00
> :SYST:ERR?
< -113,"Undefined header"
{NO_ERROR}""") as link:
        meter = connected(link, spots=2)
        compensation = meter.compensation()
    assert (compensation.open, compensation.short, compensation.load) == (True, False, False)
    assert compensation.cable_m == 2.0
    assert compensation.standards["open"].values == (1e-9 + 2e-9j,)
    assert compensation.standards["short"].frequencies_hz == (1e3,)
    assert compensation.standards["open"].unit == "S"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"aperture": "FAST"}, "aperture: 'FAST' is not allowed: SHOR, MED, LONG"),
        ({"averages": 0}, "averages: 0 is not allowed: 1 to 256"),
        ({"transfer": "text"}, "transfer: 'text'"),
        ({"spots": 202}, "spots: 202 is not allowed: 0 to 201"),
    ],
)
def test_a_setting_that_the_meter_does_not_have_is_refused(how, words):
    with pytest.raises(OutOfRangeError, match=words):
        E4980ASettings(**how)


def test_a_point_takes_longer_the_lower_its_frequency_and_the_more_it_is_averaged():
    for aperture in ("SHOR", "MED", "LONG"):
        times = [point_time_s(hz, aperture, 1) for hz in (20, 70, 1e3, 3e4, 2e6)]
        assert times == sorted(times, reverse=True)
        assert point_time_s(300.0, aperture, 8) == pytest.approx(
            8 * point_time_s(300.0, aperture, 1)
        )
