"""``solidcell analyse critical-current-map``: a critical current over charge, pressure, warmth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from ..sheets.measurement import Measurement, Options
from ..sheets.sheet import Number, Sheet, Table, refused_number
from ..statistics import Estimate, NoMaximumError
from ..statistics.weibull import FAILURES_FOR_A_MODULUS
from .batch_statistics import number_from, p_text
from .condition_words import condition_text, condition_texts
from .critical_current_cells import CellResult, Mode, read_cells
from .critical_current_map import (
    AXES,
    CellAtCondition,
    ConditionResult,
    MapFit,
    by_condition,
    fit_map,
    varied_axes,
)
from .critical_current_map_plot import map_plot
from .critical_current_sheet import GROUP, GROUP_BY, MODE, UNIT, of_group, suits
from .map_display import DISPLAY, centre_of, in_milliamperes

_DOUBTFUL: Final = 0.05


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a map; errors as in ``read_cells``, and if no cell has a value."""
    every, sources, warnings = read_cells(files, options["group_by"])
    cells = of_group(every, options["group"])
    mode: Mode = options["mode"]
    tested = [seen for cell in cells if (seen := cell.tested(mode)) is not None]
    if not tested:
        raise ValueError(f"none of the {len(cells)} cells has a critical current")
    axes = varied_axes(tested)
    fit, refusal = _fitted(tested)
    results = by_condition(tested)
    numbers = () if fit is None else _numbers(fit, tested)
    return Sheet(
        kind="critical-current-map",
        title="Critical current density over its conditions",
        subject=f"{len(tested)} cells at {len(results)} conditions",
        headline=refusal or _headline(numbers),
        conditions=condition_texts([cell.condition for cell in tested]),
        numbers=numbers,
        tables=(_table(results, fit),),
        plots=tuple(map_plot(axis, tested, fit) for axis in axes),
        assumptions=(
            "one regression of all cells by censored likelihood: values known to a step enter as "
            "intervals, survivors as lower bounds",
            "ln J_c is linear in ln Q, ln p and 1/T, with one Weibull modulus at all conditions",
        ),
        warnings=(*_warnings(cells, results, fit), *warnings),
        refusals=((refusal,) if refusal else ()) + _left_out(cells),
        sources=sources,
        settings=options,
    )


def _fitted(tested: Sequence[CellAtCondition]) -> tuple[MapFit | None, str]:
    try:
        return fit_map(tested), ""
    except NoMaximumError as error:
        return None, f"no regression: {error}"
    except ValueError as error:
        return None, str(error)


def _numbers(fit: MapFit, tested: Sequence[CellAtCondition]) -> tuple[Number, ...]:
    found = [
        number_from(exponent, f"exponent_of_{DISPLAY[axis].stem}", _law(axis), "")
        for axis, exponent in fit.exponents.items()
    ]
    if fit.activation_ev is not None:
        label = "activation energy of J_c"
        found.append(number_from(fit.activation_ev, "activation_energy_ev", label, "eV"))
    found.append(_modulus(fit))
    centre = centre_of(tested)
    median = in_milliamperes(fit.median_a_per_m2(centre))
    label = f"median at {condition_text(centre)}"
    return (
        *found,
        number_from(median, "critical_current_median_ma_cm2", label, UNIT, "the middle of the map"),
    )


def _modulus(fit: MapFit) -> Number:
    failures, name, label = fit.model.failures, "weibull_modulus", "Weibull modulus"
    if failures < FAILURES_FOR_A_MODULUS:
        few = f"{failures} failures; {FAILURES_FOR_A_MODULUS} are needed"
        return refused_number(name, label, "", few)
    note = "maximum likelihood, somewhat too high in small batches"
    return number_from(fit.model.modulus(), name, label, "", note)


def _law(axis: str) -> str:
    return f"exponent b of J_c ∝ {DISPLAY[axis].symbol}^b"


