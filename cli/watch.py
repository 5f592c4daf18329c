"""``solidcell watch``: follow a run from any terminal; leaving it does not stop the run."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from ..acquisition.glances.oven_words import oven_in_words
from ..acquisition.glances.press_words import press_in_words
from ..acquisition.limits.guard_in_instrument import held_in_words
from ..acquisition.record.reader import RunReader
from ..acquisition.record.rows import Event, Segment
from ..acquisition.runs import RunState, RunStateName, find_run, run_state
from ..acquisition.starting.start import (
    default_data_dir,  # not by way of session: that reads benches
)
from ..drivers.clock import SystemClock
from .answer import AsJson, print_json, say

_LOOK_EVERY_S = 0.2
_UNDER_WAY = (RunStateName.RUNNING, RunStateName.PAUSED, RunStateName.RECOVERING)
_NOT_TOLD = ("traceback", "id", "utc")  # the record has them
_TOLD_EVENTS = (
    "mark",
    "limit_trip",
    "error",
    "gap",
    "storage",
    "supervision",
    "command",
    "paused",
    "resumed",
    "made_safe",
    "run_ended",
)


def watch(
    run: Annotated[
        str | None, typer.Argument(help="The run: its id or the start of it, or its file.")
    ] = None,
    all_channels: Annotated[
        bool, typer.Option("--all", help="Every channel at once, in a table; or in lines if piped.")
    ] = False,
    bench: Annotated[
        Path | None, typer.Option(help="With --all: show its channels that have no run, too.")
    ] = None,
    every_s: Annotated[
        float, typer.Option("--every", min=0.1, metavar="S", help="With --all: seconds a look.")
    ] = 1.0,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="With --all: end when nothing is under way.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """Show what a run does, line by line, until it ends; or every channel with --all.

    Ctrl+C leaves everything running. With --json, print where things stand now and return.
    """
    data_dir = data or default_data_dir()
    if all_channels == (run is not None):
        raise ValueError("name one run to watch, or give --all")
    if run is None:
        from .watch_all import watch_all

        return watch_all(
            data_dir,
            channels=_channels_of(bench),
            every_s=every_s,
            until_done=until_done,
            as_json=as_json,
        )
    run_file = find_run(run, data_dir)
    if as_json:
        print_json({**asdict(run_state(run_file)), **_last_reading(run_file)})
        return 0
    return follow_run(run_file)


def follow_run(run_file: Path, tell: Callable[[str], None] = say) -> int:
    """Tell every segment and event of a run until it ends; 0 if it was completed."""
    try:
        state = follow(run_file, tell)
    except KeyboardInterrupt:
        tell(f"left; {run_file.parent.name} goes on")
        return 0
    tell(f"{state.state}: {state.detail}" if state.detail else str(state.state))
    return 0 if state.state is RunStateName.COMPLETED else 1


def follow(run_file: Path, tell: Callable[[str], None]) -> RunState:
    """Tell what happens until the run is over; return how it ended."""
    clock = SystemClock()
    with RunReader(run_file) as reader:
        seen = 0
        while True:
            state = run_state(run_file)  # asked first: what is read after it is then complete
            for seq, line in _news(reader, seen):
                seen = max(seen, seq)
                tell(line)
            if state.state not in _UNDER_WAY:
                return state
            clock.sleep_until(clock.now_s() + _LOOK_EVERY_S)


def _channels_of(bench: Path | None) -> tuple[str, ...]:
    if bench is None:
        return ()
    from ..acquisition.files.bench import load_bench

    return tuple(load_bench(bench).channels)


def _news(reader: RunReader, since_seq: int) -> Iterator[tuple[int, str]]:
    """Segments and events after ``since_seq``, in the order in which they happened."""
    rows: list[Segment | Event] = [*reader.segments(since_seq), *reader.events(since_seq)]
    for row in sorted(rows, key=lambda row: row.seq):
        line = _segment_line(row) if isinstance(row, Segment) else _event_line(row)
        if line:
            yield row.seq, f"{timedelta(seconds=round(row.elapsed_s))!s:>17}  {line}"


def _segment_line(segment: Segment) -> str:
    return segment.name


def _event_line(event: Event) -> str:
    if event.kind == "limits":
        return f"· limits  {held_in_words(event.body)}"
    if event.kind not in (*_TOLD_EVENTS, "oven", "press", "surroundings"):
        return ""
    body = event.body
    if event.kind == "oven":
        return f"· oven  {oven_in_words(body)}"
    if event.kind == "press":
        return f"· press  {press_in_words(body)}"
    if event.kind == "surroundings" and "fault" in body:
        return f"! {body['name']}  {body['fault'] or 'it reads again'}"
    if event.kind == "mark":
        told = {k: v for k, v in dict(body.get("data", {})).items() if k not in ("phase", "step")}
        return f"· {body['label']}  {_pairs(told)}"
    return "" if event.kind == "surroundings" else f"! {event.kind}  {_pairs(body)}"


def _pairs(body: Any) -> str:
    told = {k: v for k, v in dict(body).items() if v != "" and k not in _NOT_TOLD}
    return "  ".join(f"{key} {_short(value)}" for key, value in told.items())


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _last_reading(run_file: Path) -> dict[str, float | str | None]:
    with RunReader(run_file) as reader:
        segments = reader.segments()
        last = reader.readings(since_seq=segments[-1].seq if segments else 0)[-1:]
    name = segments[-1].name if segments else None
    if not last:
        return {"segment": name, "voltage_v": None, "current_a": None, "temperature_k": None}
    newest = last[0]
    return {
        "segment": name,
        "voltage_v": newest.voltage_v,
        "current_a": newest.current_a,
        "temperature_k": newest.temperature_k,
    }
