"""Units at the edge: what a setting's name says, and the same quantity in SI.

Every number that a person writes in a file has a name that ends in its unit. This table is the
only place where those endings are given a meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ZERO_CELSIUS_K: Final = 273.15


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is printed, and how to get from it to SI: ``si = (value + offset) * factor``."""

    symbol: str
    si_ending: str
    factor: float = 1.0
    offset: float = 0.0

    def in_si(self, value: float) -> float:
        """Return the value in SI, without the dust that a factor of 1e-6 leaves in the last digit.

        >>> Unit("µm", "_m", 1e-6).in_si(800)
        0.0008
        """
        return float(f"{(value + self.offset) * self.factor:.14g}")


# Longest ending first: "_ma_cm2" must be met before "_cm2".
_ENDINGS: Final[tuple[tuple[str, Unit], ...]] = (
    ("_mah_cm2", Unit("mAh/cm²", "_c_m2", 36_000.0)),
    ("_ma_cm2_min", Unit("mA/cm²/min", "_a_m2_per_s", 10.0 / 60.0)),
    ("_ma_cm2", Unit("mA/cm²", "_a_m2", 10.0)),
    ("_mah_g", Unit("mAh/g", "_c_per_kg", 3600.0)),
    ("rate_c", Unit("C", "rate_c")),
    ("rates_c", Unit("C", "rates_c")),
    ("_ms_cm", Unit("mS/cm", "_s_per_m", 0.1)),
    ("_mv_s", Unit("mV/s", "_v_per_s", 1e-3)),
    ("_percent", Unit("%", "_percent")),
    ("_cm2", Unit("cm²", "_m2", 1e-4)),
    ("_mpa", Unit("MPa", "_pa", 1e6)),
    ("_mah", Unit("mAh", "_c", 3.6)),
    ("_min", Unit("min", "_s", 60.0)),
    ("_um", Unit("µm", "_m", 1e-6)),
    ("_mm", Unit("mm", "_m", 1e-3)),
    ("_mg", Unit("mg", "_kg", 1e-6)),
    ("_ma", Unit("mA", "_a", 1e-3)),
    ("_mv", Unit("mV", "_v", 1e-3)),
    ("_hz", Unit("Hz", "_hz")),
    ("_k", Unit("K", "_k")),
    ("_c", Unit("°C", "_k", 1.0, ZERO_CELSIUS_K)),
    ("_days", Unit("d", "_s", 86_400.0)),
    ("_h", Unit("h", "_s", 3600.0)),
    ("_s", Unit("s", "_s")),
    ("_v", Unit("V", "_v")),
)


def unit_of(name: str) -> str:
    """Return the unit that a setting's name ends in, as it is printed; "" if it has none.

    >>> unit_of("start_ma_cm2")
    'mA/cm²'
    """
    for ending, unit in _ENDINGS:
        if name.endswith(ending):
            return unit.symbol
    return ""


def to_si(name: str, value: float) -> tuple[str, float]:
    """Return the SI name and value of a setting.

    >>> to_si("half_cycle_h", 0.5)
    ('half_cycle_s', 1800.0)
    >>> to_si("cycles_per_step", 3)
    ('cycles_per_step', 3)
    """
    for ending, unit in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending) + unit.si_ending, unit.in_si(value)
    return name, value


def settings_in_si(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return checked settings with every number under its SI name; text is left as it is."""
    converted: dict[str, Any] = {}
    for name, value in settings.items():
        si_name, si_value = _converted(name, value)
        converted[si_name] = si_value
    return converted


def _list_converted(name: str, values: list[Any] | tuple[Any, ...]) -> tuple[str, Any]:
    if values and all(_is_number(value) for value in values):
        return to_si(name, 0.0)[0], [to_si(name, value)[1] for value in values]
    return name, [settings_in_si(v) if isinstance(v, Mapping) else v for v in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _converted(name: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, Mapping):
        return name, settings_in_si(value)
    if isinstance(value, list | tuple):
        return _list_converted(name, value)
    if _is_number(value):
        return to_si(name, value)
    return name, value
