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
from .queue.commands import (
    ChannelQueue,
    Enqueued,
    QueuedRun,
    enqueue,
    hold_queue,
    move_queued,
    queued,
    queues,
    release_queue,
    remove_queued,
)
from .queue.state import QueueError
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
    "ChannelQueue",
    "CommandOutcome",
    "CommandRefusedError",
    "Enqueued",
    "QueueError",
    "QueuedRun",
    "RunState",
    "RunStateName",
    "StartError",
    "StartedRun",
    "StopRefusedError",
    "command_outcome",
    "default_data_dir",
    "enqueue",
    "find_run",
    "hold_queue",
    "list_runs",
    "move_queued",
    "queued",
    "queues",
    "release_queue",
    "remove_queued",
    "request_pause",
    "request_resume",
    "request_skip",
    "request_stop",
    "run_state",
    "start_run",
    "user_name",
]
