"""Starting several channels at one moment, for ``solidcell run`` and ``stop --all``."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .answer import print_json, say

if TYPE_CHECKING:
    from ..acquisition.starting.together import Member


def members_of(
    protocol: Path | None,
    bench: Path | None,
    channels: Sequence[str],
    cells: Sequence[Path],
    batch: Path | None,
) -> "tuple[Member, ...]":
    """Return what is to be started, from the options or from a batch file.

    Raises ``ValueError`` naming the options that are missing, or do not go together.
    """
    if batch is not None:
        if protocol or bench or channels or cells:
            raise ValueError("--batch names everything: leave out the protocol and other options")
        from ..acquisition.starting.batch import load_batch

        return load_batch(batch)
    given = {"PROTOCOL": protocol, "--bench": bench, "--channel": channels, "--cell": cells}
    if missing := [name for name, value in given.items() if not value]:
        raise ValueError(f"`solidcell run` needs {' and '.join(missing)}, or --batch")
    if len(channels) != len(cells):
        raise ValueError(
            f"{_count(channels, 'channel')} and {_count(cells, 'cell')}: a cell sits on one "
            "channel, so give as many --cell as --channel, in the same order"
        )
    from ..acquisition.starting.together import Member

    return tuple(
        Member(channel=channel, cell=cell, protocol=Path(str(protocol)), bench=Path(str(bench)))
        for channel, cell in zip(channels, cells, strict=True)
    )


def run_together(
    members: "Sequence[Member]", data: Path | None, operator: str | None, *, as_json: bool
) -> int:
    """Start all channels at one moment, or none."""
    from ..acquisition.session import start_together
    from ..acquisition.starting.together import check_together

    for warning in check_together(members):
        say(f"warning: {warning}")
    say(f"{_count(members, 'channel')}: each instrument is asked first, then all begin together")
    started = start_together(members, data_dir=data, operator=operator)
    if as_json:
        print_json(asdict(started))
        return 0
    for run in started.runs:
        print(f"{run.run_id} is running (process {run.pid}).")
    print("  watch   solidcell watch --all")
    print("  stop    solidcell stop --all")
    return 0


def stop_all(data: Path | None, *, emergency: bool, as_json: bool) -> None:
    """End every run of a data folder, and hold its queues, so that none begins in its stead."""
    from ..acquisition.session import default_data_dir, stop_everything, user_name

    asked = stop_everything(data or default_data_dir(), user_name(), emergency=emergency)
    if as_json:
        print_json({"asked": "emergency_stop" if emergency else "stop", "runs": asked})
        return
    for run_id in asked:
        print(f"{run_id} was asked to stop.")
    print(f"{_count(asked, 'run')} asked; `solidcell runs` shows when they have ended.")


def _count(what: Sequence[object], name: str) -> str:
    return f"{len(what)} {name}" + "s" * (len(what) != 1)
