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

LONGEST_WORD = 34


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


def shortened(text: str) -> str:
    """Return a text in which no word is too long for a column; the middle of such a one is cut.

    >>> shortened("e4990a at PRLGX-TCPIP0::127.0.0.1::36783::GPIB0::5::INSTR")
    'e4990a at PRLGX-TCPIP0::127…:GPIB0::5::INSTR'
    """
    half = LONGEST_WORD // 2
    words = (
        word if len(word) <= LONGEST_WORD else f"{word[:half]}…{word[1 - half :]}"
        for word in text.split(" ")
    )
    return " ".join(words)


class Facts(QWidget):
    """Names on the left, values on the right; texts can be selected and copied.

    What is too long is told in full by its tip.
    """

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
                shown = shortened(facts[number][1])
                value.setText(shown)
                value.setToolTip(facts[number][1] if shown != facts[number][1] else "")

    def texts(self) -> dict[str, str]:
        """What is shown now, and what is shortened in full."""
        shown = [(name, value) for name, value in self._labels if not name.isHidden()]
        return {name.text(): value.toolTip() or value.text() for name, value in shown}

    def _add_line(self) -> None:
        name, value = label(kind="muted"), label(wraps=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = len(self._labels)
        self._grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, line, 1)
        self._labels.append((name, value))
