"""The plots of one spectrum as a figure for paper: PDF or SVG, after the ending of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ...analysis.impedance import parse_circuit
from ...analysis.report.figures import INK, STYLE
from .curves import CurveMaker
from .entries import Entry
from .quantities import quantity_text
from .session import Session

ENDINGS: Final = (".pdf", ".svg", ".png")
_POINT, _MODEL, _REAL, _IMAGINARY = "#0072b2", INK, "#0072b2", "#d55e00"


class FigureError(ValueError):
    """A figure that cannot be written; the message says what can."""


def write_figure(path: Path, session: Session, key: str) -> None:
    """Draw Nyquist, Bode and residuals of a spectrum with the curve on the screen.

    Raises ``FigureError`` for another ending, or ``OSError``.
    """
    if path.suffix.lower() not in ENDINGS:
        raise FigureError(f"{path.name}: a figure ends in {', '.join(ENDINGS)}")
    with mpl.rc_context(STYLE):
        figure = _figure(session, session.project.entry(key))
        draft = path.with_name(f"{path.stem}.new{path.suffix}")
        figure.savefig(
            draft, metadata={"Title": session.name(key)} if path.suffix != ".png" else None
        )
    draft.replace(path)


def _figure(session: Session, entry: Entry) -> Figure:
    spectrum = session.measured[entry.key].spectrum
    curves = CurveMaker(spectrum, entry.model.circuit).curves(entry.model)
    scale, unit = _scale(float(np.abs(spectrum.z_ohm).max()))
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    grid = figure.add_gridspec(3, 2, width_ratios=(1.15, 1.0), height_ratios=(1.0, 1.0, 0.8))
    nyquist = figure.add_subplot(grid[:2, 0])
    size, phase = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
    left = figure.add_subplot(grid[2, :])
    z, model = spectrum.z_ohm / scale, curves.z_ohm / scale
    points: dict[str, Any] = {
        "marker": "o",
        "markersize": 3.0,
        "linestyle": "none",
        "color": _POINT,
    }
    nyquist.plot(z.real, -z.imag, **points, label="measured")
    nyquist.plot(model.real, -model.imag, color=_MODEL, label=f"model, {entry.status.words}")
    nyquist.set_aspect("equal", adjustable="datalim")
    nyquist.set(xlabel=f"Z′ / {unit}", ylabel=f"−Z″ / {unit}")
    nyquist.legend(loc="best")
    size.loglog(spectrum.frequency_hz, np.abs(z), **points)
    size.loglog(curves.dense_hz, np.abs(model), color=_MODEL)
    size.set(ylabel=f"|Z| / {unit}")
    phase.semilogx(spectrum.frequency_hz, -np.angle(z, deg=True), **points)
    phase.semilogx(curves.dense_hz, -np.angle(model, deg=True), color=_MODEL)
    phase.set(ylabel="−phase / °", xlabel="f / Hz")
    order = np.argsort(spectrum.frequency_hz)
    for part, name, colour in (
        (curves.residuals.real, "real", _REAL),
        (curves.residuals.imag, "imaginary", _IMAGINARY),
    ):
        left.semilogx(
            spectrum.frequency_hz[order],
            100 * part[order],
            marker=".",
            markersize=3,
            linewidth=0.6,
            color=colour,
            label=name,
        )
    left.axhline(0.0, color=INK, linewidth=0.5)
    left.set(xlabel="f / Hz", ylabel="residual / % of |Z|")
    left.legend(loc="best", ncols=2)
    figure.suptitle(
        f"{session.name(entry.key)}\n{entry.model.circuit}, {_values(entry)}", fontsize=7, wrap=True
    )
    return figure


def _values(entry: Entry) -> str:
    units = parse_circuit(entry.model.circuit).units
    values = entry.model.values()
    return ", ".join(
        f"{knob.name} {quantity_text(values[knob.name], unit)}"
        for knob, unit in zip(entry.model.knobs, units, strict=True)
    )


def _scale(largest_ohm: float) -> tuple[float, str]:
    for factor, unit in ((1e9, "GΩ"), (1e6, "MΩ"), (1e3, "kΩ"), (1.0, "Ω")):
        if largest_ohm >= 10 * factor:
            return factor, unit
    return (1.0, "Ω") if largest_ohm >= 1.0 else (1e-3, "mΩ")
