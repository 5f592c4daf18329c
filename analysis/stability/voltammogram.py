"""The stability window of an electrolyte from slow sweeps of the potential.

An onset depends on threshold, scan rate and above all on the electrode: a planar one reads the
window too wide, because so little electrolyte touches it. Han, Zhu, He, Mo and Wang, Adv. Energy
Mater. 6 (2016) 1501590; Wu, Yao and Wang (2020), section 2.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from ..geometry import Quantity
from .baseline import Baseline, quiet_baseline
from .onset import DEFAULT_THRESHOLD_A_M2, Onset, onset_by_tangent, onset_by_threshold
from .sweeps import TURN_V, Sweep, settled

ElectrodeType: TypeAlias = Literal["planar", "composite"]
PLANAR_WARNING: Final = (
    "the electrode is planar: it reads the window too wide, because little electrolyte touches it "
    "and its products passivate; a composite electrode with carbon comes near the intrinsic window"
)
PRODUCTS_WARNING: Final = (
    "{side} was measured on a cell that had passed its {other} onset before: part of the current "
    "may be that of decomposition products; measure each side on a fresh cell"
)
METHODS_WARNING: Final = (
    "threshold and tangent put the onset of {side} {apart:.2f} V apart: a small current begins "
    "long before the threshold is passed"
)
FAST_V_S: Final = 1e-3
METHODS_APART_V: Final = 0.3


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What one sweep shows. Charges per area in C/m2, both counted positive.

    ``outward``: the sweep goes beyond ``from_v``, where the series of sweeps began, so that an
    onset on its side may show in it; the way back from a vertex does not.
    ``oxidation_charge`` is the anodic charge beyond the baseline, ``reduction_charge`` the
    cathodic one, whatever the direction of the sweep.
    """

    sweep: Sweep
    from_v: float | None
    outward: bool
    baseline: Baseline
    by_threshold: Onset
    by_tangent: Onset
    oxidation_charge: Quantity
    reduction_charge: Quantity


@dataclass(frozen=True, slots=True)
class Window:
    """The window between reduction and oxidation, in V, or why there is none.

    ``oxidation`` and ``reduction`` are the sweeps that it was read from, the first outward ones.
    """

    electrode_type: ElectrodeType
    oxidation: SweepResult | None
    reduction: SweepResult | None
    width: Quantity | None
    refused: str
    warnings: tuple[str, ...]


def read_sweep(
    sweep: Sweep,
    threshold_a_m2: float = DEFAULT_THRESHOLD_A_M2,
    *,
    from_v: float | None = None,
    baseline: Baseline | None = None,
) -> SweepResult:
    """Read both onsets and both charges off one sweep.

    One that begins at ``from_v`` begins with switching on, which is left out (see ``settled``).
    ``from_v`` is the potential from which an onset counts, as a rule that of the open circuit.
    Without a ``baseline`` the quietest part of the sweep is taken for it.

    Raises what ``quiet_baseline`` and ``onset_by_threshold`` raise.
    """
    if from_v is None or abs(sweep.potential_v[0] - from_v) < TURN_V:
        sweep = settled(sweep)
    under = quiet_baseline(sweep) if baseline is None else baseline
    oxidation, reduction = _charges(sweep, under)
    beyond_v = math.inf if from_v is None else (sweep.potential_v[-1] - from_v) * sweep.direction
    return SweepResult(
        sweep=sweep,
        from_v=from_v,
        outward=bool(beyond_v > TURN_V),
        baseline=under,
        by_threshold=onset_by_threshold(sweep, under, threshold_a_m2, from_v=from_v),
        by_tangent=onset_by_tangent(sweep, under, from_v=from_v),
        oxidation_charge=oxidation,
        reduction_charge=reduction,
    )


