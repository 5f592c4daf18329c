"""The 1287's conversation, line by line: what it is told, in which order, and what it says."""

from dataclasses import replace

import pytest
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import Galvanostatic, SegmentEnd
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.solartron.interface import InterfaceTwin
from solidcell.drivers.solartron_1287 import (
    IDENTITY_QUERY,
    SET_UP,
    Solartron1287,
)
from solidcell.drivers.solartron_1287_resistors import ohm_of, resistor_for
from support.gpib_bench import behind_adapter, line_link, wire_to
from support.gpib_transcript import gpib_conversation

pytestmark = pytest.mark.proves("solartron_1287", transcript="12876000, and two programs")

NO_ERROR = "> ?ER\n< 00\n"
CONNECT = f"{NO_ERROR}> ?PW\n< 0\n{NO_ERROR}"
FIRST = "".join(f"> {command}\n" for command in ("PW 0", *SET_UP))
ON = "> PW 1\n> ?PW\n< 1\n"
OFF = "> PW 0\n> BY 0\n> RU 0\n> PV 0\n> PC 0\n> ?PW\n< 0\n"


def entered(function, resistor):
    """Change the mode in standby, and choose a resistor."""
    return f"> PW 0\n> PV 0\n> PC 0\n> PO {int(function == 'PC')}\n{chosen(resistor)}"


def chosen(resistor):
    limit = 7 - min(resistor, 7)
    return f"> RR {resistor}\n> IL {limit}\n> OL 1\n> ?RR\n< {resistor}\n"


def level(function, value):
    return f"> {function} {value}\n> ?{function}\n< {value}\n"


MILLIAMPERE = FIRST + entered("PC", 4) + level("PC", "-1.0000E-03") + ON + NO_ERROR


def read(*readings, then=""):
    """Drive 1 mA, then take readings."""
    asked = "".join(f"> RU 1\n< {reading}\n" for reading in readings) + then
    with gpib_conversation(CONNECT + MILLIAMPERE + asked) as link:
        source = Solartron1287(link)
        source.connect()
        source.source_current(1e-3, voltage_limit_v=5.0)
        return [source.read() for _ in readings]


def test_connecting_asks_whether_the_cell_is_polarized_and_switches_nothing():
    for found, state in (("0", OutputState.OFF), ("1", OutputState.ON)):
        with gpib_conversation(CONNECT.replace("PW\n< 0", f"PW\n< {found}")) as link:
            source = Solartron1287(link, model="1286")
            assert source.connect() is state
    assert source.identity.model == "1286"


@pytest.mark.parametrize("reply", ["1260 IMPEDANCE ANALYZER, SOLARTRON, 0, 0", "OK", "", "-1.0"])
def test_who_does_not_answer_with_an_error_s_number_is_no_1287(reply):
    with (
        gpib_conversation(f"> ?ER\n< {reply}") as link,
        pytest.raises(WrongInstrumentError, match="expected the number of an error"),
    ):
        Solartron1287(link).connect()


def test_currents_and_voltages_are_turned_round_both_ways():
    (reading,) = read("-2.50000E-01,-1.00000E-03,00,00,10,20,30,40")
    assert reading.current_a == 1e-3
    assert reading.voltage_v == 0.25
    assert reading.flags is Flag.NONE
    assert reading.time_s == 37230.4


def test_on_a_twin_a_positive_current_raises_the_potential_of_the_cell():
    clock = JumpClock()
    front_end = load_rig("llzo", clock).front_end(IDEAL)
    twin = behind_adapter(clock, InterfaceTwin(front_end, clock), 6)
    source = Solartron1287(line_link(wire_to(twin, clock), 6, identity_query=IDENTITY_QUERY))
    source.connect()
    source.source_current(1e-4, voltage_limit_v=5.0)
    seen = source.read()
    assert seen.current_a == pytest.approx(1e-4, rel=1e-4)
    assert seen.voltage_v > 0.01
    source.source_voltage(-0.05, current_limit_a=1e-3)
    assert source.read().voltage_v == pytest.approx(-0.05, rel=1e-3)
    source.make_safe()
    assert front_end.is_open


def test_the_time_goes_on_over_midnight_and_a_reading_is_not_believed_twice():
    before, after = read(
        "-2.50000E-01,-1.00000E-03,00,00,23,59,59,90",
        "-2.50000E-01,-1.00000E-03,00,00,00,00,00,15",
    )
    assert after.time_s - before.time_s == pytest.approx(0.25)
    with pytest.raises(BadReplyError, match="was given before"):
        read(*["-2.50000E-01,-1.00000E-03,00,00,10,20,30,40"] * 2, then="> (close)\n")


@pytest.mark.parametrize("errors", ["31,00", "00,32", "31,32"])
def test_an_error_of_either_value_marks_the_reading(errors):
    (reading,) = read(f"-2.50000E-01,-1.00000E-03,{errors},10,20,30,40")
    assert reading.flags is Flag.OVERLOAD


def test_a_current_that_is_not_the_one_asked_for_is_told():
    (reading,) = read("-1.40000E+01,-4.00000E-04,00,00,10,20,30,40")
    assert reading.flags is Flag.COMPLIANCE


