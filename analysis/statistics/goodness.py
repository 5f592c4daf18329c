"""Does a Weibull distribution fit a batch? Against the estimate that assumes none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .censored import Floats, Observation, bounds_of
from .log_weibull import NoMaximumError
from .turnbull import Turnbull, turnbull
from .weibull_regression import WeibullModel, fit_weibull_regression


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodness:
    """``distance`` is the largest between both distributions, where the data set the latter.

    ``probability`` is the share of ``batches``, drawn from the fitted distribution and censored
    alike, that lie farther from their own fits; its standard error is at most
    0.5 / sqrt(batches).
    """

    distance: float
    at: float
    probability: float
    batches: int


def goodness_of_fit(
    observations: Sequence[Observation], model: WeibullModel, *, batches: int = 200, seed: int = 0
) -> Goodness | None:
    """Test a fitted distribution by a parametric bootstrap of its distance to Turnbull's.

    Censoring is repeated as follows: the bounds of the batch make one ladder, and values drawn are
    known between its rungs, or exactly where all failures are; limits of cells that did not fail
    are dealt out at random. ``None`` where intervals overlap: how they came about is not known,
    and cannot be repeated.

    Examples
    --------
    >>> cells = [Observation(0.2 * k, 0.2 * k + 0.2) for k in (2, 3, 3, 4, 4, 4, 5, 5, 6, 7)]
    >>> fit = fit_weibull_regression(cells)
    >>> goodness_of_fit(cells, fit, batches=50).probability > 0.05
    True
    """
    low, high = bounds_of(observations)
    if _overlap(low, high):
        return None
    distance, at = _distance(turnbull(observations), model)
    rng = np.random.default_rng(seed)
    farther = drawn = 0
    for _ in range(batches):
        batch = _drawn_alike(low, high, model, rng)
        try:
            again = fit_weibull_regression(batch)
        except NoMaximumError:
            continue
        drawn += 1
        farther += _distance(turnbull(batch), again)[0] >= distance
    probability = (farther + 1) / (drawn + 1)
    return Goodness(distance=distance, at=at, probability=probability, batches=drawn)


def _distance(free: Turnbull, model: WeibullModel) -> tuple[float, float]:
    """Largest distance at the ends of the innermost intervals, where it is certain."""
    below = np.concatenate([[0.0], np.cumsum(free.mass)])
    left = free.left > 0
    at = np.concatenate([free.left[left], free.right[np.isfinite(free.right)]])
    share = np.concatenate([below[:-1][left], below[1:][np.isfinite(free.right)]])
    if not at.size:
        return 0.0, math.nan
    distances = np.abs(share - model.failed_share(at))
    worst = int(distances.argmax())
    return float(distances[worst]), float(at[worst])


def _overlap(low: Floats, high: Floats) -> bool:
    """Whether two different intervals of failures share values."""
    failed = np.isfinite(high) & (low < high)
    pairs = np.unique(np.column_stack([low, high])[failed], axis=0)
    return bool((pairs[1:, 0] < pairs[:-1, 1]).any())


def _drawn_alike(
    low: Floats, high: Floats, model: WeibullModel, rng: np.random.Generator
) -> list[Observation]:
    modulus, scale = model.parameters[-1], math.exp(model.parameters[0] / model.parameters[-1])
    values = scale * rng.weibull(modulus, low.size)
    failed = np.isfinite(high)
    limits = np.where(failed, math.inf, low)[rng.permutation(low.size)]
    if (low[failed] == high[failed]).all():
        drawn = [Observation.exact(value) for value in values]
    else:
        drawn = _between_rungs(values, np.unique([0.0, *low, *high[failed], math.inf]))
    return [
        Observation.right(limit) if each.high > limit else each
        for each, limit in zip(drawn, limits.tolist(), strict=True)
    ]


def _between_rungs(values: Floats, ladder: Floats) -> list[Observation]:
    place = np.searchsorted(ladder, values)
    return [Observation(ladder[k - 1], ladder[k]) for k in place]
