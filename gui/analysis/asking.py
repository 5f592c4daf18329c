"""What needs a name first: opening, saving and exporting, each by a dialog that stops nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from .control import AnalysisControl
from .files import ask_files, ask_folder, ask_name
from .table_export import write_table


class Asking:
    """Dialogs over a page, and what comes of them."""

    def __init__(self, page: QWidget, control: AnalysisControl) -> None:
        self._page, self._control = page, control

    def open_files(self) -> None:
        """Ask for files to open."""
        ask_files(self._page, self._control.open_paths)

    def open_folder(self) -> None:
        """Ask for a folder to open."""
        ask_folder(self._page, self._control.open_paths)

    def save(self) -> None:
        """Save under the name it has, or ask for one."""
        if self._control.session.saved_as is None:
            self.save_as()
        else:
            self._control.save(self._control.session.saved_as)

    def save_as(self) -> None:
        """Ask under which name to save."""
        ask_name(self._page, "Save the analysis", "analysis.impedance.json", self._control.save)

    def export_table(self) -> None:
        """Ask where to write the table."""
        write = partial(self._control.write, lambda path: write_table(path, self._control.session))
        ask_name(self._page, "Write the table", "fits.csv", write)

    def export_figure(self) -> None:
        """Ask where to write the figure of the spectrum in view."""
        key = self._control.key
        if key:
            write = partial(self._control.write, lambda path: self._write_figure(path, key))
            ask_name(self._page, "Write the figure", "spectrum.pdf", write)

    def _write_figure(self, path: Path, key: str) -> None:
        from .figure_export import write_figure  # matplotlib takes its time, in a thread here

        write_figure(path, self._control.session, key)
