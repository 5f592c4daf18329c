"""6221 and 2182A: driver and twins, each with its own idea of the protocol, meet over bytes."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.keithley_2182a import Relay
from solidcell.drivers.keithley_6221 import RANGES_A, Keithley6221
from solidcell.drivers.readings import Flag
from solidcell.drivers.simulated.faults import Fault, FaultyLink, Kind
from solidcell.drivers.simulated.keithley_6221.nanovoltmeter import Keithley2182ATwin
from solidcell.drivers.simulated.keithley_6221.twin import Keithley6221Twin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.ohmic_cell import OhmicCell
from support.renumbered import Renumbered

RELAYED, APART = "through the 6221", "at an address of its own"


class Bench:
    """A connected driver on both twins before a resistance."""

    def __init__(self, cell=None, way=RELAYED):
        self.clock, self.cell = JumpClock(), cell or OhmicCell(ohms=0.01)
        self.twin = Keithley6221Twin(self.cell, self.clock)
        link = LineLink(InProcessLink(self.twin, self.clock))
        voltmeter = Relay(link, self.clock)
        if way == APART:
            other = Keithley2182ATwin(self.cell, self.clock)
            voltmeter = LineLink(InProcessLink(other, self.clock))
        self.meter = Keithley6221(link, voltmeter, self.clock)
        self.meter.connect()

    def ask(self, line):
        return self.twin.receive(line.encode() + b"\n").decode().strip()


@pytest.mark.parametrize("way", [RELAYED, APART])
@settings(max_examples=8)
@given(current_a=st.floats(-0.1, 0.1), ohms=st.floats(1e-5, 1e3), emf_v=st.floats(-1.0, 1.0))
def test_a_current_through_a_resistance_gives_ohms_law_or_compliance(way, current_a, ohms, emf_v):
    bench = Bench(OhmicCell(ohms, emf_v), way)
    bench.meter.source_current(current_a, voltage_limit_v=5.0)
    reading = bench.meter.read()
    if Flag.COMPLIANCE in reading.flags:
        assert abs(emf_v + current_a * ohms) > 5.0 * (1 - 1e-6)
        assert abs(reading.voltage_v) == pytest.approx(5.0, rel=1e-6)
    else:
        assert reading.current_a == current_a
        assert reading.voltage_v == pytest.approx(emf_v + current_a * ohms, rel=1e-8, abs=1e-12)


@settings(max_examples=20)
@given(current_a=st.floats(-0.12, 0.12), limit_v=st.floats(0.05, 120.0))
def test_what_the_driver_allows_the_instrument_takes_and_what_it_refuses_does_not(
    current_a, limit_v
):
    bench = Bench()
    bench.ask(f":SOUR:CURR:COMP {limit_v};:SOUR:CURR {current_a}")
    takes = bench.ask(":SYST:ERR?").startswith("0,")
    try:
        bench.meter.source_current(current_a, voltage_limit_v=limit_v)
    except OutOfRangeError:
        assert not takes
    else:
        assert takes


def test_every_range_to_its_last_bit_and_back_without_the_output_going_off():
    bench = Bench(OhmicCell(ohms=1e-6))
    for scale_a in (*RANGES_A, *reversed(RANGES_A)):
        bench.meter.source_current(min(1.05 * scale_a, 0.105), voltage_limit_v=1.0)
        assert bench.twin.output_is_on
        assert float(bench.ask(":SOUR:CURR:RANG?")) == scale_a


def test_a_reading_takes_two_integrations_and_bears_the_hosts_time():
    bench = Bench(way=APART)
    bench.meter.source_current(1e-3, voltage_limit_v=1.0)
    times_s = [bench.meter.read().time_s for _ in range(3)]
    assert times_s[1] - times_s[0] == pytest.approx(bench.meter.reading_time_s, abs=1e-3)
    assert times_s[2] <= bench.clock.now_s()


def test_the_cell_is_open_before_connecting_and_after_making_safe():
    cell = OhmicCell(ohms=10.0, emf_v=3.7)
    bench = Bench(cell)
    assert cell.is_open
    bench.meter.source_current(1e-3, voltage_limit_v=5.0)
    bench.meter.rest_at_zero(voltage_limit_v=5.0)
    assert bench.meter.read().voltage_v == pytest.approx(3.7)
    assert not cell.is_open
    bench.meter.make_safe()
    assert cell.is_open


def test_an_output_that_went_off_by_itself_is_a_fault():
    bench = Bench()
    bench.meter.source_current(1e-3, voltage_limit_v=1.0)
    bench.ask(":OUTP OFF")
    with pytest.raises(InstrumentFaultError, match="went off by itself"):
        bench.meter.read()


def test_another_nanovoltmeter_than_before_is_refused():
    clock, cell = JumpClock(), OhmicCell(ohms=1.0)
    source = Keithley6221Twin(cell, clock)
    link = LineLink(InProcessLink(source, clock))
    meter = Keithley6221(link, Relay(link, clock), clock)
    meter.connect()
    source.nanovoltmeter = Renumbered(Keithley2182ATwin(cell, clock), "1193143")
    with pytest.raises(WrongInstrumentError, match="nanovoltmeter: serial number"):
        meter.connect()


def test_delta_has_no_part_of_a_constant_voltage_and_turns_the_current_each_time():
    cell = OhmicCell(ohms=0.01, emf_v=0.5)
    bench = Bench(cell)
    bench.ask(":SYST:COMM:SER:SEND ':SENS:VOLT:NPLC 1'")
    bench.ask(":SOUR:DELT:HIGH 0.01;:SOUR:DELT:DEL 0.1;:SOUR:DELT:COUN 5;:SOUR:DELT:ARM")
    assert bench.ask(":SENS:DATA?").startswith("+9.9E+37")
    bench.ask(":INIT")
    bench.clock.sleep_until(bench.clock.now_s() + 10.0)
    volts, stamp_s = (float(value) for value in bench.ask(":SENS:DATA?").split(","))
    assert volts == pytest.approx(1e-4, rel=1e-6)
    assert stamp_s == pytest.approx(4 * 0.14, rel=1e-3)
    assert abs(cell.charge_c) < 0.01 * 0.14 * 1.01
    bench.ask(":SOUR:SWE:ABOR")
    assert cell.is_open


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (":INIT", "-200,"),
        (":SOUR:CURR:RANG 1E-3;:SOUR:CURR 0.01", "-222,"),
        (":SOUR:CURR:COMP 0.01", "-222,"),
        (":TRAC:DATA?", "-230,"),
        (":SENS:VOLT:NPLC 1", "-113,"),
        (":SYST:COMM:SER:SEND REN", "-104,"),
    ],
)
def test_the_source_refuses_what_it_cannot_do(lines, error):
    bench = Bench()
    assert bench.ask(lines) == ""
    assert bench.ask(":SYST:ERR?").startswith(error)


class DeltaBench(Bench):
    """The same in delta mode."""

    def __init__(self, cell=None, delay_s=0.1):
        super().__init__(cell)
        link = LineLink(InProcessLink(self.twin, self.clock))
        relay = Relay(link, self.clock)
        self.meter = Keithley6221(link, relay, self.clock, delta_delay_s=delay_s)
        self.meter.connect()


@settings(max_examples=10)
@given(
    current_a=st.floats(1e-6, 0.1),
    sign=st.sampled_from([1, -1]),
    ohms=st.floats(1e-5, 10.0),
    emf_v=st.floats(-1.0, 1.0),
)
def test_by_delta_a_resistance_comes_out_whatever_voltage_is_beneath_it(
    current_a, sign, ohms, emf_v
):
    bench = DeltaBench(OhmicCell(ohms, emf_v))
    bench.meter.source_current(sign * current_a, voltage_limit_v=5.0)
    readings = [bench.meter.read() for _ in range(4)]
    level_a = sign * current_a
    assert [reading.current_a for reading in readings] == [level_a, -level_a, level_a, -level_a]
    for reading in readings:
        assert reading.voltage_v / reading.current_a == pytest.approx(ohms, rel=1e-6, abs=1e-9)
        assert reading.flags == Flag.NONE
    times_s = [reading.time_s for reading in readings]
    assert times_s == sorted(set(times_s))


def test_by_delta_no_charge_is_left_in_the_cell_nor_in_the_readings():
    cell = OhmicCell(ohms=1.0, emf_v=0.5)
    bench = DeltaBench(cell)
    bench.meter.source_current(0.01, voltage_limit_v=5.0)
    told_a = [bench.meter.read().current_a for _ in range(50)]
    assert sum(told_a) == 0.0
    assert abs(cell.charge_c) <= 0.01 * bench.meter.reading_time_s * 1.01


def test_a_rest_in_delta_mode_shows_the_voltage_of_the_cell_itself():
    cell = OhmicCell(ohms=1.0, emf_v=0.5)
    bench = DeltaBench(cell)
    bench.meter.source_current(0.01, voltage_limit_v=5.0)
    bench.meter.read()
    bench.meter.rest_at_zero(voltage_limit_v=5.0)
    assert bench.meter.read().voltage_v == pytest.approx(0.5)
    assert cell.current_a == 0.0
    bench.meter.source_current(0.01, voltage_limit_v=5.0)
    bench.meter.make_safe()
    assert cell.is_open


def test_a_delta_that_ends_by_itself_is_a_fault():
    bench = DeltaBench()
    bench.meter.source_current(0.01, voltage_limit_v=5.0)
    bench.meter.read()
    bench.ask(":SOUR:SWE:ABOR")
    with pytest.raises(InstrumentFaultError, match="went off by itself"):
        bench.meter.read()


def test_a_delta_held_by_its_limit_is_flagged():
    bench = DeltaBench(OhmicCell(ohms=100.0))
    bench.meter.source_current(0.1, voltage_limit_v=2.0)
    assert Flag.COMPLIANCE in bench.meter.read().flags


def test_a_delta_that_never_arms_is_told_with_what_to_look_at():
    bench = DeltaBench()
    receive = bench.twin.receive
    bench.twin.receive = lambda data: receive(data.replace(b"DELT:ARM\n", b"DELT:CAB OFF\n"))
    with pytest.raises(InstrumentFaultError, match="trigger link"):
        bench.meter.source_current(0.01, voltage_limit_v=5.0)


@pytest.mark.parametrize("delay_s", [1e-4, 1.5, float("nan")])
def test_a_delay_that_delta_does_not_take_is_refused(delay_s):
    with pytest.raises(OutOfRangeError, match="delta_delay_s"):
        DeltaBench(delay_s=delay_s)


def delta_behind(wire_of):
    """A connected driver in delta mode behind a wire that may fail, and its cell."""
    clock, cell = JumpClock(), OhmicCell(ohms=0.0125, emf_v=0.3)
    wire = wire_of(InProcessLink(Keithley6221Twin(cell, clock), clock), clock)
    link = LineLink(wire, timeout_s=2.0)
    meter = Keithley6221(link, Relay(link, clock), clock, delta_delay_s=0.05)
    meter.connect()
    return meter, wire, cell


def wire_to_another(link, clock):
    another = Renumbered(Keithley6221Twin(OhmicCell(ohms=5.0), clock), "4559777")
    return FaultyLink(link, clock, another=InProcessLink(another, clock))


def four_readings(meter):
    meter.source_current(0.01, voltage_limit_v=1.0)
    for _ in range(4):
        reading = meter.read()
        assert reading.voltage_v / reading.current_a == pytest.approx(0.0125, rel=1e-6)
        assert abs(reading.current_a) == 0.01


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WRONG_UNIT])
def test_no_fault_of_the_wire_becomes_another_resistance_by_delta(kind):
    meter, wire, _ = delta_behind(wire_to_another)
    before = wire.lines
    four_readings(meter)
    lines, befell = wire.lines - before, 0
    for line in (0, lines // 2, lines - 5, lines - 3, lines - 1):
        meter, wire, cell = delta_behind(wire_to_another)
        wire.arm(Fault(kind, line, at=12))
        with contextlib.suppress(DriverError):
            four_readings(meter)
        befell += len(wire.happened)
        if wire.is_replaced:
            continue
        for _ in range(2):
            with contextlib.suppress(DriverError):
                meter.make_safe()
        assert cell.is_open
    assert befell >= 3
