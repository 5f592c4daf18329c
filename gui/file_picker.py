"""Picking a file: from those used last and those at hand, or anywhere on the disk."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from .named import CONTROL_HEIGHT, label, named


class FilePicker(QWidget):
    """A list of files by name, and a button that looks elsewhere."""

    picked = Signal()

    def __init__(self, title: str, patterns: str) -> None:
        super().__init__()
        self._title, self._patterns = title, patterns
        self.list = named(QComboBox(), title, f"The {title.lower()} to use")
        self.list.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.list.setMinimumContentsLength(10)
        self.list.setMinimumHeight(CONTROL_HEIGHT)
        self.list.setPlaceholderText("pick a file")
        self.list.activated.connect(lambda _: self._tell())
        browse = named(QToolButton(), f"Browse for a {title.lower()}", f"Find a {title.lower()}")
        browse.setText("…")
        browse.setFixedHeight(CONTROL_HEIGHT)
        browse.clicked.connect(self._browse)
        self.browse = browse
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.list, 1)
        line.addWidget(browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(label(title, "muted"))
        layout.addLayout(line)

    @property
    def file(self) -> Path | None:
        """The file picked, if one is."""
        chosen = self.list.currentData()
        return Path(str(chosen)) if chosen else None

    def offer(self, files: Sequence[Path]) -> None:
        """Offer these files; what was picked stays picked."""
        chosen = self.file
        with QSignalBlocker(self.list):
            self.list.clear()
            for file in files:
                self._add(file)
            self.list.setCurrentIndex(-1 if chosen is None else self._add(chosen))
        self._tip()

    def pick(self, file: Path) -> None:
        """Pick a file as if by hand."""
        self.list.setCurrentIndex(self._add(file))
        self._tell()

    def _add(self, file: Path) -> int:
        place = self.list.findData(str(file))
        if place < 0:
            self.list.addItem(file.name, str(file))
            place = self.list.count() - 1
            self.list.setItemData(place, str(file), Qt.ItemDataRole.ToolTipRole)
        return place

    def _browse(self) -> None:
        start = str(self.file.parent) if self.file else str(Path.cwd())
        dialog = QFileDialog(self, f"Pick a {self._title.lower()}", start, self._patterns)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.NonModal)  # the emergency stop stays in reach
        dialog.fileSelected.connect(lambda name: self.pick(Path(name)))
        dialog.show()

    def _tell(self) -> None:
        self._tip()
        self.picked.emit()

    def _tip(self) -> None:
        self.list.setToolTip(str(self.file) if self.file else f"The {self._title.lower()} to use")
