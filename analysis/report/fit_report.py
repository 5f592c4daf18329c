"""A report on fitted spectra: a PDF to read, and tables and data to go on with."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from ... import __version__
from ..impedance.nyquist import draw_fit
from ..impedance.series.arrhenius_figure import arrhenius_figure
from ..impedance.series.from_spectra import SeriesAnalysis
from ..spectra import SpectrumAnswer
from .arrhenius_tables import line_grid, line_rows, point_rows
from .figures import STYLE, Box
from .fit_tables import (
    Rows,
    parameter_rows,
    parameter_table,
    spectra_rows,
    summary_grid,
    title_of,
)
from .pages import Pages
from .whole_files import write_whole

_FIGURE_IN = 2.7


@dataclass(frozen=True, slots=True)
class FitReportFiles:
    """Where the parts of a report on spectra lie."""

    pdf: Path
    tables: tuple[Path, ...]
    data: Path
    figures: tuple[Path, ...] = ()


def write_fit_report(
    answers: Sequence[SpectrumAnswer],
    out: Path,
    created_utc: str | None = None,
    series: SeriesAnalysis | None = None,
) -> FitReportFiles:
    """Write ``spectra.pdf``, ``spectra.csv``, ``parameters.csv`` and ``spectra.json`` into `out`.

    The PDF begins with a table of all spectra and draws each fit with its residuals and
    parameters. A temperature series adds its activation energies and the Arrhenius plot, as a page
    and as ``arrhenius.pdf`` and ``.svg`` with the points in ``arrhenius_points.csv``. Earlier
    files of these names are replaced. ``created_utc`` (ISO 8601) stands in the report; by default
    it is now.

    Raises
    ------
    ValueError
        If there is nothing to report.
    """
    if not answers:
        raise ValueError("there are no spectra to report on")
    created = created_utc or datetime.now(UTC).isoformat(timespec="seconds")
    out.mkdir(parents=True, exist_ok=True)
    rows = [spectra_rows(answers), parameter_rows(answers)]
    if series is not None:
        rows += [line_rows(series), point_rows(series)]
    tables = tuple(_write_table(out, table) for table in rows)
    data = write_whole(out / "spectra.json", _data(answers, created))
    pdf = out / "spectra.pdf"
    draft = pdf.with_name(".spectra.pdf.draft")
    _write_pdf(answers, series, draft, created)
    draft.replace(pdf)
    return FitReportFiles(pdf, tables, data, _arrhenius_files(series, out))


def _arrhenius_files(series: SeriesAnalysis | None, out: Path) -> tuple[Path, ...]:
    if series is None or series.arrhenius is None:
        return ()
    figure = arrhenius_figure(series.arrhenius)
    paths = tuple(out / f"arrhenius{suffix}" for suffix in (".pdf", ".svg"))
    for path in paths:
        draft = path.with_name(f".draft{path.suffix}")
        figure.savefig(draft)
        draft.replace(path)
    return paths


def _write_pdf(
    answers: Sequence[SpectrumAnswer], series: SeriesAnalysis | None, path: Path, created: str
) -> None:
    fitted = sum(answer.fit is not None for answer in answers)
    title = "Impedance spectra"
    metadata = {"Title": title, "Creator": "solidcell", "CreationDate": None}
    with matplotlib.rc_context(STYLE), PdfPages(path, metadata=metadata) as pdf:
        pages = Pages(pdf, f"{title}  ·  solidcell {__version__}  ·  {created}")
        refused = len(answers) - fitted
        below = f"{len(answers)} spectra, {fitted} fitted" + (
            f", {refused} refused" if refused else ""
        )
        pages.title(title, below)
        pages.grid(summary_grid(answers))
        pages.paragraph(
            "Errors are standard errors. Misfit: root mean square of measured minus fitted, as a "
            "fraction of |Z|.",
            7.5,
        )
        if series is not None:
            pages.grid(line_grid(series))
            for reason in series.reasons:
                pages.paragraph(reason, 7.5, bullet="–")
        for answer in answers:
            _spectrum(pages, answer)
        pages.finish()
        if series is not None and series.arrhenius is not None:
            whole: Any = pdf  # untyped in matplotlib
            whole.savefig(arrhenius_figure(series.arrhenius))


def _spectrum(pages: Pages, answer: SpectrumAnswer) -> None:
    fit = answer.fit
    if fit is None:
        pages.heading(answer.of.file.name, keep_in=0.4)
        pages.paragraph(title_of(answer), 7.5)
        pages.paragraph(f"Refused: {answer.refused}")
        return
    pages.heading(answer.of.file.name, keep_in=_FIGURE_IN + 1.5)
    pages.paragraph(title_of(answer), 7.5)

    def draw(figure: Figure, box: Box) -> None:
        edges = (box.left, box.bottom, box.right, box.top)
        draw_fit(figure, edges, fit, answer.of.spectrum)

    pages.drawing(
        _FIGURE_IN, draw, f"Measured points, the fit of {fit.circuit}, and its residuals."
    )
    pages.table(parameter_table(answer))
    named = answer.resistances
    remarks = () if named is None else (*named.reasons, *named.assumptions)
    for remark in (*remarks, *fit.warnings):
        pages.paragraph(remark, 7.5, bullet="–")


def _write_table(out: Path, table: Rows) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return write_whole(out / f"{table.name}.csv", text.getvalue())


def _data(answers: Sequence[SpectrumAnswer], created: str) -> str:
    whole = {
        "solidcell": __version__,
        "created_utc": created,
        "spectra": _as_json(spectra_rows(answers)),
        "parameters": _as_json(parameter_rows(answers)),
        "settings": [
            None if answer.fit is None else asdict(answer.fit.settings) for answer in answers
        ],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _as_json(table: Rows) -> list[dict[str, Any]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]
