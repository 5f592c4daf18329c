"""``solidcell analyse critical-current``: what a batch of cells says of the critical current."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ..runs import Run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Table, refusals_of
from ..statistics import NoMaximumError, Observation, likelihood_ratio
from .batch_figures import batch_plots
from .batch_statistics import (
    BatchStatistics,
    batch_assumptions,
    batch_numbers,
    batch_statistics,
    batch_warnings,
    number_from,
    p_text,
)
from .condition_words import condition_texts
from .critical_current_cells import CellResult, Mode, read_cells
from .electrode_currents import electrode_columns, electrode_parts

AXIS: Final = "J / mA cm⁻²"
UNIT: Final = "mA/cm²"


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a batch; errors as in ``read_cells``, and if no cell has a value."""
    every, sources, warnings = read_cells(files, options["group_by"])
    cells = of_group(every, options["group"])
    mode: Mode = options["mode"]
    tested = [(cell, cell.observation(mode)) for cell in cells if not cell.lost]
    used = [(cell, seen) for cell, seen in tested if seen is not None]
    if not used:
        raise ValueError(f"none of the {len(cells)} cells has a critical current")
    found = batch_statistics([seen for _, seen in used])
    lost = sum(cell.lost for cell in cells) + options["lost"]
    names = [cell.cell for cell, _ in used]
    numbers = (
        *batch_numbers(found, "critical_current", "ma_cm2", "critical current density", UNIT),
        *_scaled(found, options["area_ratio"]),
        *_counts(found, lost),
    )
    compared, remarks = _compared(used)
    electrodes = electrode_parts([(cell.cell, cell.electrodes) for cell, _ in tested], AXIS)
    return Sheet(
        kind="critical-current",
        title="Critical current density of a batch",
        subject=_subject(names),
        headline=_of_one(used[0][0], used[0][1])
        if len(used) == 1
        else _headline(numbers[0], found, lost),
        conditions=condition_texts([cell.condition for cell, _ in used]),
        numbers=(*numbers, *compared, *electrodes.numbers),
        tables=(_table(cells, mode),),
        plots=(*batch_plots(found, names, AXIS), *electrodes.plots),
        assumptions=(
            *batch_assumptions(found),
            *_mode_assumption(mode, used),
            *electrodes.assumptions,
        ),
        warnings=(
            *batch_warnings(found),
            *_cell_warnings(cells, lost),
            *electrodes.warnings,
            *warnings,
        ),
        refusals=(
            *refusals_of((*numbers, *electrodes.numbers)),
            *remarks,
            *_unused([cell for cell, seen in tested if seen is None]),
        ),
        sources=sources,
        settings=options,
    )


def of_group(cells: Sequence[CellResult], group: str | None) -> tuple[CellResult, ...]:
    """The cells of one group, all for ``None``. Raises ValueError if there are none."""
    kept = tuple(cell for cell in cells if group is None or cell.group == group)
    if not kept:
        groups = ", ".join(sorted({cell.group for cell in cells}))
        raise ValueError(f"no cell is of group {group!r}; there are: {groups or 'none'}")
    return kept


def _of_one(cell: CellResult, seen: Observation) -> str:
    """One cell has no statistics, but a critical current: between two steps, or above one."""
    if not seen.has_failed:
        return f"one cell: above {seen.low:.4g} {UNIT}"
    grade = f", evidence grade {cell.grade}" if cell.grade else ""
    return (
        f"one cell: above {seen.low:.4g}, not above {seen.high:.4g} {UNIT}; {cell.failure}{grade}"
    )


def _headline(median: Number, found: BatchStatistics, lost: int) -> str:
    counts = f"{found.weibull.failures} of {found.weibull.n} cells failed"
    if lost:
        counts += f", {lost} more lost before the test"
    if median.value is None or median.interval is None:
        return f"no median: {median.refused}; {counts}"
    low, high = median.interval
    return f"median {median.value:.3g} {UNIT} (95 %: {low:.3g} to {high:.3g}); {counts}"


def _counts(found: BatchStatistics, lost: int) -> tuple[Number, ...]:
    weibull = found.weibull
    values = (
        ("cells", "cells tested", weibull.n),
        ("cells_failed", "failed", weibull.failures),
        ("cells_survived", "survived (right-censored)", weibull.n - weibull.failures),
        ("cells_lost_before_test", "lost before the test", lost),
    )
    return tuple(
        Number(name=name, label=label, unit="", value=float(value)) for name, label, value in values
    )


def _scaled(found: BatchStatistics, area_ratio: float) -> tuple[Number, ...]:
    if area_ratio == 1.0:
        return ()
    label = f"median of cells of {area_ratio:g} times the area"
    estimate = found.weibull.of_area(area_ratio)
    model = found.weibull.model
    note = (
        ""
        if model is None
        else f"by the modulus of maximum likelihood, {model.modulus().value:.3g}, which the median "
        "and its interval are of; the modulus above is corrected for its bias"
    )
    return (number_from(estimate, "critical_current_scaled_ma_cm2", label, UNIT, note),)


