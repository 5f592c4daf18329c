"""The error of a sum where another circuit is nearly as likely; words where another name is.

The standard error of one fit knows the noise only. That of a sum over several fits, each with
its probability, knows the choice of circuit too (J. A. Hoeting et al., Stat. Sci. 14 (1999) 382).
Whether an arc belongs to the electrolyte at all is a yes or a no, which no error bar tells: it is
said in words, with the value that the other answer would give.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..fitting.result import FitResult
from ..geometry import Geometry, Quantity
from .names import Name, is_of_electrolyte
from .resistances import Resistances, conductivity_of, resistances

_UNSURE = 0.3
"""A name that is wrong less often is taken for right; its probability is stated beside it."""

_SAME_TIME = math.log(3.0)

Rivals = Sequence[tuple[Resistances, float]]
"""What rival fits say, and the probability of each."""


def with_doubt_of_choice(
    chosen: Resistances, rivals: Rivals, geometry: Geometry | None
) -> Resistances:
    """Widen the errors of total and electrolyte by what rival fits make of them."""
    total = _widened(chosen.total, rivals, lambda named: named.total)
    electrolyte = _widened(chosen.electrolyte, rivals, lambda named: named.electrolyte)
    return replace(
        chosen,
        total=total,
        electrolyte=electrolyte,
        conductivity=conductivity_of(electrolyte, geometry),
        reasons=(*chosen.reasons, *_doubtful_names(chosen)),
    )


def _widened(own: Quantity, rivals: Rivals, read: Callable[[Resistances], Quantity]) -> Quantity:
    if own.standard_error is None:
        return own
    variance = known = 0.0
    for named, weight in rivals:
        one = read(named)
        if one.standard_error is None:
            continue
        variance += weight * (one.standard_error**2 + (one.value - own.value) ** 2)
        known += weight
    return replace(own, standard_error=math.sqrt(variance / known)) if known else own


def _doubtful_names(named: Resistances) -> tuple[str, ...]:
    """Say which arc may be on the wrong side of the electrolyte's border, and what then is."""
    if "interface" in named.label:  # every arc is in it, whatever its name
        return ()
    found = []
    for arc, likely in zip(named.arcs, named.likely, strict=True):
        share = likely["bulk"] + likely["grain boundary"]
        inside = is_of_electrolyte(likely)
        doubt = 1.0 - share if inside else share
        if doubt <= _UNSURE:
            continue
        other = named.electrolyte.value + (-1.0 if inside else 1.0) * arc.resistance.value
        counted = "counted" if inside else "not counted"
        found.append(
            f"{arc.code} is {counted} as electrolyte; by its capacitance that is wrong with "
            f"{doubt:.0%}, and the electrolyte would then be {other:.4g} ohm"
        )
    return tuple(found)


def named_rivals(
    rivals: Sequence[tuple[FitResult, float]],
    chosen: Resistances,
    geometry: Geometry | None,
) -> list[tuple[Resistances, float]]:
    """Name the resistances of the rivals, an arc as the chosen fit names the one at its time.

    So a name on the border does not change with the third digit of a capacitance. A rival whose
    electrodes block where the chosen one's do not means another sum, and is left out.
    """
    found = []
    for fit, weight in rivals:
        own = resistances(fit, geometry)
        if own.blocking == chosen.blocking:
            found.append((resistances(fit, geometry, likely=_as_in(chosen, own)), weight))
    return found


def _as_in(chosen: Resistances, own: Resistances) -> tuple[Mapping[Name, float], ...]:
    names = []
    for arc, likely in zip(own.arcs, own.likely, strict=True):
        away = [abs(math.log(arc.time_constant_s / one.time_constant_s)) for one in chosen.arcs]
        near = min(range(len(away)), key=away.__getitem__, default=None)
        same = near is not None and away[near] < _SAME_TIME
        names.append(chosen.likely[near] if near is not None and same else likely)
    return tuple(names)
