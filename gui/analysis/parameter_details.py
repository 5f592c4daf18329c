"""Bounds and tie of the parameter picked, below the table."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from ...analysis.impedance import parse_circuit
from ..named import CONTROL_HEIGHT, label, named
from .edits import allowed, tie_choices
from .entries import Entry
from .quantities import quantity_text

FREE = "free"


class ParameterDetails(QWidget):
    """``bounds_typed`` carries a name and two texts, ``tie_wanted`` a name and another's."""

    bounds_typed = Signal(str, str, str)
    tie_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._shown = ("", "")
        self.title = label(kind="value")
        self.low = named(QLineEdit(), "Lower bound", "Empty: the physical bound. Enter takes it")
        self.high = named(QLineEdit(), "Upper bound", "Empty: the physical bound. Enter takes it")
        self.tie = named(QComboBox(), "Tie", "Takes the value of another parameter of its unit")
        for control in (self.low, self.high, self.tie):
            control.setMinimumHeight(CONTROL_HEIGHT)
        self.low.editingFinished.connect(self._bounds_entered)
        self.high.editingFinished.connect(self._bounds_entered)
        self.tie.activated.connect(self._tie_picked)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        for column, (widget, stretch) in enumerate(
            (
                (self.title, 0),
                (label("from", "muted"), 0),
                (self.low, 3),
                (label("to", "muted"), 0),
                (self.high, 3),
                (label("same as", "muted"), 0),
                (self.tie, 3),
            )
        ):
            grid.addWidget(widget, 0, column)
            grid.setColumnStretch(column, stretch)
        self.title.setMinimumWidth(54)

    def show_parameter(self, entry: Entry | None, name: str) -> None:
        """Show what binds a parameter; nothing where none is picked."""
        known = entry is not None and any(knob.name == name for knob in entry.model.knobs)
        self._name = name if known else ""
        self.title.setText(self._name or "—")
        for widget in (self.low, self.high, self.tie):
            widget.setEnabled(known)
        with QSignalBlocker(self.tie):
            self.tie.clear()
            self.tie.addItem(FREE, "")
            if entry is not None and known:
                self._fill(entry, name)
        if not known:
            for edit in (self.low, self.high):
                edit.clear()
                edit.setPlaceholderText("")

    def _fill(self, entry: Entry, name: str) -> None:
        model = entry.model
        knob, circuit = model.knob(name), parse_circuit(model.circuit)
        parameter = circuit.parameters[circuit.names.index(name)]
        unit = parameter.unit
        for choice in dict.fromkeys((*filter(None, (knob.tie,)), *tie_choices(model, name))):
            self.tie.addItem(choice, choice)
        self.tie.setCurrentIndex(max(0, self.tie.findData(knob.tie)))
        texts = ("", "")
        if knob.bounds is not None:
            low, high = (quantity_text(bound, unit, 6) for bound in allowed(model, name))
            texts = (low, high)
        physical = (parameter.lower, parameter.upper)
        for edit, text, limit in zip((self.low, self.high), texts, physical, strict=True):
            edit.setText(text)
            edit.setPlaceholderText(quantity_text(limit, unit, 2))
            edit.setEnabled(not knob.tie)
        self._shown = texts

    def _bounds_entered(self) -> None:
        texts = (self.low.text().strip(), self.high.text().strip())
        if self._name and texts != self._shown:
            self._shown = texts
            self.bounds_typed.emit(self._name, *texts)

    def _tie_picked(self) -> None:
        if self._name:
            self.tie_wanted.emit(self._name, str(self.tie.currentData()))
