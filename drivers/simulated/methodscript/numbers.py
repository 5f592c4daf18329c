"""Numbers as a MethodSCRIPT instrument reads them in a script and prints them in a package.

Printed: seven hexadecimal digits, offset by 2**27, then an SI prefix. The instrument takes the
finest prefix that keeps the count below 100 000 000 and cuts the rest off toward zero; that rule
holds for every value of the recordings of real instruments this project has seen.
"""

import math
import re
import struct
from bisect import bisect_right

PREFIXES = "afpnum kMGTPE"
COUNT_LIMIT = 100_000_000
_OFFSET = 1 << 27
_EXPONENTS = (18, 15, 12, 9, 6, 3, 0, -3, -6, -9, -12, -15, -18)
_COUNTS_PER_UNIT = tuple(10.0**exponent for exponent in _EXPONENTS)
_UPPER = tuple(COUNT_LIMIT / per_unit for per_unit in _COUNTS_PER_UNIT)
# Decimal fractions have no exact binary form: 0.3 V is 0.299999... This is the distance, relative
# to the count, at which a product is taken for the whole number it was meant to be.
_ROUNDING = 4e-15

_NAN = "     nan"
_ZERO = "8000000 "
_DECIMAL = re.compile(r"-?[0-9]+")
_BASED = re.compile(r"0x[0-9A-Fa-f]+|0b[01]+")
_SUFFIX = {prefix: exponent for prefix, exponent in zip(PREFIXES, _EXPONENTS, strict=True)}


class LiteralError(ValueError):
    """A number that the script language does not know; ``at`` is the first wrong character."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no number of the script language, from character {at + 1} on")
        self.at = at


def encode(value: float) -> str:
    """Eight characters for a package: an ``int`` with suffix i, a ``float`` with a prefix.

    >>> encode(0.1), encode(0.099994392), encode(200_000.0), encode(51)
    ('80186A0u', 'DF5CB18n', '8030D40 ', '8000033i')
    """
    if isinstance(value, int):
        return f"{max(1 - _OFFSET, min(value, _OFFSET - 1)) + _OFFSET:07X}i"
    if not math.isfinite(value):
        return _NAN
    index = bisect_right(_UPPER, abs(value))
    if index == len(PREFIXES):
        return _NAN
    count = _count(value, index)
    if abs(count) >= COUNT_LIMIT and index + 1 < len(PREFIXES):
        index += 1
        count = _count(value, index)
    if count == 0:
        return _ZERO
    return f"{count + _OFFSET:07X}{PREFIXES[index]}"


def _count(value: float, index: int) -> int:
    scaled = value * _COUNTS_PER_UNIT[index]
    nearest = round(scaled)
    if abs(scaled - nearest) <= _ROUNDING * abs(nearest):
        return nearest
    return int(scaled)


def read_literal(text: str) -> int | float:
    """The value of a script's literal: ``int`` for the integer type, ``float`` otherwise.

    Raises ``LiteralError``.

    >>> read_literal("-500m"), read_literal("200k"), read_literal("51i"), read_literal("0xFFi")
    (-0.5, 200000.0, 51, 255)
    """
    if based := _BASED.match(text):
        if text[based.end() :] not in ("", "i"):
            raise LiteralError(based.end())
        return int(based.group(), 0)
    digits = _DECIMAL.match(text)
    if digits is None:
        raise LiteralError(1 if text[:1] == "-" else 0)
    suffix = text[digits.end() :]
    if suffix == "i":
        return int(digits.group())
    if suffix == "":
        return float(digits.group())
    if suffix not in _SUFFIX or suffix == " ":
        raise LiteralError(digits.end())
    # Dividing by an exact power of ten rounds once, where multiplying by 0.001 would round twice.
    exponent = _SUFFIX[suffix]
    whole = int(digits.group())
    return whole / 10**exponent if exponent > 0 else float(whole * 10**-exponent)


def single(value: float) -> float:
    """Rounded to the single precision in which the instrument itself calculates."""
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded


def frequency_grid_hz(start_hz: float, end_hz: float, points: int) -> list[float]:
    """Logarithmic grid, both ends included, by repeated multiplication in single precision.

    That is why the last point of a real sweep from 200 kHz to 20 Hz reads 19.999974 Hz.
    """
    if points == 1:
        return [single(start_hz)]
    ratio = single((end_hz / start_hz) ** (1 / (points - 1)))
    grid_hz = [single(start_hz)]
    for _ in range(points - 1):
        grid_hz.append(single(grid_hz[-1] * ratio))
    return grid_hz
