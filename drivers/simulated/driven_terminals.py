"""The cell's terminals as the output of a simulated source meter: driven, held or open."""

from __future__ import annotations

from typing import Final, TypeAlias

from .analog import Analog, Measured

Drive: TypeAlias = tuple[str, float, float]
"""("current", A, limit in V), ("voltage", V, limit in A) or ``OPEN``."""
OPEN: Final[Drive] = ("open", 0.0, 0.0)
COMMAND_S: Final = 1e-4  # the least time between two changes of the output


class DrivenTerminals:
    """Puts one drive after the other on the cell; commands that come in one breath still act one
    after the other.
    """

    def __init__(self, analog: Analog, at_s: float) -> None:
        self._analog = analog
        self._present: Drive | None = None
        self._acted_s = at_s

    def put(self, drive: Drive, at_s: float) -> None:
        """Drive the cell in this way from ``at_s`` on; nothing happens if it is so already."""
        if drive == self._present:
            return
        self._present = drive
        self._acted_s = max(at_s, self._acted_s + COMMAND_S)
        match drive:
            case "current", level_a, limit_v:
                self._analog.drive_current(self._acted_s, level_a, limit_v)
            case "voltage", level_v, limit_a:
                self._analog.drive_voltage(self._acted_s, level_v, limit_a)
            case _:
                self._analog.open(self._acted_s)

    def measure(self, at_s: float, current_range_a: float | None) -> Measured:
        """Return what is at the terminals at ``at_s``, or when the last change has acted."""
        return self._analog.measure(max(at_s, self._acted_s), current_range_a)
