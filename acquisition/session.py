"""What a window or a command line may ask of runs: start, stop, look, list."""

from .control.requests import (
    CommandOutcome,
    CommandRefusedError,
    command_outcome,
    request_pause,
    request_resume,
    request_skip,
)
from .control.stop_all import stop_everything
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
from .recovery.closing import Opened, RecoveryRefusedError, give_up, open_interrupted
from .recovery.continuing import continue_run
from .recovery.interrupted import InterruptedRun, interrupted_runs, look_at
from .recovery.policy import AfterInterruption
from .runs import (
    RunState,
    RunStateName,
    StopRefusedError,
    find_run,
    list_runs,
    request_stop,
    run_state,
)
from .starting.start import StartedRun, StartError, default_data_dir, start_run
from .starting.together import Member, StartedTogether, start_together

__all__ = [
    "AfterInterruption",
    "ChannelQueue",
    "CommandOutcome",
    "CommandRefusedError",
    "Enqueued",
    "InterruptedRun",
    "Member",
    "Opened",
    "QueueError",
    "QueuedRun",
    "RecoveryRefusedError",
    "RunState",
    "RunStateName",
    "StartError",
    "StartedRun",
    "StartedTogether",
    "StopRefusedError",
    "command_outcome",
    "continue_run",
    "default_data_dir",
    "enqueue",
    "find_run",
    "give_up",
    "hold_queue",
    "interrupted_runs",
    "list_runs",
    "look_at",
    "move_queued",
    "open_interrupted",
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
    "start_together",
    "stop_everything",
    "user_name",
]
