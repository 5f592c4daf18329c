"""A plot that is plain data, drawn live: drag, turn the wheel, double click for all."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...analysis.sheets.plot import Panel, Plot, entries
from ..named import named
from ..theme import LIGHT, Theme
from .panel_drawing import PanelDrawing

_TIP = "Drag to move, turn the wheel to zoom, double click to see all of it"

_LONG_LABEL = 18
"""Of more letters than that half a canvas has no room."""


class PlotCanvas(QWidget):
    """Shows one plot."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._plot: Plot | None = None
        self.canvas = named(pg.GraphicsLayoutWidget(), "Plot", _TIP)
        self.canvas.scene().sigMouseClicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.drawings: list[PanelDrawing] = []

    @property
    def panels(self) -> list[Any]:
        """The plot items, in their order."""
        return [drawing.drawn for drawing in self.drawings]

    def show_plot(self, plot: Plot) -> None:
        """Draw a plot in place of what was there."""
        self._plot = plot
        self.canvas.clear()
        self.canvas.setBackground(self._theme.panel)
        self.canvas.setAccessibleDescription(plot.caption)
        self.drawings = []
        stands = plot.layout == "column"
        for number, panel in enumerate(plot.panels):
            others = plot.panels[:number] if stands else plot.panels[number + 1 :]
            told = frozenset[tuple[str, int]]().union(*map(entries, others))
            drawing = PanelDrawing(panel, self._theme, told)
            self.canvas.addItem(drawing.drawn, *((number, 0) if stands else (0, number)))
            if self.drawings and stands and panel.x == plot.panels[0].x:
                drawing.drawn.setXLink(self.drawings[0].drawn)
            self.drawings.append(drawing)
        if stands:
            self._line_up(plot.panels)

    def show_all(self) -> None:
        """Show all of it again, after somebody has moved or zoomed."""
        for drawing in self.drawings:
            drawing.show_all()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        if theme == self._theme:
            return
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        if self._plot is not None:
            self.show_plot(self._plot)

    def _line_up(self, panels: tuple[Panel, ...]) -> None:
        """Panels above each other begin and end at one place; the lowest names their x."""
        width = max(drawing.left_width for drawing in self.drawings)
        longest = max(len(panel.y.label) for panel in panels)
        is_short = len(panels) > 2 or (len(panels) == 2 and longest > _LONG_LABEL)
        for number, drawing in enumerate(self.drawings):
            drawing.set_margins(width, with_right=any(panel.right for panel in panels))
            if is_short:
                drawing.break_label()
            if number + 1 < len(panels) and panels[number + 1].x == panels[number].x:
                drawing.leave_out_x()

    def _clicked(self, event: Any) -> None:
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            self.show_all()
