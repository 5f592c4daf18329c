"""Values as an electrochemist writes them: ``33 nF``, ``1.2 kΩ``, ``0.91``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PREFIXES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "f": 1e-15, "p": 1e-12, "n": 1e-9, "µ": 1e-6, "m": 1e-3, "": 1.0,
        "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
    }
)  # fmt: skip
_ALSO: Final = {"u": "µ", "μ": "µ"}
_SHOWN: Final = {"ohm": "Ω", "ohm s^-1/2": "Ω/√s", "ohm^-1 s^a": "S·sᵅ"}
_ALIASES: Final = {
    "ohm": ("Ω", "ohm", "Ohm", "Ω"),
    "ohm s^-1/2": ("Ω/√s", "ohm s^-1/2", "Ω s^-1/2", "ohm", "Ω"),
    "ohm^-1 s^a": ("S·sᵅ", "S s^a", "Ss^a", "ohm^-1 s^a", "S"),
}
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*")


class QuantityError(ValueError):
    """A text that is no value of this unit; the message says what would be."""


def shown_unit(unit: str) -> str:
    """The unit as it is shown.

    >>> shown_unit("ohm"), shown_unit("F")
    ('Ω', 'F')
    """
    return _SHOWN.get(unit, unit)


def quantity_text(value: float, unit: str, digits: int = 4) -> str:
    """A value with the prefix that suits it.

    >>> quantity_text(1234.5, "ohm"), quantity_text(3.3e-8, "F"), quantity_text(0.91, "")
    ('1.234 kΩ', '33.00 nF', '0.9100')
    >>> quantity_text(2e-20, "F"), quantity_text(0.0, "ohm")
    ('2.000e-20 F', '0 Ω')
    """
    if not math.isfinite(value):
        return "—"
    sign = shown_unit(unit)
    if value == 0.0:
        return f"0 {sign}".rstrip()
    rounded = float(f"{value:.{digits - 1}e}")
    places = math.floor(math.log10(abs(rounded)))
    prefixed = {round(math.log10(factor)): prefix for prefix, factor in PREFIXES.items()}
    power = 3 * (places // 3)
    if not sign:
        is_plain = -4 <= places < 5
        return (
            f"{value:.{max(0, digits - 1 - places)}f}" if is_plain else _scientific(value, digits)
        )
    if power not in prefixed:
        return f"{_scientific(value, digits)} {sign}"
    number = f"{rounded / 10.0**power:.{max(0, digits - 1 - (places - power))}f}"
    return f"{number} {prefixed[power]}{sign}"


def parse_quantity(text: str, unit: str) -> float:
    """Read a value: a number, with or without a prefix, with or without its unit.

    Raises ``QuantityError``, which says what can be read.

    >>> parse_quantity("33 nF", "F"), parse_quantity("1.2k", "ohm"), parse_quantity("5e-9", "F")
    (3.3e-08, 1200.0, 5e-09)
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise QuantityError(
            f"{text.strip()!r} is no number; write, as an example, {_example(unit)}"
        )
    number, rest = float(match.group(1)), match.group(2)
    factor = _factor(rest, unit)
    if factor is None:
        what = f"in {shown_unit(unit)}" if unit else "a pure number"
        raise QuantityError(f"{rest!r} is no unit here: this value is {what}, as {_example(unit)}")
    value = float(f"{number * factor:.15g}")
    if not math.isfinite(value):
        raise QuantityError(f"{text.strip()!r} is not finite")
    return value


def _factor(rest: str, unit: str) -> float | None:
    """What the letters after a number multiply it by; ``None`` if they mean nothing."""
    names = ("", *_ALIASES.get(unit, (unit,)))
    if rest in names:
        return 1.0
    if not unit:
        return None
    first = _ALSO.get(rest[0], rest[0])
    if first in PREFIXES and rest[1:].lstrip() in names:
        return PREFIXES[first]
    return None


def _scientific(value: float, digits: int) -> str:
    return f"{value:.{digits - 1}e}"


def _example(unit: str) -> str:
    return {"ohm": "1.2 kΩ", "F": "33 nF", "H": "1.5 µH", "s": "2 ms", "": "0.9"}.get(
        unit, "3.3e-8"
    )
