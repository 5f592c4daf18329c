"""``solidcell design cost``: what the materials of a cell, or of a membrane, cost."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..columns_file import utf8_text
from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Bars, Panel, Plot, floats
from ..sheets.sheet import Number, Sheet, Table, number_of
from ..sheets.sources import source_of_file
from ..units import GRAM_PER_CM3, MICROMETRE
from .cost import Bill, Part, bill, membrane_cost_usd_per_m2, omitted_parts
from .options import doubtful, quantity, quantity_or_none

_COLUMNS = ("component", "weight_g", "unit_price_usd_kg")
_TARGET_USD_PER_M2 = 10.0


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a cell's bill, of a membrane's cost, or of both.

    Raises
    ------
    ValueError
        If neither is given, or a row of the bill cannot be read.
    """
    path: Path | None = options["bill"]
    thickness = quantity_or_none(options, "thickness", "um", MICROMETRE, "m")
    if path is None and thickness is None:
        raise ValueError("give a bill of materials, or thickness, density and price of a membrane")
    whole = None if path is None else bill(read_parts(path))
    membrane = None if thickness is None else _membrane(thickness, options)
    numbers = [*_of_bill(whole), *([] if membrane is None else [membrane])]
    return Sheet(
        kind="cost",
        title="Cost of materials",
        subject="membrane" if path is None else path.name,
        headline="; ".join(f"{n.label} {n.value:.4g} {n.unit}" for n in numbers),
        numbers=tuple(numbers),
        tables=() if whole is None else (_table(whole),),
        plots=() if whole is None else (_plot(whole),),
        assumptions=("materials alone: no labour, energy, equipment or scrap",),
        warnings=tuple(_audit(whole, options)),
        sources=() if path is None else (source_of_file(path),),
        settings=options,
    )


def read_parts(path: Path) -> list[Part]:
    """Read a bill: CSV with the columns component, weight_g and unit_price_usd_kg.

    Raises ValueError naming the line that cannot be read.
    """
    rows = csv.DictReader(utf8_text(path).splitlines())
    if missing := set(_COLUMNS) - set(rows.fieldnames or ()):
        raise ValueError(f"{path.name} lacks the columns {', '.join(sorted(missing))}")
    return [_part(path, rows.line_num, *(row[name] for name in _COLUMNS)) for row in rows]


def _part(path: Path, line: int, name: str, weight_g: str, price: str) -> Part:
    where = f"{path.name}, line {line}, {name}"
    mass_kg = 1e-3 * _read(where, "weight_g", weight_g)
    price_usd_per_kg = _read(where, "unit_price_usd_kg", price)
    try:
        return Part(name, mass_kg, price_usd_per_kg)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _read(where: str, column: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        totals = "" if text else "; leave a row of totals out and state them by the options"
        raise ValueError(f"{where}: {column} is {text!r}, no number{totals}") from None


def _membrane(thickness: Quantity, options: Options) -> Number:
    cost = membrane_cost_usd_per_m2(
        thickness,
        quantity(options, "density", "g_cm3", GRAM_PER_CM3, "kg/m3"),
        quantity(options, "price", "usd_kg", 1.0, "$/kg"),
    )
    share = cost.value / _TARGET_USD_PER_M2
    note = f"{share:.3g} of the 10 $/m² that a membrane may cost"
    return number_of(cost, "membrane_cost_usd_m2", "membrane", "$/m²", note=note)


def _of_bill(whole: Bill | None) -> Iterable[Number]:
    if whole is not None:
        yield Number(name="cost_usd", label="cell", unit="$", value=whole.cost_usd)
        yield Number(name="mass_g", label="mass", unit="g", value=1e3 * whole.mass_kg)


def _table(whole: Bill) -> Table:
    return Table(
        name="bill",
        title="Bill of materials",
        columns={
            "component": [part.name for part in whole.parts],
            "weight_g": [1e3 * part.mass_kg for part in whole.parts],
            "unit_price_usd_kg": [part.price_usd_per_kg for part in whole.parts],
            "cost_usd": [part.cost_usd for part in whole.parts],
            "share_percent": [100 * share for share in whole.shares],
        },
    )


def _plot(whole: Bill) -> Plot:
    paid = [each for each in zip(whole.shares, whole.parts, strict=True) if each[0] > 0]
    dear = sorted(paid, key=lambda each: -each[0])
    ticks = {float(place): part.name for place, (_, part) in enumerate(dear)}
    bars = Bars("share", floats(list(ticks)), floats([100 * share for share, _ in dear]))
    panel = Panel(
        x=Axis(label="component", ticks=ticks), y=Axis(label="share of cost / %"), items=(bars,)
    )
    return Plot(
        name="cost",
        caption="Shares of the cost, dearest first; parts that cost nothing are in the table.",
        panels=(panel,),
    )


def _audit(whole: Bill | None, options: Options) -> Iterable[str]:
    stated_mass, stated_cost = options["stated_mass_g"], options["stated_cost_usd"]
    if whole is None or stated_mass is None or stated_cost is None:
        return
    left_out = omitted_parts(whole.parts, stated_mass * 1e-3, stated_cost)
    if left_out is None:
        yield (
            f"the stated totals, {stated_mass:g} g and {stated_cost:g} $, are not those of the "
            f"parts, {1e3 * whole.mass_kg:.3f} g and {whole.cost_usd:.4f} $"
        )
    elif left_out:
        excess = 100 * (whole.cost_usd / stated_cost - 1)
        yield (
            f"the stated totals leave out {' and '.join(left_out)}: all parts weigh "
            f"{1e3 * whole.mass_kg:.3f} g and cost {whole.cost_usd:.4f} $, {excess:.2f} % more"
        )


MEASUREMENT = Measurement(
    name="cost",
    title="Cost of a cell's materials and of a membrane",
    takes="",
    options=(
        Option("bill", f"CSV with the columns {', '.join(_COLUMNS)}.", kind=Path),
        Option("stated_mass_g", "Total mass that somebody states, to be checked.", low=0.0),
        Option("stated_cost_usd", "Total cost that somebody states, to be checked.", low=0.0),
        *doubtful("thickness", "um", "Thickness of a membrane."),
        *doubtful("density", "g_cm3", "Density of the membrane."),
        *doubtful("price", "usd_kg", "Price of its material."),
    ),
    make=make,
    example="cost --thickness-um 20 --density-g-cm3 2 --price-usd-kg 50",
)
