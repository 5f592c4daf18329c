"""What a plan may ask of a device. Drivers and simulated devices both satisfy these."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from .readings import Observation
from .segments import DeviceSegment, SegmentEnd

Json: TypeAlias = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
"""What can be written into a record as it stands."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLimits:
    """What an instrument holds by itself, whatever becomes of the program and the way to it.

    ``values`` were programmed for the whole run and read back: SI, by name. ``by_segment`` says in
    words what comes with every segment. ``ends_segments`` is whether it also ends a segment when
    its time is over, and opens the cell then.
    """

    values: Mapping[str, float]
    by_segment: tuple[str, ...]
    ends_segments: bool


@runtime_checkable
class HoldsLimits(Protocol):
    """A device that can hold limits by itself; optional."""

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Program what never may be exceeded, and read it back; switch nothing on or off.

        ``voltage_max_v`` is the highest voltage, either way, that any segment may allow. Raises
        ``InstrumentFaultError`` if something else is in force afterwards.
        """
        ...


@runtime_checkable
class HasNotes(Protocol):
    """A device that has something to say that belongs with its data; optional."""

    def notes(self) -> Mapping[str, Json]:
        """Ask for it: what is in force now, compensation of leads and fixture, say.

        Asks the instrument and changes nothing; not while a segment goes on. Raises
        ``BadReplyError`` or ``LinkLostError``.
        """
        ...


@runtime_checkable
class KnowsSilence(Protocol):
    """A device that may say nothing for long while all goes well; optional.

    For one that keeps its points until a sweep is done.
    """

    def silence_s(self, segment: DeviceSegment) -> float:
        """How long, in s, may pass between two observations of a segment; sends nothing."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureReading:
    """What a temperature controller says now; ``heating`` is whether it regulates at all.

    ``setpoint_k`` is what it regulates to at this moment, on a ramp on its way to the target.
    """

    temperature_k: float
    setpoint_k: float
    heating: bool


class TemperatureController(Protocol):
    """An oven, a furnace or a thermostat. Temperatures are absolute."""

    def connect(self) -> OutputState:
        """Recover the link, read who is there and whether it regulates; change nothing.

        Raises ``WrongInstrumentError`` or ``LinkLostError``.
        """
        ...

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        ...

    @property
    def range_k(self) -> tuple[float, float]:
        """The lowest and the highest setpoint that it takes; known after ``connect``."""
        ...

    def check_temperature(self, temperature_k: float) -> None:
        """Raise ``OutOfRangeError`` for a setpoint that it does not take; sends nothing."""
        ...

    def set_temperature(self, temperature_k: float) -> None:
        """Regulate to ``temperature_k`` from now on, and read back that it does; does not wait.

        Raises ``OutOfRangeError`` before a byte is sent, ``InstrumentFaultError`` if something
        else is in force afterwards.
        """
        ...

    def read(self) -> TemperatureReading:
        """Ask for the temperature. Raises ``InstrumentFaultError`` for a broken sensor."""
        ...

    def make_safe(self) -> None:
        """Stop regulating: no heat. May be called at any time, twice, and checks nothing first."""
        ...

    def close(self) -> None:
        """Release the link. May be called twice."""
        ...


class Gauge(Protocol):
    """Something that is only read: a load cell, a thermometer, any auxiliary line."""

    def connect(self) -> OutputState:
        """Recover the link and read who is there; always ``OutputState.OFF``."""
        ...

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        ...

    @property
    def unit(self) -> str:
        """The SI unit of ``read``."""
        ...

    def read(self) -> float:
        """Ask for one value, in ``unit``. Raises ``BadReplyError`` or ``LinkLostError``."""
        ...

    def close(self) -> None:
        """Release the link. May be called twice."""
        ...