def _compared(used: Sequence[tuple[CellResult, Any]]) -> tuple[tuple[Number, ...], tuple[str, ...]]:
    """The ratio of the scales where there are two groups of cells, and why there is none."""
    groups = sorted({cell.group for cell, _ in used})
    if len(groups) != 2:
        return (), ()
    first, second = ([seen for cell, seen in used if cell.group == group] for group in groups)
    try:
        found = likelihood_ratio(first, second)
    except NoMaximumError as error:
        return (), (f"{groups[1]} against {groups[0]}: {error}",)
    if found.ratio is None:
        return (), ()
    label = f"{groups[1]} over {groups[0]}"
    note = (
        f"{p_text(found.probability)} if both were alike (likelihood ratio, one modulus for both)"
    )
    return (number_from(found.ratio, "group_ratio", label, "", note),), ()


def _mode_assumption(mode: Mode, used: Sequence[tuple[CellResult, Any]]) -> tuple[str, ...]:
    at_limit = sum(cell.failure == "compliance" for cell, _ in used)
    found = []
    if mode != "any":
        others = sum(cell.failed_ma_cm2 is not None and not seen.has_failed for cell, seen in used)
        found.append(
            f"failures by {mode} only: {others} cells that failed otherwise are right-censored at "
            "the step they bore, as if both kinds of failure were independent"
        )
    if at_limit:
        found.append(f"{at_limit} cells at the limit of the instrument are right-censored")
    return tuple(found)


def _cell_warnings(cells: Sequence[CellResult], lost: int) -> tuple[str, ...]:
    found: list[str] = []
    failed = [cell for cell in cells if cell.failed_ma_cm2 is not None and not cell.lost]
    weak = [cell for cell in failed if cell.grade not in ("B", "C")]
    if weak:
        found.append(
            f"{len(weak)} of {len(failed)} failures have evidence below grade B (voltage and "
            "spectrum): a critical current to be published needs it"
        )
    kinds = sorted({cell.failure for cell in failed} - {"not stated"})
    if "contact loss" in kinds and len(kinds) > 1:
        found.append(
            f"failures of different kinds ({', '.join(kinds)}) in one distribution: contact loss "
            "by stripping and penetration by plating are different limits; see --mode"
        )
    groups = sorted({cell.group for cell in cells})
    if len(groups) > 1:
        found.append(f"{len(groups)} groups in one distribution ({', '.join(groups)}); see --group")
    if lost:
        found.append(
            f"lost before the test: {lost} of the cells; the statistics are of those that survived "
            "assembly"
        )
    conditions = {cell.condition.rounded for cell in cells if not cell.lost}
    if len(conditions) > 1:
        found.append(
            f"{len(conditions)} conditions in one batch: a critical current depends on charge per "
            "half-cycle, pressure and temperature; see critical-current-map"
        )
    return tuple(found)


def _unused(cells: Sequence[CellResult]) -> tuple[str, ...]:
    if not cells:
        return ()
    names = ", ".join(cell.cell for cell in cells)
    return (f"{names}: no step passed and none failed by this mode, so nothing is known",)


def _table(cells: Sequence[CellResult], mode: Mode) -> Table:
    columns: dict[str, list[Any]] = {
        "cell": [cell.cell for cell in cells],
        "group": [cell.group for cell in cells],
        "passed_ma_cm2": [None if cell.lost else cell.passed_ma_cm2 for cell in cells],
        "failed_ma_cm2": [None if cell.lost else cell.failed_ma_cm2 for cell in cells],
        "counts_as": [_counts_as(cell, mode) for cell in cells],
        "failure": [cell.failure for cell in cells],
        "grade": [cell.grade for cell in cells],
        **electrode_columns([cell.electrodes for cell in cells]),
    }
    note = "the critical current lies above what was passed and not above what failed"
    return Table(name="cells", title="Every cell", columns=columns, note=note)


def _counts_as(cell: CellResult, mode: Mode) -> str:
    seen = None if cell.lost else cell.observation(mode)
    if seen is None:
        return "lost" if cell.lost else "nothing"
    return {"right": "lower bound", "left": "upper bound"}.get(seen.kind, seen.kind)


def _subject(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def suits(run: Run) -> bool:
    """Whether a run is a critical-current test."""
    return any(segment.phase in ("step", "ramp") for segment in run.segments)


GROUP_BY: Final = Option(
    "group_by",
    "Field of the cell record whose text tells groups of cells apart; a table has `group`.",
    kind=str,
    default="electrolyte",
)
GROUP: Final = Option("group", "Take the cells of this group only.", kind=str, unset="all")
MODE: Final = Option(
    "mode",
    "Failures that count; others are lower bounds.",
    kind=str,
    default="any",
    choices=("any", "short", "contact loss"),
)

MEASUREMENT = Measurement(
    name="critical-current",
    title="Critical current density of a batch of cells",
    takes="critical-current runs, or a CSV with cell, passed_ma_cm2, failed_ma_cm2",
    options=(
        MODE,
        GROUP_BY,
        GROUP,
        Option("lost", "Cells lost before a run was made of them.", int, 0, low=0),
        Option(
            "area_ratio",
            "Area of the cells to scale to, over that of the cells tested.",
            default=1.0,
            low=1e-6,
        ),
    ),
    make=make,
    example="critical-current cell-1.run.sqlite cell-2.run.sqlite cell-3.run.sqlite --lost 1",
    suits=suits,
    group=True,
)
