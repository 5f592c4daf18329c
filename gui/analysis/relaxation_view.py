"""The relaxation-time pane: gamma(tau) with its band and the peaks that the band supports."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ..named import label, named, tool
from ..plots import dress, line_pen, plot_item
from ..theme import LIGHT, Theme
from .axes import impedance_unit
from .insight import Float, Relaxation

_LOG_DEPTH: Final = 1e-5


class RelaxationView(QFrame):
    """Shows a ``Relaxation``; it is drawn when a spectrum is picked, never while dragging."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = LIGHT
        self.plot = plot_item("γ / Ω", "τ / s")
        self.plot.setLogMode(x=True, y=False)
        self.canvas = named(
            pg.PlotWidget(plotItem=self.plot),
            "Relaxation times",
            "Distribution of relaxation times with its credible band; circles are its peaks",
        )
        self._curve: Any = pg.PlotCurveItem()
        self._ends = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(*self._ends)
        self._peaks = pg.ScatterPlotItem(size=8, symbol="o")
        for item in (self._band, self._curve, self._peaks):
            self.plot.addItem(item)
        self.told = label(kind="muted")
        self._found: Relaxation | None = None
        self.log = tool("log γ", "Logarithmic γ", "Show arcs that are far smaller than others")
        self.log.setCheckable(True)
        self.log.clicked.connect(self._draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 6)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(label("Relaxation times", "heading"))
        head.addStretch(1)
        head.addWidget(self.told)
        head.addWidget(self.log)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)

    def show_relaxation(self, found: Relaxation | None, meanwhile: str = "") -> None:
        """Show one; ``meanwhile`` is said while there is none."""
        self._found = found
        self.told.setText(meanwhile if found is None else _told(found))
        self.told.setToolTip("\n".join(found.peaks) if found is not None else "")
        self._draw()

    def _draw(self) -> None:
        found, is_log = self._found, self.log.isChecked()
        self.plot.setLogMode(x=True, y=is_log)
        if found is None or found.tau_s.size == 0:
            for curve in (self._curve, *self._ends):
                curve.setData([], [])
            self._peaks.setData([], [])
            self.plot.setRange(xRange=(-6.0, 1.0), yRange=(0.0, 1.0))
            return
        x = np.log10(found.tau_s)
        scale, unit = impedance_unit(float(found.gamma_ohm.max()))
        self.plot.setLabel("left", f"γ / {unit}", color=self._theme.text)
        top = min(float(found.upper_ohm.max()), 1.6 * float(found.gamma_ohm.max())) / scale or 1.0
        floor = _LOG_DEPTH * top

        def height(gamma_ohm: Float) -> Float:
            return np.log10(np.maximum(gamma_ohm / scale, floor)) if is_log else gamma_ohm / scale

        self._curve.setData(x, height(found.gamma_ohm))
        for curve, values in zip(self._ends, (found.lower_ohm, found.upper_ohm), strict=True):
            curve.setData(x, height(values))
        at = np.log10(found.peak_tau_s)
        self._peaks.setData(at, height(np.interp(at, x, found.gamma_ohm)))
        self.plot.setXRange(float(x.min()), float(x.max()), padding=0.02)
        ends = (np.log10(floor), np.log10(top)) if is_log else (0.0, top)
        self.plot.setYRange(*ends, padding=0.06)

    def points_drawn(self) -> int:
        """How many points of gamma are drawn."""
        x, _ = self._curve.getData()
        return 0 if x is None else len(x)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        dress(self.plot, theme)
        self._curve.setPen(line_pen(theme.voltage))
        for curve in self._ends:
            curve.setPen(pg.mkPen(None))
        band = pg.mkColor(theme.voltage)
        band.setAlpha(55)
        self._band.setBrush(pg.mkBrush(band))
        self._peaks.setPen(line_pen(theme.text))
        self._peaks.setBrush(pg.mkBrush(theme.panel))


def _told(found: Relaxation) -> str:
    if found.refused:
        return f"none: {found.refused}"
    count = len(found.peaks)
    return "no peak" if count == 0 else "1 peak" if count == 1 else f"{count} peaks"
