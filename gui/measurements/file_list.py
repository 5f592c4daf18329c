"""The runs and files that a measurement is made of, in their order."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..named import label, named

RUN_SUFFIX = ".run.sqlite"
_PATTERNS = "All files (*);;Runs (*.run.sqlite);;Tables (*.csv *.txt)"


class FileList(QWidget):
    """``changed`` tells that files came or went; files may be dropped on it.

    ``in_view`` tells the run that the window shows, ``None`` if there is none.
    """

    changed = Signal()

    def __init__(self, in_view: Callable[[], Path | None] = lambda: None) -> None:
        super().__init__()
        self._in_view = in_view
        self.setAcceptDrops(True)
        self.takes = label(kind="muted", wraps=True)
        self.list = named(QListWidget(), "Files", "What the measurement is made of; Del removes")
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setMaximumHeight(110)
        self.add = named(QPushButton("Add…"), "Add files", "Find runs or files on the disk")
        self.take = named(QPushButton("Run in view"), "Add the run in view", "The one in tab Run")
        self.remove = named(QPushButton("Remove"), "Remove files", "Take the picked ones out")
        self.add.clicked.connect(self._browse)
        self.take.clicked.connect(self._take)
        self.remove.clicked.connect(self._remove)
        self.list.itemSelectionChanged.connect(self.offer)
        keys = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self._remove)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.take)
        buttons.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.takes)
        layout.addWidget(self.list)
        layout.addLayout(buttons)
        self.offer()

    @property
    def files(self) -> list[Path]:
        """The files, top to bottom."""
        items = (self.list.item(place) for place in range(self.list.count()))
        return [Path(item.data(Qt.ItemDataRole.UserRole)) for item in items]

    def add_files(self, files: Sequence[Path]) -> None:
        """Add those that are not there yet."""
        known = self.files
        for file in files:
            if file not in known:
                self.list.addItem(file.name.removesuffix(RUN_SUFFIX))
                item = self.list.item(self.list.count() - 1)
                item.setData(Qt.ItemDataRole.UserRole, str(file))
                item.setToolTip(str(file))
        if files:
            self.offer()
            self.changed.emit()

    def offer(self) -> None:
        """Allow what there is something for: a run in view, a picked file."""
        run = self._in_view()
        self.take.setEnabled(run is not None and run not in self.files)
        self.remove.setEnabled(bool(self.list.selectedItems()))

    def show_files(self, files: Sequence[Path]) -> None:
        """Show these and no others."""
        self.list.clear()
        self.add_files(files)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Add what is dropped; a folder of a run means the run."""
        dropped = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.add_files([found for path in dropped for found in _inside(path)])

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Add runs or files", "", _PATTERNS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setWindowModality(Qt.WindowModality.NonModal)  # the emergency stop stays in reach
        dialog.filesSelected.connect(lambda names: self.add_files([Path(n) for n in names]))
        dialog.show()

    def _take(self) -> None:
        run = self._in_view()
        self.add_files([run] if run is not None else [])

    def _remove(self) -> None:
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self.offer()
        self.changed.emit()


def _inside(path: Path) -> list[Path]:
    return sorted(path.glob("*.run.sqlite")) if path.is_dir() else [path]
