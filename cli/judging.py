"""Where the analysis is handed to the acquisition, which may not import it."""

from ..acquisition.files.cells import Cell
from ..acquisition.files.protocols import Protocol
from ..acquisition.plans.judge import StepJudge
from ..acquisition.preview.preview import HealthyJudge


def judge_of(protocol: Protocol, cell: Cell) -> StepJudge:
    """Return the judge that watches this cell for shorts and loss of contact.

    The analysis and what it needs are not imported for a protocol that asks no judge.
    """
    if not protocol.asks_a_judge:
        return HealthyJudge()
    from ..analysis.critical_current.watch import CellWatch

    return CellWatch(cell.electrode_area_m2, cell.thickness_m, cell.conductivity_s_per_m)
