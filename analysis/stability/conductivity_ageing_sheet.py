"""The sheet of chemical stability: conductivity against time in a solvent or in air."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Mark, Panel, Plot, points
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import MILLISIEMENS_PER_CM
from ..wording import with_error
from .conductivity_ageing import ConductivityAgeing, conductivity_ageing
from .conductivity_series import (
    ConductivitySeries,
    conductivity_series,
    has_conductivities_over_time,
)
from .growth_numbers import slug_of

COVERAGE: Final = 1.96
HOUR_S: Final = 3600.0
_NO_ERROR: Final = "no error is stated, and so few values have no scatter to take one from"


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run or table, or of several; errors as in ``conductivity_series``."""
    series = _told_apart([conductivity_series(path, options) for path in files])
    named = [(each.name, _aged(each)) for each in series]
    alone = len(named) == 1
    numbers = tuple(n for name, aged in named for n in _numbers(name, aged, alone=alone))
    return Sheet(
        kind="conductivity-ageing",
        title="Chemical stability of the conductivity",
        subject=", ".join(name for name, _ in named),
        headline="; ".join(
            f"{name}: {with_error(aged.kept.value, aged.kept.standard_error)} of the conductivity "
            f"left after {float(np.ptp(aged.time_s)) / HOUR_S:.3g} h"
            for name, aged in named
        ),
        conditions=(
            ("medium", options["medium"] or "not stated"),
            *_conditions(series, options["temperature_c"]),
        ),
        numbers=numbers,
        tables=tuple(map(_table, series, (aged for _, aged in named))),
        plots=(_plot(named),),
        assumptions=(
            "σ₀ is the first value of the series",
            "the rate is the slope of ln σ, weighted by the stated errors; its interval is "
            "Student's for 95 %",
            "the half-life is interpolated between measured values, never extrapolated",
            "where no error is stated, that of a value is its scatter about a parabola of ln σ",
            *_of_spectra(series),
        ),
        warnings=tuple(
            f"{of.name}: {each}"
            for of, (_, aged) in zip(series, named, strict=True)
            for each in (*of.warnings, *aged.warnings)
        ),
        refusals=refusals_of(numbers),
        sources=tuple(each.source for each in series),
        settings=options,
    )


def _told_apart(series: Sequence[ConductivitySeries]) -> list[ConductivitySeries]:
    """Number those of one name, as of one cell in two runs, from the second on."""
    names = [each.name for each in series]
    places = [names[: k + 1].count(name) for k, name in enumerate(names)]
    return [
        each if place == 1 else replace(each, name=f"{each.name} ({place})")
        for each, place in zip(series, places, strict=True)
    ]


def _aged(of: ConductivitySeries) -> ConductivityAgeing:
    return conductivity_ageing(of.time_s, of.conductivity_s_m, of.error_s_m)


def _of_spectra(series: Sequence[ConductivitySeries]) -> tuple[str, ...]:
    fitted = [each for each in series if each.circuit]
    if not fitted:
        return ()
    return (
        *(f"{each.name}: σ, {each.label}, of fits with {each.circuit}" for each in fitted),
        "the pellet keeps its size: then it has no part in the ratio, nor has its error",
    )


def _numbers(name: str, aged: ConductivityAgeing, *, alone: bool) -> Iterator[Number]:
    slug, of = ("", "") if alone else (f"{slug_of(name)}_", f" ({name})")
    reach = COVERAGE * (aged.kept.standard_error or 0.0)
    interval = (aged.kept.value - reach, aged.kept.value + reach) if reach else None
    note = "" if reach else _NO_ERROR
    yield number_of(
        aged.kept, slug + "kept", "σ/σ₀ at the end" + of, "", interval=interval, note=note
    )
    label = "rate of loss, −d ln σ/dt" + of
    if aged.rate is None:
        yield refused_number(slug + "rate_per_h", label, "1/h", aged.rate_refused)
    else:
        yield number_of(
            aged.rate, slug + "rate_per_h", label, "1/h", HOUR_S, interval=aged.rate_interval
        )
    label = "half-life of the conductivity" + of
    if aged.half_life is None:
        yield refused_number(slug + "half_life_h", label, "h", aged.half_life_refused)
    else:
        note = "" if aged.half_life.standard_error else _NO_ERROR
        yield number_of(aged.half_life, slug + "half_life_h", label, "h", 1 / HOUR_S, note=note)


def _conditions(
    series: Sequence[ConductivitySeries], celsius: float | None
) -> Iterator[tuple[str, str]]:
    """Of each run by its name, as it was measured; an option counts for all."""
    stated = celsius is not None
    if stated or not any(each.conditions for each in series):
        yield "temperature", f"{celsius:g} °C" if stated else "not stated"
    for each in series:
        suffix = f" ({each.name})" if len(series) > 1 else ""
        for label, text in each.conditions:
            if not (stated and label == "temperature"):
                yield label + suffix, text


def _table(of: ConductivitySeries, aged: ConductivityAgeing) -> Table:
    columns = {
        "time_h": (aged.time_s / HOUR_S).tolist(),
        "conductivity_ms_cm": (of.conductivity_s_m / MILLISIEMENS_PER_CM).tolist(),
        "ratio": aged.ratio.tolist(),
        "ratio_standard_error": (
            aged.ratio_error.tolist() if aged.kept.standard_error else [None] * aged.ratio.size
        ),
    }
    if of.error_s_m is not None:
        columns["conductivity_error_ms_cm"] = (of.error_s_m / MILLISIEMENS_PER_CM).tolist()
    return Table(
        name=f"ratio_{slug_of(of.name)}",
        title=f"Conductivity, and that over its first value: {of.name}",
        columns=columns,
        note="" if aged.kept.standard_error else f"standard errors: {_NO_ERROR}",
    )


def _plot(named: Sequence[tuple[str, ConductivityAgeing]]) -> Plot:
    items = tuple(
        points(name, aged.time_s / HOUR_S, aged.ratio, aged.ratio_error, colour=colour)
        for colour, (name, aged) in enumerate(named)
    )
    return Plot(
        name="conductivity_ratio",
        caption=(
            "Conductivity over its first value; error bars: standard errors, that of the first "
            f"value included. n = {len(named)} series."
        ),
        panels=(
            Panel(
                x=Axis(label="t / h"),
                y=Axis(label="σ / σ₀", log=True),
                items=(*items, Mark("half", 0.5, axis="y")),
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="conductivity-ageing",
    title="Chemical stability: conductivity over time in a solvent or in air",
    takes="runs with spectra over time, or CSV tables of time and conductivity",
    options=(
        Option("medium", "What the electrolyte stood in: the solvent, or air and its dew point.",
               str),
        Option("temperature_c", "Temperature at which the conductivity was measured.",
               low=-273.0, high=1200.0, unset="as measured in a run"),
        Option("circuit", "Circuit to fit to every spectrum of a run.", kind=str,
               unset="one is chosen"),
    ),
    make=make,
    example="conductivity-ageing pellet.run.sqlite --medium toluene",
    suits=has_conductivities_over_time,
)  # fmt: skip
