"""A Zahner through Thales: its telegrams byte by byte, and its measurements on a twin."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import Galvanostatic, ImpedanceMode, ImpedanceSweep, SegmentEnd
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.simulated.zahner_zennium import ZenniumTwin
from solidcell.drivers.thales_link import IDENTITY_QUERY, ThalesLink
from solidcell.drivers.zahner_zennium_impedance import ZenniumSettings
from solidcell.drivers.zahner_zennium_models import (
    parse_impedance,
    parse_measured,
    parse_setup,
    recognise,
    require_in_force,
)
from support.commanded import PacedClock
from support.contracts.zahner_zennium import device

SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=2, amplitude=0.01
)
# the example of a setup in the documentation of thales_remote
SETUP = (
    "OK;SETUP;Pset=1.0000e-05;Cset=1.0000e-06;Frq=1.0000e+03;Ampl=0.0000e+00;Nw=1;Pot=0;Gal=0;"
    "GAL=0;Cmin=-3.0000e+00;Cmax=3.0000e+00;Pmin=-5.2377e+00;Pmax=5.2377e+00;DEV=0;EPC=0;"
    "MAXDEV=4;ENDSETUP"
)


class Wire:
    """A wire on which everything that is to come has been written down."""

    def __init__(self, *coming: bytes) -> None:
        self.coming, self.sent, self.is_open = list(coming), b"", True

    def write(self, data: bytes) -> None:
        self.sent += data

    def read(self, timeout_s: float) -> bytes:
        # what came before something was sent is not asked for here
        return self.coming.pop(0) if self.coming and timeout_s == 0.1 else b""

    def close(self) -> None:
        self.is_open = False

    def reopen(self) -> None:
        self.is_open = True


def telegram(text: str, kind: int = 2) -> bytes:
    return struct.pack("<HB", len(text), kind) + text.encode("latin-1")


REGISTERED = [
    telegram(text, 128)
    for text in ("3,ScriptRemote,0,OFF", "2,ScriptRemote", "3,ScriptRemote,5.9.5")
]


class Bench:
    def __init__(self, clock=None) -> None:
        self.clock = clock or JumpClock()
        self.rig = load_rig("llzo", self.clock)
        self.front_end = self.rig.front_end(IDEAL)
        self.twin = ZenniumTwin(self.front_end, self.clock)
        self.device = device(InProcessLink(self.twin, self.clock), self.clock)
        self.found = self.device.connect()

    def points(self, sweep=SWEEP):
        return [point for point in self.device.perform(sweep) if point is not None]


@pytest.mark.proves("zahner_zennium", transcript="telegrams and setup of thales_remote")
def test_registration_and_telegrams_byte_by_byte():
    wire = Wire(*REGISTERED, telegram("0;33021;ZENNIUM\r"), telegram(SETUP + "\r"))
    link = ThalesLink(wire)
    assert link.query(IDENTITY_QUERY) == "0;33021;ZENNIUM"
    assert wire.sent == (
        b"\x00\x0c\x12\xd0\xff\xff\xff\xffScriptRemote"
        b"\x14\x00\x803,ScriptRemote,0,OFF"
        b"\x0e\x00\x802,ScriptRemote"
        b"\x10\x00\x803,ScriptRemote,7"
        b"\x09\x00\x021:ALLNUM:"
    )
    assert link.version == "5.9.5"
    assert parse_setup(link.query("SENDSETUP"))["Pmax"] == 5.2377
    link.close()
    assert wire.sent.endswith(b"\x13\x00\x803,ScriptRemote,0,RS\x02\x00\x04\xff\xff")


def linked(*coming):
    wire = Wire(*REGISTERED, telegram("0;1;Z"), *coming)
    link = ThalesLink(wire, timeout_s=1.0)
    link.query(IDENTITY_QUERY)
    return link


def test_a_telegram_may_come_in_pieces_and_beside_others():
    data = telegram("online", 132) + telegram("potential= 1.0e+00V\r")
    link = linked(data[:5], data[5:17], data[17:])
    assert link.query("POTENTIAL") == "potential= 1.0e+00V"


@pytest.mark.parametrize(
    ("coming", "error", "says"),
    [
        ((), LinkLostError, "no answer to 'CURRENT'"),
        ((b"HTTP/1.1 400",), LinkLostError, "expected a telegram"),
        ((telegram("\xb5"),), BadReplyError, "telegram of text"),
    ],
)
def test_what_is_no_answer_is_not_believed(coming, error, says):
    with pytest.raises(error, match=says):
        linked(*coming).query("CURRENT")


def test_nothing_is_sent_while_an_answer_is_due_nor_before_it_was_asked_who_is_there():
    link = linked()
    link.begin("IMPEDANCE")
    with pytest.raises(LinkLostError, match="'IMPEDANCE' had no answer yet when 'Pot=0'"):
        link.query("Pot=0")
    with pytest.raises(LinkLostError, match="not asked who is there"):
        ThalesLink(Wire()).query("Pot=0")


@pytest.mark.parametrize("version", ["5.9.2", "4.10", "", "what"])
def test_an_old_thales_is_refused(version):
    wire = Wire(*REGISTERED[:2], telegram(f"3,ScriptRemote,{version}", 128))
    with pytest.raises(WrongInstrumentError, match=r"expected Thales 5\.9\.3"):
        ThalesLink(wire).query(IDENTITY_QUERY)


@pytest.mark.parametrize(
    "reply", ["", "OK", SETUP[3:], SETUP.removesuffix(";ENDSETUP"), SETUP.replace("Pot=0;", "")]
)
def test_a_setup_with_a_part_missing_is_none(reply):
    with pytest.raises(BadReplyError):
        parse_setup(reply)


def test_what_is_in_force_is_compared_and_the_maker_s_zeros_are_zero():
    setup = parse_setup(SETUP)
    require_in_force(setup, {"Pset": 0.0, "Cset": 0.0, "Frq": 1000.4, "Pot": 0})
    require_in_force({"Ampl": 0.01}, {"Ampl": 10.0})  # in V, where mV were set
    for name, wrong in (("Pset", 1e-3), ("Pot", -1.0), ("Ampl", 10.0), ("Nw", 2.0)):
        with pytest.raises(InstrumentFaultError, match=name):
            require_in_force(setup, {name: wrong})


@pytest.mark.parametrize("reply", ["potential= 1.0e+00A", "current= 1.0V", "potential=", "1.0"])
def test_a_value_is_that_of_its_own_name_and_unit(reply):
    with pytest.raises(BadReplyError):
        parse_measured("POTENTIAL", reply)


def test_errors_are_told_in_its_own_words():
    with pytest.raises(InstrumentFaultError, match="POTENTIAL: ERROR;100;1"):
        parse_measured("POTENTIAL", "ERROR;100;1")
    with pytest.raises(InstrumentFaultError, match="loop interrupted"):
        parse_impedance("Potentiostatic loop interrupted!")
    with pytest.raises(BadReplyError):
        parse_impedance("impedance= 1.0e+00")


@pytest.mark.parametrize("reply", ["33021;ZENNIUM", "a;;ZENNIUM", "OK", ""])
def test_a_name_without_a_number_is_refused(reply):
    with pytest.raises(WrongInstrumentError):
        recognise(reply)


@pytest.mark.parametrize("mode", list(ImpedanceMode))
def test_the_cell_s_impedance_comes_out(mode):
    bench = Bench()
    assert bench.found is OutputState.OFF
    is_current = mode is ImpedanceMode.GALVANOSTATIC
    sweep = replace(SWEEP, mode=mode, amplitude=1e-5) if is_current else SWEEP
    points = bench.points(sweep)
    assert len(points) == 15
    true = bench.rig.cells[0].impedance(np.array([point.frequency_hz for point in points]))
    assert np.abs(np.array([point.z_ohm for point in points]) / true - 1).max() < 1e-5
    assert bench.front_end.is_open
    assert bench.device.silence_s(sweep) > 20.0


def test_an_impedance_that_takes_long_is_broken_off_and_the_cell_opened_at_once():
    bench = Bench(PacedClock())
    running = bench.device.perform(replace(SWEEP, frequency_max_hz=1e-3, frequency_min_hz=1e-3))
    while bench.twin.due_s() is None or bench.twin.due_s() < bench.clock.now_s() + 900:
        next(running)
    began_s = bench.clock.now_s()
    bench.device.make_safe()
    assert bench.front_end.is_open
    assert bench.clock.now_s() - began_s < 5.0


def test_a_signal_that_thales_refuses_is_refused_before_the_cell_is_driven():
    bench, driven = Bench(), []
    bench.front_end.drive_voltage = lambda *how: driven.append(how)
    with pytest.raises(InstrumentFaultError, match=r"Frq=6\.0.*ERROR;100;1"):
        bench.points(replace(SWEEP, frequency_max_hz=6e6))
    assert not driven


def test_voltage_and_current_are_measured_one_after_the_other_and_a_limit_between_samples():
    bench = Bench()
    segment = Galvanostatic(
        current_a=1e-4, duration_s=600.0, sample_period_s=60.0, voltage_min_v=-1, voltage_max_v=1
    )
    running = bench.device.perform(segment)
    first = next(seen for seen in running if seen is not None)
    assert first.current_a == pytest.approx(1e-4)
    assert first.flags is Flag.NONE
    measure, began_s = bench.front_end.measure, bench.clock.now_s()
    bench.front_end.measure = lambda at_s: replace(measure(at_s), voltage_v=2.0)
    assert next(seen for seen in running if seen is not None).voltage_v == 2.0
    assert bench.clock.now_s() - began_s < 4.0
    with pytest.raises(StopIteration) as ended:
        next(running)
    assert ended.value.value is SegmentEnd.VOLTAGE_LIMIT


def test_an_integration_that_cannot_be_is_refused():
    with pytest.raises(OutOfRangeError):
        ZenniumSettings(integration_s=0.0)
