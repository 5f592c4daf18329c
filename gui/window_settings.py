"""What the window remembers between two sittings: theme, size, files picked last."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from .new_run import FileKind
from .theme import DARK, LIGHT, Theme

RECENT_AT_MOST: Final = 8


def default_settings_file() -> Path:
    """The settings of this user."""
    return platformdirs.user_config_path("solidcell") / "window.ini"


class WindowSettings:
    """An ini file. What a user measured or wrote is never kept here; analyses that were not saved
    lie in ``unsaved_folder`` beside it.
    """

    def __init__(self, path: Path) -> None:
        self.unsaved_folder = path.parent / "unsaved"
        self._stored = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Theme:
        """The theme chosen last; light at first."""
        return DARK if self._stored.value("view/theme") == "dark" else LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Remember a theme."""
        self._stored.setValue("view/theme", theme.name)

    def recent(self, kind: FileKind) -> list[Path]:
        """Files of a kind that were picked, the last first."""
        stored = self._stored.value(f"recent/{kind}", [])
        texts = [stored] if isinstance(stored, str) else stored
        return [Path(str(text)) for text in texts] if isinstance(texts, Sequence) else []

    def remember(self, kind: FileKind, file: Path) -> None:
        """Put a file before those picked earlier."""
        earlier = [recent for recent in self.recent(kind) if recent != file]
        texts = [str(recent) for recent in [file, *earlier][:RECENT_AT_MOST]]
        self._stored.setValue(f"recent/{kind}", texts)

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window stood."""
        stored = self._stored.value("window/geometry")
        return stored if isinstance(stored, QByteArray) else None

    def save_geometry(self, geometry: QByteArray) -> None:
        """Remember where the window stands."""
        self._stored.setValue("window/geometry", geometry)
        self._stored.sync()
