"""The fits that the page asks for, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from ..background import Background
from ..notices import Notices
from .control import AnalysisControl
from .fit_worker import Ended, FitWorker
from .fitting import Done, Job, choose_each, fit_each, fit_warm_both_ways


class FitControl(QObject):
    """One batch at a time; ``changed`` tells that one began, came on or ended.

    ``waiting`` are the keys of spectra whose fit has not come yet, ``told`` how the last ended.
    """

    changed = Signal()

    def __init__(
        self, control: AnalysisControl, background: Background, notices: Notices, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._control, self.session, self._notices = control, control.session, notices
        self.waiting: set[str] = set()
        self.worker = FitWorker(background, self)
        self._words = self.told = ""
        self._batch: object = None
        self._opened = 0
        self._has_left = False
        self.worker.arrived.connect(self._take)
        self.worker.ended.connect(self._ended)

    def fit(self) -> None:
        """Fit the spectrum in view."""
        if self._control.key:
            jobs = self.session.jobs((self._control.key,))
            words = f"fit {self.session.name(self._control.key)}"
            self._start(words, jobs, partial(fit_each, jobs))

    def fit_all(self) -> None:
        """Fit every spectrum with this one's circuit, each from its neighbour's result."""
        entry = self._control.entry
        if entry is not None:
            jobs = self.session.jobs(self.session.project.keys, entry.model)
            first = self._control.key
            self._start("fit all", jobs, lambda: fit_warm_both_ways(jobs, first), is_batch=True)

    def choose_circuit(self) -> None:
        """Let the data choose the circuit of the spectrum in view."""
        if self._control.key:
            jobs = self.session.jobs((self._control.key,))
            self._start("choose a circuit", jobs, partial(choose_each, jobs))

    def choose_all(self) -> None:
        """Let the data choose every spectrum's circuit."""
        jobs = self.session.jobs(self.session.project.keys)
        if jobs:
            self._start("choose all circuits", jobs, partial(choose_each, jobs), is_batch=True)

    def cancel(self) -> None:
        """Begin no further fit; what is done stays."""
        self.worker.cancel()

    def leave(self) -> None:
        """Stop; a fit that is under way may still be delivered, and is not taken."""
        self._has_left = True
        self.worker.leave()

    def _start(
        self,
        words: str,
        jobs: Sequence[Job],
        fits: Callable[[], Iterator[Done]],
        *,
        is_batch: bool = False,
    ) -> None:
        if self.worker.is_busy:
            return
        self.told = ""
        self._words, self._batch = words, object() if is_batch else None
        self.waiting = {job.key for job in jobs}
        self._opened = self.session.opened
        self.session.begin_batch()
        self.worker.start(fits, len(jobs))
        self.changed.emit()

    def _take(self, came: tuple[Done, ...]) -> None:
        if self._opened != self.session.opened:
            self.cancel()  # these are fits of the project that was here before
        elif not self._has_left:
            self.waiting -= {done.key for done in came}
            self.session.take(came, self._words, self._batch)

    def _ended(self, ended: Ended) -> None:
        if self._has_left:
            return
        self.waiting = set()
        if ended.error is not None:
            self._notices.tell("analysis error", str(ended.error), "danger")
        elif self._opened != self.session.opened:
            self.told = ""
        elif ended.cancelled:
            self.told = f"Cancelled: {ended.done} of {ended.total} are done and kept."
        elif self._batch is not None:
            entries = self.session.project.entries
            refused = sum(e.outcome is not None and bool(e.outcome.refused) for e in entries)
            self.told = f"{ended.done} spectra done" + (f", {refused} refused" if refused else "")
        self.changed.emit()
