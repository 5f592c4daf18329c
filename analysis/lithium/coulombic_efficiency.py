"""How much of the plated lithium comes back: where that is defined, and only there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..geometry import Quantity

FloatArray: TypeAlias = NDArray[np.float64]

EFFICIENCY_IN_EXCESS = (
    "both electrodes hold lithium in excess: what is lost at one is made up for, and the charge "
    "stripped equals the charge plated whatever happens; a coulombic efficiency is not defined"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCycleCharge:
    """Charge of one half-cycle per area, positive; ``at_cut_off``: it ended by its voltage.

    ``ending_c_per_m2`` is its standard uncertainty by the current's end between two readings.
    """

    plates: bool
    charge_c_per_m2: float
    at_cut_off: bool
    ending_c_per_m2: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Efficiency from one stripping to the cut-off voltage to the next.

    ``cycles`` is how many times a part of the lithium was stripped and plated in between: 0 for
    plain cycles. ``efficiency`` is dimensionless, stripped over plated charge; ``ending_error``
    is that part of its standard error which comes of currents that ended between two readings.
    """

    cycles: int
    plated_c_per_m2: float
    stripped_c_per_m2: float
    efficiency: Quantity
    ending_error: float = 0.0


def efficiencies(
    half_cycles: Sequence[HalfCycleCharge], *, relative_uncertainty: float = 1e-3
) -> tuple[Efficiency, ...]:
    """Return the coulombic efficiency of each stretch that ends with all lithium stripped.

    Parameters
    ----------
    half_cycles : sequence of HalfCycleCharge
        In order of time; what comes before the first plating is left out, and what follows the
        last stripping to the cut-off voltage is not counted; nor is a stretch in which nothing
        was plated.
    relative_uncertainty : float
        Standard uncertainty of one charge that is independent of the others'. An error of the
        gain, common to all, cancels.

    Raises
    ------
    ValueError
        If the uncertainty is negative, or no stripping reached the cut-off voltage: lithium is
        then left on the electrode and the ratio means nothing; or if nothing was ever plated.

    Notes
    -----
    A plain cycle has CE = Q_s / Q_p. With n cycles of Q_c between a reservoir and its final
    stripping, CE = (n Q_c + Q_final) / (n Q_c + Q_reservoir) (Adams et al. 2018 Adv. Energy Mater.
    8, 1702097), which is the same ratio of sums.

    Examples
    --------
    >>> halves = [HalfCycleCharge(plates=True, charge_c_per_m2=18e3, at_cut_off=False)]
    >>> for _ in range(10):
    ...     halves += [HalfCycleCharge(plates=False, charge_c_per_m2=3.6e3, at_cut_off=False)]
    ...     halves += [HalfCycleCharge(plates=True, charge_c_per_m2=3.6e3, at_cut_off=False)]
    >>> halves += [HalfCycleCharge(plates=False, charge_c_per_m2=17.46e3, at_cut_off=True)]
    >>> [found] = efficiencies(halves)
    >>> f"{found.cycles} cycles, {found.efficiency.value:.4f}"
    '10 cycles, 0.9900'
    """
    if not relative_uncertainty >= 0:
        raise ValueError(f"relative uncertainty is {relative_uncertainty:g}; it must be >= 0")
    stretches = _stretches(half_cycles)
    if not stretches:
        raise ValueError(
            "no stripping half-cycle ended at its cut-off voltage: lithium is left on the "
            "electrode, and a coulombic efficiency is not defined"
        )
    found = [_of_stretch(each, relative_uncertainty) for each in stretches if _has_plated(each)]
    if not found:
        raise ValueError(
            "nothing was plated before any stripping to the cut-off voltage; an upper voltage "
            "limit below the open-circuit voltage of the bare electrode ends a plating at once"
        )
    return tuple(found)


