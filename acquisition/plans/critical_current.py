"""Critical current density: current in steps, a spectrum after each, until the cell gives way.

After an initial rest, spectrum and formation, each step is cycled and followed by a rest and a
spectrum. A judge looks at every reading and every spectrum. What it suspects is confirmed by a
second spectrum after a rest; a confirmed failure is followed by a recovery test and the end.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

from ...drivers.readings import ImpedancePoint
from ...drivers.segments import (
    Galvanostatic,
    Rest,
    Segment,
    SegmentEnd,
    SegmentResult,
    Tags,
    Watch,
)
from .critical_current_settings import CriticalCurrentSettings, Cycling, Ramp
from .judge import Finding, StepJudge
from .plan import Plan
from .stubs import RunOverError, Steps, carry_out, mark, sweep


def critical_current(
    settings: CriticalCurrentSettings, electrode_area_m2: float, judge: StepJudge
) -> Plan:
    """Return the plan of a critical-current-density test.

    Positive half-cycles strip the working electrode. The plan ends with the first confirmed
    failure, with a voltage limit (no contact, or no more lithium), or after the highest step.
    """
    try:
        outcome = yield from _Test(settings, electrode_area_m2, judge).run()
    except RunOverError as over:
        return str(over)
    return outcome


def critical_current_test(
    settings: CriticalCurrentSettings, electrode_area_m2: float, judge: StepJudge
) -> Steps:
    """Return the same test as part of a longer plan. Raises ``RunOverError`` if the run is over."""
    yield from _Test(settings, electrode_area_m2, judge).run()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the test a segment belongs."""

    phase: str
    step: int | None = None
    current_density_a_m2: float | None = None
    cycle: int | None = None
    direction: int | None = None

    @property
    def tags(self) -> Tags:
        density = self.current_density_a_m2
        tags: dict[str, str | int | float | None] = {
            "phase": self.phase,
            "step": self.step,
            "cycle": self.cycle,
            "direction": self.direction,
            "current_density_ma_cm2": None if density is None else round(density / 10.0, 9),
        }
        return {name: value for name, value in tags.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Interruption:
    """What kept a series of half-cycles from being whole, and in which of them."""

    place: _Place
    end: SegmentEnd
    detail: str


class _Test:
    def __init__(
        self, settings: CriticalCurrentSettings, electrode_area_m2: float, judge: StepJudge
    ) -> None:
        self._settings = settings
        self._area_m2 = electrode_area_m2
        self._judge = judge
        self._passed: Cycling | None = None
        self._moved_c_m2 = 0.0
        self._ramp_ended: _Place | None = None

    def run(self) -> Generator[Segment, SegmentResult, str]:
        settings = self._settings
        if settings.temperature is not None:
            yield from carry_out(replace(settings.temperature, tags=_Place("temperature").tags))
        if settings.stack_pressure is not None:
            place = _Place("stack pressure")
            yield from carry_out(replace(settings.stack_pressure, tags=place.tags))
        failure = yield from self._initial()
        if failure is None and settings.formation is not None:
            failure = yield from self._formation(settings.formation)
        if failure is None and settings.ramp is not None:
            failure = yield from self._ramp(settings.ramp)
        elif failure is None:
            failure = yield from self._steps()
        return (yield from self._finish(failure))

    def _initial(self) -> Generator[Segment, SegmentResult, str | None]:
        place = _Place("initial")
        finding, _ = yield from self._rest_and_assess(place, self._settings.initial_rest_s)
        if finding.failed:
            yield from mark("ccd_failed", {**place.tags, "reason": finding.reason})
            return f"the cell has failed before the test: {finding.reason}"
        if finding.suspect:
            yield from mark("ccd_suspect", {**place.tags, "reason": finding.reason})
        return None

    def _formation(self, cycling: Cycling) -> Generator[Segment, SegmentResult, str | None]:
        place = _Place("formation", current_density_a_m2=cycling.current_density_a_m2)
        interruption = yield from self._half_cycles(cycling, place, watched=False)
        return (yield from self._judged(place, interruption))

    def _steps(self) -> Generator[Segment, SegmentResult, str | None]:
        for number, step in enumerate(self._settings.steps):
            place = _Place(self._settings.phase, number, step.current_density_a_m2)
            begun = {**place.tags, "half_cycle_s": step.half_cycle_s, "cycles": step.cycles}
            yield from mark("ccd_step_begun", begun)
            interruption = yield from self._half_cycles(step, place, watched=True)
            failure = yield from self._judged(place, interruption)
            if failure is not None:
                return failure
            if interruption is None:
                self._passed = step
                yield from mark("ccd_step_passed", place.tags)
        return None

    def _ramp(self, ramp: Ramp) -> Generator[Segment, SegmentResult, str | None]:
        """Climb, all in one direction and without a rest, until the voltage says that it is over.

        The record has as passed what came before the step of the alarm, if that is confirmed.
        """
        interruption = None
        self._judge.begin_ramp()
        place = _Place("ramp", 0, ramp.current_densities_a_m2[0], direction=ramp.direction)
        for number, density_a_m2 in enumerate(ramp.current_densities_a_m2):
            place = _Place("ramp", number, density_a_m2, direction=ramp.direction)
            climbed = yield from self._driven(place, density_a_m2, ramp.step_s, self._judge.see)
            if climbed.end is not SegmentEnd.COMPLETED:
                interruption = _Interruption(place, climbed.end, climbed.detail)
                self._ramp_ended = place
                break
            self._passed = Cycling(
                current_density_a_m2=density_a_m2, half_cycle_s=ramp.step_s, cycles=1
            )
        failure = yield from self._judged(place, interruption)
        if failure is not None and interruption is None:
            self._passed = None  # it failed somewhere on the way, and nobody saw where
        return failure

    def _half_cycles(
        self, cycling: Cycling, place: _Place, *, watched: bool
    ) -> Generator[Segment, SegmentResult, _Interruption | None]:
        """Cycle; a limit or an alarm breaks the series off, a skip does not."""
        skipped: _Interruption | None = None
        first = cycling.first_cycle
        for cycle in range(first, first + cycling.cycles):
            for direction in cycling.directions:
                here = replace(place, cycle=cycle, direction=direction)
                result = yield from self._half_cycle(cycling, here, watched=watched)
                if result.end is SegmentEnd.COMPLETED:
                    continue
                interruption = _Interruption(here, result.end, result.detail)
                if result.end is not SegmentEnd.SKIPPED:
                    return interruption
                skipped = interruption
        return skipped

    def _half_cycle(
        self, cycling: Cycling, place: _Place, *, watched: bool
    ) -> Generator[Segment, SegmentResult, SegmentResult]:
        density_a_m2 = cycling.current_density_a_m2
        watch: Watch | None = None
        if watched:
            direction = place.direction or 1
            self._judge.begin_half_cycle(direction * density_a_m2, cycling.half_cycle_s)
            watch = self._judge.see
        return (yield from self._driven(place, density_a_m2, cycling.half_cycle_s, watch))

    def _driven(
        self, place: _Place, density_a_m2: float, duration_s: float, watch: Watch | None
    ) -> Generator[Segment, SegmentResult, SegmentResult]:
        """One segment of constant current in the direction of its place."""
        density_a_m2 *= place.direction or 1
        limit_v = self._settings.voltage_limit_v
        segment = Galvanostatic(
            current_a=density_a_m2 * self._area_m2,
            duration_s=duration_s,
            voltage_min_v=-limit_v,
            voltage_max_v=limit_v,
            sample_period_s=min(self._settings.sample_period_s, duration_s),
            name=f"{place.phase} {density_a_m2 / 10.0:+.4g} mA/cm²",
            tags=place.tags,
            watch=watch,
        )
        result = yield from carry_out(segment)
        if place.phase in ("life", "ramp"):
            self._moved_c_m2 += abs(result.charge_c) / self._area_m2
        return result

    def _judged(
        self, place: _Place, interruption: _Interruption | None
    ) -> Generator[Segment, SegmentResult, str | None]:
        """Rest, spectrum and verdict after half-cycles; a text means that the test is over."""
        if interruption is not None and interruption.end is SegmentEnd.WATCH:
            reason = interruption.detail
            yield from mark("ccd_alarm", {**interruption.place.tags, "reason": reason})
            return (yield from self._confirm(interruption.place, reason))
        if interruption is not None and interruption.end is not SegmentEnd.SKIPPED:
            return (yield from self._no_contact(interruption))
        finding, _ = yield from self._rest_and_assess(place, self._settings.rest_s)
        if not (finding.failed or finding.suspect):
            return None
        yield from mark("ccd_suspect", {**place.tags, "reason": finding.reason})
        return (yield from self._confirm(place, finding.reason))

    def _confirm(
        self, place: _Place, suspicion: str
    ) -> Generator[Segment, SegmentResult, str | None]:
        confirm = replace(place, phase="confirm")
        finding, measured = yield from self._rest_and_assess(confirm, self._settings.rest_s)
        if not finding.failed and measured:
            reason = finding.reason or "the spectrum does not confirm it"
            cleared = {**place.tags, "suspicion": suspicion, "reason": reason}
            yield from mark("ccd_suspect_cleared", cleared)
            return None
        evidence = "spectrum" if measured else "voltage only"
        reason = finding.reason or suspicion
        yield from mark("ccd_failed", {**place.tags, "evidence": evidence, "reason": reason})
        yield from self._recovery()
        return f"failed {_at(place)}: {reason}"

    def _no_contact(self, interruption: _Interruption) -> Generator[Segment, SegmentResult, str]:
        reason = interruption.detail or f"half-cycle ended by {interruption.end.value}"
        failed = {
            **interruption.place.tags,
            "failure": "compliance or contact",
            "evidence": interruption.end.value,
            "reason": reason,
        }
        yield from mark("ccd_failed", failed)
        confirm = replace(interruption.place, phase="confirm")
        yield from self._rest_and_assess(confirm, self._settings.rest_s)
        return f"failed {_at(interruption.place)}: {reason}"

    def _recovery(self) -> Steps:
        cycling = self._settings.recovery
        if cycling is None:
            return
        place = _Place("recovery", current_density_a_m2=cycling.current_density_a_m2)
        yield from self._rest(place, self._settings.recovery_rest_s)
        yield from self._half_cycles(cycling, place, watched=False)
        yield from self._rest_and_assess(place, self._settings.rest_s)

    def _finish(self, failure: str | None) -> Generator[Segment, SegmentResult, str]:
        passed = self._passed
        outcome = failure or f"completed: {self._reached()} and no failure is confirmed"
        passed_ma_cm2 = None if passed is None else round(passed.current_density_a_m2 / 10.0, 9)
        finished: dict[str, str | float | None] = {
            "outcome": outcome,
            "passed_ma_cm2": passed_ma_cm2,
        }
        if self._settings.phase == "life" or self._settings.ramp is not None:
            finished["cumulative_mah_cm2"] = round(self._moved_c_m2 / 36_000.0, 6)
        yield from mark("ccd_finished", finished)
        return outcome

    def _reached(self) -> str:
        if self._ramp_ended is not None:
            return f"the ramp ended {_at(self._ramp_ended)}, before its highest step,"
        if self._settings.phase == "life":
            return "every cycle is done"
        return "the highest step is reached"

    def _rest_and_assess(
        self, place: _Place, rest_s: float
    ) -> Generator[Segment, SegmentResult, tuple[Finding, bool]]:
        """Return the judge's finding, and whether there was a spectrum to judge."""
        yield from self._rest(place, rest_s)
        points: tuple[ImpedancePoint, ...] = ()
        if self._settings.impedance is not None:
            points = yield from sweep(replace(self._settings.impedance, tags=place.tags))
        return self._judge.assess(place.phase, points), bool(points)

    def _rest(self, place: _Place, duration_s: float) -> Steps:
        if duration_s > 0:
            rest = Rest(
                duration_s=duration_s,
                sample_period_s=self._settings.sample_period_s,
                name=f"{place.phase} rest",
                tags=place.tags,
            )
            yield from carry_out(rest)


def _at(place: _Place) -> str:
    density = place.current_density_a_m2
    return "at rest" if density is None else f"at {density / 10.0:.4g} mA/cm²"
