"""Critical current density: the judge of a running test, and the verdict on a recorded one."""

from .criteria import Criteria
from .finding import CellFinding
from .life import Life
from .replay import is_critical_current_test
from .result import CriticalCurrent, HalfCycleRow
from .stripping import StrippingLimit, stripping_limits
from .verdict import analyse_critical_current
from .watch import CellWatch

__all__ = [
    "CellFinding",
    "CellWatch",
    "Criteria",
    "CriticalCurrent",
    "HalfCycleRow",
    "Life",
    "StrippingLimit",
    "analyse_critical_current",
    "is_critical_current_test",
    "stripping_limits",
]