def empty_stretches(half_cycles: Sequence[HalfCycleCharge]) -> int:
    """How many stretches to the cut-off voltage ``efficiencies`` leaves out: nothing was plated.

    >>> halves = [HalfCycleCharge(plates=p, charge_c_per_m2=0.0, at_cut_off=not p) for p in (1, 0)]
    >>> empty_stretches(halves)
    1
    """
    return sum(not _has_plated(each) for each in _stretches(half_cycles))


def _stretches(half_cycles: Sequence[HalfCycleCharge]) -> list[list[HalfCycleCharge]]:
    """From one stripping to the cut-off to the next, beginning with a plating."""
    found, stretch = [], list[HalfCycleCharge]()
    for half in half_cycles:
        if not stretch and not half.plates:
            continue
        stretch.append(half)
        if not half.plates and half.at_cut_off:
            found.append(stretch)
            stretch = []
    return found


def _has_plated(stretch: Sequence[HalfCycleCharge]) -> bool:
    return sum(half.charge_c_per_m2 for half in stretch if half.plates) > 0


def mean_efficiency(found: Sequence[Efficiency], *, skip: int = 0) -> Quantity:
    """Mean with its standard error, from the scatter and from each one's own error.

    ``skip`` leaves out the first, which form the interphase. What the current's end between two
    readings leaves uncertain counts the less, the more it is: weights are those of DerSimonian and
    Laird, Control. Clin. Trials 7 (1986) 177, equal where the endings are. Raises ValueError if
    none remains.

    >>> def cycle(ce):
    ...     q = Quantity(ce, 1e-3, "")
    ...     return Efficiency(cycles=0, plated_c_per_m2=1.0, stripped_c_per_m2=ce, efficiency=q)
    >>> mean = mean_efficiency([cycle(0.7), cycle(0.97), cycle(0.98), cycle(0.99)], skip=1)
    >>> f"{mean.value:.3f} +- {mean.standard_error:.4f}"
    '0.980 +- 0.0058'
    """
    kept = found[skip:]
    if not kept:
        raise ValueError(f"no cycle is left after the first {skip}")
    values = np.array([each.efficiency.value for each in kept])
    whole = np.array([each.efficiency.standard_error or 0.0 for each in kept])
    ending = np.array([each.ending_error for each in kept])
    common = float(np.mean(whole**2 - ending**2))
    variance = np.maximum(common + ending**2, np.finfo(float).tiny)
    weights = 1 / (variance + _between(values, variance))
    value = float(weights @ values / weights.sum())
    return Quantity(value, math.sqrt(1 / weights.sum()), "")


def _between(values: FloatArray, variance: FloatArray) -> float:
    """Variance among cycles beyond that of each: DerSimonian and Laird's moment estimate."""
    weights = 1 / variance
    spread = float(weights @ (values - weights @ values / weights.sum()) ** 2)
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (spread - (values.size - 1)) / spare) if values.size > 1 else 0.0


def _of_stretch(stretch: Sequence[HalfCycleCharge], relative: float) -> Efficiency:
    plated = [half.charge_c_per_m2 for half in stretch if half.plates]
    stripped = [half.charge_c_per_m2 for half in stretch if not half.plates]
    value = sum(stripped) / sum(plated)
    ending = _ending(stretch, plates=False) / sum(plated)
    ending = math.hypot(ending, value * _ending(stretch, plates=True) / sum(plated))
    error = value * math.hypot(_share(stripped, relative), _share(plated, relative))
    return Efficiency(
        cycles=len(stripped) - 1,
        plated_c_per_m2=sum(plated),
        stripped_c_per_m2=sum(stripped),
        efficiency=Quantity(value, math.hypot(error, ending), ""),
        ending_error=ending,
    )


def _ending(stretch: Sequence[HalfCycleCharge], *, plates: bool) -> float:
    return math.hypot(*(half.ending_c_per_m2 for half in stretch if half.plates == plates))


def _share(charges: Sequence[float], relative: float) -> float:
    """Relative uncertainty of a sum of charges with independent errors."""
    total = sum(charges)
    return relative * math.sqrt(sum(charge**2 for charge in charges)) / total if total else 0.0
