"""The page of measurements: pick one, give it files and options, and read the sheet."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...analysis.sheets.measurement import Measurement
from ...analysis.sheets.sheet import Sheet
from ..background import Background
from ..named import label, named, with_keys
from ..notices import Notices
from ..theme import Theme
from .choices import choices
from .chooser import Chooser
from .file_list import FileList
from .option_form import OptionForm
from .sheet_view import SheetView
from .suiting import unsuited

_SETTLE_MS: Final = 250


class MeasurementsPage(QWidget):
    """Computes in the background; a calculator follows its fields at once.

    ``in_view`` tells the run that the window shows, to be offered.
    """

    def __init__(
        self,
        background: Background,
        notices: Notices,
        in_view: Callable[[], Path | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._background, self._notices = background, notices
        self._choices = {choice.name: choice for choice in choices()}
        self._measurement: Measurement | None = None
        self._asked = 0
        self.sheet: Sheet | None = None
        self.chooser = Chooser(tuple(self._choices.values()))
        self.title, self.files = label(kind="heading", wraps=True), FileList(in_view)
        self.form, self.view = OptionForm(), SheetView()
        self.compute = named(QPushButton("Compute"), "Compute", "Make the sheet")
        self.save = named(QPushButton("Save report…"), "Save report", "PDF, figures, CSV and JSON")
        with_keys(self.compute, "Ctrl+Return")
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.make_sheet)
        self.chooser.chosen.connect(self._chosen)
        self.form.changed.connect(self._changed)
        self.form.entered.connect(self.compute.click)
        self.files.changed.connect(self._changed)
        self.files.changed.connect(self._mark_unsuited)
        self.compute.clicked.connect(self.make_sheet)
        self.save.clicked.connect(self._ask_where)
        self._lay_out()
        self.files.hide()
        self._allow()

    def open_files(self, files: Sequence[Path]) -> None:
        """Take these files for whatever is picked."""
        self.files.show_files(files)

    def make_sheet(self) -> None:
        """Compute with what is there; what comes of an earlier question is not shown any more."""
        measurement, given = self._measurement, self.form.given()
        if measurement is None or given is None:
            return
        self._asked += 1
        files = self.files.files if measurement.takes else []
        self.view.title.setText(f"{measurement.title} …")
        if measurement.takes:
            self.sheet = None
            self.view.show_words(measurement.title, _COMPUTING)
            self._allow()
        self._background.run(
            partial(measurement.sheet, files, given),
            partial(self._take, self._asked),
            partial(self._fail, self._asked, measurement, bool(given)),
        )

    def write_report(self, folder: Path) -> None:
        """Write the report of the sheet in view into a folder."""
        if self.sheet is not None and self._measurement is not None:
            work = partial(_write, self.sheet, folder, self._measurement.name)
            self._background.run(work, self._written, self._tell_error)

    def leave(self) -> None:
        """Compute no more."""
        self._settle.stop()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.view.set_theme(theme)
        self.chooser.set_theme(theme)

    def _chosen(self, name: str) -> None:
        self._background.run(
            self._choices[name].measurement, self._show_measurement, self._tell_error
        )

    def _show_measurement(self, measurement: Measurement) -> None:
        self._measurement, self.sheet = measurement, None
        self._asked += 1
        self.title.setText(measurement.title)
        self.files.takes.setText(measurement.takes)
        self.files.setVisible(bool(measurement.takes))
        self.form.show_options(measurement.options)
        self.form.follow(self.files.remove)
        self.view.show_words(measurement.title, _WAITING if measurement.takes else "")
        self._changed()

    def _changed(self) -> None:
        """A calculator is quick, and follows; a measurement waits to be asked."""
        self._allow()
        if self._measurement is not None and not self._measurement.takes:
            self._settle.start()

    def _allow(self) -> None:
        measurement = self._measurement
        ready = measurement is not None and (not measurement.needs_files or bool(self.files.files))
        self.compute.setEnabled(ready)
        self.save.setEnabled(self.sheet is not None)

    def _take(self, asked: int, sheet: Sheet) -> None:
        if asked == self._asked:
            self.sheet = sheet
            self.view.show_sheet(sheet)
            self._allow()

    def _fail(
        self, asked: int, measurement: Measurement, was_given: bool, error: BaseException
    ) -> None:
        """Say why there is no sheet; a calculator with empty fields just lacks something."""
        if asked == self._asked:
            self.sheet = None
            tone = "danger" if measurement.takes or was_given else "muted"
            self.view.show_words(measurement.title, str(error) or type(error).__name__, tone)
            self._allow()

    def _mark_unsuited(self) -> None:
        files = self.files.files
        self._background.run(
            partial(unsuited, files),
            lambda names: self.chooser.mark(names) if files == self.files.files else None,
            self._tell_error,
        )

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Folder for the report")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.fileSelected.connect(lambda name: self.write_report(Path(name)))
        dialog.show()

    def _written(self, pdf: Path) -> None:
        self._notices.tell("sheet report", f"Report written: {pdf}", "good")

    def _tell_error(self, error: BaseException) -> None:
        text = str(error) or type(error).__name__
        self._notices.tell(f"error {text}", text, "danger")

    def _lay_out(self) -> None:
        asked = QWidget()
        inside = QVBoxLayout(asked)
        inside.setContentsMargins(0, 0, 6, 0)
        inside.setSpacing(8)
        for part in (self.title, self.files, self.form):
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(asked)
        buttons = QHBoxLayout()
        buttons.addWidget(self.compute, 1)
        buttons.addWidget(self.save, 1)
        middle = QFrame()
        middle.setProperty("kind", "card")
        card = QVBoxLayout(middle)
        card.addWidget(scroll, 1)
        card.addLayout(buttons)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.chooser)
        split.addWidget(middle)
        split.addWidget(self.view)
        split.setSizes([330, 330, 860])
        split.setStretchFactor(2, 1)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(split)


_WAITING: Final = "Add files and press Compute."
_COMPUTING: Final = "Computing …"


def _write(sheet: Sheet, folder: Path, name: str) -> Path:
    from ...analysis.report.sheet_report import write_sheets

    return write_sheets([sheet], folder, name, f"{sheet.title}: {sheet.subject}").pdf
