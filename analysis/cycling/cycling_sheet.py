"""The sheet of galvanostatic cycling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ..runs import Run, load_run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, refusals_of
from ..sheets.sources import source_of_run
from ..statistics.replicates import require_different, warned_of_repeated_cells
from .basis import BASIS_OPTIONS, basis_of, common_notes, conditions_of, notes_on_gaps
from .cycles import cycles_of
from .cycling_numbers import CycledCell, numbers_of, replicate_numbers
from .cycling_plots import capacity_plot, profile_plot
from .cycling_table import cycle_table
from .formation import formation_loss
from .half_cycles import half_cycles
from .retention import retention
from .stretches import stretches_of


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one cell, or of several made alike; errors as in ``half_cycles``.

    Raises ValueError too where one run is given more than once.
    """
    cells = [_cell(load_run(path), options) for path in files]
    names, sources = [cell.basis.cell for cell in cells], [source_of_run(c.run) for c in cells]
    require_different([each.name for each in sources], [each.sha256 for each in sources])
    numbers = numbers_of(cells[0]) if len(cells) == 1 else replicate_numbers(cells)
    first = cells[0]
    return Sheet(
        kind="cycling",
        title="Galvanostatic cycling",
        subject=", ".join(names),
        headline=_headline(numbers),
        conditions=conditions_of(first.run, first.basis),
        numbers=numbers,
        tables=tuple(
            cycle_table(cell.basis, cell.cycles, cell.kept, number)
            for number, cell in enumerate(cells)
        ),
        plots=(
            capacity_plot([(cell.basis, cell.cycles) for cell in cells]),
            profile_plot(first.cycles, first.basis),
        ),
        assumptions=(
            *common_notes(first.basis),
            "coulombic efficiency is a discharge over the charge before it",
        ),
        warnings=(
            *warned_of_repeated_cells(names),
            *(_not_counted(cells) if len(cells) > 1 else ()),
            *(note for cell in cells for note in cell.warnings),
        ),
        refusals=refusals_of(numbers),
        sources=tuple(sources),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run has charges and discharges of a full cell."""
    tags = {str(segment.tags.get("measurement", "")) for segment in run.segments}
    if tags & {"cycling", "rate_capability", "self_discharge"}:
        return True
    if any(tags) or any(segment.phase for segment in run.segments):
        return False
    current_a = run.current_a[np.isfinite(run.current_a)]
    down = run.voltage_v[run.current_a < 0]
    return bool((current_a > 0).any() and down.size and np.median(down) > 0)


def _cell(run: Run, options: Options) -> CycledCell:
    basis = basis_of(run, options)
    halves = half_cycles(stretches_of(run, "cycling"))
    cycles = cycles_of(halves)
    kept, formed, kept_refused, formed_refused = None, None, "", ""
    try:
        kept = retention(cycles, options["reference_cycle"], basis.meter)
    except ValueError as reason:
        kept_refused = str(reason)
    try:
        formed = formation_loss(cycles, basis.meter)
    except ValueError as reason:
        formed_refused = str(reason)
    broken = [
        f"cycle {each.number} did not end at its voltages"
        for each in cycles
        if each.charge is not None and each.discharge is not None and not each.is_whole
    ]
    return CycledCell(
        run=run,
        basis=basis,
        cycles=cycles,
        kept=kept,
        kept_refused=kept_refused,
        formed=formed,
        formed_refused=formed_refused,
        warnings=(*broken, *notes_on_gaps(halves)),
    )


def _not_counted(cells: Sequence[CycledCell]) -> Iterator[str]:
    for cell in cells:
        if cell.kept is None:
            yield f"{cell.basis.cell} is not counted among the cells: {cell.kept_refused}"


def _headline(numbers: Sequence[Number]) -> str:
    stated = {each.name: each for each in numbers if each.value is not None}
    parts = []
    for name, words in (
        ("reference_mah_g", "{:.4g} mAh/g"),
        ("retention_percent", "{:.4g} % retained"),
        ("efficiency_percent", "mean coulombic efficiency {:.4g} %"),
    ):
        if name in stated:
            parts.append(words.format(stated[name].value))
    if parts:
        return "; ".join(parts)
    return "; ".join(dict.fromkeys(each.refused for each in numbers if each.refused))


MEASUREMENT = Measurement(
    name="cycling",
    title="Cycling: capacity, efficiency, retention",
    takes="the run file of a full cell; several of cells made alike are replicates",
    options=(
        *BASIS_OPTIONS,
        Option(
            "reference_cycle",
            "Cycle that retention refers to.",
            kind=int,
            low=0,
            unset="the first after formation",
        ),
    ),
    make=make,
    example="cycling cell-7.run.sqlite --active-mass-mg 12.2 --active-material NMC811",
    suits=suits,
)