@pytest.mark.parametrize(
    "reply",
    [
        "-2.50000E-01,-1.00000E-03,00,00",
        "2.50000E-01,-1.00000E-03,00,00,10,20,30,40",
        "-2.50000E-01,00,00,10,20,30,40",
        "-2.50000E-01,-1.00000E-03,00,00,24,20,30,40",
        "-2.50000E-01,-1.00000E-03,00,00,10,20,30,4",
        "00",
    ],
)
def test_a_reading_with_a_part_missing_is_no_reading(reply):
    with pytest.raises(BadReplyError, match="expected two values, two errors and a time"):
        read(reply, then="> (close)\n")


def test_another_level_is_only_a_level_and_another_resistor_comes_at_zero():
    script = (
        level("PC", "-1.5000E-03") + NO_ERROR,
        "> PC 0\n" + chosen(3) + level("PC", "-3.0000E-03") + NO_ERROR,
        entered("PV", 4) + level("PV", "-5.0000E-01") + ON + NO_ERROR,
    )
    with gpib_conversation(CONNECT + MILLIAMPERE + "".join(script) + OFF) as link:
        source = Solartron1287(link)
        source.connect()
        source.source_current(1e-3, voltage_limit_v=5.0)
        source.source_current(1.5e-3, voltage_limit_v=5.0)
        source.source_current(3e-3, voltage_limit_v=5.0)
        source.source_voltage(0.5, current_limit_a=2e-3)
        source.make_safe()


@pytest.mark.parametrize(
    ("reached", "says"),
    [
        (FIRST + entered("PC", 4)[:-2] + "3\n", "another one than RR 4"),
        (MILLIAMPERE.partition(ON)[0][:-4] + "04\n", "level"),
        (MILLIAMPERE.partition(ON)[0] + "> PW 1\n> ?PW\n< 0\n", "in standby after PW 1"),
        (MILLIAMPERE[:-3] + "07\n> CE\n", "reports error 07"),
    ],
)
def test_what_it_did_not_do_is_a_fault(reached, says):
    with gpib_conversation(CONNECT + reached) as link:
        source = Solartron1287(link)
        source.connect()
        with pytest.raises(InstrumentFaultError, match=says):
            source.source_current(1e-3, voltage_limit_v=5.0)


def test_a_cell_that_stays_polarized_is_a_fault():
    with gpib_conversation(CONNECT + OFF[:-2] + "1\n") as link:
        source = Solartron1287(link)
        source.connect()
        with pytest.raises(InstrumentFaultError, match="still polarized after PW 0"):
            source.make_safe()


def test_nothing_is_read_or_changed_of_what_is_not_driven():
    with gpib_conversation(CONNECT) as link:
        source = Solartron1287(link)
        source.connect()
        with pytest.raises(DriverError, match="drives nothing yet"):
            source.read()
        with pytest.raises(DriverError, match="polarizes no cell"):
            source.change_resistor(3)


@pytest.mark.parametrize(
    ("current_a", "voltage_v"), [(2.1, 1.0), (1.0, 14.6), (float("nan"), 1.0), (0.1, float("nan"))]
)
def test_more_than_it_has_is_refused_before_anything_is_sent(current_a, voltage_v):
    with gpib_conversation(CONNECT) as link:
        source = Solartron1287(link)
        source.connect()
        with pytest.raises(OutOfRangeError):
            source.source_current(current_a, voltage_limit_v=voltage_v)
        with pytest.raises(OutOfRangeError):
            source.source_voltage(voltage_v, current_limit_a=current_a)


def test_no_current_is_no_limit_and_another_model_is_none():
    with pytest.raises(OutOfRangeError, match="above 0 A"):
        Solartron1287(None).check_voltage(1.0, 0.0)
    with pytest.raises(OutOfRangeError, match="1285"):
        Solartron1287(None, model="1285")


@pytest.mark.parametrize("resistor", range(1, 9))
def test_every_resistor_holds_its_own_full_scale_and_not_more(resistor):
    full_a = 0.2 / ohm_of(resistor)
    assert resistor_for(-full_a) == resistor
    assert resistor_for(1.01 * full_a) == max(1, resistor - 1)


def test_what_it_holds_by_itself_is_only_the_current_of_a_potentiostat():
    with gpib_conversation(CONNECT) as link:
        device = HostSequencer(Solartron1287(link), JumpClock())
        device.connect()
        assert device.program_limits(5.0).by_segment == ("current limit in voltage mode",)


def test_a_limit_is_noticed_between_samples_because_the_instrument_holds_none():
    clock = JumpClock()
    front_end = load_rig("llzo", clock).front_end(IDEAL)
    twin = behind_adapter(clock, InterfaceTwin(front_end, clock), 6)
    source = Solartron1287(line_link(wire_to(twin, clock), 6, identity_query=IDENTITY_QUERY))
    device = HostSequencer(source, clock)
    device.connect()
    segment = Galvanostatic(
        current_a=1e-4,
        duration_s=600.0,
        sample_period_s=60.0,
        voltage_min_v=-1.0,
        voltage_max_v=1.0,
    )
    running = device.perform(segment)
    before = next(seen for seen in running if seen is not None)
    began_s = clock.now_s()
    measure = front_end.measure
    front_end.measure = lambda at_s, range_a=None: replace(measure(at_s, range_a), voltage_v=-2.0)
    end = next(seen for seen in running if seen is not None)
    assert clock.now_s() - began_s < 2.0
    assert (before.voltage_v < 1.0, end.voltage_v) == (True, -2.0)
    with pytest.raises(StopIteration) as ended:
        next(running)
    assert ended.value.value is SegmentEnd.VOLTAGE_LIMIT
