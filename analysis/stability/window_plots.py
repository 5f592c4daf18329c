"""The figure of a stability window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ..sheets.plot import Axis, Item, Mark, Panel, Plot, line
from ..units import MICROAMPERE_PER_CM2
from .window_cells import WindowCell

SHOWN_THRESHOLDS: Final = 20.0


def voltammogram_plot(cells: Sequence[WindowCell], threshold_ua_cm2: float) -> Plot:
    """Return current density over potential: whole, and its magnitude beyond the baseline."""
    whole: list[Item] = []
    beyond: list[Item] = []
    for colour, cell in enumerate(cells):
        for number, result in enumerate(cell.results, start=1):
            sweep = result.sweep
            name = f"{cell.name}, {cell.electrode_type}, sweep {number}"
            density = sweep.current_density_a_m2 / MICROAMPERE_PER_CM2
            above = np.abs(density - result.baseline.current_density_a_m2 / MICROAMPERE_PER_CM2)
            back = not result.outward
            whole.append(line(name, sweep.potential_v, density, colour=colour, dashed=back))
            if result.outward:
                above[above <= 0] = np.nan
                beyond.append(line(name, sweep.potential_v, above, colour=colour))
                onset = result.by_threshold.potential
                if onset is not None:
                    side = "oxidation" if sweep.direction > 0 else "reduction"
                    beyond.append(Mark(f"{side} {onset.value:.2f} V", onset.value, colour=colour))
    beyond.append(Mark(f"{threshold_ua_cm2:g} µA/cm²", threshold_ua_cm2, axis="y"))
    reach = SHOWN_THRESHOLDS * threshold_ua_cm2
    return Plot(
        name="voltammogram",
        caption=(
            "Current density per geometric area over potential; dashed: the way back from a "
            "vertex. Below: magnitude beyond the baseline in the outward sweeps, with the "
            f"threshold and the onsets. Cells: n = {len(cells)}; nothing is smoothed."
        ),
        panels=(
            Panel(
                x=Axis(label="E vs Li+/Li / V"),
                y=Axis(label="j / µA cm⁻²", shown=(-reach, reach)),
                items=tuple(whole),
            ),
            Panel(
                x=Axis(label="E vs Li+/Li / V"),
                y=Axis(label="|j − baseline| / µA cm⁻²", log=True),
                items=tuple(beyond),
            ),
        ),
    )
