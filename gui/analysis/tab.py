"""The tab of the analysis page and its menu; the page itself is made when it is first wanted.

It brings SciPy and all of the analysis, for which nobody who only wants to measure should wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from ..background import Background
from ..menus import add_menu
from ..notices import Notices
from ..theme import LIGHT, Theme

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
        """Add the menu: everything the page does can be done by keys."""
        entries = (
            ("&Open files …", "Spectra, run files or a project", "Ctrl+O", "open_files"),
            ("Open &folder …", "Every spectrum below it", "Ctrl+Shift+O", "open_folder"),
            ("&Save", "Save the analysis", "Ctrl+S", "save"),
            ("Save &as …", "Save under another name", "Ctrl+Shift+S", "save_as"),
            ("Export &table …", "Values and errors as CSV", "Ctrl+T", "export_table"),
            ("Export fi&gure …", "PDF, SVG or PNG", "Ctrl+G", "export_figure"),
        )
        own = [(text, tip, keys, self._asking_does(name)) for text, tip, keys, name in entries]
        commands = (
            ("&Undo", "Take the last edit back", "Ctrl+Z", "undo"),
            ("&Redo", "Do it again", "Ctrl+Y", "redo"),
        )
        fits = (
            ("F&it", "Fit the spectrum in view", "F5", "fit"),
            ("Fit all, &warm", "Each from its neighbour", "Shift+F5", "fit_all"),
            ("&Choose circuit", "Let the data choose", "Ctrl+I", "choose_circuit"),
            ("Choose a&ll circuits", "For every spectrum", "Ctrl+Shift+I", "choose_all"),
            ("Ca&ncel the fits", "What is done stays", "Ctrl+K", "cancel"),
        )
        edits = (
            ("Result as s&tart", "Begin the next fit with it", "Ctrl+U", "use_result_as_start"),
            ("Circuit for all", "Copy circuit, locks, bounds, ties", "Ctrl+Shift+U", "copy_to_all"),
        )
        own += [(text, tip, keys, self._control_does(name)) for text, tip, keys, name in commands]
        own += [(text, tip, keys, self._fits_do(name)) for text, tip, keys, name in fits]
        own += [(text, tip, keys, self._control_does(name)) for text, tip, keys, name in edits]
        own += [
            ("&Edit the circuit", "Cursor into its text", "Ctrl+L", self._edit_circuit),
            ("Add an arc", "One more p(R,CPE)", "Ctrl++", self._add_arc),
            ("Remove the element", "Take the picked one out", "Ctrl+-", self._remove_element),
            ("Worst first", "Sort by misfit", "Ctrl+B", self._worst_first),
            ("Next spectrum", "The one below", "Ctrl+Down", partial(self._step, 1)),
            ("Previous spectrum", "The one above", "Ctrl+Up", partial(self._step, -1)),
        ]
        self._actions = add_menu(window, "&Analysis", *own)
        self._undo, self._redo = self._actions[len(entries)], self._actions[len(entries) + 1]
        self.set_current(False)

    def _tell_undo(self) -> None:
        if self._undo is None or self._redo is None or self._page is None:
            return
        session = self._page.session
        for entry, name, words in (
            (self._undo, "&Undo", session.undo_words),
            (self._redo, "&Redo", session.redo_words),
        ):
            entry.setText(f"{name} {words}".rstrip())
            entry.setEnabled(bool(words))

    def _asking_does(self, name: str) -> Callable[[], object]:
        return lambda: getattr(self.page.asking, name)()

    def _fits_do(self, name: str) -> Callable[[], object]:
        return lambda: getattr(self.page.fits, name)()

    def _control_does(self, name: str) -> Callable[[], object]:
        return lambda: getattr(self.page.control, name)()

    def _edit_circuit(self) -> None:
        self.page.circuit.edit_text()

    def _add_arc(self) -> None:
        self.page.circuit.add_arc()

    def _remove_element(self) -> None:
        self.page.circuit.remove()

    def _worst_first(self) -> None:
        self.page.spectra.sort_worst_first()

    def _step(self, by: int) -> None:
        self.page.spectra.step(by)
