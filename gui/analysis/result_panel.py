"""Below the parameters: the Kramers-Kronig verdict, what the fit says of the cell, warnings."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..named import label, named, set_tone
from ..tables import Facts
from .entries import Entry, Status
from .insight import Insight


class ResultPanel(QScrollArea):
    """Shows an entry's outcome and an ``Insight``."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "Result", "Resistances, Kramers-Kronig verdict, warnings")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.title = label("Resistances", "heading")
        self.facts = Facts()
        self.kramers_kronig = label(wraps=True)
        self.peaks = label(wraps=True)
        self.warnings = label(wraps=True)
        set_tone(self.warnings, "warning")
        inside = QFrame()
        inside.setProperty("kind", "card")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(12, 9, 12, 11)
        layout.setSpacing(6)
        layout.addWidget(label("Kramers-Kronig", "heading"))
        layout.addWidget(self.kramers_kronig)
        layout.addWidget(self.title)
        layout.addWidget(self.facts)
        layout.addWidget(self.warnings)
        layout.addWidget(label("Relaxation times: τ, R, C", "heading"))
        layout.addWidget(self.peaks)
        layout.addStretch(1)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(inside)
        self.setWidget(whole)

    def show_entry(self, entry: Entry | None) -> None:
        """Show the last fit; where the model has been edited since, that is said."""
        outcome = entry.outcome if entry is not None else None
        is_stale = entry is not None and entry.status is Status.EDITED
        self.title.setText("Resistances, of the last fit" if is_stale else "Resistances")
        self.facts.show_facts(outcome.facts if outcome is not None else ())
        told = [f"⚠ {warning}" for warning in (outcome.warnings if outcome is not None else ())]
        if outcome is not None and outcome.refused:
            told = [f"✖ {outcome.refused}"]
        self.warnings.setText("\n".join(told))
        self.warnings.setVisible(bool(told))

    def show_insight(self, insight: Insight | None, meanwhile: str = "—") -> None:
        """Show what the spectrum says by itself; ``meanwhile`` is said while that is not known."""
        self.kramers_kronig.setText(insight.verdict if insight is not None else meanwhile)
        set_tone(self.kramers_kronig, insight.tone if insight is not None else "muted")
        peaks = insight.relaxation.peaks if insight is not None else ()
        refused = insight.relaxation.refused if insight is not None else ""
        self.peaks.setText("\n".join(peaks) or refused or "—")
