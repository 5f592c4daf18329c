"""How much of the plated lithium comes back: where that is defined, and only there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import Quantity

EFFICIENCY_IN_EXCESS = (
    "both electrodes hold lithium in excess: what is lost at one is made up for, and the charge "
    "stripped equals the charge plated whatever happens; a coulombic efficiency is not defined"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCycleCharge:
    """Charge of one half-cycle per area, positive; ``at_cut_off``: it ended by its voltage."""

    plates: bool
    charge_c_per_m2: float
    at_cut_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Efficiency from one stripping to the cut-off voltage to the next.

    ``cycles`` is how many times a part of the lithium was stripped and plated in between: 0 for
    plain cycles. ``efficiency`` is dimensionless, stripped over plated charge.
    """

    cycles: int
    plated_c_per_m2: float
    stripped_c_per_m2: float
    efficiency: Quantity


def efficiencies(
    half_cycles: Sequence[HalfCycleCharge], *, relative_uncertainty: float = 1e-3
) -> tuple[Efficiency, ...]:
    """Return the coulombic efficiency of each stretch that ends with all lithium stripped.

    Parameters
    ----------
    half_cycles : sequence of HalfCycleCharge
        In order of time; what comes before the first plating is left out, and what follows the
        last stripping to the cut-off voltage is not counted.
    relative_uncertainty : float
        Standard uncertainty of one charge that is independent of the others'. An error of the
        gain, common to all, cancels.

    Raises
    ------
    ValueError
        If the uncertainty is negative, or no stripping reached the cut-off voltage: lithium is
        then left on the electrode and the ratio means nothing.

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
    found, stretch = [], list[HalfCycleCharge]()
    for half in half_cycles:
        if not stretch and not half.plates:
            continue
        stretch.append(half)
        if not half.plates and half.at_cut_off:
            found.append(_of_stretch(stretch, relative_uncertainty))
            stretch = []
    if not found:
        raise ValueError(
            "no stripping half-cycle ended at its cut-off voltage: lithium is left on the "
            "electrode, and a coulombic efficiency is not defined"
        )
    return tuple(found)


def mean_efficiency(found: Sequence[Efficiency], *, skip: int = 0) -> Quantity:
    """Mean of plain cycles with its standard error, from their scatter.

    ``skip`` leaves out the first cycles, which form the interphase. Raises ValueError if none
    remains.

    >>> def cycle(ce):
    ...     q = Quantity(ce, 1e-3, "")
    ...     return Efficiency(cycles=0, plated_c_per_m2=1.0, stripped_c_per_m2=ce, efficiency=q)
    >>> mean = mean_efficiency([cycle(0.7), cycle(0.97), cycle(0.98), cycle(0.99)], skip=1)
    >>> f"{mean.value:.3f} +- {mean.standard_error:.4f}"
    '0.980 +- 0.0058'
    """
    values = np.array([each.efficiency.value for each in found if each.cycles == 0][skip:])
    if not values.size:
        raise ValueError(f"no cycle is left after the first {skip}")
    own = [each.efficiency.standard_error or 0.0 for each in found if each.cycles == 0][skip:]
    least = math.sqrt(sum(error**2 for error in own)) / values.size
    scatter = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else 0.0
    return Quantity(float(values.mean()), max(scatter, least), "")


def _of_stretch(stretch: Sequence[HalfCycleCharge], relative: float) -> Efficiency:
    plated = [half.charge_c_per_m2 for half in stretch if half.plates]
    stripped = [half.charge_c_per_m2 for half in stretch if not half.plates]
    value = sum(stripped) / sum(plated)
    error = value * math.hypot(_share(stripped, relative), _share(plated, relative))
    return Efficiency(
        cycles=len(stripped) - 1,
        plated_c_per_m2=sum(plated),
        stripped_c_per_m2=sum(stripped),
        efficiency=Quantity(value, error, ""),
    )


def _share(charges: Sequence[float], relative: float) -> float:
    """Relative uncertainty of a sum of charges with independent errors."""
    return relative * math.sqrt(sum(charge**2 for charge in charges)) / sum(charges)
