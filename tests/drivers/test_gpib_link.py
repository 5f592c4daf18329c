"""An instrument on a GPIB bus: who speaks when, and what is believed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import BadReplyError, LinkLostError
from solidcell.drivers.gpib_address import FORM, gpib_ports
from solidcell.drivers.gpib_link import GpibLink
from solidcell.drivers.prologix_link import PrologixBus, PrologixPort, Station
from solidcell.drivers.simulated.prologix import Instrument, PrologixTwin
from solidcell.drivers.simulated.serve import InProcessLink


class Parrot:
    """Answers ``SAY x`` with x and ``*IDN?`` with its name; what else it heard, it remembers."""

    def __init__(self, name: str = "parrot") -> None:
        self.name, self.heard = name, []

    def receive(self, data: bytes) -> bytes:
        lines = [line.strip(b"\r") for line in data.split(b"\n") if line.strip(b"\r")]
        self.heard += lines
        return b"".join(self.says(line) for line in lines)

    def says(self, line: bytes) -> bytes:
        if line == b"*IDN?":
            return self.name.encode("latin-1") + b"\r\n"
        return line[4:] + b"\r\n" if line.startswith(b"SAY ") else b""

    def poll(self) -> bytes:
        return b""

    def due_s(self) -> None:
        return None

    def hang_up(self) -> None:
        pass


class Babbler:
    """A way to an instrument that never ends a message."""

    address = "GPIB0::4::INSTR"

    def send(self, command: str) -> None:
        pass

    def receive(self) -> bytes:
        return b"x" * 8000

    def early(self) -> bytes:
        return b""

    def reopen(self) -> None:
        pass

    def close(self) -> None:
        pass


class Bench:
    """Two parrots behind one adapter, at addresses 4 and 6."""

    def __init__(self, **framing) -> None:
        self.clock = JumpClock()
        self.birds = {4: Parrot("four"), 6: Parrot("six")}
        eoi = not framing.get("answers_end_with_lf", True)
        self.adapter = PrologixTwin(
            self.clock,
            {at: Instrument(bird, ends_with_eoi=eoi) for at, bird in self.birds.items()},
        )
        self.wire = InProcessLink(self.adapter, self.clock)
        self.bus = PrologixBus(self.wire)
        self.links = {
            at: GpibLink(PrologixPort(self.bus, Station(primary=at, **framing)), timeout_s=1.0)
            for at in (*self.birds, 9)
        }


def test_each_instrument_on_the_bus_hears_what_is_meant_for_it():
    bench = Bench()
    assert bench.links[4].query("*IDN?") == "four"
    assert bench.links[6].query("*IDN?") == "six"
    bench.links[4].write("FR 1.0E+03")
    assert bench.links[6].query("SAY hello") == "hello"
    assert bench.birds[4].heard == [b"*IDN?", b"FR 1.0E+03"]


@pytest.mark.parametrize("commands_end_with", ["CR LF", "nothing"])
@settings(max_examples=15)
@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_any_text_gets_there_and_back_unchanged(commands_end_with, text):
    bench = Bench(
        commands_end_with=commands_end_with, answers_end_with_lf=commands_end_with != "nothing"
    )
    assert bench.links[4].query(f"SAY {text}") == text
    assert bench.birds[4].heard == [f"SAY {text}".encode()]


def test_a_command_that_begins_like_the_adapter_s_own_goes_to_the_instrument():
    bench = Bench()
    bench.links[4].write("++addr 6")
    assert bench.birds[4].heard == [b"++addr 6"]
    assert bench.links[4].query("SAY it") == "it"


def test_what_an_earlier_host_never_fetched_is_taken_away_first():
    bench = Bench()
    bench.wire.write(b"++addr 4\nSAY old\nSAY older\n")
    assert bench.links[4].query("*IDN?") == "four"


def test_a_message_that_came_unasked_is_no_answer():
    bench = Bench()
    link = bench.links[4]
    link.query("*IDN?")
    link.write("SAY one")
    link.begin("SAY two")
    assert link.answer("SAY two") == "one"  # in the order in which it was said
    bench.wire.write(b"++read eoi\n")
    with pytest.raises(LinkLostError, match="came before 'SAY three' was sent"):
        link.query("SAY three")
    with pytest.raises(LinkLostError, match="unknown since"):
        link.query("SAY three")
    assert link.query("*IDN?") == "four"
    assert link.query("SAY three") == "three"


def test_nobody_at_an_address_is_a_lost_link_within_the_patience():
    bench = Bench()
    with pytest.raises(LinkLostError, match="no answer to '\\*IDN\\?' within 1 s"):
        bench.links[9].query("*IDN?")
    assert bench.clock.now_s() < 5.0
    assert bench.links[4].query("*IDN?") == "four"


def test_when_the_adapter_was_opened_anew_for_one_the_other_is_not_believed_either():
    bench = Bench()
    for link in (bench.links[4], bench.links[6]):
        link.query("*IDN?")
    bench.links[4].close()
    assert bench.links[4].query("*IDN?") == "four"
    with pytest.raises(LinkLostError, match="opened anew for another instrument"):
        bench.links[6].query("SAY it")
    bench.links[6].close()
    assert bench.links[6].query("*IDN?") == "six"
    assert bench.links[4].query("SAY it") == "it"  # it was not thrown out again


def test_bytes_that_are_no_text_are_no_answer():
    bench = Bench()
    bench.birds[4].name = "\xb5"
    with pytest.raises(BadReplyError, match="expected a message of text"):
        bench.links[4].query("*IDN?")


def test_an_answer_without_end_is_given_up():
    link = GpibLink(Babbler())
    with pytest.raises(LinkLostError, match="no end of a message"):
        link.query("SAY")
    with pytest.raises(LinkLostError, match="it talks without end"):
        link.query("*IDN?")


@pytest.mark.parametrize(
    ("address", "primary", "host"),
    [
        ("PRLGX-TCPIP0::192.168.0.9::1234::GPIB0::4::INSTR", "4", "192.168.0.9"),
        ("PRLGX-ASRL::/dev/ttyUSB0::GPIB0::4::96::INSTR", "4", None),
        ("GPIB1::16::INSTR", "16", None),
    ],
)
def test_the_forms_of_addresses(address, primary, host):
    found = FORM.fullmatch(address)
    assert found["primary"] == primary
    assert found["host"] == host


def test_an_instrument_beside_another_has_the_same_way_and_its_own_address():
    first, second = gpib_ports("GPIB0::6::INSTR", beside=(4,))
    assert (first.address, second.address) == ("GPIB0::6::INSTR", "GPIB0::4::INSTR")
    (only,) = gpib_ports("TCPIP0::10.0.0.9::gpib0,4::INSTR")
    assert only.address == "TCPIP0::10.0.0.9::gpib0,4::INSTR"
    with pytest.raises(ValueError, match="is not an address on a GPIB bus"):
        gpib_ports("TCPIP0::10.0.0.9::5025::SOCKET")
