"""Before a run: J(t) and T(t) as planned, the limits, and everything that speaks against it."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from .display_units import MA_CM2_PER_A_M2, ZERO_CELSIUS_K, time_axis
from .named import card, label, named, set_tone, tool
from .new_run import Check, limit_facts, plan_facts
from .plots import dress, line_pen, plot_item
from .run_words import cell_facts
from .tables import Facts
from .theme import LIGHT, Theme

INSPECTOR_WIDTH = 372
_HEADING = "Planned current density"
_HEADING_OVER_TEMPERATURE = "Planned temperature and current density"


class PreparePage(QWidget):
    """Shows a ``Check``."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self.canvas = named(
            pg.PlotWidget(plotItem=plot_item("J / mA cm⁻²", "t / h")),
            "Planned current density against time",
            "The plan on a cell that stays healthy; drag to move, turn the wheel to zoom",
        )
        self.warmth = named(
            pg.PlotWidget(plotItem=plot_item("T / °C", None)),
            "Planned temperature against time",
            "How long the oven takes from one temperature to the next is an estimate",
        )
        self.warmth.setXLink(self.canvas)
        self._warmth = pg.PlotCurveItem()
        self.warmth.addItem(self._warmth)
        self._curve = pg.PlotCurveItem()
        self._sweeps = pg.ScatterPlotItem(size=7, symbol="t1")
        self.canvas.addItem(self._curve)
        self.canvas.addItem(self._sweeps)
        self.heading = label(_HEADING, "heading")
        self.verdict = label(kind="headline", wraps=True)
        self.problems = label(wraps=True)
        self.warnings = label(wraps=True)
        set_tone(self.problems, "danger")
        set_tone(self.warnings, "warning")
        self.show_all = tool("All", "Show all of the plan", "Undo zooming and moving")
        self.show_all.clicked.connect(self._show_all)
        self.plan, self.limits, self.cell = Facts(), Facts(), Facts()
        self._lay_out()
        self.show_check(None)

    def show_check(self, check: Check | None) -> None:
        """Show what came of looking at the files; ``None`` while they are being read."""
        self.problems.setText("\n".join(f"✖ {p}" for p in check.problems) if check else "")
        self.warnings.setText("\n".join(f"⚠ {w}" for w in check.warnings) if check else "")
        for told in (self.problems, self.warnings):
            told.setVisible(bool(told.text()))
        checked = check.preflight if check else None
        self.plan.show_facts(plan_facts(checked) if checked else [])
        self.limits.show_facts(limit_facts(checked) if checked else [])
        self.cell.show_facts(cell_facts(checked.cell.as_json()) if checked else [])
        self._say(check)
        self._draw(check)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        dress(self.canvas.getPlotItem(), theme)
        self._curve.setPen(line_pen(theme.current))
        self._sweeps.setBrush(pg.mkBrush(theme.muted))
        self._sweeps.setPen(line_pen(theme.panel))
        self.warmth.setBackground(theme.panel)
        dress(self.warmth.getPlotItem(), theme)
        self._warmth.setPen(line_pen(theme.beside))

    def planned_points(self) -> int:
        """How many points of J(t) are drawn."""
        return len(self._curve.getData()[0]) if self._curve.getData()[0] is not None else 0

    def planned_temperature(self) -> tuple[np.ndarray, np.ndarray]:
        """T(t) as it is drawn: times in the unit of the axis, and °C; shape (n,) each."""
        times, celsius = self._warmth.getData()
        return (np.empty(0), np.empty(0)) if times is None else (times, celsius)

    def _say(self, check: Check | None) -> None:
        if check is None:
            text, tone = "Looking at the files …", "muted"
        elif check.may_start:
            text, tone = "✔ Ready to start", "good"
        elif check.problems:
            text, tone = "✖ Not to be started", "danger"
        else:
            text, tone = "Pick " + ", ".join(check.choice.missing), "muted"
        self.verdict.setText(text)
        set_tone(self.verdict, tone)

    def _draw(self, check: Check | None) -> None:
        plot: Any = self.canvas.getPlotItem()
        checked = check.preflight if check else None
        corners_s, corners_k = checked.preview.temperature() if checked else ((), ())
        self.warmth.setVisible(bool(corners_s))
        flows = checked is not None and checked.preview.charge_c > 0
        self._plots.setStretchFactor(self.warmth, 2 if flows else 5)
        self._plots.setStretchFactor(self.canvas, 5 if flows else 2)
        self.heading.setText(_HEADING_OVER_TEMPERATURE if corners_s else _HEADING)
        if checked is None:
            self._curve.clear()
            self._sweeps.clear()
            return
        times_s, densities_a_m2 = checked.preview.current_density()
        unit, per_unit_s = time_axis(checked.preview.duration_s)
        time = np.array(times_s) / per_unit_s
        self._curve.setData(time, np.array(densities_a_m2) * MA_CM2_PER_A_M2)
        sweeps = np.array(checked.preview.sweep_times_s()) / per_unit_s
        self._sweeps.setData(sweeps, np.zeros_like(sweeps))
        self._warmth.setData(np.array(corners_s) / per_unit_s, np.array(corners_k) - ZERO_CELSIUS_K)
        plot.setLabel("bottom", f"t / {unit}", color=self._theme.text)
        self._show_all()

    def _show_all(self) -> None:
        self.canvas.getPlotItem().autoRange(padding=0.02)
        box = self.warmth.getPlotItem().getViewBox()
        box.enableAutoRange(box.YAxis)

    def _lay_out(self) -> None:
        picture = QFrame()
        picture.setProperty("kind", "card")
        inside = QVBoxLayout(picture)
        inside.setContentsMargins(12, 8, 8, 6)
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(label("▲ spectrum", "muted"))
        head.addSpacing(8)
        head.addWidget(self.show_all)
        inside.addLayout(head)
        inside.addWidget(self.warmth)
        inside.addWidget(self.canvas)
        self._plots = inside
        beside = QWidget()
        beside.setFixedWidth(INSPECTOR_WIDTH)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(card("Before the start", self.verdict, self.problems, self.warnings))
        column.addWidget(card("Plan", self.plan))
        column.addWidget(card("Limits, the tighter of bench and protocol", self.limits))
        column.addWidget(card("Cell", self.cell))
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(picture, 1)
        layout.addWidget(beside)
