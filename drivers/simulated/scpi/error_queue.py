"""The error queue and the status bytes of a simulated SCPI instrument.

Source: IEEE 488.2-1992, chapter 11 (status reporting); SCPI-1999, volume 2, 21.8 (error queue).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias

from .syntax import Parameters, ScpiError

OPERATION_COMPLETE, QUERY_ERROR, DEVICE_ERROR, EXECUTION_ERROR, COMMAND_ERROR = 1, 4, 8, 16, 32
ERROR_AVAILABLE, EVENT_SUMMARY, MASTER_SUMMARY = 4, 32, 64
OVERFLOW: Final = ScpiError(-350, "Queue overflow")

Print: TypeAlias = Callable[[ScpiError, float], str]
"""How an error, and the time in s at which it happened, stand in the answer to ``:SYST:ERR?``."""


def signed_entry(error: ScpiError, _at_s: float) -> str:
    """Print an error as most instruments do.

    >>> signed_entry(ScpiError(-113, "Undefined header"), 0.0)
    '-113,"Undefined header"'
    """
    return f'{error.code:+d},"{error.text}"'


class ErrorQueue:
    """What went wrong, oldest first, with the standard event register.

    A queue of ``depth`` that is full has its newest entry replaced by ``overflow``; with ``None``
    the oldest makes room instead. ``empty`` is what a queue without entries answers.
    """

    def __init__(
        self,
        *,
        depth: int = 10,
        empty: str = '+0,"No error"',
        entry: Print = signed_entry,
        overflow: ScpiError | None = OVERFLOW,
    ) -> None:
        self._entries: deque[str] = deque(maxlen=depth)
        self._depth, self._empty, self._entry, self._overflow = depth, empty, entry, overflow
        self.standard_event = 0
        self.standard_enable = 0
        self.service_enable = 0

    def add(self, error: ScpiError, at_s: float) -> None:
        """Queue an error that happened at ``at_s``."""
        self.standard_event |= _event_bit(error.code)
        if self._overflow is not None and len(self._entries) == self._depth:
            self._entries[-1] = self._entry(self._overflow, at_s)
        else:
            self._entries.append(self._entry(error, at_s))

    def next(self) -> str:
        """Take the oldest entry, in the words of ``:SYST:ERR?``."""
        return self._entries.popleft() if self._entries else self._empty

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Forget the entries and the standard event register."""
        self._entries.clear()
        self.standard_event = 0

    def take_standard_event(self) -> int:
        """Read and clear the standard event register."""
        value, self.standard_event = self.standard_event, 0
        return value

    def status_byte(self) -> int:
        """The status byte as ``*STB?`` tells it."""
        value = ERROR_AVAILABLE if self._entries else 0
        if self.standard_event & self.standard_enable:
            value |= EVENT_SUMMARY
        return value | (MASTER_SUMMARY if value & self.service_enable else 0)

    def commands(self) -> dict[str, Callable[[Parameters], None]]:
        """The common commands about errors and status, by their header."""
        return {
            "*CLS": lambda _: self.clear(),
            "*ESE": self._enable_events,
            "*SRE": self._enable_service,
        }

    def queries(self) -> dict[str, Callable[[Parameters], str]]:
        """The common queries about errors and status, by their header."""
        return {
            "*ESR": lambda _: str(self.take_standard_event()),
            "*ESE": lambda _: str(self.standard_enable),
            "*SRE": lambda _: str(self.service_enable),
            "*STB": lambda _: str(self.status_byte()),
            "SYSTem:ERRor[:NEXT]": lambda _: self.next(),
            "SYSTem:ERRor:COUNt": lambda _: str(len(self)),
        }

    def _enable_events(self, given: Parameters) -> None:
        self.standard_enable = given.whole(0, 255, 0)

    def _enable_service(self, given: Parameters) -> None:
        self.service_enable = given.whole(0, 255, 0)


def _event_bit(code: int) -> int:
    if -200 < code <= -100:
        return COMMAND_ERROR
    if -300 < code <= -200:
        return EXECUTION_ERROR
    return QUERY_ERROR if -500 < code <= -400 else DEVICE_ERROR
