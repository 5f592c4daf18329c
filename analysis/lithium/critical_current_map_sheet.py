"""``solidcell analyse critical-current-map``: a critical current over charge, pressure, warmth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from ..sheets.measurement import Measurement, Options
from ..sheets.plot import Axis, Item, Line, Panel, Plot, Points, floats
from ..sheets.sheet import Number, Sheet, Table, refused_number
from ..statistics import Estimate, NoMaximumError
from ..statistics.weibull import FAILURES_FOR_A_MODULUS
from ..units import MEGAPASCAL, MILLIAMPERE_HOUR_PER_CM2, ZERO_CELSIUS_K
from .batch_statistics import number_from, p_text
from .condition_words import condition_text, condition_texts
from .critical_current_cells import CellResult, Mode, read_cells
from .critical_current_map import (
    AXES,
    CellAtCondition,
    Condition,
    ConditionResult,
    MapFit,
    by_condition,
    fit_map,
    varied_axes,
)
from .critical_current_sheet import AXIS, GROUP, GROUP_BY, MODE, UNIT, of_group, suits


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a condition is shown: over its ``unit`` from ``zero`` on, with label, name and symbol."""

    unit: float
    zero: float
    label: str
    stem: str
    symbol: str

    def of(self, value: float) -> float:
        return (value - self.zero) / self.unit


_DISPLAY: Final = {
    AXES[0]: _Shown(
        MILLIAMPERE_HOUR_PER_CM2, 0.0, "charge per half-cycle / mAh cm⁻²", "capacity", "Q"
    ),
    AXES[1]: _Shown(MEGAPASCAL, 0.0, "stack pressure / MPa", "pressure", "p"),
    AXES[2]: _Shown(1.0, ZERO_CELSIUS_K, "T / °C", "temperature", "T"),
}
_DOUBTFUL: Final = 0.05
_GRID: Final = 15


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
        plots=tuple(_plot(axis, tested, fit) for axis in axes),
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
        number_from(exponent, f"exponent_of_{_DISPLAY[axis].stem}", _law(axis), "")
        for axis, exponent in fit.exponents.items()
    ]
    if fit.activation_ev is not None:
        label = "activation energy of J_c"
        found.append(number_from(fit.activation_ev, "activation_energy_ev", label, "eV"))
    found.append(_modulus(fit))
    centre = _centre(tested)
    median = _milliamperes(fit.median_a_per_m2(centre))
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
    return f"exponent b of J_c ∝ {_DISPLAY[axis].symbol}^b"


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
        return [None if value is None else _DISPLAY[axis].of(value) for value in values]

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
        law = [_milliamperes(fit.median_a_per_m2(result.condition)) for result in results]
        columns["law_median_ma_cm2"] = [each.value for each in law]
        columns["law_low_ma_cm2"] = [_finite(each.low) for each in law]
        columns["law_high_ma_cm2"] = [_finite(each.high) for each in law]
    note = (
        "median above … up to: without a model, the step that holds the median; weibull: of the "
        "cells at this condition alone; law: of the regression over all; 95 % intervals"
    )
    return Table(name="conditions", title="By condition", columns=columns, note=note)


def _plot(axis: str, tested: Sequence[CellAtCondition], fit: MapFit | None) -> Plot:
    """Every cell's interval over one condition, with the median at the middle of the others."""
    shown = _DISPLAY[axis]
    items: list[Item] = []
    failed = [c for c in tested if c.critical_current_a_per_m2.has_failed]
    survived = [c for c in tested if not c.critical_current_a_per_m2.has_failed]
    if failed:
        ends = [(o.low / 10, o.high / 10) for o in (c.critical_current_a_per_m2 for c in failed)]
        low, high = floats([e[0] for e in ends]), floats([e[1] for e in ends])
        x, half = floats([shown.of(getattr(c.condition, axis)) for c in failed]), (high - low) / 2
        items.append(Points("failed in this interval", x, low + half, half, half, marker="square"))
    if survived:
        x = floats([shown.of(getattr(c.condition, axis)) for c in survived])
        y = floats([c.critical_current_a_per_m2.low / 10 for c in survived])
        items.append(Points("survived", x, y, marker="triangle", colour=1))
    caption = f"Every cell's interval, n = {len(tested)}"
    if fit is not None:
        items += _lines(axis, tested, fit)
        others = condition_text(replace(_centre(tested), **{axis: None}))
        caption += f"; median of the regression with its 95 % interval, at {others}"
    is_log = axis != "temperature_k"
    panel = Panel(
        x=Axis(label=shown.label, log=is_log), y=Axis(label=AXIS, log=True), items=tuple(items)
    )
    return Plot(name=f"over-{shown.stem}", caption=caption + ".", panels=(panel,))


def _lines(axis: str, tested: Sequence[CellAtCondition], fit: MapFit) -> list[Item]:
    values = [getattr(cell.condition, axis) for cell in tested]
    space = np.linspace if axis == "temperature_k" else np.geomspace
    grid = space(min(values), max(values), _GRID)
    at = [replace(_centre(tested), **{axis: float(value)}) for value in grid]
    found = [_milliamperes(fit.median_a_per_m2(condition)) for condition in at]
    x = floats([_DISPLAY[axis].of(float(value)) for value in grid])
    return [
        Line("median", x, floats([each.value for each in found]), colour=2),
        Line("95 %, lower", x, floats([each.low for each in found]), colour=2, dashed=True),
        Line("95 %, upper", x, floats([each.high for each in found]), colour=2, dashed=True),
    ]


def _centre(tested: Sequence[CellAtCondition]) -> Condition:
    """The middle of what was tested: geometric in charge and pressure."""

    def middle(axis: str, is_log: bool) -> float | None:
        values = [getattr(cell.condition, axis) for cell in tested]
        if None in values:
            return None
        return float(np.exp(np.mean(np.log(values))) if is_log else np.mean(values))

    return Condition(
        areal_capacity_c_per_m2=middle(AXES[0], True),
        stack_pressure_pa=middle(AXES[1], True),
        temperature_k=middle(AXES[2], False),
    )


def _milliamperes(estimate: Estimate) -> Estimate:
    error = estimate.standard_error
    return replace(
        estimate,
        value=estimate.value / 10,
        standard_error=None if error is None else error / 10,
        low=estimate.low / 10,
        high=estimate.high / 10,
    )


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
