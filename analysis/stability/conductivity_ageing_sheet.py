"""The sheet of chemical stability: conductivity against time in a solvent or in air."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Mark, Panel, Plot, points
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..sheets.sources import source_of_file
from ..wording import with_error
from .conductivity_ageing import ConductivityAgeing, conductivity_ageing
from .table_file import CONDUCTIVITIES, TIMES, errors_of, read_table

COVERAGE: Final = 1.96
HOUR_S: Final = 3600.0


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one table, or of several compared; errors as in ``read_table``."""
    named = [(path.stem, _aged(path)) for path in files]
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
            ("temperature", _temperature(options["temperature_c"])),
        ),
        numbers=numbers,
        tables=tuple(_table(name, aged) for name, aged in named),
        plots=(_plot(named),),
        assumptions=(
            "σ₀ is the first value of the series",
            "the rate is the slope of ln σ, weighted by the stated errors; its interval is "
            "Student's for 95 %",
            "the half-life is interpolated between measured values, never extrapolated",
        ),
        warnings=tuple(f"{name}: {each}" for name, aged in named for each in aged.warnings),
        refusals=refusals_of(numbers),
        sources=tuple(source_of_file(path) for path in files),
        settings=options,
    )


def _aged(path: Path) -> ConductivityAgeing:
    table = read_table(path)
    errors = table.perhaps(errors_of(CONDUCTIVITIES))
    return conductivity_ageing(table.take(TIMES), table.take(CONDUCTIVITIES), errors)


def _numbers(name: str, aged: ConductivityAgeing, *, alone: bool) -> Iterator[Number]:
    slug, of = ("", "") if alone else (f"{name}_", f" ({name})")
    reach = COVERAGE * (aged.kept.standard_error or 0.0)
    interval = (aged.kept.value - reach, aged.kept.value + reach) if reach else None
    yield number_of(aged.kept, slug + "kept", "σ/σ₀ at the end" + of, "", interval=interval)
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
        yield number_of(aged.half_life, slug + "half_life_h", label, "h", 1 / HOUR_S)


def _temperature(celsius: float | None) -> str:
    return "not stated" if celsius is None else f"{celsius:g} °C"


def _table(name: str, aged: ConductivityAgeing) -> Table:
    return Table(
        name=f"ratio_{name}",
        title=f"Conductivity over its first value: {name}",
        columns={
            "time_h": (aged.time_s / HOUR_S).tolist(),
            "ratio": aged.ratio.tolist(),
            "ratio_standard_error": aged.ratio_error.tolist(),
        },
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
    takes="CSV tables of time and conductivity",
    options=(
        Option("medium", "What the electrolyte stood in: the solvent, or air and its dew point.",
               str),
        Option("temperature_c", "Temperature at which the conductivity was measured.",
               low=-273.0, high=1200.0),
    ),
    make=make,
    example="conductivity-ageing toluene.csv anisole.csv",
)  # fmt: skip
