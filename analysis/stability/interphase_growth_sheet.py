"""The sheet of growing interphases: law, exponent, rate, and how materials compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import OHM_CM2
from .growth_laws import LAWS
from .growth_numbers import comparison, growth_numbers, slug_of
from .interphase_growth import Growth, growth_of
from .interphase_kind import CAVEAT, decomposed_thickness_m, kind_of
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
    alone = len(series) == 1
    numbers = [n for of, grown, _ in together for n in growth_numbers(of, grown, alone=alone)]
    numbers += _thickness(options)
    return Sheet(
        kind="interphase-growth",
        title="Growth of the interphase",
        subject=", ".join(each.name for each in series),
        headline="; ".join(f"{of.name}: {kind.kind} ({kind.evidence})" for of, _, kind in together),
        conditions=series[0].conditions,
        numbers=tuple(numbers),
        tables=(comparison(together), *(_values(of, growth) for of, growth, _ in together)),
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


def _values(series: InterphaseSeries, growth: Growth) -> Table:
    errors = series.error_ohm_m2
    count = series.time_s.size
    return Table(
        name="resistance_" + slug_of(series.name),
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
        Option("not_at_rest", "Take the spectra though current flows between them, or another "
               "measurement made them.", bool, default=False),
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
