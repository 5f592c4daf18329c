"""Asking for files and folders beside the work: the emergency stop stays in reach."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_PATTERNS: Final = "Protocols (*.yaml *.yml *.json)"


def ask_which(on: QWidget, title: str, then: Callable[[Path], object]) -> None:
    """Ask for a protocol that there is."""
    _show(QFileDialog(on, title, "", _PATTERNS), then)


def ask_where(on: QWidget, title: str, then: Callable[[Path], object]) -> None:
    """Ask where to write a protocol."""
    dialog = QFileDialog(on, title, "", _PATTERNS)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("yaml")
    _show(dialog, then)


def ask_folder(on: QWidget, title: str, then: Callable[[Path], object]) -> None:
    """Ask for a folder."""
    dialog = QFileDialog(on, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    _show(dialog, then)


def _show(dialog: QFileDialog, then: Callable[[Path], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.show()
