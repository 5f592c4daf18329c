"""The 1260's conversation, line by line, and its measurements on a twin before a solid cell."""

import math

import numpy as np
import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import ImpedanceMode, ImpedanceSweep
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.solartron.fra import IDENTITIES, FraTwin, OnCell
from solidcell.drivers.solartron_1260 import FraSettings, Solartron1260
from solidcell.drivers.solartron_1260_models import parse_point, recognise
from support.gpib_bench import behind_adapter, line_link, wire_to
from support.gpib_transcript import gpib_conversation

pytestmark = pytest.mark.proves("solartron_1260", transcript="12600012; settings as in vtipy")

IDENTITY = "> *IDN?\n< SCHLUMBERGER TECHNOLOGIES, 1260 IMPEDANCE ANALYZER, 0, 0\n"
QUIET = "> ?VA\n< +0.0000E+00\n> ?VB\n< +0.0000E+00\n> ?IA\n< +0.0000E+00\n> ?IB\n< +0.0000E+00\n"
FORMATS = "> OS 0\n> OT 1\n"
CONNECT = f"{IDENTITY}{FORMATS}{QUIET}{IDENTITY}"
NO_ERROR = "> ?ER\n< 00\n"
SET_UP = f"""{FORMATS}> BK
> CE
> OP 2,1
> CZ 0
> CV 0
> ME 0
> AU 0
> MS 0
> BP 0
> SO 1,3
> RA 1,0
> RA 3,0
> DC 1,0
> DC 3,0
> IP 1,1
> OU 1,0
> GT 0
{NO_ERROR}> FR 1.0000000E+06
> VB 0.0000E+00
> ?VB
< +0.0000E+00
> VA 1.0000E-02
> ?VA
< +1.0000E-02
{NO_ERROR}"""
POINT = "> IS 1.0000E+00\n> FR 1.0000000E+06\n> SI\n< …\n"
READING = "+1.0000000E+06,+3.8510E+00,-7.5417E+01,0,00"
ZEROS = "> VA 0\n> VB 0\n> IA 0\n> IB 0\n"
SWITCH_OFF = f"> BK\n{ZEROS}{QUIET}"
DISTRUSTED = f"> (close)\n{IDENTITY}"
ONE = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=1e6, points_per_decade=1, amplitude=0.01
)


def performed(script):
    """Connect, sweep one frequency, and return the points."""
    with gpib_conversation(CONNECT + script) as link:
        device = Solartron1260(link, JumpClock())
        device.connect()
        return [point for point in device.perform(ONE) if point is not None]


def told(reading, then=SWITCH_OFF):
    return performed(f"{SET_UP}{POINT}< {reading}\n{then}")


def test_connecting_asks_for_levels_and_sets_only_the_form_of_answers():
    with gpib_conversation(CONNECT) as link:
        device = Solartron1260(link)
        assert device.connect() is OutputState.OFF
    assert device.identity.model == "1260"
    assert device.identity.serial == ""


def test_a_level_that_is_found_may_be_at_the_cell_or_not():
    with gpib_conversation(f"{IDENTITY}{FORMATS}> ?VA\n< +1.0000E-02\n{IDENTITY}") as link:
        assert Solartron1260(link).connect() is OutputState.UNKNOWN


@pytest.mark.parametrize("reply", IDENTITIES.values())
def test_every_form_of_its_name_is_known(reply):
    assert recognise(reply).model in ("1260", "1255B")


def test_an_analyser_without_a_current_input_is_refused():
    with (
        gpib_conversation(f"> *IDN?\n< {IDENTITIES['1255B']}") as link,
        pytest.raises(WrongInstrumentError, match="it needs a 1287 beside it"),
    ):
        Solartron1260(link).connect()


@pytest.mark.parametrize("reply", ["ALPHA Analyzer, Novocontrol, 1", "KEITHLEY,1260", "1260", ""])
def test_another_instrument_is_refused(reply):
    with pytest.raises(WrongInstrumentError, match="expected a Solartron 1260 or 1255"):
        recognise(reply)


def test_a_point_is_asked_for_and_waited_for():
    (point,) = told(READING)
    assert point.z_ohm == 3.851 - 75.417j
    assert point.frequency_hz == 1e6
    assert point.flags is Flag.NONE
    assert point.time_s > 1.0


@pytest.mark.parametrize("digit", range(1, 10))
def test_a_reading_with_an_error_is_kept_and_marked(digit):
    (point,) = told(READING.replace(",0,00", f",{digit},00"))
    assert point.flags is Flag.OVERLOAD


@pytest.mark.parametrize(
    "reading",
    [
        READING[1:],
        READING[3:],
        READING.replace(",0,00", ""),
        READING.replace("+3.8510E+00,", ""),
        READING + "," + READING,
        "",
    ],
)
def test_a_reading_with_a_part_missing_is_no_reading(reading):
    with pytest.raises(BadReplyError, match="expected a frequency, two numbers and an error"):
        told(reading, then=DISTRUSTED + SWITCH_OFF)


