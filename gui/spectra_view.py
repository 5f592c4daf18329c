"""The last spectra: as a Nyquist plot of equal axes, and as |Z| against frequency."""

import html
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from .evidence import FittedSpectrum
from .live_run import ShownSpectrum
from .named import label, named, tool
from .plots import dress, line_pen, plot_item, widen_for_numbers
from .theme import LIGHT, Theme

SPECTRA_SHOWN: Final = 5
_FADING: Final = (255, 170, 130, 100, 80)


class SpectraView(QFrame):
    """Draws the newest spectrum boldly and those before it fading, with the fit of the newest."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = LIGHT
        self._spectra: tuple[ShownSpectrum, ...] = ()
        self._fit: FittedSpectrum | None = None
        self.canvas = named(
            pg.GraphicsLayoutWidget(),
            "Impedance spectra",
            "The last five spectra; drag to move, turn the wheel to zoom",
        )
        self.nyquist = plot_item("−Z″ / Ω cm²", "Z′ / Ω cm²")
        self.magnitude = plot_item("|Z| / Ω cm²", "f / Hz")
        self.nyquist.setAspectLocked(True)
        widen_for_numbers(self.nyquist)
        self.magnitude.setLogMode(x=True, y=False)
        layout = self.canvas.ci.layout
        self.canvas.addItem(self.nyquist, 0, 0)
        self.canvas.addItem(self.magnitude, 0, 1)
        layout.setColumnStretchFactor(0, 3)
        layout.setColumnStretchFactor(1, 2)
        layout.setContentsMargins(0, 0, 0, 0)
        self._nyquist_curves = [pg.PlotDataItem() for _ in range(SPECTRA_SHOWN)]
        self._magnitude_curves = [pg.PlotDataItem() for _ in range(SPECTRA_SHOWN)]
        self._fit_curve = pg.PlotDataItem()
        for curve in [*reversed(self._nyquist_curves), self._fit_curve]:
            self.nyquist.addItem(curve)
        for curve in reversed(self._magnitude_curves):
            self.magnitude.addItem(curve)
        self.title = label("Impedance (J in mA/cm²)", "heading")
        self.legend = label()
        self.show_all = tool("All", "Show all of the spectra", "Undo zooming and moving")
        self.show_all.clicked.connect(self._show_all)
        self._lay_out()

    def show_spectra(self, spectra: Sequence[ShownSpectrum], fit: FittedSpectrum | None) -> None:
        """Draw these, the newest first."""
        self._spectra, self._fit = tuple(spectra[:SPECTRA_SHOWN]), fit
        self._draw()

    def points_drawn(self) -> int:
        """How many points of all spectra are on the Nyquist plot."""
        drawn = (curve.getOriginalDataset()[0] for curve in self._nyquist_curves)
        return sum(len(x) for x in drawn if x is not None)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        for plot in (self.nyquist, self.magnitude):
            dress(plot, theme)
        self._fit_curve.setPen(line_pen(theme.fit))
        self._draw()

    def _show_all(self) -> None:
        for plot in (self.nyquist, self.magnitude):
            plot.enableAutoRange()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 6)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.legend)
        head.addSpacing(8)
        head.addWidget(self.show_all)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)

    def _draw(self) -> None:
        for age in range(SPECTRA_SHOWN):
            curves = self._nyquist_curves[age], self._magnitude_curves[age]
            if age >= len(self._spectra):
                for curve in curves:
                    curve.clear()
                continue
            spectrum = self._spectra[age]
            size_ohm_cm2 = np.hypot(spectrum.real_ohm_cm2, spectrum.minus_imag_ohm_cm2)
            curves[0].setData(spectrum.real_ohm_cm2, spectrum.minus_imag_ohm_cm2, **self._look(age))
            curves[1].setData(spectrum.frequency_hz, size_ohm_cm2, **self._look(age))
        self._draw_fit()

    def _draw_fit(self) -> None:
        fit, spectra = self._fit, self._spectra
        is_of_newest = fit is not None and bool(spectra) and fit.segment == spectra[0].segment
        self._write_legend(with_fit=is_of_newest)
        if fit is not None and is_of_newest:
            self._fit_curve.setData(fit.real_ohm_cm2, fit.minus_imag_ohm_cm2)
        else:
            self._fit_curve.clear()

    def _write_legend(self, *, with_fit: bool) -> None:
        entries = [
            f'<span style="color:{self._theme.spectra[age]}">{"●" if age == 0 else "■"}</span> '
            f"{html.escape(spectrum.label)}"
            for age, spectrum in enumerate(self._spectra)
        ]
        entries += ["— fit"] if with_fit else []
        self.legend.setText("&nbsp;&nbsp; ".join(entries))

    def _look(self, age: int) -> dict[str, Any]:
        colour, alpha = self._theme.spectra[age], _FADING[age]
        brush = pg.mkColor(colour)
        brush.setAlpha(alpha)
        return {
            "pen": None if age == 0 and self._fit is not None else line_pen(colour, alpha=alpha),
            "symbol": "o" if age == 0 else "s",
            "symbolSize": 6 if age == 0 else 4,
            "symbolBrush": pg.mkBrush(brush),
            "symbolPen": None,
        }
