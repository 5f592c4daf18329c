"""What may go wrong on the wire, at a chosen byte of a chosen line that the instrument says.

A ``FaultyLink`` stands between a driver and any ``ByteLink``. It is told which fault befalls which
line, counted from its making, so that a failure can be played again. Time is the given clock's:
nothing sleeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ..clock import Clock
from ..errors import LinkLostError
from ..link import ByteLink
from . import line_damage

STUTTER_S = 1e-3  # between the pieces of an endless noise


class Kind(StrEnum):
    """What happens to one line of the instrument, or to the wire while it is said."""

    SPLIT = "split at any byte"
    LATE = "late"
    VERY_LATE = "later than any patience"
    DUPLICATED = "duplicated"
    LOST = "lost"
    TRUNCATED = "truncated"
    BITTEN = "bytes lost inside"
    GARBAGE = "garbage"
    FOREIGN_LINE = "garbage with a line end"
    ENDLESS = "garbage without end"
    WRONG_UNIT = "wrong unit"
    OVERFLOW = "9.91E37"
    NOT_A_NUMBER = "NaN"
    DISCONNECT = "disconnect"
    RENAMED = "back under another name"
    REPLACED = "another instrument comes back"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind`` befalls the instrument's line number ``line`` (from 0) at its byte ``at``."""

    kind: Kind
    line: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class _Pause:
    until_s: float


class _Event(StrEnum):
    BREAK = "break"
    FALL_SILENT = "fall silent"
    MAKE_NOISE = "make noise"


class FaultyLink:
    """A ``ByteLink`` through which faults befall what the instrument says.

    A broken wire raises ``LinkLostError`` until ``reopen``; a silent one swallows what is
    written, too; each fault happens once. After ``REPLACED`` the link leads to ``another``. Late
    lines come ``late_s`` or ``very_late_s`` after they were said. An instrument that does not
    speak in lines says a message at a time, which counts as its line. ``lines``, ``reads``,
    ``reopened`` and ``renamed`` count; ``happened`` are the faults that did.
    """

    def __init__(
        self,
        link: ByteLink,
        clock: Clock,
        *,
        another: ByteLink | None = None,
        late_s: float = 0.5,
        very_late_s: float = 60.0,
        speaks_in_lines: bool = True,
    ) -> None:
        self._link, self._clock, self._another = link, clock, another
        self._speaks_in_lines = speaks_in_lines
        self._faults: dict[int, Fault] = {}
        self._delays_s = {Kind.LATE: late_s, Kind.VERY_LATE: very_late_s}
        self._heard = b""
        self._coming: deque[bytes | _Pause | _Event] = deque()
        self._state: _Event | None = None
        self.lines = self.reads = self.reopened = self.renamed = 0
        self.happened: list[Fault] = []

    def arm(self, *faults: Fault) -> None:
        """Let these befall the lines to come; their numbers count from now."""
        self._faults = {self.lines + fault.line: fault for fault in faults}

    @property
    def is_whole(self) -> bool:
        """Whether anything can come through without opening it anew."""
        return self._state is None

    @property
    def is_replaced(self) -> bool:
        """Whether another instrument stands behind the wire now."""
        return any(fault.kind is Kind.REPLACED for fault in self.happened)

    def write(self, data: bytes) -> None:
        """Send ``data``, unless the wire swallows it. Raises ``LinkLostError`` if it broke."""
        self._require_whole()
        if self._state is not _Event.FALL_SILENT:
            self._link.write(data)

    def read(self, timeout_s: float) -> bytes:
        """Return what comes next. Raises ``LinkLostError`` if the wire broke."""
        self._require_whole()
        self.reads += 1
        if self._state is None and not self._coming:
            self._listen(timeout_s)
        if self._state is _Event.MAKE_NOISE:
            self._clock.sleep_until(self._clock.now_s() + STUTTER_S)
            return line_damage.NOISE * 64
        return self._next(timeout_s)

    def close(self) -> None:
        """Release the wire. May be called twice."""
        self._link.close()

    def reopen(self) -> None:
        """Plug the wire in anew; what was under way on it is gone."""
        if self.is_replaced and self._another:
            self._link, self._another = self._another, None
        self._heard, self._state = b"", None
        self._coming.clear()
        self.reopened += 1
        self._link.reopen()

    def _require_whole(self) -> None:
        if self._state is _Event.BREAK:
            raise LinkLostError("the simulated wire is broken")

    def _listen(self, timeout_s: float) -> None:
        for line in self._lines(self._link.read(timeout_s)):
            fault = self._faults.pop(self.lines, None)
            self.lines += 1
            if fault is None:
                self._coming.append(line)
            else:
                self._befall(fault, line)

    def _lines(self, arrived: bytes) -> list[bytes]:
        if not self._speaks_in_lines:
            return [arrived] if arrived else []
        *lines, self._heard = (self._heard + arrived).split(b"\n")
        return [line + b"\n" for line in lines]

    def _befall(self, fault: Fault, line: bytes) -> None:
        at = fault.at % len(line)
        if fault.kind in _DAMAGE:
            damaged = _DAMAGE[fault.kind](line, at)
            self._coming.append(damaged)
            if damaged == line:  # it has no unit or number, or no byte was lost
                return
        elif fault.kind in _BREAKS:
            self._coming += [line[:at], _BREAKS[fault.kind]]
        else:
            until_s = self._clock.now_s() + self._delays_s.get(fault.kind, 0.0)
            self._coming += [line[:at], _Pause(until_s), line[at:]]
        self.happened.append(fault)
        self.renamed += fault.kind is Kind.RENAMED

    def _next(self, timeout_s: float) -> bytes:
        """Everything up to the next pause; empty if that is where we are."""
        end_s = self._clock.now_s() + timeout_s
        data = b""
        while self._coming:
            piece = self._coming[0]
            if isinstance(piece, bytes):
                data += piece
            elif data:
                break
            elif isinstance(piece, _Event):
                self._coming.clear()
                self._state = piece
                return self.read(timeout_s)
            else:
                self._clock.sleep_until(min(piece.until_s, end_s))
                if self._clock.now_s() < piece.until_s:
                    break
            self._coming.popleft()
        if self._state is _Event.FALL_SILENT:
            self._clock.sleep_until(end_s)
            self._link.read(0.0)
        return data


_BREAKS: Mapping[Kind, _Event] = MappingProxyType(
    {
        Kind.DISCONNECT: _Event.BREAK,
        Kind.RENAMED: _Event.BREAK,
        Kind.REPLACED: _Event.BREAK,
        Kind.SILENCE: _Event.FALL_SILENT,
        Kind.ENDLESS: _Event.MAKE_NOISE,
    }
)
_DAMAGE: Mapping[Kind, Callable[[bytes, int], bytes]] = MappingProxyType(
    {
        Kind.DUPLICATED: line_damage.duplicated,
        Kind.LOST: line_damage.lost,
        Kind.TRUNCATED: line_damage.truncated,
        Kind.BITTEN: line_damage.bitten,
        Kind.GARBAGE: line_damage.garbage,
        Kind.FOREIGN_LINE: line_damage.foreign_line,
        Kind.WRONG_UNIT: line_damage.wrong_unit,
        Kind.OVERFLOW: line_damage.overflow,
        Kind.NOT_A_NUMBER: line_damage.not_a_number,
    }
)
