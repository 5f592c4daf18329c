"""The figures of a report, each drawn into a box from exactly the tables that are written out."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .plotted import PlottedTable

INK = "#1b1b1f"
VOLTAGE, CURRENT, CHARGE, FAILURE = "#0072b2", "#d55e00", "#009e73", "#cc3311"
Floats: TypeAlias = NDArray[np.float64]
Colour: TypeAlias = str | tuple[float, float, float, float]

STYLE: Any = {  # matplotlib types its hundreds of keys one by one
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 0.9,
    "legend.frameon": False,
    "legend.fontsize": 7.0,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


@dataclass(frozen=True, slots=True)
class Box:
    """Where in a figure to draw, in fractions of its width and height."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Failure:
    """What to shade: hours from the start of the failing step to its end, and a label."""

    from_h: float
    to_h: float
    label: str


def draw_course(
    figure: Figure,
    box: Box,
    trace: PlottedTable,
    resistance: PlottedTable | None,
    mark: Failure | None,
) -> None:
    """Voltage and current density, resistance and charge, one below the other against time."""
    ratios = (3.0, 1.6, 1.2) if resistance is not None else (3.0, 1.2)
    grid = figure.add_gridspec(len(ratios), 1, height_ratios=ratios, hspace=0.12, **edges(box))
    top = figure.add_subplot(grid[0])
    _draw_voltage_and_current(top, trace)
    panels = [top]
    if resistance is not None:
        panels.append(figure.add_subplot(grid[1], sharex=top))
        _draw_resistance_in_time(panels[-1], resistance)
    panels.append(figure.add_subplot(grid[len(ratios) - 1], sharex=top))
    columns = trace.columns
    panels[-1].plot(columns["time_h"], columns["cumulative_charge_mah_cm2"], color=CHARGE)
    panels[-1].set_ylabel("Σ|Q| / mAh cm⁻²")
    panels[-1].set_xlabel("time / h")
    panels[-1].set_ylim(bottom=0)
    plain(panels[-1])
    for panel in panels[:-1]:
        panel.tick_params(labelbottom=False)
    if mark is not None:
        _shade(panels, mark)
    figure.align_ylabels(panels)


def draw_resistance(figure: Figure, box: Box, resistance: PlottedTable) -> None:
    """Resistance of every half-cycle against its current density, both directions."""
    axes = figure.add_subplot(figure.add_gridspec(1, 1, **edges(box))[0])
    density = np.array(resistance.columns["current_density_ma_cm2"], dtype=float)
    start = np.array(resistance.columns["asr_start_ohm_cm2"], dtype=float)
    end = np.array(resistance.columns["asr_end_ohm_cm2"], dtype=float)
    for sign, colour, marker, text in ((1, VOLTAGE, "^", "J > 0"), (-1, CURRENT, "v", "J < 0")):
        own = np.sign(density) == sign
        x = np.abs(density[own])
        axes.vlines(x, start[own], end[own], color=colour, linewidth=0.6, alpha=0.6)
        axes.plot(
            x,
            start[own],
            marker,
            markerfacecolor="none",
            color=colour,
            markersize=4.5,
            label=f"{text}, start",
        )
        axes.plot(x, end[own], marker, color=colour, markersize=4.5, label=f"{text}, end")
    axes.set_xlabel("|J| / mA cm⁻²")
    axes.set_ylabel("ASR / Ω cm²  (two interfaces)")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0, top=_headroom(np.concatenate([start, end])))
    axes.legend(ncols=2, loc="best")
    plain(axes)


