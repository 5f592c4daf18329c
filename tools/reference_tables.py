"""Tables of the reference pages, made from models, drivers and commands."""

from __future__ import annotations

import inspect
import re
import sqlite3
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntFlag, StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import typer
from pydantic import BaseModel
from solidcell.acquisition.files.protocol_settings import OrNone
from solidcell.acquisition.files.units import unit_of
from solidcell.acquisition.instruments.table import DRIVERS
from solidcell.acquisition.record.schema import creation_script
from solidcell.analysis.impedance.circuits.elements import ELEMENTS
from solidcell.cli import application
from solidcell.drivers.methodscript import models as methodscript_models
from solidcell.drivers.simulated.fault_outcomes import OUTCOMES, PHASES
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.source_models import SourceModel

# Endings that only the files of simulated cells have, before those that all files share.
_CELL_ENDINGS: Final = {
    "_ohm_cm2": "Ω cm²",
    "_mg_cm2": "mg/cm²",
    "_uf_cm2": "µF/cm²",
    "_cm2_s": "cm²/s",
    "_ohm": "Ω",
}

PLACEHOLDERS: Mapping[Any, str] = {Path: "PATH", int: "N", float: "NUMBER", str: "TEXT"}


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(_cell(text) for text in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def settings(model: type[BaseModel]) -> str:
    """Return the settings of one block: name, what may be written, unit, default, meaning."""
    schema = model.model_json_schema()
    if "properties" not in schema:  # a block that may hold itself
        schema = schema["$defs"][model.__name__]
    properties = schema["properties"]
    fields = model.model_fields
    told = any("description" in properties[name] for name in fields)
    rows = [
        [f"`{name}`", _allowed(properties[name]) + _or_none(field), _unit(name), _default(field)]
        + ([properties[name].get("description", "")] if told else [])
        for name, field in fields.items()
    ]
    return table(["setting", "allowed", "unit", "default", *(["meaning"] if told else [])], rows)


def _unit(name: str) -> str:
    for ending, unit in _CELL_ENDINGS.items():
        if f"_{name}".endswith(ending):
            return unit
    return unit_of(name)


def _allowed(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_allowed(s) for s in schema["anyOf"] if s.get("type") != "null")
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{word}`" for word in schema["enum"])
    if "$ref" in schema or "oneOf" in schema:
        return "a block"
    if schema["type"] == "array":
        return "a list" if _allowed(schema["items"]) == "a block" else f"a list of {_items(schema)}"
    if schema["type"] == "object":
        return "tables"
    kind = {"integer": "whole number", "string": "text", "boolean": "`true` or `false`"}
    return " ".join([kind.get(schema["type"], schema["type"]), _bounds(schema)]).strip()


def _items(schema: Mapping[str, Any]) -> str:
    return _allowed(schema["items"]).replace("number", "numbers", 1)


def _or_none(field: Any) -> str:
    return " or `none`" if OrNone in field.metadata else ""


def _bounds(schema: Mapping[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    return ", ".join(f"{sign} {_number(schema[k])}" for k, sign in signs.items() if k in schema)


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if isinstance(default, BaseModel):
        given = default.model_dump(exclude_unset=True)
        return ", ".join(f"`{k}: {_number(v)}`" for k, v in given.items()) or "its own defaults"
    if default is None or default == [] or field.default_factory is not None:
        return "–"
    written = str(default).lower() if isinstance(default, bool) else _number(default)
    return f"`{written}`"


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.6g}".replace("e+0", "e").replace("e-0", "e-")


def drivers() -> str:
    """Return the drivers that a bench file may name."""
    rows = [
        [
            f"`{name}`",
            " or ".join(driver.roles),
            re.sub(r"([^\s,]*\d[^\s,]*)", r"`\1`", driver.examples),
        ]
        for name, driver in DRIVERS.items()
    ]
    return table(["driver", "table", "addresses"], rows)


def commands() -> str:
    """Return every command of the command line, with its arguments, options and example."""
    app = application()
    group = typer.main.get_command(app)
    shown = [info for info in app.registered_commands if not info.hidden]
    return "\n".join(
        _command(group.commands[info.callback.__name__.replace("_", "-")], info.callback)  # type: ignore[attr-defined, union-attr]
        for info in shown
    )


def _command(command: Any, callback: Callable[..., Any]) -> str:
    hints = typing.get_type_hints(callback)
    named = [p for p in command.params if p.name in hints]
    rows = [[_written(p, hints[p.name]), _command_default(p), p.help or ""] for p in named]
    usage = " ".join(filter(None, ["solidcell", command.name, *map(_usage, named)]))
    if any(not p.required and p.param_type_name == "option" for p in named):
        usage += " [options]"
    paragraphs = "\n\n".join(" ".join(p.split()) for p in command.help.split("\n\n"))
    example = command.epilog.removeprefix("Example: ")
    return f"### {command.name}\n\n{paragraphs}\n\n```\n{usage}\n{example}\n```\n\n" + table(
        ["", "default", ""], rows
    )


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = parameter.name.upper() + ("..." if parameter.nargs == -1 else "")
        return name if parameter.required else f"[{name}]"
    return f"{parameter.opts[0]} {parameter.name.upper()}" if parameter.required else ""


def _written(parameter: Any, hint: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    kinds = [*typing.get_args(hint), hint]
    value = next((PLACEHOLDERS[kind] for kind in kinds if kind in PLACEHOLDERS), "")
    return f"`{parameter.opts[0]} {value}`" if not parameter.is_flag else f"`{parameter.opts[0]}`"


def _command_default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if parameter.param_type_name == "option" and parameter.is_flag:
        return ""
    return f"`{_number(default)}`" if isinstance(default, str | int | float) else ""


def elements() -> str:
    """Return the elements that a circuit may have: their laws, and their parameters in order."""
    rows = []
    for element in ELEMENTS.values():
        named = zip(element.letters, element.parameters, strict=True)
        parameters = ", ".join(f"{letter} ({p.unit or '1'})" for letter, p in named)
        law = str(inspect.getdoc(element.law)).splitlines()[0].split(": ")[0].rstrip(".")
        rows.append([f"`{element.symbol}`", element.meaning, law, parameters])
    return table(["symbol", "element", "law, s = jω", "parameters"], rows)


def run_tables() -> str:
    """Return the tables of a run file as its own schema has them."""
    db = sqlite3.connect(":memory:")
    db.executescript(creation_script())
    made = db.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    text = "\n\n".join(f"{sql};" for (sql,) in made)
    db.close()
    return f"```sql\n{text}\n```\n"


def words(enum: type[StrEnum]) -> str:
    """Return the values of an enumeration of words."""
    return ", ".join(f"`{word.value}`" for word in enum) + "\n"


def flags(enum: type[IntFlag]) -> str:
    """Return the bits of a flag."""
    rows = [[str(bit.value), str(bit.name).lower().replace("_", " ")] for bit in enum if bit.value]
    return table(["bit", "meaning"], rows)


def methodscript_limits() -> str:
    """Return what each MethodSCRIPT model may be asked for."""
    rows = [
        [
            model.name,
            _window(model.slow),
            _window(model.fast),
            f"{_number(model.current_max_a * 1e3)} mA",
            "yes" if model.galvanostat else "no",
            f"{_number(model.frequency_min_hz)} Hz to {_number(model.frequency_max_hz)} Hz",
            f"{_number(model.amplitude_max_v * 1e3)} mV",
            f"{_number(model.sample_period_min_s * 1e3)} ms",
            str(model.baud_rate),
        ]
        for model in vars(methodscript_models).values()
        if isinstance(model, methodscript_models.Model)
    ]
    header = ["model", "voltage", "voltage for impedance", "current", "galvanostat", "frequency"]
    return table([*header, "amplitude, rms", "shortest period", "baud"], rows)


def _window(window: methodscript_models.Window) -> str:
    text = f"{_number(window.low_v)} to {_number(window.high_v)} V"
    whole = window.high_v - window.low_v
    return text if window.span_v >= whole else f"{text}, span {_number(window.span_v)} V"


def source_limits(models: Iterable[SourceModel]) -> str:
    """Return what each model of a family of source meters may be asked for."""
    rows = [
        [
            model.name,
            "; ".join(f"{_number(v)} V with {_number(a)} A" for v, a in model.corners),
            f"{_number(model.current_ranges_a[0])} to {_number(model.current_ranges_a[-1])} A",
            f"{_number(model.voltage_ranges_v[0])} to {_number(model.voltage_ranges_v[-1])} V",
            f"{_number(model.voltage_limit_min_v)} V, {_number(model.current_limit_min_a)} A",
        ]
        for model in models
    ]
    header = ["model", "reaches", "current ranges", "voltage ranges", "smallest limits"]
    return table(header, rows)


def fault_outcomes() -> str:
    """Return what comes of each fault of the wire, by driver and by what it was doing."""
    stacks = {"methodscript": "methodscript", "keithley_2450": "keithley_2450 over VISA"}
    header = ["fault"] + [f"`{driver}` {phase}" for driver in stacks for phase in PHASES]
    rows = [
        [kind.value]
        + [
            " or ".join(words) or "–"
            for stack in stacks.values()
            for words in OUTCOMES[stack][kind]
        ]
        for kind in Kind
    ]
    return table(header, rows)


def unverified(module: ModuleType, header: list[str]) -> str:
    """Return the table of unverified facts in a module's docstring.

    A row whose second column is empty, or whose first is, goes on with the row above.
    """
    rows: list[list[str]] = []
    for first, second in _docstring_rows(module.__doc__ or ""):
        if first == "Unverified":
            continue
        if rows and not (first and second):
            rows[-1] = [f"{rows[-1][0]} {first}", f"{rows[-1][1]} {second}"]
        else:
            rows.append([first, second])
    code = [[left.replace("``", "`"), right.replace("``", "`")] for left, right in rows]
    return table(header, code)


def _docstring_rows(text: str) -> Iterator[tuple[str, str]]:
    column = 0
    for line in text.splitlines():
        if ruler := re.fullmatch(r"(=+ +)=+", line):
            column = len(ruler[1])
        elif column and line.strip():
            # a left column that is one character too long pushes the right one
            at = column if line[column - 1 : column] in ("", " ") else line.index(" ", column)
            yield line[:at].strip(), line[at:].strip()
        else:
            column = 0
