"""Which runs broke off, what is known of their cells, and which of them may be gone on with.

A run may be gone on with if nothing is wrong with it but that nobody carries it any more: its
processes are gone, it was told to end from outside, or the link to its instrument or its disk
failed. A run that a person ended, or whose cell left its limits, is over: to drive that cell again
is a decision of its own, and a run of its own. So is one whose plan or program failed, since the
same would happen again.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..processes import ProcessId
from ..record.errors import RecordError
from ..record.last_words import read_last_words
from ..record.reader import RunReader
from ..record.rows import Segment
from ..record.sealed import seal_file
from ..run_folder import RunFolder
from ..runs import RunState, RunStateName, processes_of, run_state
from ..starting.job import JobError, read_job
from .gap import last_heard
from .policy import AfterInterruption, policy_of

_FAULTS_OF_THE_WAY: Final = ("LinkLostError", "BadReplyError", "RecordError")
"""How the detail of a failed run begins where the link or the disk failed, and not the run."""
ENDED: Final = frozenset(
    {
        RunStateName.COMPLETED,
        RunStateName.STOPPED,
        RunStateName.EMERGENCY_STOP,
        RunStateName.LIMIT_TRIPPED,
    }
)
"""Ends that a run came to by itself or by a person's will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedRun:
    """A run that broke off.

    ``segment`` was under way, ``done_s`` of its ``duration_s`` are recorded (``None`` where it has
    no duration, or nothing was under way). ``cell`` is "open" or "unknown". ``last_heard_utc`` is
    by the wall clock. ``why_not`` says what keeps the run from being gone on with; empty if
    nothing does. ``is_closed`` says that nothing is left to be done about it.
    """

    run_id: str
    run_file: Path
    channel: str
    state: RunStateName
    detail: str
    cell: str
    segment: str
    done_s: float | None
    duration_s: float | None
    elapsed_s: float
    last_heard_utc: str
    policy: AfterInterruption
    why_not: str
    is_closed: bool

    @property
    def may_continue(self) -> bool:
        """Whether it may be gone on with."""
        return not self.why_not


def interrupted_runs(data_dir: Path) -> list[InterruptedRun]:
    """The runs of a data folder that broke off and were not closed, the newest first, and those
    that are over but left their cells unknown.

    A file that cannot be read is left out: ``solidcell runs`` lists it as unreadable.
    """
    files = sorted(data_dir.glob("*/*.run.sqlite"), key=lambda file: file.name, reverse=True)
    found = [_look_or_skip(file) for file in files if not seal_file(file).exists()]
    return [run for run in found if run is not None]


def look_at(run_file: Path) -> InterruptedRun:
    """Look at one run, whether it broke off or not. Raises ``RecordError`` for a damaged file."""
    return _interrupted(run_file, run_state(run_file))


def why_not_continue(run_file: Path, state: RunState) -> str:
    """Say what keeps a run from being gone on with; empty if nothing does."""
    if seal_file(run_file).exists():
        return "it is sealed"
    if _lives(RunFolder.of(run_file)):
        return f"it is {state.state}: its processes live"
    match state.state:
        case RunStateName.DEAD:
            return ""
        case RunStateName.INTERRUPTED:
            return "it was given up" if _is_given_up(run_file) else ""
        case RunStateName.FAILED:
            if state.detail.startswith(_FAULTS_OF_THE_WAY):
                return ""
            return f"the same would happen again: {state.detail}"
        case RunStateName.LIMIT_TRIPPED:
            return f"its cell left the limits: {state.detail}"
        case RunStateName.STOPPED | RunStateName.EMERGENCY_STOP:
            return f"it was ended on purpose: {state.detail}"
        case _:
            return f"it is {state.state}"


def _look_or_skip(run_file: Path) -> InterruptedRun | None:
    try:
        state = run_state(run_file)
        if (state.state in ENDED and state.safe) or _lives(RunFolder.of(run_file)):
            return None
        found = _interrupted(run_file, state)
    except RecordError:
        return None
    return None if found.is_closed else found


def _interrupted(run_file: Path, state: RunState) -> InterruptedRun:
    folder, why_not = RunFolder.of(run_file), why_not_continue(run_file, state)
    with RunReader(run_file) as run:
        heard = last_heard(run)
        header = run.header
    is_open = state.safe or heard.was_open or heard.made_safe is not None
    duration_s = _duration_s(heard.segment)
    return InterruptedRun(
        run_id=header.run_id,
        run_file=run_file,
        channel=header.channel,
        state=state.state,
        detail=state.detail,
        cell="open" if is_open else "unknown",
        segment="" if heard.segment is None else heard.segment.name,
        done_s=None if heard.segment is None else heard.elapsed_s - heard.segment.elapsed_s,
        duration_s=duration_s,
        elapsed_s=heard.elapsed_s,
        last_heard_utc=heard.at.wall.isoformat(timespec="seconds"),
        policy=policy_of(header, _options(run_file)),
        why_not=why_not,
        is_closed=bool(why_not) and (is_open or _lives(folder) or seal_file(run_file).exists()),
    )


def _duration_s(segment: Segment | None) -> float | None:
    if segment is None or "duration_s" not in segment.settings:
        return None
    return float(segment.settings["duration_s"])


def _options(run_file: Path) -> dict[str, object]:
    try:
        return dict(read_job(RunFolder.of(run_file).job_file).options)
    except JobError:
        return {}


def _lives(folder: RunFolder) -> bool:
    return any(_is_alive(process) for process in processes_of(folder))


def _is_alive(process: ProcessId | None) -> bool:
    """Whether another process than this one is there; a supervisor asks when its worker is gone."""
    return process is not None and process.pid != os.getpid() and process.is_alive()


def _is_given_up(run_file: Path) -> bool:
    if read_last_words(run_file) is not None:
        return False
    with RunReader(run_file) as run:
        end = run.end()
    return end is not None and bool(end.body.get("given_up"))