def draw_nyquist(figure: Figure, box: Box, spectra: PlottedTable) -> None:
    """All spectra of a run on equal axes; those on either side of a failure stand out."""
    axes = figure.add_subplot(figure.add_gridspec(1, 1, **edges(box))[0])
    columns = spectra.columns
    sweep = np.array(columns["sweep"], dtype=int)
    numbers = np.unique(sweep)
    roles = dict(zip(columns["sweep"], columns["role"], strict=True))
    titles = dict(zip(columns["sweep"], columns["title"], strict=True))
    f, x, y = (np.array(columns[c], dtype=float) for c in _NYQUIST_COLUMNS)
    first_to_last = _first_to_last()
    for place, number in enumerate(numbers):
        own = sweep == number
        colour = {"before": VOLTAGE, "after": FAILURE}.get(
            roles[number], first_to_last(0.85 * place / max(1, numbers.size - 1))
        )
        emphasised = roles[number] != "" or numbers.size <= 3
        label = _label(numbers, number, roles, titles)
        axes.plot(
            x[own],
            -y[own],
            "o-" if emphasised else "-",
            color=colour,
            label=label,
            markersize=2.4,
            linewidth=0.9 if emphasised else 0.7,
            alpha=1 if emphasised else 0.75,
            zorder=3 if emphasised else 2,
        )
        if roles[number] == "before" or (number == numbers[-1] and "before" not in roles.values()):
            mark_decades(axes, f[own], x[own], -y[own], colour)
    axes.axhline(0, color=INK, linewidth=0.4, alpha=0.5)
    equal_scales(figure, axes, x, -y)
    axes.set_xlabel("Z′ / Ω cm²")
    axes.set_ylabel("−Z″ / Ω cm²")
    axes.legend(loc="upper left", fontsize=6.5)
    plain(axes)


_NYQUIST_COLUMNS = ("frequency_hz", "z_real_ohm_cm2", "z_imag_ohm_cm2")


def _first_to_last() -> Colormap:
    from matplotlib import colormaps

    return colormaps["cividis"]


def _draw_voltage_and_current(axes: Axes, trace: PlottedTable) -> None:
    time_h, voltage_mv, density = _with_breaks(trace)
    right = axes.twinx()
    right.plot(time_h, density, color=CURRENT, linewidth=0.7, alpha=0.85)
    right.set_ylabel("J / mA cm⁻²", color=CURRENT)
    right.tick_params(axis="y", colors=CURRENT)
    axes.plot(time_h, voltage_mv, color=VOLTAGE, linewidth=0.8)
    axes.set_zorder(right.get_zorder() + 1)
    axes.set_ylabel("V / mV", color=VOLTAGE)
    axes.tick_params(axis="y", colors=VOLTAGE)
    for panel, values, share in ((axes, voltage_mv, 1.08), (right, density, 1.35)):
        reach = float(np.nanmax(np.abs(values), initial=0.0)) * share or 1.0
        panel.set_ylim(-reach, reach)
    axes.axhline(0, color=INK, linewidth=0.4, alpha=0.5)
    for side in (axes, right):
        side.spines["top"].set_visible(False)


def _draw_resistance_in_time(axes: Axes, resistance: PlottedTable) -> None:
    columns = resistance.columns
    time_h = np.array(columns["time_h"], dtype=float)
    density = np.array(columns["current_density_ma_cm2"], dtype=float)
    for sign, colour, marker, text in ((1, VOLTAGE, "^", "J > 0"), (-1, CURRENT, "v", "J < 0")):
        own = np.sign(density) == sign
        for column, fill, when in (
            ("asr_start_ohm_cm2", "none", "start"),
            ("asr_end_ohm_cm2", colour, "end"),
        ):
            values = np.array(columns[column], dtype=float)[own]
            axes.plot(
                time_h[own],
                values,
                marker,
                color=colour,
                markerfacecolor=fill,
                markersize=3.5,
                linestyle="none",
                label=f"{text}, {when}",
            )
    values = np.array([*columns["asr_start_ohm_cm2"], *columns["asr_end_ohm_cm2"]], dtype=float)
    axes.set_ylim(bottom=0, top=_headroom(values))
    axes.set_ylabel("ASR / Ω cm²")
    axes.legend(ncols=4, loc="lower left", handletextpad=0.1, columnspacing=0.9)
    plain(axes)


def _with_breaks(trace: PlottedTable) -> tuple[Floats, Floats, Floats]:
    """Not-a-numbers where nothing was read for long, so that no line is drawn across."""
    time_h, voltage_mv, density = (
        np.asarray(trace.columns[name], dtype=float)
        for name in ("time_h", "voltage_mv", "current_density_ma_cm2")
    )
    steps = np.diff(time_h)
    if not steps.size:
        return time_h, voltage_mv, density
    at = np.nonzero(steps > max(20 * float(np.median(steps)), 1 / 60))[0] + 1
    broken = (np.insert(column, at, np.nan) for column in (time_h, voltage_mv, density))
    first, second, third = broken
    return first, second, third


