"""The options of a measurement as fields: what is allowed stands in them, what is wrong below."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from ...analysis.sheets.headings import heading_of
from ...analysis.sheets.measurement import Option
from ..named import label, named, set_tone, tool
from ..tick import TickBox
from .entries import given

_FIELD_WIDTH = 110


class OptionForm(QWidget):
    """``changed`` tells that a field is other than before, ``entered`` that Return was pressed."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setVerticalSpacing(4)
        self._options: tuple[Option, ...] = ()
        self.fields: dict[str, QLineEdit | QComboBox | QCheckBox] = {}
        self.trouble = label(kind="plain", wraps=True)
        set_tone(self.trouble, "danger")

    def show_options(self, options: tuple[Option, ...]) -> None:
        """Show fields for these; an empty one says what counts without it."""
        self._clear()
        self._options = options
        for row, option in enumerate(options):
            name = label(heading_of(option.name), "muted", wraps=True)
            name.setToolTip(option.explained)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(self._field(option), row, 1)
        self._grid.addWidget(self.trouble, len(options), 0, 1, 2)
        self.trouble.hide()

    def follow(self, before: QWidget) -> None:
        """Let the Tab key come to the fields after ``before``, in their order."""
        for field in self.fields.values():
            self.setTabOrder(before, field)
            before = field

    def given(self) -> dict[str, Any] | None:
        """Return what was set; ``None`` if something is not allowed, which then stands below."""
        try:
            found = given(self._options, {name: self._text(name) for name in self.fields})
        except ValueError as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            return None
        self.trouble.hide()
        return found

    def set_text(self, name: str, text: str) -> None:
        """Set a field as if by hand."""
        field = self.fields[name]
        if isinstance(field, QLineEdit):
            field.setText(text)
        elif isinstance(field, QComboBox):
            field.setCurrentText(text)
        else:
            field.setChecked(text == "yes")

    def _text(self, name: str) -> str:
        field = self.fields[name]
        if isinstance(field, QComboBox):
            return str(field.currentData())
        if isinstance(field, QCheckBox):
            return "yes" if field.isChecked() else "no"
        return field.text()

    def _field(self, option: Option) -> QWidget:
        if option.kind is bool:
            box = named(TickBox(), option.name, option.help)
            box.setChecked(bool(option.default))
            box.toggled.connect(lambda _: self.changed.emit())
            self.fields[option.name] = box
            return box
        if option.choices:
            choice = named(QComboBox(), option.name, option.explained)
            choice.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            choice.setMinimumWidth(_FIELD_WIDTH)
            if option.default is None:
                choice.addItem(f"({option.without})", "")
            for word in option.choices:
                choice.addItem(word, word)
            choice.setCurrentIndex(max(choice.findData(option.default), 0))
            choice.currentIndexChanged.connect(lambda _: self.changed.emit())
            self.fields[option.name] = choice
            return choice
        line = named(QLineEdit(), option.name, option.explained)
        line.setPlaceholderText(option.without)
        line.setMinimumWidth(_FIELD_WIDTH)
        line.textEdited.connect(lambda _: self.changed.emit())
        line.returnPressed.connect(self.entered)
        self.fields[option.name] = line
        return line if option.kind is not Path else self._with_browser(line, option)

    def _with_browser(self, line: QLineEdit, option: Option) -> QWidget:
        browse = tool("…", f"Browse for {option.name}", option.help)

        def look() -> None:
            dialog = QFileDialog(self, option.help)
            dialog.fileSelected.connect(line.setText)
            dialog.fileSelected.connect(lambda _: self.changed.emit())
            dialog.show()

        browse.clicked.connect(look)
        both = QWidget()
        inside = QHBoxLayout(both)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(line, 1)
        inside.addWidget(browse)
        return both

    def _clear(self) -> None:
        self.fields = {}
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.trouble:
                widget.deleteLater()
