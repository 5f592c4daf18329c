"""The report as a PDF of A4 pages."""

from pathlib import Path

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages

from .content import Content, instruments, key_numbers
from .drawings import drawings_of
from .figures import STYLE
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


def _front(pages: Pages, content: Content) -> None:
    pages.title(content.title, content.subtitle)
    pages.banner(content.headline, content.below, content.colour)
    if content.state is not None:
        pages.paragraph(content.state, 9.0, "#996600")
    if (numbers := key_numbers(content)) is not None:
        pages.table(numbers)
    for grid in content.answers:
        pages.grid(grid)
    for heading, sentences in content.sentences:
        pages.heading(heading, keep_in=0.3)
        for sentence in sentences:
            pages.paragraph(sentence, bullet="–")
    if (devices := instruments(content)) is not None:
        pages.table(devices, columns=1)


def _figures(pages: Pages, content: Content) -> None:
    for one in drawings_of(content):
        if one.heading:
            pages.heading(one.heading, keep_in=one.keep_in)
        pages.drawing(one.page_in, one.draw, one.caption)
