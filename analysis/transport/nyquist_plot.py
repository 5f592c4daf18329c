"""The Nyquist plot of a pellet: with blocking electrodes the arcs have a panel of their own."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from ..geometry import Geometry, Quantity
from ..impedance import FitResult, Spectrum
from ..sheets.plot import Axis, Item, Panel, Plot, line, points
from ..sheets.point_labels import decade_labels
from ..units import OHM_CM2

_CURVE_POINTS: Final = 200
_TALL: Final = 3.0
"""A tail so many times as high as the electrolyte resists hides the arcs."""
_ARCS_SHOWN: Final = ((-0.05, 1.6), (-0.1, 1.1))
"""What the panel of the arcs shows in x and in y, in units of the electrolyte's resistance."""
View: TypeAlias = tuple[float, float] | None


def nyquist_plot(
    spectrum: Spectrum,
    fit: FitResult | None,
    size: Geometry | None,
    electrolyte: Quantity | None,
) -> Plot:
    """Return -Z'' against Z' in Ω cm² (Ω without a size), measured and fitted.

    The powers of ten of the frequency are labelled. Where the tail of blocking electrodes is far
    higher than ``electrolyte`` (Ω) resists, a second panel shows the arcs.
    """
    factor, unit = (1.0, "Ω") if size is None else (size.area_m2 / OHM_CM2, "Ω cm²")
    z, decades = spectrum.z_ohm * factor, decade_labels(spectrum.frequency_hz)
    items: list[Item] = [points("measured", z.real, -z.imag, marker="open", labels=decades)]
    if fit is not None:
        f = np.geomspace(spectrum.frequency_hz.min(), spectrum.frequency_hz.max(), _CURVE_POINTS)
        fitted = fit.impedance_ohm(f) * factor
        items.append(line(f"fit {fit.circuit}", fitted.real, -fitted.imag, colour=1))
    resistance = 0.0 if electrolyte is None else electrolyte.value * factor
    views: list[tuple[View, View]] = [(None, None)]
    if 0 < resistance * _TALL < float(np.max(-z.imag)):
        arcs_x, arcs_y = ((low * resistance, high * resistance) for low, high in _ARCS_SHOWN)
        views.append((arcs_x, arcs_y))
    return Plot(
        name="nyquist",
        caption=(
            "Impedance as measured, and the fit; filled: powers of ten of the frequency"
            f"{', right: the arcs' if len(views) > 1 else ''}. n = 1 spectrum."
        ),
        panels=tuple(
            Panel(
                x=Axis(label=f"Z′ / {unit}", shown=x),
                y=Axis(label=f"−Z″ / {unit}", shown=y),
                items=tuple(items),
                equal=True,
            )
            for x, y in views
        ),
        layout="row",
    )
