"""Electronic conductivity from steady currents at several voltages between blocking electrodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Geometry, Quantity
from .mixture import Mixture, joined
from .steady_current import LARGEST_REMAINDER
from .steady_line import SURPRISE, Hold, SteadyLine, SteadyLines, lines_of

FEWEST_VOLTAGES = 3
OFFSET_UNCERTAINTY_A = 1e-9
_CURVED = 0.2  # of the slope
_SMALL = 1e-300


@dataclass(frozen=True, eq=False)
class DcPolarisation:
    """Electronic conductivity of a pellet.

    Attributes
    ----------
    conductivity : Quantity or None
        In S/m; None if refused.
    interval_s_per_m : (low, high) or None
        95 %, geometry included.
    upper_bound_s_per_m : float or None
        Where the value is refused: the conductivity is below it with 97.5 % probability.
    conductance_s : Mixture or None
        Slope of I_ss(V), over both families of decay.
    offset_a : Quantity or None
        Current at 0 V on that line; None with fewer than 3 voltages.
    model_dependence_s_per_m : float or None
        Difference between the conductivities of both families, where the data admit both.
    by_family_s_per_m : dict
        Conductivity by each family of decay.
    curvature_probability : float
        How often chance bends I_ss(V) as much; 1 with fewer than 4 voltages.
    used, left_out : tuple of Hold
    refused : str
        Why there is no value, else empty.
    assumptions, warnings : tuple of str
    """

    conductivity: Quantity | None
    interval_s_per_m: tuple[float, float] | None
    upper_bound_s_per_m: float | None
    conductance_s: Mixture | None
    offset_a: Quantity | None
    model_dependence_s_per_m: float | None
    by_family_s_per_m: dict[str, float]
    curvature_probability: float
    used: tuple[Hold, ...]
    left_out: tuple[Hold, ...]
    refused: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


def dc_polarisation(
    holds: Sequence[Hold],
    geometry: Geometry,
    *,
    resolution_a: float = 0.0,
    offset_uncertainty_a: float = OFFSET_UNCERTAINTY_A,
) -> DcPolarisation:
    """Electronic conductivity as slope of I_ss(V) times L / A (J. B. Wagner, C. Wagner, 1957).

    The slope over three voltages or more is free of any constant offset of the current. With one
    or two voltages the value is I_ss L / (V A) and `offset_uncertainty_a` counts in full. Both
    families of decay make a line each, and count by what the data of all voltages together say of
    them, as a wrong extrapolation is wrong at every voltage in the same sense.

    Parameters
    ----------
    holds : sequence of Hold
        With the steady current of each voltage, of either sign; 0 V is allowed.
    geometry : Geometry
    resolution_a : float
        Of the instrument. A largest current below 3 times it is refused.
    offset_uncertainty_a : float
        Standard uncertainty of the instrument's zero; used with fewer than three voltages.

    Raises
    ------
    ValueError
        If there is no hold, a voltage is not finite, or all are 0 V.

    Notes
    -----
    Refused, with an upper bound instead: currents that are not steady, that cannot be told from 0,
    or are not resolved. Refused without one: I_ss(V) that bends by more than a fifth, as then there
    is no conductivity but a characteristic curve (a Hebb-Wagner analysis: M. H. Hebb, J. Chem.
    Phys. 20 (1952) 185).

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.transport.steady_current import steady_current
    >>> t = np.arange(1.0, 601.0)
    >>> noise = np.random.default_rng(1).normal(0.0, 1e-11, (3, t.size))
    >>> at_1_v = 39e-9 + 2e-7 * np.exp(-t / 40)
    >>> holds = [  # an instrument that adds 1 nA
    ...     Hold(v, steady_current(t, 1e-9 + v * at_1_v + n))
    ...     for v, n in zip((0.2, 0.5, 1.0), noise)
    ... ]
    >>> found = dc_polarisation(holds, Geometry(1e-3, 10e-3))
    >>> f"{found.conductivity.value * 0.01:.2e} S/cm, {found.offset_a.value * 1e9:.2f} nA"
    '4.97e-09 S/cm, 1.00 nA'
    """
    if not holds:
        raise ValueError("there is no hold of a voltage")
    voltages = [hold.voltage_v for hold in holds]
    if not all(map(math.isfinite, voltages)) or not any(voltages):
        raise ValueError(f"voltages are {voltages} V; they must be finite, and one of them not 0 V")
    used = tuple(h for h in holds if h.steady is not None and h.steady.is_steady)
    left_out = tuple(h for h in holds if h not in used)
    if not any(hold.voltage_v for hold in used):
        return _not_steady(holds, left_out, geometry)
    many = len({hold.voltage_v for hold in used}) >= FEWEST_VOLTAGES
    views = [lines_of(used, view, None if many else offset_uncertainty_a) for view in (0, 1)]
    return _answer(used, left_out, geometry, views, many, resolution_a)


def _not_steady(
    holds: Sequence[Hold], left_out: tuple[Hold, ...], geometry: Geometry
) -> DcPolarisation:
    """Only what the last currents cannot exceed."""
    bounds = [
        abs(float(h.steady.blocks.current_a[-1])) / abs(h.voltage_v)
        for h in holds
        if h.steady is not None and h.voltage_v
    ]
    if all(hold.steady is None for hold in holds):
        reasons = ", ".join(f"{hold.voltage_v:g} V: {hold.refused}" for hold in holds)
        return _refusal(f"no voltage has a steady current: {reasons}", (), left_out, None)
    bound = min(bounds, default=math.inf) * geometry.length_over_area_per_m
    return _refusal(
        "no current is steady: each would still fall by more than "
        f"{100 * LARGEST_REMAINDER:.0f} % of what it runs towards; hold the voltage longer",
        (),
        left_out,
        bound if math.isfinite(bound) else None,
    )


def _refusal(
    reason: str, used: tuple[Hold, ...], left_out: tuple[Hold, ...], bound: float | None
) -> DcPolarisation:
    return DcPolarisation(
        None, None, bound, None, None, None, {}, 1.0, used, left_out, reason, (), ()
    )


def _answer(
    used: tuple[Hold, ...],
    left_out: tuple[Hold, ...],
    geometry: Geometry,
    views: Sequence[SteadyLines],
    many: bool,
    resolution_a: float,
) -> DcPolarisation:
    cell, first = geometry.length_over_area_per_m, views[0]
    likely = first.likely
    conductance = joined([one.conductance_s for one in views], [1.0] * len(views))
    low, high = conductance.interval()
    largest_v = max(abs(hold.voltage_v) for hold in used)
    refused = _refused(likely, conductance, largest_v, resolution_a)
    unresolved = high > 0 and (low <= 0 or conductance.mean * largest_v < 3 * resolution_a)
    is_bound = bool(refused) and unresolved and not _is_bent(likely)
    admitted = [slope * cell for one in views for slope in one.admissible_s]
    value = conductance.mean * cell
    relative = math.hypot(
        conductance.deviation / max(abs(conductance.mean), _SMALL), geometry.relative_uncertainty
    )
    return DcPolarisation(
        conductivity=None if refused else Quantity(value, value * relative, "S/m"),
        interval_s_per_m=None if refused else _with_geometry(low, high, conductance.mean, geometry),
        upper_bound_s_per_m=max(high, 3 * resolution_a / largest_v) * cell if is_bound else None,
        conductance_s=conductance,
        offset_a=Quantity(likely.offset_a, likely.offset_error_a, "A") if many else None,
        model_dependence_s_per_m=max(admitted) - min(admitted),
        by_family_s_per_m={
            name: line.conductance_s * cell for name, line in first.by_family.items()
        },
        curvature_probability=likely.curved,
        used=used,
        left_out=left_out,
        refused=refused,
        assumptions=_assumptions(used, many),
        warnings=_warnings(used, left_out, likely),
    )


def _refused(
    likely: SteadyLine, conductance: Mixture, largest_v: float, resolution_a: float
) -> str:
    """Why there is no conductivity, or nothing."""
    low, high = conductance.interval()
    largest_a = abs(conductance.mean) * largest_v
    if _is_bent(likely):
        return (
            "I_ss(V) is no straight line: its slope changes by "
            f"{100 * likely.curved_share:.0f} % over the voltages; there is no single conductivity"
        )
    if high < 0:
        return (
            f"the steady current flows against the voltage ({conductance.mean:.2g} A/V): turn the "
            "sign of one of the two, as the instrument's convention asks"
        )
    if low <= 0:
        return "the steady current cannot be told from 0: its 95 % interval reaches below"
    if largest_a < 3 * resolution_a:
        return (
            f"the steady current at {largest_v:g} V is {largest_a:.2g} A, less than 3 times the "
            f"resolution of {resolution_a:.2g} A"
        )
    return ""


def _is_bent(likely: SteadyLine) -> bool:
    return likely.curved_share > _CURVED


def _with_geometry(
    low: float, high: float, middle: float, geometry: Geometry
) -> tuple[float, float]:
    """Widen an interval of conductance by the doubt of L / A, and turn it into conductivity."""
    cell, doubt = geometry.length_over_area_per_m, 1.96 * geometry.relative_uncertainty
    below, above = math.log(middle / low), math.log(high / middle)
    return (
        middle * cell * math.exp(-math.hypot(below, doubt)),
        middle * cell * math.exp(math.hypot(above, doubt)),
    )


def _assumptions(used: Sequence[Hold], many: bool) -> tuple[str, ...]:
    found = ["the electrodes block ions: what flows in the end is electronic"]
    if not many:
        found.append(
            f"{len(used)} voltage{'s' if len(used) > 1 else ''}: an offset of the instrument is "
            "not removed, and counts in the error"
        )
    return tuple(found)


def _warnings(
    used: Sequence[Hold], left_out: Sequence[Hold], likely: SteadyLine
) -> tuple[str, ...]:
    found = []
    for hold in left_out:
        why = hold.refused or (
            f"not steady: {100 * hold.steady.remainder:.0f} % of the steady current is still to go"
            if hold.steady is not None
            else ""
        )
        found.append(f"{hold.voltage_v:g} V is left out: {why}")
    for hold in used:
        if hold.steady is not None:
            found += [f"{hold.voltage_v:.3g} V: {words}" for words in hold.steady.warnings]
    if likely.curved < SURPRISE:
        found.append(
            f"I_ss(V) bends (p = {likely.curved:.1g}), "
            f"its slope by {100 * likely.curved_share:.0f} %"
        )
    elif likely.widened:
        found.append(
            "the steady currents scatter about their line by more than their errors allow; the "
            "error was widened by that"
        )
    return tuple(found)
