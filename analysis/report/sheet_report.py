"""The report on a sheet: a PDF to read, vector figures, the plotted numbers, and all as data."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from ... import __version__
from ..sheets.columns import plotted_table
from ..sheets.headings import heading_of
from ..sheets.plain import as_plain, cell_text, number_text
from ..sheets.plot import Plot
from ..sheets.sheet import Sheet, Table
from .figures import STYLE, Box
from .pages import Pages
from .plots import draw_plot, height_in
from .table import Grid
from .table import Table as LabelledTable
from .whole_files import write_whole

_INK_OF_ANSWER = "#0072b2"
_INK_OF_REFUSAL = "#996600"
_ALONE = Box(0.12, 0.16, 0.94, 0.96)
_ALONE_WIDTH_IN = 5.2
_ROWS_ON_PAPER = 60
_WIDEST: Final = 150  # characters
_FEW_ROWS: Final = 4


@dataclass(frozen=True, slots=True)
class SheetFiles:
    """Where the parts of a report on sheets lie."""

    pdf: Path
    data: Path
    figures: tuple[Path, ...]
    tables: tuple[Path, ...]


def write_sheets(
    sheets: Sequence[Sheet], out: Path, stem: str, title: str, created_utc: str | None = None
) -> SheetFiles:
    """Write ``STEM.pdf`` and ``STEM.json``, and a PDF, an SVG and a CSV of every plot and table.

    Earlier files of these names are replaced, each as a whole. ``created_utc`` (ISO 8601) stands
    in the report; by default it is now.

    Raises
    ------
    ValueError
        If there is no sheet.
    """
    if not sheets:
        raise ValueError("there is no sheet to report on")
    created = created_utc or datetime.now(UTC).isoformat(timespec="seconds")
    out.mkdir(parents=True, exist_ok=True)
    several = len(sheets) > 1
    plain = [as_plain(sheet) for sheet in sheets]
    text = json.dumps(plain if several else plain[0], indent=2, ensure_ascii=False, allow_nan=False)
    data = write_whole(out / f"{stem}.json", f"{text}\n")
    figures: list[Path] = []
    tables: list[Path] = []
    for sheet in sheets:
        prefix = f"{stem}_{sheet.kind}_" if several else f"{stem}_"
        for plot in sheet.plots:
            figures += _write_figure(plot, out, prefix)
        written = (*sheet.tables, *(plotted_table(plot) for plot in sheet.plots))
        tables += [_write_table(table, out, prefix, sheet) for table in written]
    pdf, draft = out / f"{stem}.pdf", out / f".{stem}.draft.pdf"
    _write_pdf(sheets, draft, title, created)
    draft.replace(pdf)
    return SheetFiles(pdf, data, tuple(figures), tuple(tables))


def _write_figure(plot: Plot, out: Path, prefix: str) -> list[Path]:
    paths = [out / f"{prefix}{plot.name}{suffix}" for suffix in (".pdf", ".svg")]
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": plot.name}):
        width = _ALONE_WIDTH_IN * (1.5 if plot.layout == "row" else 1.0)
        figure = Figure(figsize=(width, height_in(plot) * 1.1), facecolor="white")
        draw_plot(figure, _ALONE, plot)
        for path, date in zip(paths, ("CreationDate", "Date"), strict=True):
            draft = path.with_name(f".draft_{path.name}")
            figure.savefig(draft, metadata={date: None}, bbox_inches="tight", pad_inches=0.06)
            draft.replace(path)
    return paths


def _write_table(table: Table, out: Path, prefix: str, sheet: Sheet) -> Path:
    text = io.StringIO()
    text.write(f"# {sheet.title}: {sheet.subject}; solidcell {__version__}\n")
    if table.note:
        text.write(f"# {table.note}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_exact(value) for value in row] for row in table.rows())
    return write_whole(out / f"{prefix}{table.name}.csv", text.getvalue())


def _exact(value: object) -> object:
    return f"{value:.9g}" if isinstance(value, float) else value


def _write_pdf(sheets: Sequence[Sheet], path: Path, title: str, created: str) -> None:
    metadata = {"Title": title, "Creator": "solidcell", "CreationDate": None}
    with matplotlib.rc_context(STYLE), PdfPages(path, metadata=metadata) as pdf:
        pages = Pages(pdf, f"{title}  ·  solidcell {__version__}  ·  {created}")
        if len(sheets) > 1:
            pages.title(title, f"{len(sheets)} measurements")
            rows = tuple((sheet.title, sheet.headline) for sheet in sheets)
            pages.grid(Grid("Summary", ("measurement", "result"), rows))
        for sheet in sheets:
            _write_sheet(pages, sheet)
        pages.finish()


def _write_sheet(pages: Pages, sheet: Sheet) -> None:
    pages.title(sheet.title, sheet.subject)
    colour = _INK_OF_REFUSAL if sheet.refusals else _INK_OF_ANSWER
    pages.banner(sheet.headline, "", colour)
    if sheet.numbers:
        numbers = tuple((number.label, number_text(number)) for number in sheet.numbers)
        pages.table(LabelledTable("Results", numbers), columns=1)
    if sheet.conditions:
        pages.table(LabelledTable("Conditions", sheet.conditions))
    for plot in sheet.plots:
        pages.drawing(height_in(plot), partial(draw_plot, plot=plot), plot.caption)
    for table in sheet.tables:
        pages.grid(_grid(table))
    for heading, sentences in (
        ("Refused", sheet.refusals),
        ("Warnings", sheet.warnings),
        ("Assumptions", sheet.assumptions),
    ):
        if sentences:
            pages.heading(heading, keep_in=0.3)
            for sentence in sentences:
                pages.paragraph(sentence, bullet="–")
    origin = tuple((source.name, source.sha256) for source in sheet.sources)
    software = ("software", f"solidcell {__version__}")
    pages.table(LabelledTable("Provenance", (*origin, *sheet.told_settings, software)), columns=1)


def _grid(table: Table) -> Grid:
    """The table for a page; one too wide for it, of few rows, is turned on its side."""
    rows = [tuple(cell_text(value) for value in row) for row in table.rows()]
    kept = rows[:_ROWS_ON_PAPER]
    if len(rows) > len(kept):
        kept.append(("…", *[""] * (len(table.columns) - 1)))
    header = tuple(heading_of(name) for name in table.columns)
    if sum(_lengths(header, kept)) > _WIDEST and len(kept) <= _FEW_ROWS:
        header, *kept = [tuple(side) for side in zip(header, *kept, strict=True)]
    return Grid(table.title, header, tuple(kept))


def _lengths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """The characters that each column wants, and two between."""
    return [
        min(max(len(text) for text in (max(name.split(), key=len), *(r[at] for r in rows))), 30) + 2
        for at, name in enumerate(header)
    ]
