"""The tab of the measurements; the page is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..background import Background
from ..notices import Notices
from ..theme import LIGHT, Theme

if TYPE_CHECKING:
    from .page import MeasurementsPage


class MeasurementsTab(QWidget):
    """Holds the page once there is one; ``in_view`` tells the run that the window shows."""

    def __init__(
        self,
        background: Background,
        notices: Notices,
        in_view: Callable[[], Path | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._needs = background, notices, in_view
        self._theme = LIGHT
        self._page: MeasurementsPage | None = None
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> MeasurementsPage:
        """The page, made now if need be."""
        if self._page is None:
            from .page import MeasurementsPage

            self._page = MeasurementsPage(*self._needs)
            self._page.set_theme(self._theme)
            self._inside.addWidget(self._page)
        return self._page

    def open_files(self, files: Sequence[Path]) -> None:
        """Take files for whatever is picked."""
        if files:
            self.page.open_files(files)

    def leave(self) -> None:
        """Compute no more."""
        if self._page is not None:
            self._page.leave()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        if self._page is not None:
            self._page.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Make the page when it is first looked at."""
        super().showEvent(event)
        self.page.files.offer()
