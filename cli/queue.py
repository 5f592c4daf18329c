"""``solidcell queue``: runs that wait for their channel, and start by themselves."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .answer import AsJson, print_json, say, say_error

if TYPE_CHECKING:
    from ..acquisition.session import ChannelQueue, Enqueued, QueuedRun, StartedRun


class Action(StrEnum):
    """What may be done with queues."""

    LIST = "list"
    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"
    HOLD = "hold"
    RELEASE = "release"


def queue(
    action: Annotated[
        Action,
        typer.Argument(
            help="add: let a run wait for its channel. list: show what waits. remove, move: a job "
            "that waits. hold: start nothing more on a channel. release: let it go on."
        ),
    ] = Action.LIST,
    what: Annotated[
        str | None,
        typer.Argument(
            help="add: the protocol file. remove, move: the job. hold, release: the channel."
        ),
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="The bench file (TOML).")] = None,
    channel: Annotated[str | None, typer.Option(help="add: the channel to run on.")] = None,
    cell: Annotated[Path | None, typer.Option(help="add: the cell record (YAML or JSON).")] = None,
    operator: Annotated[str | None, typer.Option(help="add: who runs it; you if unset.")] = None,
    to: Annotated[int | None, typer.Option(help="move: the place, 1 for the next.")] = None,
    reason: Annotated[str, typer.Option(help="hold: why, for whoever finds it held.")] = "",
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """Let runs wait for their channel, and start by themselves one after the other.

    A run starts by itself only if the one before it was completed and its cell is open. After any
    other end the queue is held, and says why, until a person releases it. What `add` is given is
    checked at once and copied: later edits of the files change nothing.
    """
    given = {"--bench": bench, "--channel": channel, "--cell": cell, "--to": to}
    name = _checked(action, what, given)
    match action:
        case Action.LIST:
            return _list(data, as_json=as_json)
        case Action.ADD:
            return _add(Path(name), given, operator, data, as_json=as_json)
        case Action.RELEASE:
            return _release(name, bench, data, as_json=as_json)
        case Action.REMOVE:
            said = _remove(name, data)
        case Action.MOVE:
            said = _move(name, to or 0, data)
        case Action.HOLD:
            said = _hold(name, reason, bench, data)
    if as_json:
        print_json({"done": action.value, "what": name})
    else:
        print(said)
    return 0


_NEEDS: dict[Action, tuple[str, tuple[str, ...]]] = {
    Action.ADD: ("PROTOCOL", ("--bench", "--channel", "--cell")),
    Action.REMOVE: ("JOB", ()),
    Action.MOVE: ("JOB", ("--to",)),
    Action.HOLD: ("CHANNEL", ()),
    Action.RELEASE: ("CHANNEL", ()),
}


def _checked(action: Action, what: str | None, given: Mapping[str, Any]) -> str:
    """Return what the action is about; raise ``ValueError`` naming all that is missing."""
    if action is Action.LIST:
        return ""
    name, options = _NEEDS[action]
    missing = [option for option in options if given[option] is None]
    if what is None:
        missing.insert(0, name)
    if what is None or missing:
        raise ValueError(f"`solidcell queue {action}` needs {' and '.join(missing)}")
    return what


def _add(
    protocol: Path,
    given: Mapping[str, Any],
    operator: str | None,
    data: Path | None,
    *,
    as_json: bool,
) -> int:
    from ..acquisition.session import enqueue

    result = enqueue(
        protocol=protocol,
        bench=given["--bench"],
        cell=given["--cell"],
        channel=given["--channel"],
        data_dir=data,
        operator=operator,
    )
    if as_json:
        print_json(asdict(result))
    else:
        print(_enqueued_in_words(result))
    if result.held:
        say_error(f"channel {result.queue} is held: {result.held}")
        say(f"`solidcell queue release {result.queue}` lets it go on")
    return int(bool(result.held))


def _enqueued_in_words(result: "Enqueued") -> str:
    if result.started is not None:
        return f"{result.started.run_id} is running (process {result.started.pid})."
    return f"{result.id} waits at place {result.place}."


def _release(channel: str, bench: Path | None, data: Path | None, *, as_json: bool) -> int:
    from ..acquisition.session import release_queue

    started = release_queue(channel, bench=bench, data_dir=data)
    if as_json:
        print_json({"done": "release", "what": channel, "started": _started_as_json(started)})
    else:
        goes_on = f"; {started.run_id} is running" if started else ""
        print(f"channel {channel} is released{goes_on}.")
    return 0


def _started_as_json(started: "StartedRun | None") -> dict[str, Any] | None:
    return None if started is None else asdict(started)


def _remove(job_id: str, data: Path | None) -> str:
    from ..acquisition.session import remove_queued

    removed = remove_queued(job_id, data_dir=data)
    return f"{removed.id} ({Path(removed.protocol).name} on {Path(removed.cell).name}) is removed."


def _move(job_id: str, to: int, data: Path | None) -> str:
    from ..acquisition.session import move_queued

    move_queued(job_id, to, data_dir=data)
    return f"{job_id} waits at place {to}."


def _hold(channel: str, reason: str, bench: Path | None, data: Path | None) -> str:
    from ..acquisition.session import hold_queue

    hold_queue(channel, reason, bench=bench, data_dir=data)
    return f"channel {channel} is held; a run under way goes on."


def _list(data: Path | None, *, as_json: bool) -> int:
    from ..acquisition.session import default_data_dir, queues

    folder = data or default_data_dir()
    found = queues(folder)
    if as_json:
        print_json({"data": folder, "queues": [asdict(each) for each in found]})
        return 0
    if not found:
        print(f"no queues in {folder}")
    for each in found:
        print(_heading(each))
        for job in each.jobs:
            print(_line(job))
    return 0


def _heading(channel: "ChannelQueue") -> str:
    run = f"running {channel.current}" if channel.current else "no run of the queue"
    held = f"; HELD since {channel.held.utc}: {channel.held.reason}" if channel.held else ""
    note = f"; {channel.note}" if channel.note else ""
    return f"{channel.key}  ({channel.bench}): {run}{held}{note}"


def _line(job: "QueuedRun") -> str:
    place = str(job.place) if job.place else f"starting as {job.run_id}"
    files = f"{Path(job.protocol).name} on {Path(job.cell).name}"
    return f"  {place:>2}  {job.id:<10}  {files}, for {job.operator}, queued {job.utc} by {job.who}"
