"""What an arc may be called: a probability for each name from its capacitance.

Capacitances at L/A = 1 / cm for bulk and grain boundary, per cm2 of one electrode for interfaces:
J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132. Each range is taken as a
log-normal distribution, the unknown size of a cell as another.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ...geometry import Geometry

Name: TypeAlias = Literal["bulk", "grain boundary", "interface", "electrode"]
NAMES: Final[tuple[Name, ...]] = ("bulk", "grain boundary", "interface", "electrode")


@dataclass(frozen=True, slots=True)
class Range:
    """A log-normal distribution: centre and deviation in decades, and its share of a name."""

    centre: float
    deviation: float
    share: float = 1.0

    def density(self, decades: float, doubt: float) -> float:
        """Probability per decade at a value known to within `doubt` decades."""
        deviation = math.hypot(self.deviation, doubt)
        away = (decades - self.centre) / deviation
        return self.share * math.exp(-0.5 * away * away) / deviation


BULK: Final = Range(-11.6, 0.45)
"""Permittivities of 5 to 200 lie within 1.8 deviations."""
GRAIN_BOUNDARY: Final = Range(-9.5, 0.85)
INTERFACE: Final = (Range(-8.0, 0.6, 0.2), Range(-6.0, 0.6, 0.8))
"""A layer that has grown between electrolyte and electrode, and a double layer."""
REACTION: Final = Range(-3.0, 0.6)
COMMON_CONSTANT_PER_CM: Final = Range(-0.76, 0.4)
"""L/A of a pellet of unknown size: 0.03 to 1 / cm."""
COMMON_AREA_CM2: Final = Range(-0.1, 0.3)
_ELECTRODES: Final = 2


def normalised(
    capacitance_f: float, geometry: Geometry | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return log10 of C L/A in F/cm and of C over the area of one electrode in F/cm2, with doubts.

    Two equal electrodes in series show half of the capacitance of one.
    """
    decades = math.log10(capacitance_f)
    share = math.log10(_ELECTRODES)
    if geometry is None:
        constant, area = COMMON_CONSTANT_PER_CM, COMMON_AREA_CM2
        return (
            (decades + constant.centre, constant.deviation),
            (decades + share - area.centre, area.deviation),
        )
    doubt = geometry.relative_uncertainty / math.log(10)
    constant_per_cm = geometry.length_over_area_per_m / 100
    return (
        (decades + math.log10(constant_per_cm), doubt),
        (decades + share - math.log10(geometry.area_m2 * 1e4), doubt),
    )


def name_probabilities(
    capacitances_f: Sequence[float], geometry: Geometry | None, blocking: bool
) -> tuple[dict[Name, float], ...]:
    """Return the probability of every name for arcs of these capacitances, in their order.

    The arcs are judged together: names follow each other from the bulk outwards as the capacitance
    grows, and there is one bulk. (Not as the time constant does: a contact of little resistance is
    faster than a grain boundary.) What would be an interface between electrodes that let ions pass
    is the electrode's own contact between blocking ones.

    >>> found = name_probabilities([3e-12, 5e-9, 2e-6], Geometry(1e-3, 1e-2), blocking=False)
    >>> [max(each, key=each.get) for each in found]
    ['bulk', 'grain boundary', 'interface']
    """
    outwards = sorted(range(len(capacitances_f)), key=lambda place: capacitances_f[place])
    likely = [_densities(capacitances_f[place], geometry, blocking) for place in outwards]
    totals = [dict.fromkeys(NAMES, 0.0) for _ in likely]
    for order in itertools.combinations_with_replacement(NAMES, len(likely)):
        if order.count("bulk") > 1:
            continue
        worth = math.prod(density[name] for density, name in zip(likely, order, strict=True))
        for total, name in zip(totals, order, strict=True):
            total[name] += worth
    shared = dict(zip(outwards, map(_shared, totals), strict=True))
    return tuple(shared[place] for place in range(len(likely)))


def _densities(c: float, geometry: Geometry | None, blocking: bool) -> dict[Name, float]:
    (inner, inner_doubt), (outer, outer_doubt) = normalised(c, geometry)
    contact = sum(each.density(outer, outer_doubt) for each in INTERFACE)
    reaction = REACTION.density(outer, outer_doubt)
    return {
        "bulk": BULK.density(inner, inner_doubt),
        "grain boundary": GRAIN_BOUNDARY.density(inner, inner_doubt),
        "interface": 0.0 if blocking else contact,
        "electrode": contact + reaction if blocking else reaction,
    }


def _shared(total: dict[Name, float]) -> dict[Name, float]:
    whole = sum(total.values())
    if whole == 0.0:  # farther from every range than numbers go
        return dict.fromkeys(NAMES, 1.0 / len(NAMES))
    return {name: value / whole for name, value in total.items()}


def is_of_electrolyte(probabilities: Mapping[Name, float]) -> bool:
    """Whether bulk and grain boundary together are the likelier."""
    return probabilities["bulk"] + probabilities["grain boundary"] >= 0.5
