"""Where a current begins: by a threshold, and by the tangent to its rise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry import Quantity
from .baseline import Baseline
from .sweeps import Floats, Sweep

DEFAULT_THRESHOLD_A_M2: Final = 0.1  # 10 µA/cm2
CONFIRMED_BY: Final = 3  # readings in a row
FEWEST_ON_RISE: Final = 4
NEAR: Final = 15  # readings on either side of a crossing
RISES: Final = ((0.1, 0.5), (0.2, 0.6), (0.3, 0.7), (0.4, 0.8))


@dataclass(frozen=True, slots=True)
class Onset:
    """A potential (V) at which a current begins, or ``refused``: the reason why there is none."""

    potential: Quantity | None
    refused: str = ""


def onset_by_threshold(
    sweep: Sweep,
    baseline: Baseline,
    threshold_a_m2: float = DEFAULT_THRESHOLD_A_M2,
    *,
    from_v: float | None = None,
) -> Onset:
    """Return where the current density beyond the baseline crosses a threshold, and stays there.

    Beyond means anodic in a rising sweep, cathodic in a falling one; three readings in a row
    confirm it. ``from_v`` leaves out what comes before that potential. The doubt is that of a line
    through the readings about the crossing and of the baseline, or of the noise of two readings
    where there are too few, with the step from one reading to the next, uniform within it: an
    instrument says no more of where a current began. How the potential of an onset depends on the
    threshold is for the reader to be shown: no onset is a property of the electrolyte alone.

    Refused where the threshold is never crossed, which means that the window is wider than what
    was swept, unless the current crosses it in the opposite sense, which is refused as such; and
    where the current is beyond it from the first.

    Raises ValueError if the threshold is not positive.
    """
    if not (math.isfinite(threshold_a_m2) and threshold_a_m2 > 0):
        raise ValueError(f"the threshold is {threshold_a_m2} A/m2; it must be finite and > 0")
    potential, beyond = _beyond(sweep, baseline, from_v)
    shown = f"{threshold_a_m2 * 100:g} µA/cm²"
    if potential.size < CONFIRMED_BY:
        return Onset(None, "the sweep has no readings beyond where it started")
    at = _stays(beyond > threshold_a_m2)
    if at is None:
        opposite = _stays(beyond < -threshold_a_m2)
        if opposite is not None:
            return Onset(None, _wrong_way(sweep.direction, shown, float(potential[opposite])))
        return Onset(
            None,
            f"window wider than swept: the current never exceeds {shown} as far as "
            f"{potential[-1]:.3f} V",
        )
    if at == 0:
        return Onset(None, f"the current exceeds {shown} from the first, at {potential[0]:.3f} V")
    crossing, doubt = _crossing(potential, beyond, at, threshold_a_m2, baseline)
    return Onset(Quantity(crossing, doubt, "V"))


def onset_by_tangent(sweep: Sweep, baseline: Baseline, *, from_v: float | None = None) -> Onset:
    """Return where the tangent to the rise meets the baseline.

    The rise ends at the first peak, or at the end of the sweep. Straight lines are laid through
    four overlapping parts of it (10-50, 20-60, 30-70 and 40-80 % of its height); the value is
    their mean, the doubt their scatter together with the regressions' own and the step between two
    readings. A current that still
    bends upwards has no tangent of its own, and the doubt says so.

    Refused where nothing rises above five times the noise, or the rise has too few readings.
    """
    potential, beyond = _beyond(sweep, baseline, from_v)
    if potential.size < FEWEST_ON_RISE:
        return Onset(None, "the sweep has no readings beyond where it started")
    top = _first_peak(beyond, baseline.noise_a_m2)
    height = float(beyond[top])
    if height <= 5 * max(baseline.noise_a_m2, baseline.standard_error):
        kind = "anodic" if sweep.direction > 0 else "cathodic"
        return Onset(None, f"no {kind} current rises above five times the noise of the baseline")
    met, errors = [], []
    below = np.flatnonzero(beyond[: top + 1] < RISES[0][0] * height)
    foot = int(below[-1]) + 1 if below.size else 0
    for low, high in RISES:
        on_rise = np.arange(foot, top + 1)
        on_rise = on_rise[(beyond[on_rise] >= low * height) & (beyond[on_rise] <= high * height)]
        if on_rise.size < FEWEST_ON_RISE:
            return Onset(
                None,
                f"the rise has only {on_rise.size} readings between {low:.0%} and {high:.0%} "
                f"of its height: sweep more slowly or read more often",
            )
        at_v, rise = potential[on_rise], beyond[on_rise]
        where, error, _ = _meets_zero(at_v, rise, np.ones(rise.size))
        met.append(where)
        of_baseline = baseline.standard_error / _steepness(at_v, rise)
        errors.append(math.hypot(error, of_baseline))
    scatter = float(np.std(met, ddof=1))
    doubt = math.hypot(scatter, float(np.mean(errors)), _of_steps(potential[foot : top + 1]))
    return Onset(Quantity(float(np.mean(met)), doubt, "V"))


def _stays(beyond: NDArray[np.bool_]) -> int | None:
    """Return the first of as many readings in a row as confirm it, if there are."""
    runs = np.convolve(beyond, np.ones(CONFIRMED_BY), "valid") >= CONFIRMED_BY
    return int(np.argmax(runs)) if runs.any() else None


def _wrong_way(direction: int, shown: str, at_v: float) -> str:
    side, word = ("oxidation", "cathodic") if direction > 0 else ("reduction", "anodic")
    return (
        f"the current exceeds {shown} the wrong way: it is {word} from {at_v:.3f} V on, in a sweep "
        f"towards {side}; its sign is reversed (anodic is positive), or another reaction hides "
        f"the {side}"
    )


def _beyond(sweep: Sweep, baseline: Baseline, from_v: float | None) -> tuple[Floats, Floats]:
    """Return potentials and the current beyond the baseline, positive in the sweep's sense."""
    beyond = (sweep.current_density_a_m2 - baseline.current_density_a_m2) * sweep.direction
    if from_v is None:
        return sweep.potential_v, beyond
    kept = (sweep.potential_v - from_v) * sweep.direction >= 0
    return sweep.potential_v[kept], beyond[kept]


