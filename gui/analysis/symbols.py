"""The symbols of circuit elements as paths about their middle; letters in a box for the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtGui import QPainterPath

from .drawing import BLOCK_WIDTH

_HALF: Final = BLOCK_WIDTH / 2
_BOX: Final = (30.0, 13.0)


@dataclass(frozen=True, slots=True)
class SymbolPath:
    """Lines, a closed ground that hides the wire behind it, and letters to write into that."""

    lines: QPainterPath
    ground: QPainterPath = field(default_factory=QPainterPath)
    letters: str = ""


def symbol_path(symbol: str) -> SymbolPath:
    """The symbol of an element: IEC 60617 where it has one."""
    match symbol:
        case "R":
            return _box("")
        case "C":
            return _plates()
        case "CPE":
            return _chevrons()
        case "L":
            return _coil()
    return _box(symbol)


def _box(letters: str) -> SymbolPath:
    width = max(_BOX[0], 9.0 * len(letters) + 8.0)
    height = _BOX[1] + (3.0 if letters else 0.0)
    ground = QPainterPath()
    ground.addRect(-width / 2, -height / 2, width, height)
    return SymbolPath(_leads(width / 2), ground, letters)


def _plates() -> SymbolPath:
    lines = _leads(3.0)
    for x in (-3.0, 3.0):
        lines.moveTo(x, -9.0)
        lines.lineTo(x, 9.0)
    return SymbolPath(lines)


def _chevrons() -> SymbolPath:
    lines = _leads(4.0, right=4.0)
    for x in (-4.0, 4.0):
        lines.moveTo(x - 5.0, -9.0)
        lines.lineTo(x, 0.0)
        lines.lineTo(x - 5.0, 9.0)
    return SymbolPath(lines)


def _coil() -> SymbolPath:
    lines = _leads(16.0)
    lines.moveTo(-16.0, 0.0)
    for turn in range(4):
        lines.arcTo(-16.0 + 8.0 * turn, -5.0, 8.0, 10.0, 180.0, -180.0)
    return SymbolPath(lines)


def _leads(left: float, right: float | None = None) -> QPainterPath:
    """The wire to the symbol and from it, ``left`` and ``right`` of the middle."""
    lines = QPainterPath()
    lines.moveTo(-_HALF, 0.0)
    lines.lineTo(-left, 0.0)
    lines.moveTo(left if right is None else right, 0.0)
    lines.lineTo(_HALF, 0.0)
    return lines
