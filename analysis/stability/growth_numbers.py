"""The numbers of growing interphases, and the table that compares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..sheets.sheet import Number, Table, refused_number
from ..units import OHM_CM2
from .interphase_growth import Estimate, Growth
from .interphase_kind import InterphaseKind
from .interphase_series import InterphaseSeries

_INSTEAD: Final = "; the exponent of a layer of any age counts, and the law aged has its R0 and k"


def growth_numbers(series: InterphaseSeries, growth: Growth, *, alone: bool) -> Iterator[Number]:
    """Yield R0, k and n of the fitted law, n of a layer of any age, and the change.

    Where the data reject the law its own numbers are refused, and the exponent of a layer of any
    age comes first. Unless ``alone``, names and labels bear the cell's name.
    """
    slug = "" if alone else slug_of(series.name) + "_"
    of = "" if alone else f" ({series.name})"
    own = tuple(_of_the_law(growth, slug, of))
    any_age = tuple(_of_any_age(growth, slug, of))
    is_rejected = growth.fit is not None and growth.fit.rejected
    yield from (*any_age, *own) if is_rejected else (*own, *any_age)
    yield Number(
        name=slug + "change",
        label=f"last over first resistance{of}",
        unit="",
        value=growth.change,
        standard_error=growth.change_error,
    )


def _of_the_law(growth: Growth, slug: str, of: str) -> Iterator[Number]:
    named = (
        ("initial_ohm_cm2", "R0 of one interface", "Ω cm²", 1 / OHM_CM2, "initial"),
        ("rate_ohm_cm2_per_h_n", "rate constant k", "Ω cm² h⁻ⁿ", 1 / OHM_CM2, "rate"),
        ("exponent", "exponent n", "", 1.0, "exponent"),
    )
    for name, label, unit, factor, field in named:
        if growth.fit is None:
            yield refused_number(slug + name, label + of, unit, growth.refused)
        elif growth.fit.rejected:
            reason = growth.fit.rejected + _INSTEAD
            yield refused_number(slug + name, label + of, unit, reason)
        else:
            estimate: Estimate = getattr(growth.fit, field)
            yield Number(
                name=slug + name,
                label=label + of,
                unit=unit,
                value=estimate.value * factor,
                interval=(estimate.low * factor, estimate.high * factor),
            )


def _of_any_age(growth: Growth, slug: str, of: str) -> Iterator[Number]:
    if growth.fit is not None:
        wide = growth.fit.any_age
        yield Number(
            name=slug + "exponent_any_age",
            label=f"exponent n, of a layer of any age{of}",
            unit="",
            value=wide.value,
            interval=(wide.low, wide.high),
        )


def slug_of(name: str) -> str:
    """Return a cell's name as part of the name of a number.

    >>> slug_of("LPSCl-S-04")
    'lpscl_s_04'
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def comparison(
    together: Sequence[tuple[InterphaseSeries, Growth, InterphaseKind]],
) -> Table:
    """Return a row for each cell; values of a law that its data reject are left out."""
    fits = [growth.fit for _, growth, _ in together]
    own = [None if fit is None or fit.rejected else fit for fit in fits]
    return Table(
        name="materials",
        title="Comparison",
        columns={
            "cell": [of.name for of, _, _ in together],
            "electrolyte": [of.material for of, _, _ in together],
            "spectra": [of.time_s.size for of, _, _ in together],
            "duration_h": [growth.duration_s / 3600 for _, growth, _ in together],
            "initial_ohm_cm2": [f and f.initial.value / OHM_CM2 for f in own],
            "rate_ohm_cm2_per_h_n": [f and f.rate.value / OHM_CM2 for f in own],
            "exponent": [f and f.exponent.value for f in own],
            "exponent_low": [f and f.exponent.low for f in own],
            "exponent_high": [f and f.exponent.high for f in own],
            "diffusion_admitted": [f and f.admits(0.5) for f in own],
            "reaction_admitted": [f and f.admits(1.0) for f in own],
            "exponent_any_age": [f and f.any_age.value for f in fits],
            "exponent_any_age_low": [f and f.any_age.low for f in fits],
            "exponent_any_age_high": [f and f.any_age.high for f in fits],
            "last_over_first": [growth.change for _, growth, _ in together],
            "looks_like": [kind.kind for _, _, kind in together],
            "evidence": [kind.evidence for _, _, kind in together],
            "refused": [_refused(growth) for _, growth, _ in together],
        },
        note="rates of different exponents have different units and cannot be compared as such",
    )


def _refused(growth: Growth) -> str:
    if growth.fit is None:
        return growth.refused
    return growth.fit.rejected and f"the plain law: {growth.fit.rejected}"