def _crossing(
    potential: Floats, beyond: Floats, at: int, threshold: float, baseline: Baseline
) -> tuple[float, float]:
    """Return where the current is the threshold, and the standard error of that.

    From a straight line of ln j through the readings about the crossing, between a third of the
    threshold and three times it, since a reading alone is as noisy as it is; where there are too
    few of them, from the two readings on either side.
    """
    low = np.flatnonzero(beyond[:at] < threshold / 3)
    high = np.flatnonzero(beyond[at:] > threshold * 3)
    first = max(int(low[-1]) + 1 if low.size else 0, at - NEAR)
    last = min(at + int(high[0]) if high.size else beyond.size, at + NEAR)
    x, y = potential[first:last], beyond[first:last]
    if x.size >= FEWEST_ON_RISE and (y > 0).all():
        crossing, error, slope = _meets_zero(x, np.log(y / threshold), y)
        if slope * (potential[-1] - potential[0]) > 0:
            of_baseline = baseline.standard_error / threshold / slope
            return crossing, math.hypot(error, of_baseline, _of_steps(x))
    rise = float(beyond[at] - beyond[at - 1])
    step_v = float(potential[at] - potential[at - 1])
    crossing = float(potential[at - 1]) + (threshold - float(beyond[at - 1])) / rise * step_v
    noise = math.hypot(baseline.noise_a_m2, baseline.standard_error)
    return crossing, math.hypot(noise * step_v / max(rise, 1e-30), step_v / math.sqrt(12))


def _of_steps(potential: Floats) -> float:
    """Return the standard deviation of a place anywhere within the widest step of readings.

    The widest, as several readings of one stair lie close together.
    """
    return float(np.abs(np.diff(potential)).max(initial=0.0)) / math.sqrt(12)


def _first_peak(beyond: Floats, noise: float) -> int:
    """Return the highest reading before the current falls clearly again, or the last one."""
    highest = np.maximum.accumulate(beyond)
    fallen = (highest - beyond > np.maximum(0.1 * highest, 6 * noise)) & (highest > 6 * noise)
    end = int(np.argmax(fallen)) if fallen.any() else beyond.size
    return int(np.argmax(beyond[:end]))


def _meets_zero(potential: Floats, values: Floats, weight: Floats) -> tuple[float, float, float]:
    """Return where a straight line meets zero, the standard error of that, and its slope.

    ``weight`` is one over the relative scatter of a value. The error is widened to the standard
    deviation of Student's t, as the scatter is estimated from few readings.
    """
    share = weight**2 / (weight**2).sum()
    x = potential - float(share @ potential)
    mean = float(share @ values)
    sxx = float(share @ x**2)
    slope = float(share @ (x * values)) / sxx
    free = values.size - 2
    residual = values - mean - slope * x
    variance = float(share @ residual**2) * values.size / max(1, free)
    widened = variance * (free / (free - 2) if free > 2 else 3.0)
    offset = -mean / slope
    error = math.sqrt(widened / values.size * (1 + offset**2 / sxx)) / abs(slope)
    return float(share @ potential) + offset, error, slope


def _steepness(potential: Floats, beyond: Floats) -> float:
    return max(float(np.ptp(beyond) / max(np.ptp(potential), 1e-30)), 1e-30)
