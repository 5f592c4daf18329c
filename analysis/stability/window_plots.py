"""The figure of a stability window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ..sheets.plot import Axis, Item, Mark, Panel, Plot, line
from ..units import MICROAMPERE_PER_CM2
from .window_cells import WindowCell

SHOWN_THRESHOLDS: Final = 20.0
_PALEST: Final = 0.55


def voltammogram_plot(cells: Sequence[WindowCell], threshold_ua_cm2: float) -> Plot:
    """Return current density over potential: whole, and its magnitude beyond the baseline."""
    whole: list[Item] = []
    beyond: list[Item] = []
    largest = 0.0
    for colour, cell in enumerate(cells):
        told: set[str] = set()
        for number, result in enumerate(cell.results, start=1):
            sweep = result.sweep
            name = f"{cell.name}, {cell.electrode_type}, sweep {number}"
            look = _look(colour, cell, number)
            density = sweep.current_density_a_m2 / MICROAMPERE_PER_CM2
            above = np.abs(density - result.baseline.current_density_a_m2 / MICROAMPERE_PER_CM2)
            back = not result.outward
            largest = max(largest, float(np.abs(density).max()))
            whole.append(line(name, sweep.potential_v, density, dashed=back, **look))
            if result.outward:
                above[above <= 0] = np.nan
                beyond.append(line(name, sweep.potential_v, above, **look))
                onset = result.by_threshold.potential
                side = "oxidation" if sweep.direction > 0 else "reduction"
                if onset is not None and side not in told:
                    beyond.append(Mark(f"{side} {onset.value:.2f} V", onset.value, colour=colour))
                told.add(side)
    beyond.append(Mark(f"{threshold_ua_cm2:g} µA/cm²", threshold_ua_cm2, axis="y"))
    reach = SHOWN_THRESHOLDS * threshold_ua_cm2
    return Plot(
        name="voltammogram",
        caption=(
            "Current density per geometric area over potential; dashed: the way back from a "
            "vertex; paler: later sweeps. Below: magnitude beyond the baseline in the "
            "outward sweeps, with the threshold and the onsets of the first. "
            f"Cells: n = {len(cells)}; nothing is smoothed."
        ),
        panels=(
            Panel(
                x=Axis(label="E vs Li+/Li / V"),
                y=Axis(label="j / µA cm⁻²", shown=(-reach, reach) if largest > reach else None),
                items=tuple(whole),
            ),
            Panel(
                x=Axis(label="E vs Li+/Li / V"),
                y=Axis(label="|j − baseline| / µA cm⁻²", log=True),
                items=tuple(beyond),
            ),
        ),
    )


def _look(colour: int, cell: WindowCell, number: int) -> dict[str, Any]:
    """One colour a cell, paler from sweep to sweep; the legend tells the first and the last."""
    last = len(cell.results)
    told = {1: "first sweep", last: f"sweep {last}"} if last > 1 else {1: ""}
    word = told.get(number)
    legend = "" if word is None else ", ".join(filter(None, (cell.name, cell.electrode_type, word)))
    return {"colour": colour, "shade": _PALEST * (number - 1) / max(1, last - 1), "legend": legend}
