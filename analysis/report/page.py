"""The report as one HTML file that needs nothing else, and its figures as SVG."""

from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

import jinja2
import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure

from .content import Content, instruments, key_numbers
from .drawings import Drawing
from .figures import INK, STYLE, Box

WIDTH_IN = 8.0
BOX = Box(0.09, 0.12, 0.91, 0.95)


def draw_svgs(drawings: Sequence[Drawing]) -> dict[str, str]:
    """The figures by their names."""
    return {one.name: _svg(one) for one in drawings}


def write_html(
    content: Content,
    drawings: Sequence[Drawing],
    svgs: Mapping[str, str],
    files: tuple[str, ...],
    path: Path,
) -> None:
    """Fill the template; every text in it is escaped but our own drawings."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("solidcell.analysis.report", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html").render(
        content=content,
        numbers=key_numbers(content),
        devices=instruments(content),
        figures=[(one, Markup(_inline(svgs[one.name]))) for one in drawings],
        files=files,
    )
    path.write_text(page, encoding="utf-8", newline="\n")


def _svg(drawing: Drawing) -> str:
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": drawing.name}):
        figure = Figure(figsize=(WIDTH_IN, drawing.screen_in))
        drawing.draw(figure, BOX)
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Title": drawing.name})
    return text.getvalue()


def _inline(svg: str) -> str:
    """Without the XML head, and with ink that follows the colour of the page's text."""
    return svg[svg.index("<svg") :].replace(INK, "currentColor")
