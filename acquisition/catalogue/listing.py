"""Runs of a bench as they stand now: of the catalogue, and of the processes of those not ended."""

from dataclasses import dataclass
from pathlib import Path

from ..record.errors import RecordError
from ..runs import RunState, RunStateName, run_state
from .database import Catalogue
from .search import CataloguedRun, Search, find


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """Where a run stands, and what the catalogue says of it."""

    state: RunState
    run: CataloguedRun


def list_catalogued(catalogue: Catalogue, data_dir: Path, search: Search) -> list[ListedRun]:
    """The runs of a data folder that match, the newest first. Raises ``CatalogueError``."""
    listed = [ListedRun(state=_state(run, data_dir), run=run) for run in find(catalogue, search)]
    return [each for each in listed if not search.states or each.state.state in search.states]


def _state(run: CataloguedRun, data_dir: Path) -> RunState:
    """The pid of a run that has ended is not told: it may be another program's by now."""
    run_file = data_dir / run.path
    if run.ended_as is None and run.is_readable:
        try:
            return run_state(run_file)
        except RecordError as error:  # gone, or damaged, since it was read
            return _stated(run, run_file, RunStateName.UNREADABLE, str(error))
    if run.ended_as is None:
        return _stated(run, run_file, RunStateName.UNREADABLE, run.detail)
    return _stated(run, run_file, RunStateName(run.ended_as), run.detail)


def _stated(run: CataloguedRun, run_file: Path, state: RunStateName, detail: str) -> RunState:
    return RunState(
        run_id=run.run_id,
        run_file=run_file,
        state=state,
        detail=detail,
        elapsed_s=run.elapsed_s,
        safe=run.safe,
        channel=run.channel,
        created_utc=run.created_utc,
    )
