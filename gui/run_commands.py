"""Asking a run to pause, resume or skip, and hearing what its worker made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from ..acquisition.session import (
    CommandOutcome,
    command_outcome,
    request_pause,
    request_resume,
    request_skip,
)
from .background import Background
from .run_wishes import OPEN, WORDS, Wish
from .theme import Tone

ASK_EVERY_MS: Final = 120
PATIENCE_MS: Final = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is to be told of a wish; messages of one ``key`` replace each other."""

    key: str
    text: str
    tone: Tone


class RunCommands(QObject):
    """Leaves commands beside runs and looks for their outcome; ``told`` tells it in words.

    ``over`` says that a command was answered, so that whoever shows the run looks at once.
    """

    told = Signal(object)
    over = Signal()

    def __init__(self, background: Background, who: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._who = background, who
        self._waits: set[QTimer] = set()

    def pause(self, run_file: Path, mode: str = OPEN) -> None:
        """Ask a run to pause, with its cell open or at rest."""
        self._ask(Wish.PAUSE, run_file, partial(request_pause, run_file, self._who, mode=mode))

    def resume(self, run_file: Path) -> None:
        """Ask a paused run to go on."""
        self._ask(Wish.RESUME, run_file, partial(request_resume, run_file, self._who))

    def skip(self, run_file: Path) -> None:
        """Ask a run to leave the rest of its segment out."""
        self._ask(Wish.SKIP, run_file, partial(request_skip, run_file, self._who))

    def close(self) -> None:
        """Look for no outcome any more; what was asked for stands."""
        for timer in tuple(self._waits):
            self._end(timer)

    def _ask(self, wish: Wish, run_file: Path, request: Callable[[], str]) -> None:
        self._tell(wish, f"{WORDS[wish].asked} of {_name(run_file)}: asked …", "accent")
        self._background.run(
            request, partial(self._wait, wish, run_file), partial(self._fail, wish, run_file)
        )

    def _wait(self, wish: Wish, run_file: Path, command_id: str) -> None:
        timer, since = QTimer(self, interval=ASK_EVERY_MS), QElapsedTimer()
        since.start()
        look = partial(command_outcome, run_file, command_id)
        taken = partial(self._take, wish, run_file, timer, since)
        failed = partial(self._give_up, wish, run_file, timer)
        timer.timeout.connect(lambda: self._background.run(look, taken, failed))
        self._waits.add(timer)
        timer.start()

    def _take(
        self,
        wish: Wish,
        run_file: Path,
        timer: QTimer,
        since: QElapsedTimer,
        outcome: CommandOutcome | None,
    ) -> None:
        if timer not in self._waits:  # an answer to a question that was asked twice
            return
        name, words = _name(run_file), WORDS[wish]
        if outcome is None:
            if since.elapsed() > PATIENCE_MS:
                self._end(timer)
                seconds = PATIENCE_MS // 1000
                text = f"{words.asked} of {name}: no answer in {seconds} s; it may still come"
                self._tell(wish, text, "warning")
            return
        self._end(timer)
        if outcome.accepted:
            by = f", asked by {self._who}"
            self._tell(wish, f"{name} {words.accepted}{by}", "good")
        else:
            self._tell(wish, f"{name} {words.refused}: {outcome.detail}", "warning")
        self.over.emit()

    def _give_up(self, wish: Wish, run_file: Path, timer: QTimer, error: BaseException) -> None:
        if timer in self._waits:
            self._end(timer)
            self._fail(wish, run_file, error)

    def _fail(self, wish: Wish, run_file: Path, error: BaseException) -> None:
        self._tell(wish, f"{_name(run_file)} {WORDS[wish].refused}: {error}", "danger")

    def _end(self, timer: QTimer) -> None:
        timer.stop()
        self._waits.discard(timer)
        timer.deleteLater()

    def _tell(self, wish: Wish, text: str, tone: Tone) -> None:
        del wish  # one message for all three: they follow each other
        self.told.emit(Told(key="command", text=text, tone=tone))


def _name(run_file: Path) -> str:
    return run_file.parent.name
