"""Numbers as blocks of bytes, split anywhere on their way."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.blocks import doubles, split_block
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.errors import BadReplyError, LinkLostError
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink, VisaLink
from support.served import served


def block(data: bytes) -> bytes:
    return f"#6{len(data):06d}".encode() + data + b"\n"


class Answering:
    """Gives one answer to everything but ``*IDN?``, in pieces of some length."""

    def __init__(self, answer, piece=7):
        self._answer, self._piece, self._left = answer, piece, b""

    def receive(self, data):
        self._left = b"a,b,1,2\n" if data == b"*IDN?\n" else self._answer
        return b""

    def poll(self):
        said, self._left = self._left[: self._piece], self._left[self._piece :]
        return said

    def due_s(self):
        return None

    def hang_up(self):
        self._left = b""


@settings(max_examples=20)
@given(data=st.binary(max_size=200), more=st.binary(max_size=20))
def test_a_block_is_found_whole_and_never_in_part(data, more):
    message = block(data)
    assert split_block(message + more) == (data, more)
    assert all(split_block(message[:end]) is None for end in range(len(message)))


@given(numbers=st.lists(st.floats(allow_nan=False), max_size=20))
def test_numbers_come_out_of_a_block_as_they_went_in(numbers):
    data = struct.pack(f">{len(numbers)}d", *numbers)
    assert list(doubles(data, len(numbers))) == numbers
    with pytest.raises(BadReplyError, match="numbers of 8 bytes"):
        doubles(data + b"x", len(numbers))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"+1.0E+00\n", "expected a block of bytes"),
        (b"#0abc\n", "of definite length"),
        (b"#2x4abcd\n", "the length of a block"),
        (b"#13abcd\n", "does not end with a line feed"),
        (b"#9999999999", "longer than any answer"),
    ],
)
def test_what_is_no_block_is_refused_and_nothing_is_believed_afterwards(answer, words):
    clock = JumpClock()
    link = LineLink(InProcessLink(Answering(answer, piece=100), clock), timeout_s=1.0)
    with pytest.raises(BadReplyError, match=words):
        link.query_block(":DATA?")
    with pytest.raises(LinkLostError, match="was not sent"):
        link.query(":NEXT?")


def test_a_block_that_never_ends_is_given_up():
    clock = JumpClock()
    link = LineLink(InProcessLink(Answering(b"#3100abc"), clock), timeout_s=1.0)
    with pytest.raises(LinkLostError, match="no whole block"):
        link.query_block(":DATA?")


def test_what_comes_behind_a_block_is_no_answer_to_the_next_question():
    clock = JumpClock()
    link = LineLink(InProcessLink(Answering(b"#13abc\nlate\n", piece=100), clock))
    assert link.query_block(":DATA?") == b"abc"
    with pytest.raises(LinkLostError, match="came before"):
        link.query(":NEXT?")


@pytest.mark.slow
def test_a_block_with_line_feeds_in_it_comes_whole_over_a_socket():
    data = bytes(range(256)) * 5 + b"\n\n\n"
    with served(Answering(block(data), piece=97), SystemClock()) as port:
        link = VisaLink(f"TCPIP0::127.0.0.1::{port}::SOCKET", timeout_s=2.0)
        assert link.query_block(":DATA?") == data
        link.close()


def test_a_line_in_place_of_a_block_is_refused_over_a_socket():
    with served(Answering(b"no block\n", piece=97), SystemClock()) as port:
        link = VisaLink(f"TCPIP0::127.0.0.1::{port}::SOCKET", timeout_s=2.0)
        with pytest.raises(BadReplyError, match="expected a block"):
            link.query_block(":DATA?")
        with pytest.raises(LinkLostError, match="was not sent"):
            link.write(":BIAS:STAT ON")
