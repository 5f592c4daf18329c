"""J(t) as block characters, for a terminal."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from ...drivers.segments import Awaited, ImpedanceSweep, SetStackPressure, SetTemperature
from ..files.units import ZERO_CELSIUS_K
from .curves import voltage_curve
from .preview import Preview

_FULL: Final = "█"
_UPPER: Final = "▀"
_LOWER: Final = "▄"
_AXIS: Final = "─"
_LABEL_WIDTH_MIN: Final = 7


def drawn(preview: Preview, width: int = 72, height: int = 11) -> str:
    """Return a drawing of the current density against time, one ``▲`` per impedance sweep.

    Voltages that are set stand below in V, from where they are held or swept; temperatures and
    stack pressures that are asked for in °C and MPa, from where they are expected to be reached.
    ``width`` and ``height`` count characters, without the labels at the left and below. The
    height is made odd, so that the middle row is the zero line.
    """
    times_s, densities_a_m2 = preview.current_density()
    duration_s = preview.duration_s
    half = max(1, height // 2)
    lows, highs = _columns(times_s, densities_a_m2, duration_s, width)
    peak = max((abs(value) for value in (*lows, *highs)), default=0.0)
    if peak == 0:
        half = 0
    rows = [_row(level, highs, peak, half, up=True) for level in range(half, 0, -1)]
    rows.append(_AXIS * width)
    rows += [_row(level, lows, peak, half, up=False) for level in range(1, half + 1)]
    labels = _labels(peak / 10.0, half)
    margin = max(_LABEL_WIDTH_MIN, *(len(label) for label in labels))
    lines = ["mA/cm²"]
    lines += [f"{label:>{margin}} ┤{row}".rstrip() for label, row in zip(labels, rows, strict=True)]
    lines.append(
        f"{'EIS':>{margin}}  {_marks(preview.sweep_times_s(), duration_s, width)}".rstrip()
    )
    if held := _set_voltages(preview, width):
        lines.append(f"{'V':>{margin}}  {held}".rstrip())
    if warmth := _held(preview, width, _celsius):
        lines.append(f"{'°C':>{margin}}  {warmth}".rstrip())
    if pressed := _held(preview, width, _megapascal):
        lines.append(f"{'MPa':>{margin}}  {pressed}".rstrip())
    hours = f"{duration_s / 3600:.3g} h"
    lines.append(" " * (margin + 2) + "0" + hours.rjust(width - 1))
    return "\n".join(lines)


def _columns(
    times_s: Sequence[float], values: Sequence[float], duration_s: float, width: int
) -> tuple[list[float], list[float]]:
    """Return the lowest and the highest value that each column's stretch of time meets."""
    lows, highs = [0.0] * width, [0.0] * width
    if duration_s <= 0:
        return lows, highs
    for start_s, end_s, value in zip(times_s[::2], times_s[1::2], values[::2], strict=True):
        first = min(width - 1, int(start_s / duration_s * width))
        last = min(width - 1, max(first, int(end_s / duration_s * width - 1e-9)))
        for column in range(first, last + 1):
            lows[column] = min(lows[column], value)
            highs[column] = max(highs[column], value)
    return lows, highs


def _row(level: int, values: Sequence[float], peak: float, half: int, *, up: bool) -> str:
    """Draw one row; ``level`` counts rows away from the zero line. Each holds two half blocks."""
    near = _LOWER if up else _UPPER
    filled = [2.0 * half * abs(value) / peak if peak > 0 else 0.0 for value in values]
    return "".join(
        _FULL if halves >= 2 * level - 0.5 else near if halves >= 2 * level - 1.5 else " "
        for halves in filled
    )


def _labels(peak_ma_cm2: float, half: int) -> list[str]:
    labels = [""] * (2 * half + 1)
    labels[0], labels[-1] = f"{peak_ma_cm2:+.3g}", f"{-peak_ma_cm2:+.3g}"
    labels[half] = "0"
    return labels


def _set_voltages(preview: Preview, width: int) -> str:
    """Write each voltage where it begins; the bias of a spectrum is none of them."""
    if preview.duration_s <= 0:
        return ""
    set_by = [p for p in preview.segments if not isinstance(p.segment, ImpedanceSweep)]
    row, last = "", math.nan
    for at_s, volt in zip(*voltage_curve(set_by), strict=True):
        if math.isfinite(volt) and volt != last:
            row, last = _with(row, at_s / preview.duration_s, f"{volt:.4g}", width), volt
    return row


def _held(preview: Preview, width: int, asked: Callable[[Awaited], float | None]) -> str:
    """Write each value where it begins to be held."""
    row = ""
    for planned in preview.segments:
        segment = planned.segment
        value = asked(segment) if isinstance(segment, Awaited) else None
        if isinstance(segment, Awaited) and value is not None and preview.duration_s > 0:
            held_s = planned.start_s + planned.duration_s - segment.stable_s
            row = _with(row, held_s / preview.duration_s, f"{value:.4g}", width)
    return row


def _with(row: str, share: float, text: str, width: int) -> str:
    """Write a text at a share of the width, at the end moved left; without room not at all."""
    column = min(int(share * width), width - len(text))
    return f"{row:<{column}}{text}" if column >= len(row) + bool(row) else row


def _celsius(segment: Awaited) -> float | None:
    return segment.temperature_k - ZERO_CELSIUS_K if isinstance(segment, SetTemperature) else None


def _megapascal(segment: Awaited) -> float | None:
    return segment.pressure_pa / 1e6 if isinstance(segment, SetStackPressure) else None


def _marks(times_s: Sequence[float], duration_s: float, width: int) -> str:
    columns = {min(width - 1, int(t / duration_s * width)) for t in times_s if duration_s > 0}
    return "".join("▲" if column in columns else " " for column in range(width))
