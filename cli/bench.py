"""``solidcell bench``: what is connected, whether a bench file is right, and a new one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .answer import AsJson, print_json, say

if TYPE_CHECKING:
    from ..acquisition.instruments.checking import Checked
    from ..acquisition.instruments.scanning import Found
    from ..drivers.search import Place

_COLOURS: Final = {"ok": "green", "note": "yellow", "busy": "cyan", "problem": "red"}
_SCPI_PORT: Final = 5025
_WIDEST_ADDRESS: Final = 40  # beyond, it is folded


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
    from ..drivers.search import QUESTIONS, modbus_question

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
        print_json({"found": [_found_as_json(each) for each in found]})
    else:
        _show_found(found)
    return 0


def _found_as_json(found: Found) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "address": found.place.address,
        "way": found.place.way,
        "description": found.place.says,
        "asked": None if found.answer is None else found.answer.asked,
        "answer": None if found.answer is None else found.answer.text,
        "identity": None if found.identity is None else asdict(found.identity),
        "driver": found.driver or None,
        "bench_address": found.address or None,
        "held_by": found.held_by or None,
        "problem": found.problem or None,
    }


def _show_found(found: list[Found]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from ..acquisition.instruments.recognition import bench_lines

    if not found:
        print("nothing is connected: no serial port, no VISA resource; ask at a --host, too")
        return
    table = Table(Column("address", overflow="fold"), "who answers", "driver", show_edge=False)
    for each in found:
        table.add_row(each.place.address, _who(each), each.driver or "-")
    Console().print(table)
    for each in found:
        if each.driver and each.address:
            print("", *bench_lines(each.driver, each.address), sep="\n")
        elif each.driver:
            print(f"\n{each.driver} takes no address like {each.place.address}")


def _who(found: Found) -> str:
    from rich.markup import escape

    if found.held_by:
        return f"[cyan]in use: {escape(found.held_by)}[/]"
    if found.answer is None:
        says = f" ({found.place.says})" if found.place.says not in ("", "n/a") else ""
        return f"[dim]{escape(found.problem + says)}[/]"
    if (who := found.identity) is not None:
        return escape(", ".join(filter(None, (who.manufacturer, who.model, who.serial))))
    says = "not recognised" if found.answer.asked else "speaks unasked"
    return f"[yellow]{says}:[/] {escape(found.answer.text[:60])}"


def _check(path: Path, channel: str | None, *, as_json: bool) -> int:
    from ..acquisition.files.bench import load_bench
    from ..acquisition.instruments.checking import Verdict, check_bench

    loaded = load_bench(path)
    checked = list(check_bench(loaded, only=channel, tell=lambda at: say(f"opening {at} …")))
    if as_json:
        print_json({"bench": str(path), "devices": [_checked_as_json(each) for each in checked]})
    else:
        _show_checked(checked)
    return int(any(each.verdict is Verdict.PROBLEM for each in checked))


def _checked_as_json(checked: Checked) -> dict[str, Any]:
    from dataclasses import asdict

    from ..acquisition.instruments.table import DRIVERS

    device = checked.device
    return {
        "place": checked.place,
        **device.as_json(DRIVERS[device.driver].secret),
        "identity": None if checked.identity is None else asdict(checked.identity),
        "output": None if checked.output is None else checked.output.value,
        "can": checked.can or None,
        "reads": checked.reads or None,
        "verdict": checked.verdict.value,
        "detail": checked.detail,
    }


def _show_checked(checked: list[Checked]) -> None:
    from dataclasses import astuple

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    longest = max((len(each.device.address) for each in checked), default=0)
    where = Column("where", overflow="fold", min_width=min(longest, _WIDEST_ADDRESS))
    table = Table(where, "who answers", "output", "can", "verdict", show_edge=False)
    for each in checked:
        device, who = each.device, each.identity
        name = f" {device.name}" if device.name and device.name != each.place else ""
        of = f"{each.place} {device.role.value}{name}"
        lines = [of, device.driver, device.address, *_options(each)]
        colour = _COLOURS[each.verdict.value]
        table.add_row(
            escape("\n".join(lines)),
            escape("\n".join(astuple(who)) if who else ""),
            "" if each.output is None else each.output.value,
            escape("\n".join(filter(None, (each.can, each.reads)))),
            f"[{colour}]{each.verdict.value}[/]",
        )
    Console().print(table)
    for each in checked:
        if each.detail:
            print(f"\n{each.place} {each.device.role.value}: {each.detail}")


def _options(checked: Checked) -> list[str]:
    from ..acquisition.instruments.table import DRIVERS

    secret = DRIVERS[checked.device.driver].secret
    return [
        f"{name} = {'(secret)' if name in secret else value}"
        for name, value in checked.device.options.items()
    ]


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
