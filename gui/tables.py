"""Tables that look alike, and lists of facts."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QWidget,
)

from .named import label, named


def table_view(model: QAbstractItemModel, name: str, tip: str, stretch: int) -> QTableView:
    """A table to read and to pick a row from; column ``stretch`` takes what width is left."""
    view = named(QTableView(), name, tip)
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setCornerButtonEnabled(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 8)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setFixedHeight(view.fontMetrics().height() + 12)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    return view


def keep_at_bottom(view: QTableView) -> None:
    """Let a table that shows its last row show it when rows are added, too."""
    bar = view.verticalScrollBar()
    at_end = [True]
    bar.valueChanged.connect(lambda value: at_end.__setitem__(0, value >= bar.maximum()))

    def grow(_lowest: int, highest: int) -> None:
        if at_end[0]:
            bar.setValue(highest)

    bar.rangeChanged.connect(grow)


class Facts(QWidget):
    """Names on the left, values on the right; texts can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these and nothing else."""
        while len(self._labels) < len(facts):
            self._add_line()
        for number, (name, value) in enumerate(self._labels):
            is_used = number < len(facts)
            name.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                name.setText(facts[number][0])
                value.setText(facts[number][1])

    def texts(self) -> dict[str, str]:
        """What is shown now."""
        return {name.text(): value.text() for name, value in self._labels if not name.isHidden()}

    def _add_line(self) -> None:
        name, value = label(kind="muted"), label(wraps=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = len(self._labels)
        self._grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, line, 1)
        self._labels.append((name, value))
