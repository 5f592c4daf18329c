"""Runs that broke off: what is on the disk when the power goes at some reading, and going on."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from solidcell.acquisition.control.inbox import NO_COMMANDS
from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.copying import copy_run
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.recovery.replay import replay
from solidcell.acquisition.recovery.resumed import Resumed
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.readings import Reading
from support.resistor_device import ResistorDevice
from support.runs import header

WIDE = Limits.of("bench", {"voltage_min_v": -50.0, "voltage_max_v": 50.0, "current_max_a": 0.5})


class Told:
    """What a run file says when all is over."""

    def __init__(self, path: Path) -> None:
        with RunReader(path) as run:
            self.segments, self.readings = run.segments(), run.readings()
            self.points, self.events, self.end = run.impedance_points(), run.events(), run.end()

    def bodies(self, kind):
        return [event.body for event in self.events if event.kind == kind]

    def marks(self):
        return [(body["label"], body["data"]) for body in self.bodies("mark")]

    def charge_c(self):
        """Trapezoids over each part by itself, as the record has its readings."""
        charge_c, before = 0.0, None
        began = {row.number: row.elapsed_s for row in self.segments}
        began |= {b["number"]: b["began_s"] for b in self.bodies("began")}
        for reading in self.readings:
            if before is None or before.segment != reading.segment:
                charge_c += reading.current_a * (reading.elapsed_s - began[reading.segment])
            else:
                mean_a = 0.5 * (before.current_a + reading.current_a)
                charge_c += mean_a * (reading.elapsed_s - before.elapsed_s)
            before = reading
        return charge_c


def nothing_around(clock):
    """A cell that stands on a bench."""
    return Surroundings(clock)


def whole_run(
    path, plan, *, photographed_at=(), device=ResistorDevice, limits=WIDE, around=nothing_around
):
    """Carry a plan out to its end; leave a copy of the run file, as a power cut at each of the
    readings counted in ``photographed_at`` would leave it. Returns the copies.
    """
    clock = JumpClock()
    resistor = device(clock)
    copies, seen = [], 0
    with RunWriter.create(path, header(), group_commit_s=60.0) as writer:

        def photograph(reading: Reading) -> Reading:
            nonlocal seen
            if seen in photographed_at:
                writer.commit()
                copies.append(path.with_name(f"cut-{seen}.run.sqlite"))
                copy_run(path, copies[-1])
            seen += 1
            return reading

        before = resistor.distort
        resistor.distort = lambda reading: before(photograph(reading))
        run_channel(plan, resistor, writer, clock, limits, NoStop(), surroundings=around(clock))
    return copies


def gone_on_with(
    path,
    plan,
    *,
    gap_s=600.0,
    device=ResistorDevice,
    limits=WIDE,
    around=nothing_around,
    **options,
):
    """Go on with a run that broke off, to its end or to what ``options`` make of it."""
    clock = JumpClock()
    with RunReader(path) as run:
        position = replay(plan, run)
        elapsed_s = run.last_elapsed_s() + gap_s
    resumed = Resumed(position=position, elapsed_s=elapsed_s, said={"who": "ada"}, gap={})
    instrument = device(clock)
    instrument.connect()
    with RunWriter.append_to(path) as writer:
        return run_channel(
            plan,
            instrument,
            writer,
            clock,
            limits,
            NoStop(),
            surroundings=around(clock),
            commands=options.get("commands", NO_COMMANDS),
            resumed=resumed,
        )


def drifting(clock):
    """A device in front of a resistance that grows with every second of a segment."""
    return ResistorDevice(
        clock, distort=lambda r: replace(r, voltage_v=r.voltage_v * (1.0 + 1e-6 * r.time_s))
    )


PLATE = {"current_a": 2e-3, "duration_s": 3600.0}


class WrittenRun:
    """A run file written by hand; nobody carries it."""

    def __init__(self, data_dir, **changes):
        folder = RunFolder.create(data_dir, "A1", "pellet", datetime(2026, 1, 1))
        self.folder, self.file = folder, folder.run_file
        self.writer = RunWriter.create(self.file, header(run_id=folder.run_id, **changes))

    def plate(self):
        number = self.writer.segment(0.0, "Galvanostatic", "plate", PLATE, {})
        self.writer.event(0.5, "began", {"number": number, "began_s": 0.5})
        for second in range(1, 11):
            self.writer.reading(number, 0.5 + second, 0.1, 2e-3)
        return number

    def note(self, kind, **body):
        self.writer.event(10.5, kind, body)

    def closed(self):
        self.writer.close()
        return self.file


def ended(data_dir, reason, detail="", *, safe=True):
    run = WrittenRun(data_dir)
    run.plate()
    if safe:
        run.note("made_safe", output="off", by="worker")
    run.note("run_ended", reason=reason, detail=detail)
    return run.closed()
