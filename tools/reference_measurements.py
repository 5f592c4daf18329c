"""The measurements and calculators as sections of a reference page, from their own options."""

from collections.abc import Callable, Iterable

from reference_tables import table
from solidcell.analysis.designs import DESIGNS, design
from solidcell.analysis.measurements import MEASUREMENTS, measurement
from solidcell.analysis.sheets.measurement import Measurement, Option

KINDS = {float: "number", int: "whole number", str: "word", bool: "flag"}


def measurements() -> str:
    """Return every measurement: what it takes, what can be set, an example."""
    return _all("analyse", map(measurement, MEASUREMENTS))


def designs() -> str:
    """Return every calculator of cell design."""
    return _all("design", map(design, DESIGNS))


def _all(command: str, found: Iterable[Measurement]) -> str:
    return "\n".join(_section(command, each) for each in found)


def _section(command: str, of: Measurement) -> str:
    takes = f"\n\nTakes {of.takes}." if of.takes else ""
    rows = [
        [f"`--{each.name.replace('_', '-')}`", _value(each), each.explained] for each in of.options
    ]
    options = table(["", "value", ""], rows) if rows else ""
    head = f"### {of.name}\n\n{of.title}.{takes}"
    return f"{head}\n\n```\nsolidcell {command} {of.example}\n```\n\n{options}"


def _value(option: Option) -> str:
    kind = ", ".join(option.choices) or KINDS.get(option.kind, "file")
    if option.default in (None, "") or option.kind is bool:
        return kind
    return f"{kind}; `{option.default}`"


SECTIONS: dict[str, Callable[[], str]] = {"measurements": measurements, "designs": designs}