def test_the_reading_of_another_frequency_is_no_reading():
    with pytest.raises(BadReplyError, match="a point at 1e\\+06 Hz was asked for"):
        told(READING.replace("+06", "+05"), then=DISTRUSTED + SWITCH_OFF)


def test_a_command_that_it_did_not_take_ends_the_sweep_before_it_has_a_signal():
    script = SET_UP.partition(NO_ERROR)[0]
    with pytest.raises(InstrumentFaultError, match="reports error 05"):
        performed(f"{script}> ?ER\n< 05\n> CE\n{SWITCH_OFF}")


def test_a_signal_that_was_not_taken_over_is_no_signal():
    script = SET_UP.replace("< +1.0000E-02", "< +2.0000E-02").rpartition(NO_ERROR)[0]
    with pytest.raises(InstrumentFaultError, match="VA"):
        performed(script + SWITCH_OFF)


@pytest.mark.parametrize("level", ["VA", "VB", "IA", "IB"])
def test_a_level_that_stays_is_a_fault(level):
    kept, _, _ = QUIET.replace(f"?{level}\n< +0", f"?{level}\n< +1").partition("+1.0000E+00\n")
    with gpib_conversation(f"{CONNECT}> BK\n{ZEROS}{kept}+1.0000E+00\n") as link:
        device = Solartron1260(link)
        device.connect()
        with pytest.raises(InstrumentFaultError, match=f"{level} is still 1"):
            device.make_safe()


@pytest.mark.parametrize(
    ("highest_hz", "amplitude", "mode", "fits"),
    [
        (1e7, 3.0, ImpedanceMode.POTENTIOSTATIC, True),
        (1.1e7, 1.1, ImpedanceMode.POTENTIOSTATIC, False),
        (1.1e7, 0.02, ImpedanceMode.GALVANOSTATIC, True),
        (1e7, 0.061, ImpedanceMode.GALVANOSTATIC, False),
    ],
)
def test_more_signal_than_it_has_at_a_frequency_is_refused_before_anything_is_sent(
    highest_hz, amplitude, mode, fits
):
    sweep = ImpedanceSweep(
        frequency_max_hz=highest_hz,
        frequency_min_hz=1.0,
        points_per_decade=1,
        amplitude=amplitude,
        mode=mode,
    )
    with gpib_conversation(CONNECT) as link:
        device = Solartron1260(link)
        device.connect()
        if fits:
            device.check(sweep)
            return
        with pytest.raises(OutOfRangeError, match="amplitude"):
            device.perform(sweep)


def test_an_integration_that_it_does_not_have_is_refused():
    with pytest.raises(OutOfRangeError):
        FraSettings(integration_s=math.nan)


@pytest.mark.proves("solartron_1260", recorded="adamalderton/vtipy2: example_data")
@pytest.mark.parametrize(
    ("recorded", "frequency_hz", "ratio"),  # its program keeps four of the fields
    [
        ("+1.0000000E+06,+3.8886E+00,+7.2552E+01,0", 1e6, 3.8886 + 72.552j),
        ("+8.4000000E+02,+1.2479E+03,-3.7247E+01,0", 840.0, 1247.9 - 37.247j),
        ("+2.2000000E-01,+5.5915E+04,+9.5568E+00,0", 0.22, 55915 + 9.5568j),
    ],
)
def test_recorded_readings_are_read(recorded, frequency_hz, ratio):
    point = parse_point(recorded)
    assert point.frequency_hz == frequency_hz
    assert point.ratio == pytest.approx(ratio, rel=1e-12)
    assert point.flags is Flag.NONE


@pytest.mark.parametrize("mode", list(ImpedanceMode))
def test_the_cell_s_impedance_comes_out(mode):
    clock = JumpClock()
    rig = load_rig("llzo", clock)
    front_end = rig.front_end(IDEAL)
    twin = behind_adapter(clock, FraTwin(OnCell(front_end), clock), 4)
    device = Solartron1260(line_link(wire_to(twin, clock)), clock)
    device.connect()
    current = mode is ImpedanceMode.GALVANOSTATIC
    sweep = ImpedanceSweep(
        frequency_max_hz=1e6,
        frequency_min_hz=0.1,
        points_per_decade=2,
        amplitude=1e-5 if current else 0.01,
        bias=1e-6 if current else 0.0,
        mode=mode,
    )
    beats = list(device.perform(sweep))
    points = [point for point in beats if point is not None]
    true = rig.cells[0].impedance(np.array([point.frequency_hz for point in points]))
    assert np.abs(np.array([point.z_ohm for point in points]) / true - 1).max() < 3e-4
    assert beats.count(None) >= len(points) == 15
    assert front_end.is_open
    assert device.silence_s(sweep) > 20.0
