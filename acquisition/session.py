"""What a window or a command line may ask of runs: start, stop, look, list."""

from .control.requests import (
    CommandOutcome,
    CommandRefusedError,
    command_outcome,
    request_pause,
    request_resume,
    request_skip,
)
from .processes import user_name
from .runs import (
    RunState,
    RunStateName,
    StopRefusedError,
    find_run,
    list_runs,
    request_stop,
    run_state,
)
from .starting import StartedRun, StartError, default_data_dir, start_run

__all__ = [
    "CommandOutcome",
    "CommandRefusedError",
    "RunState",
    "RunStateName",
    "StartError",
    "StartedRun",
    "StopRefusedError",
    "command_outcome",
    "default_data_dir",
    "find_run",
    "list_runs",
    "request_pause",
    "request_resume",
    "request_skip",
    "request_stop",
    "run_state",
    "start_run",
    "user_name",
]
