"""Opening a run: everything read that is there, and the place from which to read on."""

from dataclasses import dataclass
from pathlib import Path

from ..acquisition.plan_ahead import Ahead, plan_ahead
from ..acquisition.session import RunState, run_state
from .live_run import LiveRun
from .tail import Place, Tail


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedRun:
    """A run as far as it had come when it was opened."""

    run_file: Path
    run: LiveRun
    place: Place
    ahead: Ahead
    state: RunState


def open_run(run_file: Path) -> OpenedRun:
    """Read a run file whole; a second or so for a long run, so best in a thread.

    Raises ``RecordError`` for a damaged file and ``NotARunFileError`` for anything else.
    """
    tail = Tail(run_file)
    try:
        run = LiveRun(tail.header)
        run.add(tail.read_all())
        place = tail.place
    finally:
        tail.close()
    return OpenedRun(
        run_file=run_file,
        run=run,
        place=place,
        ahead=plan_ahead(run.header),
        state=run_state(run_file),
    )
