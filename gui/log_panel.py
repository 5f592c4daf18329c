"""What happened, row by row, and whether the data are well."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from .display_units import clock_text
from .event_words import event_words
from .live_run import LiveRun
from .named import label, set_tone
from .rows_model import Row, RowsModel
from .tables import keep_at_bottom, table_view
from .theme import Theme, Tone

_SILENT: tuple[str, ...] = ("intent", "clock_pair")


class LogPanel(QFrame):
    """The events of a run and the health of its data."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.model = RowsModel(("Event", "Elapsed", "Particulars"), numeric=(1,), parent=self)
        self._taken = 0
        self._table = table_view(self.model, "Events", "What happened in this run", stretch=2)
        keep_at_bottom(self._table)
        self.health = label(kind="muted")
        head = QHBoxLayout()
        head.addWidget(label("Log", "heading"))
        head.addStretch(1)
        head.addWidget(self.health)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._table, 1)

    def show_run(self, run: LiveRun | None) -> None:
        """Show the events of another run from now on."""
        self._taken = 0
        self.model.set_rows([])
        if run is not None:
            self.refresh(run)

    def refresh(self, run: LiveRun) -> None:
        """Add what has happened since."""
        fresh = run.events[self._taken :]
        self._taken = len(run.events)
        rows = []
        for event in fresh:
            if event.kind in _SILENT:
                continue
            what, particulars, tone = event_words(event)
            texts = (what, clock_text(event.elapsed_s), particulars)
            rows.append(Row(texts=texts, key=event.seq, tip=particulars, tone=tone))
        self.model.append(rows)

    def show_health(self, run: LiveRun, silent_s: float | None) -> None:
        """Tell rows and gaps, and for how long nothing has come (``None``: nothing is due)."""
        tone: Tone = "muted"
        gaps = "no gap" if run.gaps == 0 else f"{run.gaps} gaps"
        gaps = "being read" if run.is_overview else gaps
        text = f"{run.rows:,} rows, {gaps}".replace(",", " ")
        if silent_s is not None and silent_s >= 2.0:
            text, tone = f"⚠ no data for {silent_s:.0f} s  ·  {text}", "warning"
        self.health.setText(text)
        set_tone(self.health, tone)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.model.set_theme(theme)
