"""What a batch of censored values comes to, as the numbers of a sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..sheets.sheet import Number
from ..statistics import (
    Estimate,
    Goodness,
    KaplanMeier,
    Observation,
    Turnbull,
    WeibullFit,
    fit_weibull,
    goodness_of_fit,
    kaplan_meier,
    quantile_interval,
    turnbull,
)
from ..statistics.weibull_regression import MEDIAN

GOODNESS_BATCHES: Final = 99
DOUBTFUL: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchStatistics:
    """Statistics of a batch, in the unit of its values.

    ``product`` is ``None`` where a value is known to an interval; ``goodness`` where there is no
    model, or where the cells' steps overlap. ``ordered`` is the interval of the median that
    assumes no distribution.
    """

    observations: tuple[Observation, ...]
    weibull: WeibullFit
    free: Turnbull
    product: KaplanMeier | None
    ordered: tuple[float, float]
    goodness: Goodness | None


def batch_statistics(observations: Sequence[Observation]) -> BatchStatistics:
    """Everything at once. Raises ValueError if there are no observations.

    >>> cells = [Observation(0.2 * k, 0.2 * k + 0.2) for k in (2, 3, 3, 4, 4, 4, 5, 5, 6, 7)]
    >>> found = batch_statistics(cells)
    >>> f"{found.weibull.median.value:.2f}, {found.free.quantile(0.5)}"
    '0.96, (0.8, 1.0)'
    """
    weibull = fit_weibull(observations)
    has_intervals = any(o.kind in ("interval", "left") for o in observations)
    model = weibull.model
    return BatchStatistics(
        observations=tuple(observations),
        weibull=weibull,
        free=turnbull(observations),
        product=None if has_intervals else _product(observations),
        ordered=quantile_interval(observations, MEDIAN),
        goodness=None
        if model is None
        else goodness_of_fit(observations, model, batches=GOODNESS_BATCHES),
    )


def batch_numbers(
    found: BatchStatistics, stem: str, suffix: str, label: str, unit: str
) -> tuple[Number, ...]:
    """The numbers of a sheet: names are ``stem``, what it is, ``suffix``."""
    weibull = found.weibull
    low, high = found.free.quantile(MEDIAN)
    held = f"median step without a model: {_step(low, high, unit)}"
    counts = f"{weibull.failures} failed of {weibull.n}"
    median = number_from(
        weibull.median, f"{stem}_median_{suffix}", f"median {label}", unit, f"{counts}; {held}"
    )
    return (
        replace(median, refused=f"{median.refused}; {held}") if median.refused else median,
        number_from(weibull.b10, f"{stem}_b10_{suffix}", f"B10 (10 % fail below) {label}", unit),
        number_from(weibull.scale, f"{stem}_scale_{suffix}", f"Weibull scale of {label}", unit),
        number_from(
            weibull.modulus,
            "weibull_modulus",
            "Weibull modulus",
            "",
            ""
            if weibull.modulus.is_refused
            else f"maximum likelihood divided by its bias, {weibull.modulus_bias:.3f}",
        ),
    )


def number_from(estimate: Estimate, name: str, label: str, unit: str, note: str = "") -> Number:
    """An estimate as a number of a sheet; an interval stays with the reason of a refusal."""
    interval = (estimate.low, estimate.high)
    known = interval[0] > 0 or math.isfinite(interval[1])
    if estimate.is_refused:
        text = f"; it lies {_between(*interval, unit)} (95 %)" if known else ""
        return Number(
            name=name, label=label, unit=unit, value=None, refused=estimate.refused + text
        )
    return Number(
        name=name,
        label=label,
        unit=unit,
        value=estimate.value,
        standard_error=estimate.standard_error,
        interval=interval,
        note=note,
    )


def batch_warnings(found: BatchStatistics) -> tuple[str, ...]:
    """What to know of a batch's statistics."""
    weibull, warnings = found.weibull, list[str]()
    if weibull.n < 3:
        cells = "1 cell" if weibull.n == 1 else f"{weibull.n} cells"
        warnings.append(f"{cells}: the scatter is unknown, three are the least")
    elif weibull.failures < 10:
        failures = "1 failure" if weibull.failures == 1 else f"{weibull.failures} failures"
        warnings.append(
            f"{failures}: with fewer than ten the shape of the distribution is a guess, and the "
            "median leans on it"
        )
    goodness = found.goodness
    if goodness is not None and goodness.probability < DOUBTFUL:
        warnings.append(
            f"a Weibull distribution does not fit ({p_text(goodness.probability)}): near "
            f"{goodness.at:.3g} it is {goodness.distance:.2f} from the estimate without a model; "
            "two kinds of cells or of failure in one batch?"
        )
    if not found.free.has_converged:
        warnings.append("the estimate without a model has not converged")
    return tuple(warnings)


def batch_assumptions(found: BatchStatistics) -> tuple[str, ...]:
    """How the numbers were made."""
    tested = found.goodness
    fits = "; whether it fits was not tested: the cells' steps differ"
    if tested is not None:
        fits = f"; distance from the estimate without a model: {p_text(tested.probability)}"
    return (
        "values known to a step enter as intervals, survivors as lower bounds; no midpoint is "
        "averaged",
        "Weibull by maximum likelihood, intervals by profile likelihood with the threshold of "
        f"small batches{fits}",
        "without a model: "
        + ("Kaplan-Meier" if found.product is not None else "Turnbull")
        + _ordered_text(found.ordered),
    )


def _ordered_text(ordered: tuple[float, float]) -> str:
    low, high = ordered
    if low <= 0 and math.isinf(high):
        return "; too few cells to bound the median without a distribution"
    text = _between(low, high, "")
    return f"; the median lies {text} (95 %, ordered values, no distribution)"


def p_text(probability: float) -> str:
    """A probability in words.

    >>> p_text(0.0314), p_text(1e-9)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if probability < 1e-3 else f"p = {probability:.2g}"


def _product(observations: Sequence[Observation]) -> KaplanMeier | None:
    return kaplan_meier(observations) if any(o.has_failed for o in observations) else None


def _step(low: float, high: float, unit: str) -> str:
    if math.isinf(high):
        return f"above {low:.4g} {unit}".strip()
    return f"{low:.4g} to {high:.4g} {unit}".strip()


def _between(low: float, high: float, unit: str) -> str:
    if math.isinf(high):
        return f"above {low:.4g} {unit}".strip()
    if low <= 0:
        return f"below {high:.4g} {unit}".strip()
    return f"between {low:.4g} and {high:.4g} {unit}".strip()
