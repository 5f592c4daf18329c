"""The tab of the analysis page and its menu; the page itself is made when it is first wanted.

It brings SciPy and all of the analysis, for which nobody who only wants to measure should wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from ..background import Background
from ..menus import add_menu
from ..notices import Notices
from ..theme import LIGHT, Theme
from .menu import menu_entries

if TYPE_CHECKING:
    from .page import AnalysisPage


class AnalysisTab(QWidget):
    """Holds the page once there is one."""

    def __init__(self, background: Background, notices: Notices, journal_folder: Path) -> None:
        super().__init__()
        self._background, self._notices = background, notices
        self._journal_folder = journal_folder
        self._theme = LIGHT
        self._page: AnalysisPage | None = None
        self._undo: QAction | None = None
        self._redo: QAction | None = None
        self._actions: tuple[QAction, ...] = ()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> AnalysisPage:
        """The page, made now if need be."""
        if self._page is None:
            from .page import AnalysisPage

            page = AnalysisPage(self._background, self._notices, self._journal_folder)
            page.set_theme(self._theme)
            page.control.changed.connect(self._tell_undo)
            self._inside.addWidget(page)
            self._page = page
        return self._page

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, folders or a project."""
        self.page.control.open_paths(paths)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        if self._page is not None:
            self._page.set_theme(theme)

    def leave(self) -> None:
        """End the sitting, if there was one."""
        if self._page is not None:
            self._page.leave()

    def set_current(self, is_current: bool) -> None:
        """Let the menu act only while the page is in view."""
        for entry in self._actions:
            entry.setEnabled(is_current)
        if is_current:
            self._tell_undo()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Make the page when it is first looked at."""
        super().showEvent(event)
        _ = self.page

    def add_menu(self, window: QMainWindow) -> None:
        """Add the menu; it acts only while the page is in view."""
        self._actions = add_menu(window, "&Analysis", *menu_entries(lambda: self.page))
        self._undo, self._redo = self._actions[:2]
        self.set_current(False)

    def _tell_undo(self) -> None:
        if self._undo is None or self._redo is None or self._page is None or self.isHidden():
            return
        session = self._page.session
        for entry, name, words in (
            (self._undo, "&Undo", session.undo_words),
            (self._redo, "&Redo", session.redo_words),
        ):
            entry.setText(f"{name} {words}".rstrip())
            entry.setEnabled(bool(words))
