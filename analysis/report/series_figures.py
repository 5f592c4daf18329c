"""The figures of a run over temperature, each drawn into a box from the tables written out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .figures import INK, Box, Colour, Floats, edges, equal_scales, mark_decades, plain
from .plotted import PlottedTable
from .surroundings import ASKED, CELSIUS

if TYPE_CHECKING:
    from ..impedance.series.arrhenius_of import Arrhenius

_LINES = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9")
_SOAK, _UNKNOWN = "#e69f00", "#7f7f7f"
_WORDS = {"stack_pressure": "stack pressure"}
_LABELS_AT_MOST = 8
_FIRST_SHARE = 1.6
_APART_SHARE = 0.25
_COLD_TO_WARM = ("#2f78d8", "#a95fc9", "#e07020")
_CELSIUS_AXIS_IN = 0.3


def panels_of(table: PlottedTable) -> tuple[str, ...]:
    """The units of the lines, temperatures first: each gets a panel."""
    units = dict.fromkeys(table.columns["unit"])
    return tuple(sorted(units, key=lambda unit: unit != CELSIUS))


def draw_surroundings(
    figure: Figure,
    box: Box,
    table: PlottedTable,
    soaks: PlottedTable,
    spectra_h: Sequence[float],
) -> None:
    """Lines against time, a panel a unit; soaks shaded, spectra marked at the foot of the first."""
    units = panels_of(table)
    shares = [_FIRST_SHARE, *([1.0] * (len(units) - 1))]
    grid = figure.add_gridspec(len(units), 1, height_ratios=shares, hspace=0.14, **edges(box))
    panels: list[Axes] = []
    for place, unit in enumerate(units):
        panels.append(figure.add_subplot(grid[place], sharex=panels[0] if panels else None))
        _draw_lines(panels[-1], table, unit, _LINES[place % len(_LINES) :])
        panels[-1].tick_params(labelbottom=place == len(units) - 1)
    _shade_soaks(panels, soaks)
    if len(spectra_h):
        foot: Any = panels[0].get_xaxis_transform()
        style: Any = {"color": INK, "markersize": 4, "linestyle": "none", "label": "spectrum"}
        panels[0].plot(spectra_h, np.full(len(spectra_h), 0.03), "^", transform=foot, **style)
    panels[0].legend(loc="best", fontsize=6.5)
    panels[-1].set_xlabel("time / h")
    figure.align_ylabels(panels)


def draw_spectra_over_temperature(figure: Figure, box: Box, table: PlottedTable) -> None:
    """All spectra on equal axes, cold blue to warm orange; beside them the warmest, magnified."""
    middle = box.left + 0.52 * (box.right - box.left)
    gap = 0.05 * (box.right - box.left)
    whole = Box(box.left, box.bottom, middle - gap, box.top)
    near = Box(middle + gap, box.bottom, box.right, box.top)
    sweep = np.array(table.columns["sweep"], dtype=int)
    celsius = np.array(table.columns["temperature_c"], dtype=float)
    order = sorted(np.unique(sweep), key=lambda number: celsius[sweep == number][0])
    drawn = [number for number in order if np.isfinite(celsius[sweep == number][0])]
    warmest = drawn[-1:]
    _draw_spectra(figure, whole, table, order, "")
    _draw_spectra(figure, near, table, [*drawn[-3:]], "the warmest", fit_to=warmest)


def draw_arrhenius_lines(figure: Figure, box: Box, found: "Arrhenius") -> None:
    """Conductivities against the inverse temperature, with their lines."""
    from ..impedance.series.arrhenius_figure import draw_arrhenius

    top = box.top - _CELSIUS_AXIS_IN / figure.get_figheight()
    below = Box(box.left, box.bottom, box.right, top)
    axes = figure.add_subplot(figure.add_gridspec(1, 1, **edges(below))[0])
    draw_arrhenius(axes, found)


def _draw_lines(axes: Axes, table: PlottedTable, unit: str, colours: Sequence[str]) -> None:
    line = np.array(table.columns["line"], dtype=object)
    units = np.array(table.columns["unit"], dtype=object)
    names = list(dict.fromkeys(line[units == unit]))
    time_h = np.asarray(table.columns["time_h"], dtype=float)
    value = np.asarray(table.columns["value"], dtype=float)
    for name, colour in zip(names, [*colours, *_LINES] * len(names), strict=False):
        own = line == name
        asked = name == ASKED
        axes.plot(
            time_h[own],
            value[own],
            "--" if asked else "-",
            color=INK if asked else colour,
            linewidth=0.6 if asked else 0.9,
            label=_WORDS.get(name, name.replace("_", " ")),
        )
    label = "T / °C" if unit == CELSIUS else _axis_label(names, unit)
    axes.set_ylabel(label)
    plain(axes)


def _axis_label(names: list[str], unit: str) -> str:
    if unit == "MPa" and names == ["stack_pressure"]:
        return "p / MPa"
    words = ", ".join(name.replace("_", " ") for name in names)
    return words if unit in ("", "1") else f"{words} / {unit}"


def _shade_soaks(panels: list[Axes], soaks: PlottedTable) -> None:
    pairs = zip(soaks.columns["stable_from_h"], soaks.columns["soaked_at_h"], strict=True)
    label = "stable, soaking"
    for from_h, to_h in pairs:
        if from_h is None or to_h is None:
            continue
        for panel in panels:
            panel.axvspan(from_h, to_h, color=_SOAK, alpha=0.15, linewidth=0, zorder=0, label=label)
            label = "_"


def _draw_spectra(
    figure: Figure,
    box: Box,
    table: PlottedTable,
    order: Sequence[Any],
    title: str,
    fit_to: Sequence[Any] = (),
) -> None:
    axes = figure.add_subplot(figure.add_gridspec(1, 1, **edges(box))[0])
    f, x, y, sweep, celsius = (
        np.array(table.columns[name], dtype=float)
        for name in (
            "frequency_hz",
            "z_real_ohm_cm2",
            "z_imag_ohm_cm2",
            "sweep",
            "temperature_c",
        )
    )
    known = celsius[np.isfinite(celsius)]
    every = max(1, -(-len(order) // _LABELS_AT_MOST))
    for place, number in enumerate(order):
        own = sweep == number
        at_c = float(celsius[own][0])
        colour = _colour(at_c, known)
        label = f"{at_c:.1f} °C".replace("-", "−") if np.isfinite(at_c) else "not known"
        shown = place % every == 0 or place == len(order) - 1
        style: Any = {"color": colour, "markersize": 2.0, "linewidth": 0.8}
        axes.plot(x[own], -y[own], "o-", label=label if shown and not title else None, **style)
        if number in fit_to:
            mark_decades(axes, f[own], x[own], -y[own], colour, _APART_SHARE)
    fitted = np.isin(sweep, list(fit_to) or list(order))
    axes.axhline(0, color=INK, linewidth=0.4, alpha=0.5)
    equal_scales(figure, axes, x[fitted], -y[fitted])
    axes.set_xlabel("Z′ / Ω cm²")
    axes.set_ylabel("−Z″ / Ω cm²")
    if title:
        axes.set_title(title, fontsize=8, color=INK)
    else:
        axes.legend(loc="upper left", fontsize=6.5)
    plain(axes)


def _colour(celsius: float, known: Floats) -> Colour:
    """From cold to warm, to be seen on white and on black."""
    from matplotlib.colors import LinearSegmentedColormap

    if not np.isfinite(celsius):
        return _UNKNOWN
    scale = LinearSegmentedColormap.from_list("cold to warm", _COLD_TO_WARM)
    return scale((celsius - float(known.min())) / (float(np.ptp(known)) or 1.0))
