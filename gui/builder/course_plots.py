"""What a plan would do: J(t), E(t), T(t) and p(t), one below the other on one time axis."""

from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...acquisition.preview.preview import Preview
from ..display_units import MA_CM2_PER_A_M2, ZERO_CELSIUS_K, time_axis
from ..named import named
from ..plots import dress, line_pen, plot_item
from ..theme import LIGHT, Theme

_PA_PER_MPA: Final = 1e6
_TIP: Final = "The plan on a cell that stays healthy; triangles are spectra; double click: all"
_LABELS: Final = ("J / mA cm⁻²", "E / V", "T / °C", "p / MPa")


class CoursePlots(QWidget):
    """A plot for everything that the plan sets; the others are away."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self.plots = [pg.PlotWidget(plotItem=plot_item(text, "t / h")) for text in _LABELS]
        self._curves = [pg.PlotCurveItem() for _ in _LABELS]
        self._swept = 0
        self._sweeps = pg.ScatterPlotItem(size=7, symbol="t1")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for text, plot, curve in zip(_LABELS, self.plots, self._curves, strict=True):
            named(plot, f"Planned {text}", _TIP)
            plot.scene().sigMouseClicked.connect(self.show_all)
            plot.addItem(curve)
            plot.setXLink(self.plots[0])
            layout.addWidget(plot, 1)
        self.plots[0].addItem(self._sweeps)
        self.show_preview(None)

    def show_preview(self, preview: Preview | None) -> None:
        """Draw a plan; ``None`` clears all but the first plot."""
        if preview is None:
            for curve in self._curves:
                curve.clear()
            self._sweeps.clear()
            for plot in self.plots[1:]:
                plot.hide()
            return
        unit, per_unit_s = time_axis(preview.duration_s)
        courses = (
            _scaled(preview.current_density(), MA_CM2_PER_A_M2, 0.0),
            _scaled(preview.voltage(), 1.0, 0.0),
            _scaled(preview.temperature(), 1.0, -ZERO_CELSIUS_K),
            _scaled(preview.stack_pressure(), 1 / _PA_PER_MPA, 0.0),
        )
        shown = []
        for place, (time_s, values) in enumerate(courses):
            has_any = bool(np.nan_to_num(values).any())  # 0 V is no course of E
            self.plots[place].setVisible(has_any)
            if has_any:
                shown.append(place)
                self._curves[place].setData(time_s / per_unit_s, values, connect="finite")
        if not shown:
            self.plots[0].show()
            shown.append(0)
        sweeps = np.asarray(preview.sweep_times_s(), dtype=float) / per_unit_s
        self._show_sweeps(sweeps, shown[0], courses[shown[0]][1])
        for place in shown:
            item: Any = self.plots[place].getPlotItem()
            is_last = place == shown[-1]
            item.getAxis("bottom").setStyle(showValues=is_last)
            item.setLabel("bottom", f"t / {unit}" if is_last else "", color=self._theme.text)
            item.getAxis("bottom").showLabel(is_last)
            item.autoRange(padding=0.03)

    def show_all(self, event: Any = None) -> None:
        """Show all of it again, after somebody has moved or zoomed."""
        if event is None or event.double():
            for plot in self.plots:
                plot.getPlotItem().autoRange(padding=0.03)

    def _show_sweeps(self, times: Any, place: int, values: Any) -> None:
        """Spectra stand on the zero of J, or at the foot of what is uppermost without J."""
        if self._swept != place:
            self.plots[self._swept].removeItem(self._sweeps)
            self.plots[place].addItem(self._sweeps)
            self._swept = place
        foot = 0.0 if place == 0 else float(np.nanmin(values))
        self._sweeps.setData(times, np.full_like(times, foot))

    def shown(self) -> list[str]:
        """The labels of what is drawn."""
        pairs = zip(_LABELS, self.plots, strict=True)
        return [text for text, plot in pairs if not plot.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        pens = (theme.current, theme.voltage, theme.beside, theme.accent)
        for plot, curve, colour in zip(self.plots, self._curves, pens, strict=True):
            plot.setBackground(theme.panel)
            dress(plot.getPlotItem(), theme)
            curve.setPen(line_pen(colour, 1.4))
        self._sweeps.setBrush(pg.mkBrush(theme.muted))
        self._sweeps.setPen(line_pen(theme.panel))


def _scaled(course: Any, factor: float, shift: float) -> tuple[Any, Any]:
    times, values = course
    return np.asarray(times, dtype=float), np.asarray(values, dtype=float) * factor + shift
