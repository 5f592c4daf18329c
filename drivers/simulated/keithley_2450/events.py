"""The event log and the status bytes of the simulated source meter."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta

from .syntax import ScpiError

POWER_ON = datetime(2026, 1, 1, tzinfo=UTC)
LOG_SIZE = 1000
OPERATION_COMPLETE, QUERY_ERROR, DEVICE_ERROR, EXECUTION_ERROR, COMMAND_ERROR = 1, 4, 8, 16, 32
ERROR_AVAILABLE, EVENT_SUMMARY, MASTER_SUMMARY = 4, 32, 64


def device_time(at_s: float) -> datetime:
    """The instrument's own calendar clock."""
    return POWER_ON + timedelta(seconds=at_s)


class EventLog:
    """What went wrong, oldest first, with the standard event register."""

    def __init__(self) -> None:
        self._entries: deque[str] = deque(maxlen=LOG_SIZE)
        self.standard_event = 0
        self.standard_enable = 0
        self.service_enable = 0

    def add(self, error: ScpiError, at_s: float) -> None:
        """Log an error that happened at ``at_s``."""
        stamp = device_time(at_s).strftime("%Y/%m/%d %H:%M:%S.%f")[:-3]
        self._entries.append(f'{error.code},"{error.text};1;{stamp}"')
        self.standard_event |= _event_bit(error.code)

    def next(self) -> str:
        """Take the oldest entry, in the words of ``:SYST:ERR?``."""
        return self._entries.popleft() if self._entries else '0,"No error;0;0 0"'

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


def _event_bit(code: int) -> int:
    if -200 < code <= -100:
        return COMMAND_ERROR
    if -300 < code <= -200:
        return EXECUTION_ERROR
    return QUERY_ERROR if -500 < code <= -400 else DEVICE_ERROR
