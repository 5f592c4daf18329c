"""Stack pressure from the indicator of a load cell, or from a pressure gauge, on a serial line.

Source: the manual of the indicator at hand; the form of its line, the unit and the area are
declared in the bench file, and nothing is guessed. Many indicators print, for example,
``ST,GS,+000392.7 N`` several times a second (A&D AD-4401 and its likes), others want to be asked.
"""

from __future__ import annotations

import math
from typing import Final

from .clock import Clock
from .gauge_line import FORCES, NUMBER, PRESSURES, LineFormat
from .line_gauge import LineGauge
from .link import ByteLink
from .serial_link import SerialLink

_MM2_PER_M2: Final = 1e6


def load_cell(
    link: ByteLink,
    *,
    clock: Clock,
    unit: str,
    pattern: str = NUMBER,
    factor: float = 1.0,
    area_mm2: float | None = None,
    query: str = "",
    command_end: str = "crlf",
    decimal_comma: bool = False,
    timeout_s: float = 2.0,
) -> LineGauge:
    """Return a gauge in Pa: a pressure as it is said, or a force upon ``area_mm2``.

    Raises ``ValueError`` for a unit of something else, or a force without an area.
    """
    form = LineFormat.of(pattern, unit, factor=factor, decimal_comma=decimal_comma)
    return LineGauge(
        link,
        clock=clock,
        form=form,
        name="load cell",
        query=query,
        command_end=command_end,
        timeout_s=timeout_s,
        scale=_pressure_scale(unit, area_mm2),
        unit="Pa",
    )


def _pressure_scale(unit: str, area_mm2: float | None) -> float:
    if unit in PRESSURES:
        if area_mm2 is not None:
            raise ValueError(f"{unit} is a pressure already: leave area_mm2 out")
        return 1.0
    if unit not in FORCES:
        known = ", ".join((*FORCES, *PRESSURES))
        raise ValueError(f"{unit!r} is neither a force nor a pressure: one of {known}")
    if area_mm2 is None or not 0 < area_mm2 < math.inf:
        raise ValueError(f"a force in {unit} needs area_mm2, the area that it presses upon")
    return _MM2_PER_M2 / area_mm2


def open_load_cell(
    address: str,
    *,
    clock: Clock,
    unit: str,
    pattern: str = NUMBER,
    factor: float = 1.0,
    area_mm2: float | None = None,
    query: str = "",
    command_end: str = "crlf",
    decimal_comma: bool = False,
    timeout_s: float = 2.0,
    baud_rate: int = 9600,
    frame: str = "8N1",
) -> LineGauge:
    """Open the port of a load cell that is yet to be connected. Raises ``LinkLostError``."""
    _pressure_scale(unit, area_mm2)  # before a port is opened for nothing
    return load_cell(
        SerialLink(address, baud_rate, frame=frame),
        clock=clock,
        unit=unit,
        pattern=pattern,
        factor=factor,
        area_mm2=area_mm2,
        query=query,
        command_end=command_end,
        decimal_comma=decimal_comma,
        timeout_s=timeout_s,
    )


UNVERIFIED: Final = (
    ("the line of A&D indicators, which the twin prints", "from memory; the line is declared"),
)
"""What was assumed, and where it stands otherwise."""
