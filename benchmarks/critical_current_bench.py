"""A simulated cell on a bench without instruments: segments carried out, rows kept in memory.

Time goes as fast as it is computed.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from critical_current_scenario import Scenario, conductivity_s_m
from solidcell.acquisition.record.rows import Event, RunHeader
from solidcell.analysis.run_rows import RunSegment, RunSweep
from solidcell.analysis.runs import Run
from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Rest,
    Segment,
    SegmentEnd,
    SegmentResult,
)
from solidcell.drivers.simulated.front_end import FrontEnd

FAILURES = ("contact_lost", "soft_short", "hard_short")
_NOT_A_NUMBER = math.nan


@dataclass
class Rows:
    """What a worker would have written."""

    time_s: list[float] = field(default_factory=list)
    voltage_v: list[float] = field(default_factory=list)
    current_a: list[float] = field(default_factory=list)
    temperature_k: list[float] = field(default_factory=list)
    segment: list[int] = field(default_factory=list)
    segments: list[RunSegment] = field(default_factory=list)
    sweeps: list[RunSweep] = field(default_factory=list)


class Bench:
    """Carries out segments and keeps the rows."""

    def __init__(self, scenario: Scenario, front_end: FrontEnd) -> None:
        self._scenario, self._front_end = scenario, front_end
        self._chance = np.random.default_rng(scenario.seed)
        self._warmth = np.random.default_rng(scenario.seed + 1)
        self.rows = Rows()
        self.shorts_ohm: list[tuple[float, float]] = []
        self.truth_density: float | None = None

    @property
    def now_s(self) -> float:
        return self._front_end.cell.time_s

    def temperature_k(self) -> float | None:
        """A thermometer of 0.1 K, where there is one."""
        if not self._scenario.thermometer:
            return None
        return self._front_end.cell.temperature_k + 0.1 * float(self._warmth.standard_normal())

    def carry_out(self, segment: Segment) -> SegmentResult:
        if isinstance(segment, Mark):
            return SegmentResult(end=SegmentEnd.COMPLETED)
        start_s, number = self.now_s, len(self.rows.segments) + 1
        if isinstance(segment, ImpedanceSweep):
            result = SegmentResult(
                end=SegmentEnd.COMPLETED, impedance=tuple(self._sweep(segment, number))
            )
        elif isinstance(segment, Galvanostatic):
            result = self._cycle(segment, number)
        else:
            assert isinstance(segment, Rest)
            self._front_end.open(start_s)
            self._until(start_s + segment.duration_s)
            result = SegmentResult(end=SegmentEnd.COMPLETED)
        told = asdict(segment)
        self.rows.segments.append(
            RunSegment(
                number=number,
                kind=type(segment).__name__,
                name=segment.name,
                settings={k: v for k, v in told.items() if k not in ("tags", "watch", "name")},
                tags=dict(segment.tags),
                start_s=start_s,
                end=result.end.value,
                detail=result.detail,
                duration_s=self.now_s - start_s,
            )
        )
        return result

    def _until(self, at_s: float):
        self._scenario.act(self._front_end.cell)
        return self._front_end.measure(at_s)

    def _sweep(self, segment: ImpedanceSweep, number: int) -> Iterator[ImpedancePoint]:
        decades = math.log10(segment.frequency_max_hz / segment.frequency_min_hz)
        count = round(decades * segment.points_per_decade) + 1
        start_s = self.now_s
        self._front_end.drive_voltage(start_s, 0.0, 1.0)
        points = []
        for f in np.geomspace(segment.frequency_max_hz, segment.frequency_min_hz, count):
            self._scenario.act(self._front_end.cell)
            z = self._front_end.impedance(self.now_s, float(f), max(0.1, 2 / float(f)))
            points.append(ImpedancePoint(self.now_s, float(f), z))
        self._front_end.open(self.now_s)
        kelvin = self.temperature_k()
        self.rows.sweeps.append(
            RunSweep(
                segment=number,
                name=segment.name,
                tags=dict(segment.tags),
                elapsed_s=start_s,
                frequency_hz=np.array([p.frequency_hz for p in points]),
                z_ohm=np.array([p.z_ohm for p in points]),
                temperature_k=kelvin,
            )
        )
        yield from points

    def _cycle(self, segment: Galvanostatic, number: int) -> SegmentResult:
        start_s = self.now_s
        self._front_end.drive_current(start_s, segment.current_a, segment.voltage_max_v)
        for n in range(1, int(segment.duration_s / segment.sample_period_s) + 1):
            at_s = n * segment.sample_period_s
            seen = self._until(start_s + at_s)
            self._note_truth(segment)
            told = self._scenario.distortion(
                start_s + at_s, seen.voltage_v, seen.current_a, self._chance
            )
            if told is None:
                continue
            self._write(number, start_s + at_s, *told)
            if seen.limited or abs(seen.voltage_v) >= segment.voltage_max_v:
                return SegmentResult(end=SegmentEnd.VOLTAGE_LIMIT)
            if segment.watch is not None and (text := segment.watch(Reading(at_s, *told))):
                return SegmentResult(end=SegmentEnd.WATCH, detail=text)
        return SegmentResult(end=SegmentEnd.COMPLETED)

    def _write(self, number: int, at_s: float, voltage_v: float, current_a: float) -> None:
        rows = self.rows
        rows.time_s.append(at_s)
        rows.voltage_v.append(voltage_v)
        rows.current_a.append(current_a)
        kelvin = self.temperature_k()
        rows.temperature_k.append(_NOT_A_NUMBER if kelvin is None else kelvin)
        rows.segment.append(number)

    def _note_truth(self, segment: Galvanostatic) -> None:
        short = self._front_end.cell.short
        if short.exists:
            self.shorts_ohm.append((self.now_s, short.resistance_ohm))
        if self.truth_density is None and first_failure(self._front_end) is not None:
            self.truth_density = float(segment.tags["current_density_ma_cm2"])


def first_failure(front_end: FrontEnd) -> tuple[float, str] | None:
    """When a cell failed first, and how."""
    found = [t for t in front_end.truth.transitions if t.label in FAILURES]
    return (found[0].time_s, found[0].label) if found else None


def run_of(scenario: Scenario, bench: Bench) -> Run:
    """What the analysis would read of the record."""
    rows, cell = bench.rows, scenario.cell
    record = {
        "electrode_area_m2": cell.area_m2,
        "thickness_m": cell.thickness_m,
        "conductivity_s_per_m": conductivity_s_m(cell.material),
    }
    ended = Event(
        seq=1, elapsed_s=bench.now_s, utc="", kind="run_ended", body={"reason": "completed"}
    )
    empty = np.full(len(rows.time_s), _NOT_A_NUMBER)
    return Run(
        path=Path("simulated.run.sqlite"),
        sha256="",
        rows_sha256="",
        is_sealed=False,
        header=RunHeader(
            run_id="simulated",
            created_utc="2026-01-01T00:00:00Z",
            channel="A1",
            software_version="",
            cell=record,
            cell_text="",
            protocol={"protocol": "critical_current"},
            protocol_text="",
            bench={},
            bench_text="",
            clock_speed=1.0,
            host="",
            boot_id="",
            operator="benchmark",
        ),
        time_s=np.array(rows.time_s),
        voltage_v=np.array(rows.voltage_v),
        current_a=np.array(rows.current_a),
        temperature_k=np.array(rows.temperature_k),
        stack_pressure_pa=empty,
        segment=np.array(rows.segment, dtype=np.int64),
        flags=np.zeros(len(rows.time_s), dtype=np.int64),
        segments=tuple(rows.segments),
        sweeps=tuple(rows.sweeps),
        events=(ended,),
    )
