"""Capacity retention against a stated cycle, and how fast a cell fades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import Quantity
from .cycles import UNSTATED, Cycle, Meter, is_same_rate
from .stretches import Floats

LEAST_FOR_FADE = 6  # cycles; with fewer a slope says nothing
LEAST_REPLICATES = 3
END_OF_LIFE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Retention:
    """What the cycles at one rate keep of the capacity of the reference cycle.

    Arrays have shape (n,). ``fade_per_cycle`` is the slope of a straight line over all of them,
    as a fraction of the reference (negative: it fades), ``fade_interval`` its 95 % interval; both
    ``None`` with the reason in ``fade_refused``. ``likeness`` is how much neighbouring cycles
    resemble each other about that line, 0 to 0.9. ``life_cycles`` is the number of cycles after the
    reference when the retention first fell below 80 %, ``None`` where it has not.
    """

    reference: int
    reference_c: float
    numbers: tuple[int, ...]
    retained: Floats
    standard_error: Floats
    fade_per_cycle: Quantity | None
    fade_interval: tuple[float, float] | None
    fade_refused: str
    likeness: float
    life_cycles: int | None


def retention(
    cycles: Sequence[Cycle], reference: int | None = None, meter: Meter = UNSTATED
) -> Retention:
    """Divide the discharge capacities by that of the reference cycle.

    The reference is by default the first whole cycle after formation; only cycles at its rate are
    compared with it. The meter's gain cancels; its offset does so too as long as the discharges
    last alike, and is counted for the difference. The fade is the slope of a straight line, with
    the residuals' scatter as its error, widened where neighbours resemble each other (as for a
    first-order autoregression: Bence, Ecology 76 (1995) 628). That scatter is never taken for less
    than the capacities' own errors: where a discharge ends between two readings that are far apart,
    many capacities are exactly alike, and say nothing of how well they are known.

    Raises
    ------
    ValueError
        If the reference is not there, is not whole, or nothing follows it.
    """
    whole = [each for each in cycles if each.is_whole and each.discharge is not None]
    first = _reference(cycles, whole, reference)
    at_rate = [e for e in whole if e.number >= first.number and is_same_rate(e, first)]
    if len(at_rate) < 2:
        raise ValueError(f"no whole cycle at the rate of cycle {first.number} follows it")
    halves = [each.discharge for each in at_rate if each.discharge is not None]
    charge_c = np.array([half.capacity_c for half in halves])
    own_c = np.array([math.hypot(half.sampling_c, half.unobserved_c or 0.0) for half in halves])
    retained = charge_c / charge_c[0]
    offset_c = (meter.current_offset_a or 0.0) * np.array(
        [half.duration_s - halves[0].duration_s for half in halves]
    )
    error = np.sqrt(own_c**2 + (retained * own_c[0]) ** 2 + offset_c**2) / charge_c[0]
    error[0] = 0.0
    numbers = np.array([each.number for each in at_rate], dtype=float)
    fade, interval, refused, likeness = _fade(numbers, retained, own_c / charge_c[0])
    below = np.flatnonzero(retained < END_OF_LIFE)
    return Retention(
        reference=first.number,
        reference_c=float(charge_c[0]),
        numbers=tuple(each.number for each in at_rate),
        retained=retained,
        standard_error=error,
        fade_per_cycle=fade,
        fade_interval=interval,
        fade_refused=refused,
        likeness=likeness,
        life_cycles=int(numbers[below[0]] - numbers[0]) if below.size else None,
    )


def mean_of_replicates(values: Sequence[float]) -> tuple[Quantity, tuple[float, float]]:
    """Mean of cells made alike, its standard error, and its 95 % interval (Student's t).

    Raises ``ValueError`` with fewer than 3.

    >>> mean, interval = mean_of_replicates([0.80, 0.84, 0.88])
    >>> round(mean.value, 3), [round(end, 3) for end in interval]
    (0.84, [0.741, 0.939])
    """
    from scipy.special import stdtrit

    if len(values) < LEAST_REPLICATES:
        raise ValueError(f"{len(values)} cells; an interval over replicates needs 3 or more")
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1) / math.sqrt(len(values)))
    half = float(stdtrit(len(values) - 1, 0.975)) * error
    return Quantity(mean, error, "1"), (mean - half, mean + half)


def _reference(cycles: Sequence[Cycle], whole: Sequence[Cycle], number: int | None) -> Cycle:
    if number is not None:
        for each in whole:
            if each.number == number:
                return each
        numbers = [each.number for each in cycles]
        if number in numbers:
            raise ValueError(f"cycle {number} is not whole: it did not end at both its voltages")
        there = f"has {min(numbers)} to {max(numbers)}" if numbers else "has none"
        raise ValueError(f"cycle {number} is not there; the run {there}")
    after = [each for each in whole if each.phase not in ("formation", "check")] or list(whole)
    if not after:
        raise ValueError("no cycle has a charge and a discharge that both ended at their voltage")
    return after[0]


def _fade(
    numbers: Floats, retained: Floats, own_error: Floats
) -> tuple[Quantity | None, tuple[float, float] | None, str, float]:
    from scipy.special import stdtrit

    n = numbers.size
    if n < LEAST_FOR_FADE:
        return (
            None,
            None,
            f"{n} cycles at this rate; a fade rate needs {LEAST_FOR_FADE} or more",
            0.0,
        )
    x = numbers - numbers.mean()
    slope = float(x @ retained / (x @ x))
    residual = retained - retained.mean() - slope * x
    alike = float(residual[1:] @ residual[:-1] / max(float(residual @ residual), 1e-300))
    alike = min(max(alike, 0.0), 0.9)
    counted = max(n * (1 - alike) / (1 + alike), 3.0)
    seen = float(residual @ residual) / (counted - 2) * counted / n
    variance = max(seen, float(own_error @ own_error) / n)
    error = math.sqrt(variance * n / counted / float(x @ x))
    half = float(stdtrit(counted - 2, 0.975)) * error
    return Quantity(slope, error, "1/cycle"), (slope - half, slope + half), "", alike
