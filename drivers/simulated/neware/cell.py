"""What a simulated cycler needs of the cell on one of its channels."""

from dataclasses import dataclass
from typing import Protocol


class Measured(Protocol):
    """One reading of a cell."""

    @property
    def voltage_v(self) -> float:
        """Across it."""
        ...

    @property
    def current_a(self) -> float:
        """Into its working electrode."""
        ...


class Cell(Protocol):
    """What a channel needs of a ``FrontEnd``."""

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        """Source a current."""
        ...

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        """Source a voltage."""
        ...

    def open(self, at_s: float) -> None:
        """Disconnect the source."""
        ...

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        """Read it."""
        ...


@dataclass(frozen=True, slots=True)
class NoCell:
    """Open terminals: nothing flows, and the voltmeter reads nothing."""

    voltage_v: float = 0.0
    current_a: float = 0.0
