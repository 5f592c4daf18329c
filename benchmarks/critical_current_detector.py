"""Does the judge of a critical-current test see what really happens in a cell, and when?

Simulated cells of every preset are taken through the real plan, judged reading by reading and
spectrum by spectrum. Their hidden truth says when a short or a loss of contact first came about.
Printed: how the judged failure compares with the true one, early alarms, and the latency.

    python benchmarks/critical_current_detector.py [--seeds 15] [--capacity 0.1] [--period 10]
"""

import argparse
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.analysis.critical_current import CellFinding, CellWatch
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
from solidcell.drivers.simulated.cell import Change, SymmetricCell
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.lithium_contact import Options
from solidcell.drivers.simulated.presets import PRESETS, Material

FAILURES = ("contact_lost", "soft_short", "hard_short")
NO_FLAWS = Options(contact_loss=False, dendrites=False)


class Witness(CellWatch):
    """The judge, remembering when it first spoke and what it found."""

    front_end: FrontEnd
    first_alarm_s: float | None = None
    last: CellFinding = CellFinding()

    def see(self, reading):
        text = super().see(reading)
        if text is not None and self.first_alarm_s is None:
            self.first_alarm_s = self.front_end.cell.time_s
        return text

    def assess(self, phase, spectrum):
        finding = super().assess(phase, spectrum)
        if finding.failed and self.first_alarm_s is None:
            self.first_alarm_s = self.front_end.cell.time_s
        if phase != "recovery":
            self.last = finding
        return finding


@dataclass(frozen=True)
class Outcome:
    kind: str
    truth: str
    judged: str
    true_ma_cm2: float | None
    failed_ma_cm2: float | None
    latency_s: float | None
    early: bool


def settings(of: Material, capacity_mah_cm2: float, period_s: float) -> CriticalCurrentSettings:
    increment = 0.5 if of.critical_scale_a_m2 < 10 else 1.0
    densities = [increment * n for n in range(1, int(60 / increment) + 1)]  # A/m2
    charge = capacity_mah_cm2 * 36_000.0
    return CriticalCurrentSettings(
        steps=tuple(
            Cycling(current_density_a_m2=j, half_cycle_s=max(60.0, charge / j), cycles=1)
            for j in densities
        ),
        formation=Cycling(current_density_a_m2=0.5, half_cycle_s=3600.0, cycles=1),
        recovery=None,
        initial_rest_s=60.0,
        rest_s=300.0,
        recovery_rest_s=0.0,
        impedance=ImpedanceSweep(
            frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
        ),
        voltage_limit_v=5.0,
        sample_period_s=period_s,
    )


class Bench:
    """Carries out segments on a front end; time goes as fast as it is computed."""

    def __init__(self, front_end: FrontEnd) -> None:
        self._front_end = front_end
        self.truth_density: float | None = None

    def carry_out(self, segment: Segment) -> SegmentResult:
        if isinstance(segment, ImpedanceSweep):
            return SegmentResult(end=SegmentEnd.COMPLETED, impedance=tuple(self._sweep(segment)))
        if isinstance(segment, Galvanostatic):
            return self._cycle(segment)
        if isinstance(segment, Rest):
            self._front_end.open(self._now_s)
            self._front_end.measure(self._now_s + segment.duration_s)
        else:
            assert isinstance(segment, Mark)
        return SegmentResult(end=SegmentEnd.COMPLETED)

    @property
    def _now_s(self) -> float:
        return self._front_end.cell.time_s

    def _sweep(self, segment: ImpedanceSweep) -> Iterator[ImpedancePoint]:
        decades = math.log10(segment.frequency_max_hz / segment.frequency_min_hz)
        count = round(decades * segment.points_per_decade) + 1
        self._front_end.drive_voltage(self._now_s, 0.0, 1.0)
        for f in np.geomspace(segment.frequency_max_hz, segment.frequency_min_hz, count):
            z = self._front_end.impedance(self._now_s, float(f), max(0.1, 2 / float(f)))
            yield ImpedancePoint(self._now_s, float(f), z)
        self._front_end.open(self._now_s)

    def _cycle(self, segment: Galvanostatic) -> SegmentResult:
        start_s = self._now_s
        self._front_end.drive_current(start_s, segment.current_a, segment.voltage_max_v)
        for n in range(1, int(segment.duration_s / segment.sample_period_s) + 1):
            at_s = n * segment.sample_period_s
            seen = self._front_end.measure(start_s + at_s)
            self._note_truth(segment)
            if seen.limited or abs(seen.voltage_v) >= segment.voltage_max_v:
                return SegmentResult(end=SegmentEnd.VOLTAGE_LIMIT)
            reading = Reading(at_s, seen.voltage_v, seen.current_a)
            if segment.watch is not None and (text := segment.watch(reading)):
                return SegmentResult(end=SegmentEnd.WATCH, detail=text)
        return SegmentResult(end=SegmentEnd.COMPLETED)

    def _note_truth(self, segment: Galvanostatic) -> None:
        if self.truth_density is None and first_failure(self._front_end) is not None:
            self.truth_density = float(segment.tags["current_density_ma_cm2"])


def first_failure(front_end: FrontEnd) -> tuple[float, str] | None:
    found = [t for t in front_end.truth.transitions if t.label in FAILURES]
    return (found[0].time_s, found[0].label) if found else None


