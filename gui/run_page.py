"""One run, live or of last year: the same view of the same rows."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from ..acquisition.preview.plan_ahead import Ahead, step_text
from ..acquisition.record.errors import RecordError
from ..acquisition.session import RunState, RunStateName, run_state
from .background import Background
from .event_words import oven_now
from .evidence import Evidence, FittedSpectrum, gather_evidence
from .inspector import Inspector
from .live_run import LiveRun
from .log_panel import LogPanel
from .opened_run import OpenedRun, open_run
from .prepare_page import INSPECTOR_WIDTH
from .run_bar import Standing
from .run_wishes import ALLOWED
from .run_words import STOPPING, UNDER_WAY, state_words
from .series_fitting import SeriesFitting
from .spectra_view import SPECTRA_SHOWN, SpectraView
from .tail import Tail
from .theme import Theme
from .trace_view import TraceView

TICK_MS: Final = 60
STATE_EVERY_MS: Final = 400
EVIDENCE_EVERY_MS: Final = 3000
EVIDENCE_SHARE: Final = 0.1  # of a processor, at most: a long run is judged less often


class RunPage(QWidget):
    """Follows one run at a time. ``trouble`` carries what went wrong."""

    standing_changed = Signal(object)
    trouble = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self.run: LiveRun | None = None
        self.run_file: Path | None = None
        self.state: RunState | None = None
        self.evidence: Evidence | None = None
        self._ahead = Ahead()
        self._tail: Tail | None = None
        self._was_asked_to_stop = False
        self._is_asking_state = self._is_gathering = self._is_reading = False
        self._judged = -1
        self._evidence_every_ms: float = EVIDENCE_EVERY_MS
        self._drawn_spectra: tuple[int, FittedSpectrum | None] = (-1, None)
        self.traces, self.spectra = TraceView(), SpectraView()
        self.inspector, self.log = Inspector(), LogPanel()
        self._series = SeriesFitting(background, self.inspector.arrhenius)
        self._series.trouble.connect(self.trouble)
        self._since_row, self._since_evidence = QElapsedTimer(), QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._state_timer = QTimer(self)
        self._state_timer.setInterval(STATE_EVERY_MS)
        self._state_timer.timeout.connect(self._ask_state)
        self._lay_out()

    @property
    def is_under_way(self) -> bool:
        """Whether the run in view goes on."""
        return self.state is not None and self.state.state in UNDER_WAY

    @property
    def _is_measuring(self) -> bool:
        """Whether readings are due: not while the cell of a paused run is open."""
        state = self.state
        if state is None or (state.state is RunStateName.PAUSED and state.safe):
            return False
        return self.is_under_way

    def show_run(self, opened: OpenedRun) -> None:
        """Show a run from now on, in place of the one before."""
        self.leave()
        self.run, self.run_file = opened.run, opened.run_file
        self.state, self._ahead = opened.state, opened.ahead
        self._tail = Tail(opened.run_file, opened.place)
        self._since_row.start()
        self._since_evidence.start()
        self.traces.show_run(self.run)
        self.log.show_run(self.run)
        self.inspector.show_head(self.run.header)
        self._draw()
        self._gather()
        QTimer.singleShot(TICK_MS, self, self._read_whole)  # once the overview has been drawn
        self._timer.start()
        self._state_timer.start()

    def leave(self) -> None:
        """Look away from the run, which goes on."""
        self._timer.stop()
        self._state_timer.stop()
        if self._tail is not None:
            self._tail.close()
        self._tail, self.run, self.run_file, self.state = None, None, None, None
        self.evidence = None
        self._drawn_spectra = (-1, None)
        self._judged, self._was_asked_to_stop = -1, False

    def note_stop_request(self) -> None:
        """Show that a stop was asked for, until the run says more."""
        self._was_asked_to_stop = True
        self.tell_standing()

    def look_again(self) -> None:
        """Ask now, and not with the next round, where the run stands."""
        self._ask_state()

    def tell_standing(self) -> None:
        """Say once more where the run in view stands."""
        run, state = self.run, self.state
        if run is None or state is None:
            self.standing_changed.emit(Standing())
            return
        goes_on = self.is_under_way
        segment = run.current_segment if goes_on else None
        where = step_text(segment, self._ahead.steps)
        named = oven_now(segment, run.events) or (segment.name if segment is not None else "")
        self.standing_changed.emit(
            Standing(
                words=STOPPING if goes_on and self._was_asked_to_stop else state_words(state),
                run_id=state.run_id,
                step=" · ".join(text for text in (where, named) if text),
                elapsed_s=run.elapsed_s,
                remaining_s=self._ahead.remaining_s(run.segments, run.elapsed_s)
                if goes_on
                else None,
                allowed=ALLOWED[state.state],
            )
        )

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        for view in (self.traces, self.spectra, self.inspector, self.log):
            view.set_theme(theme)

    def _tick(self) -> None:
        if self._tail is None or self.run is None:
            return
        try:
            rows = self._tail.read()
        except RecordError as error:
            self._timer.stop()
            self.trouble.emit(error)
            return
        if rows.count:
            self._since_row.restart()
            self.run.add(rows)
            self._draw()
        elif self.run.has_ended or not self.is_under_way:
            self._let_go()
        silent_s = self._since_row.elapsed() / 1000 if self._is_measuring else None
        self.log.show_health(self.run, silent_s)
        if self._since_evidence.elapsed() > self._evidence_every_ms:
            self._gather()

    def _let_go(self) -> None:
        """Read no more of a run that has ended: nobody can seal a file that is held open."""
        self._timer.stop()
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        self._gather()

    def _draw(self) -> None:
        if self.run is None:
            return
        self.traces.refresh()
        fit = self.evidence.fit if self.evidence is not None else None
        if self._drawn_spectra != (self.run.points, fit):
            self._drawn_spectra = (self.run.points, fit)
            self.spectra.show_spectra(self.run.spectra(SPECTRA_SHOWN), fit)
        self.log.refresh(self.run)
        self.tell_standing()

    def _read_whole(self) -> None:
        """Read a run of which only an overview is shown."""
        run, run_file = self.run, self.run_file
        if run is None or run_file is None or not run.is_overview or self._is_reading:
            return
        self._is_reading = True
        self._do(partial(open_run, run_file, sys.maxsize), self._take_whole, "_is_reading")

    def _take_whole(self, opened: OpenedRun) -> None:
        if opened.run_file != self.run_file:
            self._read_whole()
            return
        if self._tail is not None:
            self._tail.close()
        self.run, self._tail = opened.run, Tail(opened.run_file, opened.place)
        self.traces.take_whole(self.run)
        self._draw()
        self._gather()
        self._timer.start()

    def _ask_state(self) -> None:
        if self.run_file is None or self._is_asking_state:
            return
        self._is_asking_state = True
        self._do(partial(run_state, self.run_file), self._take_state, "_is_asking_state")

    def _take_state(self, state: RunState) -> None:
        if state.run_file != self.run_file:
            return
        self.state = state
        if not self.is_under_way:
            self._state_timer.stop()
        self.tell_standing()

    def _gather(self) -> None:
        """Judge the run anew if a segment has ended since, one judgement at a time."""
        if self.run is None or self.run_file is None or self._is_gathering:
            return
        if self.run.is_overview:
            return
        ended = sum(e.kind in ("segment_ended", "run_ended") for e in self.run.events)
        if ended == self._judged:
            return
        self._judged = ended
        self._is_gathering = True
        self._since_evidence.restart()
        known = self.evidence.fit if self.evidence is not None else None
        work = partial(gather_evidence, self.run_file, known)
        self._do(work, partial(self._take_evidence, self.run_file), "_is_gathering")

    def _take_evidence(self, run_file: Path, evidence: Evidence) -> None:
        if run_file != self.run_file or self.run is None:
            self._gather()
            return
        took_ms = self._since_evidence.elapsed()
        self._evidence_every_ms = max(EVIDENCE_EVERY_MS, took_ms / EVIDENCE_SHARE)
        self.evidence = evidence
        self.inspector.show_evidence(evidence)
        self.traces.show_failure(_failure_of(evidence))
        self._draw()
        self._series.look(self.run, run_file)
        if not self._timer.isActive():
            self._gather()

    def _do(self, work: Callable[[], object], done: Callable[..., None], flag: str) -> None:
        def over(answer: object) -> None:
            setattr(self, flag, False)
            done(answer)

        def failed(error: BaseException) -> None:
            setattr(self, flag, False)
            self.trouble.emit(error)

        self._background.run(work, over, failed)

    def _lay_out(self) -> None:
        column = QSplitter(Qt.Orientation.Vertical)
        column.addWidget(self.traces)
        column.addWidget(self.spectra)
        column.addWidget(self.log)
        for place, stretch in enumerate((9, 6, 3)):
            column.setStretchFactor(place, stretch)
        column.setSizes([410, 280, 180])
        column.setChildrenCollapsible(False)
        self.inspector.setFixedWidth(INSPECTOR_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(column, 1)
        layout.addWidget(self.inspector)


def _failure_of(evidence: Evidence) -> tuple[float, str] | None:
    """When the cell failed, and how."""
    result = evidence.result
    if result is None or result.failed_segment is None:
        return None
    ended = [row for row in result.half_cycles if row.alarm or row.end not in (None, "completed")]
    if not ended:
        return None
    return ended[0].start_s + ended[0].duration_s, result.failure
