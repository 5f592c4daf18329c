"""The Arrhenius plot as plain data: log10(sigma T) and log10(sigma) over 1000 / T, °C on top."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..impedance import ArrheniusFit, arrhenius_columns
from ..sheets.plot import Axis, Item, Panel, Plot, TopAxis, line, points
from ..units import ZERO_CELSIUS_K
from ..wording import tells_digits, with_error

_STEPS_K = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
_MOST_TICKS = 8


def arrhenius_plot(fits: Sequence[ArrheniusFit], others: Sequence[ArrheniusFit]) -> Plot:
    """Draw lines of one form, and beside them those of the other form.

    Lines of interfaces are left out where there are others: theirs is no conductivity.
    """
    return Plot(
        name="arrhenius",
        caption="Conductivities with standard errors (the geometry's, which all share, left out) "
        "and their lines.",
        panels=tuple(_panel(_alike(some)) for some in (fits, others) if some),
        layout="row",
    )


def _alike(fits: Sequence[ArrheniusFit]) -> list[ArrheniusFit]:
    return [one for one in fits if one.unit == fits[0].unit]


def _panel(fits: Sequence[ArrheniusFit]) -> Panel:
    items: list[Item] = []
    for colour, columns in enumerate(arrhenius_columns(fits)):
        energy = fits[colour].activation_energy
        words = f"{energy.value:.3f} eV"
        if tells_digits(energy.standard_error, energy.value):
            words = with_error(energy.value, energy.standard_error, "eV")
        items.append(
            points(
                f"{columns.name}: Ea = {words}",
                columns.inverse_temperature_per_kk,
                columns.log10,
                columns.log10_error,
                marker="open",
                colour=colour,
            )
        )
        curve = columns.line_inverse_temperature_per_kk, columns.line_log10
        items.append(line(f"{columns.name}, line", *curve, colour=colour))
    letter, per = ("σ", "S cm⁻¹") if fits[0].unit == "S/m" else ("G", "S")
    if fits[0].unit == "S/m2":
        letter, per = "G/A", "S cm⁻²"
    symbol = f"{letter}T / {per} K" if fits[0].form == "sigma*T" else f"{letter} / {per}"
    kelvin = np.concatenate([one.temperature_k for one in fits])
    return Panel(
        x=Axis(label="1000 T⁻¹ / K⁻¹"),
        y=Axis(label=f"log₁₀({symbol})"),
        items=tuple(items),
        top=TopAxis(label="T / °C", ticks=_celsius(float(kelvin.min()), float(kelvin.max()))),
    )


def _celsius(coldest_k: float, hottest_k: float) -> dict[float, str]:
    """Round temperatures by their place on the axis below."""
    cold, hot = coldest_k - ZERO_CELSIUS_K, hottest_k - ZERO_CELSIUS_K
    step = next((s for s in _STEPS_K if (hot - cold) / s <= _MOST_TICKS), _STEPS_K[-1])
    ticks = np.arange(math.ceil(cold / step - 1e-9), math.floor(hot / step + 1e-9) + 1) * step
    return {1000.0 / (t + ZERO_CELSIUS_K): f"{t:.0f}".replace("-", "−") for t in ticks}
