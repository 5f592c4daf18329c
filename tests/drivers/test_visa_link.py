import socket

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.errors import BadReplyError, LinkLostError
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink, VisaLink
from support.ohmic_cell import OhmicCell
from support.served import served

IDENTITY = "KEITHLEY INSTRUMENTS,MODEL 2450,1,1.0"


class LateInstrument:
    """Answers ``*IDN?``; to every other query it says nothing until it is asked again.

    Then it gives the answer that it owes, which a naive host takes for the new one.
    """

    def __init__(self, identity=IDENTITY):
        self.identity = identity
        self.heard = []
        self.hung_up = 0
        self._owed = b""

    def receive(self, data):
        self.heard.append(data)
        if data == b"*IDN?\n":
            return self.identity.encode() + b"\n"
        if b"?" not in data:
            return b""
        late, self._owed = self._owed, b"answer to " + data
        return late

    def poll(self):
        return b""

    def due_s(self):
        return None

    def hang_up(self):
        self.hung_up += 1
        self._owed = b""


def address(port):
    return f"TCPIP0::127.0.0.1::{port}::SOCKET"


@pytest.fixture
def late():
    twin = LateInstrument()
    with served(twin, SystemClock()) as port:
        link = VisaLink(address(port), timeout_s=0.1)
        yield link, twin
        link.close()


def test_a_query_over_tcp_is_answered():
    clock = SystemClock()
    with served(Keithley2450Twin(OhmicCell(ohms=100), clock), clock) as port:
        link = VisaLink(address(port))
        assert link.query("*IDN?").startswith("KEITHLEY INSTRUMENTS,MODEL 2450")
        link.write(":SENS:VOLT:NPLC 0.1")
        assert link.query(":SENS:VOLT:NPLC?") == "0.1"
        link.close()
        link.close()


def test_silence_means_the_state_is_unknown(late):
    link, _ = late
    with pytest.raises(LinkLostError, match=r"no answer to ':FIRST\?'.*unknown"):
        link.query(":FIRST?")


def test_after_a_silence_nothing_is_sent_and_no_late_answer_is_believed(late):
    link, twin = late
    with pytest.raises(LinkLostError):
        link.query(":FIRST?")
    with pytest.raises(LinkLostError, match=r"':SECOND\?' was not sent"):
        link.query(":SECOND?")
    with pytest.raises(LinkLostError, match="':OUTP ON' was not sent"):
        link.write(":OUTP ON")
    assert twin.heard == [b":FIRST?\n"]


def test_asking_for_the_identity_revives_the_link_on_a_new_session(late):
    link, twin = late
    with pytest.raises(LinkLostError):
        link.query(":FIRST?")
    assert link.query("*IDN?") == IDENTITY
    assert twin.hung_up == 1


def test_another_instrument_at_the_address_does_not_revive_the_link(late):
    link, twin = late
    link.query("*IDN?")
    with pytest.raises(LinkLostError):
        link.query(":FIRST?")
    twin.identity = IDENTITY.replace(",1,", ",2,")
    with pytest.raises(LinkLostError, match="answers where"):
        link.query("*IDN?")
    with pytest.raises(LinkLostError):
        link.write(":OUTP ON")


def test_a_refused_connection_is_a_lost_link():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        link = VisaLink(address(unused.getsockname()[1]), timeout_s=0.2)
        with pytest.raises(LinkLostError, match=r"127\.0\.0\.1"):
            link.query("*IDN?")
        link.close()


def test_an_address_that_is_none_is_a_lost_link():
    with pytest.raises(LinkLostError, match="cannot be opened"):
        VisaLink("the grey box on the left").query("*IDN?")


@pytest.mark.slow
def test_a_source_meter_is_made_safe_through_a_link_that_had_died():
    clock = SystemClock()
    twin = Keithley2450Twin(OhmicCell(ohms=100), clock)
    with served(twin, clock) as port:
        link = VisaLink(address(port), timeout_s=0.3)
        meter = Keithley2450(link, nplc=0.01)
        assert meter.connect() is OutputState.OFF
        meter.source_current(1e-3, voltage_limit_v=1.0)
        with pytest.raises(LinkLostError):
            link.query(":NO:SUCH:QUERY?")
        assert twin.output_is_on
        meter.make_safe()
        link.query("*IDN?")
        assert not twin.output_is_on
        meter.close()


def in_process(twin=None):
    clock = JumpClock()
    twin = twin or Keithley2450Twin(OhmicCell(ohms=100), clock)
    return LineLink(InProcessLink(twin, clock), timeout_s=1.0), clock


def test_a_link_inside_the_process_answers_line_by_line():
    link, _ = in_process()
    assert link.query("*OPC?") == "1"
    assert link.query(":SYST:ERR?").startswith("0,")


def test_an_answer_that_came_before_its_question_is_none():
    class Eager(LateInstrument):
        def receive(self, data):
            return {b"A?\n": b"one\r\ntwo\n", b"*IDN?\n": b"three\n"}.get(data, b"")

    link, _ = in_process(Eager())
    assert link.query("A?") == "one"
    with pytest.raises(LinkLostError, match=r"two.* came before 'B\?' was asked"):
        link.query("B?")
    assert link.query("*IDN?") == "three"


def test_an_answer_in_pieces_is_one_answer():
    class Halting(LateInstrument):
        left = b""

        def receive(self, data):
            self.left = b" whole answer\n"
            return b"one"

        def poll(self):
            said, self.left = self.left[:4], self.left[4:]
            return said

    link, _ = in_process(Halting())
    assert link.query("A?") == "one whole answer"


def test_an_answer_that_is_no_text_is_refused():
    class Binary(LateInstrument):
        def receive(self, data):
            return b"#0\xff\xfe\n"

    link, _ = in_process(Binary())
    with pytest.raises(BadReplyError, match="expected a line of text"):
        link.query("A?")


def test_in_process_too_a_silence_ends_all_answers_but_not_the_way_to_safety():
    twin = LateInstrument()
    link, clock = in_process(twin)
    with pytest.raises(LinkLostError, match="within 1 s"):
        link.query(":FIRST?")
    assert clock.now_s() == 1.0
    with pytest.raises(LinkLostError, match="was not sent"):
        link.query(":SECOND?")
    link.write(":OUTP OFF")
    assert twin.heard[-1] == b":OUTP OFF\n"
    assert link.query("*IDN?") == IDENTITY
    assert link.query("*IDN?") == IDENTITY
    link.close()
    assert twin.hung_up == 2


@pytest.mark.slow
def test_a_command_and_its_check_do_not_wait_for_receipts():
    clock = SystemClock()
    with served(Keithley2450Twin(OhmicCell(ohms=100), clock), clock) as port:
        link = VisaLink(address(port))
        link.query("*IDN?")
        began_s = clock.now_s()
        for _ in range(20):
            link.write(":SOUR:CURR 0")
            link.query(":SYST:ERR?")
        assert clock.now_s() - began_s < 20 * 0.02  # a delayed receipt alone takes 0.04 s
        link.close()
