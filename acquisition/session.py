"""What a window or a command line may ask of runs: start, stop, look, list."""

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
    "RunState",
    "RunStateName",
    "StartError",
    "StartedRun",
    "StopRefusedError",
    "default_data_dir",
    "find_run",
    "list_runs",
    "request_stop",
    "run_state",
    "start_run",
    "user_name",
]
