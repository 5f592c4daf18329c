"""What a scan found and what a check saw, as tables for a person and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..acquisition.instruments.checking import Checked
    from ..acquisition.instruments.scanning import Found

_COLOURS: Final = {"ok": "green", "note": "yellow", "busy": "cyan", "problem": "red"}


def found_as_json(found: Found) -> dict[str, Any]:
    """Return what is known of one place."""
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


def show_found(found: list[Found]) -> None:
    """Print who answers where, and the lines for a bench file."""
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


def checked_as_json(checked: Checked) -> dict[str, Any]:
    """Return what was seen of one device, without what is to be kept secret."""
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


def show_checked(checked: list[Checked]) -> None:
    """Print what was seen of each device, and why if anything is amiss."""
    from dataclasses import astuple

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    where = Column("where", overflow="fold")
    table = Table("verdict", where, "who answers", "output", "can", show_edge=False)
    for each in checked:
        device, who = each.device, each.identity
        name = f" {device.name}" if device.name and device.name != each.place else ""
        of = f"{each.place} {device.role.value}{name}"
        lines = [of, device.driver, device.address, *_options(each)]
        colour = _COLOURS[each.verdict.value]
        table.add_row(
            f"[{colour}]{each.verdict.value}[/]",
            escape("\n".join(lines)),
            escape("\n".join(astuple(who)) if who else ""),
            "" if each.output is None else each.output.value,
            escape("\n".join(filter(None, (*each.can.split(", "), each.reads)))),
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
