"""Pauses and gaps in a trace: a shaded stretch with its name, that no line crosses."""

from collections.abc import Sequence
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtGui import QColor

from .plots import line_pen
from .stretches import Stretch
from .theme import Theme

_SHADE: Final = 46  # of 255
_BEHIND: Final = -20


class TraceBreaks:
    """Shades the stretches of a run in plots that lie one above the other."""

    def __init__(self, plots: Sequence[Any]) -> None:
        self._plots = tuple(plots)
        self._shown: tuple[tuple[Stretch, ...], str] = ((), "")
        self._regions: list[tuple[Any, Any, Stretch]] = []
        self._texts: list[Any] = []

    def show(self, stretches: Sequence[Stretch], now_s: float, theme: Theme) -> None:
        """Draw these; one that lasts reaches as far as ``now_s``."""
        wanted = (tuple(stretches), theme.name)
        if wanted != self._shown:
            self._shown = wanted
            self._clear()
            for stretch in stretches:
                self._add(stretch, theme)
        for _, region, stretch in self._regions:
            end_s = now_s if stretch.end_s is None else stretch.end_s
            region.setRegion((stretch.start_s, max(end_s, stretch.start_s)))

    def place(self, bottom: float) -> None:
        """Put the names at the lower edge of the uppermost plot."""
        for text in self._texts:
            text.setPos(text.pos().x(), bottom)

    def _add(self, stretch: Stretch, theme: Theme) -> None:
        shade = QColor(theme.warning)
        shade.setAlpha(_SHADE)
        for plot in self._plots:
            region = pg.LinearRegionItem(
                movable=False, brush=shade, pen=line_pen(theme.warning, dashed=True)
            )
            region.setZValue(_BEHIND)
            plot.addItem(region, ignoreBounds=True)
            self._regions.append((plot, region, stretch))
        beside = 1.0 if stretch.end_s is None else 0.0  # what lasts has no room to its right
        ground = pg.mkBrush(theme.panel)  # to be read where a curve runs behind it
        text = pg.TextItem(f"‖ {stretch.text}", anchor=(beside, 1), fill=ground)
        text.setColor(theme.warning)
        text.setPos(stretch.start_s, 0.0)
        self._plots[0].addItem(text, ignoreBounds=True)
        self._texts.append(text)

    def _clear(self) -> None:
        for plot, region, _ in self._regions:
            plot.removeItem(region)
        for text in self._texts:
            self._plots[0].removeItem(text)
        self._regions.clear()
        self._texts.clear()
