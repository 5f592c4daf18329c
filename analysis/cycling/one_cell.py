"""One run of one full cell: what its sheets begin with, and what each of them says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..runs import Run, load_run
from ..sheets.measurement import Options, one_file
from ..sheets.plot import Plot
from ..sheets.sheet import Number, Sheet, Table, refusals_of
from ..sheets.sources import source_of_run
from .basis import Basis, basis_of, common_notes, conditions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCell:
    """A run, what its capacities are divided by, and the options of the sheet."""

    run: Run
    basis: Basis
    options: Options


def one_cell(files: Sequence[Path], options: Options, what: str) -> OneCell:
    """Open the only file; raises ``ValueError``, which says ``what`` is of one file."""
    run = load_run(one_file(files, what))
    return OneCell(run=run, basis=basis_of(run, options), options=options)


def sheet_of(
    cell: OneCell,
    kind: str,
    title: str,
    headline: str,
    *,
    numbers: tuple[Number, ...],
    conditions: tuple[tuple[str, str], ...] = (),
    tables: tuple[Table, ...] = (),
    plots: tuple[Plot, ...] = (),
    assumptions: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Sheet:
    """Return a sheet with the cell's name, conditions and source, and what all of them assume.

    ``conditions`` and ``assumptions`` are those that this sheet has beyond the common ones.
    """
    return Sheet(
        kind=kind,
        title=title,
        subject=cell.basis.cell,
        headline=headline,
        conditions=(*conditions_of(cell.run, cell.basis), *conditions),
        numbers=numbers,
        tables=tables,
        plots=plots,
        assumptions=(*common_notes(cell.basis), *assumptions),
        warnings=warnings,
        refusals=refusals_of(numbers),
        sources=(source_of_run(cell.run),),
        settings=cell.options,
    )