def _shade(panels: list[Axes], mark: Failure) -> None:
    """Shade the failing step, at least wide enough to be seen in a long run."""
    left, right = panels[0].get_xlim()
    half_h = max(mark.to_h - mark.from_h, 0.008 * (right - left)) / 2
    middle_h = (mark.from_h + mark.to_h) / 2
    for panel in panels:
        panel.axvspan(
            middle_h - half_h, middle_h + half_h, color=FAILURE, alpha=0.16, linewidth=0, zorder=0
        )
    panels[0].annotate(
        mark.label,
        (middle_h, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        color=FAILURE,
        ha="center",
        va="bottom",
        fontsize=7,
        annotation_clip=False,
    )


def mark_decades(
    axes: Axes,
    frequency_hz: Floats,
    x: Floats,
    y: Floats,
    colour: Colour,
    apart_share: float = 0.06,
) -> None:
    """A larger point and its frequency at every power of ten that was measured.

    Frequencies stand at least ``apart_share`` of the width of the spectrum apart.
    """
    low = int(np.ceil(np.log10(frequency_hz.min()) - 0.02))
    high = int(np.floor(np.log10(frequency_hz.max()) + 0.02))
    drawn: list[tuple[float, float]] = []
    apart = apart_share * (float(np.ptp(x)) or 1.0)
    for exponent in range(high, low - 1, -1):
        at = int(np.argmin(np.abs(np.log10(frequency_hz) - exponent)))
        if abs(np.log10(frequency_hz[at]) - exponent) > 0.06:
            continue
        axes.plot(x[at], y[at], "o", color=colour, markersize=5, markeredgecolor=INK, zorder=4)
        if all(np.hypot(x[at] - a, y[at] - b) > apart for a, b in drawn):
            drawn.append((float(x[at]), float(y[at])))
            axes.annotate(
                f"$10^{{{exponent}}}$ Hz",
                (x[at], y[at]),
                xytext=(4, 5),
                textcoords="offset points",
                fontsize=6.5,
                color=colour,
            )


def equal_scales(figure: Figure, axes: Axes, x: Floats, y: Floats) -> None:
    """Equal scales from the origin on, filling the box: a semicircle must look like one."""
    place = axes.get_position()
    shape = (place.height * figure.get_figheight()) / (place.width * figure.get_figwidth())
    left, right = min(0.0, float(x.min())), float(x.max())
    bottom, top = min(0.0, float(y.min())), float(y.max())
    width = 1.08 * max(right - left, (top - bottom) / shape * 1.12, 1e-9)
    middle = bottom - 0.06 * (width * shape)
    axes.set_xlim(left - 0.02 * width, left + 0.98 * width)
    axes.set_ylim(middle, middle + width * shape)
    axes.set_aspect("equal", adjustable="box")


def _label(
    numbers: NDArray[np.intp], number: int, roles: dict[int, str], titles: dict[int, str]
) -> str | None:
    """Name the spectra that matter: the first, the last, and both sides of a failure."""
    role = roles[number]
    if role:
        return f"{role} the failure ({titles[number]})"
    if numbers.size <= 3 or number in (numbers[0], numbers[-1]):
        word = "" if numbers.size <= 3 else ("first: " if number == numbers[0] else "last: ")
        return f"{word}{titles[number]}"
    return None


def _headroom(values: Floats) -> float:
    """Let a single void not squeeze all the rest: at most five times the median."""
    highest = float(np.nanmax(values, initial=1e-9))
    return 1.12 * min(highest, 5 * float(np.nanmedian(values)) if values.size else highest)


def plain(axes: Axes) -> None:
    """Only the axes that carry values."""
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)


def edges(box: Box) -> dict[str, float]:
    """The box as a grid of axes takes it."""
    return {"left": box.left, "bottom": box.bottom, "right": box.right, "top": box.top}
