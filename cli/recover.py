"""``solidcell recover``: runs that broke off; look at them, open their cells, go on or give up."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .answer import AsJson, in_words, print_json, say_error

if TYPE_CHECKING:
    from ..acquisition.session import InterruptedRun

Answer = dict[str, Any]
_Act = Callable[[Path, str, str | None], Answer]


def recover(
    run: Annotated[
        str | None, typer.Argument(help="The run: its id or the start of it, or its file.")
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Ask the instrument what it does, and open the cell.")
    ] = False,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on with the run where it broke off.")
    ] = False,
    ask: Annotated[
        bool, typer.Option("--ask", help="Go on, but paused: `solidcell resume` begins to drive.")
    ] = False,
    abort: Annotated[
        bool, typer.Option("--abort", help="Open the cell and end the run for good.")
    ] = False,
    by_policy: Annotated[
        bool, typer.Option("--by-policy", help="With every such run, do as its protocol says.")
    ] = False,
    address: Annotated[
        str | None, typer.Option(help="Where the instrument answers now, if it moved.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """List the runs that broke off, or do something about one.

    Without an option nothing is touched: no instrument is asked. Connecting switches nothing on,
    and an instrument with another serial number than the recorded one is left alone.
    """
    from ..acquisition.session import default_data_dir, find_run, interrupted_runs, look_at

    acts = [act for wanted, act in zip((open_, go_on, ask, abort), _acts(), strict=True) if wanted]
    _refuse_contradictions(run, acts, address, by_policy=by_policy)
    folder = data or default_data_dir()
    if by_policy:
        return _each_by_policy(interrupted_runs(folder), as_json=as_json)
    if run is None:
        _show(interrupted_runs(folder), folder, as_json=as_json)
        return 0
    run_file = find_run(run, folder)
    if not acts:
        found = look_at(run_file)
        print_json(_as_json(found)) if as_json else print("\n".join(_told(found)))
        return 0
    from ..acquisition.session import user_name

    answer = acts[0](run_file, user_name(), address)
    print_json(answer) if as_json else print(answer["said"])
    return 0


def _acts() -> tuple[_Act, ...]:
    from ..acquisition.session import AfterInterruption

    def go_on(policy: AfterInterruption) -> _Act:
        return lambda run_file, who, address: _go_on(run_file, who, policy, address)

    return (
        _open,
        go_on(AfterInterruption.CONTINUE),
        go_on(AfterInterruption.ASK),
        go_on(AfterInterruption.ABORT),
    )


def _refuse_contradictions(
    run: str | None, acts: list[_Act], address: str | None, *, by_policy: bool
) -> None:
    if len(acts) > 1:
        raise ValueError("choose one of --open, --continue, --ask and --abort")
    if run is None and (acts or address is not None):
        raise ValueError("name the run that is meant; `solidcell recover` lists them")
    if by_policy and run is not None:
        raise ValueError("--by-policy is for every run that broke off; name none")


def _open(run_file: Path, who: str, address: str | None) -> Answer:
    from ..acquisition.session import open_interrupted

    opened = open_interrupted(run_file, who, address=address)
    said = (
        f"{opened.model} {opened.serial} answered; its output was {opened.output}; "
        "the cell is open now"
    )
    return {"run_file": run_file, **asdict(opened), "cell": "open", "said": said}


def _go_on(run_file: Path, who: str, policy: Any, address: str | None) -> Answer:
    from ..acquisition.session import AfterInterruption, continue_run

    started = continue_run(run_file, who, policy, address=address)
    if started is None:
        _seal(run_file)
        said = f"{run_file.parent.name} is given up; the cell is open"
        return {"run_file": run_file, "did": "abort", "said": said}
    said = f"{started.run_id} goes on (process {started.pid})"
    if policy is AfterInterruption.ASK:
        said = f"{started.run_id} is paused, the cell open: solidcell resume {started.run_id}"
    return {**asdict(started), "did": str(policy), "said": said}


def _seal(run_file: Path) -> None:
    """Seal a run that was given up; if that fails, ``solidcell seal`` can do it later."""
    from ..acquisition.record.errors import RecordError
    from ..acquisition.sealing import SealError
    from .seal import seal_with_tables

    try:
        seal_with_tables(run_file, patience_s=5.0)
    except (SealError, RecordError, OSError) as error:
        say_error(f"not sealed: {in_words(error)}")


def _each_by_policy(found: "list[InterruptedRun]", *, as_json: bool) -> int:
    """Do with every run as its protocol says; what fails for one does not keep the others."""
    from ..acquisition.session import user_name

    answers: list[Answer] = []
    for run in found:
        if not run.may_continue:
            answers.append({"run_id": run.run_id, "did": "nothing", "said": run.why_not})
            continue
        try:
            answers.append(_go_on(run.run_file, user_name(), run.policy, None))
        except Exception as error:  # noqa: BLE001  the front door: the others are to be seen to
            answers.append({"run_id": run.run_id, "did": "failed", "said": in_words(error)})
    if as_json:
        print_json(answers)
    else:
        for answer in answers:
            print(f"{answer['did']:9} {answer['said']}")
    return int(any(answer["did"] == "failed" for answer in answers))


def _show(found: "list[InterruptedRun]", folder: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"data": folder, "runs": [_as_json(run) for run in found]})
        return
    if not found:
        print(f"no run broke off in {folder}")
        return
    for run in found:
        print("\n".join([run.run_id, *(f"  {line}" for line in _told(run)[1:]), ""]))
    print("solidcell recover RUN --open | --continue | --ask | --abort")


def _told(run: "InterruptedRun") -> list[str]:
    """What is known of one run, a line each."""
    state = f"{run.state}: {run.detail}" if run.detail else str(run.state)
    lines = [
        f"{run.run_id}  channel {run.channel}",
        f"state       {state}",
        f"cell        {run.cell}",
        f"last heard  {run.last_heard_utc}, {timedelta(seconds=round(run.elapsed_s))} into the run",
    ]
    if run.segment:
        lines.append(f"segment     {run.segment}{_progress(run)}")
    may = "may be continued" if run.may_continue else f"may not be continued: {run.why_not}"
    return [*lines, f"policy      {run.policy}; {may}"]


def _progress(run: "InterruptedRun") -> str:
    if run.done_s is None or not run.duration_s:
        return ""
    return f", {run.done_s / run.duration_s:.0%} of {timedelta(seconds=round(run.duration_s))}"


def _as_json(run: "InterruptedRun") -> Answer:
    return {**asdict(run), "may_continue": run.may_continue}
