"""The Alpha-A's conversation, line by line, and its measurements on a twin before a solid cell."""

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
from solidcell.drivers.novocontrol_alpha import AlphaSettings, NovocontrolAlpha
from solidcell.drivers.novocontrol_alpha_models import ANSWERS, recognise
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import ImpedanceSweep, SegmentEnd
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.novocontrol_alpha import NovocontrolAlphaTwin
from solidcell.drivers.simulated.rig import load_rig
from support.gpib_bench import behind_adapter, eoi_link, wire_to
from support.gpib_transcript import gpib_conversation

pytestmark = pytest.mark.proves(
    "novocontrol_alpha", transcript="Alpha-A commands as three programs use them"
)

IDENTITY = "> *IDN?\n< ALPHA Analyzer, Novocontrol Technologies, 6.54_400_40_736_ATBF_16012018_G3\n"
CONNECT = f"{IDENTITY}> ACV?\n< ACV=0.000000e+00\n> DCE?\n< DCE=0\n{IDENTITY}"
PREPARE = """> MODE=IMP
< OK
> FRS=4
< OK
> DRS=0 0
< OK
> ZREFMODE=-3
< OK
> ZLLCOR=1
< OK
> ZSLCAL=0
< OK
> MTM=0.5
< OK
> ZCONSPL=1
< OK
> DCE?
< DCE=0
> GFR=5.000000e+02
< OK
> ACV=0.1
< OK
> ACV?
< ACV=1.000000e-01
"""
BEGIN = "> GFR=5.000000e+02\n< OK\n> MST\n"
RUNNING = "> ZTSTAT?\n< ZTSTAT=1 5\n"
DONE = "> ZTSTAT?\n< ZTSTAT=1 3\n"
EXAMPLE = "6.714035e+02 -1.029636e+02 4.999991e+02 2 0"
SWITCH_OFF = """> MBK
< OK
> ACV=0
< OK
> DCE?
< DCE=0
> ZCONSPL=0
< OK
> ACV?
< ACV=0.000000e+00
> DCE?
< DCE=0
"""
DISTRUSTED = f"> (close)\n{IDENTITY}"
ONE = ImpedanceSweep(
    frequency_max_hz=500.0, frequency_min_hz=500.0, points_per_decade=1, amplitude=0.1
)


def performed(script, sweep=ONE, **how):
    """Connect, sweep, and return the points."""
    with gpib_conversation(CONNECT + script) as link:
        device = NovocontrolAlpha(link, JumpClock(), how=AlphaSettings(**how))
        device.connect()
        return [point for point in device.perform(sweep) if point is not None]


def told(result=EXAMPLE, ended=DONE, then=SWITCH_OFF):
    return performed(f"{PREPARE}{BEGIN}{RUNNING}{ended}> ZRE?\n< ZRE={result}\n{then}")


def test_connecting_reads_who_is_there_and_whether_it_drives_and_sets_nothing():
    with gpib_conversation(CONNECT) as link:
        device = NovocontrolAlpha(link)
        assert device.connect() is OutputState.OFF
    assert device.identity.model == "AT"
    assert device.identity.serial == "400_40_736_ATBF_16012018_G3"
    assert device.identity.firmware == "6.54"
    assert device.envelope.frequency_max_hz == 4e7


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("ACV=0.000000e+00\n> DCE?\n< DCE=0", "ACV=1.000000e-01"), ("DCE=0", "DCE=1")],
)
def test_a_signal_or_a_bias_that_is_found_is_reported_and_left(asked, answered):
    with gpib_conversation(CONNECT.replace(asked, answered)) as link:
        assert NovocontrolAlpha(link).connect() is OutputState.ON


@pytest.mark.parametrize("letters", ["AL", "AK", "AN", "AT"])
def test_the_model_stands_in_its_name(letters):
    reply = f"ALPHA Analyzer, Novocontrol Technologies, 6.54_400_40_736_{letters}BF_2018_G3"
    assert recognise(reply).model == letters
    assert recognise(reply, "AK").model == "AK"


@pytest.mark.parametrize(
    "reply", ["1260 IMPEDANCE ANALYZER, SOLARTRON, 0, 0", "ALPHA Analyzer, Novocontrol", ""]
)
def test_another_instrument_is_refused(reply):
    with pytest.raises(WrongInstrumentError, match="expected a Novocontrol Alpha-A"):
        recognise(reply)


@pytest.mark.parametrize("ended", [DONE, f"> ZTSTAT?\n< OK\n{DONE[10:]}"])
def test_a_point_comes_with_its_trigger_acknowledged_or_not(ended):
    (point,) = told(ended=ended)
    assert point.z_ohm == 671.4035 - 102.9636j
    assert point.frequency_hz == 499.9991
    assert point.flags is Flag.NONE
    assert point.time_s > 1.0  # cell and reference, half a second each


@pytest.mark.parametrize("status", [3, 4, 5])
def test_a_result_outside_its_ranges_is_kept_and_marked(status):
    (point,) = told(EXAMPLE.replace(" 2 0", f" {status} 0"))
    assert point.flags is Flag.OVERLOAD


