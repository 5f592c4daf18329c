"""Lines whose form is declared: what they say in SI, and what is not a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.auxiliary_line import ScpiGauge, open_auxiliary_line
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import BadReplyError, LinkLostError, WrongInstrumentError
from solidcell.drivers.gauge_line import NUMBER, UNITS, LineFormat
from solidcell.drivers.line_gauge import LineGauge
from solidcell.drivers.load_cell import load_cell, open_load_cell
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.gauges import (
    LOAD_CELL_PATTERN,
    PRESS_AREA_MM2,
    LoadCellTwin,
    thermometer_twin,
    voltmeter_twin,
)
from solidcell.drivers.simulated.oven import SimulatedOven
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.played_link import PlayedLink, played
from support.transcript import conversation

pytestmark = [
    pytest.mark.proves("load_cell", transcript="declared lines"),
    pytest.mark.proves("auxiliary_line", transcript="declared lines"),
    pytest.mark.proves("auxiliary_scpi", transcript="declared lines"),
]
WITH_UNIT = r"(?P<value>[+-]?[\d.,]+) (?P<unit>\w+)"


@pytest.mark.parametrize(
    ("line", "unit", "value", "si"),
    [
        ("25.00", "degC", 298.15, "K"),
        ("77", "degF", 298.15, "K"),
        ("40", "kgf", 392.266, "N"),
        ("1.5", "bar", 1.5e5, "Pa"),
        ("-12.5e-3", "mV", -12.5e-6, "V"),
        ("50", "percent", 0.5, "1"),
        (" +7 ", "um", 7e-6, "m"),
    ],
)
def test_a_number_is_brought_to_si(line, unit, value, si):
    form = LineFormat.of(NUMBER, unit)
    assert form.value(line) == pytest.approx(value)
    assert form.si.si_unit == si


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(UNITS)), st.floats(1e-3, 1e3))
def test_a_factor_comes_before_the_unit(number, unit, factor):
    line = f"{number:.3f}"
    once = LineFormat.of(NUMBER, unit).value(repr(float(line) * factor))
    assert LineFormat.of(NUMBER, unit, factor=factor).value(line) == pytest.approx(once, abs=1e-12)


@pytest.mark.parametrize("line", ["", "nan", "inf", "25.0 C", "ERR", "1e999", "--", "2 5"])
def test_what_is_not_one_finite_number_is_no_value(line):
    with pytest.raises(BadReplyError, match="the line"):
        LineFormat.of(NUMBER, "K").value(line)


def test_a_line_in_another_unit_than_the_declared_one_is_refused():
    form = LineFormat.of(WITH_UNIT, "N")
    assert form.value("392.7 N") == 392.7
    with pytest.raises(BadReplyError, match="is in 'kN', and 'N' is declared"):
        form.value("0.3927 kN")


def test_a_comma_is_a_decimal_point_only_where_it_is_declared():
    assert LineFormat.of(WITH_UNIT, "N", decimal_comma=True).value("12,5 N") == 12.5
    with pytest.raises(BadReplyError, match="12,5"):
        LineFormat.of(WITH_UNIT, "N").value("12,5 N")


@pytest.mark.parametrize(
    ("pattern", "unit", "factor", "word"),
    [
        (NUMBER, "stone", 1.0, "unit 'stone' is not known"),
        (r"\d+", "N", 1.0, "group for the number"),
        (r"(?P<value>", "N", 1.0, "no regular expression"),
        (NUMBER, "N", 0.0, "factor"),
    ],
)
def test_a_declaration_that_is_none_is_refused(pattern, unit, factor, word):
    with pytest.raises(ValueError, match=word):
        LineFormat.of(pattern, unit, factor=factor)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"unit": "N"}, "needs area_mm2"),
        ({"unit": "bar", "area_mm2": 78.5}, "is a pressure already"),
        ({"unit": "degC"}, "neither a force nor a pressure"),
    ],
)
def test_a_pressure_needs_an_area_only_where_a_force_is_said(given, word):
    with pytest.raises(ValueError, match=word):
        open_load_cell("socket://127.0.0.1:1", clock=JumpClock(), **given)


def test_a_pressure_gauge_is_asked_where_it_does_not_speak_by_itself():
    with played((b"P?\r", b"12.5 bar\r\n"), (b"P?\r", b"12.4 bar\r\n")) as link:
        gauge = load_cell(
            link, clock=JumpClock(), unit="bar", pattern=WITH_UNIT, query="P?", command_end="cr"
        )
        gauge.connect()
        assert gauge.read() == pytest.approx(12.4e5)


def printing(pressure_pa):
    clock = JumpClock()
    twin = LoadCellTwin(lambda at_s: pressure_pa(at_s) * PRESS_AREA_MM2 * 1e-6, clock)
    gauge = load_cell(
        InProcessLink(twin, clock),
        clock=clock,
        unit="N",
        pattern=LOAD_CELL_PATTERN,
        area_mm2=PRESS_AREA_MM2,
    )
    gauge.connect()
    return gauge, clock


def test_lines_that_were_printed_before_it_was_asked_say_nothing_of_now():
    gauge, clock = printing(lambda at_s: 1e6 if at_s < 60 else 9e6)
    assert gauge.read() == pytest.approx(1e6, rel=1e-3)
    clock.sleep_until(60.0)
    assert gauge.read() == pytest.approx(9e6, rel=1e-3)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 6))
def test_however_a_stream_of_lines_is_cut_no_part_of_a_line_is_taken_for_one(cuts, begun):
    stream = b"".join(b"392.%d\r\n" % (n % 10) for n in range(400))[begun:]
    pieces = []
    for size in cuts:
        pieces.append(stream[:size])
        stream = stream[size:]
    pieces.append(stream)
    link = PlayedLink([])
    link.read = lambda _: pieces.pop(0) if pieces else b""
    gauge = LineGauge(link, clock=JumpClock(), form=LineFormat.of(NUMBER, "N"))
    try:
        gauge.connect()
        while True:
            assert 392.0 <= gauge.read() <= 392.9
    except LinkLostError:
        assert not pieces


def test_silence_is_a_lost_link_until_it_is_connected_again():
    with played((b"V?\r\n", b"1.0\r\n"), (b"V?\r\n", b"")) as link:
        gauge = LineGauge(
            link, clock=JumpClock(), form=LineFormat.of(NUMBER, "V"), query="V?", name="meter"
        )
        gauge.connect()
        with pytest.raises(LinkLostError, match="meter said no whole line"):
            gauge.read()
        with pytest.raises(LinkLostError, match="connect again"):
            gauge.read()


def test_a_gauge_that_says_who_it_is_is_known_again():
    answers = [(b"ID\r\n", b"HX-7\r\n"), (b"V?\r\n", b"1\r\n")]
    other = [(b"ID\r\n", b"HX-8\r\n")]
    with played(*answers, *other) as link:
        gauge = LineGauge(
            link,
            clock=JumpClock(),
            form=LineFormat.of(NUMBER, "V"),
            query="V?",
            identity_query="ID",
        )
        gauge.connect()
        assert gauge.identity.model == "HX-7"
        with pytest.raises(WrongInstrumentError, match="'HX-8' answers where 'HX-7' did"):
            gauge.connect()


def test_a_line_without_an_end_is_given_up():
    with played((b"V?\r\n", b"1" * 2000)) as link:
        gauge = LineGauge(link, clock=JumpClock(), form=LineFormat.of(NUMBER, "V"), query="V?")
        link.read = lambda _: b"1" * 2000 if link.left == [] else b""
        with pytest.raises(LinkLostError, match=r"no whole line|never quiet"):
            gauge.connect()


def test_a_scpi_gauge_is_asked_who_it_is_and_for_one_value():
    with conversation(
        """
        > *IDN?
        < AGILENT,34401A,0,11-5-2
        > MEAS:VOLT:DC?
        < +1.23400000E-03
        > *IDN?
        < AGILENT,34401A,0,11-5-2
        > MEAS:VOLT:DC?
        < +9.91000000E+37
        > (close)
        """
    ) as link:
        gauge = ScpiGauge(link, form=LineFormat.of(NUMBER, "V"), query="MEAS:VOLT:DC?")
        gauge.connect()
        with pytest.raises(BadReplyError, match="overflow or no data"):
            gauge.read()


def test_the_thermometer_twin_refuses_what_it_does_not_know():
    twin = thermometer_twin(SimulatedOven().temperature_k, JumpClock())
    assert twin.receive(b"FOO?\nSYST:ERR?\nSYST:") == b'-113,"Undefined header"\n'
    assert twin.receive(b"ERR?\n") == b'+0,"No error"\n'


def test_a_thermometer_in_an_oven_reads_the_oven():
    clock, oven = JumpClock(), SimulatedOven()
    link = LineLink(InProcessLink(thermometer_twin(oven.temperature_k, clock), clock))
    gauge = ScpiGauge(link, form=LineFormat.of(NUMBER, "degC"), query="MEAS:TEMP?")
    gauge.connect()
    assert gauge.read() == pytest.approx(298.15)
    oven.sensor_broken = True
    with pytest.raises(BadReplyError, match="no data"):
        gauge.read()


def test_a_port_that_is_not_there_says_so():
    with pytest.raises(LinkLostError, match="cannot open"):
        open_auxiliary_line("socket://127.0.0.1:1", clock=JumpClock(), unit="K")


def test_a_reference_electrode_tells_which_side_polarises():
    clock = JumpClock()
    rig = load_rig("lpscl", clock)
    front_end = rig.front_end(IDEAL)
    front_end.drive_current(0.0, 1e-3, 5.0)
    assert rig.working_vs_reference_v(1.0) == pytest.approx(front_end.measure(1.0).voltage_v / 2)
    rig.cells[0].contacts[1].contact = 0.2  # the counter electrode has lost contact
    front_end.measure(5.0)
    clock.sleep_until(10.0)
    whole_v = front_end.measure(10.0).voltage_v
    link = LineLink(InProcessLink(voltmeter_twin(rig.working_vs_reference_v, clock), clock))
    gauge = ScpiGauge(link, form=LineFormat.of(NUMBER, "V"), query="MEAS:VOLT?")
    gauge.connect()
    assert gauge.unit == "V"
    assert 0 < gauge.read() < 0.4 * whole_v


def test_a_cell_without_a_reference_electrode_has_no_voltage_against_it():
    clock = JumpClock()
    twin = voltmeter_twin(load_rig("polymer", clock).working_vs_reference_v, clock)
    assert twin.receive(b"MEAS:VOLT?\n") == b"+9.91000000E+37\n"
