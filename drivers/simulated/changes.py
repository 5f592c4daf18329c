"""What is done to a simulated cell from outside, and when."""

from dataclasses import dataclass
from typing import Protocol


class _Surrounded(Protocol):
    def set_temperature(self, temperature_k: float) -> None: ...
    def set_stack_pressure(self, stack_pressure_pa: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something done to the cell at ``at_s``; what is ``None`` stays.

    ``short_ohm`` puts an electronic path into a symmetric cell, which ``short_decay_s`` makes
    grow: its resistance then falls by a factor e in each such time, until it is hard.
    """

    at_s: float
    temperature_k: float | None = None
    stack_pressure_pa: float | None = None
    short_ohm: float | None = None
    short_decay_s: float | None = None

    def surround(self, cell: _Surrounded) -> None:
        """Give the cell the temperature and the stack pressure of this change."""
        if self.temperature_k is not None:
            cell.set_temperature(self.temperature_k)
        if self.stack_pressure_pa is not None:
            cell.set_stack_pressure(self.stack_pressure_pa)
