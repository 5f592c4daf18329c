"""The Nyquist plot of a fit: data, circuit and residuals, ready for paper.

Drawn with matplotlib's objects, never with pyplot: no global state and no window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .arrays import Complex, Float
from .fitting.result import FitResult
from .spectrum import Spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart with any colour vision
_DATA = "#0072B2"
_FIT = "#D55E00"
_IMAGINARY = "#009E73"
_LEFT_OUT = "#999999"
_LINE_POINTS = 400


@dataclass(frozen=True, eq=False)
class NyquistColumns:
    """Exactly what the plot shows, every array in the order in which it is drawn.

    Measured points (n,), whether each was `used` in the fit, their residuals as fractions of
    abs(Z) (NaN where the point was not used: it has none), and the fitted line (m,). Im(Z) is
    as measured; only the drawing turns it over.
    """

    frequency_hz: Float
    z_real_ohm: Float
    z_imag_ohm: Float
    used: Float
    residual_real: Float
    residual_imag: Float
    line_frequency_hz: Float
    line_z_real_ohm: Float
    line_z_imag_ohm: Float


def nyquist_columns(fit: FitResult, spectrum: Spectrum | None = None) -> NyquistColumns:
    """Return the numbers of the plot; `spectrum` is the measurement with what was left out."""
    whole = fit.spectrum if spectrum is None else spectrum
    order = np.argsort(-whole.frequency_hz, kind="stable")
    frequency, z = whole.frequency_hz[order], whole.z_ohm[order]
    used = np.isin(frequency, fit.spectrum.frequency_hz)
    relative: Complex = (z - fit.impedance_ohm(frequency)) / np.maximum(np.abs(z), 1e-300)
    relative[~used] = complex(math.nan, math.nan)
    inside = fit.spectrum.frequency_hz
    line = np.geomspace(float(inside.max()), float(inside.min()), _LINE_POINTS)
    fitted = fit.impedance_ohm(line)
    return NyquistColumns(
        frequency,
        z.real.copy(),
        z.imag.copy(),
        used.astype(np.float64),
        relative.real.copy(),
        relative.imag.copy(),
        line,
        fitted.real.copy(),
        fitted.imag.copy(),
    )


def nyquist_figure(fit: FitResult, spectrum: Spectrum | None = None, title: str = "") -> Figure:
    """Draw -Z'' against Z' with equal axes, the fitted line, decade marks and residuals.

    Parameters
    ----------
    fit : FitResult
        What to draw.
    spectrum : Spectrum, optional
        The whole measurement; points that the fit left out are drawn in grey.
    title : str
        Above the plot.

    Returns
    -------
    matplotlib.figure.Figure
        With its own canvas; save it with ``figure.savefig("fit.pdf")`` or ``.svg``.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = nyquist_columns(fit, spectrum)
    figure = Figure(figsize=(6.4, 6.4), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 1, height_ratios=(3, 1))
    plane, below = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    _draw_both(plane, below, columns, fit.circuit)
    plane.set_title(title)
    return figure


def draw_fit(
    figure: Figure,
    edges: tuple[float, float, float, float],
    fit: FitResult,
    spectrum: Spectrum | None = None,
) -> None:
    """Draw the plane and the residuals side by side into a part of a figure.

    `edges` are left, bottom, right and top as fractions of the figure.
    """
    left, bottom, right, top = edges
    grid = figure.add_gridspec(
        1, 2, left=left, bottom=bottom, right=right, top=top, width_ratios=(3, 2), wspace=0.28
    )
    plane, beside = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    _draw_both(plane, beside, nyquist_columns(fit, spectrum), fit.circuit)


def _draw_both(plane: Axes, residuals: Axes, columns: NyquistColumns, circuit: str) -> None:
    scale, unit = _display_unit(columns)
    _draw_plane(plane, columns, circuit, scale, unit)
    _draw_residuals(residuals, columns)


def _display_unit(columns: NyquistColumns) -> tuple[float, str]:
    used = columns.used > 0
    largest = float(np.abs([*columns.z_real_ohm[used], *columns.z_imag_ohm[used]]).max())
    for factor, unit in ((1e6, "MΩ"), (1e3, "kΩ"), (1.0, "Ω"), (1e-3, "mΩ")):
        if largest >= factor:
            return factor, unit
    return 1e-6, "µΩ"


def _draw_plane(axes: Axes, columns: NyquistColumns, circuit: str, scale: float, unit: str) -> None:
    used = columns.used > 0
    x, y = columns.z_real_ohm / scale, -columns.z_imag_ohm / scale
    if not used.all():
        axes.plot(x[~used], y[~used], "o", ms=4, mfc="none", color=_LEFT_OUT, label="left out")
    axes.plot(x[used], y[used], "o", ms=4, mfc="none", color=_DATA, label="measured")
    axes.plot(
        columns.line_z_real_ohm / scale,
        -columns.line_z_imag_ohm / scale,
        "-",
        lw=1.2,
        color=_FIT,
        label=circuit,
    )
    _mark_decades(axes, columns, x, y)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel(f"Z' / {unit}")
    axes.set_ylabel(f"−Z'' / {unit}")
    axes.axhline(0, lw=0.5, color="black")
    axes.legend(frameon=False, fontsize="small")
    if not used.all():
        _look_at(axes, columns, scale)


def _look_at(axes: Axes, columns: NyquistColumns, scale: float) -> None:
    """Show what was fitted: a spur that was left out may be a thousand times as large."""
    used = columns.used > 0
    x = np.concatenate([columns.z_real_ohm[used], columns.line_z_real_ohm]) / scale
    y = -np.concatenate([columns.z_imag_ohm[used], columns.line_z_imag_ohm]) / scale
    margin = 0.06 * max(float(np.ptp(x)), float(np.ptp(y)))
    axes.set_xlim(float(x.min()) - margin, float(x.max()) + margin, auto=True)
    axes.set_ylim(float(y.min()) - margin, float(y.max()) + margin, auto=True)


def _mark_decades(axes: Axes, columns: NyquistColumns, x: Float, y: Float) -> None:
    """Fill the point nearest to each power of ten and write the frequency beside it."""
    logs = np.log10(columns.frequency_hz)
    for decade in range(math.ceil(logs.min()), math.floor(logs.max()) + 1):
        k = int(np.argmin(np.abs(logs - decade)))
        if abs(logs[k] - decade) < 0.1:
            axes.plot(x[k], y[k], "o", ms=4, color=_DATA)
            axes.annotate(
                f"$10^{{{decade}}}$ Hz",
                (float(x[k]), float(y[k])),
                xytext=(4, 4),
                textcoords="offset points",
                fontsize="x-small",
                annotation_clip=True,
            )


def _draw_residuals(axes: Axes, columns: NyquistColumns) -> None:
    used = columns.used > 0
    frequency = columns.frequency_hz[used]
    for part, values, colour, mark in (
        ("Z'", columns.residual_real, _DATA, "o-"),
        ("Z''", columns.residual_imag, _IMAGINARY, "s--"),
    ):
        axes.plot(frequency, 100 * values[used], mark, ms=3, lw=0.8, color=colour, label=part)
    axes.axhline(0, lw=0.5, color="black")
    axes.set_xscale("log")
    axes.set_xlabel("f / Hz")
    axes.set_ylabel("residual / % of |Z|")
    axes.legend(frameon=False, fontsize="small", ncols=2)
