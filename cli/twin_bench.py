"""The bench file for twins that are being served: what the address of each belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..acquisition.instruments.roles import Role
    from ..acquisition.instruments.specs import DriverKind
    from .twin_serving import ServedTwin

_MARK: Final = "# Written by `solidcell twin`: twins on this machine. The limits are yours to set."
_LIMITS: Final = ("voltage_min_v = -6.0", "voltage_max_v = 6.0", "current_max_ma = 100.0")
_OVEN: Final = ("temperature_min_c = -60.0", "temperature_max_c = 160.0")
_Placed = tuple["Role", "ServedTwin"]


def write_bench(path: Path, text: str) -> None:
    """Write a bench file for twins, over one for other twins at most.

    Raises ``ValueError`` if ``path`` is any other file.
    """
    if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(_MARK):
        raise ValueError(f"{path} is already there, and is no bench file of `solidcell twin`")
    write_text(path, text)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file, so that nobody ever reads half of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)


def bench_text(served: Sequence[ServedTwin], speed: float) -> str:
    """Return a bench file in which every twin has its place, so far as a driver is for it.

    Twins of one cell share a channel as long as their roles allow it. Limits are to be adapted.
    """
    from ..acquisition.instruments.roles import Role

    placed, strangers = _with_roles(served)
    ovens = [each for role, each in placed if role is Role.OVEN]
    channels = _channels([pair for pair in placed if pair[0] is not Role.OVEN])
    lines = [_MARK]
    lines += [f"# {each.name} at {each.address}: no driver" for each in strangers]
    for name, devices in channels.items():
        lines += _channel(name, devices, speed, with_oven=bool(ovens))
    for number, oven in enumerate(ovens):
        lines += ["", f"[oven.{_oven_name(number)}]", *_device(oven), *_OVEN, *_clock(speed)]
    return "\n".join(lines) + "\n"


def _with_roles(served: Sequence[ServedTwin]) -> tuple[list[_Placed], list[ServedTwin]]:
    placed, strangers = [], []
    for each in served:
        if kind := _driver(each):
            placed.append((kind.roles[0], each))
        else:
            strangers.append(each)
    return placed, strangers


def _driver(each: ServedTwin) -> DriverKind | None:
    from ..acquisition.instruments.table import DRIVERS
    from ..drivers.simulated.catalogue import twin_kind

    return DRIVERS.get(twin_kind(each.name).driver or each.name)


def _channels(placed: Iterable[_Placed]) -> dict[str, list[_Placed]]:
    """Give each twin to the first channel of its cell whose roles leave room for it."""
    channels: dict[str, list[_Placed]] = {}
    for role, each in placed:
        for letter in "ABCDEFGH":
            channel = channels.setdefault(f"{letter}{each.cell + 1}", [])
            if all(_go_together(role, other) for other, _ in channel):
                channel.append((role, each))
                break
    return {name: devices for name, devices in channels.items() if devices}


def _go_together(one: Role, other: Role) -> bool:
    from ..acquisition.instruments.roles import SOURCES, Role

    if one is Role.AUXILIARY or other is Role.AUXILIARY:
        return True
    return one is not other and not (one in SOURCES and other in SOURCES)


def _channel(name: str, devices: Sequence[_Placed], speed: float, *, with_oven: bool) -> list[str]:
    from ..acquisition.instruments.roles import ON_THE_CELL, Role

    lines = ["", f"[channel.{name}]", *_LIMITS, *_clock(speed)]
    lines += [f'oven = "{_oven_name(0)}"'] if with_oven else []
    for role, each in devices:
        of = f".{each.name}" if role is Role.AUXILIARY else ""
        lines += ["", f"[channel.{name}.{role}{of}]", *_device(each)]
    if any(role in ON_THE_CELL for role, _ in devices):
        return lines
    return ["", "# A channel needs an instrument that drives its cell; this has none yet."] + [
        f"# {line}".rstrip() for line in lines[1:]
    ]


def _device(each: ServedTwin) -> list[str]:
    from ..drivers.simulated.catalogue import twin_kind

    kind = twin_kind(each.name)
    lines = [f'driver = "{kind.driver or each.name}"', f"address = {json.dumps(each.address)}"]
    if kind.options:
        options = ", ".join(f"{key} = {json.dumps(value)}" for key, value in kind.options.items())
        lines.append(f"options = {{ {options} }}")
    return lines


def _clock(speed: float) -> list[str]:
    return [] if speed == 1.0 else [f"clock_speed = {speed!r}"]


def _oven_name(number: int) -> str:
    return f"box{number + 1}" if number else "box"
