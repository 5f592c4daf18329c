"""How each kind of published value is shown: its symbol, its unit, how its columns end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .entries import Kind


@dataclass(frozen=True, slots=True)
class Display:
    """The symbol, the unit's name, how columns end, and the size of the unit in SI."""

    symbol: str
    unit: str
    column: str
    size: float


DISPLAY: Final[dict[Kind, Display]] = {
    "conductivity": Display("σ", "mS/cm", "ms_cm", 0.1),
    "electronic": Display("σ_e", "S/cm", "s_cm", 100.0),
    "critical-current": Display("J_c", "mA/cm²", "ma_cm2", 10.0),
    "window": Display("E", "V", "v", 1.0),
}
