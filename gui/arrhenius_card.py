"""Activation energies of a run's spectra, and the Arrhenius plot, small."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from .arrhenius import ArrheniusEvidence
from .named import label, named, tool
from .plots import dress, line_pen, plot_item
from .tables import Facts
from .theme import LIGHT, Theme

PLOT_HEIGHT: Final = 230
_REMARKS_AT_MOST: Final = 4


class ArrheniusCard(QFrame):
    """Hidden until a run has spectra at several temperatures. ``asked`` wants them fitted."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme: Theme = LIGHT
        self._evidence: ArrheniusEvidence | None = None
        self.fit_button = tool(
            "Fit together",
            "Fit the spectra together",
            "Activation energies of bulk, grain boundary",
        )
        self.fit_button.clicked.connect(self.asked)
        self.words = label(kind="muted", wraps=True)
        self.facts = Facts()
        self.plot = named(
            pg.PlotWidget(plotItem=plot_item("log₁₀(σT / S cm⁻¹ K)", "1000 K / T")),
            "Arrhenius plot",
            "Conductivity times temperature against the inverse temperature, with fitted lines",
        )
        self.plot.setFixedHeight(PLOT_HEIGHT)
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """Hide: the run in view is no temperature series."""
        self._evidence = None
        self.setVisible(False)

    def offer(self, temperatures: int) -> None:
        """Say how many temperatures there are, and that they can be fitted together."""
        self._say(f"spectra at {temperatures} temperatures")

    def show_fitting(self) -> None:
        """Say that the fit is under way."""
        self._say("fitting all spectra together …")
        self.fit_button.setEnabled(False)

    def show_evidence(self, evidence: ArrheniusEvidence) -> None:
        """Show what the spectra say together."""
        self._evidence = evidence
        self._say("\n".join(f"• {words}" for words in evidence.remarks[:_REMARKS_AT_MOST]))
        self.facts.show_facts(evidence.rows)
        self.plot.setVisible(bool(evidence.lines))
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.plot.setBackground(theme.panel)
        dress(self.plot.getPlotItem(), theme)
        self._draw()

    def _say(self, words: str) -> None:
        self.setVisible(True)
        self.fit_button.setEnabled(True)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        if self._evidence is None:
            self.facts.show_facts(())
            self.plot.setVisible(False)

    def _draw(self) -> None:
        item = self.plot.getPlotItem()
        item.clear()
        lines = self._evidence.lines if self._evidence is not None else ()
        for colour, symbol, line in zip(self._theme.spectra, "ostd+", lines, strict=False):
            item.addItem(pg.PlotCurveItem(line.line_x, line.line_y, pen=line_pen(colour)))
            points = pg.ScatterPlotItem(line.x, line.y, symbol=symbol, size=8)
            points.setBrush(pg.mkBrush(colour))
            points.setPen(line_pen(self._theme.panel))
            item.addItem(points)
            name = pg.TextItem(line.name, color=colour, anchor=(1, 0))
            name.setPos(float(line.x.max()), float(line.y[line.x.argmax()]))
            item.addItem(name, ignoreBounds=True)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 11)
        layout.setSpacing(6)
        layout.addWidget(label("Spectra over temperature", "heading"))
        for widget in (self.words, self.facts, self.plot, self.fit_button):
            layout.addWidget(widget)
