"""How the conditions of a map are shown: over which unit, under which name, and their middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..statistics import Estimate
from ..units import MEGAPASCAL, MILLIAMPERE_HOUR_PER_CM2, ZERO_CELSIUS_K
from .critical_current_map import AXES, CellAtCondition, Condition


@dataclass(frozen=True, slots=True)
class Shown:
    """How a condition is shown: over its ``unit`` from ``zero`` on, with label, name and symbol."""

    unit: float
    zero: float
    label: str
    stem: str
    symbol: str

    def of(self, value: float) -> float:
        """A value in SI, as it is shown."""
        return (value - self.zero) / self.unit


DISPLAY: Final = {
    AXES[0]: Shown(
        MILLIAMPERE_HOUR_PER_CM2, 0.0, "charge per half-cycle / mAh cm⁻²", "capacity", "Q"
    ),
    AXES[1]: Shown(MEGAPASCAL, 0.0, "stack pressure / MPa", "pressure", "p"),
    AXES[2]: Shown(1.0, ZERO_CELSIUS_K, "T / °C", "temperature", "T"),
}


def centre_of(tested: Sequence[CellAtCondition]) -> Condition:
    """The middle of what was tested: geometric in charge and pressure."""

    def middle(axis: str, is_log: bool) -> float | None:
        values = [getattr(cell.condition, axis) for cell in tested]
        if None in values:
            return None
        return float(np.exp(np.mean(np.log(values))) if is_log else np.mean(values))

    return Condition(
        areal_capacity_c_per_m2=middle(AXES[0], True),
        stack_pressure_pa=middle(AXES[1], True),
        temperature_k=middle(AXES[2], False),
    )


def in_milliamperes(estimate: Estimate) -> Estimate:
    """An estimate in A/m2 in mA/cm2."""
    error = estimate.standard_error
    return replace(
        estimate,
        value=estimate.value / 10,
        standard_error=None if error is None else error / 10,
        low=estimate.low / 10,
        high=estimate.high / 10,
    )
