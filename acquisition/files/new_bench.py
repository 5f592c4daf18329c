"""A bench file to begin with: every role, driver and option explained, ready to be edited.

It is made from what the drivers and the schema declare, so that it cannot fall behind them. One
channel is in force; everything else stands behind ``#``. A line of prose begins with ``# ``, a
setting that is not in force with ``#`` alone.
"""

import json
import math
import re
import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ..instruments.options import Option
from ..instruments.roles import DESCRIPTIONS, Role
from ..instruments.specs import DriverKind
from ..instruments.table import DRIVERS
from .bench_tables import ChannelTable, OvenTable
from .descriptions import descriptions
from .limit_settings import LimitSettings

FIRST_DRIVER: Final = "methodscript"
"""The driver of the channel that is in force; `solidcell twin methodscript` stands in for it."""
_WIDTH: Final = 98
_IN_FORCE: Final[Mapping[str, str]] = MappingProxyType(
    {"voltage_min_v": "-5.0", "voltage_max_v": "5.0", "current_max_ma": "100.0"}
)
_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "charge_max_mah": "50.0",
        "duration_max_h": "500.0",
        "temperature_min_c": "0.0",
        "temperature_max_c": "80.0",
        "stack_pressure_min_mpa": "1.0",
        "stack_pressure_max_mpa": "20.0",
        "voltage_rate_max_mv_s": "50.0",
        "silence_max_s": "60.0",
        "clock_speed": "1.0",
        "oven": '"box"',
        "when_idle": '"off"',
    }
)
_OF_AN_OVEN: Final = tuple(name for name in OvenTable.model_fields if name in _EXAMPLES)
_KINDS: Final = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def new_bench_text() -> str:
    """Return the text of a bench file that loads as it is."""
    return "\n".join(_lines()) + "\n"


def example_address(kind: DriverKind) -> str:
    """Return one address of a driver as its examples show it.

    >>> example_address(DRIVERS["methodscript"])
    'socket://127.0.0.1:5025'
    """
    return re.split(r",? or |, ", kind.examples)[0]


def device_lines(table: str, driver: str) -> list[str]:
    """Return the table of a device of a driver, and that of its options so far as they are set."""
    kind = DRIVERS[driver]
    lines = [f"[{table}]", f'driver = "{driver}"', f'address = "{example_address(kind)}"']
    if Role.OVEN in kind.roles:
        lines += [f"{name} = {_EXAMPLES[name]}" for name in _OF_AN_OVEN]
    stated = {name: each for name, each in kind.options.items() if _value(each) is not None}
    if stated:
        lines.append(f"[{table}.options]")
        lines += [f"{name} = {_value(each)}" for name, each in stated.items()]
    return lines


def _lines() -> Iterator[str]:
    yield from _prose(
        "A bench: which instruments sit on which channel, and what each position may do. "
        "What stands behind # is not in force. To use a setting, remove the # before it. "
        "`solidcell bench scan` says what is connected, and `solidcell bench check` opens every "
        "instrument of this file without switching anything."
    )
    yield from _channel()
    for role in Role:
        if role is not Role.OVEN:
            yield from _role(role)
    yield from _oven()
    yield from ("", *_rule("Who is told"))
    yield from _prose(
        "[notify.email] and [notify.webhook] tell somebody when a run ends. Their settings stand "
        "in docs/how-to/be-told-when-a-run-ends.md; `solidcell notify --test` tries them."
    )


def _channel() -> Iterator[str]:
    yield from ("", *_rule("Channel A1"))
    yield from _prose(
        "Any name will do: it stands in the name of each run. A run is ended when a limit is "
        "passed. A protocol may be tighter than its channel, never wider."
    )
    yield "[channel.A1]"
    meanings = descriptions(ChannelTable)
    for name in (*LimitSettings.model_fields, "clock_speed", "oven"):
        yield from _setting(name, meanings[name], in_force=name in _IN_FORCE)
    yield ""
    yield from device_lines(f"channel.A1.{DRIVERS[FIRST_DRIVER].roles[0].value}", FIRST_DRIVER)


def _role(role: Role) -> Iterator[str]:
    drivers = [name for name, kind in DRIVERS.items() if role in kind.roles]
    yield from ("", *_rule(f"{role.value}: {DESCRIPTIONS[role]}"))
    if not drivers:
        yield from _prose("No driver has this role.")
    table = f"channel.A1.{role.value}" + (".NAME" if role is Role.AUXILIARY else "")
    for name in drivers:
        yield from _driver(table, name)


def _driver(table: str, name: str) -> Iterator[str]:
    kind = DRIVERS[name]
    yield ""
    yield from _prose(f"{name}: address {kind.examples}.")
    for option, declared in kind.options.items():
        yield from _prose(f"  {option}: {_explained(declared)}")
    for line in device_lines(table, name):
        yield f"#{line}"


def _oven() -> Iterator[str]:
    yield from ("", *_rule(f"oven: {DESCRIPTIONS[Role.OVEN]}"))
    yield from _prose('A channel names the oven that its cell stands in: oven = "box".')
    meanings = descriptions(OvenTable)
    for name in _OF_AN_OVEN:
        yield from _prose(f"  {name}: {meanings[name]}")
    for name, kind in DRIVERS.items():
        if Role.OVEN in kind.roles:
            yield from _driver("oven.box", name)


def _setting(name: str, description: str, *, in_force: bool) -> Iterator[str]:
    yield from _prose(description)
    yield f"{name} = {_IN_FORCE[name]}" if in_force else f"#{name} = {_EXAMPLES[name]}"


def _explained(option: Option) -> str:
    """Say what an option is, what may be written and what holds if nothing is."""
    if option.choices:
        allowed = " or ".join(json.dumps(each) for each in option.choices)
    else:
        allowed = _KINDS[option.kind]
        allowed += f" from {option.lowest:g}" if math.isfinite(option.lowest) else ""
        allowed += f" to {option.highest:g}" if math.isfinite(option.highest) else ""
    unset = "must be written" if option.required else "may be left out"
    if option.default is not None:
        unset = f"{json.dumps(option.default)} if it is not written"
    secret = "; never recorded" if option.secret else ""
    return f"{option.says} ({allowed}; {unset}{secret})"


def _value(option: Option) -> str | None:
    """Return what is written of an option; ``None`` if it is better left out."""
    if option.default is not None:
        return json.dumps(option.default)
    if not option.required:
        return None
    if option.choices:
        return json.dumps(option.choices[0])
    if option.kind in (int, float):
        return json.dumps(option.kind(max(option.lowest, 1)))
    return json.dumps(option.kind is bool or "…")


def _rule(title: str) -> list[str]:
    return [f"# {title} {'-' * max(3, _WIDTH - 3 - len(title))}"]


def _prose(text: str) -> Iterator[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    for line in textwrap.wrap(text.strip(), _WIDTH - 2 - len(indent)):
        yield f"# {indent}{line}"
