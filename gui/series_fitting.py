"""Has the spectra of the run in view fitted together over temperature, in a thread."""

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

    def __init__(self, background: Background, card: ArrheniusCard) -> None:
        super().__init__()
        self._background, self._card = background, card
        self._run_file: Path | None = None
        self._offered = 0
        self._is_fitting = self._is_done = False
        card.asked.connect(self._fit)

    def look(self, run: LiveRun, run_file: Path) -> None:
        """See whether the run in view is a series by now."""
        from ..analysis.temperature_series import FEWEST_TEMPERATURES, distinct_temperatures

        if run_file != self._run_file:
            self._run_file, self._offered, self._is_done = run_file, 0, False
        if run.is_overview or self._is_fitting or self._is_done:
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
        done = partial(self._take, run_file)
        self._background.run(partial(gather_arrhenius, run_file), done, self._fail)

    def _take(self, run_file: Path, evidence: ArrheniusEvidence) -> None:
        self._is_fitting = False
        if run_file == self._run_file:
            self._card.show_evidence(evidence)

    def _fail(self, error: BaseException) -> None:
        self._is_fitting = False
        self._card.show_evidence(ArrheniusEvidence(remarks=(str(error),)))
        self.trouble.emit(error)
