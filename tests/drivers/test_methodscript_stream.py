"""Vectors: PalmSens MethodSCRIPT, "script output", and values that real instruments sent."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.errors import BadReplyError
from solidcell.drivers.methodscript.readings import reading
from solidcell.drivers.methodscript.stream import (
    Echo,
    ErrorReport,
    Finished,
    LoopEnd,
    LoopKind,
    LoopStart,
    Package,
    StreamDecoder,
    Text,
    Value,
    parse_line,
)
from solidcell.drivers.readings import Reading

pytestmark = pytest.mark.proves("methodscript", recorded="EmStat Pico")

A_RUN = (
    b"e\nM0007\nPeb80186A0u;daDF5CB18n;ba8000800n,10,212,40\n"
    b"Peb8030D40u;da7FB6C59u;ba     nan,12,21B\nTvoltage above limit\n*\n"
    b"L\n+\nM0005\nC0001\nPda8000000 ;ba8000000 \n-\n*\n\n"
)


def decoded(*pieces: bytes) -> list:
    decoder = StreamDecoder()
    return [item for piece in pieces for item in decoder.feed(piece)]


def only_value(field: str) -> Value:
    package = parse_line(f"P{field}")
    assert isinstance(package, Package)
    [value] = package.values
    return value


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("eb80186A0u", 0.1),
        ("daDF5CB18n", 0.099994392),
        ("da7FB6C59u", -0.299943),
        ("dc8030D40 ", 200_000.0),
        ("dcCBEED30m", 79_621.424),
        ("ab800000Am", 0.01),
        ("ba8000000 ", 0.0),
        ("ee8000005i", 5.0),
    ],
)
def test_values_of_the_manual_and_of_real_instruments_are_read_exactly(field, expected):
    assert only_value(field).value == expected


def test_a_value_that_lost_its_prefix_is_none_since_it_might_have_been_any():
    with pytest.raises(BadReplyError, match="not a value"):
        decoded(b"e\nM0007\nPdc8030D40\n")


def test_status_and_range_are_read_and_unknown_metadata_passed_over():
    assert only_value("ba8000800n,12,212,40,7zz")[2:] == (2, 0x12)


def test_a_value_that_could_not_be_measured_is_nan_and_keeps_its_status():
    value = only_value("ba     nan,12,21B")
    assert math.isnan(value.value)
    assert (value.status, value.range_id) == (2, 0x1B)


def test_a_whole_run_is_read_item_by_item():
    items = decoded(A_RUN)
    assert items[0] == Echo("e")
    assert items[1] == LoopStart(LoopKind.MEASUREMENT, 7)
    assert items[4:6] == [Text("voltage above limit"), LoopEnd(LoopKind.MEASUREMENT)]
    assert items[6:8] == [LoopStart(LoopKind.SCRIPT), LoopEnd(LoopKind.SCRIPT)]
    assert items[9] == LoopStart(LoopKind.SCAN, 1)
    assert items[-1] == Finished()
    assert sum(isinstance(item, Package) for item in items) == 3


def test_old_firmware_that_puts_no_line_feed_behind_its_echo_is_understood():
    assert decoded(b"eM0000\n*\n\n")[:2] == [Echo("e"), LoopStart(LoopKind.MEASUREMENT, 0)]


def test_a_loop_without_packages_is_just_a_start_and_an_end():
    assert len(decoded(b"e\nM0007\n*\n\n")) == 4


def test_the_echo_of_an_abort_may_stand_anywhere():
    assert decoded(b"e\nM000A\nZ\n*\n\n")[2] == Echo("Z")


@pytest.mark.parametrize(
    ("line", "report"),
    [
        ("e!4001: Line 2, Col 1", ErrorReport(0x4001, "e", 2, 1)),
        ("!0028: Line 4", ErrorReport(0x28, "", 4, None)),
        ("x!0003", ErrorReport(3, "x")),
        ("Z!0006", ErrorReport(6, "Z")),
    ],
)
def test_errors_are_read_in_all_their_forms(line, report):
    assert parse_line(line) == report


@given(st.lists(st.integers(0, len(A_RUN)), max_size=12))
def test_any_split_of_the_bytes_gives_the_same_items(cuts):
    edges = [0, *sorted(cuts), len(A_RUN)]
    pieces = [A_RUN[a:b] for a, b in pairwise(edges)]
    assert repr(decoded(*pieces)) == repr(decoded(A_RUN))  # repr: NaN equals NaN


@pytest.mark.parametrize(
    "line",
    ["P", "Pba", "Pba80000", "Pba8000000x", "Pba8000000u;", "Pba+000000u", "Pba80 0000u",
     "PBA8000000u", "Pba8000000u,1", "Pba8000000u,1G", "Pba8000000u,2123", "M00", "e\x00", "!12",
     "\xff\xfe", "K", "Pba8000000u;eb80186A0u;ba7FF"],
)  # fmt: skip
def test_a_line_outside_the_grammar_is_refused(line):
    with pytest.raises(BadReplyError, match="not "):
        parse_line(line)


@given(st.binary(max_size=60).filter(lambda junk: b"\n" not in junk and junk[:1] != b"T"))
def test_garbage_never_becomes_a_reading(junk):
    try:
        items = decoded(b"e\n", junk + b"\n")
    except BadReplyError:
        return
    assert not any(isinstance(item, Package) for item in items)


A_PACKAGE = b"Peb80186A0u,10;ab8000800n,10,212;ba8000800n,10,212"


@given(st.integers(1, len(A_PACKAGE)), st.binary(min_size=1, max_size=4))
def test_a_package_with_noise_in_it_is_refused(at, noise):
    eighth_bit = bytes(byte | 0x80 for byte in noise)
    with pytest.raises(BadReplyError, match="not "):
        decoded(A_PACKAGE[:at] + eighth_bit + A_PACKAGE[at:] + b"\n")


@given(st.integers(1, A_PACKAGE.index(b"ba") + 8))
def test_a_package_that_was_cut_short_is_no_reading(length):
    with pytest.raises(BadReplyError, match=r"not |a package has"):
        reading(parse_line(A_PACKAGE[:length].decode()))


def test_items_before_a_bad_line_are_not_lost():
    items = StreamDecoder().feed(b"e\nPba8000800n\n????\n")
    assert next(items) == Echo("e")
    assert isinstance(next(items), Package)
    with pytest.raises(BadReplyError, match=r"\?\?\?\?"):
        next(items)


def test_a_line_that_never_ends_is_refused():
    with pytest.raises(BadReplyError, match="no line end within 4096 bytes"):
        decoded(b"e\nP" + b"ba8000800n;" * 1000)


def test_a_package_without_a_current_is_no_reading():
    package = parse_line("Peb80186A0u;ab8000800n")
    with pytest.raises(BadReplyError, match=r"\['eb', 'ab'\]; expected .* then ba or db"):
        reading(package)


def test_a_set_value_may_stand_in_the_place_of_a_measured_one():
    package = parse_line("Peb80186A0u;da80003E8u;db8000001m")
    assert reading(package) == Reading(0.1, 1e-3, 1e-3)


def test_values_in_another_order_than_the_scripts_are_no_reading():
    with pytest.raises(BadReplyError, match="expected eb, then ab or da"):
        reading(parse_line("Peb80186A0u;ba80003E8u;ab8000001m"))


def test_a_burst_of_five_thousand_packages_gives_every_reading():
    burst = b"Peb80186A0u;ab7FB6C59u,14,204;ba8000800n,10,212\n" * 5000
    readings = [reading(item) for item in decoded(burst)]
    assert len(readings) == 5000
