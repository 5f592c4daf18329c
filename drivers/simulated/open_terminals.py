"""Terminals of a simulated instrument to which nothing is connected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """What is at the terminals."""

    voltage_v: float
    current_a: float
    limited: bool


class OpenTerminals:
    """An ``Analog``: no current ever flows, so a current source stands at its limit."""

    def __init__(self) -> None:
        self._now = Measured(0.0, 0.0, False)

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        """Source a current, in vain."""
        del at_s
        limit_v = voltage_limit_v if current_a > 0 else -voltage_limit_v
        self._now = Measured(limit_v, 0.0, True) if current_a else Measured(0.0, 0.0, False)

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        """Source a voltage."""
        del at_s, current_limit_a
        self._now = Measured(voltage_v, 0.0, False)

    def open(self, at_s: float) -> None:
        """Disconnect the source."""
        del at_s
        self._now = Measured(0.0, 0.0, False)

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        """Return what is at the terminals."""
        del at_s, current_range_a
        return self._now
