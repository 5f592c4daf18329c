"""Who is to be told of what, and where the secrets for it are kept."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from .address import checked_url


class NewsKind(StrEnum):
    """What people can be told of. Stored as text; never renamed."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    EMERGENCY_STOP = "emergency_stop"
    LIMIT_TRIPPED = "limit_tripped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    NEVER_BEGAN = "never_began"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    TEST = "test"

    @classmethod
    def of_end(cls, reason: str) -> "NewsKind":
        """What the end of a run for this reason is called; ``UNKNOWN`` for any other word."""
        kind = cls(reason) if reason in set(cls) else cls.UNKNOWN
        return cls.UNKNOWN if kind in (cls.NEVER_BEGAN, cls.WAITING, cls.TEST) else kind


CHOOSABLE: Final = tuple(kind for kind in NewsKind if kind not in (NewsKind.UNKNOWN, NewsKind.TEST))
"""What a bench file may name. That nothing is known of a cell is told to everybody, always."""

TOLD_UNLESS_CHOSEN: Final = tuple(kind for kind in CHOOSABLE if kind is not NewsKind.STOPPED)
"""A plain stop was somebody's wish, and is told only to those who want it."""


class SecretError(ValueError):
    """A secret is not where it should be. Names the variable or file, never what is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret is kept: in an environment variable, or in a file of this user alone.

    The bench file goes into every run file, and a run file into a repository; so neither may
    ever hold a password.
    """

    variable: str | None = None
    file: Path | None = None

    def read(self) -> str:
        """Return the secret. Raises ``SecretError`` if it is absent, empty or open to others."""
        return self._from_environment() if self.file is None else _from_file(self.file)

    def _from_environment(self) -> str:
        value = os.environ.get(self.variable or "", "").strip()
        if not value:
            raise SecretError(f"the environment variable {self.variable} is not set")
        return _one_line(value, f"the environment variable {self.variable}")


class Security(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    SSL = "ssl"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that takes a JSON object by POST. The address is itself a secret."""

    url: Secret
    token: Secret | None = None
    on: frozenset[NewsKind] = frozenset(TOLD_UNLESS_CHOSEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """A mail server, and who gets mail through it."""

    server: str
    port: int
    security: Security
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: Secret | None = field(default=None, repr=False)
    on: frozenset[NewsKind] = frozenset(TOLD_UNLESS_CHOSEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """What a bench file says about telling people; nobody by default."""

    webhook: Webhook | None = None
    email: Email | None = None

    def problems(self) -> tuple[str, ...]:
        """What would keep people from being told, as far as it can be known beforehand."""
        found = []
        if self.webhook is not None:
            found += [_trouble(self.webhook.url, checked_url), _trouble(self.webhook.token)]
            found = [f"notify.webhook: {trouble}" for trouble in found if trouble]
        if self.email is not None and (trouble := _trouble(self.email.password)):
            found.append(f"notify.email: {trouble}")
        return tuple(found)


def _trouble(secret: Secret | None, check: Callable[[str], object] = str) -> str:
    """What is wrong with a secret, if anything is."""
    if secret is None:
        return ""
    try:
        check(secret.read())
    except ValueError as error:
        return str(error)
    return ""


def _from_file(file: Path) -> str:
    try:
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise SecretError(f"{file} can be read by others: chmod 600 {file}")
        text = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SecretError(f"{file}: {error.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise SecretError(f"{file} is not UTF-8") from None
    if not text:
        raise SecretError(f"{file} is empty")
    return _one_line(text, str(file))


def _one_line(text: str, where: str) -> str:
    if not text.isprintable():
        raise SecretError(f"{where} must hold one line of printable characters")
    return text
