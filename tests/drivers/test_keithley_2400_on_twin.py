"""Series 2400: driver and twin, each with its own idea of the protocol, meet over bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import InstrumentFaultError, OutOfRangeError, WrongInstrumentError
from solidcell.drivers.keithley_2400 import Keithley2400
from solidcell.drivers.keithley_2400_models import MODELS
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.readings import Flag
from solidcell.drivers.simulated.keithley_2400.settings import MODELS as TWIN_MODELS
from solidcell.drivers.simulated.keithley_2400.twin import Keithley2400Twin
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.ohmic_cell import OhmicCell

BY_NAME = {model.name: model for model in MODELS}


class Bench:
    """A connected driver on a twin before a resistance."""

    def __init__(self, cell=None, model="2400", **how):
        self.clock, self.cell = JumpClock(), cell or OhmicCell(ohms=1000.0)
        self.twin = Keithley2400Twin(self.cell, self.clock, model, **how)
        self.meter = Keithley2400(LineLink(InProcessLink(self.twin, self.clock)))
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


LEVELS = st.sampled_from([0.0, 1e-9, 1e-7, 1e-5, 1e-3, 0.021, 0.0211, 0.105, 0.1051, 1.05, 1.06])
VOLTS = st.sampled_from(
    [1e-4, 2e-4, 0.01, 0.2, 2.0, 10.5, 10.6, 21.0, 21.1, 42.0, 63.0, 210.0, 1e3]
)


@settings(max_examples=30)
@given(
    st.sampled_from(sorted(BY_NAME)),
    st.lists(st.tuples(st.booleans(), VOLTS, LEVELS, st.sampled_from([1, -1])), max_size=4),
)
def test_what_the_driver_allows_the_instrument_takes_and_what_it_refuses_does_not(name, asked):
    bench = Bench(OhmicCell(ohms=1e-6), name)
    for is_current, volts, amps, sign in asked:
        try:
            if is_current:
                bench.meter.source_current(sign * amps, voltage_limit_v=volts)
            else:
                bench.meter.source_voltage(sign * volts, current_limit_a=amps)
        except OutOfRangeError:
            assert not accepts(name, is_current, volts, amps)
        else:
            assert accepts(name, is_current, volts, amps)


def accepts(name, is_current, volts, amps):
    """Whether a fresh instrument takes both, asked without the driver, by a careful host."""
    twin = Keithley2400Twin(OhmicCell(ohms=1e-6), JumpClock(), name)
    if is_current:
        lines = f":SOUR:FUNC CURR;:SOUR:CURR:RANG MIN;:SENS:VOLT:RANG MIN;:SENS:VOLT:PROT {volts}"
        lines += f";:SENS:VOLT:RANG:AUTO ON;:SOUR:CURR:RANG {amps};:SOUR:CURR {amps}"
    else:
        lines = f":SOUR:FUNC VOLT;:SOUR:VOLT:RANG MIN;:SENS:CURR:RANG MIN;:SENS:CURR:PROT {amps}"
        lines += f";:SENS:CURR:RANG:AUTO ON;:SOUR:VOLT:RANG {volts};:SOUR:VOLT {volts}"
    return twin.receive(lines.encode() + b"\n:SYST:ERR?\n") == b'0,"No error"\n'


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_model_does_what_the_driver_believes_of_it_to_its_last_corner(name):
    model, bench = BY_NAME[name], Bench(OhmicCell(ohms=1e-6), name)
    assert bench.meter.identity.model == name
    for volts, amps in (*model.corners, *reversed(model.corners)):
        bench.meter.source_current(-amps, voltage_limit_v=volts)
        bench.meter.source_voltage(volts, current_limit_a=amps)
    bench.meter.source_current(0.0, voltage_limit_v=model.voltage_limit_min_v)
    bench.meter.source_voltage(0.0, current_limit_a=model.current_limit_min_a)
    for level_v in model.protection_levels_v:
        assert bench.meter.protect_voltage(level_v / 1.05) == level_v
    assert set(BY_NAME) == set(TWIN_MODELS)


def test_the_limit_may_be_far_below_the_range_that_was_read_on():
    bench = Bench(OhmicCell(ohms=1000.0))
    bench.meter.source_current(0.01, voltage_limit_v=12.0)
    assert bench.meter.read().voltage_v == pytest.approx(10.0)
    bench.meter.source_current(1e-6, voltage_limit_v=2e-4)
    reading = bench.meter.read()
    assert Flag.COMPLIANCE in reading.flags
    assert reading.voltage_v == pytest.approx(2e-4, rel=1e-5)


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


def test_before_anybody_connects_the_instrument_is_a_source_of_zero_volts():
    cell = OhmicCell(ohms=10.0, emf_v=3.7)
    Keithley2400Twin(cell, JumpClock())
    assert not cell.is_open


def test_a_changed_current_does_not_move_the_relay():
    bench = Bench(OhmicCell(ohms=100.0))
    bench.meter.source_current(1e-3, voltage_limit_v=12.0)
    before = bench.twin.relay_operations
    for current_a in (1e-3, -1e-3, 0.0, 1e-6, 0.1, -2e-5):
        bench.meter.source_current(current_a, voltage_limit_v=12.0)
    assert bench.twin.relay_operations == before
    bench.meter.make_safe()
    bench.meter.make_safe()
    assert bench.twin.relay_operations == before + 1


def test_an_output_that_went_off_by_itself_is_a_fault():
    bench = Bench()
    bench.meter.source_current(1e-3, voltage_limit_v=2.0)
    bench.twin.receive(b":OUTP OFF\n")
    with pytest.raises(InstrumentFaultError, match="went off by itself"):
        bench.meter.read()


def test_over_voltage_protection_is_read_back_and_holds_a_current_source_too():
    bench = Bench(OhmicCell(ohms=1e6), "2440")
    assert bench.meter.protect_voltage(3.5) == 4.0
    assert bench.meter.protect_voltage(35.0) is None
    bench.meter.source_current(1e-3, voltage_limit_v=10.0)
    reading = bench.meter.read()
    assert reading.voltage_v == pytest.approx(4.0, rel=1e-6)
    assert Flag.COMPLIANCE in reading.flags
    device = HostSequencer(bench.meter, bench.clock)
    assert device.program_limits(2.0).values == {"over_voltage_protection_v": 8.0}


def test_a_2450_in_either_old_or_new_command_set_is_no_series_2400():
    clock = JumpClock()
    twin = Keithley2450Twin(OhmicCell(1.0), clock, language="SCPI2400")
    link = LineLink(InProcessLink(twin, clock))
    with pytest.raises(WrongInstrumentError, match="its driver is keithley_2450"):
        Keithley2400(link).connect()
    with pytest.raises(WrongInstrumentError, match="speaks SCPI2400"):
        Keithley2450(link).connect()


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (":READ?", '+803,"Not permitted with OUTPUT off"'),
        (":SENS:CURR:RANG 1", '+824,"Cannot exceed compliance range"'),
        (":SENS:CURR:PROT 1e-9", '+822,"Too small for sense range"'),
        (":SOUR:FUNC CURR;:SENS:VOLT:PROT 100;:SOUR:CURR:RANG 1", '+826,"Attempt to exceed power '),
        (":SOUR:FUNC CURR;:SOUR:CURR:RANG 1E-3;:SOUR:CURR 0.01", "-222,"),
        (":OUTP ON;:SENS:VOLT:RANG 2", "-221,"),
        (":SENS:FUNC:CONC OFF;:SENS:FUNC 'VOLT','CURR'", "-221,"),
        (":TRAC:DATA?", "-230,"),
        (":SOUR:FUNC:SHAP?", "-113,"),
    ],
)
def test_the_instrument_refuses_what_its_manual_says_it_refuses(lines, error):
    bench = Bench()
    assert bench.ask(lines) == ""
    assert bench.ask(":SYST:ERR?").startswith(error)


def test_the_error_queue_holds_ten_and_says_that_it_overflowed():
    bench = Bench()
    bench.ask("\n".join([":OH:DEAR"] * 12))
    errors = [bench.ask(":SYST:ERR?") for _ in range(11)]
    assert errors[0] == '-113,"Undefined header"'
    assert errors[-2:] == ['-350,"Queue overflow"', '0,"No error"']


def test_readings_come_in_the_instruments_order_and_say_what_was_not_measured():
    bench = Bench(OhmicCell(ohms=1000.0))
    bench.ask(":SOUR:FUNC CURR;:SENS:VOLT:PROT 5;:SOUR:CURR 1E-3;:OUTP ON")
    bench.ask(":FORM:ELEM STAT,RES,VOLT,CURR")
    told = bench.ask(":SENS:FUNC 'VOLT';:SENS:FUNC:OFF 'CURR';:SYST:RSEN ON;:OUTP ON;:READ?")
    assert told == ""  # it takes its time
    bench.clock.sleep_until(bench.clock.now_s() + 1.0)
    told = bench.twin.poll().decode()
    assert told.startswith("+1.000000E+00,+1.000000E-03,+9.910000E+37,")
