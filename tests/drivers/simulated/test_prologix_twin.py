"""The adapter's twin, as its manual describes an adapter, and as pyvisa-py speaks to one."""

import pytest
import pyvisa
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.simulated.prologix import Instrument, PrologixTwin
from solidcell.drivers.simulated.solartron.fra import FraTwin, OnCell
from support.methodscript_bench import DebyeCell
from support.served import served

pytestmark = pytest.mark.proves("solartron_1260", client="pyvisa-py (PRLGX-TCPIP)")


def adapter(clock=None) -> PrologixTwin:
    clock = clock or JumpClock()
    return PrologixTwin(clock, {4: Instrument(FraTwin(OnCell(DebyeCell()), clock))})


def test_it_says_what_it_was_set_to():
    twin = adapter()
    assert twin.receive(b"++addr 4\n++addr\r++mode\n") == b"4\r\n1\r\n"
    assert twin.receive(b"++ver\n").startswith(b"Prologix")
    assert twin.receive(b"++nonsense\n") == b"Unrecognized command\r\n"


def test_it_reads_only_when_it_is_told_to():
    twin = adapter()
    assert twin.receive(b"++addr 4\n*IDN?\n") == b""
    assert twin.receive(b"++read eoi\n") == b"1260 IMPEDANCE ANALYZER, SOLARTRON, 0, 0\r\n"
    assert twin.receive(b"++auto 1\n*IDN?\n").startswith(b"1260")


def test_an_instrument_waits_for_its_own_end_of_a_command():
    twin = adapter()
    twin.receive(b"++addr 4\n++eos 3\n*IDN?\n")  # no line feed reaches it
    twin.receive(b"++read eoi\n")
    assert twin.due_s() is not None
    assert twin.receive(b"++eos 0\n*IDN?\n++read eoi\n") == b""  # it still reads


def test_a_read_ends_when_the_instrument_stays_silent():
    clock = JumpClock()
    twin = adapter(clock)
    twin.receive(b"++addr 4\n++read_tmo_ms 100\n++read eoi\n++addr\n")
    assert twin.due_s() == pytest.approx(0.1)
    clock.sleep_until(0.1)
    assert twin.poll() == b"4\r\n"


def test_a_serial_poll_tells_a_message_from_silence():
    twin = adapter()
    twin.receive(b"++addr 4\n")
    assert twin.receive(b"++spoll\n") == b"0\r\n"
    assert twin.receive(b"*IDN?\n++spoll 4\n") == b"16\r\n"
    assert twin.receive(b"++clr\n++spoll\n") == b"0\r\n"


@pytest.mark.slow
def test_pyvisa_py_measures_with_the_1260_behind_it():
    clock = SystemClock(speed=100.0)
    cell = DebyeCell()
    with served(adapter(clock), clock) as port:
        manager = pyvisa.ResourceManager("@py")
        bus = manager.open_resource(f"PRLGX-TCPIP0::127.0.0.1::{port}::INTFC")
        bus.write_raw(b"++eos 0\n")  # pyvisa-py leaves the line feed away
        analyser = manager.open_resource("GPIB0::4::INSTR")
        assert "1260 IMPEDANCE ANALYZER" in analyser.query("*IDN?")
        for command in ("OS 0", "OT 0", "OP 2,1", "CZ 1", "SO 1,3", "VA 0.01", "IS 0.01"):
            analyser.write(command)
        analyser.write("FR 1.0E+03")
        said = [float(text) for text in analyser.query("SI").split(",")]
        analyser.write("BK")
        analyser.close()
        bus.close()
        manager.close()
    z_ohm = cell.impedance(0.0, 1e3, 0.0)
    assert said[0] == 1000.0
    assert said[1] == pytest.approx(abs(z_ohm), rel=1e-4)
