import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.serve import InProcessLink
from support.ohmic_cell import OhmicCell


class Bench:
    """A twin, its clock, a cell of 1 kOhm and 0.5 V, and lines to and from them."""

    def __init__(self, ohms=1000.0, emf_v=0.5, **how):
        self.clock = JumpClock()
        self.cell = OhmicCell(ohms, emf_v)
        self.twin = Keithley2450Twin(self.cell, self.clock, **{"lead_resistance_ohm": 0.0} | how)
        self.link = InProcessLink(self.twin, self.clock)

    def say(self, *lines):
        for line in lines:
            self.link.write(line.encode() + b"\n")
        assert self.ask(":SYST:ERR:COUN?") == "0", self.ask(":SYST:ERR?")

    def ask_bytes(self, line):
        self.link.write(line.encode() + b"\n")
        return self.link.read(1.0)

    def ask(self, line):
        answer = self.ask_bytes(line)
        assert answer.endswith(b"\n"), answer
        return answer.decode().removesuffix("\n")

    def numbers(self, line):
        return [float(field) for field in self.ask(line).split(",")]

    def error_after(self, line):
        self.link.write(line.encode() + b"\n")
        return int(self.ask(":SYST:ERR?").split(",")[0])

    def source_current(self, current_a):
        self.say(
            ":SENS:FUNC 'VOLT'", ":SOUR:FUNC CURR", ":OUTP:SMOD HIMP", ":SENS:VOLT:RSEN ON",
            ":SOUR:CURR:VLIM 2", f":SOUR:CURR {current_a}", ":OUTP ON",
        )  # fmt: skip


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def sourcing(bench):
    bench.source_current(1e-3)
    return bench


@pytest.mark.parametrize("model", ["2450", "2460", "2461", "2470"])
def test_the_makers_name_is_spelled_in_two_ways(model):
    assert Bench(model=model).ask("*IDN?").startswith(f"KEITHLEY INSTRUMENTS,MODEL {model},0")
    long = Bench(model=model, spelling="long").ask("*IDN?")
    assert long.startswith(f"KEITHLEY INSTRUMENTS INC.,MODEL {model},0")


def test_the_command_set_is_told():
    assert Bench().ask("*LANG?") == "SCPI"


def test_in_the_wrong_command_set_only_common_commands_are_understood():
    bench = Bench(language="TSP")
    assert bench.ask("*LANG?") == "TSP"
    assert bench.ask_bytes(":OUTP?") == b""


def test_the_empty_error_queue_has_its_own_words(bench):
    assert bench.ask(":SYST:ERR?") == '0,"No error;0;0 0"'


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (":NO:SUCH:HEADER 1", -113),
        (":SOUR:CURR", -109),
        (":SOUR:CURR 1e-3, 2", -108),
        (":SOUR:CURR abc", -104),
        (":SOUR:CURR 2", -222),
        (":SOUR:FUNC OHMS", -224),
        (':READ? "nobody"', -224),
        (":FETC?", -230),
        (":INIT", -200),
        (":SOUR:CURR:VLIM 0.001", -222),
        (":SENS:VOLT:NPLC 11", -222),
        (":TRAC:DATA? 1, 2", -222),
        (':FORM REAL;:READ? "defbuffer1", READ, TIME', 1133),
    ],
)
def test_an_error_has_the_code_of_the_manual(bench, line, code):
    bench.link.write(line.encode() + b"\n")
    bench.clock.sleep_until(1.0)
    assert int(bench.ask(":SYST:ERR?").split(",")[0]) == code


def test_an_error_carries_its_text_severity_and_time(bench):
    bench.clock.sleep_until(83.648)
    bench.link.write(b":NONSENSE\n")
    assert bench.ask(":SYST:EVEN:NEXT?") == '-113,"Undefined header;1;2026/01/01 00:01:23.648"'
    assert bench.ask("*ESR?") == "32"
    assert bench.ask("*ESR?") == "0"


