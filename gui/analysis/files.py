"""Asking for files, folders and names in dialogs that stop nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from .opening import SUFFIXES
from .stored import SUFFIX


def ask_files(parent: QWidget, take: Callable[[Sequence[Path]], None]) -> QFileDialog:
    """Ask for files of spectra, or a project."""
    known = " ".join(f"*{suffix}" for suffix in (*SUFFIXES, SUFFIX))
    dialog = QFileDialog(
        parent, "Open spectra", "", f"Spectra and projects ({known});;All files (*)"
    )
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: take([Path(name) for name in names]))
    return _shown(dialog)


def ask_folder(parent: QWidget, take: Callable[[Sequence[Path]], None]) -> QFileDialog:
    """Ask for a folder."""
    dialog = QFileDialog(parent, "Open every spectrum below a folder")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.filesSelected.connect(lambda names: take([Path(name) for name in names]))
    return _shown(dialog)


def ask_name(
    parent: QWidget, title: str, proposed: str, take: Callable[[Path], None]
) -> QFileDialog:
    """Ask for a name to write to; a file of that name is asked about before it is replaced."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(proposed)
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    return _shown(dialog)


def _shown(dialog: QFileDialog) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.NonModal)  # the emergency stop stays in reach
    dialog.show()
    return dialog
