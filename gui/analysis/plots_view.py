"""A spectrum and its model: Nyquist of equal axes, Bode, and what the model leaves.

While a knob is dragged only the model's curves and the residuals are drawn anew: the axes stay
where the measured points put them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from ...analysis.impedance import Spectrum
from ..named import label, named, tool
from ..plots import dress, line_pen, plot_item, widen_for_numbers
from ..theme import LIGHT, Theme
from .axes import Bool, before_spur, impedance_unit
from .curves import Curves, Float, residual_limit
from .plot_card import plot_card

_PAD: Final = 0.06
_POINT_SIZE: Final = 6
_SPUR: Final = 4.0


class PlotsView(QSplitter):
    """Shows one spectrum, the curve on the screen and, beside it, the last fit's."""

    def __init__(self, beside_residuals: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._theme = LIGHT
        self._spectrum: Spectrum | None = None
        self._log_hz: Float = np.empty(0)
        self._order = np.empty(0, dtype=np.intp)
        self._left_out: Bool = np.empty(0, dtype=np.bool_)
        self._scale = 1.0
        self._limit = 0.0
        self.nyquist = plot_item("−Z″ / Ω", "Z′ / Ω")
        widen_for_numbers(self.nyquist)
        self.magnitude, self.phase = plot_item("|Z| / Ω", None), plot_item("−phase / °", "f / Hz")
        self.left = plot_item("residual / %", "f / Hz")
        self._plots = (self.nyquist, self.magnitude, self.phase, self.left)
        self._points = [_scatter() for _ in range(3)]
        self._model = [pg.PlotCurveItem() for _ in range(3)]
        self._fitted = [pg.PlotCurveItem() for _ in range(3)]
        self._lines = [pg.PlotCurveItem() for _ in range(2)]
        self._dots = [_scatter(), _scatter("s")]
        self._zero = pg.InfiniteLine(pos=0.0, angle=0)
        self.legend, self.left_legend = label(), label()
        self.arcs = tool("Arcs", "Show the arcs", "What comes before the electrodes' spur")
        self.arcs.clicked.connect(self.show_arcs)
        self.canvases = (
            _canvas("Nyquist plot", "Equal axes; drag to move, turn the wheel to zoom"),
            _canvas("Bode plot", "Size and phase against frequency"),
            _canvas("Residuals", "Measured minus model, in percent of |Z|"),
        )
        self._build()
        self._lay_out(beside_residuals)

    def show_spectrum(self, spectrum: Spectrum | None, left_out_hz: tuple[float, ...] = ()) -> None:
        """Show measured points; the axes move to those of another spectrum, else they stay."""
        is_other = spectrum is not self._spectrum
        self._spectrum = spectrum
        for curve in (*self._model, *self._fitted, *self._lines):
            curve.setData([], [])
        if spectrum is None:
            for dots in (*self._points, *self._dots):
                dots.setData([], [])
            return
        self._log_hz = np.log10(spectrum.frequency_hz)
        self._order = np.argsort(spectrum.frequency_hz, kind="stable")
        self._left_out = np.isin(spectrum.frequency_hz, left_out_hz)
        self._scale, unit = impedance_unit(float(np.median(np.abs(spectrum.z_ohm))))
        colour = self._theme.text
        self.nyquist.setLabel("left", f"−Z″ / {unit}", color=colour)
        self.nyquist.setLabel("bottom", f"Z′ / {unit}", color=colour)
        brushes = [self._theme.panel if out else self._theme.voltage for out in self._left_out]
        for dots, (x, y) in zip(
            self._points, self._three(spectrum.frequency_hz, spectrum.z_ohm), strict=True
        ):
            dots.setData(x, y, brush=[pg.mkBrush(brush) for brush in brushes])
        self._limit = 0.0
        if is_other:
            self.show_all()

    def show_model(self, curves: Curves | None, *, is_live: bool = False) -> None:
        """Draw the curve on the screen and what it leaves.

        While it is dragged (``is_live``) the axis of the residuals grows but does not shrink: a
        new axis costs more than all the curves.
        """
        if curves is None or self._spectrum is None:
            for curve in (*self._model, *self._lines):
                curve.setData([], [])
            for dots in self._dots:
                dots.setData([], [])
            return
        for curve, (x, y) in zip(
            self._model, self._three(curves.dense_hz, curves.z_ohm), strict=True
        ):
            curve.setData(x, y, skipFiniteCheck=False)
        percent = 100 * np.stack([curves.residuals.real, curves.residuals.imag])
        limit = residual_limit(percent[:, ~self._left_out])
        limit = max(limit, self._limit) if is_live else limit
        if limit != self._limit:
            self._limit = limit
            self.left.setYRange(-limit, limit, padding=0.04)
        shown = np.clip(percent, -limit, limit)
        for line, dots, values in zip(self._lines, self._dots, shown, strict=True):
            line.setData(self._log_hz[self._order], values[self._order])
            dots.setData(self._log_hz, values)

    def show_fitted(self, curves: Curves | None) -> None:
        """Draw the last fit beside an edited model; ``None`` where both are one."""
        if curves is None:
            for curve in self._fitted:
                curve.setData([], [])
            return
        for curve, (x, y) in zip(
            self._fitted, self._three(curves.dense_hz, curves.z_ohm), strict=True
        ):
            curve.setData(x, y)

    def say_model(self, words: str, *, is_edited: bool, has_fit: bool) -> None:
        """Write the legend; an edited model is dashed and in another colour."""
        theme = self._theme
        colour = theme.current if is_edited else theme.fit
        for curve in self._model:
            curve.setPen(line_pen(colour, dashed=is_edited))
        mark = "╌╌" if is_edited else "—"
        entries = [f'<span style="color:{theme.voltage}">●</span> measured']
        entries += [f'<span style="color:{theme.muted}">—</span> last fit'] if has_fit else []
        entries += [f'<span style="color:{colour}">{mark}</span> {words}']
        self.legend.setText("&nbsp;&nbsp; ".join(entries))

    def show_all(self) -> None:
        """Put the axes about the measured points."""
        if self._spectrum is None:
            return
        hz, z = self._spectrum.frequency_hz, self._spectrum.z_ohm
        near = before_spur(self._spectrum)
        is_spur = float(np.abs(z).max()) > _SPUR * float(np.abs(z[near]).max())
        self.arcs.setEnabled(is_spur)
        nyquist, size, phase = self._three(hz, z)
        _frame(self.nyquist, *nyquist)
        _frame(self.magnitude, *size)
        _frame(self.phase, *phase)

    def show_arcs(self) -> None:
        """Put the axes of the Nyquist plot about what comes before the electrodes' spur."""
        if self._spectrum is not None:
            near = self._spectrum.z_ohm[before_spur(self._spectrum)]
            _frame(self.nyquist, near.real / self._scale, -near.imag / self._scale)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        for canvas in self.canvases:
            canvas.setBackground(theme.panel)
        for plot in self._plots:
            dress(plot, theme)
        for dots in self._points:
            dots.setPen(pg.mkPen(theme.voltage))
            dots.setBrush(pg.mkBrush(theme.voltage))
        for curve in self._fitted:
            curve.setPen(line_pen(theme.muted))
        for line, dots, colour in zip(
            self._lines, self._dots, (theme.voltage, theme.current), strict=True
        ):
            line.setPen(line_pen(colour, alpha=110))
            dots.setBrush(pg.mkBrush(colour))
            dots.setPen(pg.mkPen(None))
        self._zero.setPen(line_pen(theme.muted))
        self.left_legend.setText(
            f'<span style="color:{theme.voltage}">●</span> real&nbsp;&nbsp; '
            f'<span style="color:{theme.current}">■</span> imaginary'
        )
        if self._spectrum is not None:
            self.show_spectrum(
                self._spectrum, tuple(self._spectrum.frequency_hz[self._left_out].tolist())
            )

    def points_drawn(self) -> int:
        """How many measured points are on the Nyquist plot."""
        return len(self._points[0].data)

    def model_drawn(self) -> tuple[Float, Float]:
        """The model's curve on the Nyquist plot, in the unit of its axes."""
        x, y = self._model[0].getData()
        return (np.empty(0), np.empty(0)) if x is None else (x, y)

    def _three(self, frequency_hz: Float, z_ohm: Any) -> tuple[tuple[Float, Float], ...]:
        """What is drawn of an impedance: Nyquist, log |Z| and phase."""
        log_hz = np.log10(frequency_hz)
        with np.errstate(all="ignore"):
            size = np.log10(np.abs(z_ohm))
        nyquist = (z_ohm.real / self._scale, -z_ohm.imag / self._scale)
        return nyquist, (log_hz, size), (log_hz, -np.angle(z_ohm, deg=True))

    def _follow(self, _phase: Any, ends: Sequence[float]) -> None:
        """Keep the frequencies of the residuals those of the Bode plot.

        pyqtgraph's own link goes by places on the screen, which differ between two canvases.
        """
        self.left.setXRange(ends[0], ends[1], padding=0.0)

    def _build(self) -> None:
        self.nyquist.setAspectLocked(True)
        self.magnitude.setLogMode(x=True, y=True)
        self.phase.setLogMode(x=True, y=False)
        self.left.setLogMode(x=True, y=False)
        self.magnitude.setXLink(self.phase)
        self.phase.getViewBox().sigXRangeChanged.connect(self._follow)
        for plot in self._plots:
            plot.disableAutoRange()
        self.canvases[0].addItem(self.nyquist, 0, 0)
        self.canvases[1].addItem(self.magnitude, 0, 0)
        self.canvases[1].addItem(self.phase, 1, 0)
        self.canvases[2].addItem(self.left, 0, 0)
        for canvas in self.canvases:
            canvas.ci.layout.setContentsMargins(0, 0, 4, 0)
        for k, plot in enumerate((self.nyquist, self.magnitude, self.phase)):
            for item in (self._points[k], self._fitted[k], self._model[k]):
                plot.addItem(item)
        for item in (self._zero, *self._lines, *self._dots):
            self.left.addItem(item)

    def _lay_out(self, beside_residuals: QWidget) -> None:
        show_all = tool("All", "Show all of the spectrum", "Undo zooming and moving")
        show_all.clicked.connect(self.show_all)
        above, below = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Horizontal)
        above.addWidget(plot_card("Nyquist", self.canvases[0], self.arcs))
        above.addWidget(plot_card("Bode", self.canvases[1], show_all))
        below.addWidget(plot_card("Residuals", self.canvases[2], self.left_legend))
        below.addWidget(beside_residuals)
        for part in (above, below):
            part.setSizes([520, 430])
            part.setChildrenCollapsible(False)
            self.addWidget(part)
        self.setSizes([480, 270])
        self.setChildrenCollapsible(False)


def _frame(plot: Any, x: Float, y: Float) -> None:
    """Put the axes of a plot about points, apart from what is not finite."""
    is_there = np.isfinite(x) & np.isfinite(y)
    if not is_there.any():
        return
    ends = [(float(v[is_there].min()), float(v[is_there].max())) for v in (x, y)]
    room = [(a, b) if b > a else (a - 0.5, b + 0.5) for a, b in ends]
    plot.setRange(xRange=room[0], yRange=room[1], padding=_PAD)


def _scatter(symbol: str = "o") -> Any:
    return pg.ScatterPlotItem(size=_POINT_SIZE, symbol=symbol, pen=None)


def _canvas(name: str, tip: str) -> Any:
    return named(pg.GraphicsLayoutWidget(), name, tip)
