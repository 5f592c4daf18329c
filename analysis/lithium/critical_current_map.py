"""A critical current as it is: a function of charge per half-cycle, stack pressure, temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..statistics import (
    Estimate,
    NoMaximumError,
    Observation,
    WeibullFit,
    WeibullModel,
    fit_weibull,
    fit_weibull_regression,
    quantile_interval,
    turnbull,
)
from ..statistics.weibull_regression import MEDIAN
from ..units import MILLIAMPERE_HOUR_PER_CM2, ZERO_CELSIUS_K

BOLTZMANN_EV_PER_K: Final = 8.617333262e-5
AXES: Final = ("areal_capacity_c_per_m2", "stack_pressure_pa", "temperature_k")
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Where a cell was tested; ``None`` for what nobody states."""

    areal_capacity_c_per_m2: float | None
    stack_pressure_pa: float | None
    temperature_k: float | None

    @property
    def rounded(self) -> Condition:
        """To three digits, the temperature to a whole °C: what counts as the same condition.

        >>> at = Condition(areal_capacity_c_per_m2=3.6e3, stack_pressure_pa=5e6, temperature_k=298)
        >>> at.rounded.temperature_k
        298.15
        """
        kelvin = self.temperature_k
        return Condition(
            areal_capacity_c_per_m2=_three(self.areal_capacity_c_per_m2),
            stack_pressure_pa=_three(self.stack_pressure_pa),
            temperature_k=None
            if kelvin is None
            else round(kelvin - ZERO_CELSIUS_K) + ZERO_CELSIUS_K,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAtCondition:
    """One cell's critical current, A/m², and where it was measured."""

    critical_current_a_per_m2: Observation
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConditionResult:
    """Replicates at one condition. The median without a model lies in ``median_interval``."""

    condition: Condition
    n: int
    failures: int
    median_step: tuple[float, float]
    median_interval: tuple[float, float]
    weibull: WeibullFit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapFit:
    """ln J_c = a + b ln(Q) + c ln(p) - E / (k T), one Weibull modulus for all conditions.

    ``axes`` are the conditions that were varied. Exponents are dimensionless, ``activation_ev`` in
    eV. ``lack_of_fit`` is the probability that free medians at every condition fit so much better
    by chance; ``None`` where they cannot be fitted.
    """

    axes: tuple[str, ...]
    model: WeibullModel
    exponents: dict[str, Estimate]
    activation_ev: Estimate | None
    lack_of_fit: float | None

    def median_a_per_m2(self, condition: Condition, level: float = 0.95) -> Estimate:
        """Median critical current at a condition. Raises ValueError if an axis is not given."""
        return self.model.quantile(MEDIAN, _place(condition, self.axes), level=level)


def by_condition(
    cells: Sequence[CellAtCondition], level: float = 0.95
) -> tuple[ConditionResult, ...]:
    """Gather replicates by condition, in the order of charge, pressure, temperature.

    Raises ValueError if there are no cells.
    """
    if not cells:
        raise ValueError("there are no cells")
    groups: dict[Condition, list[Observation]] = {}
    for cell in cells:
        groups.setdefault(cell.condition.rounded, []).append(cell.critical_current_a_per_m2)
    return tuple(
        ConditionResult(
            condition=condition,
            n=len(found),
            failures=sum(each.has_failed for each in found),
            median_step=turnbull(found).quantile(MEDIAN),
            median_interval=quantile_interval(found, MEDIAN, level),
            weibull=fit_weibull(found, level),
        )
        for condition, found in sorted(groups.items(), key=lambda pair: _order(pair[0]))
    )


def varied_axes(cells: Sequence[CellAtCondition]) -> tuple[str, ...]:
    """The conditions that every cell states and that differ between cells."""
    found = []
    for axis in AXES:
        values = {getattr(cell.condition.rounded, axis) for cell in cells}
        if None not in values and len(values) > 1:
            found.append(axis)
    return tuple(found)


def fit_map(cells: Sequence[CellAtCondition], level: float = 0.95) -> MapFit:
    """Fit how the critical current depends on what was varied, with censored likelihood.

    An interval of a test in steps enters as an interval: midpoints are not averaged.

    Raises
    ------
    ValueError
        If nothing was varied, or conditions changed together so that their effects cannot be told
        apart.
    NoMaximumError
        If the cells do not set every parameter.

    Examples
    --------
    >>> cells = [
    ...     CellAtCondition(
    ...         critical_current_a_per_m2=Observation(low, low + 2.0),
    ...         condition=Condition(
    ...             areal_capacity_c_per_m2=q, stack_pressure_pa=5e6, temperature_k=298.0
    ...         ),
    ...     )
    ...     for q, lows in ((3600.0, (14, 16, 20)), (36000.0, (8, 10, 12)))
    ...     for low in lows
    ... ]
    >>> exponent = fit_map(cells).exponents["areal_capacity_c_per_m2"]
    >>> f"J_c ~ Q^{exponent.value:.2f}"
    'J_c ~ Q^-0.21'
    """
    axes = varied_axes(cells)
    if not axes:
        raise ValueError(
            "no condition was varied that every cell states: a map needs at least two charges per "
            "half-cycle, stack pressures or temperatures"
        )
    observations = [cell.critical_current_a_per_m2 for cell in cells]
    rows = [_place(cell.condition, axes) for cell in cells]
    model = fit_weibull_regression(observations, rows, axes)
    exponents = {axis: model.coefficient(axis, level) for axis in axes if axis != "temperature_k"}
    activation = model.coefficient("temperature_k", level) if "temperature_k" in axes else None
    return MapFit(
        axes=axes,
        model=model,
        exponents=exponents,
        activation_ev=activation,
        lack_of_fit=_lack_of_fit(cells, model),
    )


def _place(condition: Condition, axes: Sequence[str]) -> list[float]:
    """Columns of the regression: ln of mAh/cm² and of MPa, and -1/kT in 1/eV."""
    values = []
    for axis in axes:
        value = getattr(condition, axis)
        if value is None or not value > 0:
            raise ValueError(f"{axis} is {value}; this map needs it, > 0")
        values.append(_column(axis, float(value)))
    return values


def _column(axis: str, value: float) -> float:
    if axis == "temperature_k":
        return -1 / (BOLTZMANN_EV_PER_K * value)
    return math.log(value / (MILLIAMPERE_HOUR_PER_CM2 if axis == AXES[0] else 1e6))


def _lack_of_fit(cells: Sequence[CellAtCondition], model: WeibullModel) -> float | None:
    from scipy.stats import chi2

    conditions = sorted({cell.condition.rounded for cell in cells}, key=_order)
    freedom = len(conditions) - 1 - len(model.names)
    if freedom < 1:
        return None
    own = [[float(cell.condition.rounded == c) for c in conditions[1:]] for cell in cells]
    names = [f"condition {k}" for k in range(1, len(conditions))]
    try:
        free = fit_weibull_regression([c.critical_current_a_per_m2 for c in cells], own, names)
    except NoMaximumError:
        return None
    return float(chi2.sf(max(0.0, 2 * (free.log_likelihood - model.log_likelihood)), freedom))


def _order(condition: Condition) -> tuple[float, ...]:
    values = (getattr(condition, axis) for axis in AXES)
    return tuple(-1.0 if value is None else value for value in values)


def _three(value: float | None) -> float | None:
    return None if value is None else float(np.format_float_scientific(value, _DIGITS - 1))
