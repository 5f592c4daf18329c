"""The report as one HTML file that needs nothing else, and its figures as SVG."""

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import jinja2
import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure

from .content import Content, key_numbers
from .document import captions
from .figures import INK, STYLE, Box, draw_course, draw_nyquist, draw_resistance

WIDTH_IN = 8.0
BOX = Box(0.09, 0.12, 0.91, 0.95)


def draw_svgs(content: Content) -> dict[str, str]:
    """The figures by the name of the table that they show."""
    drawings: dict[str, tuple[float, Callable[[Figure], None]]] = {}
    if len(content.trace):
        drawings["voltage_and_current"] = (
            6.0 if content.resistance is not None else 4.5,
            lambda f: draw_course(f, BOX, content.trace, content.resistance, content.failure),
        )
    if content.resistance is not None and len(content.resistance):
        resistance = content.resistance
        drawings["resistance"] = (3.2, lambda f: draw_resistance(f, BOX, resistance))
    if len(content.spectra):
        drawings["impedance"] = (4.6, lambda f: draw_nyquist(f, BOX, content.spectra))
    return {name: _svg(name, height, draw) for name, (height, draw) in drawings.items()}


def write_html(
    content: Content, svgs: Mapping[str, str], files: tuple[str, ...], path: Path
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
        figures=[(name, Markup(_inline(svg))) for name, svg in svgs.items()],
        captions=captions(content),
        files=files,
    )
    path.write_text(page, encoding="utf-8", newline="\n")


def _svg(name: str, height_in: float, draw: Callable[[Figure], None]) -> str:
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH_IN, height_in))
        draw(figure)
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Title": name})
    return text.getvalue()


def _inline(svg: str) -> str:
    """Without the XML head, and with ink that follows the colour of the page's text."""
    return svg[svg.index("<svg") :].replace(INK, "currentColor")
