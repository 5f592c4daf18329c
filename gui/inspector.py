"""What the run shows so far: the critical current and its evidence, resistances, the last fit."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..acquisition.record.rows import RunHeader
from .arrhenius_card import ArrheniusCard
from .evidence import Evidence, headline, particulars, resistance_rows
from .named import card, label, named, set_tone
from .rows_model import Row, RowsModel
from .run_words import cell_facts, channel_limit_facts, has_critical_current, run_facts
from .tables import Facts, keep_at_bottom, table_view
from .theme import Theme

_TABLE_ROWS = 9


class Inspector(QScrollArea):
    """Shows an ``Evidence`` and the head of a run."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "Evidence and facts of the run", "What the run shows so far")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.answer = label("—", "headline", wraps=True)
        self.failure = label(wraps=True)
        self.sentences = label(kind="muted", wraps=True)
        self.particulars = Facts()
        columns = ("", "J", "R start", "R end", "ended")
        self.resistances = RowsModel(columns, numeric=(1, 2, 3), parent=self)
        self._table = table_view(
            self.resistances,
            "Area-specific resistance of every half-cycle",
            "V/J of every half-cycle, both interfaces included",
            stretch=4,
        )
        keep_at_bottom(self._table)
        self.fit_title = label(kind="muted", wraps=True)
        self.fit = Facts()
        self.warnings = label(wraps=True)
        set_tone(self.warnings, "warning")
        self.arrhenius = ArrheniusCard()
        self.limits, self.cell, self.run = Facts(), Facts(), Facts()
        self._lay_out()

    def show_head(self, header: RunHeader | None) -> None:
        """Show what was known before the first reading, and forget the evidence of another run."""
        self.limits.show_facts(channel_limit_facts(header.bench) if header else [])
        self.cell.show_facts(cell_facts(header.cell) if header else [])
        self.run.show_facts(run_facts(header) if header else [])
        self.arrhenius.show_nothing()
        is_such_a_test = header is None or has_critical_current(header.protocol)
        for panel in self._of_critical_current:
            panel.setVisible(is_such_a_test)
        self.show_evidence(None)

    def show_evidence(self, evidence: Evidence | None) -> None:
        """Show what the run shows; ``None`` while nothing is known."""
        line, below, tone = ("—", "nothing is known yet", "muted")
        if evidence is not None:
            line, below, tone = headline(evidence)
        self.answer.setText(line)
        set_tone(self.answer, tone)
        self.failure.setText(below)
        result = evidence.result if evidence is not None else None
        self.particulars.show_facts(particulars(result) if result else [])
        sentences = result.evidence if result else ()
        self.sentences.setText("\n".join(f"• {sentence}" for sentence in sentences))
        self.sentences.setVisible(bool(sentences))
        warnings = result.warnings if result else ()
        self.warnings.setText("\n".join(f"⚠ {warning}" for warning in warnings))
        self.warnings.setVisible(bool(warnings))
        rows = resistance_rows(result.half_cycles) if result else []
        self.resistances.set_rows([Row(texts=texts, key=n) for n, texts in enumerate(rows)])
        self._show_fit(evidence)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.resistances.set_theme(theme)
        self.arrhenius.set_theme(theme)

    def _show_fit(self, evidence: Evidence | None) -> None:
        fit = evidence.fit if evidence is not None else None
        if fit is None:
            self.fit_title.setText("no spectrum has been fitted yet")
        elif fit.refused:
            self.fit_title.setText(f"{fit.title}: refused. {fit.refused}")
        else:
            self.fit_title.setText(f"{fit.title}, {fit.circuit}")
        self.fit.show_facts(fit.rows if fit is not None else ())

    def _lay_out(self) -> None:
        line = self._table.verticalHeader().defaultSectionSize()
        self._table.setFixedHeight(line * (_TABLE_ROWS + 1) + 10)
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._of_critical_current = (
            card(
                "Critical current so far",
                self.answer,
                self.failure,
                self.sentences,
                self.particulars,
                self.warnings,
            ),
            card("Resistance per half-cycle: J / mA cm⁻², R / Ω cm²", self._table),
        )
        for panel in (
            *self._of_critical_current,
            card("Fit of the last spectrum", self.fit_title, self.fit),
            self.arrhenius,
            card("Limits of the channel", self.limits),
            card("Cell", self.cell),
            card("Run", self.run),
        ):
            layout.addWidget(panel)
        layout.addStretch(1)
        self.setWidget(inside)
