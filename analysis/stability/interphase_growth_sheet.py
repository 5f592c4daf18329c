"""The sheet of growing interphases: law, exponent, rate, and how materials compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import OHM_CM2
from .growth_laws import LAWS
from .interphase_growth import Estimate, Growth, growth_of
from .interphase_kind import CAVEAT, InterphaseKind, decomposed_thickness_m, kind_of
from .interphase_plots import growth_plot
from .interphase_series import InterphaseSeries, has_spectra_over_time, interphase_series

LAW_WORDS: Final = {
    "added": "R = R0 + k tⁿ",
    "continued": "R^(1/n) = R0^(1/n) + k^(1/n) t",
    "aged": "R = R0 + k (t + a)ⁿ",
}
_CHARGE_OPTIONS: Final = (
    "decomposition_charge_mc_cm2",
    "lithium_per_formula",
    "molar_mass_g_mol",
    "density_g_cm3",
)


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one cell, or of several compared; errors as in ``interphase_series``."""
    series = [interphase_series(path, options) for path in files]
    growths = [
        growth_of(each.time_s, each.resistance_ohm_m2, each.error_ohm_m2, law=options["law"])
        for each in series
    ]
    age_known = options["contact_age_h"] is not None
    kinds = [kind_of(each, age_known=age_known) for each in growths]
    together = list(zip(series, growths, kinds, strict=True))
    numbers = [n for of in together for n in _numbers(of[0], of[1], alone=len(series) == 1)]
    numbers += _thickness(options)
    return Sheet(
        kind="interphase-growth",
        title="Growth of the interphase",
        subject=", ".join(each.name for each in series),
        headline="; ".join(f"{of.name}: {kind.kind} ({kind.evidence})" for of, _, kind in together),
        conditions=series[0].conditions,
        numbers=tuple(numbers),
        tables=(_comparison(together), *(_values(of, growth) for of, growth, _ in together)),
        plots=(growth_plot(series, growths),),
        assumptions=(
            "resistance of one interface; where a cell has two alike, half of both together",
            f"time counts from contact, {options['contact_age_h']:g} h before the first reading"
            if age_known
            else "time counts from the first reading, as nobody says how old the contact is",
            f"the exponent is free in {LAW_WORDS[options['law']]}",
            *(
                f"{of.name}: every spectrum fitted with {of.circuit}; "
                f"{of.interfaces} interface{'s' if of.interfaces > 1 else ''} in the cell"
                for of in series
                if of.circuit
            ),
            "intervals by profile likelihood, 95 %",
        ),
        warnings=(
            *(
                f"{of.name}: {each}"
                for of, growth, _ in together
                for each in (*of.warnings, *_left_out(of), *growth.warnings)
            ),
            CAVEAT,
        ),
        refusals=refusals_of(numbers),
        sources=tuple(each.source for each in series),
        settings=options,
    )


def _numbers(series: InterphaseSeries, growth: Growth, *, alone: bool) -> Iterator[Number]:
    slug = "" if alone else re.sub(r"\W+", "_", series.name.lower()).strip("_") + "_"
    of = "" if alone else f" ({series.name})"
    named = (
        ("initial_ohm_cm2", "R0 of one interface", "Ω cm²", 1 / OHM_CM2, "initial"),
        ("rate_ohm_cm2_per_h_n", "rate constant k", "Ω cm² h⁻ⁿ", 1 / OHM_CM2, "rate"),
        ("exponent", "exponent n", "", 1.0, "exponent"),
    )
    for name, label, unit, factor, field in named:
        if growth.fit is None:
            yield refused_number(slug + name, label + of, unit, growth.refused)
        else:
            estimate: Estimate = getattr(growth.fit, field)
            yield Number(
                name=slug + name,
                label=label + of,
                unit=unit,
                value=estimate.value * factor,
                interval=(estimate.low * factor, estimate.high * factor),
            )
    if growth.fit is not None:
        wide = growth.fit.any_age
        yield Number(
            name=slug + "exponent_any_age",
            label=f"exponent n, of a layer of any age{of}",
            unit="",
            value=wide.value,
            interval=(wide.low, wide.high),
        )
    yield Number(
        name=slug + "change",
        label=f"last over first resistance{of}",
        unit="",
        value=growth.change,
        standard_error=growth.noise * growth.change * (2 / series.time_s.size) ** 0.5,
    )


