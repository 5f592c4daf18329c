"""The analysis page: spectra on the left, plots in the middle, circuit and parameters right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from ..background import Background
from ..named import card, label, named, set_tone
from ..notices import Notices
from ..theme import Theme
from .circuit_panel import CircuitPanel
from .control import AnalysisControl
from .curves import CurveMaker
from .entries import Entry, Status
from .files import ask_files, ask_folder, ask_name
from .insight import Insight, look_into
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
        self._background = background
        self.session = Session(journal_folder)
        self.control = AnalysisControl(self.session, background, notices, self)
        self._shown: Entry | None = None
        self._maker: CurveMaker | None = None
        self._insights: dict[str, Insight] = {}
        self._looking_at = ""
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

    # files

    def ask_open(self) -> None:
        """Ask for files to open."""
        ask_files(self, self.control.open_paths)

    def ask_open_folder(self) -> None:
        """Ask for a folder to open."""
        ask_folder(self, self.control.open_paths)

    def save(self) -> None:
        """Save under the name it has, or ask for one."""
        if self.session.saved_as is None:
            self.ask_save()
        else:
            self.control.save(self.session.saved_as)

    def ask_save(self) -> None:
        """Ask under which name to save."""
        ask_name(self, "Save the analysis", "analysis.impedance.json", self.control.save)

    def ask_table(self) -> None:
        """Ask where to write the table."""
        from .table_export import write_table

        write = partial(self.control.write, lambda path: write_table(path, self.session))
        ask_name(self, "Write the table", "fits.csv", write)

    def ask_figure(self) -> None:
        """Ask where to write the figure of the spectrum in view."""
        from .figure_export import write_figure

        key = self.control.key
        if key:
            write = partial(self.control.write, lambda path: write_figure(path, self.session, key))
            ask_name(self, "Write the figure", "spectrum.pdf", write)

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
        self.control.leave()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        for part in (self.spectra, self.circuit, self.plots, self.relaxation, self.parameters):
            part.set_theme(theme)
        self._shown = None
        self._refresh()

    # showing

    def _refresh(self) -> None:
        busy = self.control.worker.is_busy
        is_batch = busy and self.control.worker.total > 1
        self.spectra.show_session(self.session, self.control.waiting, resort=not busy)
        self.spectra.show_progress(
            self.control.worker.done if is_batch else 0,
            self.control.worker.total if is_batch else 0,
        )
        self.spectra.tell(self.control.told)
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
            self._look(entry.key)
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

    def _look(self, key: str) -> None:
        """Judge a spectrum in a thread, one at a time, the one in view next."""
        found = self._insights.get(key)
        self.relaxation.show_relaxation(found.relaxation if found is not None else None, _WAIT)
        self.result.show_insight(found, _WAIT)
        if found is None and not self._looking_at:
            self._looking_at = key
            spectrum = self.session.measured[key].spectrum
            self._background.run(
                partial(look_into, spectrum), partial(self._looked, key), self._not_looked
            )

    def _looked(self, key: str, insight: Insight) -> None:
        self._looking_at = ""
        self._insights[key] = insight
        if self.control.key:
            self._look(self.control.key)

    def _not_looked(self, error: BaseException) -> None:
        self._looking_at = ""
        self.result.kramers_kronig.setText(str(error))

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
        control.current_changed.connect(self._current_changed)
        control.refused.connect(self._show_details)
        control.live.connect(self._show_live)
        self.spectra.picked.connect(control.choose)
        self.spectra.remove_wanted.connect(control.remove)
        self.spectra.open_wanted.connect(self.ask_open)
        self.spectra.folder_wanted.connect(self.ask_open_folder)
        self.spectra.cancel_wanted.connect(control.cancel)
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
        self.fit.clicked.connect(control.fit)
        self.fit_all.clicked.connect(control.fit_all)
        self.choose.clicked.connect(control.choose_circuit)
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
        right = QWidget()
        right.setFixedWidth(RIGHT_WIDTH)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.circuit, 3)
        column.addWidget(card("Parameters", self.parameters, self.details, self.start, row), 6)
        column.addWidget(self.result, 3)
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
