"""The menus of the window: everything they do can be done by keys."""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from .named import action

Entry: TypeAlias = tuple[str, str, str, Callable[[], object]]


def add_menu(window: QMainWindow, title: str, *entries: Entry) -> tuple[QAction, ...]:
    """Add a menu; an entry is its text, its tip, its keys and what it does."""
    menu = window.menuBar().addMenu(title)
    made = []
    for text, tip, keys, do in entries:
        entry = action(window, text, tip, keys)
        entry.triggered.connect(lambda _checked=False, do=do: do())
        menu.addAction(entry)
        made.append(entry)
    return tuple(made)
