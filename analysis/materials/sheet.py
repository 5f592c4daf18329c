"""``solidcell materials``: published values as a sheet, with a measured one among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Item, Panel, Plot, Points, floats, points
from ..sheets.sheet import Number, Sheet, Table, number_of, refused_number
from ..units import ZERO_CELSIUS_K
from .comparison import SAME_TEMPERATURE_K, Disagreement, Place, disagreements, place
from .entries import Entry, Kind
from .library import KINDS, entries, find

_ROOM_K = 298.0


@dataclass(frozen=True, slots=True)
class _Display:
    """How a kind is shown: the unit's name, its size in SI, and how columns end."""

    symbol: str
    unit: str
    column: str
    size: float


_DISPLAY: Final[dict[Kind, _Display]] = {
    "conductivity": _Display("σ", "mS/cm", "ms_cm", 0.1),
    "electronic": _Display("σ_e", "S/cm", "s_cm", 100.0),
    "critical-current": _Display("J_c", "mA/cm²", "ma_cm2", 10.0),
    "window": _Display("E", "V", "v", 1.0),
}
_COLOURS: Final = {True: 1, False: 0}
_MARKERS: Final[dict[bool, Literal["open", "filled"]]] = {True: "open", False: "filled"}


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a material's published values.

    Raises
    ------
    ValueError
        If the material is not in the library, or a measured value lacks its temperature.
    """
    kind: Kind = options["quantity"]
    name = options["material"]
    found = entries(kind) if name is None else find(entries(kind), name)
    shown = _DISPLAY[kind]
    measured = _measured(options, shown)
    placed = None
    if measured is not None:
        placed = place(measured, options["temperature_c"] + ZERO_CELSIUS_K, found)
    apart = [] if kind == "window" else disagreements(found)
    return Sheet(
        kind="materials",
        title=f"Published values: {kind}",
        subject=name or "all materials",
        headline=_headline(found, placed),
        numbers=() if measured is None or placed is None else _numbers(measured, placed, shown),
        tables=(_table(found, shown), *([_apart(apart, shown)] if apart else [])),
        plots=() if kind == "window" else (_strip(found, shown, options),),
        assumptions=(
            "values are compared only within 5 K of each other and where the source gives the "
            "temperature; stack pressure and density are seldom stated",
        ),
        warnings=(*map(_words, apart), *(placed.warnings if placed else ())),
        refusals=(placed.refused,) if placed and placed.refused else (),
        settings=options,
    )


def _measured(options: Options, shown: _Display) -> Quantity | None:
    value, error = options["measured"], options["measured_uncertainty"]
    if value is None:
        return None
    if options["quantity"] == "window":
        raise ValueError("a measured window has two ends: compare it with the table")
    if options["temperature_c"] is None:
        raise ValueError("a measured value is compared at its temperature: give temperature_c")
    if options["material"] is None:
        raise ValueError("a measured value is compared with a material: name it")
    return Quantity(value * shown.size, None if error is None else error * shown.size, "")


def _headline(found: Sequence[Entry], placed: Place | None) -> str:
    materials = len({entry.material for entry in found})
    said = f"{len(found)} values of {materials} material{'s' if materials > 1 else ''}"
    if placed is None or placed.ratio_to_median is None:
        return said
    return (
        f"rank {placed.rank} of {len(placed.compared) + 1}, "
        f"{placed.ratio_to_median.value:.2g} times the median of the published values"
    )


def _numbers(measured: Quantity, placed: Place, shown: _Display) -> tuple[Number, ...]:
    own = number_of(measured, f"measured_{shown.column}", "measured", shown.unit, 1 / shown.size)
    if placed.rank is None or placed.ranks is None or placed.ratio_to_median is None:
        return (own, refused_number("rank", "rank", "", placed.refused))
    first, last = placed.ranks
    reach = f"{first}" if first == last else f"{first} to {last} within two standard uncertainties"
    note = f"of {len(placed.compared) + 1}, 1 is the highest; {reach}"
    return (
        own,
        Number(name="rank", label="rank", unit="", value=float(placed.rank), note=note),
        number_of(placed.ratio_to_median, "ratio_to_median", "over the median", ""),
    )


def _table(found: Sequence[Entry], shown: _Display) -> Table:
    columns: dict[str, list[Any]] = {
        "material": [entry.material for entry in found],
        f"value_{shown.column}": [_scaled(entry.value, shown.size) for entry in found],
        f"high_{shown.column}": [_scaled(entry.high, shown.size) for entry in found],
        f"scatter_{shown.column}": [_scaled(entry.scatter, shown.size) for entry in found],
        "qualifier": [entry.qualifier for entry in found],
        "temperature_k": [entry.temperature_k for entry in found],
        "pressure_mpa": [_scaled(entry.pressure_pa, 1e6) for entry in found],
        "method": [entry.method for entry in found],
        "source": [entry.source for entry in found],
        "work": [entry.work for entry in found],
        "confidence": [entry.confidence for entry in found],
        "note": [entry.note for entry in found],
    }
    stated = {name: column for name, column in columns.items() if any(column)}
    return Table(name="values", title="Published values", columns=stated)


def _scaled(value: float | None, size: float) -> float | None:
    return None if value is None or math.isnan(value) else value / size


def _apart(apart: Sequence[Disagreement], shown: _Display) -> Table:
    return Table(
        name="disagreements",
        title="More than threefold apart at one temperature",
        columns={
            "material": [each.material for each in apart],
            f"lowest_{shown.column}": [each.lowest.value / shown.size for each in apart],
            f"highest_{shown.column}": [each.highest.value / shown.size for each in apart],
            "ratio": [each.ratio for each in apart],
            "lowest_from": [_origin(each.lowest) for each in apart],
            "highest_from": [_origin(each.highest) for each in apart],
            "same_work": ["yes" if each.one_work else "no" for each in apart],
        },
    )


def _origin(entry: Entry) -> str:
    return ", ".join(text for text in (entry.method, entry.work or entry.source) if text)


def _words(each: Disagreement) -> str:
    if each.one_work:
        return (
            f"{each.material}: one work is quoted with values {each.ratio:.3g} times apart "
            f"({each.lowest.source}; {each.highest.source}): probably a slip, see the work itself"
        )
    return f"{each.material}: values at one temperature are {each.ratio:.3g} times apart"


def _strip(found: Sequence[Entry], shown: _Display, options: Options) -> Plot:
    """Points beside the names of their materials, on a logarithmic axis."""
    ordered = sorted(found, key=lambda entry: entry.material)
    groups = [(name, list(group)) for name, group in groupby(ordered, lambda e: e.material)]
    groups.sort(key=lambda each: max(entry.value for entry in each[1]))
    items: list[Item] = []
    for other, label in ((False, "near room temperature"), (True, "other or unknown temperature")):
        chosen = [
            (entry.value / shown.size, row)
            for row, (_, group) in enumerate(groups)
            for entry in group
            if _elsewhere(entry) == other
        ]
        if chosen:
            x, y = zip(*chosen, strict=True)
            items.append(points(label, x, y, marker=_MARKERS[other], colour=_COLOURS[other]))
    if options["measured"] is not None:
        items.append(_own(options, (len(groups) - 1) / 2))
    panel = Panel(
        x=Axis(label=f"{shown.symbol} / {shown.unit}", log=True),
        y=Axis(
            label="material",
            ticks={float(row): name for row, (name, _) in enumerate(groups)},
            shown=(-0.7, len(groups) - 0.3),
        ),
        items=tuple(items),
    )
    caption = "Published values, each its own sample; the error bar is one standard uncertainty."
    return Plot(name=f"materials-{options['quantity']}", caption=caption, panels=(panel,))


def _elsewhere(entry: Entry) -> bool:
    kelvin = entry.temperature_k
    return kelvin is None or abs(kelvin - _ROOM_K) > SAME_TEMPERATURE_K


def _own(options: Options, row: float) -> Points:
    error = options["measured_uncertainty"]
    return replace(
        points("measured", [options["measured"]], [row], marker="triangle", colour=2),
        x_error=None if error is None else floats([error]),
    )


MEASUREMENT = Measurement(
    name="materials",
    title="Published values of a material, and a measured one among them",
    takes="",
    options=(
        Option("material", "Name or formula, as LPSCl.", kind=str, unset="all"),
        Option("quantity", "What is compared.", kind=str, default=KINDS[0], choices=KINDS),
        Option("measured", "Measured value, in the unit of the table.", low=0.0),
        Option("measured_uncertainty", "Its standard uncertainty, in the same unit.", low=0.0),
        Option("temperature_c", "Temperature of the measured value.", low=-ZERO_CELSIUS_K),
    ),
    make=make,
    example="materials --material LPSCl --measured 2.1 --measured-uncertainty 0.2 "
    "--temperature-c 25",
)
