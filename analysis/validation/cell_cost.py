"""The bill of a published all-solid-state cell, whose totals leave out its last row."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from ..design.cost import Part, bill, omitted_parts
from .check import Check, compare, holds
from .published_tables import COMMERCIAL, rows

_SOURCE = f"{COMMERCIAL}, Table 1"
_LEFT_OUT = "the totals leave out the last row, the negative tab"


def checks() -> Iterator[Check]:
    """Yield the line items, the totals, and the row that the totals leave out."""
    table = rows("cell_bill")
    lines, total = table[:-1], table[-1]
    parts = [
        Part(row["component"], float(row["weight_g"]) * 1e-3, float(row["unit_price_usd_kg"]))
        for row in lines
    ]
    whole = bill(parts)
    for row, part in zip(lines, parts, strict=True):
        if part.mass_kg:
            item = f"{part.name}, $"
            yield compare(item, _SOURCE, row["cost_usd"], part.cost_usd, allowed=0.003)
    yield compare(
        "total weight of the cell, g", _SOURCE, total["weight_g"], whole.mass_kg * 1e3,
        inconsistent=_LEFT_OUT, expected=60.933,
    )  # fmt: skip
    yield compare(
        "total cost of the cell, $", _SOURCE, total["cost_usd"], whole.cost_usd,
        inconsistent=_LEFT_OUT, expected=5.7005,
    )  # fmt: skip
    yield compare(
        "sum of the printed shares, %", _SOURCE, total["share_percent"],
        fsum(float(row["share_percent"]) for row in lines),
        inconsistent=_LEFT_OUT, expected=101.62,
    )  # fmt: skip
    found = omitted_parts(parts, float(total["weight_g"]) * 1e-3, float(total["cost_usd"]))
    name = " and ".join(found or ("none found",))
    yield holds(
        "row that the totals leave out",
        _SOURCE,
        "not said",
        name,
        good=found == (lines[-1]["component"],),
    )
    yield _column("solid-state column, total", "solid_cost_per_1000", lines, total)
    yield _column("lithium-ion column, total", "liquid_cost", lines, total)
    electrolyte = next(row for row in lines if row["component"] == "Electrolyte")
    share = 100 * float(electrolyte["liquid_cost"]) / float(total["liquid_cost"])
    yield compare("liquid electrolyte in the cost of a lithium-ion cell, %",
                  f"{COMMERCIAL}, section 2.1.2", "14", share)  # fmt: skip


def _column(item: str, column: str, lines: list[dict[str, str]], total: dict[str, str]) -> Check:
    ours = fsum(float(row[column]) for row in lines)
    return compare(item, _SOURCE, total[column], ours)
