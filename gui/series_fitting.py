"""Has the spectra of the run in view fitted together over temperature, in a thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from .arrhenius import ArrheniusEvidence, gather_arrhenius
from .arrhenius_card import ArrheniusCard
from .background import Background
from .live_run import LiveRun


class SeriesFitting(QObject):
    """Offers the fit on ``card`` as soon as there are enough temperatures, and does it when asked
    or at the end of the run. ``trouble`` carries what went wrong.
    """

    trouble = Signal(object)

    def __init__(
        self,
        background: Background,
        card: ArrheniusCard,
        gather: Callable[[Path], ArrheniusEvidence] = gather_arrhenius,
    ) -> None:
        super().__init__()
        self._background, self._card, self._gather = background, card, gather
        self._run: LiveRun | None = None
        self._run_file: Path | None = None
        self._offered = 0
        self._is_fitting = self._is_done = False
        card.asked.connect(self._fit)

    def look(self, run: LiveRun, run_file: Path) -> None:
        """See whether the run in view is a series by now."""
        if run_file != self._run_file:
            self._run_file, self._offered, self._is_done = run_file, 0, False
        self._run = run
        self._look()

    def _look(self) -> None:
        from ..analysis.temperature_series import FEWEST_TEMPERATURES, distinct_temperatures

        run = self._run
        if run is None or run.is_overview or self._is_fitting or self._is_done:
            return
        count = distinct_temperatures(run.sweep_temperatures_k())
        if count < FEWEST_TEMPERATURES:
            return
        if count != self._offered:
            self._offered = count
            self._card.offer(count)
        if run.has_ended:
            self._is_done = True
            self._fit()

    def _fit(self) -> None:
        run_file = self._run_file
        if run_file is None or self._is_fitting:
            return
        self._is_fitting = True
        self._card.show_fitting()
        done, failed = partial(self._take, run_file), partial(self._fail, run_file)
        self._background.run(partial(self._gather, run_file), done, failed)

    def _take(self, run_file: Path, evidence: ArrheniusEvidence) -> None:
        self._is_fitting = False
        if run_file == self._run_file:
            self._card.show_evidence(evidence)
        self._look()  # another run may be in view by now, or this one at its end

    def _fail(self, run_file: Path, error: BaseException) -> None:
        self._take(run_file, ArrheniusEvidence(remarks=(str(error),)))
        self.trouble.emit(error)
