"""Where the analysis is handed to the acquisition, which may not import it."""

from ..acquisition.files.cells import Cell
from ..acquisition.plans.judge import StepJudge


def judge_of(cell: Cell) -> StepJudge:
    """Return the judge that watches this cell for shorts and loss of contact."""
    from ..analysis.critical_current.watch import CellWatch

    return CellWatch(cell.electrode_area_m2, cell.thickness_m, cell.conductivity_s_per_m)
