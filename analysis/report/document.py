"""The report as a PDF of A4 pages."""

from pathlib import Path

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages

from .content import Content, key_numbers
from .figures import STYLE, draw_course, draw_nyquist, draw_resistance
from .pages import Pages


def write_pdf(content: Content, path: Path, created_utc: str) -> None:
    """Lay the report out on A4 and write it."""
    metadata = {"Title": content.title, "Creator": "solidcell", "CreationDate": None}
    with matplotlib.rc_context(STYLE), PdfPages(path, metadata=metadata) as pdf:
        pages = Pages(pdf, f"{content.title}  ·  {content.run.header.run_id}  ·  {created_utc}")
        _front(pages, content)
        _figures(pages, content)
        for grid in content.grids:
            pages.grid(grid)
        for table in content.tables:
            pages.table(table)
        for table in content.appendix:
            pages.table(table, columns=1 if table.title == "Provenance" else 2)
        pages.finish()


def captions(content: Content) -> dict[str, str]:
    """What stands under each figure, by the name of its table."""
    note = f" Drawn from {content.trace.note}." if content.trace.note else ""
    shaded = " The failing step is shaded." if content.failure is not None else ""
    return {
        "voltage_and_current": "Voltage (left) and current density (right) against time; "
        "positive current strips the working electrode. Below: area specific resistance of each "
        "half-cycle at its start (open) and end (filled), both interfaces included; "
        f"charge moved in either direction.{shaded}{note}"
        if content.resistance is not None
        else f"Voltage (left) and current density (right) against time; charge moved.{note}",
        "resistance": "Area specific resistance against current density: start (open) and end "
        "(filled) of each half-cycle, medians of six readings, both interfaces included.",
        "impedance": "Spectra as measured, times the electrode area, on equal axes; lines join "
        "the points. From first (dark) to last (bright); those on either side of a failure stand "
        "out. Larger points mark powers of ten of the frequency.",
    }


def _front(pages: Pages, content: Content) -> None:
    pages.title(content.title, content.subtitle)
    pages.banner(content.headline, content.below, content.colour)
    if content.state is not None:
        pages.paragraph(content.state, 9.0, "#996600")
    if (numbers := key_numbers(content)) is not None:
        pages.table(numbers)
    for heading, sentences in (("Evidence", content.evidence), ("Warnings", content.warnings)):
        if sentences:
            pages.heading(heading, keep_in=0.3)
            for sentence in sentences:
                pages.paragraph(sentence, bullet="–")


def _figures(pages: Pages, content: Content) -> None:
    words = captions(content)
    if len(content.trace):
        pages.heading("Course of the run", keep_in=5.0)
        pages.drawing(
            5.1 if content.resistance is not None else 4.2,
            lambda figure, box: draw_course(
                figure, box, content.trace, content.resistance, content.failure
            ),
            words["voltage_and_current"],
        )
    if content.resistance is not None and len(content.resistance):
        resistance = content.resistance
        pages.drawing(
            2.6, lambda figure, box: draw_resistance(figure, box, resistance), words["resistance"]
        )
    if len(content.spectra):
        pages.heading("Impedance", keep_in=4.5)
        pages.drawing(
            4.4, lambda figure, box: draw_nyquist(figure, box, content.spectra), words["impedance"]
        )
