"""The analysis page: spectra on the left, plots in the middle, circuit and parameters right."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from ..background import Background
from ..named import card, label, named, set_tone
from ..notices import Notices
from ..theme import Theme
from .asking import Asking
from .circuit_panel import CircuitPanel
from .control import AnalysisControl
from .curves import CurveMaker
from .entries import Entry, Status
from .fit_control import FitControl
from .looker import Looker
from .parameter_details import ParameterDetails
from .parameter_table import ParameterTable
from .plots_view import PlotsView
from .relaxation_view import RelaxationView
from .result_panel import ResultPanel
from .rows import standing_text, start_text
from .session import Session
from .spectra_panel import SpectraPanel

RIGHT_WIDTH: Final = 540
_WAIT: Final = "working out …"


class AnalysisPage(QWidget):
    """Shows a session and hands every wish to the ``AnalysisControl``."""

    def __init__(self, background: Background, notices: Notices, journal_folder: Path) -> None:
        super().__init__()
        self.session = Session(journal_folder)
        self.control = AnalysisControl(self.session, background, notices, self)
        self.fits = FitControl(self.control, background, notices, self)
        self.asking = Asking(self, self.control)
        self._shown: Entry | None = None
        self._maker: CurveMaker | None = None
        self._looker = Looker(background, self)
        self.spectra, self.circuit = SpectraPanel(), CircuitPanel()
        self.relaxation, self.result = RelaxationView(), ResultPanel()
        self.plots = PlotsView(self.relaxation)
        self.parameters, self.details = ParameterTable(), ParameterDetails()
        self.standing = label(kind="pill")
        self.start = label(kind="muted", wraps=True)
        self.fit = _button("Fit", "Fit the spectrum in view", primary=True)
        self.fit_all = _button("Fit all, warm", "Every spectrum, each from its neighbour's result")
        self.choose = _button("Choose circuit", "Let the data choose the circuit, and fit it")
        self.use_result = _button("Result as start", "Begin the next fit with the fitted values")
        self._buttons = (self.fit, self.fit_all, self.choose, self.use_result)
        self.setAcceptDrops(True)
        self._connect()
        self._lay_out()
        self._refresh()
        self.control.offer_left_over()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        urls = event.mimeData().urls()
        self.control.open_paths([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
        event.acceptProposedAction()

    def leave(self) -> None:
        """End the sitting."""
        self.fits.leave()
        self.control.leave()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        for part in (self.spectra, self.circuit, self.plots, self.relaxation, self.parameters):
            part.set_theme(theme)
        self._shown = None
        self._refresh()

    # showing

    def _refresh(self) -> None:
        worker = self.fits.worker
        busy = worker.is_busy
        is_batch = busy and worker.total > 1
        self.spectra.show_session(self.session, self.fits.waiting, resort=not busy)
        self.spectra.show_progress(worker.done if is_batch else 0, worker.total if is_batch else 0)
        self.spectra.tell(self.fits.told)
        entry: Entry | None = self.control.entry
        if entry is None or entry is not self._shown:
            self._show(entry)
        for button in self._buttons:
            button.setEnabled(entry is not None and not busy)
        self.circuit.setEnabled(entry is not None)
        self.use_result.setEnabled(not busy and _has_result(entry))

    def _current_changed(self) -> None:
        self.spectra.choose(self.control.key)
        self._refresh()

    def _show(self, entry: Entry | None) -> None:
        before, self._shown = self._shown, entry
        self.circuit.show_circuit(entry.model.circuit if entry is not None else "")
        self.parameters.show_entry(entry)
        self.details.show_parameter(entry, self.parameters.current)
        self.result.show_entry(entry)
        self.standing.setText(_standing(entry))
        self.standing.setToolTip(self.standing.text())
        set_tone(self.standing, entry.status.tone if entry is not None else "muted")
        self.start.setText(start_text(entry) if entry is not None else "")
        if entry is None:
            self._maker = None
            self.plots.show_spectrum(None)
            self.relaxation.show_relaxation(None)
            self.result.show_insight(None)
            return
        if before is None or before.key != entry.key:
            self._show_points(entry)
            self._show_insight(entry.key)
            self._looker.look(entry.key, self.session.measured[entry.key].spectrum)
        elif before.outcome is not entry.outcome:
            self._show_points(entry)
        self._show_curves(entry)

    def _show_points(self, entry: Entry) -> None:
        left_out_hz = entry.outcome.left_out_hz if entry.outcome is not None else ()
        self.plots.show_spectrum(self.session.measured[entry.key].spectrum, left_out_hz)

    def _show_curves(self, entry: Entry) -> None:
        spectrum = self.session.measured[entry.key].spectrum
        outcome = entry.outcome
        fitted = outcome if outcome is not None and not outcome.refused else None
        maker = self._maker
        is_made = maker is not None and maker.spectrum is spectrum
        if maker is None or not is_made or str(maker.circuit) != entry.model.circuit:
            maker = self._maker = CurveMaker(spectrum, entry.model.circuit)
        is_edited = entry.status in (Status.EDITED, Status.NOT_FITTED)
        beside = fitted if entry.status is Status.EDITED else None
        self.plots.show_fitted(
            None
            if beside is None
            else CurveMaker(spectrum, beside.model.circuit).curves(beside.model)
        )
        self.plots.say_model(entry.status.words, is_edited=is_edited, has_fit=beside is not None)
        self.plots.show_model(maker.curves(entry.model))

    def _show_live(self, entry: Entry) -> None:
        """While dragging: the curve, the value and the words, nothing else."""
        if self._maker is None:
            return
        shown = self._shown
        if shown is not None and shown.status is not entry.status:
            self._show_curves(entry)
            self.standing.setText(_standing(entry))
            set_tone(self.standing, entry.status.tone)
            self._shown = entry
        self.plots.show_model(self._maker.curves(entry.model), is_live=True)
        self.parameters.show_live(entry)

    def _show_insight(self, key: str) -> None:
        if key == self.control.key:
            found = self._looker.found(key)
            self.relaxation.show_relaxation(found.relaxation if found is not None else None, _WAIT)
            self.result.show_insight(found, _WAIT)

    def _block_picked(self, name: str) -> None:
        """Put the cursor on the first parameter of an element, unless it is on one already."""
        own = [r.name for r in self.parameters.rows.rows if _element_of(r.name, name)]
        if own and self.parameters.current not in own:
            self.parameters.choose(own[0])

    def _show_details(self) -> None:
        self.details.show_parameter(self.control.entry, self.parameters.current)

    def _parameter_picked(self, name: str) -> None:
        self.details.show_parameter(self.control.entry, name)
        blocks = [block for block in self.circuit.view.names if _element_of(name, block)]
        if blocks:
            self.circuit.choose(blocks[0])

    def _connect(self) -> None:
        control = self.control
        control.changed.connect(self._refresh)
        self.fits.changed.connect(self._refresh)
        self._looker.looked.connect(self._show_insight)
        control.current_changed.connect(self._current_changed)
        control.refused.connect(self._show_details)
        control.live.connect(self._show_live)
        self.spectra.picked.connect(control.choose)
        self.spectra.remove_wanted.connect(control.remove)
        self.spectra.open_wanted.connect(self.asking.open_files)
        self.spectra.folder_wanted.connect(self.asking.open_folder)
        self.spectra.cancel_wanted.connect(self.fits.cancel)
        self.spectra.order_changed.connect(self._refresh)
        self.circuit.code_wanted.connect(control.set_circuit)
        self.circuit.picked.connect(self._block_picked)
        self.parameters.dragged.connect(control.drag)
        self.parameters.dropped.connect(control.drop)
        self.parameters.picked.connect(self._parameter_picked)
        self.parameters.rows.typed.connect(control.type_value)
        self.parameters.rows.lock_wanted.connect(control.lock)
        self.details.bounds_typed.connect(control.bound)
        self.details.tie_wanted.connect(control.tie)
        self.fit.clicked.connect(self.fits.fit)
        self.fit_all.clicked.connect(self.fits.fit_all)
        self.choose.clicked.connect(self.fits.choose_circuit)
        self.use_result.clicked.connect(control.use_result_as_start)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        self.standing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head.setSpacing(12)
        head.addWidget(self.standing, 1)
        head.addWidget(self.plots.legend)
        buttons = QHBoxLayout()
        for button in self._buttons:
            buttons.addWidget(button)
        row = QWidget()
        row.setLayout(buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        right = QSplitter(Qt.Orientation.Vertical)
        right.setFixedWidth(RIGHT_WIDTH)
        right.addWidget(self.circuit)
        right.addWidget(card("Parameters", self.parameters, self.details, self.start, row))
        right.addWidget(self.result)
        right.setSizes([172, 384, 244])
        right.setChildrenCollapsible(False)
        middle = QWidget()
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addLayout(head)
        inside.addWidget(self.plots, 1)
        left = QSplitter(Qt.Orientation.Horizontal)
        left.addWidget(self.spectra)
        left.addWidget(middle)
        left.setSizes([340, 720])
        left.setStretchFactor(1, 1)
        left.setChildrenCollapsible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(left, 1)
        layout.addWidget(right)


def _standing(entry: Entry | None) -> str:
    return "No spectrum" if entry is None else f"{entry.status.icon}  {standing_text(entry)}"


def _has_result(entry: Entry | None) -> bool:
    return entry is not None and entry.outcome is not None and not entry.outcome.refused


def _element_of(parameter: str, element: str) -> bool:
    """Whether a parameter is of an element: its name, or its name with the parameter's number."""
    head, _, tail = parameter.rpartition("_")
    return parameter == element or (head == element and tail.isdigit())


def _button(text: str, tip: str, *, primary: bool = False) -> QPushButton:
    button = named(QPushButton(text), text, tip)
    if primary:
        button.setProperty("kind", "primary")
    return button
