"""B2900A: driver and twin, each with its own idea of the protocol, meet over bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import InstrumentFaultError, OutOfRangeError
from solidcell.drivers.keysight_b2900 import KeysightB2900
from solidcell.drivers.keysight_b2900_models import CHANNELS, MODELS
from solidcell.drivers.readings import Flag
from solidcell.drivers.simulated.keysight_b2900.twin import LOWEST_RANGE_A, KeysightB2900Twin
from solidcell.drivers.simulated.open_terminals import OpenTerminals
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.ohmic_cell import OhmicCell

BY_NAME = {model.name: model for model in MODELS}


class Bench:
    """A connected driver on channel 1 of a twin before a resistance."""

    def __init__(self, cell=None, model="B2901A", **how):
        self.clock, self.cell = JumpClock(), cell or OhmicCell(ohms=1000.0)
        cells = [self.cell, OpenTerminals()][: CHANNELS[model]]
        self.twin = KeysightB2900Twin(cells, self.clock, model, **how)
        self.meter = KeysightB2900(LineLink(InProcessLink(self.twin, self.clock)))
        self.meter.connect()

    def ask(self, line):
        return self.twin.receive(line.encode() + b"\n").decode().strip()


@settings(max_examples=30)
@given(current_a=st.floats(-0.1, 0.1), ohms=st.floats(1.0, 1e4), emf_v=st.floats(-1.0, 1.0))
def test_a_current_through_a_resistance_gives_ohms_law_or_compliance(current_a, ohms, emf_v):
    bench = Bench(OhmicCell(ohms, emf_v))
    bench.meter.source_current(current_a, voltage_limit_v=5.0)
    reading = bench.meter.read()
    if Flag.COMPLIANCE in reading.flags:
        assert abs(emf_v + current_a * ohms) > 5.0 * (1 - 1e-6)
        assert abs(reading.voltage_v) == pytest.approx(5.0, rel=1e-6)
    else:
        assert reading.current_a == pytest.approx(current_a, rel=1e-6, abs=1e-12)
        assert reading.voltage_v == pytest.approx(emf_v + current_a * ohms, rel=1e-6, abs=1e-7)


AMPS = st.sampled_from([0.0, 1e-9, 1e-8, 1e-3, 0.105, 0.106, 1.05, 1.06, 1.515, 1.52, 3.03, 3.04])
VOLTS = st.sampled_from([0.01, 0.02, 0.21, 2.0, 6.0, 6.1, 21.0, 21.1, 210.0, 211.0])
ASKED = st.tuples(st.booleans(), VOLTS, AMPS, st.sampled_from([1, -1]))


@settings(max_examples=30)
@given(st.sampled_from(sorted(BY_NAME)), st.lists(ASKED, max_size=4))
def test_what_the_driver_allows_the_instrument_takes_and_what_it_refuses_does_not(name, asked):
    bench = Bench(OhmicCell(ohms=1e-6), name)
    for is_current, volts, amps, sign in asked:
        try:
            if is_current:
                bench.meter.source_current(sign * amps, voltage_limit_v=volts)
            else:
                bench.meter.source_voltage(sign * volts, current_limit_a=amps)
        except OutOfRangeError:
            assert not takes(name, is_current, volts, amps)
        else:
            assert takes(name, is_current, volts, amps)


def takes(name, is_current, volts, amps):
    """Whether a fresh instrument takes both, asked without the driver."""
    twin = KeysightB2900Twin([OhmicCell(ohms=1e-6)], JumpClock(), name)
    if is_current:
        lines = f":SOUR:FUNC:MODE CURR;:SENS:VOLT:PROT {volts};:SOUR:CURR {amps}"
    else:
        lines = f":SOUR:FUNC:MODE VOLT;:SENS:CURR:PROT {amps};:SOUR:VOLT {volts}"
    return twin.receive(lines.encode() + b"\n:SYST:ERR?\n") == b'+0,"No error"\n'


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_model_does_what_the_driver_believes_of_it_to_its_last_corner(name):
    model, bench = BY_NAME[name], Bench(OhmicCell(ohms=1e-6), name)
    for volts, amps in (*model.corners, *reversed(model.corners)):
        bench.meter.source_current(-amps, voltage_limit_v=volts)
        bench.meter.source_voltage(volts, current_limit_a=amps)
    bench.meter.source_current(0.0, voltage_limit_v=model.voltage_limit_min_v)
    bench.meter.source_voltage(0.0, current_limit_a=model.current_limit_min_a)
    assert set(BY_NAME) == set(LOWEST_RANGE_A)


def test_the_leads_are_not_in_the_reading():
    bench = Bench(OhmicCell(ohms=10.0), lead_resistance_ohm=5.0)
    bench.meter.source_current(0.1, voltage_limit_v=5.0)
    assert bench.meter.read().voltage_v == pytest.approx(1.0, rel=1e-6)


def test_the_cell_is_never_discharged_from_connecting_to_the_end():
    cell = OhmicCell(ohms=10.0, emf_v=3.7)
    bench = Bench(cell)
    after_connecting_c = cell.charge_c
    for current_a in (1e-3, -1e-3):
        bench.meter.source_current(current_a, voltage_limit_v=5.0)
        bench.clock.sleep_until(bench.clock.now_s() + 10.0)
        bench.meter.rest_at_zero(voltage_limit_v=5.0)
    bench.meter.source_voltage(3.7, current_limit_a=0.01)
    bench.meter.make_safe()
    bench.clock.sleep_until(bench.clock.now_s() + 1e5)
    assert cell.is_open
    assert cell.charge_c == pytest.approx(after_connecting_c, abs=1e-5)


def test_an_output_that_went_off_by_itself_is_a_fault_and_a_measurement_does_not_turn_it_on():
    bench = Bench()
    bench.meter.source_current(1e-3, voltage_limit_v=2.0)
    bench.twin.receive(b":OUTP OFF\n")
    with pytest.raises(InstrumentFaultError, match="went off by itself"):
        bench.meter.read()
    assert not bench.twin.output_is_on()


def test_left_to_itself_a_measurement_turns_the_output_on_and_its_protection_off_again():
    bench = Bench(OhmicCell(ohms=1000.0))
    bench.ask(":SOUR:FUNC:MODE CURR;:SOUR:CURR 0.1;:OUTP:PROT ON;:SENS:REM ON")
    assert bench.ask(":MEAS?") == ""
    assert bench.twin.output_is_on()
    bench.clock.sleep_until(bench.clock.now_s() + 1.0)
    assert bench.twin.poll().startswith(b"+2.000000E+00,")
    assert not bench.twin.output_is_on()


def test_time_goes_on_over_days_although_the_timer_is_set_back():
    bench = Bench()
    bench.meter.source_current(1e-3, voltage_limit_v=2.0)
    first_s = bench.meter.read().time_s
    for hour in range(1, 50):
        bench.clock.sleep_until(3600.0 * hour)
        last_s = bench.meter.read().time_s
    assert last_s - first_s == pytest.approx(3600.0 * 49, abs=1.0)


def test_two_channels_are_set_and_measured_apart():
    bench = Bench(OhmicCell(ohms=1000.0), "B2912A")
    second = KeysightB2900(LineLink(InProcessLink(bench.twin, bench.clock)), channel=2)
    second.connect()
    bench.meter.source_current(1e-3, voltage_limit_v=2.0)
    second.source_voltage(0.7, current_limit_a=1e-3)
    assert second.read().voltage_v == pytest.approx(0.7)
    assert bench.meter.read().voltage_v == pytest.approx(1.0)
    second.make_safe()
    assert (bench.twin.output_is_on(1), bench.twin.output_is_on(2)) == (True, False)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (":SOUR:FUNC:MODE VOLT;:SENS:CURR:PROT 1;:SOUR:VOLT 100", "-221,"),
        (":SOUR:CURR:RANG 1E-3;:SOUR:CURR 0.01", "-222,"),
        (":MEAS? (@2)", "-222,"),
        (":MEAS? @1", "-171,"),
        (":SOUR2:VOLT 1", "-113,"),
        (":FORM:ELEM:SENS", "-109,"),
    ],
)
def test_the_instrument_refuses_what_does_not_go_together(lines, error):
    bench = Bench()
    assert bench.ask(lines) == ""
    assert bench.ask(":SYST:ERR?").startswith(error)