def test_errors_are_told_in_order_and_counted(bench):
    bench.link.write(b":ONE\n:SOUR:CURR 99\n")
    assert bench.ask("*STB?") == "4"
    assert bench.ask(":SYST:ERR:COUN?") == "2"
    assert bench.ask(":SYST:ERR?").startswith("-113")
    assert bench.ask(":SYST:ERR?").startswith("-222")
    bench.link.write(b":ONE\n*CLS\n")
    assert bench.ask("*STB?") == "0"


def test_a_refused_setting_leaves_the_old_value(bench):
    bench.say(":SOUR:CURR:RANG 1e-3", ":SOUR:CURR 1e-3")
    assert bench.error_after(":SOUR:CURR 1e-2") == -222
    assert bench.numbers(":SOUR:CURR?") == [1e-3]
    assert bench.error_after(":SOUR:CURR:RANG 1e-4") == -222
    assert bench.numbers(":SOUR:CURR:RANG?") == [1e-3]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (":SOUR:CURR:VLIM?", 21),
        (":SOUR:CURR:VLIM? MIN", 0.02),
        (":SOUR:CURR:VLIM? MAXimum", 210),
        (":SOUR:VOLT:ILIM? DEF", 1.05e-4),
        (":SENSE1:VOLTAGE:DC:NPLCYCLES?", 1),
        ("sens:curr:rang:auto?", 1),
        (":SENS:VOLT:NPLC 0.1;NPLC?", 0.1),
        (":SENS:CURR:RANG 3e-4;RANG?", 1e-3),
    ],
)
def test_settings_are_told_under_any_of_their_names(bench, query, answer):
    assert bench.numbers(query) == [answer]


def test_several_answers_of_one_line_are_parted_by_semicolons(bench):
    assert bench.ask(":SOUR:FUNC?;:SENS:FUNC?;:OUTP?") == 'VOLT;"CURR:DC";0'


@settings(max_examples=50)
@given(cuts=st.lists(st.integers(0, 60), max_size=6))
def test_a_line_split_anywhere_is_the_same_line(cuts):
    bench = Bench()
    message = b":SENS:VOLT:NPLC 0.5;NPLC?;:SOUR:FUNC CURR;:SOUR:FUNC?\r\n"
    edges = [0, *sorted(min(cut, len(message)) for cut in cuts), len(message)]
    said = b"".join(bench.twin.receive(message[a:b]) for a, b in pairwise(edges))
    assert said == b"0.5;CURR\n"


def test_as_delivered_the_instrument_discharges_the_cell_while_off(bench):
    bench.clock.sleep_until(100.0)
    bench.ask("*OPC?")
    assert not bench.cell.is_open
    assert bench.ask(":OUTP?;:OUTP:SMOD?") == "0;NORM"
    bench.say(":OUTP:VOLT:SMOD HIMP")
    assert bench.cell.charge_c < 0.0


def test_with_high_impedance_off_opens_the_cell(sourcing):
    sourcing.say(":OUTP OFF")
    assert sourcing.cell.is_open
    before_c = sourcing.cell.charge_c
    sourcing.clock.sleep_until(1000.0)
    sourcing.say(":OUTP ON")
    assert sourcing.cell.charge_c == before_c


def test_reset_brings_the_discharging_off_state_back(sourcing):
    sourcing.say(":OUTP OFF", "*RST")
    assert not sourcing.cell.is_open


@pytest.mark.parametrize(("off_state", "current_a"), [("ZERO", -5e-4), ("GUAR", 0.0)])
def test_the_other_off_states_leave_a_source_on_the_cell(sourcing, off_state, current_a):
    sourcing.say(":SOUR:CURR:RANG 0.01", f":OUTP:SMOD {off_state}", ":OUTP OFF")
    at_s = sourcing.clock.now_s() + 1.0
    assert sourcing.cell.measure(at_s).current_a == pytest.approx(current_a)


def test_off_states_are_kept_for_each_function(bench):
    bench.say(":SOUR:FUNC CURR", ":OUTP:SMOD HIMP", ":SOUR:FUNC VOLT")
    assert bench.ask(":OUTP:SMOD?") == "NORM"
    assert bench.ask(":OUTP:CURR:SMOD?") == "HIMP"


