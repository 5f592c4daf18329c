"""Voltage and current density against time, one above the other, and below what is beside them."""

from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout

from .beside_plot import BesidePlot
from .display_units import time_axis
from .envelope import bin_width_s, envelope, page
from .live_run import LiveRun
from .named import label, named
from .plots import dress, line_pen, plot_item
from .stretches import stretches
from .theme import LIGHT, Theme
from .trace_breaks import TraceBreaks

SPANS_S: Final = {
    "Whole run": None,
    "Last 6 h": 6 * 3600.0,
    "Last hour": 3600.0,
    "Last 10 min": 600.0,
    "Last minute": 60.0,
}
_FREE: Final = "Free"
_LABELS_AT_MOST: Final = 16
_SHOWN: Final = "┆ step, mA cm⁻²    ▲ spectrum"
_OVERVIEW: Final = "an overview, not every reading; the rest is being read …"


class TraceView(QFrame):
    """Draws a ``LiveRun``. It follows the newest reading until somebody moves the view."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._run: LiveRun | None = None
        self._theme = LIGHT
        self._unit_s = 0.0
        self._marks: list[Any] = []
        self._marked = (-1, "")
        self._failure: tuple[float, str] | None = None
        self.shown = label(_SHOWN, "muted")
        self.span = named(QComboBox(), "Time shown", "How much of the run to show")
        self.span.addItems([*SPANS_S, _FREE])
        self.span.currentTextChanged.connect(self._follow)
        self.canvas = named(
            pg.GraphicsLayoutWidget(),
            "Voltage and current density against time",
            "Drag to move, turn the wheel to zoom; pick a span above to follow the run again",
        )
        self.voltage = plot_item("V / V", None)
        self.current = plot_item("J / mA cm⁻²", "t / h")
        self.beside = BesidePlot(self)
        self.beside.shown_changed.connect(self._make_room)
        self._fill_canvas()
        self._voltage_curve = pg.PlotCurveItem()
        self._current_curve = pg.PlotCurveItem()
        self._sweeps = pg.ScatterPlotItem(size=7, symbol="t1")
        self._failure_lines = [pg.InfiniteLine(angle=90) for _ in range(2)]
        self._failure_text = pg.TextItem(anchor=(1.02, 1))
        self._breaks = TraceBreaks((self.voltage, self.current))
        self._add_items()
        self._lay_out()
        self.voltage.sigXRangeChanged.connect(self._draw_lines)
        self.voltage.getViewBox().sigRangeChangedManually.connect(self._let_go)
        self.current.getViewBox().sigRangeChangedManually.connect(self._let_go)
        self.beside.plot.getViewBox().sigRangeChangedManually.connect(self._let_go)

    def show_run(self, run: LiveRun | None) -> None:
        """Draw another run from now on."""
        self._run, self._failure, self._marked = run, None, (-1, "")
        self.beside.show_run(run.beside if run is not None else None)
        with QSignalBlocker(self.span):
            self.span.setCurrentIndex(0)
        self._clear_marks()
        self._say_what_is_shown()
        self.refresh()

    def take_whole(self, run: LiveRun) -> None:
        """Draw this in place of the overview of it; the view stays as it is."""
        self._run = run
        self.beside.show_run(run.beside)
        self._say_what_is_shown()

    def refresh(self) -> None:
        """Draw what has come."""
        if self.span.currentText() == _FREE:
            self._draw_lines()
        else:
            self._follow()
        self._draw_marks()
        if self._run is not None:
            run = self._run
            told = stretches(run.events, run.header.clock_speed)
            self._breaks.show(told, run.elapsed_s, self._theme)
            self._place_texts()

    def show_failure(self, failure: tuple[float, str] | None) -> None:
        """Mark the time at which the cell failed, and how."""
        self._failure = failure
        for line in self._failure_lines:
            line.setVisible(failure is not None)
            line.setValue(failure[0] if failure else 0.0)
        self._failure_text.setVisible(failure is not None)
        if failure is not None:
            self._failure_text.setText(failure[1])
            self._place_texts()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        for plot in (self.voltage, self.current):
            dress(plot, theme)
        self.beside.set_theme(theme)
        self.current.showLabel("bottom", not self.beside.is_shown)  # dressing shows every label
        self._voltage_curve.setPen(line_pen(theme.voltage))
        self._current_curve.setPen(line_pen(theme.current))
        self._sweeps.setBrush(pg.mkBrush(theme.muted))
        self._sweeps.setPen(line_pen(theme.panel))
        for line in self._failure_lines:
            line.setPen(line_pen(theme.danger, dashed=True))
        self._failure_text.setColor(theme.danger)
        self._marked = (-1, "")
        self._unit_s = 0.0
        self.refresh()

    def _fill_canvas(self) -> None:
        layout = self.canvas.ci.layout
        self.canvas.addItem(self.voltage, 0, 0)
        self.canvas.addItem(self.current, 1, 0)
        layout.setRowStretchFactor(0, 5)
        layout.setRowStretchFactor(1, 4)
        self.canvas.addItem(self.beside.plot, 2, 0)
        self._give_room(False)
        layout.setSpacing(2)
        layout.setContentsMargins(0, 0, 0, 0)
        for plot in (self.current, self.beside.plot):
            plot.setXLink(self.voltage)
        for plot in (self.voltage, self.current, self.beside.plot):
            plot.enableAutoRange("y", True)
            plot.getViewBox().setAutoVisible(y=True)
            plot.getViewBox().setMouseEnabled(x=True, y=False)
            plot.getViewBox().setDefaultPadding(0.06)

    def _add_items(self) -> None:
        self.voltage.addItem(self._voltage_curve)
        self.current.addItem(self._current_curve)
        self.current.addItem(self._sweeps, ignoreBounds=True)
        for plot, line in zip((self.voltage, self.current), self._failure_lines, strict=True):
            plot.addItem(line, ignoreBounds=True)
        self.voltage.addItem(self._failure_text, ignoreBounds=True)
        self.show_failure(None)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 6)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(label("Voltage and current density", "heading"))
        head.addStretch(1)
        head.addWidget(self.shown)
        head.addSpacing(12)
        head.addWidget(self.beside.choice)
        head.addWidget(self.span)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)

    def _say_what_is_shown(self) -> None:
        is_overview = self._run is not None and self._run.is_overview
        self.shown.setText(_OVERVIEW if is_overview else _SHOWN)

    def _let_go(self) -> None:
        with QSignalBlocker(self.span):
            self.span.setCurrentText(_FREE)

    def _follow(self) -> None:
        span = self.span.currentText()
        if span == _FREE:
            return
        run = self._run
        if run is None:
            left, right = 0.0, 3600.0
        elif run.has_ended and SPANS_S[span] is None:
            left, right = 0.0, max(run.elapsed_s, 1.0)
        else:
            left, right = page(run.elapsed_s, SPANS_S[span])
        self.voltage.setXRange(left, right, padding=0)
        self._draw_lines()

    def _draw_lines(self) -> None:
        (left, right), _ = self.voltage.viewRange()
        self._name_time(right - left)
        run = self._run
        if run is None:
            self._voltage_curve.clear()
            self._current_curve.clear()
            return
        width_s = bin_width_s(right - left, max(200, int(self.voltage.getViewBox().width())))
        for curve, values in (
            (self._voltage_curve, run.voltage_v),
            (self._current_curve, run.current_density_ma_cm2),
        ):
            line = envelope(run.time_s, values, run.breaks, left, right, width_s)
            curve.setData(line.time_s, line.value, connect=line.connect, skipFiniteCheck=True)
        self.beside.draw(left, right, width_s)
        self._place_texts()

    def _name_time(self, span_s: float) -> None:
        unit, per_unit_s = time_axis(span_s)
        if per_unit_s != self._unit_s:
            self._unit_s = per_unit_s
            for plot in (self.voltage, self.current, self.beside.plot):
                plot.getAxis("bottom").setScale(1.0 / per_unit_s)
            self._lowest().setLabel("bottom", f"t / {unit}", color=self._theme.text)

    def _lowest(self) -> Any:
        return self.beside.plot if self.beside.is_shown else self.current

    def _make_room(self, is_shown: bool) -> None:
        """Give the third plot its place, or take it back; the lowest one has the time's values."""
        self._give_room(is_shown)
        self._unit_s = 0.0
        self._draw_lines()

    def _give_room(self, is_shown: bool) -> None:
        layout = self.canvas.ci.layout
        self.beside.plot.setVisible(is_shown)
        layout.setRowStretchFactor(2, 3 if is_shown else 0)
        if is_shown:
            layout.addItem(self.beside.plot, 2, 0)
        else:
            layout.removeItem(self.beside.plot)
        self.current.getAxis("bottom").setStyle(showValues=not is_shown)
        self.current.showLabel("bottom", not is_shown)

    def _draw_marks(self) -> None:
        run = self._run
        marks = run.step_marks() if run is not None else []
        if run is None or self._marked == (len(run.segments), self._theme.name):
            return
        self._marked = (len(run.segments), self._theme.name)
        self._clear_marks()
        every = max(1, -(-len(marks) // _LABELS_AT_MOST))
        for number, mark in enumerate(marks):
            line = pg.InfiniteLine(mark.time_s, 90, line_pen(self._theme.border, dashed=True))
            self.voltage.addItem(line, ignoreBounds=True)
            self._marks.append(line)
            if number % every == 0:
                text = pg.TextItem(f"{mark.current_density_ma_cm2:g}", anchor=(0, 0))
                text.setColor(self._theme.muted)
                text.setPos(mark.time_s, 0.0)
                self.voltage.addItem(text, ignoreBounds=True)
                self._marks.append(text)
        times_s = run.sweep_times_s()
        self._sweeps.setData(times_s, [0.0] * len(times_s))
        self._place_texts()

    def _place_texts(self) -> None:
        _, (bottom, top) = self.voltage.viewRange()
        for mark in self._marks:
            if isinstance(mark, pg.TextItem):
                mark.setPos(mark.pos().x(), top)
        self._breaks.place(bottom)
        if self._failure is not None:
            self._failure_text.setPos(self._failure[0], bottom)

    def _clear_marks(self) -> None:
        for mark in self._marks:
            self.voltage.removeItem(mark)
        self._marks.clear()
        self._sweeps.clear()
