"""Reaching everybody, with a few tries over a minute or so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from ...drivers.clock import Clock, SystemClock
from .attempt import Attempt, DeliveryError
from .news import News, now_utc
from .settings import CHOOSABLE, Email, NewsKind, Notify, Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to try: pauses between the tries, and limits of one try, in s."""

    pauses_s: tuple[float, ...] = (2.0, 6.0, 15.0, 30.0)
    operation_s: float = 10.0
    attempt_s: float = 25.0


PATIENT: Final = Patience()
ONE_TRY: Final = Patience(pauses_s=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Somebody to be told: ``send(news)`` raises ``DeliveryError`` unless they were reached."""

    name: str
    on: frozenset[NewsKind]
    send: Callable[[News, Patience], None]

    def wants(self, news: News) -> bool:
        """Whether this is told here. A cell that may still be driven, and a test, always are."""
        return news.is_urgent or news.kind not in CHOOSABLE or news.kind in self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of telling one destination; ``utc`` is when it was last tried."""

    destination: str
    sent: bool
    attempts: int
    detail: str
    utc: str


def destinations(notify: Notify) -> tuple[Destination, ...]:
    """Everybody whom a bench file names; each recipient of mail is one."""
    everybody = []
    if notify.webhook is not None:
        send = partial(_post, notify.webhook)
        everybody.append(Destination(name="webhook", on=notify.webhook.on, send=send))
    if notify.email is not None:
        for recipient in notify.email.recipients:
            send = partial(_mail, notify.email, recipient)
            everybody.append(Destination(name=recipient, on=notify.email.on, send=send))
    return tuple(everybody)


def _post(webhook: Webhook, news: News, patience: Patience) -> None:
    from .webhook import post  # slow to import, and seldom needed

    post(webhook, news, timeout_s=patience.operation_s)


def _mail(email: Email, recipient: str, news: News, patience: Patience) -> None:
    from .mail import send_mail

    send_mail(email, recipient, news, timeout_s=patience.operation_s)


def deliver(
    everybody: Sequence[Destination],
    news: News,
    clock: Clock,
    *,
    patience: Patience = PATIENT,
    note: Callable[[Sequence[Outcome]], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Tell everybody, and try again with those who were not reached, as long as it may help.

    ``note`` is given all outcomes so far after each round.
    """
    outcomes: dict[str, Outcome] = {}
    left, wait_s = list(everybody), 0.0
    for pause_s in (0.0, *patience.pauses_s):
        clock.sleep_until(clock.now_s() + max(pause_s, wait_s))
        errors = _try_all(left, news, patience)
        for destination, error in zip(left, errors, strict=True):
            before = outcomes.get(destination.name)
            attempts = 1 if before is None else before.attempts + 1
            outcomes[destination.name] = _outcome(destination, attempts, error)
        note(tuple(outcomes.values()))
        passing = [error for error in errors if error is not None and error.is_passing]
        left = [each for each, error in zip(left, errors, strict=True) if error in passing]
        wait_s = max((error.retry_after_s or 0.0 for error in passing), default=0.0)
        if not left:
            break
    return tuple(outcomes.values())


def _try_all(
    everybody: Sequence[Destination], news: News, patience: Patience
) -> list[DeliveryError | None]:
    """Try each of them once, all at the same time."""
    attempts = [Attempt(partial(each.send, news, patience)) for each in everybody]
    clock = SystemClock()
    return [attempt.trouble(patience.attempt_s - clock.now_s()) for attempt in attempts]


def _outcome(destination: Destination, attempts: int, error: DeliveryError | None) -> Outcome:
    return Outcome(
        destination=destination.name,
        sent=error is None,
        attempts=attempts,
        detail="" if error is None else str(error),
        utc=now_utc(),
    )
