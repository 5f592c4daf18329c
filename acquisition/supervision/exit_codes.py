"""What the exit code of a worker or a supervisor says."""

from typing import Final

ENDED_CLEAN: Final = 0
"""The run has ended, the cell is open, and the record says so."""
ENDED_UNCLEAN: Final = 1
"""The run has begun, and somebody else must see to the cell or the record."""
NEVER_BEGAN: Final = 2
"""Nothing was touched; ``failed.json`` in the run's folder says why."""
