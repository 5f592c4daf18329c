"""``solidcell analyse batch``: statistics of any number over the sheets of many cells."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Mark, Panel, Plot, Points, floats
from ..sheets.sheet import Number, Sheet, Table
from ..sheets.sources import source_of_file
from ..statistics import Summary, summarise

CENSORED: Final = ("critical_current", "life")
_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number of one sheet, as its file has it; ``value`` is ``None`` where it was refused."""

    subject: str
    kind: str
    label: str
    unit: str
    value: float | None
    standard_error: float | None


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the statistics of the numbers that the sheets of cells have in common.

    Raises
    ------
    ValueError
        If a file is no sheet, or no number stands in at least two of them.
    """
    entries = _read(files)
    asked = options["number"]
    if asked is not None and asked not in entries:
        raise ValueError(f"no sheet has the number {asked!r}; there are: {', '.join(entries)}")
    chosen = {name: each for name, each in entries.items() if asked in (None, name)}
    censored = [name for name in chosen if name.startswith(CENSORED)]
    shown = {
        name: _known(each)
        for name, each in chosen.items()
        if name not in censored and len(_known(each)) >= _LEAST
    }
    if not shown and not censored:
        raise ValueError(
            f"no number stands in {_LEAST} sheets or more; there are: {', '.join(entries)}"
        )
    summaries = {
        name: summarise([e.value for e in known if e.value is not None])
        for name, known in shown.items()
    }
    return Sheet(
        kind="batch",
        title="Statistics of a batch",
        subject=f"{len(files)} sheets",
        headline=_headline(shown, summaries),
        numbers=tuple(_number(name, shown[name][0], found) for name, found in summaries.items()),
        tables=(_statistics(chosen, shown, summaries), _values(shown)),
        plots=tuple(_plot(name, shown[name], found) for name, found in summaries.items()),
        assumptions=(
            "each sheet is of another cell; cells count alike",
            "the interval of the mean is Student's; that of the median assumes no distribution, "
            "and is bounded from six cells on",
        ),
        warnings=_warnings(shown, summaries),
        refusals=tuple(
            f"{name}: known to an interval only, no average is taken; see "
            f"{'lithium-life' if name.startswith('life') else 'critical-current'}"
            for name in censored
        ),
        sources=tuple(source_of_file(path) for path in files),
        settings=options,
    )


def _read(files: Sequence[Path]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for path in files:
        try:
            plain = _gathering(json.loads(path.read_text(encoding="utf-8")))
            numbers = plain["numbers"].items()
        except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(
                f"{path.name} is no sheet; `solidcell analyse … --json` or --out writes them"
            ) from None
        for name, number in numbers:
            found.setdefault(name, []).append(
                Entry(
                    subject=str(plain.get("subject", path.stem)),
                    kind=str(plain.get("kind", "")),
                    label=str(number.get("label", name)),
                    unit=str(number.get("unit", "")),
                    value=number.get("value"),
                    standard_error=number.get("standard_error"),
                )
            )
    return found


def _gathering(plain: Any) -> Any:
    """A cell sheet's file is a list: its first sheet gathers the numbers of those behind it."""
    return plain[0] if isinstance(plain, list) and plain else plain


def _known(entries: Sequence[Entry]) -> list[Entry]:
    return [each for each in entries if each.value is not None]


def _number(name: str, entry: Entry, found: Summary) -> Number:
    spread = (
        ""
        if found.relative_deviation is None
        else f", r.s.d. {100 * found.relative_deviation:.1f} %"
    )
    return Number(
        name=f"mean_{name}",
        label=f"mean {entry.label}",
        unit=entry.unit,
        value=found.mean.value,
        standard_error=found.mean.standard_error,
        interval=(found.mean.low, found.mean.high),
        note=f"n = {found.n}, s.d. {found.deviation or 0.0:.3g} {entry.unit}{spread}".strip(),
    )


def _headline(shown: dict[str, list[Entry]], summaries: dict[str, Summary]) -> str:
    if not summaries:
        return "nothing to average"
    name, found = next(iter(summaries.items()))
    entry = shown[name][0]
    text = f"{entry.label}: {found.mean.value:.4g} {entry.unit} (n = {found.n}"
    if found.relative_deviation is not None:
        text += f", r.s.d. {100 * found.relative_deviation:.1f} %"
    more = f"; {len(summaries) - 1} more numbers" if len(summaries) > 1 else ""
    return f"{text}){more}"