def _thickness(options: Options) -> list[Number]:
    given = [options[name] for name in _CHARGE_OPTIONS]
    if all(value is None for value in given):
        return []
    label = "electrolyte decomposed by the stated charge"
    if any(value is None for value in given):
        missing = [name for name in _CHARGE_OPTIONS if options[name] is None]
        return [refused_number("decomposed_nm", label, "nm", f"give {', '.join(missing)} too")]
    charge, lithium, gram, density = given
    layer = decomposed_thickness_m(
        Quantity(charge * 10.0, None, "C/m2"), lithium, gram * 1e-3, density * 1e3
    )
    return [number_of(layer, "decomposed_nm", label, "nm", 1e9)]


def _left_out(series: InterphaseSeries) -> tuple[str, ...]:
    if not series.left_out:
        return ()
    return (f"{len(series.left_out)} spectra left out; the first: {series.left_out[0]}",)


def _comparison(
    together: Sequence[tuple[InterphaseSeries, Growth, InterphaseKind]],
) -> Table:
    fits = [growth.fit for _, growth, _ in together]
    return Table(
        name="materials",
        title="Comparison",
        columns={
            "cell": [of.name for of, _, _ in together],
            "electrolyte": [of.material for of, _, _ in together],
            "spectra": [of.time_s.size for of, _, _ in together],
            "duration_h": [growth.duration_s / 3600 for _, growth, _ in together],
            "initial_ohm_cm2": [f and f.initial.value / OHM_CM2 for f in fits],
            "rate_ohm_cm2_per_h_n": [f and f.rate.value / OHM_CM2 for f in fits],
            "exponent": [f and f.exponent.value for f in fits],
            "exponent_low": [f and f.exponent.low for f in fits],
            "exponent_high": [f and f.exponent.high for f in fits],
            "diffusion_admitted": [f and f.admits(0.5) for f in fits],
            "reaction_admitted": [f and f.admits(1.0) for f in fits],
            "exponent_any_age_low": [f and f.any_age.low for f in fits],
            "exponent_any_age_high": [f and f.any_age.high for f in fits],
            "last_over_first": [growth.change for _, growth, _ in together],
            "looks_like": [kind.kind for _, _, kind in together],
            "evidence": [kind.evidence for _, _, kind in together],
        },
        note="rates of different exponents have different units and cannot be compared as such",
    )


def _values(series: InterphaseSeries, growth: Growth) -> Table:
    errors = series.error_ohm_m2
    count = series.time_s.size
    return Table(
        name="resistance_" + re.sub(r"\W+", "_", series.name.lower()).strip("_"),
        title=f"Resistance over time: {series.name}",
        columns={
            "time_h": (series.time_s / 3600).tolist(),
            "resistance_ohm_cm2": (series.resistance_ohm_m2 / OHM_CM2).tolist(),
            "standard_error_ohm_cm2": (
                [None] * count if errors is None else (errors / OHM_CM2).tolist()
            ),
            "fitted_ohm_cm2": (growth.fitted_ohm_m2 / OHM_CM2).tolist(),
            "residual_standard_errors": growth.residuals.tolist(),
        },
    )


MEASUREMENT = Measurement(
    name="interphase-growth",
    title="Growth of the interphase over time, one material or several compared",
    takes="runs with spectra over time, or CSV tables of time and areal resistance",
    options=(
        Option("law", "added: R0 + k tⁿ; continued: one layer that goes on growing; aged: a layer "
               "that began before, of free age.", str, "added", choices=LAWS),
        Option("circuit", "Circuit of every spectrum.", str,
               unset="the simplest that first, middle and last ask for"),
        Option("interfaces", "Interfaces in the cell that count.", int, low=1, high=2,
               unset="2 if both electrodes are alike"),
        Option("contact_age_h", "Age of the contact at the first reading, if it is known.",
               low=0.0),
        Option("decomposition_charge_mc_cm2", "Charge that decomposed electrolyte, if known.",
               low=0.0),
        Option("lithium_per_formula", "Li that a formula unit takes up: LGPS 20, Li6PS5X 8.",
               low=0.0),
        Option("molar_mass_g_mol", "Molar mass of the electrolyte.", low=0.0),
        Option("density_g_cm3", "Density of the electrolyte.", low=0.0),
    ),
    make=make,
    example="interphase-growth lpscl.run.sqlite llzo.run.sqlite",
    suits=has_spectra_over_time,
)  # fmt: skip
