"""What the LCR meter's twin does with what it is told, line by line."""

import struct

import pytest
from support.analyser_bench import AnalyserBench

NO_ERROR = '+0,"No error"'
LIST = ("TRIG:SOUR BUS", "DISP:PAGE LIST", "LIST:FREQ 1E5,1E4,1E3", "FUNC:IMP RX", "APER SHOR")


@pytest.fixture
def bench():
    return AnalyserBench("e4980a")


def test_a_list_is_measured_in_its_time_and_says_so_in_its_status(bench):
    bench.asked(*LIST)
    assert bench.asked("STAT:OPER:COND?") == "+0"
    bench.twin.receive(b"TRIG:IMM\n")
    assert bench.asked("STAT:OPER:COND?") == "+24"
    assert bench.asked("STAT:OPER?") == "+0"
    bench.clock.sleep_until(bench.clock.now_s() + 0.006)
    assert bench.asked("STAT:OPER?") == "+16"  # one point of three
    bench.clock.sleep_until(bench.clock.now_s() + 0.0077 + 0.020)
    assert bench.asked("STAT:OPER:COND?") == "+0"
    assert bench.asked("STAT:OPER?") == "+24"
    assert bench.asked("STAT:OPER?") == "+0"


def test_data_that_are_asked_for_early_come_when_the_list_is_done(bench):
    began_s = bench.clock.now_s()
    answer = bench.asked(*LIST, "TRIG:IMM", "FETC?")
    assert bench.clock.now_s() == pytest.approx(began_s + 0.0334, abs=1e-3)
    fields = answer.split(",")
    assert len(fields) == 12
    assert [len(field) for field in fields[:4]] == [12, 12, 2, 2]
    assert bench.asked("SYST:ERR?") == NO_ERROR


def test_long_numbers_have_sixteen_characters(bench):
    answer = bench.asked("FORM:ASC:LONG ON", *LIST, "TRIG:IMM", "FETC?")
    assert {len(field) for field in answer.split(",")} == {16, 2}


@pytest.mark.parametrize(("order", "sign"), [("NORM", ">"), ("SWAP", "<")])
def test_a_block_holds_the_same_numbers_in_the_order_that_was_asked_for(bench, order, sign):
    text = bench.asked("FORM:ASC:LONG ON", *LIST, "TRIG:IMM", "FETC?")
    block = bench.asked("FORM REAL", f"FORM:BORD {order}", "FETC?").encode("latin-1")
    assert block[:8] == b"#6000096"
    numbers = struct.unpack(f"{sign}12d", block[8:])
    assert list(numbers) == pytest.approx([float(field) for field in text.split(",")], rel=1e-9)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("FREQ 10",), -222),
        (("VOLT 21",), -222),
        (("BIAS:VOLT 41",), -222),
        (("LIST:FREQ " + ",".join(["1000"] * 202),), -223),
        (("TRIG:SOUR INT", "TRIG:IMM"), -211),
        (("TRIG:SOUR BUS", "DISP:PAGE LIST", "TRIG:IMM"), -211),
        (("TRIG:SOUR BUS", "FETC?"), -230),
        (("FUNC:IMP WRONG",), -224),
        (("CORR:SPOT202:STAT ON",), -114),
        (("CURR?",), -221),
        (("NO:SUCH:HEADER 1",), -113),
    ],
)
def test_what_it_cannot_do_is_in_its_error_queue(bench, lines, code):
    bench.asked(*lines)
    assert bench.asked("SYST:ERR?").startswith(f"{code},")
    assert bench.asked("SYST:ERR?") == NO_ERROR


def test_only_the_level_that_is_in_use_can_be_asked_for(bench):
    bench.asked("CURR 1E-3")
    assert bench.asked("CURR?") == "+1.00000E-03"
    assert bench.asked("VOLT?") == ""
    assert bench.asked("*OPC?;:VOLT?") == "1"
    bench.asked("VOLT 0.02")
    assert bench.asked("VOLT?") == "+2.00000E-02"


def test_the_level_control_says_where_it_cannot_keep_the_level(bench):
    # 20 V at the cell would take more than the source has behind its 100 ohm
    status = bench.asked("AMPL:ALC ON", "VOLT 20", *LIST, "TRIG:IMM", "FETC?").split(",")[2::4]
    assert status == ["+4", "+4", "+4"]
    assert bench.asked("VOLT 0.05", "TRIG:IMM", "FETC?").split(",")[2::4] == ["+0"] * 3


def test_a_bias_that_takes_more_current_than_there_is_is_told_with_every_point(bench):
    lines = ("BIAS:VOLT 40", "BIAS:STAT ON", *LIST, "TRIG:IMM", "FETC?")
    assert bench.asked(*lines).split(",")[2::4] == ["+3", "+3", "+3"]


def test_a_correction_takes_its_time_and_is_on_afterwards():
    bench = AnalyserBench("e4980a", compensated=False)
    assert bench.asked("CORR:OPEN:STAT?") == "0"
    began_s = bench.clock.now_s()
    assert bench.asked("CORR:OPEN", "*OPC?") == "1"
    assert bench.clock.now_s() - began_s > 60.0
    assert bench.asked("CORR:OPEN:STAT?") == "1"
    assert bench.asked("STAT:OPER?") == "+1"


def test_a_reset_takes_the_bias_away(bench):
    bench.asked("BIAS:VOLT 1", "BIAS:STAT ON")
    assert not bench.front_end.is_open
    bench.asked("*RST")
    assert bench.front_end.is_open
    assert bench.asked("BIAS:STAT?") == "0"


@pytest.mark.parametrize(
    ("function", "a", "b"),
    [("ZTD", 182.7, -5.8), ("GB", 5.43e-3, 5.5e-4), ("CPRP", 4.4e-11, 184.2)],
)
def test_functions_tell_the_same_impedance_in_their_own_words(bench, function, a, b):
    answer = bench.asked("TRIG:SOUR BUS", f"FUNC:IMP {function}", "FREQ 2E6", "TRIG:IMM", "FETC?")
    told = [float(field) for field in answer.split(",")]
    assert told[:2] == pytest.approx([a, b], rel=0.02)
    assert len(told) == 3
