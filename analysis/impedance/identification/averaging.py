"""The error of a sum where another circuit, or another name of an arc, is nearly as likely.

The standard error of one fit knows the noise only. That of a sum over several fits, each with
its probability, knows the choice of circuit too (J. A. Hoeting et al., Stat. Sci. 14 (1999) 382).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..fitting.result import FitResult
from ..geometry import Geometry, Quantity
from .names import is_of_electrolyte
from .resistances import Resistances, conductivity_of

_UNSURE = 0.3
"""A name that is wrong less often is taken for right; its probability is stated beside it."""

Rivals = Sequence[tuple[Resistances, float]]


def with_doubt_of_choice(
    chosen: Resistances, rivals: Rivals, geometry: Geometry | None
) -> Resistances:
    """Widen the errors of total and electrolyte by what rival fits make of them."""
    total = _widened(chosen.total, rivals, lambda named: named.total, chosen.blocking)
    merged = "interface" in chosen.label  # then every arc is in it, whatever its name
    electrolyte = _widened(chosen.electrolyte, rivals, lambda named: named.electrolyte, not merged)
    return replace(
        chosen,
        total=total,
        electrolyte=electrolyte,
        conductivity=conductivity_of(electrolyte, geometry),
    )


def _widened(
    own: Quantity, rivals: Rivals, read: Callable[[Resistances], Quantity], by_name: bool
) -> Quantity:
    if own.standard_error is None:
        return own
    variance = 0.0
    for named, weight in rivals:
        one = read(named)
        if one.standard_error is None:
            continue
        own_variance = one.standard_error**2 + (one.value - own.value) ** 2
        variance += weight * (own_variance + (_of_names(named) if by_name else 0.0))
    known = sum(weight for named, weight in rivals if read(named).standard_error is not None)
    return replace(own, standard_error=math.sqrt(variance / known)) if known else own


def _of_names(named: Resistances) -> float:
    """Variance of what belongs to the electrolyte because an arc's name is not sure."""
    variance = 0.0
    for arc, likely in zip(named.arcs, named.likely, strict=True):
        share = likely["bulk"] + likely["grain boundary"]
        missed = 1.0 - share if is_of_electrolyte(likely) else share
        if missed > _UNSURE:
            variance += missed * arc.resistance.value**2
    return variance


def named_rivals(
    rivals: Sequence[tuple[FitResult, float]], name: Callable[[FitResult], Resistances]
) -> list[tuple[Resistances, float]]:
    """Name the resistances of every rival."""
    return [(name(fit), weight) for fit, weight in rivals]
