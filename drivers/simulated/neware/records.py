"""What one test leaves behind: rows, a log, and the sums over a step."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .job import Recording

STARTED, ENDED, STOPPED, PROTECTED = 100000, 100001, 100007, 100213
"""Codes of the log; what the last two mean on a real server is not known."""
_CLOCK_ZERO: Final = datetime(2026, 1, 1)  # what the twin's clock says at 0 s
_AH_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record; times in tenths of a second of the step, charge and energy of the step."""

    number: int
    step: int
    cycle: int
    kind: str
    tenths: int
    at_s: float
    voltage_v: float
    current_a: float
    charge_c: float
    energy_j: float

    def attributes(self) -> str:
        """The row as the server prints it."""
        return (
            f'seqid="{self.number}" stepid="{self.step}" cycleid="{self.cycle}" '
            f'steptype="{self.kind}" testtime="{100 * self.tenths}" atime="{wall(self.at_s)}" '
            f'volt="{self.voltage_v:.15g}" curr="{self.current_a:.15g}" '
            f'cap="{self.charge_c / _AH_S:.15g}" eng="{self.energy_j / _AH_S:.15g}"'
        )


@dataclass(slots=True)
class StepRecorder:
    """Decides what of one step becomes a row, and keeps its sums."""

    recording: Recording
    step: int
    cycle: int
    kind: str
    charge_c: float = 0.0
    energy_j: float = 0.0
    _last: Row | None = None
    _seen: tuple[int, float, float] | None = None

    def next_due(self, tenths: int) -> int | None:
        """The tenth of the step in which the next row falls due by time alone."""
        period = self.recording.time_s * 10
        if period == math.inf:
            return None
        return round((int(tenths / period + 1e-9) + 1) * period)

    def see(self, tenths: int, voltage_v: float, current_a: float) -> None:
        """Add what was just measured to the sums."""
        if self._seen is not None:
            before, volts, amps = self._seen
            passed_s = (tenths - before) / 10
            self.charge_c += abs(current_a + amps) / 2 * passed_s
            self.energy_j += abs(current_a * voltage_v + amps * volts) / 2 * passed_s
        self._seen = (tenths, voltage_v, current_a)

    def changed(self, voltage_v: float, current_a: float) -> bool:
        """Whether that is so far from the last row that it makes one of its own."""
        last = self._last
        return last is None or (
            abs(voltage_v - last.voltage_v) >= self.recording.voltage_v
            or abs(current_a - last.current_a) >= self.recording.current_a
        )

    def record(self, number: int, at_s: float) -> Row | None:
        """Make a row of what was last seen; ``None`` if there is one of that moment."""
        if self._seen is None:
            return None
        tenths, voltage_v, current_a = self._seen
        if self._last is not None and self._last.tenths == tenths:
            return None
        self._last = Row(
            number=number,
            step=self.step,
            cycle=self.cycle,
            kind=self.kind,
            tenths=tenths,
            at_s=at_s,
            voltage_v=voltage_v,
            current_a=current_a,
            charge_c=self.charge_c,
            energy_j=self.energy_j,
        )
        return self._last


def wall(at_s: float) -> str:
    """The twin's wall time as the server prints it."""
    return f"{_CLOCK_ZERO + timedelta(seconds=int(at_s)):%Y-%m-%d %H:%M:%S}"
