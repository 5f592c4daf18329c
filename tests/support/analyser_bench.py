"""An analyser's driver over its twin's bytes before a simulated cell, on a clock that leaps."""

from solidcell.drivers.clock import JumpClock
from solidcell.drivers.e4980a import E4980ASettings, e4980a
from solidcell.drivers.e4990a import E4990ASettings, e4990a
from solidcell.drivers.readings import ImpedancePoint
from solidcell.drivers.segments import ImpedanceSweep
from solidcell.drivers.simulated.analyser.fixture import Fixture
from solidcell.drivers.simulated.e4980a import settings as of_e4980a
from solidcell.drivers.simulated.e4980a.twin import E4980aTwin
from solidcell.drivers.simulated.e4990a import settings as of_e4990a
from solidcell.drivers.simulated.e4990a.twin import E4990aTwin
from solidcell.drivers.simulated.electronics import Electronics
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.simulated.twin import Twin
from solidcell.drivers.swept_analyser import SweptAnalyser
from solidcell.drivers.visa_link import LineLink


class AnalyserBench:
    """``twin`` is wired to the first cell of ``rig`` through a fixture; ``device`` speaks to it."""

    def __init__(self, name: str, cell: str = "llzo", *, compensated: bool = True) -> None:
        self.clock = JumpClock()
        self.rig = load_rig(cell, self.clock)
        of = of_e4980a if name == "e4980a" else of_e4990a
        electronics: Electronics = of.FIXTURE.before(of.ELECTRONICS)
        front_end = self.rig.front_end(electronics)
        fixture: Fixture = of.FIXTURE
        self.front_end = front_end
        self.twin: Twin
        if name == "e4980a":
            self.twin = E4980aTwin(
                front_end, self.clock, "e4980a-001", fixture=fixture, corrected=compensated
            )
        else:
            self.twin = E4990aTwin(front_end, self.clock, fixture=fixture, compensated=compensated)
        self.device: SweptAnalyser = self.driver(name)
        self.device.connect()

    def driver(self, name: str, **how: object) -> SweptAnalyser:
        """A driver on a link of its own to the twin."""
        link = LineLink(InProcessLink(self.twin, self.clock))
        if name == "e4980a":
            return e4980a(link, clock=self.clock, how=E4980ASettings(**how))
        return e4990a(link, clock=self.clock, how=E4990ASettings(**how))

    def points(self, sweep: ImpedanceSweep) -> list[ImpedancePoint]:
        """All points of a sweep."""
        return [point for point in self.device.perform(sweep) if point is not None]

    def asked(self, *lines: str) -> str:
        """Say lines to the twin and return what the last of them has for an answer."""
        answer = b""
        for line in lines:
            answer = self.twin.receive(line.encode() + b"\n")
            while (due_s := self.twin.due_s()) is not None:
                self.clock.sleep_until(due_s)
                answer += self.twin.poll()
        return answer.decode("latin-1").removesuffix("\n")
