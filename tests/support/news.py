"""News for tests."""

from dataclasses import replace
from pathlib import Path

from solidcell.acquisition.notify.news import News
from solidcell.acquisition.notify.settings import Email, NewsKind, Secret, Security, Webhook

_FAILED = News(
    news_id="run-7/42",
    kind=NewsKind.FAILED,
    run_id="run-7",
    channel="A1",
    cell="LPSCl-7",
    detail="LinkLostError: no answer from COM3",
    safe=True,
    elapsed_s=7200.0,
    host="bench-pc",
    operator="ada",
    path="/data/run-7/run-7.run.sqlite",
    utc="2026-11-21T09:00:00+00:00",
)


def news(**changes) -> News:
    """That a run has failed, with ``changes``."""
    return replace(_FAILED, **changes)


def kept_secret(folder: Path, name: str, text: str) -> Secret:
    """A secret in a file of this user alone."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return Secret(file=file)


def webhook_at(folder: Path, address: str, **settings) -> Webhook:
    return Webhook(url=kept_secret(folder, "hook", address), **settings)


def email_at(port: int, **settings) -> Email:
    plain = {"security": Security.NONE, "sender": "bench@lab.org", "recipients": ("ada@lab.org",)}
    return Email(**({"server": "127.0.0.1", "port": port} | plain | settings))
