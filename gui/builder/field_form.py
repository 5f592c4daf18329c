"""The settings of one item as fields; what is wrong with one stands below it while one types."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from ...acquisition.files.protocol_document import FieldSpec
from ...acquisition.files.yaml_lines import Key, Problem
from ..named import label, named, set_tone
from .written import allowed_text, label_of, text_of

_CHOSEN_BY_DEFAULT: Final = ""
_NONE: Final = "none"
_AS_BELOW: Final = "as below"
_FIELD_WIDTH: Final = 120


class FieldForm(QWidget):
    """``written`` tells a key, its ``FieldSpec`` and a text; an empty one means: left out."""

    written = Signal(object, object, str)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setVerticalSpacing(3)
        self._row = 0
        self.fields: dict[Key, QLineEdit | QComboBox] = {}
        self._troubles: dict[Key, QWidget] = {}
        self._own: Key = ()

    def show_fields(self, key: Key, specs: Sequence[FieldSpec], data: Any) -> None:
        """Show the settings of the item at ``key``, as ``data`` has them."""
        self._clear()
        self._own = key
        self._add_trouble(key)
        self._add_all(key, specs, data if isinstance(data, Mapping) else {}, 0)

    def follow(self, before: QWidget) -> None:
        """Let the Tab key come to the fields after ``before``, in their order."""
        for field in self.fields.values():
            self.setTabOrder(before, field)
            before = field

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say below each field what is wrong with it, and above all what is with the whole."""
        told: dict[Key, str] = {}
        for problem in problems:
            at = _nearest(problem.key, self._troubles)
            if at is not None and (at != self._own or at == problem.key):
                told[at] = f"{told[at]}\n{problem.text}" if at in told else problem.text
        for at, trouble in self._troubles.items():
            trouble.setProperty("text", told.get(at, ""))
            trouble.setVisible(at in told)

    def _add_all(
        self, key: Key, specs: Sequence[FieldSpec], data: Mapping[str, Any], depth: int
    ) -> None:
        for spec in specs:
            at = (*key, spec.name)
            if spec.kind == "items" or (spec.kind == "list" and spec.of == "block"):
                continue
            if spec.kind == "block":
                self._add_block(at, spec, data.get(spec.name), depth)
                continue
            self._add_field(at, spec, data.get(spec.name), depth)

    def _add_block(self, at: Key, spec: FieldSpec, value: Any, depth: int) -> None:
        title = label(spec.name.replace("_", " "), "heading")
        title.setToolTip(spec.doc)
        self._grid.addWidget(title, self._row, 0, 1, 1 if spec.none_allowed else 2)
        if spec.none_allowed:
            box = self._none_box(at, spec, value)
            self._grid.addWidget(box, self._row, 1)
            self.fields[at] = box
        self._row += 1
        self._add_trouble(at)
        inside = value if isinstance(value, Mapping) else {}
        self._add_all(at, spec.fields, inside, depth + 1)

    def _add_field(self, at: Key, spec: FieldSpec, value: Any, depth: int) -> None:
        name = label(
            f"{'    ' * depth}{label_of(spec)}{' *' if spec.required else ''}", "muted", wraps=True
        )
        tip = " ".join(filter(None, (spec.doc, f"Allowed: {allowed_text(spec)}."))).replace(
            "Allowed: .", ""
        )
        name.setToolTip(tip)
        field = self._field(at, spec, text_of(value), tip)
        self._grid.addWidget(name, self._row, 0)
        self._grid.addWidget(field, self._row, 1)
        self._grid.addWidget(label(spec.unit, "muted"), self._row, 2)
        self.fields[at] = field
        self._row += 1
        self._add_trouble(at)

    def _none_box(self, at: Key, spec: FieldSpec, value: Any) -> QComboBox:
        """With the settings below it, or without: some blocks can be left out by a word."""
        box = named(QComboBox(), spec.name, f"{spec.doc} none leaves it out.")
        by_default = "left out" if spec.default == _NONE else "with defaults"
        box.addItem(f"({by_default})", _CHOSEN_BY_DEFAULT)
        box.addItem(_NONE, _NONE)
        _show_block(box, value)
        box.activated.connect(lambda _: self._block_chosen(at, spec, str(box.currentData())))
        return box

    def _block_chosen(self, at: Key, spec: FieldSpec, word: str) -> None:
        if word == _AS_BELOW:
            return
        for key, field in self.fields.items():
            if key != at and key[: len(at)] == at:
                _show(field, "")
        _show_block(self.fields[at], word)
        self.written.emit(at, spec, word)

    def _typed(self, at: Key, spec: FieldSpec, text: str) -> None:
        """What is written into a block brings it back."""
        if text and at[:-1] in self.fields:
            _show_block(self.fields[at[:-1]], {spec.name: text})
        self.written.emit(at, spec, text)

    def _field(self, at: Key, spec: FieldSpec, text: str, tip: str) -> QLineEdit | QComboBox:
        if spec.kind in ("choice", "yes or no"):
            words = spec.choices or ("yes", "no")
            box = named(QComboBox(), spec.name, tip)
            default = text_of(spec.default)
            box.addItem(f"({default})" if default else "(not given)", _CHOSEN_BY_DEFAULT)
            for word in words:
                box.addItem(word, word)
            _show(box, text)
            box.activated.connect(lambda _: self._typed(at, spec, str(box.currentData())))
            return box
        line = named(QLineEdit(), spec.name, tip)
        line.setMinimumWidth(_FIELD_WIDTH)
        line.setPlaceholderText(text_of(spec.default))
        line.setText(text)
        line.textEdited.connect(lambda typed: self._typed(at, spec, typed))
        return line

    def _add_trouble(self, at: Key) -> None:
        trouble = label(wraps=True)
        set_tone(trouble, "danger")
        trouble.hide()
        self._grid.addWidget(trouble, self._row, 0, 1, 3)
        self._troubles[at] = trouble
        self._row += 1

    def _clear(self) -> None:
        self.fields, self._troubles, self._row = {}, {}, 0
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _show(field: QLineEdit | QComboBox, text: str) -> None:
    if isinstance(field, QLineEdit):
        if field.text() != text:
            field.setText(text)
        return
    place = field.findData(text)
    if place < 0:
        field.addItem(text, text)
        place = field.count() - 1
    field.setCurrentIndex(place)


def _show_block(box: QLineEdit | QComboBox, value: Any) -> None:
    """Show whether a block has settings of its own, which is none of the words to choose from."""
    if not isinstance(box, QComboBox):
        return
    place = box.findText(_AS_BELOW)
    if isinstance(value, Mapping) and value:
        if place < 0:
            box.insertItem(0, _AS_BELOW, _AS_BELOW)
        box.setCurrentIndex(0)
        return
    if place >= 0:
        box.removeItem(place)
    _show(box, _NONE if value == _NONE else _CHOSEN_BY_DEFAULT)


def _nearest(key: Key, known: Mapping[Key, Any]) -> Key | None:
    """The field that a problem belongs to: its own, or that of what holds it."""
    for length in range(len(key), 0, -1):
        if key[:length] in known:
            return key[:length]
    return None
