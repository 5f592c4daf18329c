"""Drivers on twins behind wires that fail, under pyserial, under PyVISA and under neither."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import pyvisa
import serial
from pyvisa.constants import StatusCode
from pyvisa.resources import MessageBasedResource
from serial.tools.list_ports_common import ListPortInfo
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.capabilities import SegmentDevice
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.serial_link import SerialLink
from solidcell.drivers.simulated.faults import FaultyLink
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink, VisaLink
from support.methodscript_bench import DebyeCell

PORT = "/dev/ttyACM{}"
VISA_ADDRESS = "ASRL{}::INSTR"
OURS, OTHER = ("04400001", "NEXUS24A0101"), ("04400002", "NEXUS24A0102")


class WatchedCell(DebyeCell):
    """Slow enough to see time in its voltage; remembers all that was ever read of it."""

    def __init__(self) -> None:
        super().__init__(r1_ohm=100.0, c1_f=0.05, charged_v=0.05)
        self.measured: list[tuple[float, float, float]] = []
        self.impedances: list[tuple[float, complex]] = []

    def measure(self, at_s, current_range_a=None):
        seen = super().measure(at_s, current_range_a)
        self.measured.append((at_s, seen.voltage_v, seen.current_a))
        return seen

    def impedance(self, at_s, frequency_hz, duration_s):
        z_ohm = super().impedance(at_s, frequency_hz, duration_s)
        self.impedances.append((frequency_hz, z_ohm))
        return z_ohm


class Renumbered:
    """A twin of the same model with another serial number, and no cell of ours."""

    def __init__(self, twin) -> None:
        self._twin = twin

    def receive(self, data):
        return self._other(self._twin.receive(data))

    def poll(self):
        return self._other(self._twin.poll())

    def __getattr__(self, name):
        return getattr(self._twin, name)

    def _other(self, said):
        for ours, theirs in zip(OURS, OTHER, strict=True):
            said = said.replace(ours.encode(), theirs.encode())
        return said


class SimulatedPort:
    """What pyserial opens, before a faulty wire."""

    def __init__(self, wire: FaultyLink) -> None:
        self._wire, self._waiting = wire, b""
        self.timeout = 0.0

    @property
    def in_waiting(self) -> int:
        return len(self._waiting)

    def write(self, data):
        with as_error_of(serial.SerialException):
            self._wire.write(data)

    def read(self, size):
        if not self._waiting and size:
            with as_error_of(serial.SerialException):
                self._waiting = self._wire.read(self.timeout)
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data

    def close(self):
        pass


class SimulatedResource(MessageBasedResource):
    """What PyVISA opens, before a faulty wire. A read ends with a line feed or in a timeout."""

    def __init__(self, wire: FaultyLink) -> None:
        self._wire, self._waiting = wire, b""
        self._patience_s = 0.0

    timeout = property(lambda self: 0.0, lambda self, ms: setattr(self, "_patience_s", ms / 1000))
    read_termination = write_termination = ""

    def write(self, message):
        with as_error_of(OSError):
            self._wire.write(message.encode("ascii") + b"\n")

    def query(self, message):
        self.write(message)
        while b"\n" not in self._waiting:
            with as_error_of(OSError):
                piece = self._wire.read(self._patience_s)
            if not piece or len(self._waiting) > 1 << 16:
                raise pyvisa.VisaIOError(StatusCode.error_timeout)
            self._waiting += piece
        line, _, self._waiting = self._waiting.partition(b"\n")
        return line.decode("ascii")

    def clear(self):
        pass

    def close(self):
        pass

    def __del__(self):
        pass


@contextmanager
def as_error_of(library) -> Iterator[None]:
    try:
        yield
    except LinkLostError as error:
        raise library(str(error)) from error


@dataclass(frozen=True)
class Bench:
    """``device`` speaks through ``wire`` to a twin before ``cell``; ``another`` makes a new one."""

    clock: JumpClock
    cell: WatchedCell
    wire: FaultyLink
    device: SegmentDevice
    another: Callable[[], SegmentDevice]


def methodscript(wire: FaultyLink, clock: JumpClock) -> SegmentDevice:
    """A potentiostat on a USB serial port, which may come back under another name."""
    return MethodScriptPotentiostat(SerialLink(PORT.format(wire.renamed)), clock=clock)


def keithley_lines(wire: FaultyLink, clock: JumpClock) -> SegmentDevice:
    """A source meter whose lines go over a byte stream."""
    return HostSequencer(Keithley2450(LineLink(wire, timeout_s=2.0)), clock)


def keithley_visa(wire: FaultyLink, clock: JumpClock) -> SegmentDevice:
    """A source meter behind PyVISA, which has no way to follow a changed address."""
    link = VisaLink(VISA_ADDRESS.format(wire.renamed), timeout_s=2.0)
    return HostSequencer(Keithley2450(link), clock)


STACKS: dict[str, Callable[[FaultyLink, JumpClock], SegmentDevice]] = {
    "methodscript": methodscript,
    "keithley_2450 in lines": keithley_lines,
    "keithley_2450 over VISA": keithley_visa,
}


@contextmanager
def wired(stack: str) -> Iterator[Bench]:
    """Build a bench; within the block pyserial and PyVISA know its port and no other."""
    clock, cell = JumpClock(), WatchedCell()
    twin_of = MethodScriptTwin if stack == "methodscript" else Keithley2450Twin
    another = InProcessLink(Renumbered(twin_of(DebyeCell(), clock)), clock)
    wire = FaultyLink(InProcessLink(twin_of(cell, clock), clock), clock, another=another)
    opened: list[str] = []

    def wire_at(address: str, pattern: str) -> FaultyLink:
        if address != pattern.format(wire.renamed):
            raise OSError(f"{address}: no such port")
        if opened:
            wire.reopen()
        opened.append(address)
        return wire

    def ports() -> list[ListPortInfo]:
        port = ListPortInfo(PORT.format(wire.renamed), skip_link_detection=True)
        port.vid, port.pid, port.serial_number = 0x0403, 0x6015, "X1"
        return [port]

    class Manager:
        def __init__(self, library):
            pass

        def open_resource(self, address, **_):
            return SimulatedResource(wire_at(address, VISA_ADDRESS))

    def open_port(address, **_):
        return SimulatedPort(wire_at(address, PORT))

    with (
        mock.patch.object(serial, "serial_for_url", open_port),
        mock.patch("solidcell.drivers.serial_link.list_ports.comports", ports),
        mock.patch.object(pyvisa, "ResourceManager", Manager),
    ):
        make = STACKS[stack]
        yield Bench(clock, cell, wire, make(wire, clock), lambda: make(wire, clock))
