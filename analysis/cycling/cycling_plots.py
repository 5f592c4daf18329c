"""Figures of cycling: capacity with efficiency, and voltage profiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..sheets.plot import Axis, Item, Panel, Plot, floats, line, points
from .basis import Basis
from .cycles import Cycle, coulombic_efficiency
from .half_cycles import HalfCycle
from .stretches import Floats

PROFILES = 8  # cycles whose profiles are drawn
MOST_POINTS = 600  # of a profile: every n-th reading, nothing averaged
ZOOM = (0.95, 1.005)
FEW_CYCLES = 12  # every one has its number on the axis
PALEST = 0.55  # of the last cycle's profile


def capacity_plot(cells: Sequence[tuple[Basis, Sequence[Cycle]]]) -> Plot:
    """Discharge capacity against cycle (left), coulombic efficiency beside it (right).

    Per gram above and per area below, as far as mass and area of all cells are known.
    """
    panels = []
    if all(basis.mass is not None for basis, _ in cells):
        panels.append(_capacity_panel(cells, by_mass=True))
    if all(basis.area_m2 is not None for basis, _ in cells) or not panels:
        panels.append(_capacity_panel(cells, by_mass=False))
    caption = (
        f"Discharge capacity (filled) and coulombic efficiency (open) of n = {len(cells)} "
        f"cell{'s' if len(cells) > 1 else ''}; bars are one standard error, of a capacity that of "
        "the time between two readings at its end. The scale of the efficiency begins at 0.95: "
        "lower ones are in the table."
    )
    return Plot(name="capacity", caption=caption, panels=tuple(panels))


def _capacity_panel(cells: Sequence[tuple[Basis, Sequence[Cycle]]], *, by_mass: bool) -> Panel:
    left: list[Item] = []
    right: list[Item] = []
    for colour, (basis, cycles) in enumerate(cells):
        whole = [each for each in cycles if each.discharge is not None]
        shown = [_shown(each.discharge, basis, by_mass) for each in whole]
        numbers = [each.number for each in whole]
        errors = [
            value * each.discharge.sampling_c / each.discharge.capacity_c
            for each, value in zip(whole, shown, strict=True)
            if each.discharge is not None
        ]
        left.append(points(f"{basis.cell}, discharge", numbers, shown, errors, colour=colour))
        known = [(each.number, *_efficiency(each, basis)) for each in cycles]
        kept = [(n, value, error) for n, value, error in known if value is not None]
        if kept:
            n, value, error = zip(*kept, strict=True)
            name = f"{basis.cell}, efficiency"
            right.append(points(name, n, value, error, marker="open", colour=colour))
    every = sorted({each.number for _, cycles in cells for each in cycles})
    few = {float(number): str(number) for number in every} if len(every) <= FEW_CYCLES else None
    return Panel(
        x=Axis(label="cycle", ticks=few),
        y=Axis(label=f"q / {_unit(cells[0][0], by_mass)}"),
        items=tuple(left),
        right=Axis(label="coulombic efficiency", shown=ZOOM),
        right_items=tuple(right),
    )


def _unit(basis: Basis, by_mass: bool) -> str:
    if by_mass:
        return basis.per_gram_label
    return "C" if basis.area_m2 is None else "mAh cm⁻²"


def profile_plot(cycles: Sequence[Cycle], basis: Basis) -> Plot:
    """Voltage against capacity of a few cycles, evenly chosen, first and last among them.

    One colour, paler from cycle to cycle; the legend tells the first and the last.
    """
    by_mass = basis.mass is not None
    whole = [each for each in cycles if each.discharge is not None] or list(cycles)
    chosen = np.unique(np.linspace(0, len(whole) - 1, min(PROFILES, len(whole))).astype(int))
    items: list[Item] = []
    for number, place in enumerate(chosen):
        cycle = whole[int(place)]
        shade = PALEST * number / max(1, chosen.size - 1)
        legend = None if number in (0, chosen.size - 1) else ""
        for half, word in ((cycle.charge, "charge"), (cycle.discharge, "discharge")):
            if half is not None:
                x, y = profile(half, basis, by_mass)
                name, dashed = f"{word} {cycle.number}", word == "charge"
                items.append(line(name, x, y, dashed=dashed, shade=shade, legend=legend))
    panel = Panel(
        x=Axis(label=f"q / {_unit(basis, by_mass)}"),
        y=Axis(label="V / V" if not basis.shift_v else f"V {basis.shift_v:+g} V / V"),
        items=tuple(items),
    )
    caption = (
        "Voltage profiles: charge dashed, discharge drawn through; paler: later cycles; readings, "
        "not smoothed."
    )
    return Plot(name="profiles", caption=caption, panels=(panel,))


def profile(half: HalfCycle, basis: Basis, by_mass: bool) -> tuple[Floats, Floats]:
    """Capacity (mAh/g or mAh/cm2) and voltage of a half-cycle, at most 600 readings of it."""
    every = max(1, half.charge_c.size // MOST_POINTS)
    charge = half.charge_c[::every]
    factor = _shown(half, basis, by_mass) / half.capacity_c
    return floats(charge * factor), floats(half.voltage_v[::every] + basis.shift_v)


def _shown(half: HalfCycle | None, basis: Basis, by_mass: bool) -> float:
    if half is None:
        return float("nan")
    value = basis.per_gram(half.capacity_c) if by_mass else basis.per_area(half.capacity_c)
    return half.capacity_c if value is None else value


def _efficiency(cycle: Cycle, basis: Basis) -> tuple[float | None, float]:
    try:
        found = coulombic_efficiency(cycle, basis.meter)
    except ValueError:
        return None, 0.0
    return found.value, found.standard_error or 0.0
