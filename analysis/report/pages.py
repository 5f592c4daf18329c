"""A4 pages filled from top to bottom with headings, paragraphs, tables and figures."""

from collections.abc import Callable
from typing import Any

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .figures import INK, Box
from .grid_layout import PADDING_IN, GridLayout, lay_out
from .lettering import Ruler
from .table import Grid, Table

WIDTH_IN, HEIGHT_IN = 8.27, 11.69
MARGIN_IN = 0.75
FOOT_IN = 0.7
MUTED = "#5c5c66"
RULE = "#c8c8d0"
LINE_HEIGHT = 1.38
RULE_LIFT_IN = 0.035
GUTTER_IN = 0.3
WHOLE_TABLE_IN = 7.0
POINTS_PER_INCH = 72.0


class Pages:
    """Lays out a document; positions are inches from the top left of the page."""

    def __init__(self, pdf: PdfPages, running_title: str) -> None:
        self._pdf: Any = pdf  # untyped in matplotlib
        self._running_title = running_title
        self._figure: Figure | None = None
        self._top_in = 0.0
        self._count = 0
        self._ruler = Ruler()
        self._is_upright = True

    def finish(self) -> None:
        """Write the last page."""
        self._write_page()

    def space(self, inches: float) -> None:
        """Leave some room."""
        self._top_in += inches

    def need(self, inches: float) -> None:
        """Begin a new page unless so much room is left on this one."""
        end_in = self._height_in - MARGIN_IN - FOOT_IN + 0.3
        if self._figure is None or self._top_in + inches > end_in:
            self._write_page()
            self._figure = Figure(figsize=(self._width_in, self._height_in), facecolor="white")
            self._count += 1
            self._top_in = MARGIN_IN

    def heading(self, text: str, keep_in: float = 1.2) -> None:
        """A section heading, kept together with ``keep_in`` inches of what follows."""
        self._turn(upright=True)
        self._head(text, keep_in)

    def paragraph(self, text: str, size: float = 8.5, colour: str = INK, bullet: str = "") -> None:
        """Wrapped text over the width of the page, with an optional bullet before it."""
        self._turn(upright=True)
        indent_in = 0.16 if bullet else 0.0
        for at, line in enumerate(self._ruler.wrapped(text, self._text_in - indent_in, size)):
            self.need(_line_in(size))
            if bullet and at == 0:
                self._write(bullet, MARGIN_IN, size, colour)
            self._write(line, MARGIN_IN + indent_in, size, colour)
            self._top_in += _line_in(size)
        self._top_in += 0.04

    def title(self, text: str, below: str) -> None:
        """The title of the document and a line below it."""
        self._turn(upright=True)
        self.need(1.0)
        for line in self._ruler.wrapped(text, self._text_in, 17.0, "bold"):
            self._write(line, MARGIN_IN, 17.0, weight="bold")
            self._top_in += 0.32
        self.paragraph(below, 8.5, MUTED)
        self._top_in += 0.08

    def banner(self, headline: str, below: str, colour: str) -> None:
        """The result in a box with a coloured edge."""
        self._turn(upright=True)
        lines = self._ruler.wrapped(headline, self._text_in - 0.4, 14.0, "bold")
        small = self._ruler.wrapped(below, self._text_in - 0.4, 9.0)
        height_in = 0.28 * len(lines) + _line_in(9.0) * len(small) + 0.3
        self.need(height_in)
        self._patch(MARGIN_IN, self._top_in, self._text_in, height_in, "#f3f3f7")
        self._patch(MARGIN_IN, self._top_in, 0.06, height_in, colour)
        bottom_in = self._top_in + height_in
        self._top_in += 0.15
        for line in lines:
            self._write(line, MARGIN_IN + 0.22, 14.0, weight="bold")
            self._top_in += 0.28
        for line in small:
            self._write(line, MARGIN_IN + 0.22, 9.0)
            self._top_in += _line_in(9.0)
        self._top_in = bottom_in + 0.12

    def table(self, table: Table, columns: int = 2) -> None:
        """Labels and values in pairs side by side; both wrap in their columns.

        A table that fits on a page is not broken over two.
        """
        width_in = (self._text_in - GUTTER_IN * (columns - 1)) / columns
        label_in = (table.label_share if columns > 1 else 0.25) * width_in
        rows = [
            [
                (
                    self._ruler.wrapped(label, label_in - 0.08, 8.0),
                    self._ruler.wrapped(value, width_in - label_in, 8.0),
                )
                for label, value in table.rows[at : at + columns]
            ]
            for at in range(0, len(table.rows), columns)
        ]
        heights_in = [
            _line_in(8.0) * max(max(map(len, pair)) for pair in row) + 0.06 for row in rows
        ]
        self.heading(table.title, keep_in=min(sum(heights_in), WHOLE_TABLE_IN))
        for row, height_in in zip(rows, heights_in, strict=True):
            self.need(height_in)
            for column, (labels, values) in enumerate(row):
                left_in = MARGIN_IN + column * (width_in + GUTTER_IN)
                self._column(labels, left_in, MUTED)
                self._column(values, left_in + label_in, INK)
                self._rule(left_in, width_in, self._top_in + height_in - RULE_LIFT_IN)
            self._top_in += height_in
        self._top_in += 0.08

    def grid(self, grid: Grid) -> None:
        """A table with columns; its header comes again on every page.

        One that is too wide for the page has smaller letters, and then pages on their side.
        """
        landscape_in = HEIGHT_IN - 2 * MARGIN_IN
        laid = lay_out(grid, self._ruler.width_in, WIDTH_IN - 2 * MARGIN_IN, landscape_in)
        self._turn(upright=not laid.landscape)
        first = sum(self._row_height_in(laid, row) for row in (grid.header, *grid.rows[:1]))
        self._head(grid.title, keep_in=first)
        self._grid_row(laid, grid.header, MUTED)
        for row in grid.rows:
            before = self._count
            self.need(self._row_height_in(laid, row))
            if self._count != before:
                self._grid_row(laid, grid.header, MUTED)
            self._grid_row(laid, row, INK)
        self._top_in += 0.1

    def drawing(self, height_in: float, draw: Callable[[Figure, Box], None], caption: str) -> None:
        """A figure over the width of the page, with its caption below."""
        self._turn(upright=True)
        lines = self._ruler.wrapped(caption, self._text_in, 7.5)
        self.need(height_in + 0.6 + 0.15 * len(lines))
        figure = self._begun()
        box = Box(
            (MARGIN_IN + 0.5) / self._width_in,
            1 - (self._top_in + height_in - 0.35) / self._height_in,
            (self._width_in - MARGIN_IN - 0.5) / self._width_in,
            1 - (self._top_in + 0.2) / self._height_in,
        )
        draw(figure, box)
        self._top_in += height_in + 0.08
        self.paragraph(caption, 7.5, MUTED)
        self._top_in += 0.06

    @property
    def _width_in(self) -> float:
        return WIDTH_IN if self._is_upright else HEIGHT_IN

    @property
    def _height_in(self) -> float:
        return HEIGHT_IN if self._is_upright else WIDTH_IN

    @property
    def _text_in(self) -> float:
        """How wide a line may be."""
        return self._width_in - 2 * MARGIN_IN

    def _head(self, text: str, keep_in: float) -> None:
        self.need(0.35 + keep_in)
        self._top_in += 0.12
        self._write(text, MARGIN_IN, 11.0, weight="bold")
        self._top_in += 0.27

    def _begun(self) -> Figure:
        """The page being filled."""
        if self._figure is None:
            raise RuntimeError("no page has been begun")
        return self._figure

    def _grid_row(self, laid: GridLayout, row: tuple[str, ...], colour: str) -> None:
        height_in = self._row_height_in(laid, row)
        left_in = MARGIN_IN
        for lines, width_in in zip(self._cells(laid, row), laid.widths_in, strict=True):
            self._column(lines, left_in, colour, laid.size)
            left_in += width_in
        self._rule(MARGIN_IN, self._text_in, self._top_in + height_in - RULE_LIFT_IN)
        self._top_in += height_in

    def _row_height_in(self, laid: GridLayout, row: tuple[str, ...]) -> float:
        return max(map(len, self._cells(laid, row))) * _line_in(laid.size) + 0.05

    def _cells(self, laid: GridLayout, row: tuple[str, ...]) -> list[list[str]]:
        pairs = zip(row, laid.widths_in, strict=True)
        return [self._ruler.wrapped(text, w - PADDING_IN, laid.size) for text, w in pairs]

    def _turn(self, *, upright: bool) -> None:
        """Go on with a page of this shape, a new one if the last has another."""
        if upright != self._is_upright:
            self._write_page()
            self._is_upright = upright

    def _column(self, lines: list[str], left_in: float, colour: str, size: float = 8.0) -> None:
        top_in = self._top_in
        for line in lines:
            self._write(line, left_in, size, colour)
            self._top_in += _line_in(size)
        self._top_in = top_in

    def _write(
        self, text: str, left_in: float, size: float, colour: str = INK, weight: str = "normal"
    ) -> None:
        if self._figure is not None:
            self._figure.text(
                left_in / self._width_in,
                1 - self._top_in / self._height_in,
                text,
                fontsize=size,
                color=colour,
                weight=weight,
                va="top",
                parse_math=False,
            )

    def _rule(self, left_in: float, width_in: float, at_in: float) -> None:
        if self._figure is not None:
            x, y = left_in / self._width_in, 1 - at_in / self._height_in
            ends = [x, x + width_in / self._width_in]
            self._figure.add_artist(Line2D(ends, [y, y], color=RULE, linewidth=0.4))

    def _patch(
        self, left_in: float, top_in: float, width_in: float, height_in: float, colour: str
    ) -> None:
        if self._figure is not None:
            corner = (left_in / self._width_in, 1 - (top_in + height_in) / self._height_in)
            size = (width_in / self._width_in, height_in / self._height_in)
            self._figure.add_artist(
                Rectangle(corner, *size, facecolor=colour, edgecolor="none", zorder=0)
            )

    def _write_page(self) -> None:
        if self._figure is None:
            return
        self._top_in = self._height_in - FOOT_IN + 0.15
        self._write(self._running_title, MARGIN_IN, 7.0, MUTED)
        self._write(f"{self._count}", self._width_in - MARGIN_IN - 0.1, 7.0, MUTED)
        self._pdf.savefig(self._figure)
        self._figure = None


def _line_in(size: float) -> float:
    return size * LINE_HEIGHT / POINTS_PER_INCH
