"""The figure of growing interphases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ..sheets.plot import Axis, Item, Panel, Plot, line, points
from ..units import OHM_CM2
from .interphase_growth import Growth
from .interphase_series import InterphaseSeries

CURVE_POINTS: Final = 200


def growth_plot(series: Sequence[InterphaseSeries], growths: Sequence[Growth]) -> Plot:
    """Return resistance over time with the fits, and the growth beyond R0 on two log scales."""
    plain: list[Item] = []
    logarithmic: list[Item] = []
    for colour, (of, growth) in enumerate(zip(series, growths, strict=True)):
        hours, ohm = of.time_s / 3600, of.resistance_ohm_m2 / OHM_CM2
        errors = None if of.error_ohm_m2 is None else of.error_ohm_m2 / OHM_CM2
        plain.append(points(of.name, hours, ohm, errors, colour=colour))
        if growth.fit is None:
            plain.append(
                line(
                    "falls" if growth.falls else "no growth",
                    np.sort(hours),
                    growth.fitted_ohm_m2 / OHM_CM2,
                    colour=colour,
                )
            )
            continue
        fit = growth.fit
        at = np.geomspace(max(hours[hours > 0].min(), 1e-3), hours.max(), CURVE_POINTS)
        model = fit.resistance_ohm_m2(at) / OHM_CM2
        exponent = fit.any_age if fit.rejected else fit.exponent
        words = f"n = {exponent.value:.2f} ({exponent.low:.2f} to {exponent.high:.2f})"
        plain.append(line(words, at, model, colour=colour))
        initial = fit.counting[1][0] / OHM_CM2
        grown = (hours > 0) & (ohm > initial)
        logarithmic.append(points(of.name, hours[grown], ohm[grown] - initial, colour=colour))
        logarithmic.append(line(words, at, model - initial, colour=colour))
    panels = [Panel(x=Axis(label="t / h"), y=Axis(label="R / Ω cm²"), items=tuple(plain))]
    if logarithmic:
        panels.append(
            Panel(
                x=Axis(label="t / h", log=True),
                y=Axis(label="(R − R₀) / Ω cm²", log=True),
                items=tuple(logarithmic),
            )
        )
    return Plot(
        name="growth",
        caption=(
            "Areal resistance of one interface over time since contact, with the fitted law; "
            "error bars: standard errors of the fits to the spectra; n with its 95 % interval. "
            f"Cells: n = {len(series)}."
        ),
        panels=tuple(panels),
        layout="row",
    )