@pytest.mark.parametrize(
    ("result", "error", "says"),
    [
        (EXAMPLE.replace(" 2 0", " 0 0"), BadReplyError, "its result is not there"),
        (EXAMPLE.replace(" 2 0", " 1 0"), BadReplyError, "its result is not there"),
        (EXAMPLE.replace(" 2 0", " 6 0"), InstrumentFaultError, "source was disconnected"),
        (EXAMPLE[3:], BadReplyError, "five numbers"),
        (EXAMPLE.replace(" 2 0", ""), BadReplyError, "five numbers"),
        (EXAMPLE.replace("4.999991e+02", "5.999991e+02"), BadReplyError, "at 500 Hz was asked"),
    ],
)
def test_a_result_that_is_none_ends_the_sweep_and_switches_off(result, error, says):
    then = DISTRUSTED + SWITCH_OFF if error is BadReplyError else SWITCH_OFF
    with pytest.raises(error, match=says):
        told(result, then=then)


@pytest.mark.parametrize(("state", "says"), [(2, "an error"), (1, "broken off"), (0, "no meas")])
def test_a_measurement_that_failed_is_a_fault(state, says):
    script = f"{PREPARE}{BEGIN}> ZTSTAT?\n< ZTSTAT=1 {state}\n{SWITCH_OFF}"
    with pytest.raises(InstrumentFaultError, match=says):
        performed(script)


@pytest.mark.parametrize("reply", ["ZTSTAT=1 7", "ZTSTAT=2 3", "ZTSTAT=", "ZRE=1 3", ""])
def test_a_state_that_nobody_knows_is_no_state(reply):
    with pytest.raises(BadReplyError):
        performed(f"{PREPARE}{BEGIN}> ZTSTAT?\n< {reply}\n{DISTRUSTED}{SWITCH_OFF}")


@pytest.mark.parametrize("word", sorted(ANSWERS))
def test_a_setting_that_is_refused_says_which_and_why(word):
    with pytest.raises(InstrumentFaultError, match=rf"MODE=IMP: .*\({word}\)"):
        performed(f"> MODE=IMP\n< {word}\n{SWITCH_OFF}")


def test_a_signal_that_was_not_taken_over_is_no_signal():
    script = PREPARE.replace("ACV=1.000000e-01", "ACV=1.000000e-02")
    with pytest.raises(InstrumentFaultError, match="amplitude"):
        performed(script + SWITCH_OFF)


def test_a_bias_is_read_back_before_it_is_switched_on():
    sweep = ImpedanceSweep(
        frequency_max_hz=500.0,
        frequency_min_hz=500.0,
        points_per_decade=1,
        amplitude=0.1,
        bias=0.5,
    )
    bias = "> DCV=0.5\n< OK\n> DCV?\n< DCV=5.000000e-01\n> DCE=1\n< OK\n"
    script = PREPARE.replace("> DCE?\n< DCE=0\n", bias)
    off = SWITCH_OFF.replace("< DCE=0\n", "< DCE=1\n> DCE=0\n< OK\n", 1)
    (point,) = performed(f"{script}{BEGIN}{DONE}> ZRE?\n< ZRE={EXAMPLE}\n{off}", sweep)
    assert point.z_ohm.real == 671.4035


def test_a_bias_that_stays_is_a_fault():
    with gpib_conversation(CONNECT + SWITCH_OFF[:-2] + "1\n") as link:
        device = NovocontrolAlpha(link)
        device.connect()
        with pytest.raises(InstrumentFaultError, match="still applies"):
            device.make_safe()


@pytest.mark.parametrize(
    ("highest_hz", "amplitude", "fits"),
    [(4e6, 3.0, True), (5e6, 2.1, False), (1e7, 2.0, True), (2e7, 1.1, False), (3e-6, 3.1, False)],
)
def test_more_signal_than_it_has_at_a_frequency_is_refused_before_anything_is_sent(
    highest_hz, amplitude, fits
):
    sweep = ImpedanceSweep(
        frequency_max_hz=highest_hz,
        frequency_min_hz=highest_hz,
        points_per_decade=1,
        amplitude=amplitude,
    )
    with gpib_conversation(CONNECT) as link:
        device = NovocontrolAlpha(link)
        device.connect()
        if fits:
            device.check(sweep)
            return
        with pytest.raises(OutOfRangeError, match="amplitude"):
            device.perform(sweep)


@pytest.mark.parametrize("wrong", [{"wires": 5}, {"integration_s": 0.0}, {"integration_s": 2e3}])
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(OutOfRangeError):
        AlphaSettings(**wrong)


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize("acknowledges", [True, False])
def test_the_cell_s_impedance_comes_out_of_any_kind_of_it(has_bias, acknowledges):
    clock = JumpClock()
    rig = load_rig("llzo", clock)
    front_end = rig.front_end(IDEAL)
    twin = NovocontrolAlphaTwin(
        front_end, clock, acknowledges_trigger=acknowledges, has_bias=has_bias
    )
    device = NovocontrolAlpha(
        eoi_link(wire_to(behind_adapter(clock, twin, eoi=True), clock)), clock
    )
    device.connect()
    sweep = ImpedanceSweep(
        frequency_max_hz=1e6, frequency_min_hz=1.0, points_per_decade=2, amplitude=0.01
    )
    ended, points = finished(device.perform(sweep))
    true = rig.cells[0].impedance(np.array([point.frequency_hz for point in points]))
    seen = np.array([point.z_ohm for point in points])
    assert np.abs(seen / true - 1).max() < 1e-6
    assert ended is SegmentEnd.COMPLETED
    assert front_end.is_open
    assert device.silence_s(sweep) > 2.0


def finished(running):
    """What a sweep yields, and how it ends."""
    points = []
    while True:
        try:
            seen = next(running)
        except StopIteration as end:
            return end.value, points
        if seen is not None:
            points.append(seen)
