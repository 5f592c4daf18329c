"""A run as the window knows it: traces, spectra, events and the step it is at, as far as read."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..acquisition.record.rows import Event, ImpedancePoint, RunHeader, Segment, run_end
from .beside_traces import BesideTraces
from .display_units import MA_CM2_PER_A_M2, OHM_CM2_PER_OHM_M2, celsius_text
from .growing import GrowingArray
from .tail import Rows

Floats: TypeAlias = NDArray[np.float64]
_MISSED_SAMPLES: Final = 5.0
_LATE_S: Final = 0.5  # of our clock: so late may rows be without one being missing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownSpectrum:
    """One sweep as it is drawn, shape (n,): real part and minus the imaginary part in Ω cm²."""

    segment: int
    label: str
    frequency_hz: Floats
    real_ohm_cm2: Floats
    minus_imag_ohm_cm2: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMark:
    """Where a step of a critical-current test begins."""

    time_s: float
    current_density_ma_cm2: float


class LiveRun:
    """Takes rows as they come and answers what a view asks. Nothing in it is ever changed."""

    def __init__(self, header: RunHeader) -> None:
        self.header = header
        self.segments: list[Segment] = []
        self.events: list[Event] = []
        self.rows = 0
        self.points = 0
        self.missing = 0
        self.is_overview = False
        self.beside = BesideTraces()
        self._ends: dict[int, Event] = {}
        self._points: dict[int, list[ImpedancePoint]] = {}
        self._time_s = GrowingArray(np.float64)
        self._voltage_v = GrowingArray(np.float64)
        self._current_a = GrowingArray(np.float64)
        self._breaks = GrowingArray(np.int64)
        self._last_segment = -1
        self._elapsed_s = 0.0

    @property
    def area_m2(self) -> float | None:
        """The area that current densities refer to; ``None`` if the cell record has none."""
        area = self.header.cell.get("electrode_area_m2")
        return float(area) if area else None

    @property
    def time_s(self) -> Floats:
        """Elapsed time of every reading, shape (n,)."""
        return self._time_s.values

    @property
    def voltage_v(self) -> Floats:
        """Cell voltage of every reading, shape (n,)."""
        return self._voltage_v.values

    @property
    def current_density_ma_cm2(self) -> Floats:
        """Current density of every reading, shape (n,); current in mA where no area is known."""
        area_m2 = self.area_m2
        scale = 1e3 if area_m2 is None else MA_CM2_PER_A_M2 / area_m2
        return self._current_a.values * scale

    @property
    def breaks(self) -> NDArray[np.int64]:
        """Readings that no line joins to the one before: a sweep, a pause or a gap is between."""
        return self._breaks.values

    @property
    def elapsed_s(self) -> float:
        """Elapsed time of the newest row of any kind."""
        return self._elapsed_s

    @property
    def current_segment(self) -> Segment | None:
        """The segment begun last, unless the run has ended."""
        return self.segments[-1] if self.segments and not self.has_ended else None

    @property
    def has_ended(self) -> bool:
        """Whether the end of the run is recorded."""
        return run_end(self.events) is not None

    @property
    def gaps(self) -> int:
        """Gaps on record and times at which readings are missing within a segment."""
        return self.missing + sum(event.kind == "gap" for event in self.events)

    def end_of(self, segment: int) -> dict[str, Any] | None:
        """How a segment ended, or ``None`` while it runs or if the run broke off."""
        return dict(self._ends[segment].body) if segment in self._ends else None

    def add(self, rows: Rows) -> None:
        """Take rows that follow those taken before."""
        self.segments += rows.segments
        self.events += rows.events
        self._ends |= {int(e.body["number"]): e for e in rows.events if e.kind == "segment_ended"}
        for point in rows.points:
            self._points.setdefault(point.segment, []).append(point)
        self._add_readings(rows)
        self.beside.add(rows.auxiliary)
        self.rows += rows.count
        self.points += len(rows.points)
        tables = (rows.segments, rows.events, rows.points, rows.auxiliary)
        newest = [table[-1].elapsed_s for table in tables if table]
        if rows.columns["elapsed_s"].size:
            newest.append(float(rows.columns["elapsed_s"][-1]))
        self._elapsed_s = max([self._elapsed_s, *newest])

    def add_overview(self, rows: Rows, count: int) -> None:
        """Take readings spread over a run of ``count`` rows, before any other row.

        What lies between them is no gap. Rows that follow are taken as ever.
        """
        self.is_overview = True
        self.add(rows)
        self.rows = count
        self.missing = 0
        self._breaks = GrowingArray(np.int64)

    def spectra(self, last: int = 5) -> list[ShownSpectrum]:
        """The last sweeps, the newest first; one that has just begun is among them."""
        newest = sorted(self._points, reverse=True)[:last]
        return [self._spectrum(number) for number in newest]

    def step_marks(self) -> list[StepMark]:
        """Where each step begins, in order."""
        marks: dict[int, StepMark] = {}
        for segment in self.segments:
            if segment.tags.get("phase") == "step":
                density = float(segment.tags.get("current_density_ma_cm2", 0.0))
                mark = StepMark(time_s=segment.elapsed_s, current_density_ma_cm2=density)
                marks.setdefault(int(segment.tags["step"]), mark)
        return list(marks.values())

    def sweep_times_s(self) -> list[float]:
        """When each sweep began."""
        return [s.elapsed_s for s in self.segments if s.kind == "ImpedanceSweep"]

    def sweep_temperatures_k(self) -> list[float]:
        """The temperature of every sweep that knows its own: the mean of its points'."""
        known = (
            [p.temperature_k for p in points if p.temperature_k is not None]
            for points in self._points.values()
        )
        return [sum(each) / len(each) for each in known if each]

    def _add_readings(self, rows: Rows) -> None:
        time_s, segment = rows.columns["elapsed_s"], rows.columns["segment"].astype(np.int64)
        if not time_s.size:
            return
        before = self.time_s.size
        from_s = self.time_s[-1] if before else time_s[0]
        jump = np.diff(segment, prepend=self._last_segment if before else segment[0])
        pause_s = np.diff(time_s, prepend=from_s)
        known = {s.number: s.settings.get("sample_period_s", np.inf) for s in self.segments}
        numbers, place = np.unique(segment, return_inverse=True)
        allowed_s = _MISSED_SAMPLES * np.array([known.get(int(n), np.inf) for n in numbers])[place]
        late_s = _LATE_S * self.header.clock_speed
        missed = (jump == 0) & (pause_s > allowed_s + late_s)
        self.missing += int(missed.sum())
        self._breaks.extend(
            np.flatnonzero((jump > 1) | missed | self._is_resumed(segment)) + before
        )
        self._time_s.extend(time_s)
        self._voltage_v.extend(rows.columns["voltage_v"])
        self._current_a.extend(rows.columns["current_a"])
        self._last_segment = int(segment[-1])

    def _is_resumed(self, segment: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which readings, by their segments, shape (n,), follow a pause within one segment."""
        first_part = {s.number: int(s.tags.get("continues", s.number)) for s in self.segments}
        before = np.concatenate(([self._last_segment], segment[:-1]))
        changes = np.flatnonzero(segment != before)
        resumed = np.zeros(segment.size, dtype=bool)
        for place in changes:
            part, earlier = int(segment[place]), int(before[place])
            resumed[place] = first_part.get(part, part) == first_part.get(earlier, earlier)
        return resumed

    def _spectrum(self, number: int) -> ShownSpectrum:
        points = self._points[number]
        scale = OHM_CM2_PER_OHM_M2 * (self.area_m2 or 1e-4)
        return ShownSpectrum(
            segment=number,
            label=self._label(number),
            frequency_hz=np.array([p.frequency_hz for p in points]),
            real_ohm_cm2=np.array([p.z_real_ohm for p in points]) * scale,
            minus_imag_ohm_cm2=np.array([-p.z_imag_ohm for p in points]) * scale,
        )

    def _label(self, number: int) -> str:
        segment = next((s for s in reversed(self.segments) if s.number == number), None)
        if segment is None:
            return f"segment {number}"
        phase, density = segment.tags.get("phase"), segment.tags.get("current_density_ma_cm2")
        if phase is None:
            kelvin = self._points[number][0].temperature_k
            return segment.name if kelvin is None else celsius_text(kelvin)
        return str(phase) if density is None else f"{phase} {density:g}"
