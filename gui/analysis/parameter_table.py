"""The parameters with a slider each: dragging one asks for a live curve, letting go is an edit."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSlider, QTableView

from ...analysis.impedance import parse_circuit
from ..named import named
from ..theme import Theme
from .check_box import CheckBox
from .entries import Entry, Model
from .parameter_model import LOCK, NAME, SLIDER, TOLD, VALUE, ParameterModel
from .rows import parameter_rows
from .sliders import PAGE_STEPS, STEPS, Span, span_kept

_WIDTHS = {NAME: 62, VALUE: 104, LOCK: 40, TOLD: 176}


class ParameterTable(QTableView):
    """``dragged`` tells a name and a value while a slider moves, ``dropped`` when it is let go."""

    dragged = Signal(str, float)
    dropped = Signal(str, float)
    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "Parameters", "Values, locks and errors; each row has a slider")
        self.rows = ParameterModel(self)
        self.setModel(self.rows)
        self._model = Model(circuit="", knobs=())
        self._spans: dict[str, Span] = {}
        self._sliders: dict[str, QSlider] = {}
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._locks = CheckBox(self)
        self.setItemDelegateForColumn(LOCK, self._locks)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(30)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(SLIDER, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._tell_picked)

    @property
    def current(self) -> str:
        """The parameter of the current row; empty if there is none."""
        row = self.currentIndex().row()
        return self.rows.rows[row].name if 0 <= row < len(self.rows.rows) else ""

    def show_entry(self, entry: Entry | None) -> None:
        """Show a spectrum's parameters; sliders stay under the hand where they can."""
        if entry is None:
            self._model, self._spans = Model(circuit="", knobs=()), {}
            self.rows.set_rows([])
            self._sliders = {}
            return
        is_other = entry.model.circuit != self._model.circuit
        self._model = entry.model
        reset = self.rows.set_rows(parameter_rows(entry))
        if reset or is_other:
            self._spans = {}
            self._make_sliders()
        self._place_sliders()

    def show_live(self, entry: Entry) -> None:
        """Show the values of a model that is being dragged; nothing else moves."""
        self.rows.set_rows(parameter_rows(entry))

    def choose(self, name: str) -> None:
        """Put the cursor on a parameter, if it is there."""
        for number, row in enumerate(self.rows.rows):
            if row.name == name and number != self.currentIndex().row():
                self.setCurrentIndex(self.rows.index(number, VALUE))

    def slider(self, name: str) -> QSlider:
        """A parameter's slider. Raises ``KeyError`` if there is no such parameter."""
        return self._sliders[name]

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.rows.set_theme(theme)
        self._locks.set_theme(theme)

    def _make_sliders(self) -> None:
        self._sliders = {}
        for number, row in enumerate(self.rows.rows):
            slider = named(
                QSlider(Qt.Orientation.Horizontal), f"Drag {row.name}", f"Drag {row.name}"
            )
            slider.setRange(0, STEPS)
            slider.setPageStep(PAGE_STEPS)
            slider.setSingleStep(PAGE_STEPS // 10)
            slider.valueChanged.connect(partial(self._moved, row.name))
            slider.sliderPressed.connect(partial(self.choose, row.name))
            slider.sliderReleased.connect(partial(self._released, row.name))
            self._sliders[row.name] = slider
            self.setIndexWidget(self.rows.index(number, SLIDER), slider)

    def _place_sliders(self) -> None:
        circuit = parse_circuit(self._model.circuit)
        values = self._model.values()
        for parameter, knob in zip(circuit.parameters, self._model.knobs, strict=True):
            slider, value = self._sliders[knob.name], values[knob.name]
            if slider.isSliderDown():
                continue
            span = span_kept(self._spans.get(knob.name), parameter, value, knob.bounds)
            self._spans[knob.name] = span
            with QSignalBlocker(slider):
                slider.setValue(span.position_of(value))

    def _moved(self, name: str, position: int) -> None:
        """A slider that is held drags; one moved by keys or wheel has been let go at once."""
        value = self._spans[name].value_at(position)
        if self._sliders[name].isSliderDown():
            self.dragged.emit(name, value)
        else:
            self.dropped.emit(name, value)

    def _released(self, name: str) -> None:
        self.dropped.emit(name, self._spans[name].value_at(self._sliders[name].value()))

    def _tell_picked(self) -> None:
        if self.current:
            self.picked.emit(self.current)
