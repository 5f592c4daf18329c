"""The relaxation-time pane: gamma(tau) with its band, and the model's arcs as marks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ..named import label, named
from ..plots import dress, line_pen, plot_item
from ..theme import LIGHT, Theme
from .insight import Relaxation
from .plots_view import impedance_unit


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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 6)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(label("Relaxation times", "heading"))
        head.addStretch(1)
        head.addWidget(self.told)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)

    def show_relaxation(self, found: Relaxation | None) -> None:
        """Show one; ``None`` while it is being worked out."""
        is_there = found is not None and found.tau_s.size > 0
        self.told.setText(_told(found))
        self.told.setToolTip("\n".join(found.peaks) if found is not None else "")
        if found is None or not is_there:
            for curve in (self._curve, *self._ends):
                curve.setData([], [])
            self._peaks.setData([], [])
            self.plot.setRange(xRange=(-6.0, 1.0), yRange=(0.0, 1.0))
            return
        x = np.log10(found.tau_s)
        scale, unit = impedance_unit(float(found.gamma_ohm.max()))
        self.plot.setLabel("left", f"γ / {unit}", color=self._theme.text)
        self._curve.setData(x, found.gamma_ohm / scale)
        for curve, values in zip(self._ends, (found.lower_ohm, found.upper_ohm), strict=True):
            curve.setData(x, np.asarray(values) / scale)
        at = np.log10(found.peak_tau_s)
        self._peaks.setData(at, np.interp(at, x, found.gamma_ohm) / scale)
        self.plot.setXRange(float(x.min()), float(x.max()), padding=0.02)
        top = min(float(found.upper_ohm.max()), 1.6 * float(found.gamma_ohm.max())) / scale
        self.plot.setYRange(0.0, top or 1.0, padding=0.06)

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


def _told(found: Relaxation | None) -> str:
    if found is None:
        return "working out …"
    if found.refused:
        return f"none: {found.refused}"
    count = len(found.peaks)
    return "no peak" if count == 0 else "1 peak" if count == 1 else f"{count} peaks"
