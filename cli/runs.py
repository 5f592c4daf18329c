"""``solidcell runs``: list the runs of a bench or of the laboratory, and find one among them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..acquisition.runs import RunState, RunStateName
from .answer import AsJson, print_json, say

if TYPE_CHECKING:
    from ..acquisition.catalogue.listing import ListedRun
    from ..acquisition.catalogue.search import CataloguedRun, Search

_UNDER_WAY = (
    RunStateName.RUNNING,
    RunStateName.PAUSED,
    RunStateName.RECOVERING,
    RunStateName.UNREADABLE,
)
_A_M2_PER_MA_CM2 = 10.0

Name = str | None


def runs(
    cell: Annotated[Name, typer.Option(help="Runs on cells of this name.")] = None,
    electrolyte: Annotated[Name, typer.Option(help="Runs on cells of this electrolyte.")] = None,
    protocol: Annotated[Name, typer.Option(help="Runs of this protocol: its kind or name.")] = None,
    channel: Annotated[Name, typer.Option(help="Runs on this channel.")] = None,
    text: Annotated[
        Name, typer.Option(help="Runs with these words in cell, protocol, operator or end.")
    ] = None,
    since: Annotated[Name, typer.Option(help="Runs begun on or after 2026-01-31[T09:00].")] = None,
    until: Annotated[Name, typer.Option(help="Runs begun on that day or before it.")] = None,
    state: Annotated[
        list[RunStateName] | None, typer.Option(help="Runs in this state; may be given again.")
    ] = None,
    lab: Annotated[
        bool, typer.Option("--lab", help="Ended runs of all benches, from $SOLIDCELL_LAB.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every run of a data folder, the newest first, or those that match.

    Names are whole, in any case of letters; a * in them stands for anything. Of several options
    all must hold.
    """
    from ..acquisition.catalogue.search import Search

    search = Search(
        cell=cell,
        electrolyte=electrolyte,
        protocol=protocol,
        channel=channel,
        text=text,
        since=None if since is None else begin_of(since),
        before=None if until is None else end_of(until),
        states=frozenset(state or ()),
    )
    if lab:
        _show_lab(search, as_json=as_json)
        return
    from ..acquisition.session import default_data_dir

    folder = data or default_data_dir()
    listed = _listed(folder, search)
    if as_json:
        print_json({"data": folder, "runs": [_as_json(each) for each in listed]})
        return
    names = ("run", "channel", "state", "elapsed")
    rows = [
        (each.run_id, each.channel, _state_in_words(each), _hours(each.elapsed_s), each.detail)
        for each in (one.state for one in listed)
    ]
    anything = search == Search()
    _print_table(names, rows, f"no runs{'' if anything else ' that match'} in {folder}")


def begin_of(text: str) -> datetime:
    """Return the time, or the begin of the day, that a person wrote; local if no zone is told.

    Raises ``ValueError`` naming what is allowed.

    >>> begin_of("2026-01-31T09:00+01:00").isoformat()
    '2026-01-31T09:00:00+01:00'
    """
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no date: write 2026-01-31, 2026-01-31T09:00 or 2026-01-31T09:00+01:00"
        ) from None
    return told if told.tzinfo else told.astimezone()


def end_of(text: str) -> datetime:
    """Return the same, or the end of the day if a day is all that was written.

    >>> end_of("2026-01-31") == begin_of("2026-02-01")
    True
    """
    begin = begin_of(text)
    is_day = "T" not in text and " " not in text
    return (begin.replace(tzinfo=None) + timedelta(days=1)).astimezone() if is_day else begin


def _listed(folder: Path, search: "Search") -> "list[ListedRun]":
    if not folder.is_dir():
        return []
    from ..acquisition.catalogue.current import current
    from ..acquisition.catalogue.listing import list_catalogued
    from .catalogue import progress

    with (
        progress("reading run files") as told,
        current(folder, warn=lambda text: say(f"warning: {text}"), progress=told) as catalogue,
    ):
        return list_catalogued(catalogue, folder, search)


def _show_lab(search: "Search", *, as_json: bool) -> None:
    from ..acquisition.catalogue.database import open_lab
    from ..acquisition.catalogue.place import LAB_VARIABLE, lab_address
    from ..acquisition.catalogue.search import find

    address = lab_address()
    if address is None:
        raise ValueError(f"no laboratory to look into: set {LAB_VARIABLE}")
    with open_lab(address) as laboratory:
        name, found = laboratory.name, find(laboratory, search)
    found = [run for run in found if not search.states or run.ended_as in search.states]
    if as_json:
        print_json({"lab": name, "runs": [_as_json_of_lab(run) for run in found]})
        return
    rows = [
        (run.run_id, str(run.bench), str(run.ended_as), _hours(run.elapsed_s), run.detail)
        for run in found
    ]
    _print_table(("run", "bench", "state", "elapsed"), rows, f"no runs that match in {name}")


def _as_json(listed: "ListedRun") -> dict[str, Any]:
    told = {"told": _told(listed.state.run_file)}
    return {**asdict(listed.state), **_of_catalogue(listed.run), **told}


def _told(run_file: Path) -> dict[str, bool]:
    """Who was to be told of the end of a run, and whether they were reached."""
    from ..acquisition.notify.ledger import read_told
    from ..acquisition.run_folder import RunFolder

    outcomes = [each for told in read_told(RunFolder.of(run_file)) for each in told.outcomes]
    return {each.destination: each.sent for each in outcomes}


def _as_json_of_lab(run: "CataloguedRun") -> dict[str, Any]:
    names = ("run_id", "bench", "path", "detail", "elapsed_s", "safe", "channel", "created_utc")
    place = {name: getattr(run, name) for name in names}
    return {**place, "state": run.ended_as, **_of_catalogue(run)}


def _of_catalogue(run: "CataloguedRun") -> dict[str, Any]:
    """What the run files and reports say beyond where the run stands."""
    names = ("uuid", "cell", "electrolyte", "protocol", "operator", "readings", "impedance_points")
    return {
        **{name: getattr(run, name) for name in (*names, "moved_charge_c", "sealed", "failure")},
        "ccd_passed_ma_cm2": _ma_cm2(run.passed_a_m2),
        "ccd_failed_ma_cm2": _ma_cm2(run.failed_a_m2),
    }


def _ma_cm2(value_a_m2: float | None) -> float | None:
    return None if value_a_m2 is None else value_a_m2 / _A_M2_PER_MA_CM2


def _print_table(names: Sequence[str], rows: Sequence[tuple[str, ...]], nothing: str) -> None:
    """Print the columns whole, and of the last one what the terminal has room for."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Column, Table

    console = Console()
    columns = list(zip(names, *(row[:-1] for row in rows), strict=True))
    widths = [max(map(len, column)) for column in columns]
    left = console.width - sum(widths) - len(widths) - 2  # a space between any two, and around
    whole = (Column(n, width=w, no_wrap=True) for n, w in zip(names, widths, strict=True))
    detail = Column("detail", width=max(8, left), no_wrap=True, overflow="ellipsis")
    table = Table(*whole, detail, box=SIMPLE, padding=0, pad_edge=False)
    for row in rows:
        table.add_row(*row[:-1], row[-1].split(";")[0])
    console.print(table if rows else nothing)


def _state_in_words(state: RunState) -> str:
    """Say where a run stands, and when it is over with a cell that may still be driven."""
    under_way = state.state in _UNDER_WAY
    return str(state.state) if state.safe or under_way else f"{state.state}, cell unknown"


def _hours(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
