"""One channel with a resistor in it, and what came of a run on it."""

from pathlib import Path

from solidcell.acquisition.control.commands import CommandKind
from solidcell.acquisition.control.stop import NoStop, StopKind, StopRequest
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.drivers.clock import Clock, JumpClock
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Rest
from support.commanded import PeopleInTime
from support.resistor_device import ResistorDevice
from support.runs import header

WIDE = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_a": 0.05})
REST = Rest(duration_s=10.0)
PLATE = Galvanostatic(
    current_a=1e-3, duration_s=3600.0, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=10.0
)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=1.0, points_per_decade=10, amplitude=0.01
)


class Bench:
    """One channel with a resistor in it, and what came of the run."""

    def __init__(self, path: Path) -> None:
        self.path = path / "a.run.sqlite"
        self.clock = JumpClock()
        self.device = ResistorDevice(self.clock)
        self.stop = NoStop()
        self.limits = WIDE
        self.people = PeopleInTime(self.clock)

    def run(self, *segments, plan=None, **options):
        self.results = []
        with RunWriter.create(self.path, header(), group_commit_s=60.0) as writer:
            self.end = run_channel(
                plan or self._one_after_the_other(segments),
                self.device,
                writer,
                self.clock,
                self.limits,
                self.stop,
                **{"commands": self.people, **options},
            )
        with RunReader(self.path) as run:
            self.segments, self.readings = run.segments(), run.readings()
            self.points, self.events = run.impedance_points(), run.events()
            self.auxiliary = run.auxiliary_readings()
        return self.end

    def _one_after_the_other(self, segments):
        for segment in segments:
            self.results.append((yield segment))
        return f"all {len(segments)} done"

    def bodies(self, kind):
        return [event.body for event in self.events if event.kind == kind]

    def command(self, kind: CommandKind, at_s: float) -> None:
        """Have somebody command something at a time of the run's clock."""
        self.people.ask(at_s, kind)

    def stop_at(self, at_s: float) -> None:
        """Have somebody ask the run to stop at a time of its clock."""
        self.stop = StopInTime(self.clock, at_s)


class StopInTime(NoStop):
    """Somebody asks at a given time of the clock."""

    def __init__(self, clock: Clock, at_s: float) -> None:
        self.clock, self.at_s = clock, at_s

    def asked(self) -> StopRequest | None:
        if self.clock.now_s() < self.at_s:
            return None
        return StopRequest(kind=StopKind.STOP, who="ada", utc="2026-11-21T09:00:00+00:00")
