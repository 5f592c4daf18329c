"""The error of a sum where another circuit is nearly as likely; words where another name is.

The standard error of one fit knows the noise only. That of a sum over several fits, each with
its probability, knows the choice of circuit too (J. A. Hoeting et al., Stat. Sci. 14 (1999) 382).
Whether an arc belongs to the electrolyte at all is a yes or a no: it is said in words, with the
value that the other answer would give. Where bulk and grain boundary are told apart, their names
rest on more than a capacitance; elsewhere a contact's arc may hide in theirs, and the doubt of the
names is part of the error too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ...geometry import Geometry, Quantity
from ..fitting.result import FitResult
from .arcs import Arc
from .names import Name, is_of_electrolyte
from .resistances import (
    BLOCKING_EXPONENT,
    Resistances,
    conductivity_of,
    is_blocking,
    resistances,
)

_UNSURE = 0.3
"""A name that is wrong less often is taken for right; its probability is stated beside it."""

_SAME_TIME = math.log(3.0)

_BORDER = 0.05

_NEVER = 0.01
"""Less likely than that, electrodes that seem to block are taken to do so: a chance in a million
of an arc of 200 kohm would else swamp the error of 40 ohm, and belongs in no interval of 95 %."""

Rivals = Sequence[tuple[Resistances, float, float]]
"""Names, probability, and the probability that electrodes said to block do not."""


def with_doubt_of_choice(
    chosen: Resistances, rivals: Rivals, geometry: Geometry | None
) -> Resistances:
    """Widen the errors of total and electrolyte by what rival fits make of them."""
    told_apart = chosen.bulk is not None and chosen.grain_boundary is not None
    merged = "interface" in chosen.label  # then every arc is in it, whatever its name
    by_name = chosen.blocking and not told_apart
    total = _widened(chosen.total, rivals, lambda named: named.total, by_name, ends=True)
    by_name = not (merged or told_apart)
    electrolyte = _widened(chosen.electrolyte, rivals, lambda named: named.electrolyte, by_name)
    return replace(
        chosen,
        total=total,
        electrolyte=electrolyte,
        conductivity=conductivity_of(electrolyte, geometry),
        reasons=(*chosen.reasons, *_doubtful_names(chosen)),
    )


def _widened(
    own: Quantity,
    rivals: Rivals,
    read: Callable[[Resistances], Quantity],
    by_name: bool,
    ends: bool = False,
) -> Quantity:
    """Widen one sum; `ends`: a contact is in it if the electrodes pass current after all."""
    if own.standard_error is None:
        return own
    variance = known = 0.0
    for named, weight, passing in rivals:
        one = read(named)
        if one.standard_error is None:
            continue
        own_variance = one.standard_error**2 + (one.value - own.value) ** 2
        variance += weight * (own_variance + (_of_names(named, passing * ends) if by_name else 0.0))
        known += weight
    return replace(own, standard_error=math.sqrt(variance / known)) if known else own


def _of_names(named: Resistances, passing: float) -> float:
    """Variance of what belongs to a sum because an arc's name, or the electrodes', is not sure."""
    variance = 0.0
    for arc, likely in zip(named.arcs, named.likely, strict=True):
        share = likely["bulk"] + likely["grain boundary"]
        inside = is_of_electrolyte(likely)
        missed = 1.0 - share if inside else share
        doubt = (missed if missed > _UNSURE else 0.0) + (0.0 if inside else passing)
        variance += doubt * arc.resistance.value**2
    return variance


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
) -> list[tuple[Resistances, float, float]]:
    """Name the resistances of the rivals, an arc as the chosen fit names the one at its time.

    So a name on the border does not change with the third digit of a capacitance. A rival whose
    electrodes block where the chosen one's do not means another sum, and is left out.
    """
    found = []
    for fit, weight in rivals:
        own = resistances(fit, geometry)
        if own.blocking == chosen.blocking:
            named = resistances(fit, geometry, likely=_as_in(chosen, own))
            found.append((named, weight, _passing(fit)))
    return found


def _as_in(chosen: Resistances, own: Resistances) -> tuple[Mapping[Name, float], ...]:
    """Names of a rival's arcs: the chosen fit's where one arc stands for one, else its own."""
    near = [[k for k, one in enumerate(chosen.arcs) if _same(arc, one)] for arc in own.arcs]
    alone = {k for k in range(len(chosen.arcs)) if sum(k in each for each in near) == 1}
    return tuple(
        chosen.likely[each[0]] if len(each) == 1 and each[0] in alone else likely
        for each, likely in zip(near, own.likely, strict=True)
    )


def _same(one: Arc, other: Arc) -> bool:
    return abs(math.log(one.time_constant_s / other.time_constant_s)) < _SAME_TIME


def _passing(fit: FitResult) -> float:
    """Probability that a CPE at the end is diffusion, from its exponent and the error of that.

    0 if it is below 1 %.
    """
    if not is_blocking(fit) or not fit.names[-2].startswith("CPE"):
        return 0.0
    doubt = math.hypot(math.sqrt(max(float(fit.covariance_log[-1, -1]), 0.0)), _BORDER)
    away = (float(fit.values[-1]) - BLOCKING_EXPONENT) / doubt
    chance = 0.5 * math.erfc(away / math.sqrt(2.0))
    return chance if chance > _NEVER else 0.0
