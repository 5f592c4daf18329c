"""A device with behaviour: a source in front of a resistor, on an experiment clock."""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from solidcell.drivers.capabilities import Envelope, Identity, OutputState
from solidcell.drivers.clock import Clock
from solidcell.drivers.errors import OutOfRangeError
from solidcell.drivers.readings import ImpedancePoint, Observation, Reading
from solidcell.drivers.segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
)

RESISTOR = Identity(manufacturer="solidcell", model="resistor", serial="R1", firmware="1")
ENVELOPE = Envelope(
    voltage_max_v=10.0,
    current_max_a=0.1,
    segments=frozenset({"Rest", "Galvanostatic", "Potentiostatic", "ImpedanceSweep"}),
)


@dataclass
class ResistorDevice:
    """Satisfies ``SegmentDevice``. ``distort`` may change or replace a reading, or raise."""

    clock: Clock
    resistance_ohm: float = 100.0
    distort: Callable[[Reading], Reading] = lambda reading: reading
    output_a: float = 0.0
    closed: bool = False
    """Whether the cell switch is closed: an open cell is a safe cell."""
    times_made_safe: int = 0
    history: list[tuple[str, bool]] = field(default_factory=list)
    identity: Identity = RESISTOR
    envelope: Envelope = ENVELOPE

    def connect(self) -> OutputState:
        return OutputState.OFF

    def check(self, segment: DeviceSegment) -> None:
        if (
            isinstance(segment, Galvanostatic)
            and abs(segment.current_a) > self.envelope.current_max_a
        ):
            raise OutOfRangeError(f"{segment.current_a:g} A is beyond {0.1:g} A of the resistor")

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        match segment:
            case Rest():
                return self._hold(segment, 0.0, 0.0, closed=False)
            case Galvanostatic():
                voltage_v = segment.current_a * self.resistance_ohm
                return self._hold(segment, voltage_v, segment.current_a, closed=True)
            case Potentiostatic():
                current_a = segment.voltage_v / self.resistance_ohm
                return self._hold(segment, segment.voltage_v, current_a, closed=True)
            case ImpedanceSweep():
                return self._sweep(segment)
        raise NotImplementedError(segment)

    def _hold(self, segment, voltage_v, current_a, *, closed):
        self.closed, self.output_a = closed, current_a
        began_s = self.clock.now_s()
        try:
            for number in range(1, math.floor(segment.duration_s / segment.sample_period_s) + 1):
                yield None
                time_s = number * segment.sample_period_s
                self.clock.sleep_until(began_s + time_s)
                yield self.distort(Reading(time_s, voltage_v, current_a))
                if isinstance(segment, Galvanostatic) and not (
                    segment.voltage_min_v <= voltage_v <= segment.voltage_max_v
                ):
                    return SegmentEnd.VOLTAGE_LIMIT
            return SegmentEnd.COMPLETED
        finally:
            self.history.append((segment.name, self.closed))
            self.output_a = 0.0

    def _sweep(self, segment):
        for number in range(3):
            yield None
            self.clock.sleep_until(self.clock.now_s() + 1.0)
            frequency_hz = segment.frequency_max_hz / 10**number
            yield ImpedancePoint(number + 1.0, frequency_hz, complex(self.resistance_ohm, -1.0))
        return SegmentEnd.COMPLETED

    def make_safe(self) -> None:
        self.closed, self.output_a = False, 0.0
        self.times_made_safe += 1

    def close(self) -> None:
        pass