def window_of(
    results: Sequence[SweepResult], electrode_type: ElectrodeType, *, all_fresh: bool = False
) -> Window:
    """Return the window between the first reduction and the first oxidation onset by threshold.

    ``results`` in the order of measurement; ``all_fresh`` if each sweep was made on a cell of its
    own. One that is wider than swept on either side is refused, with the reason.

    Raises
    ------
    ValueError
        If the type of the electrode is neither planar nor composite.
    """
    if electrode_type not in ("planar", "composite"):
        raise ValueError(f"electrode_type is {electrode_type!r}; allowed: planar, composite")
    oxidation = _first(results, +1)
    reduction = _first(results, -1)
    warnings = [PLANAR_WARNING] if electrode_type == "planar" else []
    warnings += [] if all_fresh else _of_products(results, oxidation, reduction)
    warnings += _of_methods(oxidation, "oxidation") + _of_methods(reduction, "reduction")
    fastest = max((abs(each.sweep.scan_rate_v_s) for each in results), default=0.0)
    if fastest > FAST_V_S:
        warnings.append(
            f"the scan rate is {fastest * 1e3:g} mV/s: slow reactions begin later than at 0.1 mV/s"
        )
    width, refused = _width(oxidation, reduction)
    return Window(electrode_type, oxidation, reduction, width, refused, tuple(warnings))


def _first(results: Sequence[SweepResult], direction: int) -> SweepResult | None:
    outward = (each for each in results if each.outward)
    return next((each for each in outward if each.sweep.direction == direction), None)


def _of_products(
    results: Sequence[SweepResult], oxidation: SweepResult | None, reduction: SweepResult | None
) -> list[str]:
    sides = ((oxidation, "the oxidation", "reduction"), (reduction, "the reduction", "oxidation"))
    if oxidation is None or reduction is None:
        return []
    later = max(oxidation, reduction, key=lambda each: float(each.sweep.time_s[0]))
    earlier = oxidation if later is reduction else reduction
    if earlier.by_threshold.potential is None or results.index(earlier) > results.index(later):
        return []
    return [
        PRODUCTS_WARNING.format(side=side, other=other)
        for each, side, other in sides
        if each is later
    ]


def _of_methods(result: SweepResult | None, side: str) -> list[str]:
    if result is None or result.by_threshold.potential is None:
        return []
    if result.by_tangent.potential is None:
        return []
    later = result.by_threshold.potential.value - result.by_tangent.potential.value
    later *= result.sweep.direction
    return [METHODS_WARNING.format(side=side, apart=later)] if later > METHODS_APART_V else []


def _width(
    oxidation: SweepResult | None, reduction: SweepResult | None
) -> tuple[Quantity | None, str]:
    reasons = []
    for result, side in ((reduction, "reduction"), (oxidation, "oxidation")):
        if result is None:
            reasons.append(f"no sweep towards {side}")
        elif result.by_threshold.potential is None:
            reasons.append(f"{side}: {result.by_threshold.refused}")
    if reasons or oxidation is None or reduction is None:
        return None, "; ".join(reasons)
    upper, lower = oxidation.by_threshold.potential, reduction.by_threshold.potential
    if upper is None or lower is None:
        return None, "; ".join(reasons)
    if upper.value <= lower.value:
        return None, (
            f"oxidation begins at {upper.value:.3f} V, below the onset of reduction at "
            f"{lower.value:.3f} V: products of one side react at the other"
        )
    error = math.hypot(upper.standard_error or 0.0, lower.standard_error or 0.0)
    return Quantity(upper.value - lower.value, error, "V"), ""


def _charges(sweep: Sweep, baseline: Baseline) -> tuple[Quantity, Quantity]:
    """Integrate what is beyond the baseline, anodic and cathodic apart, by trapezoids."""
    beyond = sweep.current_density_a_m2 - baseline.current_density_a_m2
    lasted_s = float(sweep.time_s[-1] - sweep.time_s[0])
    step_s = lasted_s / max(1, beyond.size - 1)
    noise = baseline.noise_a_m2
    found = []
    for sign in (1, -1):
        part = np.where(sign * beyond > 2 * noise, sign * beyond, 0.0)
        charge = float(((part[1:] + part[:-1]) / 2 * np.diff(sweep.time_s)).sum())
        shared = baseline.standard_error * float(np.count_nonzero(part)) * step_s
        scattered = noise * step_s * math.sqrt(float(np.count_nonzero(part)))
        found.append(Quantity(charge, math.hypot(shared, scattered), "C/m2"))
    return found[0], found[1]
