"""When a channel looks at its cell next: often where something is about to happen, else seldom."""

import math
from dataclasses import dataclass
from typing import Final

from .job import Limits, Recording, Step, StepType

LONGEST_LOOK: Final = 600  # tenths of a second
_AHEAD: Final = 0.5  # of the way to where a limit would be reached at this pace


def is_charging(step: Step) -> bool:
    """Whether the current of the step is positive to begin with."""
    return step.kind in (StepType.CC_CHARGE, StepType.CV_CHARGE, StepType.CCCV_CHARGE)


def has_stopped(step: Step, voltage_v: float, current_a: float) -> bool:
    """Whether a voltage or a current was reached at which the step ends."""
    if step.stop_voltage_v is not None and step.kind is not StepType.REST:
        ahead_v = step.stop_voltage_v - voltage_v
        if (ahead_v if is_charging(step) else -ahead_v) <= 0:
            return True
    if step.stop_current_a is None:
        return False
    settled = step.kind is not StepType.CCCV_CHARGE or voltage_v >= 0.999 * (step.voltage_v or 0)
    return settled and abs(current_a) <= step.stop_current_a


def breaks(limits: Limits, voltage_v: float, current_a: float, charge_c: float) -> bool:
    """Whether the test must be broken off."""
    return not (
        limits.voltage_min_v <= voltage_v <= limits.voltage_max_v
        and limits.current_min_a <= current_a <= limits.current_max_a
        and charge_c <= limits.charge_max_c
    )


@dataclass(slots=True)
class Looking:
    """Paces the looks of one step: at first every tenth of a second, then ever more seldom."""

    step: Step
    limits: Limits
    recording: Recording
    _gap: int = 0
    _last: tuple[int, float, float] | None = None

    def next_gap(self, tenths: int, voltage_v: float, current_a: float) -> int:
        """Tenths of a second from here to the next look, at least one."""
        before, self._last = self._last, (tenths, voltage_v, current_a)
        self._gap = min(max(1, 2 * self._gap), LONGEST_LOOK)
        if before is None or tenths <= before[0]:
            return self._gap
        passed = tenths - before[0]
        for ahead, moved in (
            *self._voltages(voltage_v, voltage_v - before[1]),
            (self.recording.current_a, abs(current_a - before[2])),
            (self._to_current(current_a), abs(current_a - before[2])),
        ):
            if moved > 0 and math.isfinite(ahead):
                self._gap = min(self._gap, max(1, int(_AHEAD * ahead / moved * passed)))
        return self._gap

    def _voltages(self, voltage_v: float, moved_v: float) -> list[tuple[float, float]]:
        stop_v = self.step.stop_voltage_v
        marks_v = [self.limits.voltage_min_v, self.limits.voltage_max_v]
        marks_v += [] if stop_v is None else [stop_v]
        ahead = [
            (abs(mark_v - voltage_v), abs(moved_v))
            for mark_v in marks_v
            if (mark_v - voltage_v) * moved_v > 0
        ]
        return [*ahead, (self.recording.voltage_v, abs(moved_v))]

    def _to_current(self, current_a: float) -> float:
        stop_a = self.step.stop_current_a
        return math.inf if stop_a is None else abs(abs(current_a) - stop_a)