def examine(
    kind: str,
    cell: SymmetricCell,
    plan_settings: CriticalCurrentSettings,
    number: int,
) -> Outcome:
    """Every other pair of cells has a thermometer; every cell has an instrument of its own."""
    measures_temperature = number // 2 % 2 == 0
    front_end = FrontEnd(cell, seed=number)
    of = cell.material
    grain = of.grain_boundary_conductivity_s_m
    total_ohm_m = 1 / of.bulk_conductivity_s_m + (1 / grain if grain else 0.0)
    watch = Witness(
        cell.area_m2,
        cell.thickness_m,
        1 / total_ohm_m,
        temperature_k=(lambda: cell.temperature_k) if measures_temperature else None,
    )
    watch.front_end = front_end
    bench = Bench(front_end)
    plan = critical_current(plan_settings, cell.area_m2, watch)
    segment, last_step, failed_ma_cm2 = next(plan), None, None
    while True:
        if isinstance(segment, Galvanostatic):
            last_step = float(segment.tags["current_density_ma_cm2"])
        elif isinstance(segment, Mark) and segment.label == "ccd_failed":
            failed_ma_cm2 = last_step
        try:
            segment = plan.send(bench.carry_out(segment))
        except StopIteration:
            break
    truth = first_failure(front_end)
    judged = watch.last.failure if failed_ma_cm2 is not None else "none"
    if failed_ma_cm2 is not None and not watch.last.failed:
        judged = "voltage limit"
    alarm_s = watch.first_alarm_s
    early = failed_ma_cm2 is not None and (truth is None or (alarm_s or math.inf) < truth[0])
    caught = truth is not None and alarm_s is not None and not early
    return Outcome(
        kind=kind,
        truth=truth[1] if truth else "none",
        judged=judged,
        true_ma_cm2=bench.truth_density,
        failed_ma_cm2=failed_ma_cm2,
        latency_s=alarm_s - truth[0] if caught else None,
        early=early,
    )


def cells(seeds: int) -> Iterator[tuple[str, SymmetricCell]]:
    for of in PRESETS:
        pressure_pa = 2e6 if of.name == "LLZO" else 5e6
        thickness_m = 1e-3 if of.name == "LLZO" else 0.8e-3
        for seed in range(seeds):
            yield (
                of.name,
                SymmetricCell(
                    of, seed=seed, stack_pressure_pa=pressure_pa, thickness_m=thickness_m
                ),
            )
    still = {"options": NO_FLAWS, "stack_pressure_pa": 2e7}
    lpscl = next(of for of in PRESETS if of.name == "LPSCl")
    for seed in range(6):
        yield (
            "low pressure",
            SymmetricCell(
                lpscl, seed=seed, stack_pressure_pa=5e5, options=Options(dendrites=False)
            ),
        )
    for hours in (0.05, 0.5, 2.0, 5.0):
        grow = Change(at_s=20_000.0, short_ohm=680.0, short_decay_s=hours * 3600)
        yield f"gradual {hours:g} h", SymmetricCell(lpscl, changes=(grow,), **still)
    for seed in range(4):
        ramp = tuple(
            Change(at_s=20_000.0 + 720 * n, temperature_k=298.15 + 0.5 * n) for n in range(21)
        )
        yield "benign +10 K", SymmetricCell(lpscl, changes=ramp, seed=seed, **still)
        active = replace(lpscl, interphase_ohm_m2=44e-4)
        yield "benign high R_int", SymmetricCell(active, seed=seed, **still)


def report(outcomes: list[Outcome]) -> None:
    print(f"{'cells':<20}{'n':>4}{'failed':>8}{'caught':>8}{'early':>7}{'missed':>8}{'same J':>8}")
    for kind in dict.fromkeys(o.kind for o in outcomes):
        own = [o for o in outcomes if o.kind == kind]
        failed = [o for o in own if o.truth != "none"]
        caught = [o for o in failed if o.failed_ma_cm2 is not None and not o.early]
        same = [o for o in caught if o.failed_ma_cm2 == o.true_ma_cm2]
        early = sum(o.early for o in own)
        missed = sum(o.failed_ma_cm2 is None for o in failed)
        print(
            f"{kind:<20}{len(own):>4}{len(failed):>8}{len(caught):>8}{early:>7}{missed:>8}"
            f"{len(same):>8}"
        )
    print("\ntrue label -> judged failure")
    for (truth, judged), count in sorted(Counter((o.truth, o.judged) for o in outcomes).items()):
        print(f"  {truth:<14} {judged:<18} {count:>4}")
    for label in FAILURES:
        late = [o.latency_s for o in outcomes if o.truth == label and o.latency_s is not None]
        if late:
            print(
                f"latency after {label}: median {np.median(late):.0f} s, "
                f"90 % below {np.quantile(late, 0.9):.0f} s, n = {len(late)}"
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=15)
    options.add_argument("--capacity", type=float, default=0.1, help="mAh/cm2 per half-cycle")
    options.add_argument("--period", type=float, default=10.0, help="s between readings")
    options.add_argument("--verbose", action="store_true")
    chosen = options.parse_args()
    started = time.perf_counter()
    outcomes = []
    for number, (kind, cell) in enumerate(cells(chosen.seeds)):
        plan_settings = settings(cell.material, chosen.capacity, chosen.period)
        if kind == "low pressure":
            plan_settings = settings(cell.material, 0.5, chosen.period)
        if "benign" in kind or "gradual" in kind:
            few = 12 if "benign" in kind else 40
            steps = tuple(
                Cycling(current_density_a_m2=2.0 + 0.2 * n, half_cycle_s=1800.0, cycles=1)
                for n in range(few)
            )
            plan_settings = replace(plan_settings, steps=steps)
        outcomes.append(examine(kind, cell, plan_settings, number))
        if chosen.verbose:
            print(outcomes[-1])
    report(outcomes)
    print(f"\n{len(outcomes)} cells in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
