"""What a window or a command line asks of a running run, and what came of it."""

from dataclasses import dataclass
from pathlib import Path

from ..record.errors import RecordError
from ..record.reader import RunReader
from ..run_folder import RunFolder
from ..runs import RunStateName, state_of_any
from .commands import Command, CommandKind, PauseMode, new_command
from .inbox import post

_OBEYS = (RunStateName.RUNNING, RunStateName.PAUSED, RunStateName.UNREADABLE)


class CommandRefusedError(Exception):
    """Nobody is left who could obey. Says how the run ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutcome:
    """What a worker made of a command. ``detail`` says why one was refused."""

    accepted: bool
    detail: str


def request_pause(run_file: Path, who: str, *, mode: str = PauseMode.OPEN) -> str:
    """Ask a run to pause: ``open`` opens the cell, ``rest`` holds 0 A and goes on measuring.

    Returns the command's id, for ``command_outcome``. Raises ``CommandRefusedError`` if the run
    has ended or nobody is left who could obey, ``ValueError`` for another mode.
    """
    return _ask(run_file, new_command(CommandKind.PAUSE, who, mode=PauseMode(mode)))


def request_resume(run_file: Path, who: str) -> str:
    """Ask a paused run to go on with the remainder. Returns and raises as ``request_pause``."""
    return _ask(run_file, new_command(CommandKind.RESUME, who))


def request_skip(run_file: Path, who: str) -> str:
    """Ask a run to end the segment that is under way now, and to go on with the next.

    If that segment is over by the time the worker looks, nothing is skipped. Returns and raises as
    ``request_pause``.
    """
    return _ask(run_file, new_command(CommandKind.SKIP, who, segment=_latest_segment(run_file)))


def command_outcome(run_file: Path, command_id: str) -> CommandOutcome | None:
    """Look up what came of a command; ``None`` while nobody has looked at it.

    Accepted means that it is carried out now: the cell is open once ``run_state`` says ``paused``.
    """
    with RunReader(run_file) as run:
        for event in run.events(kind="command"):
            if event.body.get("id") == command_id:
                return CommandOutcome(
                    accepted=bool(event.body["accepted"]), detail=str(event.body["detail"])
                )
    return None


def _ask(run_file: Path, command: Command) -> str:
    state = state_of_any(run_file)
    if state.state not in _OBEYS:
        raise CommandRefusedError(f"{state.run_id} is {state.state}: {state.detail}")
    post(RunFolder.of(run_file).inbox, command)
    return command.id


def _latest_segment(run_file: Path) -> int | None:
    """The segment that whoever asks has before their eyes."""
    try:
        with RunReader(run_file) as run:
            numbers = [s.number for s in run.segments() if not s.tags.get("paused")]
    except RecordError:
        return None
    return numbers[-1] if numbers else None
