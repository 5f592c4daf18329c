"""``solidcell bench``: what is connected, whether a bench file is right, and a new one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from .answer import AsJson, print_json, say
from .bench_tables import checked_as_json, found_as_json, show_checked, show_found

if TYPE_CHECKING:
    from ..drivers.search import Place

_SCPI_PORT: Final = 5025


class Action(StrEnum):
    """What may be done about benches."""

    SCAN = "scan"
    CHECK = "check"
    NEW = "new"


def bench(
    action: Annotated[
        Action,
        typer.Argument(
            help="scan: ask every port who is there. check: open every instrument of a bench "
            "file. new: write a bench file with every setting explained."
        ),
    ],
    file: Annotated[
        Path | None, typer.Argument(help="check, new: the bench file; bench.toml if unset.")
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="scan: ask at this host, too; may be repeated.")
    ] = None,
    port: Annotated[
        list[int] | None, typer.Option(help="scan: the TCP ports of the hosts.  [default: 5025]")
    ] = None,
    only_hosts: Annotated[
        bool, typer.Option("--only-hosts", help="scan: ask nobody but the hosts named.")
    ] = False,
    modbus: Annotated[
        bool, typer.Option("--modbus", help="scan: also read a register of Modbus slave 1.")
    ] = False,
    visa: Annotated[
        str, typer.Option(help="scan: the VISA library: @py, or the path of a vendor's.")
    ] = "@py",
    patience_s: Annotated[
        float, typer.Option(help="scan: how long an answer may take to begin.")
    ] = 0.5,
    channel: Annotated[str | None, typer.Option(help="check: only this channel.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="new: write over a file that is there.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Find instruments, check a bench file against them, or begin a new one.

    A scan only asks who is there, and leaves alone what a run has. A check connects to one
    instrument after the other as a run would, switches no output on, and ends with exit code 1 if
    anything is amiss.
    """
    path = file or Path("bench.toml")
    match action:
        case Action.SCAN:
            if not 0 < patience_s <= 60:
                raise ValueError(f"--patience-s {patience_s:g} is not allowed: 0 to 60 s")
            places = _places(host or [], port or [_SCPI_PORT], visa, only_hosts=only_hosts)
            return _scan(places, visa, patience_s, modbus=modbus, as_json=as_json)
        case Action.CHECK:
            return _check(path, channel, as_json=as_json)
        case Action.NEW:
            return _new(path, force=force, as_json=as_json)


def _places(hosts: list[str], ports: list[int], visa: str, *, only_hosts: bool) -> list[Place]:
    from ..drivers.errors import LinkLostError
    from ..drivers.search import network_places, serial_places, visa_places

    wrong = next((number for number in ports if not 1 <= number <= 65_535), None)
    if wrong is not None:
        raise ValueError(f"port {wrong} is not allowed: 1 to 65535")
    places = [place for name in hosts for number in ports for place in network_places(name, number)]
    if only_hosts:
        return places
    try:
        places += visa_places(visa)
    except LinkLostError as error:
        say(str(error))
    return places + serial_places()


def _scan(places: list[Place], visa: str, patience_s: float, *, modbus: bool, as_json: bool) -> int:
    from ..acquisition.instruments.scanning import scan
    from ..drivers.clock import SystemClock
    from ..drivers.questions import QUESTIONS, modbus_question

    questions = (*QUESTIONS, modbus_question()) if modbus else QUESTIONS
    found = list(
        scan(
            places,
            SystemClock(),
            patience_s=patience_s,
            library=visa,
            questions=questions,
            tell=lambda address: say(f"asking {address} …"),
        )
    )
    if as_json:
        print_json({"found": [found_as_json(each) for each in found]})
    else:
        show_found(found)
    return 0


def _check(path: Path, channel: str | None, *, as_json: bool) -> int:
    from ..acquisition.files.bench import load_bench
    from ..acquisition.instruments.checking import Verdict, check_bench

    loaded = load_bench(path)
    checked = list(check_bench(loaded, only=channel, tell=lambda at: say(f"opening {at} …")))
    if as_json:
        print_json({"bench": str(path), "devices": [checked_as_json(each) for each in checked]})
    else:
        show_checked(checked)
    return int(any(each.verdict is Verdict.PROBLEM for each in checked))


def _new(path: Path, *, force: bool, as_json: bool) -> int:
    from ..acquisition.files.new_bench import new_bench_text
    from .twin_bench import write_text

    if path.exists() and not force:
        raise ValueError(f"{path} is already there; --force writes over it")
    write_text(path, new_bench_text())
    if as_json:
        print_json({"bench": str(path)})
    else:
        print(f"{path} is written; edit it, then: solidcell bench check {path}")
    return 0
