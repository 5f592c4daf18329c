"""``solidcell notify``: who was told of a run, and does telling work at all?"""

import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .answer import AsJson, print_json, say

if TYPE_CHECKING:
    from ..acquisition.notify.delivery import Outcome
    from ..acquisition.notify.ledger import Told
    from ..acquisition.run_folder import RunFolder

BenchFile = Annotated[
    Path | None, typer.Option(help="The bench file (TOML); that of the run if unset.")
]


def notify(
    run: Annotated[
        str | None, typer.Argument(help="The run: its id or the start of it, or its file.")
    ] = None,
    test: Annotated[
        bool, typer.Option("--test", help="Send a test message to everybody in the bench file.")
    ] = False,
    resend: Annotated[
        bool, typer.Option("--resend", help="Tell those of the run who were not reached.")
    ] = False,
    bench: BenchFile = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """Show who was told how a run ended; try to reach the others; or send a test.

    Exit code 1 if somebody was not reached.
    """
    if test:
        outcomes = _test(bench)
    elif run is None:
        raise ValueError("name a run, or write --test --bench bench.toml")
    else:
        return _of_run(run, data, bench, resend=resend, as_json=as_json)
    if as_json:
        print_json({"outcomes": [asdict(outcome) for outcome in outcomes]})
    else:
        _print(outcomes)
    return int(not all(outcome.sent for outcome in outcomes))


def _test(bench: Path | None) -> "Sequence[Outcome]":
    from ..acquisition.files.bench import load_bench
    from ..acquisition.notify.delivery import ONE_TRY, deliver, destinations
    from ..acquisition.notify.news import test_news
    from ..acquisition.processes import user_name
    from ..drivers.clock import SystemClock

    if bench is None:
        raise ValueError("--test needs --bench: the bench file names who is told")
    everybody = destinations(load_bench(bench).notify)
    if not everybody:
        raise ValueError(f"{bench} tells nobody: it has no [notify.webhook] and no [notify.email]")
    say(f"telling {', '.join(each.name for each in everybody)} …")
    news = test_news(platform.node(), user_name())
    return deliver(everybody, news, SystemClock(), patience=ONE_TRY)


def _of_run(
    name: str, data: Path | None, bench: Path | None, *, resend: bool, as_json: bool
) -> int:
    from ..acquisition.notify.ledger import read_told
    from ..acquisition.run_folder import RunFolder
    from ..acquisition.session import default_data_dir, find_run

    folder = RunFolder.of(find_run(name, data or default_data_dir()))
    if resend:
        _resend(folder, bench)
    told = read_told(folder)
    if as_json:
        print_json({"run_id": folder.run_id, "told": [asdict(each) for each in told]})
    else:
        _print_told(folder.run_id, told)
    return int(not all(each.all_sent for each in told))


def _resend(folder: "RunFolder", bench: Path | None) -> None:
    from ..acquisition.files.bench import load_bench
    from ..acquisition.notify.ledger import tell_again
    from ..acquisition.starting.job import read_job

    bench_file = bench or Path(read_job(folder.job_file).bench)
    say(f"telling those in {bench_file} who were not reached …")
    tell_again(folder, load_bench(bench_file).notify)


def _print_told(run_id: str, told: "Sequence[Told]") -> None:
    if not told:
        print(f"nobody was told of {run_id}")
    for each in told:
        print(each.subject)
        _print(each.outcomes)


def _print(outcomes: "Sequence[Outcome]") -> None:
    for outcome in outcomes:
        tries = "" if outcome.attempts == 1 else f", {outcome.attempts} tries"
        state = f"told at {outcome.utc}" if outcome.sent else f"NOT REACHED: {outcome.detail}"
        print(f"  {outcome.destination}  {state}{tries}")
