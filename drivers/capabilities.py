"""What a plan may ask of a device. Drivers and simulated devices both satisfy these."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from .segments import DeviceSegment, SegmentEnd


class Flag(IntFlag):
    """What the instrument said about a value. Stored as a number; bits are never reused."""

    NONE = 0
    TIMING = 1
    OVERLOAD = 2
    UNDERLOAD = 4
    OVERLOAD_WARNING = 8
    COMPLIANCE = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a cell. ``time_s`` counts from the start of the segment, by the
    instrument's own clock where it has one. Positive current is anodic at the working electrode.
    """

    time_s: float
    voltage_v: float
    current_a: float
    flags: Flag = Flag.NONE


@dataclass(frozen=True, slots=True)
class ImpedancePoint:
    """One point of a spectrum; a capacitive imaginary part is negative."""

    time_s: float
    frequency_hz: float
    z_ohm: complex
    flags: Flag = Flag.NONE


Observation: TypeAlias = Reading | ImpedancePoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who answered. ``serial`` and ``firmware`` are as the instrument prints them."""

    manufacturer: str
    model: str
    serial: str
    firmware: str


class OutputState(StrEnum):
    """What is known of the output. After a lost link it is unknown, never off."""

    OFF = "off"
    ON = "on"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a device can do. ``segments`` names the segment classes it accepts.

    Frequencies and amplitude are ``None`` where the device measures no impedance.
    """

    voltage_max_v: float
    current_max_a: float
    segments: frozenset[str]
    frequency_min_hz: float | None = None
    frequency_max_hz: float | None = None
    amplitude_max_v: float | None = None


class SegmentDevice(Protocol):
    """A device that carries out whole segments: on board, or stepped by the host sequencer."""

    def connect(self) -> OutputState:
        """Recover the link, read who is there and what its output does; switch nothing on.

        Raises ``WrongInstrumentError`` or ``LinkLostError``.
        """
        ...

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        ...

    @property
    def envelope(self) -> Envelope:
        """What this device can do; known after ``connect``."""
        ...

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        ...

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Carry out one segment, yielding each observation as it arrives.

        ``None`` is yielded at least ten times a second while nothing has arrived, so that the
        caller can look to its other duties. The generator returns why the segment ended.
        Closing the generator early ends the segment on the instrument.
        """
        ...

    def make_safe(self) -> None:
        """Open the cell. May be called at any time, twice, and checks nothing first."""
        ...

    def close(self) -> None:
        """Release the link. May be called twice."""
        ...
