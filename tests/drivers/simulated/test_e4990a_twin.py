"""What the impedance analyser's twin does with what it is told, line by line."""

import struct

import pytest
from support.analyser_bench import AnalyserBench

NO_ERROR = '+0,"No error"'
SWEEP = (":TRIG:SOUR BUS", ":SENS1:SWE:TYPE LOG", ":SENS1:FREQ:STAR 1E3", ":SENS1:FREQ:STOP 1E5",
         ":SENS1:SWE:POIN 3", ":SENS1:APER 1")  # fmt: skip


@pytest.fixture
def bench():
    return AnalyserBench("e4990a")


def numbers(answer):
    return [float(text) for text in answer.split(",")]


def test_a_sweep_is_over_when_the_operation_is_said_to_be_complete(bench):
    bench.asked(*SWEEP, "*ESR?")
    assert bench.asked(":STAT:OPER:COND?") == "+32"
    bench.asked(":TRIG:SING", "*OPC")
    assert bench.asked(":STAT:OPER:COND?") == "+16"
    assert bench.asked("*ESR?") == "0"
    began_s = bench.clock.now_s()
    assert bench.asked("*OPC?") == "1"
    assert bench.clock.now_s() - began_s == pytest.approx(0.009, abs=1e-6)
    assert bench.asked("*ESR?") == "1"
    assert bench.asked(":STAT:OPER:COND?") == "+32"


def test_frequencies_and_data_have_one_and_two_numbers_a_point(bench):
    assert numbers(bench.asked(*SWEEP, ":SENS1:FREQ:DATA?")) == pytest.approx([1e3, 1e4, 1e5])
    bench.asked(":TRIG:SING", "*OPC?")
    told = numbers(bench.asked(":CALC1:DATA:RDAT?"))
    true = bench.rig.cells[0].impedance([1e3, 1e4, 1e5])
    assert told[::2] == pytest.approx(true.real, rel=3e-3)
    assert told[1::2] == pytest.approx(true.imag, rel=3e-2)


@pytest.mark.parametrize(("form", "kind", "size"), [("REAL", "d", 48), ("REAL32", "f", 24)])
def test_blocks_hold_the_same_numbers_as_the_text(bench, form, kind, size):
    text = numbers(bench.asked(*SWEEP, ":TRIG:SING", "*OPC?", ":CALC1:DATA:RDAT?"))
    bench.asked(f":FORM:DATA {form}", ":FORM:BORD NORM")
    block = bench.asked(":CALC1:DATA:RDAT?").encode("latin-1")
    assert block[:8] == f"#6{size:06d}".encode()
    assert list(struct.unpack(f">6{kind}", block[8:])) == pytest.approx(text, rel=1e-6)


def test_a_preset_leaves_the_form_of_numbers_and_takes_the_bias_away(bench):
    bench.asked(":FORM:DATA REAL", ":SOUR1:BIAS:VOLT 1", ":SOUR1:BIAS:STAT ON")
    assert not bench.front_end.is_open
    bench.asked(":SYST:PRES")
    assert bench.asked(":FORM:DATA?") == "REAL"
    assert bench.front_end.is_open


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((":SENS1:FREQ:STAR 10",), -222),
        ((":SENS1:FREQ:STOP 121E6",), -222),
        ((":SENS1:SWE:POIN 1602",), -222),
        ((":SOUR1:VOLT 0.001",), -222),
        ((":TRIG:SING",), -211),
        ((":CALC1:DATA:RDAT?",), -230),
        ((":SENS1:SEGM:DATA 5,0,0,0,0,0,0,0,1,1E3,1E4,2",), -224),
        ((":SENS1:SEGM:DATA 7,0,0,0,0,0,0,0,2,1E3,1E4,2",), -109),
        ((":SENS1:SEGM:DATA 7,0,0,0,0,0,0,0,1,1E3,1E4,1601", *SWEEP, ":NO:SUCH"), -113),
    ],
)
def test_what_it_cannot_do_is_in_its_error_queue(bench, lines, code):
    bench.asked(*lines)
    assert bench.asked(":SYST:ERR?").startswith(f"{code},")
    assert bench.asked(":SYST:ERR?") == NO_ERROR


def test_segments_follow_one_another_each_in_equal_steps(bench):
    bench.asked(":SENS1:SEGM:DATA 7,0,0,0,0,0,0,0,2,1E3,3E3,3,1E5,2E5,2", ":SENS1:SWE:TYPE SEGM")
    assert bench.asked(":SENS1:SEGM:SWE:POIN?") == "+5"
    told = numbers(bench.asked(":SENS1:FREQ:DATA?"))
    assert told == [1e3, 2e3, 3e3, 1e5, 2e5]


def test_averaging_takes_as_much_longer_as_there_are_averages(bench):
    bench.asked(*SWEEP, ":SENS1:AVER:COUN 10", ":SENS1:AVER ON", ":TRIG:SING")
    began_s = bench.clock.now_s()
    bench.asked("*OPC?")
    assert bench.clock.now_s() - began_s == pytest.approx(0.09, abs=1e-6)


def test_compensation_may_be_taken_at_the_frequencies_of_the_sweep():
    bench = AnalyserBench("e4990a", compensated=False)
    bench.asked(*SWEEP, ":SENS1:CORR:COLL:FPO USER")
    assert bench.asked(":SENS1:CORR2:COLL:ACQ:OPEN", "*OPC?") == "1"
    assert bench.asked(":SENS1:CORR2:COLL:ACQ:SHOR", "*OPC?") == "1"
    assert bench.asked(":SENS1:CORR2:OPEN?") == bench.asked(":SENS1:CORR2:SHOR?") == "1"
    assert bench.asked(":SENS1:CORR2:ZME:OPEN:POIN?") == "+3"
    grid = bench.asked(":SENS1:FREQ:DATA?")
    assert bench.asked(":SENS1:CORR2:ZME:OPEN:FREQ?") == grid
    assert len(numbers(bench.asked(":SENS1:CORR2:ZME:SHOR:DATA?"))) == 6


def test_an_aborted_sweep_leaves_the_cell_open_and_is_never_complete(bench):
    bench.asked(*SWEEP, "*ESR?", ":TRIG:SING", "*OPC", ":ABOR")
    assert bench.front_end.is_open
    bench.clock.sleep_until(bench.clock.now_s() + 10.0)
    assert bench.asked("*ESR?") == "0"