@settings(max_examples=40)
@given(current_a=st.floats(-1e-2, 1e-2), limit_v=st.floats(0.1, 20.0))
def test_the_source_or_the_limit_rules_but_never_neither(current_a, limit_v):
    bench = Bench(emf_v=0.0)
    bench.source_current(current_a)
    bench.say(f":SOUR:CURR:VLIM {limit_v}")
    sourced, volts, status = bench.numbers(':READ? "defbuffer1", SOUR, READ, SOURSTAT')
    if int(status) & 32:
        assert abs(volts) == pytest.approx(limit_v, rel=1e-6)
        assert abs(sourced) <= abs(current_a) * (1 + 1e-6)
    else:
        assert sourced == pytest.approx(current_a, rel=1e-6, abs=1e-12)
        assert abs(volts) <= limit_v * (1 + 1e-6)


def test_the_limit_is_told_in_the_status_and_as_tripped(sourcing):
    assert sourcing.ask(':READ? "defbuffer1", SOURSTAT') == "192"
    assert sourcing.ask(":SOUR:CURR:VLIM:TRIP?") == "0"
    sourcing.say(":SOUR:CURR 0.5")
    assert sourcing.ask(':READ? "defbuffer1", SOURSTAT') == "224"
    assert sourcing.ask(":SOUR:CURR:VLIM:TRIP?") == "1"


def test_a_reading_takes_its_integration_time_on_the_clock(sourcing):
    sourcing.say(":SENS:VOLT:NPLC 5", ":SENS:COUN 3")
    before_s = sourcing.clock.now_s()
    sourcing.link.write(b":READ?\n*OPC?\n")
    assert sourcing.twin.due_s() == pytest.approx(before_s + 0.3)
    assert sourcing.twin.poll() == b""
    sourcing.link.read(1.0)
    assert sourcing.clock.now_s() == pytest.approx(before_s + 0.3)
    assert sourcing.ask(":TRAC:ACT?") == "3"


def test_a_repeating_filter_makes_a_reading_longer(sourcing):
    sourcing.say(":SENS:VOLT:NPLC 1", ":SENS:VOLT:AVER:COUN 10", ":SENS:VOLT:AVER ON")
    before_s = sourcing.clock.now_s()
    sourcing.ask(":READ?")
    assert sourcing.clock.now_s() - before_s == pytest.approx(0.2)


def test_two_wires_read_the_leads_and_four_do_not():
    bench = Bench(lead_resistance_ohm=10.0)
    bench.source_current(1e-3)
    assert bench.numbers(":READ?") == [pytest.approx(1.5, rel=1e-6)]
    bench.say(":SENS:VOLT:RSEN OFF")
    assert not bench.twin.output_is_on, "changing the wiring turns the output off"
    bench.say(":OUTP ON")
    assert bench.numbers(":READ?") == [pytest.approx(1.51, rel=1e-6)]


def test_a_sourced_current_is_read_back_on_the_range_that_it_is_sourced_on(sourcing):
    for setting, range_a in ((":SOUR:CURR 5e-7", 1e-6), (":SOUR:CURR:RANG 0.01", 1e-2)):
        sourcing.say(setting)
        sourcing.ask(":READ?")
        assert sourcing.cell.read_on_range_a == range_a


def test_a_measured_current_is_read_on_a_range_of_its_own(bench):
    bench.say(":SENS:FUNC 'CURR'", ":SOUR:FUNC VOLT", ":OUTP ON")
    bench.ask(":READ?")
    assert bench.cell.read_on_range_a is None
    bench.say(":SENS:CURR:RANG 1e-3")
    bench.ask(":READ?")
    assert bench.cell.read_on_range_a == 1e-3


def test_a_fixed_range_overflows(sourcing):
    sourcing.say(":SENS:VOLT:RANG 0.2")
    assert sourcing.numbers(":READ?") == [9.9e37]
    sourcing.say(":SENS:VOLT:RANG:AUTO ON")
    assert sourcing.numbers(":READ?") == [pytest.approx(1.5, rel=1e-6)]


