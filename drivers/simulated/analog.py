"""What a simulated source meter needs of the front end that stands before the simulated cell."""

from typing import Protocol


class Measured(Protocol):
    """What is at the cell's terminals; ``limited``: the source is held by its limit."""

    @property
    def voltage_v(self) -> float:
        """Voltage, as measured."""
        ...

    @property
    def current_a(self) -> float:
        """Current, as measured; positive is anodic."""
        ...

    @property
    def limited(self) -> bool:
        """Whether the source does not reach its level."""
        ...


class Analog(Protocol):
    """A source with limits and two meters, before a cell."""

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        """Source a current from ``at_s`` on."""
        ...

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        """Source a voltage from ``at_s`` on."""
        ...

    def open(self, at_s: float) -> None:
        """Leave the cell open from ``at_s`` on."""
        ...

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        """Return what is at the cell's terminals at ``at_s``."""
        ...
