"""Two instruments on one pair of terminals, which remember how many were on at once."""

from collections.abc import Generator
from dataclasses import dataclass, field

from solidcell.drivers.capabilities import Envelope, HeldLimits, Identity, OutputState
from solidcell.drivers.clock import Clock
from solidcell.drivers.errors import LinkLostError, OutOfRangeError, UnsupportedError
from solidcell.drivers.readings import ImpedancePoint, Observation, Reading
from solidcell.drivers.segments import DeviceSegment, Galvanostatic, ImpedanceSweep, SegmentEnd

OF_THE_SOURCE = Envelope(
    voltage_max_v=10.0, current_max_a=0.1, segments=frozenset({"Rest", "Galvanostatic"})
)
OF_THE_ANALYSER = Envelope(
    voltage_max_v=40.0,
    current_max_a=0.02,
    segments=frozenset({"ImpedanceSweep"}),
    frequency_min_hz=20.0,
    frequency_max_hz=1e6,
    amplitude_max_v=1.0,
)


@dataclass
class SharedCell:
    """Who is on its terminals now, and the most that ever were."""

    on: set[str] = field(default_factory=set)
    most_at_once: int = 0

    def put_on(self, name: str) -> None:
        self.on.add(name)
        self.most_at_once = max(self.most_at_once, len(self.on))


@dataclass
class _Instrument:
    cell: SharedCell
    clock: Clock
    is_lost: bool = False
    name: str = ""

    @property
    def is_on(self) -> bool:
        return self.name in self.cell.on

    def connect(self) -> OutputState:
        if self.is_lost:
            raise LinkLostError(f"no answer from the {self.name}")
        return OutputState.ON if self.is_on else OutputState.OFF

    def make_safe(self) -> None:
        if self.is_lost:
            raise LinkLostError(f"no answer from the {self.name}")
        self.cell.on.discard(self.name)

    def close(self) -> None:
        pass

    @property
    def identity(self) -> Identity:
        return Identity(
            manufacturer="solidcell",
            model=self.name,
            serial=f"{self.name[0].upper()}1",
            firmware="1",
        )

    def _drive(self) -> None:
        if self.is_lost:
            raise LinkLostError(f"no answer from the {self.name}")
        self.cell.put_on(self.name)


@dataclass
class SharedSource(_Instrument):
    """A source that stays on at 0 A after every segment."""

    name: str = "source"
    envelope: Envelope = OF_THE_SOURCE

    def check(self, segment: DeviceSegment) -> None:
        if type(segment).__name__ not in self.envelope.segments:
            raise UnsupportedError(segment.name)

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        return HeldLimits(
            values={"over_voltage_protection_v": voltage_max_v}, by_segment=(), ends_segments=True
        )

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        self._drive()
        current_a = segment.current_a if isinstance(segment, Galvanostatic) else 0.0
        for number in range(3):
            self.clock.sleep_until(self.clock.now_s() + 1.0)
            yield Reading(number + 1.0, 100.0 * current_a, current_a)
        return SegmentEnd.COMPLETED


@dataclass
class SharedAnalyser(_Instrument):
    """An analyser whose bias stays on after a sweep, until it is made safe."""

    name: str = "analyser"
    envelope: Envelope = OF_THE_ANALYSER

    def check(self, segment: DeviceSegment) -> None:
        if not isinstance(segment, ImpedanceSweep):
            raise UnsupportedError(f"{segment.name!r}: an analyser only sweeps")
        if segment.frequency_max_hz > 1e6:
            raise OutOfRangeError(f"{segment.frequency_max_hz:g} Hz is beyond 1e+06 Hz")

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        self._drive()
        for number in range(3):
            self.clock.sleep_until(self.clock.now_s() + 1.0)
            yield ImpedancePoint(number + 1.0, 1e5 / 10**number, complex(100.0, -1.0))
        return SegmentEnd.COMPLETED
