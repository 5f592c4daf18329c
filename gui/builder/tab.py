"""The tab of the builder; the page is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..background import Background
from ..new_run import Choice
from ..notices import Notices
from ..theme import LIGHT, Theme

if TYPE_CHECKING:
    from .page import BuilderPage


class BuilderTab(QWidget):
    """Holds the page once there is one; ``saved`` names a protocol that was saved."""

    saved = Signal(object)

    def __init__(
        self,
        background: Background,
        notices: Notices,
        choice: Callable[[], Choice],
        unsaved_folder: Path,
    ) -> None:
        super().__init__()
        self._needs = background, notices, choice, unsaved_folder
        self._theme = LIGHT
        self._page: BuilderPage | None = None
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> BuilderPage:
        """The page, made now if need be."""
        if self._page is None:
            from .page import BuilderPage

            self._page = BuilderPage(*self._needs)
            self._page.set_theme(self._theme)
            self._page.saved.connect(self.saved)
            self._inside.addWidget(self._page)
        return self._page

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        if self._page is not None:
            self._page.set_theme(theme)

    def leave(self) -> None:
        """Keep what is not saved."""
        if self._page is not None:
            self._page.leave()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Make the page when it is first looked at."""
        super().showEvent(event)
        _ = self.page
