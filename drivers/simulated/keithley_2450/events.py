"""The event log of the simulated source meter: its errors carry a severity and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..scpi.error_queue import ErrorQueue
from ..scpi.syntax import ScpiError

POWER_ON = datetime(2026, 1, 1, tzinfo=UTC)
LOG_SIZE = 1000


def device_time(at_s: float) -> datetime:
    """The instrument's own calendar clock."""
    return POWER_ON + timedelta(seconds=at_s)


def event_log() -> ErrorQueue:
    """Return an empty event log, in which the oldest entry makes room for the newest."""
    return ErrorQueue(depth=LOG_SIZE, empty='0,"No error;0;0 0"', entry=_entry, overflow=None)


def _entry(error: ScpiError, at_s: float) -> str:
    stamp = device_time(at_s).strftime("%Y/%m/%d %H:%M:%S.%f")[:-3]
    return f'{error.code},"{error.text};1;{stamp}"'
