"""The list of measurements and calculators by section, with a field that narrows it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ..named import CONTROL_HEIGHT, named
from ..theme import LIGHT, Theme
from .choices import Choice

_NAME = Qt.ItemDataRole.UserRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_NOTHING_FOR_IT = "the picked runs do not hold what it needs"


class Chooser(QWidget):
    """``chosen`` names the measurement that somebody went to."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.search = named(QLineEdit(), "Search measurements", "Show those with these letters")
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumHeight(CONTROL_HEIGHT)
        self.search.textChanged.connect(self._narrow)
        self.tree = named(QTreeWidget(), "Measurements", "Pick what to compute")
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(12)
        self.tree.setRootIsDecorated(False)
        self.tree.currentItemChanged.connect(self._went)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._theme, self._unsuited = LIGHT, frozenset[str]()
        self._fill(choices)
        self.mark(self._unsuited)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)

    def choose(self, name: str) -> None:
        """Go to a measurement as if by hand."""
        self.tree.setCurrentItem(self._items[name])

    def mark(self, unsuited: frozenset[str]) -> None:
        """Show those that the picked runs have nothing for as such; they may be picked still."""
        self._unsuited = unsuited
        for name, item in self._items.items():
            is_out = name in unsuited
            item.setForeground(0, QColor(self._theme.tone("muted" if is_out else "plain")))
            font = item.font(0)
            font.setItalic(is_out)
            item.setFont(0, font)
            text = f"{item.text(0)} ({name})"
            item.setToolTip(0, f"{text}: {_NOTHING_FOR_IT}" if is_out else text)
            item.setData(0, _ACCESSIBLE, f"{item.text(0)}, {_NOTHING_FOR_IT}" if is_out else "")

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.mark(self._unsuited)

    def _fill(self, choices: Sequence[Choice]) -> None:
        sections: dict[str, QTreeWidgetItem] = {}
        for choice in choices:
            section = sections.get(choice.section)
            if section is None:
                section = QTreeWidgetItem(self.tree, [choice.section])
                section.setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = section.font(0)
                font.setBold(True)
                section.setFont(0, font)
                section.setExpanded(True)
                sections[choice.section] = section
            text = choice.title[0].upper() + choice.title[1:]
            item = QTreeWidgetItem(section, [text])
            item.setData(0, _NAME, choice.name)
            self._items[choice.name] = item

    def _narrow(self, text: str) -> None:
        word = text.strip().lower()
        for name, item in self._items.items():
            item.setHidden(word not in f"{name} {item.text(0)}".lower())
        for place in range(self.tree.topLevelItemCount()):
            section = self.tree.topLevelItem(place)
            if section is not None:
                own = [item for item in self._items.values() if item.parent() is section]
                section.setHidden(all(item.isHidden() for item in own))

    def _went(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        name = item.data(0, _NAME) if item is not None else None
        if name:
            self.chosen.emit(str(name))
