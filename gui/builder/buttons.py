"""The buttons of the builder, their keys and their menus."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from ..named import named
from .menus import Entry


def button(on: QWidget, text: str, name: str, do: Callable[[], object], keys: str) -> QPushButton:
    """A button whose keys act wherever the cursor is on the page ``on``."""
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    made = named(QPushButton(text), name, f"{name} ({shown})")
    made.clicked.connect(lambda _=False: do())
    shortcut = QShortcut(QKeySequence(keys), on)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(do)
    return made


def menu_button(text: str, tip: str, *groups: Sequence[Entry]) -> QToolButton:
    """A button that opens a menu; an entry is its text, its tip and what it does."""
    made = named(QToolButton(), text, tip)
    made.setText(text)
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(made)
    menu.setToolTipsVisible(True)
    for number, entries in enumerate(groups):
        if number:
            menu.addSeparator()
        for title, told, do in entries:
            menu.addAction(title, do).setToolTip(told)
    made.setMenu(menu)
    return made