def _headline(numbers: Sequence[Number]) -> str:
    parts = []
    for one in numbers:
        if one.name.startswith(("exponent", "activation")) and one.value is not None:
            low, high = one.interval or (math.nan, math.nan)
            unit = f" {one.unit}" if one.unit else ""
            parts.append(f"{one.label}: {one.value:.2f} ({low:.2f} to {high:.2f}){unit}")
    return "; ".join(parts)


def _warnings(
    cells: Sequence[CellResult], results: Sequence[ConditionResult], fit: MapFit | None
) -> tuple[str, ...]:
    found = []
    if fit is not None and fit.lack_of_fit is not None and fit.lack_of_fit < _DOUBTFUL:
        found.append(
            f"the law does not fit ({p_text(fit.lack_of_fit)} against free medians at every "
            "condition): read the medians by condition, not the exponents"
        )
    few = sum(result.n < 3 for result in results)
    if few:
        found.append(f"{few} of {len(results)} conditions have fewer than three cells")
    lost = sum(cell.lost for cell in cells)
    if lost:
        found.append(f"lost before the test: {lost} of {len(cells)} cells")
    if len(groups := sorted({cell.group for cell in cells})) > 1:
        found.append(f"{len(groups)} groups in one map ({', '.join(groups)}); see --group")
    return tuple(found)


def _left_out(cells: Sequence[CellResult]) -> tuple[str, ...]:
    without = [c for c in cells if not c.lost and c.condition.areal_capacity_c_per_m2 is None]
    if not without:
        return ()
    names = ", ".join(cell.cell for cell in without)
    return (
        f"{names}: no one charge per half-cycle (constant time, a ramp, or not stated): it grows "
        "with the current, is part of the outcome, and no axis of a map; charge is left out",
    )


def _table(results: Sequence[ConditionResult], fit: MapFit | None) -> Table:
    def scaled(axis: str) -> list[float | None]:
        values = (getattr(result.condition, axis) for result in results)
        return [None if value is None else DISPLAY[axis].of(value) for value in values]

    columns: dict[str, list[Any]] = {
        "areal_capacity_mah_cm2": scaled(AXES[0]),
        "stack_pressure_mpa": scaled(AXES[1]),
        "temperature_c": scaled(AXES[2]),
        "n": [result.n for result in results],
        "failed": [result.failures for result in results],
        "median_above_ma_cm2": [result.median_step[0] / 10 for result in results],
        "median_up_to_ma_cm2": [_finite(result.median_step[1] / 10) for result in results],
        "weibull_median_ma_cm2": [_finite(r.weibull.median.value / 10) for r in results],
        "weibull_low_ma_cm2": [_end(r.weibull.median, "low") for r in results],
        "weibull_high_ma_cm2": [_end(r.weibull.median, "high") for r in results],
    }
    if fit is not None:
        law = [in_milliamperes(fit.median_a_per_m2(result.condition)) for result in results]
        columns["law_median_ma_cm2"] = [each.value for each in law]
        columns["law_low_ma_cm2"] = [_finite(each.low) for each in law]
        columns["law_high_ma_cm2"] = [_finite(each.high) for each in law]
    note = (
        "median above … up to: without a model, the step that holds the median; weibull: of the "
        "cells at this condition alone; law: of the regression over all; 95 % intervals"
    )
    return Table(name="conditions", title="By condition", columns=columns, note=note)


def _end(estimate: Estimate, which: Literal["low", "high"]) -> float | None:
    return None if estimate.is_refused else _finite(getattr(estimate, which) / 10)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


MEASUREMENT = Measurement(
    name="critical-current-map",
    title="Critical current density over charge, pressure and temperature",
    takes="critical-current runs at several conditions, or a CSV of cells with their conditions",
    options=(MODE, GROUP_BY, GROUP),
    make=make,
    example="critical-current-map map-*.run.sqlite",
    suits=suits,
    group=True,
)
