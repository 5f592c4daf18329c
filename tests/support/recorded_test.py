"""A critical-current test, planned by the real plan, carried out on a prescribed cell, recorded."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.acquisition.record.rows import RunHeader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.critical_current import CellWatch
from solidcell.analysis.critical_current.trace import RESUMED_FLAG
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
from support.prescribed_cell import PrescribedCell

SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)


def header_of(cell: PrescribedCell, details: Mapping[str, Any] | None = None) -> RunHeader:
    record = {
        "name": "pellet 7",
        "electrolyte": "LPSCl",
        "electrode_area_m2": cell.area_m2,
        "thickness_m": cell.thickness_m,
        "conductivity_s_per_m": cell.conductivity_s_per_m,
        "temperature_k": 298.15,
        "lithium_thickness_m": 50e-6,
        **(details or {}),
    }
    return RunHeader(
        run_id="20260101-120000-A1",
        created_utc="2026-01-01T12:00:00Z",
        channel="A1",
        software_version="0.1.0",
        cell=record,
        cell_text="name: pellet 7\n",
        protocol={"protocol": "critical_current"},
        protocol_text="protocol: critical_current\n",
        bench={},
        bench_text="",
        clock_speed=1.0,
        host="bench-1",
        boot_id="0",
        operator="A. Volta",
    )


def settings(
    densities_ma_cm2: tuple[float, ...],
    half_cycle_s: float = 900.0,
    with_spectra: bool = True,
    sample_period_s: float = 5.0,
) -> CriticalCurrentSettings:
    return CriticalCurrentSettings(
        steps=tuple(
            Cycling(current_density_a_m2=10 * j, half_cycle_s=half_cycle_s, cycles=1)
            for j in densities_ma_cm2
        ),
        formation=Cycling(current_density_a_m2=0.5, half_cycle_s=half_cycle_s, cycles=1),
        recovery=Cycling(current_density_a_m2=1.0, half_cycle_s=half_cycle_s, cycles=1),
        initial_rest_s=60.0,
        rest_s=60.0,
        recovery_rest_s=60.0,
        impedance=SWEEP if with_spectra else None,
        voltage_limit_v=5.0,
        sample_period_s=sample_period_s,
    )


@dataclass(frozen=True)
class Pause:
    """A half-cycle stands still for ``for_s`` once ``after_s`` of it are done."""

    after_s: float
    for_s: float


Pauses = Callable[[Galvanostatic], Pause | None]


class Recorder:
    """Carries out segments on the cell and writes what a worker would write."""

    def __init__(
        self,
        cell: PrescribedCell,
        writer: RunWriter,
        voltage_limit_v: float,
        *,
        thermometer: bool = True,
        pauses: Pauses = lambda _: None,
    ) -> None:
        self._thermometer = thermometer
        self._pauses = pauses
        self._cell = cell
        self._writer = writer
        self._limit_v = voltage_limit_v

    def carry_out(self, segment: Segment) -> SegmentResult:
        if isinstance(segment, Mark):
            data = {"label": segment.label, "data": dict(segment.data)}
            self._writer.event(self._cell.now_s, "mark", data)
            return SegmentResult(end=SegmentEnd.COMPLETED)
        pause = self._pauses(segment) if isinstance(segment, Galvanostatic) else None
        return self._paused(segment, pause) if pause else self._carry_out(segment)

    def _paused(self, segment: Galvanostatic, pause: Pause) -> SegmentResult:
        """As a worker does it: two rows, the second with a watch that is told of the gap."""
        first = self._carry_out(replace(segment, duration_s=pause.after_s), asked=segment)
        if first.end is not SegmentEnd.COMPLETED:
            return first
        number = self._number
        body = {"segment": number, "mode": "open", "by": "ada", "output": "off"}
        self._writer.event(self._cell.now_s, "paused", body)
        self._cell.rest(pause.for_s)
        self._writer.event(self._cell.now_s, "resumed", {"segment": number, "by": "ada"})
        flags = [RESUMED_FLAG]

        def see(reading: Reading) -> str | None:
            later = replace(
                reading,
                time_s=reading.time_s + pause.after_s,
                flags=flags.pop() if flags else 0,
            )
            return segment.watch(later) if segment.watch is not None else None

        rest = replace(
            segment,
            duration_s=segment.duration_s - pause.after_s,
            tags={**segment.tags, "continues": number},
            watch=see,
        )
        return self._carry_out(rest)

    def _carry_out(self, segment: Segment, asked: Segment | None = None) -> SegmentResult:
        told = asdict(asked or segment)
        plain = {k: v for k, v in told.items() if k not in ("tags", "watch", "name")}
        start_s = self._cell.now_s
        number = self._number = self._writer.segment(
            start_s, type(segment).__name__, segment.name, plain, dict(segment.tags)
        )
        result = self._measure(segment, number, start_s)
        end = result.end.value
        if asked is not None and end == "completed":
            end = "paused"
        body: dict[str, Any] = {"number": number, "end": end, "detail": result.detail}
        body["began_s"] = start_s
        body["duration_s"] = self._cell.now_s - start_s
        self._writer.event(self._cell.now_s, "segment_ended", body)
        return result

    def _measure(self, segment: Segment, number: int, start_s: float) -> SegmentResult:
        if isinstance(segment, Galvanostatic):
            return self._galvanostatic(segment, number, start_s)
        if isinstance(segment, ImpedanceSweep):
            points = tuple(
                ImpedancePoint(0.0, p.frequency_hz, p.z_ohm) for p in self._cell.spectrum()
            )
            for p in points:
                z = p.z_ohm
                self._writer.impedance_point(number, start_s, p.frequency_hz, z.real, z.imag, 0)
            self._cell.rest(100.0)
            return SegmentResult(end=SegmentEnd.COMPLETED, impedance=points)
        assert isinstance(segment, Rest)
        self._cell.rest(segment.duration_s)
        self._write(number, 0.0, 0.0)
        return SegmentResult(end=SegmentEnd.COMPLETED)

    def _galvanostatic(self, segment: Galvanostatic, number: int, start_s: float) -> SegmentResult:
        density = segment.current_a * 1e3 / self._cell.area_cm2
        for r in self._cell.half_cycle(density, segment.duration_s, segment.sample_period_s):
            self._write(number, r.voltage_v, r.current_a)
            if abs(r.voltage_v) > self._limit_v:
                return SegmentResult(end=SegmentEnd.VOLTAGE_LIMIT, detail=f"at {r.voltage_v:.3g} V")
            reading = Reading(r.time_s, r.voltage_v, r.current_a)
            if segment.watch is not None and (alarm := segment.watch(reading)):
                return SegmentResult(end=SegmentEnd.WATCH, detail=alarm)
        return SegmentResult(end=SegmentEnd.COMPLETED)

    def _write(self, number: int, voltage_v: float, current_a: float) -> None:
        kelvin = self._cell.temperature_k(self._cell.now_s) if self._thermometer else None
        self._writer.reading(number, self._cell.now_s, voltage_v, current_a, kelvin, None, 0)


def record_test(
    path: Path,
    cell: PrescribedCell,
    plan_settings: CriticalCurrentSettings,
    *,
    stop_after: Callable[[int], bool] = lambda _: False,
    voltage_limit_v: float = 5.0,
    details: Mapping[str, Any] | None = None,
    thermometer: bool = True,
    pauses: Pauses = lambda _: None,
) -> Path:
    """Run the plan to its end, or break off (no end in the record) where ``stop_after`` says so."""
    watch = CellWatch(
        cell.area_m2,
        cell.thickness_m,
        cell.conductivity_s_per_m,
        temperature_k=lambda: cell.temperature_k(cell.now_s) if thermometer else None,
    )
    writer = RunWriter.create(path, header_of(cell, details))
    recorder = Recorder(cell, writer, voltage_limit_v, thermometer=thermometer, pauses=pauses)
    plan = critical_current(plan_settings, cell.area_m2, watch)
    count, segment = 0, next(plan)
    try:
        while not stop_after(count):
            segment = plan.send(recorder.carry_out(segment))
            count += 1
    except StopIteration as finished:
        writer.event(cell.now_s, "made_safe", {"output": "off", "by": "worker"})
        writer.event(cell.now_s, "run_ended", {"reason": "completed", "detail": finished.value})
    writer.close()
    return path
