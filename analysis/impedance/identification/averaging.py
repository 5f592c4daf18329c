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
from .resistances import BLOCKING_EXPONENT, Resistances, conductivity_of, is_blocking

_BORDER = 0.05
_UNSURE = 0.3
"""A name that is wrong less often is taken for right; its probability is stated beside it."""

Rivals = Sequence[tuple[Resistances, float, float]]
"""Names, probability, and the probability that electrodes said to block do not."""


def with_doubt_of_choice(
    chosen: Resistances, rivals: Rivals, geometry: Geometry | None
) -> Resistances:
    """Widen the errors of total and electrolyte by what rival fits make of them."""
    total = _widened(chosen.total, rivals, lambda named: named.total, chosen.blocking)
    sure = [(named, weight, 0.0) for named, weight, _ in rivals]
    merged = "interface" in chosen.label  # then every arc is in it, whatever its name
    electrolyte = _widened(chosen.electrolyte, sure, lambda named: named.electrolyte, not merged)
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
    for named, weight, passing in rivals:
        one = read(named)
        if one.standard_error is None:
            continue
        own_variance = one.standard_error**2 + (one.value - own.value) ** 2
        variance += weight * (own_variance + (_of_names(named, passing) if by_name else 0.0))
    known = sum(weight for named, weight, _ in rivals if read(named).standard_error is not None)
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


def named_rivals(
    rivals: Sequence[tuple[FitResult, float]], name: Callable[[FitResult], Resistances]
) -> list[tuple[Resistances, float, float]]:
    """Name the resistances of every rival."""
    return [(name(fit), weight, _passing(fit)) for fit, weight in rivals]


def _passing(fit: FitResult) -> float:
    """Probability that a CPE at the end is diffusion, from its exponent and the error of that."""
    if not is_blocking(fit) or not fit.names[-2].startswith("CPE"):
        return 0.0
    doubt = math.hypot(math.sqrt(max(float(fit.covariance_log[-1, -1]), 0.0)), _BORDER)
    away = (float(fit.values[-1]) - BLOCKING_EXPONENT) / doubt
    return 0.5 * math.erfc(away / math.sqrt(2.0))
