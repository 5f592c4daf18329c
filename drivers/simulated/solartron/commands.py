"""Two-letter commands as Solartron's instruments of that age take them: ``FR 1.0E+03``, ``?FR``.

Source: SI 1287 User Guide, chapter 4, section 6 (commands, arguments); 1250 Operating Manual,
sections 11.3 (errors of commands) and 13.7 (form of commands). Assumed: a line is one command; what
is asked for is answered like an argument; an error stays until it is cleared (CE).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ...clock import Clock

UNKNOWN, MISMATCH, OUT_OF_RANGE, NO_NUMBER, NO_VALUE = 1, 2, 3, 4, 5
LONGEST_LINE_BYTES: Final = 1 << 12
_COMMAND: Final = re.compile(r"(\?)?\s*([A-Z]{2})\s*(.*)")
_FLOAT: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d{1,2})?")


class CommandError(Exception):
    """A command that cannot be carried out, by its number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"error {number:02d}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Setting:
    """A number from ``low`` to ``high``; ``whole`` ones are printed without a point.

    With ``channels`` its command has the channel's number first: ``RA 1,0``.
    """

    low: float
    high: float
    default: float = 0.0
    whole: bool = False
    channels: int = 0


class CommandLines:
    """Takes lines, keeps settings, and says what is asked for, on an injected clock.

    ``actions`` are carried out, with their arguments; ``changed`` is told the name of a setting
    that was set. What is to be said later is given to ``say_at``.
    """

    def __init__(
        self,
        clock: Clock,
        settings: Mapping[str, Setting],
        actions: Mapping[str, Callable[[list[float]], None]],
        *,
        identity: str = "",
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._clock, self._settings, self._actions = clock, settings, actions
        self._identity, self._changed = identity, changed
        self.values = {
            self._key(name, channel): setting.default
            for name, setting in settings.items()
            for channel in range(1, (setting.channels or 1) + 1)
        }
        self.error = 0
        self._heard = b""
        self._said = bytearray()
        self._later: deque[tuple[float, Callable[[], str]]] = deque()

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        *lines, self._heard = (self._heard + data).split(b"\n")
        self._heard = self._heard[-LONGEST_LINE_BYTES:]
        self._speak()
        for line in lines:
            self._carry_out(line.decode("latin-1").strip().upper())
        return self.poll()

    def poll(self) -> bytes:
        """Return everything that it says by now."""
        self._speak()
        said = bytes(self._said)
        self._said.clear()
        return said

    def due_s(self) -> float | None:
        """When it has something to say; ``None`` if nothing is under way."""
        return self._later[0][0] if self._later else None

    def hang_up(self) -> None:
        """Forget half a command; what is under way goes on."""
        self._heard = b""

    def say_at(self, at_s: float, what: Callable[[], str]) -> None:
        """Say ``what`` once its time has come."""
        self._later.append((at_s, what))

    def stop_saying(self) -> None:
        """Break off what is under way."""
        self._later.clear()

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._later)

    def _speak(self) -> None:
        while self._later and self._later[0][0] <= self._clock.now_s():
            self._say(self._later.popleft()[1]())

    def _say(self, text: str) -> None:
        if text:
            self._said += text.encode() + b"\r\n"

    def _carry_out(self, line: str) -> None:
        if not line:
            return
        if line == "*IDN?" and self._identity:
            self._say(self._identity)
            return
        try:
            self._understood(line)
        except CommandError as error:
            self.error = error.number

    def _understood(self, line: str) -> None:
        found = _COMMAND.fullmatch(line)
        if found is None:
            raise CommandError(UNKNOWN)
        asked, name, text = found.groups()
        if asked:
            self._say(self._answer(name, text))
        elif name == "CE":
            self.error = 0
        elif name in self._actions:
            self._actions[name](_numbers(text))
        elif name in self._settings:
            self._set(name, _numbers(text))
        else:
            raise CommandError(UNKNOWN)

    def _answer(self, name: str, text: str) -> str:
        if name == "ER":
            return f"{self.error:02d}"
        if name not in self._settings:
            raise CommandError(NO_VALUE)
        setting = self._settings[name]
        channel = int(text) if setting.channels and text.isdecimal() else 1
        value = self.values.get(self._key(name, channel))
        if value is None:
            raise CommandError(OUT_OF_RANGE)
        return f"{value:.0f}" if setting.whole else f"{value:+.4E}"

    def _set(self, name: str, numbers: list[float]) -> None:
        setting = self._settings[name]
        if len(numbers) != (2 if setting.channels else 1):
            raise CommandError(MISMATCH)
        channel = int(numbers[0]) if setting.channels else 1
        if not (1 <= channel <= (setting.channels or 1)):
            raise CommandError(OUT_OF_RANGE)
        value = numbers[-1]
        if not setting.low <= value <= setting.high or (setting.whole and value % 1):
            raise CommandError(OUT_OF_RANGE)
        self.values[self._key(name, channel)] = value
        self._changed(name)

    def _key(self, name: str, channel: int) -> str:
        return f"{name}{channel}" if self._settings[name].channels else name


def _numbers(text: str) -> list[float]:
    """Read arguments separated by commas. Raises ``CommandError`` for what is no number."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(map(_FLOAT.fullmatch, parts)):
        raise CommandError(NO_NUMBER)
    return [float(part) for part in parts]
