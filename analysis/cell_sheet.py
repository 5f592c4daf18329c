"""The sheet of a cell: everything that its runs say, each measurement by its own analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .critical_current import analyse_critical_current, is_critical_current_test
from .measurements import MEASUREMENTS, measurement
from .runs import Run, load_run
from .sheets.run_conditions import record_conditions
from .sheets.sheet import Number, Sheet, Source, Table

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one measurement made of one run: a sheet, or why there is none."""

    run_id: str
    name: str
    title: str
    sheet: Sheet | None
    refused: str = ""


def cell_sheets(files: Sequence[Path], progress: Progress = lambda _: None) -> tuple[Sheet, ...]:
    """Return the sheet that gathers the runs of one cell, and behind it that of each measurement.

    Every measurement that suits a run is made of it with its defaults; one that cannot be made
    stands in the gathering sheet with its reason. ``progress`` is told what is being done.

    Raises
    ------
    ValueError
        If there is no run, the runs are of different cells, or no measurement suits any of them.
    """
    runs = [load_run(file) for file in files]
    names = sorted({str(run.header.cell.get("name", "")) for run in runs})
    if len(names) != 1:
        raise ValueError(
            f"a cell sheet is of one cell; the runs are of {', '.join(names) or 'none'}"
        )
    entries = [entry for run in runs for entry in _entries(run, progress)]
    results = _critical_currents(runs)
    if not entries and not results:
        raise ValueError(
            f"no measurement suits the runs of {names[0]}; what each takes is listed by "
            "`solidcell analyse`"
        )
    sheets = [entry.sheet for entry in entries if entry.sheet is not None]
    return _gathered(names[0], runs, entries, results), *sheets


def suited(run: Run) -> tuple[str, ...]:
    """Return the names of the measurements that are made of one run and suit this one."""
    found = []
    for name in MEASUREMENTS:
        one = measurement(name)
        if not one.group and one.suits is not None and one.suits(run):
            found.append(name)
    return tuple(found)


def _entries(run: Run, progress: Progress) -> Iterator[Entry]:
    for name in suited(run):
        one = measurement(name)
        progress(f"{run.header.run_id}: {one.title}")
        sheet, refused = None, ""
        try:
            sheet = one.sheet([run.path], {})
        except ValueError as error:
            refused = str(error)
        yield Entry(
            run_id=run.header.run_id, name=name, title=one.title, sheet=sheet, refused=refused
        )


def _critical_currents(runs: Sequence[Run]) -> tuple[tuple[Run, str], ...]:
    found = []
    for run in runs:
        if not is_critical_current_test(run):
            continue
        result = analyse_critical_current(run)
        grade = f", evidence grade {result.evidence_grade}" if result.evidence_grade else ""
        found.append((run, f"{result.interval}; {result.failure}{grade}"))
    return tuple(found)


def _gathered(
    cell: str,
    runs: Sequence[Run],
    entries: Sequence[Entry],
    results: Sequence[tuple[Run, str]],
) -> Sheet:
    sheets = [entry.sheet for entry in entries if entry.sheet is not None]
    rows = [
        (entry.run_id, entry.title, entry.sheet.headline if entry.sheet else "", entry.refused)
        for entry in entries
    ]
    rows += [(run.header.run_id, "Critical current density", text, "") for run, text in results]
    names = ("run", "measurement", "result", "refused")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return Sheet(
        kind="cell",
        title="Cell sheet",
        subject=cell,
        headline=f"{_counted(len(rows), 'result')} from {_counted(len(runs), 'run')}",
        conditions=record_conditions(runs[0].header.cell),
        numbers=tuple(_unlike(sheets)),
        tables=(Table(name="results", title="Results", columns=columns),),
        warnings=tuple(f"{sheet.title}: {text}" for sheet in sheets for text in sheet.warnings),
        refusals=tuple(f"{each.title}: {each.refused}" for each in entries if each.refused),
        sources=tuple(Source(name=run.header.run_id, sha256=run.rows_sha256) for run in runs),
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _unlike(sheets: Sequence[Sheet]) -> Iterator[Number]:
    """Yield the first number of every name; later runs stand in the sheets behind."""
    seen: set[str] = set()
    for sheet in sheets:
        for one in sheet.numbers:
            if one.name not in seen and not one.refused:
                seen.add(one.name)
                yield one
