"""A sheet in the window: the answer, its numbers, plots and tables, and what to know of them."""

from collections.abc import Sequence
from numbers import Real
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...analysis.sheets.headings import heading_of
from ...analysis.sheets.plain import cell_text, number_text
from ...analysis.sheets.sheet import Sheet, Table
from ..named import label, named, set_tone
from ..rows_model import Row, RowsModel
from ..tables import Facts, table_view
from ..theme import LIGHT, Theme
from .plot_canvas import PlotCanvas

WHAT_TO_DO: Final = (
    "Pick on the left what is to be computed. A measurement is made of runs or files: add them, "
    "or drop them on its list, and press Compute. A design needs none and follows its fields."
)
_TAB_TEXT_AT_MOST: Final = 44


class SheetView(QFrame):
    """Shows one sheet, or a word about why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = LIGHT
        self.title = label(kind="heading")
        self.headline = label(kind="headline", wraps=True)
        self.headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.numbers, self.conditions = Facts(), Facts()
        self.refused, self.warned, self.assumed = (label(wraps=True) for _ in range(3))
        set_tone(self.refused, "danger")
        set_tone(self.warned, "warning")
        for remark in (self.refused, self.warned, self.assumed):
            remark.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.views = named(QTabWidget(), "Plots and tables", "Go from one to the other")
        self.views.setDocumentMode(True)
        self.views.tabBar().setDrawBase(False)  # a white line in the dark
        self._canvases: list[PlotCanvas] = []
        self._models: list[RowsModel] = []
        self._lay_out()
        self.show_words("Measurements and designs", WHAT_TO_DO)

    def show_words(self, title: str, words: str, tone: str = "muted") -> None:
        """Show no sheet but a sentence."""
        self.title.setText(title)
        self.headline.setText(words)
        set_tone(self.headline, tone)
        for part in (self._remarks, self.numbers, self.conditions, self.views):
            part.hide()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a sheet; the plot or table in view stays in view if the new one has it."""
        self.title.setText(f"{sheet.title}: {sheet.subject}")
        self.headline.setText(sheet.headline)
        set_tone(self.headline, "warning" if sheet.refusals else "plain")
        self.numbers.show_facts([(n.label, number_text(n)) for n in sheet.numbers])
        self.conditions.show_facts(list(sheet.conditions))
        _tell(self.refused, "✖ Refused: ", sheet.refusals)
        _tell(self.warned, "⚠ ", sheet.warnings)
        _tell(self.assumed, "Assumed: ", sheet.assumptions)
        self._remarks.show()
        self._show_views(sheet)
        self.numbers.setVisible(bool(sheet.numbers))
        self.conditions.setVisible(bool(sheet.conditions))
        self.views.setVisible(self.views.count() > 0)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        for canvas in self._canvases:
            canvas.set_theme(theme)
        for model in self._models:
            model.set_theme(theme)

    def _show_views(self, sheet: Sheet) -> None:
        seen = self.views.tabText(self.views.currentIndex())
        while self.views.count():
            old = self.views.widget(0)
            self.views.removeTab(0)
            if old is not None:
                old.deleteLater()
        self._canvases, self._models = [], []
        for plot in sheet.plots:
            canvas = PlotCanvas()
            canvas.set_theme(self._theme)
            canvas.show_plot(plot)
            below = label(plot.caption, "muted", wraps=True)
            self.views.addTab(_stack(canvas, below), _tab_text(plot.name))
            self._canvases.append(canvas)
        for table in sheet.tables:
            place = self.views.addTab(self._table(table), _shortened(table.title))
            self.views.setTabToolTip(place, table.title)
        for place in range(self.views.count()):
            if self.views.tabText(place) == seen:
                self.views.setCurrentIndex(place)

    def _table(self, table: Table) -> QWidget:
        names = [heading_of(name) for name in table.columns]
        numeric = [n for n, one in enumerate(table.columns.values()) if _is_numeric(one)]
        model = RowsModel(names, numeric, parent=self)
        model.set_theme(self._theme)
        model.set_rows([Row(texts=tuple(map(cell_text, row))) for row in table.rows()])
        self._models.append(model)
        view = table_view(model, table.title, table.note or table.title, 0)
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return _stack(view, label(table.note, "muted", wraps=True)) if table.note else view

    def _lay_out(self) -> None:
        facts = QWidget()
        left = QVBoxLayout(facts)
        left.setContentsMargins(0, 0, 6, 0)
        left.setSpacing(10)
        self._remarks = QWidget()
        told = QVBoxLayout(self._remarks)
        told.setContentsMargins(0, 0, 0, 0)
        for remark in (self.refused, self.warned, self.assumed):
            told.addWidget(remark)
        for part in (self.numbers, self._remarks, self.conditions):
            left.addWidget(part)
        left.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(facts)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.views)
        split.addWidget(scroll)
        split.setStretchFactor(0, 1)
        split.setSizes([520, 260])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 11)
        layout.setSpacing(6)
        layout.addWidget(self.title)
        layout.addWidget(self.headline)
        layout.addWidget(split, 1)


def _tell(remark: QLabel, word: str, sentences: Sequence[str]) -> None:
    remark.setText("\n".join(f"{word}{sentence}" for sentence in sentences))
    remark.setVisible(bool(sentences))


def _tab_text(name: str) -> str:
    text = name.replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]


def _shortened(text: str) -> str:
    return text if len(text) <= _TAB_TEXT_AT_MOST else f"{text[: _TAB_TEXT_AT_MOST - 1].rstrip()}…"


def _is_numeric(column: Sequence[Any]) -> bool:
    """Whether a column holds numbers, with or without empty cells."""
    held = [value for value in column if value is not None]
    return bool(held) and all(isinstance(v, Real) and not isinstance(v, bool) for v in held)


def _stack(*widgets: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 4, 0, 0)
    for number, widget in enumerate(widgets):
        layout.addWidget(widget, 0 if number else 1)
    return whole
