"""A source meter as the acquisition has it, over its twin's bytes, on a clock that leaps."""

from collections.abc import Sequence
from dataclasses import dataclass

from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import DeviceSegment, SegmentEnd
from solidcell.drivers.simulated.analog import Analog
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink


@dataclass(frozen=True)
class Course:
    """What a segment gave: why it ended, its readings, and how many heartbeats there were."""

    end: SegmentEnd
    readings: Sequence[Reading]
    heartbeats: int


class SourceMeterBench:
    """``meter`` speaks to ``twin``, which is wired to ``cell``; ``device`` steps it."""

    def __init__(self, cell: Analog, **how: float) -> None:
        self.clock = JumpClock()
        self.cell = cell
        self.twin = Keithley2450Twin(cell, self.clock)
        link = LineLink(InProcessLink(self.twin, self.clock))
        self.meter = Keithley2450(link, nplc=how.get("nplc", 1.0))
        self.device = HostSequencer(self.meter, self.clock)
        self.device.connect()

    def perform(self, segment: DeviceSegment) -> Course:
        """Carry out a segment to its end."""
        return performed(self.device, segment)


def performed(device: HostSequencer, segment: DeviceSegment) -> Course:
    """Carry out a segment to its end."""
    course = device.perform(segment)
    seen: list[Reading | None] = []
    while True:
        try:
            seen.append(next(course))
        except StopIteration as end:
            readings = [reading for reading in seen if reading is not None]
            return Course(end.value, readings, len(seen) - len(readings))