def _statistics(
    chosen: dict[str, list[Entry]],
    shown: dict[str, list[Entry]],
    summaries: dict[str, Summary],
) -> Table:
    names = list(summaries)
    found = list(summaries.values())
    columns: dict[str, list[Any]] = {
        "number": names,
        "unit": [shown[name][0].unit for name in names],
        "n": [each.n for each in found],
        "refused": [len(chosen[name]) - each.n for name, each in summaries.items()],
        "mean": [each.mean.value for each in found],
        "mean_low": [each.mean.low for each in found],
        "mean_high": [each.mean.high for each in found],
        "standard_deviation": [each.deviation for each in found],
        "relative_deviation_percent": [
            None if each.relative_deviation is None else 100 * each.relative_deviation
            for each in found
        ],
        "median": [each.median.value for each in found],
        "median_low": [_finite(each.median.low) for each in found],
        "median_high": [_finite(each.median.high) for each in found],
        "least": [each.least for each in found],
        "greatest": [each.greatest for each in found],
        "scatter_over_error": [_scatter_over_error(shown[name], summaries[name]) for name in names],
    }
    note = "scatter over error: standard deviation of the cells over the error that sheets state"
    return Table(name="statistics", title="Statistics", columns=columns, note=note)


def _values(shown: dict[str, list[Entry]]) -> Table:
    rows = [(name, each) for name, entries in shown.items() for each in entries]
    columns: dict[str, list[Any]] = {
        "number": [name for name, _ in rows],
        "subject": [each.subject for _, each in rows],
        "value": [each.value for _, each in rows],
        "standard_error": [each.standard_error for _, each in rows],
        "unit": [each.unit for _, each in rows],
    }
    return Table(name="values", title="Every value", columns=columns)


def _warnings(shown: dict[str, list[Entry]], summaries: dict[str, Summary]) -> tuple[str, ...]:
    found = []
    for name, entries in shown.items():
        subjects = [each.subject for each in entries]
        if len(set(subjects)) < len(subjects):
            found.append(f"{name}: a cell stands there more than once; replicates are cells")
        units = {each.unit for each in entries}
        if len(units) > 1:
            found.append(f"{name}: different units ({', '.join(sorted(units))}) in one average")
        if summaries[name].n < 3:
            found.append(f"{name}: {summaries[name].n} cells; their scatter is hardly known")
    return tuple(found)


def _scatter_over_error(entries: Sequence[Entry], found: Summary) -> float | None:
    errors = [each.standard_error for each in entries if each.standard_error]
    if not errors or found.deviation is None or len(errors) < len(entries):
        return None
    return found.deviation / float(np.sqrt(np.mean(np.square(errors))))


def _plot(name: str, entries: Sequence[Entry], found: Summary) -> Plot:
    place = floats(range(1, len(entries) + 1))
    error = floats([each.standard_error or 0.0 for each in entries])
    values = floats([each.value for each in entries if each.value is not None])
    ticks = {float(k): each.subject for k, each in enumerate(entries, start=1)}
    unit = f" / {entries[0].unit}" if entries[0].unit else ""
    panel = Panel(
        x=Axis(label="cell", ticks=ticks),
        y=Axis(label=f"{entries[0].label}{unit}"),
        items=(
            Points("cells", place, values, error, error),
            Mark("mean", found.mean.value, axis="y"),
            Mark("median", found.median.value, axis="y", colour=1),
        ),
    )
    caption = f"{entries[0].label} of n = {found.n} cells; bars are each cell's standard error."
    return Plot(name=name.replace("_", "-"), caption=caption, panels=(panel,))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


MEASUREMENT = Measurement(
    name="batch",
    title="Statistics of any number over the sheets of many cells",
    takes="the JSON files of sheets, one for each cell",
    options=(Option("number", "Only this number, by its name in the sheets.", str, unset="all"),),
    make=make,
    example="batch cell-1.json cell-2.json cell-3.json --number conductivity_ms_cm",
    group=True,
)
