"""The Arrhenius plot: log10(sigma T) against 1000 / T, ready for paper.

Drawn with matplotlib's objects, never with pyplot: no global state and no window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Float
from .arrhenius_line import ArrheniusFit
from .arrhenius_of import Arrhenius

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ZERO_CELSIUS_K = 273.15
# Okabe and Ito's palette, told apart with any colour vision, each with a mark of its own
_STYLES = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"))
_LINE_POINTS = 60
_BEYOND = 0.04
_ROOM = 1.2
_PER_CM = {"S/m": ("S cm$^{-1}$", 0.01), "S/m2": ("S cm$^{-2}$", 1e-4), "S": ("S", 1.0)}
_DECADE = 1.0 / math.log(10.0)


@dataclass(frozen=True, eq=False)
class ArrheniusColumns:
    """Exactly what the plot shows of one line.

    Points (m,): temperature, 1000/T, conductivity in `unit`, log10(sigma T) or log10(sigma) and
    its standard error; the line (k,) in the same coordinates. `unit` is S/cm, or as the drawing
    has it.
    """

    name: str
    unit: str
    temperature_k: Float
    inverse_temperature_per_kk: Float
    conductivity: Float
    log10: Float
    log10_error: Float
    line_inverse_temperature_per_kk: Float
    line_log10: Float


def arrhenius_columns(found: Arrhenius | Sequence[ArrheniusFit]) -> tuple[ArrheniusColumns, ...]:
    """Return the numbers of the plot, line by line, coldest first."""
    fits = found.fits if isinstance(found, Arrhenius) else tuple(found)
    return tuple(_columns(one) for one in fits)


def arrhenius_figure(found: Arrhenius | Sequence[ArrheniusFit], title: str = "") -> Figure:
    """Draw conductivities and their lines, with Ea in the legend and °C on top.

    Parameters
    ----------
    found : Arrhenius or sequence of ArrheniusFit
        Lines in one form; those in another unit than the first (an interface's) are drawn on the
        right-hand axis.
    title : str
        Above the plot.

    Returns
    -------
    matplotlib.figure.Figure
        With its own canvas; save it with ``figure.savefig("arrhenius.pdf")`` or ``.svg``.

    Raises
    ------
    ValueError
        If there is no line, or the lines are of both forms.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fits = _of_one_form(found)
    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    left = figure.add_subplot()
    draw_arrhenius(left, fits)
    if title:
        left.set_title(title)
    return figure


def draw_arrhenius(left: Axes, found: Arrhenius | Sequence[ArrheniusFit]) -> None:
    """Draw the same into axes; raises ``ValueError`` as :func:`arrhenius_figure` does."""
    fits = _of_one_form(found)
    first = fits[0].unit
    right = left.twinx() if any(one.unit != first for one in fits) else left
    for k, one in enumerate(fits):
        on_left = one.unit == first
        style = (*_STYLES[k % len(_STYLES)], "-" if on_left else "--")
        _draw(left if on_left else right, one, style)
    left.set_ylabel(_label(fits[0]))
    if right is not left:
        right.set_ylabel(_label(next(one for one in fits if one.unit != first)))
        _one_decade_is_one_decade(left, right)
    left.set_xlabel("1000 / T  /  K$^{-1}$")
    _celsius_on_top(left)
    _legend(left, right)


def _one_decade_is_one_decade(left: Axes, right: Axes) -> None:
    """Let both axes span as many decades, so that slopes compare and lines lie apart."""
    low, high = left.get_ylim()
    low_right, high_right = right.get_ylim()
    decades = _ROOM * max(high - low, high_right - low_right)
    left.set_ylim(high - decades, high)
    right.set_ylim(low_right, low_right + decades)


def _of_one_form(found: Arrhenius | Sequence[ArrheniusFit]) -> tuple[ArrheniusFit, ...]:
    fits = found.fits if isinstance(found, Arrhenius) else tuple(found)
    if len({one.form for one in fits}) != 1:
        raise ValueError("an Arrhenius plot needs lines of one form, sigma*T or sigma")
    return fits


def _columns(one: ArrheniusFit) -> ArrheniusColumns:
    order = np.argsort(one.temperature_k, kind="stable")
    t = one.temperature_k[order]
    unit, factor = _PER_CM[one.unit]
    inverse = 1000.0 / t
    margin = _BEYOND * float(np.ptp(inverse))
    line = np.linspace(inverse.max() + margin, inverse.min() - margin, _LINE_POINTS)
    sigma = one.conductivity[order] * factor
    return ArrheniusColumns(
        one.name,
        unit.replace("$^{-1}$", "^-1").replace("$^{-2}$", "^-2"),
        t,
        inverse,
        sigma,
        np.log10(sigma * _kelvin(one, t)),
        _DECADE * one.conductivity_error[order] / one.conductivity[order],
        line,
        np.log10(one.curve(1000.0 / line) * factor * _kelvin(one, 1000.0 / line)),
    )


def _kelvin(one: ArrheniusFit, t: Float) -> Float:
    return t if one.form == "sigma*T" else np.ones_like(t)


def _draw(axes: Axes, one: ArrheniusFit, style: tuple[str, str, str]) -> None:
    columns = _columns(one)
    colour, mark, stroke = style
    where = " (right axis)" if stroke == "--" else ""
    axes.errorbar(
        columns.inverse_temperature_per_kk,
        columns.log10,
        yerr=columns.log10_error,
        fmt=mark,
        ms=5,
        mfc="none",
        capsize=2,
        color=colour,
        label=f"{one.name}: {_energy(one)}{where}",
    )
    line = columns.line_inverse_temperature_per_kk, columns.line_log10
    axes.plot(*line, stroke, lw=1.2, color=colour)


def _energy(one: ArrheniusFit) -> str:
    """Ea ± u, the value to the last digit that the error leaves."""
    energy = one.activation_energy
    if energy.standard_error is None:
        return "$E_a$ not determined"
    digits = min(max(1 - math.floor(math.log10(max(energy.standard_error, 1e-6))), 2), 6)
    return f"$E_a$ = {energy.value:.{digits}f} ± {energy.standard_error:.{digits}f} eV"


def _label(one: ArrheniusFit) -> str:
    unit, _ = _PER_CM[one.unit]
    symbol = {"S/m": "σ", "S/m2": "G/A", "S": "G"}[one.unit]
    if one.form == "sigma":
        return f"log$_{{10}}$({symbol} / {unit})"
    return f"log$_{{10}}$({symbol} T / {unit} K)"


def _celsius_on_top(axes: Axes) -> None:
    """Mark round temperatures in °C along the top."""
    low, high = axes.get_xlim()
    cold, hot = 1000.0 / high - ZERO_CELSIUS_K, 1000.0 / low - ZERO_CELSIUS_K
    step = next((s for s in (5.0, 10.0, 20.0, 50.0, 100.0) if (hot - cold) / s <= 8), 200.0)
    ticks = np.arange(math.ceil(cold / step), math.floor(hot / step) + 1) * step
    top = axes.secondary_xaxis("top")
    top.set_xticks(
        1000.0 / (ticks + ZERO_CELSIUS_K), [f"{tick:.0f}".replace("-", "−") for tick in ticks]
    )
    top.set_xlabel("T / °C")


def _legend(left: Axes, right: Axes) -> None:
    handles, labels = left.get_legend_handles_labels()
    if right is not left:
        more = right.get_legend_handles_labels()
        handles, labels = [*handles, *more[0]], [*labels, *more[1]]
    left.legend(handles, labels, frameon=False, fontsize="small", loc="best")
