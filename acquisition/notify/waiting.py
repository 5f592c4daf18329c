"""Runs that wait for a person: one that has been paused for a while, and may be forgotten, and one
that has asked for a stack pressure.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from ...drivers.clock import Clock, SystemClock
from ..glances.press_words import press_in_words
from ..record.errors import RecordError
from ..record.reader import RunReader
from ..run_folder import RunFolder
from .delivery import ONE_TRY
from .ledger import tell
from .news import News
from .run_news import news_of_run
from .settings import NewsKind, Notify

WAITING_AFTER_S: Final = 600.0
LOOK_EVERY_S: Final = 30.0
_TRIES: Final = 5


class PauseWatch:
    """Knows since when a run is paused, by the clock of whoever looks."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._seq: int | None = None
        self._since_s = 0.0

    def look(self, now_s: float) -> News | None:
        """Return the news that the run waits, once its pause is ten minutes old and as long as
        it lasts.
        """
        pause = self._pause()
        if pause is None or pause[0] != self._seq:
            self._seq, self._since_s = (None if pause is None else pause[0]), now_s
        if pause is None or now_s - self._since_s < WAITING_AFTER_S:
            return None
        seq, detail, is_open = pause
        return replace(
            news_of_run(self._folder),
            news_id=f"{self._folder.run_id}/{seq}",
            kind=NewsKind.WAITING,
            detail=detail,
            safe=is_open,
        )

    def _pause(self) -> tuple[int, str, bool] | None:
        """The place of the pause in the record, in words, and whether the cell is open."""
        try:
            with RunReader(self._folder.run_file) as run:
                pause = run.pause()
        except RecordError:  # not there yet
            return None
        if pause is None:
            return None
        detail = f"paused by {pause.body['by']} since {pause.utc}"
        return pause.seq, detail, pause.body["mode"] == "open"


class PressWatch:
    """Knows whether a run has asked for a stack pressure that the gauge does not show yet."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def look(self, _now_s: float) -> News | None:
        """Return the news that the run waits for somebody at the press, as long as it does."""
        try:
            with RunReader(self._folder.run_file) as run:
                asked = run.events(kind="press")[-1:]
                ended = run.events(asked[0].seq, kind="segment_ended") if asked else []
        except RecordError:  # not there yet
            return None
        if not asked or ended or asked[0].body.get("state") != "asked":
            return None
        return replace(
            news_of_run(self._folder),
            news_id=f"{self._folder.run_id}/{asked[0].seq}",
            kind=NewsKind.WAITING,
            detail=press_in_words(asked[0].body),
            safe=False,  # the cell rests, it is not open
        )


@contextmanager
def reminded(
    folder: RunFolder,
    notify: Notify,
    clock: Clock | None = None,
    look_every_s: float = LOOK_EVERY_S,
) -> Iterator[None]:
    """Meanwhile, tell people of a run that waits for them; in a thread, for its supervisor.

    It looks every ``look_every_s`` seconds of the machine's time.
    """
    over = threading.Event()
    arguments = (folder, notify, clock or SystemClock(), over, look_every_s)
    thread = threading.Thread(target=_remind, args=arguments, name="remind", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _remind(
    folder: RunFolder, notify: Notify, clock: Clock, over: threading.Event, look_every_s: float
) -> None:
    watches, tries = (PauseWatch(folder), PressWatch(folder)), dict[str, int]()
    while not over.wait(look_every_s):
        for watch in watches:
            news = watch.look(clock.now_s())
            if news is None or tries.get(news.news_id, 0) >= _TRIES:
                continue
            tries[news.news_id] = tries.get(news.news_id, 0) + 1
            tell(folder, news, notify, patience=ONE_TRY)
