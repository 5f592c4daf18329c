"""Energy against separator thickness, and break-even thickness against loading, as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..sheets.plot import Axis, Floats, Item, Mark, Panel, Plot, line
from ..units import MICROMETRE, MILLIGRAM_PER_CM2, WATT_HOUR_PER_KILOGRAM, WATT_HOUR_PER_LITRE
from .break_even import break_even_thickness_m, energy_maps
from .cell_model import SolidCell, SolidElectrolyte


def against_thickness(
    cell: SolidCell,
    electrolytes: Sequence[SolidElectrolyte],
    reference_j_per_kg: float,
    reference_j_per_m3: float,
) -> Plot:
    """Draw energy per mass and per volume over 1 to 200 µm, each with its break-even lines.

    Electrolytes of the same energy share a curve, so that none hides another.
    """
    thickness = np.linspace(1, 200, 200) * MICROMETRE
    loading = cell.active.loading_kg_per_m2
    maps = energy_maps(cell, electrolytes, thickness, loading, reference_j_per_kg)
    by_mass = {name: found.specific_energy_j_per_kg[0] for name, found in maps.items()}
    by_volume = {name: found.energy_density_j_per_m3[0] for name, found in maps.items()}
    filled = {each.name: replace(cell, electrolyte=each) for each in electrolytes}
    equal_mass = {
        name: break_even_thickness_m(of, specific_energy_j_per_kg=reference_j_per_kg)
        for name, of in filled.items()
    }
    equal_volume = {
        name: break_even_thickness_m(of, energy_density_j_per_m3=reference_j_per_m3)
        for name, of in filled.items()
    }
    panels = tuple(
        Panel(
            x=Axis(label="separator thickness / µm"),
            y=Axis(label=label),
            items=(
                *_curves(thickness, energies, unit, equal),
                Mark("reference", reference / unit, axis="y"),
            ),
        )
        for label, energies, unit, equal, reference in (
            ("E / Wh kg⁻¹", by_mass, WATT_HOUR_PER_KILOGRAM, equal_mass, reference_j_per_kg),
            ("E / Wh L⁻¹", by_volume, WATT_HOUR_PER_LITRE, equal_volume, reference_j_per_m3),
        )
    )
    caption = (
        "Energy against separator thickness; an upright line is the thickness at which the "
        "reference is reached. Electrolytes of one energy share a curve."
    )
    return Plot(name="energy-thickness", caption=caption, panels=panels)


def _curves(
    thickness_m: Floats,
    energies: Mapping[str, Floats],
    unit: float,
    equal_m: Mapping[str, float | None],
) -> list[Item]:
    """Return a curve and a break-even line for each energy that differs from those before it."""
    alike: dict[str, list[str]] = {}
    for name, energy in energies.items():
        same = next((one for one in alike if np.allclose(energies[one], energy, rtol=1e-9)), name)
        alike.setdefault(same, []).append(name)
    items: list[Item] = []
    colours = {name: colour for colour, name in enumerate(energies)}
    for first, names in alike.items():
        colour, together = colours[first], ", ".join(names)
        items.append(
            line(together, thickness_m / MICROMETRE, energies[first] / unit, colour=colour)
        )
        found = equal_m[first]
        if found is not None:
            items.append(Mark(f"{together} break-even", found / MICROMETRE, colour=colour))
    return items


def against_loading(
    cell: SolidCell, electrolytes: Sequence[SolidElectrolyte], reference_j_per_kg: float
) -> Plot:
    """Draw the break-even thickness of each electrolyte over 2 to 50 mg/cm² of active material."""
    loading = np.linspace(2, 50, 97) * MILLIGRAM_PER_CM2
    maps = energy_maps(cell, electrolytes, cell.separator_m, loading, reference_j_per_kg)
    items = tuple(
        line(name, loading / MILLIGRAM_PER_CM2, found.break_even_m / MICROMETRE, colour=colour)
        for colour, (name, found) in enumerate(maps.items())
    )
    panel = Panel(
        x=Axis(label="loading / mg cm⁻²"), y=Axis(label="break-even thickness / µm"), items=items
    )
    caption = "Break-even thickness (energy per mass) against loading, one fixed reference."
    return Plot(name="break-even-loading", caption=caption, panels=(panel,))
