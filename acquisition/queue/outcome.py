"""What became of a run, as far as a queue has to know it."""

from typing import Any, Final

from ..json_files import read_json
from ..processes import ProcessId
from ..record.errors import RecordError
from ..run_folder import RunFolder
from ..runs import RunStateName, processes_of, run_state
from ..starting.start import StartError, look_at_start

_UNDER_WAY: Final = frozenset({RunStateName.RUNNING, RunStateName.PAUSED, RunStateName.RECOVERING})
GOOD: Final = ""
"""The end after which the next run may begin by itself: completed, the cell known to be open."""


def end_of(folder: RunFolder) -> str | None:
    """Return ``GOOD``, or in words why nobody may go on, or ``None`` while the run is under way."""
    worker, supervisor = processes_of(folder)
    if worker is not None and worker.is_alive():
        return None
    try:
        state = run_state(folder.run_file)
    except RecordError as error:
        if supervisor is not None and supervisor.is_alive():
            return None
        return f"{folder.run_id} cannot be read: {error}"
    if state.state in _UNDER_WAY:
        return None
    if state.state is not RunStateName.COMPLETED:
        return f"{folder.run_id} ended {state.state}" + (f": {state.detail}" * bool(state.detail))
    if not state.safe:
        return f"{folder.run_id} was completed, but its cell is not known to be open"
    return GOOD


def has_begun(folder: RunFolder) -> bool | str:
    """Say whether a run whose supervisor has begun will ever take place.

    ``True`` once its instrument has answered, ``False`` while that may still come, otherwise why
    it never will.
    """
    try:
        supervisor = ProcessId.from_json(supervisor_of(folder))
        return look_at_start(folder, supervisor) is not None
    except (StartError, ValueError, KeyError) as error:
        return f"{folder.run_id} did not begin: {error}"


def supervisor_of(folder: RunFolder) -> dict[str, Any]:
    """Return which process watches over a run, as JSON; an empty object if that is not known."""
    try:
        return dict((read_json(folder.worker_file) or {}).get("supervisor") or {})
    except ValueError:
        return {}
