"""When a supervisor goes on by itself with the run of a worker that died."""

from dataclasses import dataclass, field
from typing import Final

from ...drivers.clock import Clock, SystemClock
from ..control.stop import StopFile
from ..record.errors import RecordError
from ..record.last_words import read_last_words
from ..record.reader import RunReader
from ..run_folder import RunFolder
from ..starting.job import JobError, read_job
from .policy import AfterInterruption, policy_of

RESTARTS_MAX: Final = 3
WITHIN_S: Final = 3600.0
"""More deaths than that within an hour have a cause that another worker meets as well."""


@dataclass(slots=True)
class Restarts:
    """How often a run was gone on with; by the machine's clock, which nobody can set."""

    clock: Clock = field(default_factory=SystemClock)
    _at_s: list[float] = field(default_factory=list)

    def why_not(self, folder: RunFolder) -> str | None:
        """What keeps the run from going on by itself; ``None`` if nothing does.

        An empty text goes without saying: nobody wanted it to.
        """
        if StopFile(folder.stop_file).asked() is not None:
            return ""
        try:
            if _has_ended(folder) or _policy(folder) is not AfterInterruption.CONTINUE:
                return ""
        except RecordError as error:
            return str(error)
        now_s = self.clock.now_s()
        self._at_s = [at_s for at_s in self._at_s if now_s - at_s < WITHIN_S]
        if len(self._at_s) >= RESTARTS_MAX:
            return f"it was gone on with {RESTARTS_MAX} times within an hour"
        return None

    def count(self) -> None:
        """Note that the run is gone on with now."""
        self._at_s.append(self.clock.now_s())

    @property
    def any(self) -> bool:
        """Whether it was gone on with at all, of late."""
        return bool(self._at_s)


def _has_ended(folder: RunFolder) -> bool:
    if read_last_words(folder.run_file) is not None:
        return True
    with RunReader(folder.run_file) as run:
        return run.end() is not None


def _policy(folder: RunFolder) -> AfterInterruption:
    try:
        options = read_job(folder.job_file).options
    except JobError:
        options = {}
    with RunReader(folder.run_file) as run:
        return policy_of(run.header, options)
