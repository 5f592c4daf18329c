"""A line read beside the cell, against time: the temperature, unless another is picked."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox

from .beside_traces import BesideTraces
from .envelope import envelope
from .named import named
from .plots import dress, line_pen, plot_item
from .theme import LIGHT, Theme

_PREFERRED: Final = ("temperature", "oven")
_UNBROKEN = np.empty(0, dtype=np.int64)


class BesidePlot(QObject):
    """A plot that is there only for runs with such a line; ``choice`` picks one of several.

    ``shown_changed`` tells whoever places ``plot`` that there is something, or nothing, to show.
    """

    shown_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.plot = plot_item("T / °C", "t / h")
        self.is_shown = False
        self.choice = named(
            QComboBox(), "Line beside the cell", "Temperature, pressure, other lines"
        )
        self.choice.currentTextChanged.connect(self._pick)
        self.choice.activated.connect(self._keep)
        self.choice.setVisible(False)
        self._traces: BesideTraces | None = None
        self._is_picked = False
        self._theme: Theme = LIGHT
        self._drawn: tuple[float, float, float] = (0.0, 1.0, 1.0)
        self._curve = pg.PlotCurveItem()
        self.plot.addItem(self._curve)

    def show_run(self, traces: BesideTraces | None) -> None:
        """Draw the lines of another run from now on."""
        self._traces = traces
        self._is_picked = False
        with QSignalBlocker(self.choice):
            self.choice.clear()
        self._offer()

    def draw(self, left_s: float, right_s: float, width_s: float) -> None:
        """Draw what there is between two times, in bins of this width."""
        self._drawn = (left_s, right_s, width_s)
        self._offer()
        name = self.choice.currentText()
        if self._traces is None or not name:
            self._curve.clear()
            return
        trace = self._traces.trace(name)
        line = envelope(trace.time_s, trace.value, _UNBROKEN, left_s, right_s, width_s)
        self._curve.setData(line.time_s, line.value, connect=line.connect)
        self.plot.setLabel("left", trace.label, color=self._theme.text)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        dress(self.plot, theme)
        self._curve.setPen(line_pen(theme.beside))

    def _offer(self) -> None:
        """Offer the lines that have come to be there."""
        names = self._traces.names if self._traces is not None else ()
        if self.choice.count() != len(names):
            with QSignalBlocker(self.choice):
                self.choice.addItems(names[self.choice.count() :])
                if not self._is_picked:
                    self.choice.setCurrentText(preferred(names))
        self.choice.setVisible(len(names) > 1)
        if self.is_shown != bool(names):
            self.is_shown = bool(names)
            self.shown_changed.emit(self.is_shown)

    def _pick(self, _: str) -> None:
        self.draw(*self._drawn)

    def _keep(self, _: int) -> None:
        """A person has picked: no line that comes later takes the place."""
        self._is_picked = True


def preferred(names: Sequence[str]) -> str:
    """The line that is shown unless another is picked: the cell's temperature, or the oven's.

    >>> preferred(["stack_pressure", "oven"])
    'oven'
    """
    return next((name for name in _PREFERRED if name in names), names[0])