def test_readings_are_of_single_precision_with_the_digits_asked_for():
    bench = Bench(emf_v=-0.7)
    bench.source_current(0.0)
    bench.say(":FORM:ASC:PREC 10")
    assert bench.ask(":READ?") == "-6.999999881E-01"
    bench.say(":FORM:ASC:PREC 0")
    assert bench.ask(":FETC?") == "-7.000000E-01"


@pytest.mark.parametrize(("form", "code", "size"), [("REAL", "d", 8), ("SRE", "f", 4)])
@pytest.mark.parametrize(("border", "order"), [("SWAP", "<"), ("NORM", ">")])
def test_binary_answers_are_indefinite_blocks(sourcing, form, code, size, border, order):
    sourcing.say(f":FORM:DATA {form}", f":FORM:BORD {border}")
    block = sourcing.ask_bytes(':READ? "defbuffer1", READ, SOUR')
    assert block[:2] == b"#0"
    assert block[-1:] == b"\n"
    assert len(block) == 2 + 2 * size + 1
    assert struct.unpack(f"{order}2{code}", block[2:-1]) == pytest.approx((1.5, 1e-3))


def test_all_fourteen_elements_are_told(sourcing):
    elements = "READ,REL,SOUR,SOURSTAT,STAT,TST,SEC,FRAC,DATE,TIME,FORM,UNIT,SOURFORM,SOURUNIT"
    fields = sourcing.ask(f':READ? "defbuffer1",{elements}').split(",")
    assert len(fields) == 14
    assert fields[8] == "01/01/2026"
    assert fields[11::2] == ["V", "A"]
    assert sourcing.error_after(f':READ? "defbuffer1",{elements},READ') == -108


def test_relative_time_counts_from_the_first_reading_of_the_buffer(sourcing):
    sourcing.ask(":READ?")
    sourcing.clock.sleep_until(10.0 + sourcing.clock.now_s())
    assert sourcing.numbers(':READ? "defbuffer1", REL') == [pytest.approx(10.02)]
    sourcing.say(":TRAC:CLE")
    assert sourcing.numbers(':READ? "defbuffer1", REL') == [0.0]


def test_a_buffer_of_ones_own_keeps_the_newest(sourcing):
    sourcing.say(':TRAC:MAKE "mine", 10', ":SENS:COUN 12", ":SENS:VOLT:NPLC 1")
    sourcing.ask(':READ? "mine"')
    assert sourcing.ask(':TRAC:POIN? "mine"') == "10"
    assert sourcing.ask(':TRAC:ACT? "mine"') == "10"
    times = sourcing.numbers(':TRAC:DATA? 1, 10, "mine", REL')
    assert times == pytest.approx([0.02 * number for number in range(2, 12)])
    assert sourcing.ask(":TRAC:ACT?") == "0"
    sourcing.say(':TRAC:DEL "mine"')
    assert sourcing.error_after(':TRAC:ACT? "mine"') == -224


def test_a_simple_loop_fills_the_buffer_while_the_host_waits(sourcing):
    sourcing.say(':TRIG:LOAD "SimpleLoop", 5, 1, "defbuffer2"')
    assert sourcing.ask(":TRIG:STAT?").startswith("IDLE;IDLE;")
    before_s = sourcing.clock.now_s()
    sourcing.link.write(b":INIT\n")
    assert sourcing.ask(":TRIG:STAT?").startswith("RUNNING;RUNNING;")
    assert sourcing.ask("*OPC?") == "1"
    assert sourcing.clock.now_s() == pytest.approx(before_s + 5 * 1.02)
    assert sourcing.ask(":TRIG:STAT?").startswith("IDLE;IDLE;")
    times = sourcing.numbers(':TRAC:DATA? 1, 5, "defbuffer2", REL')
    assert times == pytest.approx([0.0, 1.02, 2.04, 3.06, 4.08])


