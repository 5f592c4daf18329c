"""``solidcell materials``: published values as a sheet, with a measured one among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Table, number_of, refused_number
from ..units import ZERO_CELSIUS_K
from .comparison import Disagreement, Place, disagreements, place
from .display import DISPLAY, Display
from .entries import Entry, Kind
from .library import KINDS, entries, find
from .plots import strip, windows


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a material's published values.

    Raises
    ------
    ValueError
        If the material is not in the library, a measured value lacks its temperature, or a
        measured window one of its ends.
    """
    kind: Kind = options["quantity"]
    name = options["material"]
    found = entries(kind) if name is None else find(entries(kind), name)
    _require_whole(options)
    make_one = _windows if kind == "window" else _values
    return make_one(found, DISPLAY[kind], options)


def _require_whole(options: Options) -> None:
    """Raise ``ValueError`` if a measured value lacks what it is compared by."""
    of_window = options["quantity"] == "window"
    low, high = options["measured"], options["measured_high"]
    if high is not None and not of_window:
        raise ValueError(f"measured_high is of a window, and {options['quantity']} has no ends")
    if low is None and high is None:
        return
    if of_window and (low is None or high is None):
        raise ValueError("a measured window has two ends: give measured and measured_high")
    if of_window and not high > low:
        raise ValueError(f"the measured window ends at {high:g} V, not above {low:g} V")
    if not of_window and options["temperature_c"] is None:
        raise ValueError("a measured value is compared at its temperature: give temperature_c")
    if options["material"] is None:
        raise ValueError("a measured value is compared with a material: name it")


def _values(found: Sequence[Entry], shown: Display, options: Options) -> Sheet:
    value, error = options["measured"], options["measured_uncertainty"]
    measured = placed = None
    if value is not None:
        in_si = None if error is None else error * shown.size
        measured = Quantity(value * shown.size, in_si, "")
        placed = place(measured, options["temperature_c"] + ZERO_CELSIUS_K, found)
    apart = disagreements(found)
    return Sheet(
        kind="materials",
        title=f"Published values: {options['quantity']}",
        subject=options["material"] or "all materials",
        headline=_headline(found, placed),
        numbers=() if measured is None or placed is None else _numbers(measured, placed, shown),
        tables=(_table(found, shown), *([_apart(apart, shown)] if apart else [])),
        plots=(
            strip(options["quantity"], found, shown, None if value is None else (value, error)),
        ),
        assumptions=(
            "values are compared only within 5 K of each other and where the source gives the "
            "temperature; stack pressure and density are seldom stated",
        ),
        warnings=(*map(_words, apart), *(placed.warnings if placed else ())),
        refusals=(placed.refused,) if placed and placed.refused else (),
        settings=options,
    )


def _windows(found: Sequence[Entry], shown: Display, options: Options) -> Sheet:
    low, high = options["measured"], options["measured_high"]
    return Sheet(
        kind="materials",
        title="Published values: window",
        subject=options["material"] or "all materials",
        headline=_headline(found, None),
        numbers=()
        if low is None
        else (
            Number(name="measured_v", label="measured, reduction", unit="V", value=low),
            Number(name="measured_high_v", label="measured, oxidation", unit="V", value=high),
        ),
        tables=(_table(found, shown),),
        plots=(windows(found, None if low is None else (low, high)),),
        assumptions=("potentials against Li+/Li",),
        warnings=() if low is None else _wider(found, low, high),
        settings=options,
    )


def _wider(found: Sequence[Entry], low: float, high: float) -> tuple[str, ...]:
    """Say of each calculated window that the measured one is wider than it."""
    calculated = [(e.value, e.high) for e in found if e.method == "calculated" and e.high]
    return tuple(
        f"wider by {high - low - (end - begin):.2g} V than the calculated window, {begin:g} to "
        f"{end:g} V: decomposition is slow, or too little of the electrolyte touches the electrode"
        for begin, end in calculated
        if high - low > end - begin
    )


def _headline(found: Sequence[Entry], placed: Place | None) -> str:
    materials = len({entry.material for entry in found})
    said = f"{_count(len(found), 'value')} of {_count(materials, 'material')}"
    if placed is None or placed.ratio_to_median is None:
        return said
    return (
        f"rank {placed.rank} of {len(placed.compared) + 1}, "
        f"{placed.ratio_to_median.value:.2g} times the median of the published values"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _numbers(measured: Quantity, placed: Place, shown: Display) -> tuple[Number, ...]:
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


def _table(found: Sequence[Entry], shown: Display) -> Table:
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


def _apart(apart: Sequence[Disagreement], shown: Display) -> Table:
    return Table(
        name="disagreements",
        title="More than threefold apart at one temperature",
        columns={
            "material": [each.material for each in apart],
            f"lowest_{shown.column}": [each.lowest.value / shown.size for each in apart],
            f"highest_{shown.column}": [_end(each) / shown.size for each in apart],
            "ratio": [each.ratio for each in apart],
            "lowest_from": [_origin(each.lowest) for each in apart],
            "highest_from": [_origin(each.highest) for each in apart],
            "same_work": ["yes" if each.one_work else "no" for each in apart],
        },
    )


def _end(each: Disagreement) -> float:
    """The higher of the two values; of a range its upper end, unless one work is quoted twice."""
    return each.highest.value if each.one_work else each.highest.upper


def _origin(entry: Entry) -> str:
    return ", ".join(text for text in (entry.method, entry.work or entry.source) if text)


def _factor(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio < 999.5 else f"{ratio:.0f}"


def _words(each: Disagreement) -> str:
    if each.one_work:
        return (
            f"{each.material}: one work is quoted with values {_factor(each.ratio)} times apart "
            f"({each.lowest.source}; {each.highest.source}): probably a slip, see the work itself"
        )
    if each.lowest is each.highest:
        return (
            f"{each.material}: the ends of one range are {_factor(each.ratio)} times apart "
            f"({each.lowest.source})"
        )
    return f"{each.material}: values at one temperature are {_factor(each.ratio)} times apart"


MEASUREMENT = Measurement(
    name="materials",
    title="Published values of a material, and a measured one among them",
    takes="",
    options=(
        Option("material", "Name or formula, as LPSCl.", kind=str, unset="all"),
        Option("quantity", "What is compared.", kind=str, default=KINDS[0], choices=KINDS),
        Option("measured", "Measured value, in the unit of the table; of a window its lower end.",
               low=0.0),
        Option("measured_high", "Upper end of a measured window, V.", low=0.0),
        Option("measured_uncertainty", "Its standard uncertainty, in the same unit.", low=0.0),
        Option("temperature_c", "Temperature of the measured value.", low=-ZERO_CELSIUS_K),
    ),
    make=make,
    example="materials --material LPSCl --measured 2.1 --measured-uncertainty 0.2 "
    "--temperature-c 25",
)  # fmt: skip
