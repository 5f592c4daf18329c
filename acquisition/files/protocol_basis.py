"""What the items of a protocol are turned into segments with: the cell, and who judges it."""

from dataclasses import dataclass

from ..plans.judge import StepJudge
from .cells import Cell


class CellLacksError(ValueError):
    """A protocol needs something of the cell that its record does not state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBasis:
    """The cell, as far as a plan depends on it, in SI."""

    cell_name: str
    electrode_area_m2: float
    active_mass_kg: float | None
    judge: StepJudge

    @classmethod
    def of(cls, cell: Cell, judge: StepJudge) -> "PlanBasis":
        """Take what is needed from a cell record."""
        mass_kg = cell.details.get("active_mass_kg")
        return cls(
            cell_name=cell.name,
            electrode_area_m2=cell.electrode_area_m2,
            active_mass_kg=None if mass_kg is None else float(mass_kg),
            judge=judge,
        )