def test_a_duration_loop_is_polled_row_by_row_and_can_be_aborted(sourcing):
    sourcing.say(':TRIG:LOAD "DurationLoop", 100, 0.98', ":INIT")
    sourcing.clock.sleep_until(sourcing.clock.now_s() + 10.5)
    assert sourcing.ask(":TRAC:ACT?") == "11"
    assert sourcing.error_after(":READ?") == -200
    sourcing.say(":ABOR")
    assert sourcing.ask(":TRIG:STAT?").startswith("ABORTED;")
    sourcing.clock.sleep_until(sourcing.clock.now_s() + 10.0)
    assert sourcing.ask(":TRAC:ACT?") == "11"


def test_a_wait_holds_back_what_follows_it(sourcing):
    sourcing.say(':TRIG:LOAD "DurationLoop", 10, 0.98', ":INIT")
    before_s = sourcing.clock.now_s()
    sourcing.link.write(b"*WAI\n:SOUR:CURR 0\n")
    sourcing.clock.sleep_until(before_s + 5.0)
    sourcing.twin.poll()
    assert sourcing.cell.measure(sourcing.clock.now_s()).current_a == pytest.approx(1e-3)
    sourcing.clock.sleep_until(before_s + 11.0)
    sourcing.twin.poll()
    assert sourcing.cell.measure(sourcing.clock.now_s()).current_a == 0.0


def test_an_operation_complete_is_noted_in_the_event_register(sourcing):
    sourcing.say("*ESE 1", "*OPC")
    assert sourcing.ask("*STB?") == "32"
    assert sourcing.ask("*ESR?") == "1"


def test_measure_chooses_the_function_and_reads(sourcing):
    assert sourcing.numbers(":MEAS:CURR?") == [pytest.approx(1e-3)]
    assert sourcing.ask(":SENS:FUNC?") == '"CURR:DC"'


def test_a_resistance_is_the_quotient(sourcing):
    sourcing.say(":SENS:FUNC 'RES'")
    assert sourcing.numbers(":READ?") == [pytest.approx(1500.0, rel=1e-6)]


def test_over_voltage_protection_holds_the_limit_down(sourcing):
    sourcing.say(":SOUR:CURR:VLIM 20", ":SOUR:VOLT:PROT PROT5")
    assert sourcing.numbers(":SOUR:CURR:VLIM?") == [5.0]


def test_over_voltage_protection_holds_a_voltage_source_down_and_says_so(sourcing):
    sourcing.say(":OUTP OFF", ":SOUR:FUNC VOLT", ":SOUR:VOLT:ILIM 0.1", ":SOUR:VOLT:RANG 20")
    sourcing.say(":SOUR:VOLT 3", ":OUTP ON")
    assert sourcing.ask(":SOUR:VOLT:PROT:TRIP?") == "0"
    assert sourcing.cell.measure(sourcing.clock.now_s() + 0.5).voltage_v == pytest.approx(3.0)
    sourcing.clock.sleep_until(sourcing.clock.now_s() + 1.0)
    sourcing.say(":SOUR:VOLT:PROT PROT2")
    assert sourcing.ask(":SOUR:VOLT:PROT:TRIP?") == "1"
    assert sourcing.ask(":SOUR:VOLT:PROT?") == "PROT2"
    assert sourcing.cell.measure(sourcing.clock.now_s() + 1.0).voltage_v == pytest.approx(2.0)


def test_hanging_up_leaves_the_output_and_drops_the_answer(sourcing):
    sourcing.link.write(b":READ?\n")
    sourcing.twin.hang_up()
    sourcing.clock.sleep_until(sourcing.clock.now_s() + 1.0)
    assert sourcing.twin.poll() == b""
    assert sourcing.twin.output_is_on
    assert not sourcing.cell.is_open


def test_the_relay_is_heard_when_it_moves_and_only_then(sourcing):
    before = sourcing.twin.relay_operations
    sourcing.say(":SOUR:CURR 0", ":SOUR:CURR -1e-3", ":OUTP ON")
    assert sourcing.twin.relay_operations == before
    sourcing.say(":OUTP OFF", ":OUTP OFF", ":OUTP ON")
    assert sourcing.twin.relay_operations == before + 2


def test_an_endless_line_is_dropped_with_an_error(bench):
    bench.twin.receive(b"x" * 100_000)
    assert int(bench.ask(":SYST:ERR?").split(",")[0]) == -363
