"""Who has been told of a run: a small file beside it, so that nobody is told twice."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

from ...drivers.clock import Clock, SystemClock
from ..json_files import read_json, write_json
from ..processes import ProcessId
from ..run_folder import RunFolder
from .delivery import PATIENT, Outcome, Patience, deliver, destinations
from .news import News
from .run_news import news_of_run
from .settings import NewsKind, Notify

FILE_NAME: Final = "notified.json"


class NotYetError(Exception):
    """Those who see to a run's end have not finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of news, and what came of telling it."""

    news_id: str
    kind: NewsKind
    subject: str
    outcomes: tuple[Outcome, ...]

    @property
    def all_sent(self) -> bool:
        """Whether everybody who was to be told was reached."""
        return all(outcome.sent for outcome in self.outcomes)


def read_told(folder: RunFolder) -> tuple[Told, ...]:
    """What people were told of a run, oldest first; nothing if the file is not whole."""
    try:
        stored = read_json(folder.path / FILE_NAME) or {}
        return tuple(_told(each) for each in stored.get("told", []))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def tell(
    folder: RunFolder,
    news: News,
    notify: Notify,
    *,
    clock: Clock | None = None,
    patience: Patience = PATIENT,
) -> tuple[Outcome, ...]:
    """Tell everybody who wants this news and has not had it; return what came of it.

    Written into ``notified.json`` after each round, unless the disk is full: then people are told
    all the same.
    """
    before = read_told(folder)
    same = next((told for told in before if told.news_id == news.news_id), None)
    had = {each.destination: each for each in (same.outcomes if same else ()) if each.sent}
    others = [told for told in before if told is not same]
    left = [each for each in destinations(notify) if each.wants(news) and each.name not in had]

    def note(outcomes: Sequence[Outcome]) -> None:
        now = Told(
            news_id=news.news_id,
            kind=news.kind,
            subject=news.subject(),
            outcomes=(*had.values(), *outcomes),
        )
        with suppress(OSError):
            write_json(folder.path / FILE_NAME, {"told": [*map(asdict, others), asdict(now)]})

    if not left:
        return ()
    return deliver(left, news, clock or SystemClock(), patience=patience, note=note)


def tell_again(folder: RunFolder, notify: Notify) -> tuple[Outcome, ...]:
    """Tell those who were not reached how a run ended.

    Raises ``NotYetError`` while the run goes on, or its supervisor still tries to reach them.
    """
    supervisor = _supervisor(folder)
    if supervisor is not None and supervisor.is_alive():
        raise NotYetError(
            f"{folder.run_id}: its supervisor (process {supervisor.pid}) still sees to it"
        )
    return tell(folder, news_of_run(folder), notify)


def _supervisor(folder: RunFolder) -> ProcessId | None:
    try:
        stored = (read_json(folder.worker_file) or {}).get("supervisor")
        return ProcessId.from_json(stored) if stored else None
    except (ValueError, KeyError):
        return None


def _told(stored: dict[str, Any]) -> Told:
    return Told(
        news_id=str(stored["news_id"]),
        kind=NewsKind(stored["kind"]),
        subject=str(stored["subject"]),
        outcomes=tuple(Outcome(**each) for each in stored["outcomes"]),
    )
