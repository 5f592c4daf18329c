"""Opening a run: everything read that is there, and the place from which to read on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..acquisition.preview.plan_ahead import Ahead, plan_ahead
from ..acquisition.session import RunState, run_state
from .live_run import LiveRun
from .tail import Place, Tail

OVERVIEW_ABOVE: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedRun:
    """A run as far as it had come when it was opened."""

    run_file: Path
    run: LiveRun
    place: Place
    ahead: Ahead
    state: RunState


def open_run(run_file: Path, overview_above: int = OVERVIEW_ABOVE) -> OpenedRun:
    """Read a run file, in a thread: of one with more rows than ``overview_above`` an overview.

    That takes a fraction of a second however long the run; ``run.is_overview`` says so, and
    ``open_run(run_file, sys.maxsize)`` then reads it whole, a second or so for a million rows.
    Raises ``RecordError`` for a damaged file and ``NotARunFileError`` for anything else.
    """
    tail = Tail(run_file)
    try:
        run = LiveRun(tail.header)
        count = tail.newest_seq
        if count > overview_above:
            run.add_overview(tail.read_overview(), count)
        else:
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
