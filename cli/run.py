"""``solidcell run`` and ``stop``: start a run, end it."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..acquisition.recovery.policy import OPTION, AfterInterruption
from .answer import AsJson, print_json, say, say_error
from .planned import charge_words

if TYPE_CHECKING:
    from ..acquisition.preview.preflight import Preflight
    from ..acquisition.starting.together import Member

DataDir = Annotated[Path | None, typer.Option(help="The folder that holds the runs.")]
RunName = Annotated[str, typer.Argument(help="The run: its id or the start of it, or its file.")]


def run(
    protocol: Annotated[
        Path | None, typer.Argument(help="The protocol file (YAML or JSON).")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="The bench file (TOML).")] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(help="The channel of the bench to run on. Several: all begin at one moment."),
    ] = None,
    cell: Annotated[
        list[Path] | None,
        typer.Option(help="The cell record (YAML or JSON); one for each channel, in their order."),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(help="A file that names bench, channels, cells and protocols instead."),
    ] = None,
    data: DataDir = None,
    operator: Annotated[str | None, typer.Option(help="Who runs it; you if unset.")] = None,
    after_interruption: Annotated[
        AfterInterruption | None,
        typer.Option(help="What to do if its processes die; the protocol says it if unset."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the segments and draw J(t); touch nothing.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Watch it until it ends; Ctrl+C leaves it running.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Start a protocol on a cell; it outlives this terminal.

    Of several channels every instrument is asked first; all begin at one moment, or none does.
    """
    from .together import members_of, run_together

    members = members_of(protocol, bench, channel or (), cell or (), batch)
    if len(members) == 1 and batch is None:
        options = {} if after_interruption is None else {OPTION: after_interruption.value}
        return _run_one(members[0], data, operator, options, dry_run, follow, as_json=as_json)
    if dry_run or follow:
        raise ValueError("--dry-run and --follow are for one channel; `solidcell watch --all`")
    if after_interruption is not None:
        raise ValueError("--after-interruption is for one channel; write it into the protocols")
    return run_together(members, data, operator, as_json=as_json)


def _run_one(
    member: "Member",
    data: Path | None,
    operator: str | None,
    options: dict[str, str],
    dry_run: bool,
    follow: bool,
    *,
    as_json: bool,
) -> int:
    checked = _preflight(member)
    if dry_run:
        return _dry_run(checked, as_json=as_json)
    checked.raise_problems()
    from ..acquisition.session import start_run
    from .watch import follow_run

    started = start_run(
        protocol=member.protocol,
        bench=member.bench,
        cell=member.cell,
        channel=member.channel,
        data_dir=data,
        operator=operator,
        options=options,
    )
    if as_json:
        print_json(asdict(started))
    else:
        print(f"{started.run_id} is running (process {started.pid}).")
        print(f"  record  {started.run_file}")
        print(f"  watch   solidcell watch {started.run_id}")
        print(f"  stop    solidcell stop {started.run_id}")
    return follow_run(started.run_file) if follow else 0


def stop(
    run: Annotated[
        str | None, typer.Argument(help="The run: its id or the start of it, or its file.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every run of the data folder; its queues are held.")
    ] = False,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Open the cell now, even if the worker hangs.")
    ] = False,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """End a run safely and open its cell.

    The segment is broken off, the cell opened, and the end recorded.
    """
    from ..acquisition.session import default_data_dir, find_run, request_stop, user_name

    if everything == (run is not None):
        raise ValueError("`solidcell stop` needs the name of one run, or --all")
    if run is None:
        from .together import stop_all

        stop_all(data, emergency=emergency, as_json=as_json)
        return
    run_file = find_run(run, data or default_data_dir())
    request_stop(run_file, user_name(), emergency=emergency)
    if as_json:
        print_json({"run_file": run_file, "asked": "emergency_stop" if emergency else "stop"})
    else:
        print(f"{run_file.parent.name} was asked to stop; `solidcell runs` shows when it has.")


def _preflight(member: "Member") -> "Preflight":
    """Check the three files before anything is started, and tell what to be warned of."""
    from ..acquisition.preview.preflight import preflight

    checked = preflight(member.protocol, member.bench, member.channel, member.cell)
    for warning in checked.warnings:
        say(f"warning: {warning}")
    return checked


def _dry_run(checked: "Preflight", *, as_json: bool) -> int:
    from ..acquisition.preview.drawing import drawn

    plan = checked.preview
    if as_json:
        print_json({**plan.as_json(), "warnings": checked.warnings, "problems": checked.problems})
        return int(bool(checked.problems))
    for number, planned in enumerate(plan.segments, start=1):
        start, length = (_clock_time(s) for s in (planned.start_s, planned.duration_s))
        print(f"{number:4}  {start:>10}  {length:>10}  {planned.name}")
    print(f"\n{drawn(plan)}\n")
    print(f"{len(plan.segments)} segments, {_clock_time(plan.duration_s)} if nothing fails,")
    print(f"{charge_words(plan)}. The tighter limits of bench and protocol:")
    for name in checked.limits.origins:
        print(f"  {checked.limits.of_whom(name)}")
    for problem in checked.problems:
        say_error(problem)
    return int(bool(checked.problems))


def _clock_time(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
