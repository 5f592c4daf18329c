"""The analog side of a simulated analyser: bias, test signal, and a sweep that takes its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

COMPLIANCE_V = 42.0  # of the bias source while it regulates a current


class Analog(Protocol):
    """What a twin of an analyser needs of the front end that stands before the simulated cell."""

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        """Source a current from ``at_s`` on."""
        ...

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        """Source a voltage from ``at_s`` on."""
        ...

    def open(self, at_s: float) -> None:
        """Leave the cell open from ``at_s`` on."""
        ...

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        """Return what is measured between ``at_s`` and ``duration_s`` later."""
        ...


@dataclass(frozen=True, slots=True)
class Bias:
    """A dc level that is switched on."""

    mode: Literal["voltage", "current"]
    level: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured point, before any correction."""

    frequency_hz: float
    z_ohm: complex


class Sweeper:
    """Measures one point after the other; its owner calls ``run_until`` before anything else.

    Between sweeps, and without a bias, the cell is open, as behind the switch that a bench with
    several instruments on one cell needs; while it measures without one, it is held at 0 V.
    ``current_max_a`` is what the bias source can deliver.
    """

    def __init__(self, analog: Analog, current_max_a: float) -> None:
        self._analog, self._current_max_a = analog, current_max_a
        self._bias: Bias | None = None
        self._left: list[tuple[float, float]] = []
        self._next_s = 0.0
        self.samples: list[Sample] = []

    @property
    def is_running(self) -> bool:
        """Whether a sweep is under way."""
        return bool(self._left)

    @property
    def end_s(self) -> float:
        """When the sweep that is under way will have ended."""
        return self._next_s + sum(duration_s for _, duration_s in self._left)

    def set_bias(self, at_s: float, bias: Bias | None) -> None:
        """Switch the bias, or change it."""
        if bias != self._bias:
            self._bias = bias
            self._apply(at_s)

    def start(self, at_s: float, points: Sequence[tuple[float, float]]) -> None:
        """Begin a sweep of (frequency in Hz, duration in s); an earlier one is forgotten."""
        self._left, self.samples, self._next_s = list(points), [], at_s
        self._apply(at_s)

    def abort(self, at_s: float) -> None:
        """End a sweep at once; without one, do nothing."""
        if self._left:
            self._left = []
            self._apply(at_s)

    def run_until(self, now_s: float) -> bool:
        """Take every point that is complete by ``now_s``; say whether that ended the sweep."""
        was_running = self.is_running
        while self._left and self._next_s + self._left[0][1] <= now_s + 1e-9:
            frequency_hz, duration_s = self._left.pop(0)
            z_ohm = self._analog.impedance(self._next_s, frequency_hz, duration_s)
            self._next_s += duration_s
            self.samples.append(Sample(frequency_hz, z_ohm))
            if not self._left:
                self._apply(self._next_s)
        return was_running and not self.is_running

    def _apply(self, at_s: float) -> None:
        if self._bias is None:
            if self.is_running:
                self._analog.drive_voltage(at_s, 0.0, self._current_max_a)
            else:
                self._analog.open(at_s)
        elif self._bias.mode == "voltage":
            self._analog.drive_voltage(at_s, self._bias.level, self._current_max_a)
        else:
            self._analog.drive_current(at_s, self._bias.level, COMPLIANCE_V)
