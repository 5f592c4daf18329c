"""A judge and an instrument for driving critical-current plans on paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from solidcell.acquisition.plans.plan import Plan
from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Segment,
    SegmentEnd,
    SegmentResult,
)


@dataclass(frozen=True)
class Verdict:
    failed: bool = False
    suspect: bool = False
    reason: str = "clean"


@dataclass
class PaperCell:
    """A resistor that shorts, for good or for a while, beyond a current density.

    It answers segments as an instrument with a cell would, and it is watched by the plan's judge.
    """

    critical_a_m2: float = float("inf")
    asr_ohm_m2: float = 0.02
    heals: bool = False
    shorted: bool = False

    def answer(self, segment: Segment) -> SegmentResult:
        if isinstance(segment, ImpedanceSweep):
            z_ohm = complex(1.0 if self.shorted else 100.0)
            self.shorted = self.shorted and not self.heals
            points = tuple(ImpedancePoint(t, 10.0**-t, z_ohm) for t in range(3))
            return SegmentResult(end=SegmentEnd.COMPLETED, impedance=points)
        if isinstance(segment, Galvanostatic):
            return self._cycled(segment)
        return SegmentResult(end=SegmentEnd.COMPLETED)

    def _cycled(self, segment: Galvanostatic) -> SegmentResult:
        density_a_m2 = segment.tags["current_density_ma_cm2"] * 10.0
        for second in range(5):
            if density_a_m2 > self.critical_a_m2 and second == 2:
                self.shorted = True
            sign = 1.0 if segment.current_a > 0 else -1.0
            voltage_v = sign * density_a_m2 * self.asr_ohm_m2 * (0.01 if self.shorted else 1.0)
            reading = Reading(float(second), voltage_v, segment.current_a)
            if not segment.voltage_min_v < voltage_v < segment.voltage_max_v:
                return SegmentResult(end=SegmentEnd.VOLTAGE_LIMIT, last=reading)
            alarm = segment.watch(reading) if segment.watch else None
            if alarm is not None:
                return SegmentResult(end=SegmentEnd.WATCH, detail=alarm, last=reading)
        return SegmentResult(end=SegmentEnd.COMPLETED, last=reading)


@dataclass
class ResistanceJudge:
    """Alarms at a voltage that falls by half; believes spectra, where it gets any."""

    watchful: bool = True
    phases: list[str] = field(default_factory=list)
    half_cycles: list[tuple[float, float]] = field(default_factory=list)
    _first_v: float | None = None

    def begin_half_cycle(self, current_density_a_m2: float, duration_s: float) -> None:
        self.half_cycles.append((current_density_a_m2, duration_s))
        self._first_v = None

    def begin_ramp(self) -> None:
        self._first_v = None

    def see(self, reading: Reading) -> str | None:
        if not self.watchful:
            return None
        if self._first_v is None:
            self._first_v = abs(reading.voltage_v)
        return "the voltage fell" if abs(reading.voltage_v) < 0.5 * self._first_v else None

    def assess(self, phase: str, spectrum: Sequence[ImpedancePoint]) -> Verdict:
        self.phases.append(phase)
        if spectrum and abs(spectrum[-1].z_ohm) < 50.0:
            return Verdict(failed=True, reason="the resistance fell")
        return Verdict()


def carried_out(
    plan: Plan, answer: Callable[[Segment], SegmentResult]
) -> tuple[list[Segment], str]:
    """Drive a plan to its end; return what it asked for and how it said it ended."""
    asked: list[Segment] = []
    try:
        segment = next(plan)
        while True:
            asked.append(segment)
            segment = plan.send(answer(segment))
    except StopIteration as end:
        return asked, end.value
