"""``solidcell analyse lithium-life``: how long cells of a batch live, in hours or in charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..runs import load_run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Source, Table, refusals_of
from ..sheets.sources import source_of_run
from ..statistics import Observation
from ..statistics.replicates import require_different, warned_of_repeated_cells
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .batch_figures import batch_plots
from .batch_statistics import (
    batch_assumptions,
    batch_numbers,
    batch_statistics,
    batch_warnings,
)
from .condition_words import condition_texts, told_once
from .critical_current_cells import CellResult, cell_of_run
from .plating_stripping import Life, analyse_plating_stripping, suits

_HOUR_S: Final = 3600.0
_OF: Final = {
    "charge": ("life_charge", "mah_cm2", "charge passed to failure", "mAh/cm²", "Q / mAh cm⁻²"),
    "time": ("life", "h", "life", "h", "t / h"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedCell:
    """A cell and its life, ``None`` if it was shorted before the test."""

    row: CellResult
    density_ma_cm2: float
    life: Life | None


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a batch of runs. Errors as in ``require_different``.

    Raises ValueError if none of them has a life.
    """
    cells, sources, warnings = _read(files)
    lives = [cell.life for cell in cells if cell.life is not None]
    if not lives:
        raise ValueError(f"none of the {len(cells)} cells was whole when its test began")
    stem, suffix, label, unit, axis = _OF[options["of"]]
    found = batch_statistics([_seen(life, options["of"]) for life in lives])
    numbers = batch_numbers(found, stem, suffix, label, unit)
    lost = len(cells) - len(lives)
    names = [cell.row.cell for cell in cells if cell.life is not None]
    return Sheet(
        kind="lithium-life",
        title="Life of a batch of symmetric cells",
        subject=f"{len(cells)} cells",
        headline=_headline(numbers[0], found.weibull.failures, len(lives), lost),
        conditions=(
            ("current density", _densities(cells)),
            *condition_texts([cell.row.condition for cell in cells])[1:],
        ),
        numbers=(
            *numbers,
            Number(
                name="cells_lost_before_test",
                label="lost before the test",
                unit="",
                value=float(lost),
            ),
        ),
        tables=(_table(cells),),
        plots=batch_plots(found, names, axis),
        assumptions=batch_assumptions(found),
        warnings=(*batch_warnings(found), *warnings),
        refusals=refusals_of(numbers),
        sources=sources,
        settings=options,
        answers=tuple(one.name for one in numbers),
    )


def _read(
    files: Sequence[Path],
) -> tuple[tuple[LivedCell, ...], tuple[Source, ...], tuple[str, ...]]:
    cells, sources, remarks = [], [], []
    for path in files:
        run = load_run(path)
        found = analyse_plating_stripping(run)
        row = cell_of_run(run, found.verdict)
        density = float(np.nanmedian(np.abs(found.course.density_a_per_m2))) / 10
        cells.append(LivedCell(row=row, density_ma_cm2=round(density, 4), life=found.life))
        sources.append(source_of_run(run))
        remarks += [(row.cell, text) for text in found.warnings]
    require_different([each.name for each in sources], [each.sha256 for each in sources])
    warnings = (*told_once(remarks), *warned_of_repeated_cells([cell.row.cell for cell in cells]))
    densities = {cell.density_ma_cm2 for cell in cells}
    if len(densities) > 1:
        warnings = (f"{len(densities)} current densities in one batch", *warnings)
    return tuple(cells), tuple(sources), warnings


def _densities(cells: Sequence[LivedCell]) -> str:
    known = sorted({cell.density_ma_cm2 for cell in cells})
    return ", ".join(f"{density:.3g}" for density in known) + " mA/cm²"


def _table(cells: Sequence[LivedCell]) -> Table:
    def ends(of: str) -> tuple[list[float | None], list[float | None]]:
        seen = [None if cell.life is None else _seen(cell.life, of) for cell in cells]
        low = [None if each is None else each.low for each in seen]
        high = [each.high if each is not None and each.has_failed else None for each in seen]
        return low, high

    (survived_h, failed_h), (survived_q, failed_q) = ends("time"), ends("charge")
    columns: dict[str, list[Any]] = {
        "cell": [cell.row.cell for cell in cells],
        "current_density_ma_cm2": [cell.density_ma_cm2 for cell in cells],
        "survived_h": survived_h,
        "failed_by_h": failed_h,
        "survived_mah_cm2": survived_q,
        "failed_by_mah_cm2": failed_q,
        "failure": [cell.row.failure for cell in cells],
        "grade": [cell.row.grade for cell in cells],
    }
    note = "charge counts both directions; a cell without `failed by` outlived its test"
    return Table(name="cells", title="Every cell", columns=columns, note=note)


def _seen(life: Life, of: str) -> Observation:
    if of == "time":
        return Observation(life.time_s.low / _HOUR_S, life.time_s.high / _HOUR_S)
    charge = life.cumulative_c_per_m2
    return Observation(
        charge.low / MILLIAMPERE_HOUR_PER_CM2, charge.high / MILLIAMPERE_HOUR_PER_CM2
    )


def _headline(median: Number, failed: int, tested: int, lost: int) -> str:
    counts = f"{failed} of {tested} cells failed"
    if lost:
        counts += f", {lost} more lost before the test"
    if median.value is None or median.interval is None:
        return f"no median: {median.refused}; {counts}"
    low, high = median.interval
    return f"median {median.value:.4g} {median.unit} (95 %: {low:.4g} to {high:.4g}); {counts}"


MEASUREMENT = Measurement(
    name="lithium-life",
    title="Life of a batch of symmetric cells, in charge or in time",
    takes="plating and stripping runs, one for each cell",
    options=(
        Option(
            "of",
            "Life as the charge passed to failure, or as time.",
            kind=str,
            default="charge",
            choices=("charge", "time"),
        ),
    ),
    make=make,
    example="lithium-life life-1.run.sqlite life-2.run.sqlite life-3.run.sqlite",
    suits=suits,
    group=True,
)
