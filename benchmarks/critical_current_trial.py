"""One simulated cell through the real plan, judged live, and again from what was recorded.

The live judge has no thermometer, as at a bench. The rows that a worker would write are kept in
memory, with the temperature where there is one, and the verdict is that of the analysis on them:
what a user is told.
"""

import math
from dataclasses import dataclass

from critical_current_bench import FAILURES, Bench, first_failure, run_of
from critical_current_scenario import Scenario, conductivity_s_m
from solidcell.acquisition.plans.critical_current import critical_current
from solidcell.analysis.critical_current import (
    CellFinding,
    CellWatch,
    CriticalCurrent,
    analyse_critical_current,
)
from solidcell.analysis.run_rows import RunSegment
from solidcell.drivers.readings import Reading
from solidcell.drivers.simulated.front_end import FrontEnd


class Witness(CellWatch):
    """The live judge, remembering when it spoke, when it found a failure and what it cleared."""

    front_end: FrontEnd
    alarms_s: list[float]
    accused_s: float | None = None
    failed_s: float | None = None

    def see(self, reading: Reading) -> str | None:
        text = super().see(reading)
        if text is not None:
            self.alarms_s.append(self.front_end.cell.time_s)
        return text

    def assess(self, phase: str, spectrum) -> CellFinding:
        finding = super().assess(phase, spectrum)
        if (finding.failed or finding.suspect) and phase not in ("recovery", "confirm"):
            self.alarms_s.append(self.front_end.cell.time_s)
        if finding.failed and self.failed_s is None and phase != "recovery":
            self.failed_s = self.front_end.cell.time_s
            self.accused_s = self.alarms_s[-1] if self.alarms_s else self.failed_s
        return finding


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a cell really was, and what was made of it.

    ``truth`` is the worst hidden label in the step that the verdict is about, until it fell; where
    none fell the worst of the test.
    ``delay_s`` runs from the beginning of the true failure to the alarm that led to the verdict.
    """

    group: str
    kind: str
    preset: str
    thermometer: bool
    seed: int
    truth: str
    verdict: str
    grade: str
    confirmed: bool
    interval: str
    onset_s: float | None
    delay_s: float | None
    short_over_bulk: float | None
    true_ma_cm2: float | None
    failed_ma_cm2: float | None
    cleared: int
    half_cycles: int
    reported: tuple[str, ...]
    cleared_told: int
    recovered: bool | None
    passed_ma_cm2: float | None = None

    @property
    def is_short(self) -> bool:
        return self.truth in ("soft_short", "hard_short")

    @property
    def holds(self) -> bool:
        """Whether the interval holds the truth, both of them open upwards where nothing failed."""
        if self.true_ma_cm2 is None or self.failed_ma_cm2 is None or self.passed_ma_cm2 is None:
            return self.true_ma_cm2 is None and self.failed_ma_cm2 is None
        return self.passed_ma_cm2 < self.true_ma_cm2 <= self.failed_ma_cm2

    @property
    def calls_short(self) -> bool:
        return self.verdict in ("soft short", "hard short", "shorted from the start")


def examine(scenario: Scenario) -> Outcome:
    """Take a cell through its test and compare the verdict with the hidden truth."""
    cell = scenario.cell
    front_end = FrontEnd(cell, seed=scenario.seed, faults=scenario.faults)
    bench = Bench(scenario, front_end)
    watch = Witness(cell.area_m2, cell.thickness_m, conductivity_s_m(cell.material))
    watch.front_end, watch.alarms_s = front_end, []
    plan = critical_current(scenario.settings, cell.area_m2, watch)
    segment = next(plan)
    while True:
        try:
            segment = plan.send(bench.carry_out(segment))
        except StopIteration:
            break
    return _outcome(scenario, bench, watch, analyse_critical_current(run_of(scenario, bench)))


def _outcome(scenario: Scenario, bench: Bench, watch: Witness, result: CriticalCurrent) -> Outcome:
    front_end = watch.front_end
    first = first_failure(front_end)
    onset_s = first[0] if first is not None else None
    verdict_s = watch.failed_s
    if verdict_s is None and result.failed_segment is not None:
        verdict_s = _end_of(bench.rows.segments[result.failed_segment - 1])
    since_s = 0.0 if verdict_s is None else _step_before(bench.rows.segments, verdict_s)
    truth = _worst(front_end, since_s, math.inf if verdict_s is None else verdict_s)
    accused_s = watch.accused_s if watch.accused_s is not None else verdict_s
    late = None
    if onset_s is not None and accused_s is not None and accused_s >= onset_s:
        late = accused_s - onset_s
    ohm = [r for t, r in bench.shorts_ohm if accused_s is not None and t <= accused_s]
    bulk_ohm = scenario.cell.thickness_m / conductivity_s_m(scenario.cell.material)
    bulk_ohm /= scenario.cell.area_m2
    failed = 1 if watch.failed_s is not None else 0
    return Outcome(
        group=scenario.group,
        kind=scenario.kind,
        preset=scenario.cell.material.name,
        thermometer=scenario.thermometer,
        seed=scenario.seed,
        truth=truth,
        verdict=result.failure,
        grade=result.evidence_grade,
        confirmed=result.confirmed_by_spectrum,
        interval=result.interval,
        onset_s=onset_s,
        delay_s=late,
        short_over_bulk=ohm[-1] / bulk_ohm if ohm else None,
        true_ma_cm2=bench.truth_density,
        failed_ma_cm2=result.failed_ma_cm2,
        cleared=max(0, len(watch.alarms_s) - failed),
        half_cycles=len(result.half_cycles),
        reported=result.evidence,
        cleared_told=len(result.cleared),
        recovered=result.recovered,
        passed_ma_cm2=result.passed_ma_cm2,
    )


def _end_of(segment: RunSegment) -> float:
    return segment.start_s + (segment.duration_s or 0.0)


def _step_before(segments: list[RunSegment], verdict_s: float) -> float:
    """When the step began that a verdict is about."""
    cycled = [s for s in segments if s.kind == "Galvanostatic" and s.start_s < verdict_s]
    if not cycled:
        return 0.0
    place = (cycled[-1].phase, cycled[-1].tags.get("step"))
    return min(s.start_s for s in cycled if (s.phase, s.tags.get("step")) == place)


def _worst(front_end: FrontEnd, from_s: float, to_s: float) -> str:
    order = ("healthy", "void", *FAILURES)
    known = [t for t in front_end.truth.transitions if t.time_s <= to_s]
    before = [t for t in known if t.time_s <= from_s][-1:]
    return max((t.label for t in known if t in before or t.time_s > from_s), key=order.index)
