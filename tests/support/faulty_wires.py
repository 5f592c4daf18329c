"""Drivers on twins behind wires that fail, under pyserial, under PyVISA and under neither."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from unittest import mock

import pyvisa
import serial as pyserial
from pyvisa.constants import StatusCode
from pyvisa.resources import MessageBasedResource
from serial.tools.list_ports_common import ListPortInfo
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.capabilities import SegmentDevice
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceSweep,
    Rest,
    SegmentEnd,
)
from solidcell.drivers.serial_link import SerialLink
from solidcell.drivers.simulated.faults import FaultyLink
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink, VisaLink
from support.methodscript_bench import DebyeCell
from support.renumbered import Renumbered, another_serial
from support.watched_cell import WatchedCell

PORT = "/dev/ttyACM{}"
VISA_ADDRESS = "ASRL{}::INSTR"
SERIALS = {"methodscript": "NEXUS24A0101", "keithley_2450": "04400001"}

REST = Rest(duration_s=6.0)
CURRENT = Galvanostatic(current_a=1e-3, duration_s=6.0, voltage_min_v=-2.0, voltage_max_v=2.0)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e4, frequency_min_hz=1.0, points_per_decade=1, amplitude=0.01
)
LIMITED = replace(CURRENT, duration_s=10.0, voltage_max_v=0.125)
SEGMENTS = {"measure": REST, "galvanostatic": CURRENT, "limit": LIMITED}


class SimulatedPort:
    """What pyserial opens, before a faulty wire."""

    def __init__(self, wire: FaultyLink) -> None:
        self._wire, self._waiting = wire, b""
        self.timeout = 0.0

    @property
    def in_waiting(self) -> int:
        return len(self._waiting)

    def write(self, data):
        with as_error_of(pyserial.SerialException):
            self._wire.write(data)

    def read(self, size):
        if not self._waiting and size:
            with as_error_of(pyserial.SerialException):
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
    segments: Mapping[str, DeviceSegment]
    serials: tuple[str, str]
    follows_renaming: bool
    ends: Mapping[str, SegmentEnd] = field(
        default_factory=lambda: {"limit": SegmentEnd.VOLTAGE_LIMIT}
    )
    patience_s: float = 400.0


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
    driver = stack.partition(" ")[0]
    twin_of = MethodScriptTwin if driver == "methodscript" else Keithley2450Twin
    serial = SERIALS[driver]
    another = InProcessLink(Renumbered(twin_of(DebyeCell(), clock), serial), clock)
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
        mock.patch.object(pyserial, "serial_for_url", open_port),
        mock.patch("solidcell.drivers.serial_link.list_ports.comports", ports),
        mock.patch.object(pyvisa, "ResourceManager", Manager),
    ):
        make = STACKS[stack]
        yield Bench(
            clock,
            cell,
            wire,
            make(wire, clock),
            lambda: make(wire, clock),
            SEGMENTS | ({"impedance": SWEEP} if driver == "methodscript" else {}),
            (serial, another_serial(serial)),
            follows_renaming=not stack.endswith("VISA"),
        )
