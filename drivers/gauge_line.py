"""What one line of a gauge says: a declared form, a declared unit, and the value in SI.

Nothing is guessed: a line that does not have the declared form is none, and a unit that the line
itself names must be the declared one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

from .errors import BadReplyError


@dataclass(frozen=True, slots=True)
class LineUnit:
    """``si = number * factor + offset``, in ``si_unit``."""

    si_unit: str
    factor: float = 1.0
    offset: float = 0.0


GRAVITY: Final = 9.80665
FORCES: Final[Mapping[str, LineUnit]] = MappingProxyType(
    {
        "N": LineUnit("N"),
        "kN": LineUnit("N", 1e3),
        "gf": LineUnit("N", 1e-3 * GRAVITY),
        "kgf": LineUnit("N", GRAVITY),
        "lbf": LineUnit("N", 4.4482216152605),
    }
)
PRESSURES: Final[Mapping[str, LineUnit]] = MappingProxyType(
    {
        "Pa": LineUnit("Pa"),
        "mbar": LineUnit("Pa", 1e2),
        "kPa": LineUnit("Pa", 1e3),
        "psi": LineUnit("Pa", 6894.757293168361),
        "bar": LineUnit("Pa", 1e5),
        "MPa": LineUnit("Pa", 1e6),
    }
)
UNITS: Final[Mapping[str, LineUnit]] = MappingProxyType(
    {
        **FORCES,
        **PRESSURES,
        "K": LineUnit("K"),
        "degC": LineUnit("K", 1.0, 273.15),
        "degF": LineUnit("K", 5 / 9, 459.67 * 5 / 9),
        "V": LineUnit("V"),
        "mV": LineUnit("V", 1e-3),
        "A": LineUnit("A"),
        "mA": LineUnit("A", 1e-3),
        "ohm": LineUnit("ohm"),
        "m": LineUnit("m"),
        "mm": LineUnit("m", 1e-3),
        "um": LineUnit("m", 1e-6),
        "1": LineUnit("1"),
        "percent": LineUnit("1", 1e-2),
        "ppm": LineUnit("1", 1e-6),
    }
)
"""What a line may be in. A length is what a displacement gauge says of a cell that breathes."""

NUMBER: Final = r"\s*(?P<value>[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*"
"""A line that is one number and nothing else."""


@dataclass(frozen=True, slots=True)
class LineFormat:
    """How to read a line. ``pattern`` must match the whole line; its group ``value`` is the number.

    If it has a group ``unit`` too, that must be ``unit`` as declared. ``scale`` multiplies what
    is in ``unit`` already.
    """

    pattern: re.Pattern[str]
    unit: str
    scale: float = 1.0
    si: LineUnit = LineUnit("1")
    decimal_comma: bool = False

    @classmethod
    def of(
        cls, pattern: str, unit: str, *, factor: float = 1.0, decimal_comma: bool = False
    ) -> Self:
        """Check the declaration. Raises ``ValueError`` that says what is wrong with it.

        ``factor`` times the number that a line has is in ``unit``.
        """
        if unit not in UNITS:
            raise ValueError(f"unit {unit!r} is not known: one of {', '.join(UNITS)}")
        if not (math.isfinite(factor) and factor != 0):
            raise ValueError(f"factor {factor:g} is not allowed: finite, and not 0")
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise ValueError(f"pattern {pattern!r} is no regular expression: {error}") from None
        if "value" not in compiled.groupindex:
            raise ValueError(f"pattern {pattern!r} needs a group for the number: (?P<value>...)")
        return cls(compiled, unit, factor, UNITS[unit], decimal_comma)

    def value(self, line: str) -> float:
        """Return the value in SI. Raises ``BadReplyError`` for a line that is not of this form.

        >>> LineFormat.of(NUMBER, "kN").value("+0.3927")
        392.7
        """
        found = self.pattern.fullmatch(line)
        if found is None:
            raise BadReplyError(f"the line {line!r} is not of the form {self.pattern.pattern!r}")
        named = found.groupdict().get("unit", self.unit)
        if named != self.unit:
            raise BadReplyError(f"the line {line!r} is in {named!r}, and {self.unit!r} is declared")
        text = found["value"].strip()
        try:
            number = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            raise BadReplyError(f"the line {line!r} has {text!r} for a number") from None
        if not math.isfinite(number):
            raise BadReplyError(f"the line {line!r} has no finite number")
        return number * self.scale * self.si.factor + self.si.offset
