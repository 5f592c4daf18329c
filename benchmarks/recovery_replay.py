"""How long it takes to bring a plan to where its run broke off.

    python benchmarks/recovery_replay.py --rows 1000000

Writes a critical-current test of so many readings at 1 s, in 100 steps with a spectrum after each,
as its worker would have, breaks it off in its last half-cycle, and replays it: the plan is made
anew and told every result, the judge sees every reading and every spectrum again. Printed: wall
and CPU time of the replay, and whether it arrived at the segment that was under way.
"""

import argparse
import random
import tempfile
import time
from dataclasses import fields
from pathlib import Path

from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.acquisition.plans.plan import Plan
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.rows import RunHeader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.recovery.gap import last_heard
from solidcell.acquisition.recovery.replay import replay
from solidcell.analysis.critical_current import CellWatch
from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Segment,
    SegmentEnd,
    SegmentResult,
)

AREA_M2 = 1e-4
STEPS = 100
OHM = 60.0
HEADER = {field.name: "" for field in fields(RunHeader)} | {
    "cell": {},
    "protocol": {},
    "bench": {},
    "clock_speed": 1.0,
    "created_utc": "2026-01-01T00:00:00+00:00",
}


def plan_of(rows: int) -> Plan:
    half_cycle_s = float(rows // (2 * STEPS))
    settings = CriticalCurrentSettings(
        steps=tuple(
            Cycling(current_density_a_m2=1.0 + 0.1 * n, half_cycle_s=half_cycle_s, cycles=1)
            for n in range(STEPS)
        ),
        formation=None,
        recovery=None,
        initial_rest_s=0.0,
        rest_s=0.0,
        recovery_rest_s=0.0,
        impedance=ImpedanceSweep(
            frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
        ),
        voltage_limit_v=5.0,
        sample_period_s=1.0,
    )
    return critical_current(settings, AREA_M2, CellWatch(AREA_M2, 8e-4, None))


class Worker:
    """Writes what a worker in front of a noisy resistor would, without waiting."""

    def __init__(self, writer: RunWriter, rows: int) -> None:
        self._writer, self._left = writer, rows
        self._now_s = 0.0
        self._random = random.Random(1)

    @property
    def is_done(self) -> bool:
        return self._left <= 0

    def carry_out(self, segment: Segment) -> SegmentResult:
        if isinstance(segment, Mark):
            body = {"label": segment.label, "data": dict(segment.data)}
            self._writer.event(self._now_s, "mark", body)
            return SegmentResult(end=SegmentEnd.COMPLETED)
        apart = {"name", "tags", "watch"}
        settings = {f.name: getattr(segment, f.name) for f in fields(segment)}
        settings = {name: value for name, value in settings.items() if name not in apart}
        number = self._writer.segment(
            self._now_s, type(segment).__name__, segment.name, settings, dict(segment.tags)
        )
        began_s = self._now_s
        self._writer.event(began_s, "began", {"number": number, "began_s": began_s})
        points = self._measure(segment, number)
        if not self.is_done:
            body = {
                "number": number,
                "end": "completed",
                "detail": "",
                "began_s": began_s,
                "duration_s": self._now_s - began_s,
                "charge_c": 0.0,
            }
            self._writer.event(self._now_s, "segment_ended", body)
            self._writer.commit()
        return SegmentResult(end=SegmentEnd.COMPLETED, impedance=points)

    def _measure(self, segment: Segment, number: int) -> tuple[ImpedancePoint, ...]:
        if isinstance(segment, Galvanostatic):
            self._plate(segment, number)
            return ()
        points = []
        for n in range(71):
            self._now_s += 1.0
            frequency_hz = 10 ** (6 - n / 10)
            z_ohm = 30 + 30 / (1 + 2j * 3.1416 * frequency_hz * 1e-5)
            self._writer.impedance_point(
                number, self._now_s, frequency_hz, z_ohm.real, z_ohm.imag, 0
            )
            points.append(ImpedancePoint(n + 1.0, frequency_hz, z_ohm))
        return tuple(points)

    def _plate(self, segment: Galvanostatic, number: int) -> None:
        began_s = self._now_s
        for second in range(1, int(segment.duration_s) + 1):
            self._now_s = began_s + second
            voltage_v = segment.current_a * OHM * (1 + self._random.gauss(0.0, 1e-3))
            self._writer.reading(number, self._now_s, voltage_v, segment.current_a)
            self._left -= 1
            if segment.watch is not None:
                alarm = segment.watch(Reading(float(second), voltage_v, segment.current_a))
                assert alarm is None, alarm
            if self.is_done:
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.run.sqlite"
        plan = plan_of(rows)
        with RunWriter.create(path, RunHeader(**HEADER)) as writer:
            worker = Worker(writer, rows - 10)
            segment = next(plan)
            while not worker.is_done:
                segment = plan.send(worker.carry_out(segment))
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        with RunReader(path) as run:
            heard = last_heard(run)
            position = replay(plan_of(rows), run)
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    print(
        f"{rows} readings replayed in {wall_s:.1f} s, {cpu_s:.1f} s of CPU; "
        f"{position.so_far.duration_s:g} s done of {position.asked.name!r}, last heard at "
        f"{heard.elapsed_s:g} s"
    )


if __name__ == "__main__":
    main()
