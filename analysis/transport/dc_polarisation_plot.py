"""The figure of a DC polarisation: currents over time, and steady currents over voltage."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..sheets.plot import INK, Axis, Item, Panel, Plot, line, points
from ..wording import number as in_words
from .arrays import Float
from .dc_polarisation import DcPolarisation
from .holds import HeldVoltage
from .steady_line import Hold

NANO = 1e9
_READINGS_PER_DECADE = 8
_COLOURS = 7
_SHOWN = 3.0


def every_hold(found: DcPolarisation) -> list[Hold]:
    """Return all holds by voltage, those that were left out among them."""
    return sorted((*found.used, *found.left_out), key=lambda hold: hold.voltage_v)


def polarisation_plot(held: Sequence[HeldVoltage], found: DcPolarisation) -> Plot:
    """Return I(t) with the likeliest models beside the steady currents and their line."""
    return Plot(
        name="dc_polarisation",
        caption="Left: current after each step of the voltage, and in black the likeliest model, "
        "up to three times the steady current; what lies beyond is among the plotted numbers. "
        "Right: steady currents with standard errors, and the line whose slope is the conductance.",
        panels=(_decays(held, found), _steady_line(found)),
        layout="row",
    )


def _decays(held: Sequence[HeldVoltage], found: DcPolarisation) -> Panel:
    items: list[Item] = []
    by_voltage = {hold.voltage_v: hold for hold in every_hold(found)}
    for k, one in enumerate(held):
        name, colour = in_words(one.voltage_v, "V", 3), k % _COLOURS
        shown = _spread(one.time_s)
        items.append(
            points(
                name, one.time_s[shown], one.current_a[shown] * NANO, marker="open", colour=colour
            )
        )
        hold = by_voltage.get(one.voltage_v)
        if hold is not None and hold.steady is not None:
            steady = hold.steady
            curve = steady.best.curve_a * NANO
            fit = f"{name}, fit"
            items.append(line(fit, steady.blocks.centre_s, curve, colour=INK, legend=""))
    return Panel(
        x=Axis(label="t / s", log=True),
        y=Axis(label="I / nA", shown=_shown_na(held, found)),
        items=tuple(items),
        title="I(t)",
    )


def _spread(time_s: Float) -> NDArray[np.intp]:
    """Readings so far apart in log t that a curve is seen between them; the last one with them."""
    place = np.floor(_READINGS_PER_DECADE * np.log10(time_s / time_s[0]))
    first = np.flatnonzero(np.diff(place, prepend=-1.0) > 0)
    return np.union1d(first, [time_s.size - 1])


def _shown_na(held: Sequence[HeldVoltage], found: DcPolarisation) -> tuple[float, float] | None:
    """As far as three times the steady currents and every reading of the second half of a hold."""
    ends = [_SHOWN * h.steady.value_a * NANO for h in found.used if h.steady is not None]
    if not ends:
        return None
    late = [one.current_a[one.time_s > one.time_s[-1] / 2] * NANO for one in held]
    every = np.concatenate([*late, ends, [0.0]])
    return float(every.min()), float(every.max())


def _steady_line(found: DcPolarisation) -> Panel:
    items: list[Item] = []
    for word, holds, marker in (("used", found.used, 0), ("left out", found.left_out, 1)):
        known = [h for h in holds if h.steady is not None]
        if known:
            items.append(
                points(
                    word,
                    [h.voltage_v for h in known],
                    [h.steady.value_a * NANO for h in known if h.steady is not None],
                    [h.steady.standard_error_a * NANO for h in known if h.steady is not None],
                    marker="open" if marker else "filled",
                    colour=marker,
                )
            )
    if found.conductance_s is not None:
        volts = np.array([min(0.0, *_volts(found)), max(0.0, *_volts(found))])
        offset = 0.0 if found.offset_a is None else found.offset_a.value
        items.append(
            line("slope", volts, (offset + found.conductance_s.mean * volts) * NANO, colour=0)
        )
    return Panel(
        x=Axis(label="V / V"), y=Axis(label="Iₛₛ / nA"), items=tuple(items), title="Iₛₛ(V)"
    )


def _volts(found: DcPolarisation) -> list[float]:
    return [hold.voltage_v for hold in found.used] or [math.nan]
