"""Driver and twin, each with its own idea of the protocol, meet over bytes before a cell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.errors import InstrumentFaultError, OutOfRangeError, WrongInstrumentError
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.keithley_2450_models import MODELS, UNVERIFIED
from solidcell.drivers.readings import Flag
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.keithley_2450.settings import MODELS as TWIN_MODELS
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.presets import LLZO
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink, VisaLink
from support.ohmic_cell import OhmicCell
from support.served import served
from support.source_meter_bench import SourceMeterBench


def linked(twin, clock):
    return Keithley2450(LineLink(InProcessLink(twin, clock)))


@settings(max_examples=40)
@given(current_a=st.floats(-0.1, 0.1), ohms=st.floats(1.0, 1e4), emf_v=st.floats(-1.0, 1.0))
def test_a_current_through_a_resistance_gives_ohms_law_or_compliance(current_a, ohms, emf_v):
    bench = SourceMeterBench(OhmicCell(ohms, emf_v))
    bench.meter.source_current(current_a, voltage_limit_v=5.0)
    reading = bench.meter.read()
    if Flag.COMPLIANCE in reading.flags:
        assert abs(emf_v + current_a * ohms) > 5.0 * (1 - 1e-6)
        assert abs(reading.voltage_v) == pytest.approx(5.0, rel=1e-6)
    else:
        assert reading.current_a == pytest.approx(current_a, rel=1e-6, abs=1e-15)
        assert reading.voltage_v == pytest.approx(emf_v + current_a * ohms, rel=1e-6, abs=1e-7)


@settings(max_examples=40)
@given(voltage_v=st.floats(-5.0, 5.0), limit_a=st.floats(1e-6, 0.1))
def test_a_voltage_on_a_resistance_gives_ohms_law_or_compliance(voltage_v, limit_a):
    bench = SourceMeterBench(OhmicCell(ohms=1000.0))
    bench.meter.source_voltage(voltage_v, current_limit_a=limit_a)
    reading = bench.meter.read()
    if Flag.COMPLIANCE in reading.flags:
        assert abs(reading.current_a) == pytest.approx(limit_a, rel=1e-5)
    else:
        assert reading.voltage_v == pytest.approx(voltage_v, rel=1e-6, abs=1e-15)
        assert reading.current_a == pytest.approx(voltage_v / 1000.0, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("separator", [",", ", "])
def test_values_may_be_parted_with_or_without_a_blank(separator):
    clock = JumpClock()
    meter = linked(Keithley2450Twin(OhmicCell(ohms=10.0), clock, separator=separator), clock)
    meter.connect()
    meter.source_current(0.01, voltage_limit_v=5.0)
    assert meter.read().voltage_v == pytest.approx(0.1, rel=1e-6)


def test_the_leads_are_not_in_the_reading():
    clock, cell = JumpClock(), OhmicCell(ohms=10.0)
    meter = linked(Keithley2450Twin(cell, clock, lead_resistance_ohm=5.0), clock)
    meter.connect()
    meter.source_current(0.1, voltage_limit_v=5.0)
    assert meter.read().voltage_v == pytest.approx(1.0, rel=1e-6)


def test_the_cell_is_never_discharged_from_connecting_to_the_end():
    cell = OhmicCell(ohms=10.0, emf_v=3.7)
    bench = SourceMeterBench(cell)
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


def test_what_is_written_is_in_force_on_the_other_side():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    meter = bench.meter
    meter.source_current(2e-3, voltage_limit_v=1.5)
    assert meter.source_function == "CURR"
    assert meter.current_level_a == 2e-3
    assert meter.current_range_a == 1e-2
    assert meter.voltage_limit_v == 1.5
    assert meter.output_on is True
    assert meter.off_state_current == "HIMP"
    meter.make_safe()
    assert meter.output_on is False


@pytest.mark.parametrize(("asked_v", "level_v"), [(1.0, 2), (4.5, 5), (5.0, 10), (-40.0, 60)])
def test_over_voltage_protection_leaves_the_asked_voltage_free_and_is_read_back(asked_v, level_v):
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    assert bench.meter.protect_voltage(asked_v) == level_v
    assert bench.meter.voltage_protection == f"PROT{level_v}"
    bench.meter.source_current(1e-4, voltage_limit_v=abs(asked_v))
    assert bench.meter.voltage_limit_v == abs(asked_v)


def test_over_voltage_protection_switches_nothing_on_and_stays_after_the_run():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    bench.meter.protect_voltage(5.0)
    assert bench.meter.output_on is False
    bench.meter.make_safe()
    assert bench.meter.voltage_protection == "PROT10"


def test_a_voltage_above_every_protection_is_said_to_be_unprotected():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    assert bench.meter.protect_voltage(200.0) is None
    assert bench.meter.voltage_protection == "NONE"


def test_a_protection_that_is_not_in_force_is_a_fault():
    class Forgetful(Keithley2450Twin):
        """Takes the setting, and has another one."""

        def receive(self, data):
            return super().receive(
                data.replace(b":SOUR:VOLT:PROT PROT10", b":SOUR:VOLT:PROT PROT100")
            )

    clock = JumpClock()
    meter = linked(Forgetful(OhmicCell(ohms=100.0), clock), clock)
    meter.connect()
    with pytest.raises(InstrumentFaultError, match="PROT10 was asked for and PROT100 is in force"):
        meter.protect_voltage(5.0)


def test_a_run_on_a_source_meter_knows_what_is_held_without_it():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    held = bench.device.program_limits(2.0)
    assert held.values == {"over_voltage_protection_v": 10.0}, "a rest may meet 6 V"
    assert not held.ends_segments


def test_a_changed_current_does_not_move_the_relay():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    bench.meter.source_current(1e-3, voltage_limit_v=1.0)
    before = bench.twin.relay_operations
    for current_a in (1e-3, -1e-3, 0.0, 1e-6, 0.1, -2e-5):
        bench.meter.source_current(current_a, voltage_limit_v=12.0)
    assert bench.twin.relay_operations == before
    bench.meter.make_safe()
    bench.meter.make_safe()
    assert bench.twin.relay_operations == before + 1


def test_an_output_left_on_is_found_on_and_taken_over():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    bench.meter.source_current(1e-3, voltage_limit_v=1.0)
    successor = linked(bench.twin, bench.clock)
    assert successor.connect() is OutputState.ON
    assert bench.twin.output_is_on
    successor.source_current(-1e-3, voltage_limit_v=1.0)
    assert successor.read().voltage_v == pytest.approx(-0.1, rel=1e-6)


def test_an_output_that_went_off_by_itself_is_a_fault():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    bench.meter.source_current(1e-3, voltage_limit_v=1.0)
    bench.twin.receive(b":OUTP OFF\n")
    with pytest.raises(InstrumentFaultError, match="went off by itself"):
        bench.meter.read()


def test_errors_of_an_earlier_user_are_not_ours():
    bench = SourceMeterBench(OhmicCell(ohms=100.0))
    bench.twin.receive(b":OH:DEAR\n:SOUR:CURR 99\n")
    bench.meter.connect()
    bench.meter.source_current(1e-3, voltage_limit_v=1.0)


def test_a_twin_in_another_command_set_is_refused():
    clock = JumpClock()
    with pytest.raises(WrongInstrumentError, match="speaks TSP"):
        linked(Keithley2450Twin(OhmicCell(1.0), clock, language="TSP"), clock).connect()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("spelling", ["short", "long"])
def test_every_model_accepts_what_the_driver_believes_of_it(model, spelling):
    clock = JumpClock()
    twin = Keithley2450Twin(OhmicCell(ohms=1e-3), clock, model=model.name, spelling=spelling)
    meter = linked(twin, clock)
    meter.connect()
    assert meter.identity.model == model.name
    assert meter.envelope.current_max_a == model.current_max_a
    for volts, amps in model.corners:
        meter.source_current(amps, voltage_limit_v=volts)
        meter.source_current(-amps, voltage_limit_v=volts)
    for volts, amps in model.corners:
        meter.source_voltage(volts, current_limit_a=amps)
    meter.source_current(0.0, voltage_limit_v=model.voltage_limit_min_v)
    meter.source_voltage(0.0, current_limit_a=model.current_limit_min_a)


def test_driver_and_twin_know_the_same_models_and_the_doubts_are_named():
    assert {model.name for model in MODELS} == set(TWIN_MODELS)
    assert any(key.startswith("2460") for key in UNVERIFIED)


def test_a_symmetric_cell_settles_to_the_resistance_that_its_impedance_tells():
    cell = SymmetricCell(LLZO, seed=3)
    bench = SourceMeterBench(FrontEnd(cell, IDEAL))
    bench.meter.source_current(2e-5, voltage_limit_v=5.0)
    for _ in range(30):
        reading = bench.meter.read()
    resistances_ohm, _ = cell.elements(0.0)
    expected_ohm = float(resistances_ohm.sum())
    assert reading.voltage_v / reading.current_a == pytest.approx(expected_ohm, rel=0.02)


def test_a_symmetric_cell_rests_to_zero_with_the_output_on():
    bench = SourceMeterBench(FrontEnd(SymmetricCell(LLZO, seed=3), IDEAL))
    bench.meter.source_current(1e-4, voltage_limit_v=5.0)
    bench.meter.read()
    bench.meter.rest_at_zero(voltage_limit_v=5.0)
    bench.clock.sleep_until(bench.clock.now_s() + 600.0)
    reading = bench.meter.read()
    assert reading.voltage_v == pytest.approx(0.0, abs=1e-4)
    assert bench.twin.output_is_on


@pytest.mark.slow
def test_over_tcp_it_is_the_same_instrument():
    clock = SystemClock(speed=20.0)
    with served(Keithley2450Twin(OhmicCell(ohms=1000.0), clock), clock) as port:
        meter = Keithley2450(VisaLink(f"TCPIP0::127.0.0.1::{port}::SOCKET"))
        assert meter.connect() is OutputState.OFF
        meter.source_current(1e-3, voltage_limit_v=5.0)
        assert meter.read().voltage_v == pytest.approx(1.0, rel=1e-6)
        meter.make_safe()
        assert meter.output_on is False
        meter.close()


AMPS = st.sampled_from([0.0, 1e-9, 1e-6, 1e-3, 0.021, 0.022, 0.105, 0.106, 1.05, 1.06, 4.2, 7.35])
VOLTS = st.sampled_from([0.01, 0.02, 0.2, 2.1, 7.35, 7.4, 10.5, 10.6, 21.0, 22.0, 105.0, 210.0])
ASKED = st.tuples(st.booleans(), VOLTS, AMPS, st.sampled_from([1, -1]))
BY_NAME = {model.name: model for model in MODELS}


@settings(max_examples=30)
@given(st.sampled_from(sorted(BY_NAME)), st.lists(ASKED, max_size=4))
def test_what_the_driver_allows_the_instrument_takes_and_what_it_refuses_does_not(name, asked):
    clock = JumpClock()
    meter = linked(Keithley2450Twin(OhmicCell(ohms=1e-6), clock, name), clock)
    meter.connect()
    for is_current, volts, amps, sign in asked:
        try:
            if is_current:
                meter.source_current(sign * amps, voltage_limit_v=volts)
            else:
                meter.source_voltage(sign * volts, current_limit_a=amps)
        except OutOfRangeError:
            assert not takes(name, is_current, volts, amps)
        else:
            assert takes(name, is_current, volts, amps)
            in_force = meter.voltage_limit_v if is_current else meter.current_limit_a
            assert in_force == pytest.approx(volts if is_current else amps)


def takes(name, is_current, volts, amps):
    """Whether a fresh instrument has both in force, asked without the driver."""
    twin = Keithley2450Twin(OhmicCell(ohms=1e-6), JumpClock(), name)
    if is_current:
        lines = f":SOUR:FUNC CURR;:SOUR:CURR:RANG {amps};:SOUR:CURR {amps}"
        lines += f";:SOUR:CURR:VLIM {volts};VLIM?\n"
    else:
        lines = f":SOUR:FUNC VOLT;:SOUR:VOLT:RANG {volts};:SOUR:VOLT {volts}"
        lines += f";:SOUR:VOLT:ILIM {amps};ILIM?\n"
    said = twin.receive(lines.encode() + b":SYST:ERR?\n").decode().splitlines()
    asked = volts if is_current else amps
    return said[-1].startswith("0,") and float(said[0]) == pytest.approx(asked)
