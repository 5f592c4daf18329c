"""Reading buffers of the simulated source meter, and how their contents are printed."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..scpi.syntax import Parameters, ScpiError
from .events import device_time

BUFFER_SIZE = 100_000
ELEMENTS_AT_MOST = 14
ELEMENTS: Mapping[str, str] = {
    notation: notation
    for notation in (
        "READing", "RELative", "SOURce", "SOURSTATus", "STATus", "TSTamp", "SEConds",
        "FRACtional", "DATE", "TIME", "FORMatted", "UNIT", "SOURFORMatted", "SOURUNIT",
    )
}  # fmt: skip
BINARY_ELEMENTS = ("READing", "RELative", "SOURce")
FRONT_TERMINALS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One reading. ``at_s`` is the instrument's clock; the two units are "V", "A" or "Ohm"."""

    at_s: float
    reading: float
    unit: str
    source: float
    source_unit: str
    source_status: int


class Buffer:
    """Readings in order, the oldest making room for the newest."""

    def __init__(self, size: int = BUFFER_SIZE) -> None:
        self.size = size
        self.points: deque[Point] = deque(maxlen=size)
        self.first_s = 0.0

    def add(self, point: Point) -> None:
        """Append a reading; the first after ``clear`` is time 0 of the relative time."""
        if not self.points:
            self.first_s = point.at_s
        self.points.append(point)

    def clear(self) -> None:
        """Forget all readings."""
        self.points.clear()

    def resize(self, size: int) -> None:
        """Change the capacity, which clears."""
        self.size, self.points = size, deque(maxlen=size)


def take_elements(parameters: Parameters) -> list[str]:
    """Read the list of elements that ends a query; ``READing`` if there is none."""
    if len(parameters) > ELEMENTS_AT_MOST:
        raise ScpiError(-108, "Parameter not allowed")
    elements = [parameters.word(ELEMENTS) for _ in range(len(parameters))]
    return elements or ["READing"]


@dataclass(slots=True)
class Format:
    """How numbers leave: ``ASC`` with ``precision`` digits, or ``REAL``/``SRE`` binary."""

    data: str = "ASC"
    border: str = "SWAP"
    precision: int = 0
    separator: str = ","

    def render(self, points: Sequence[Point], first_s: float, elements: Sequence[str]) -> bytes:
        """Return the answer, point after point, without the final LF."""
        if self.data == "ASC":
            fields = [self._text(point, first_s, e) for point in points for e in elements]
            return self.separator.join(fields).encode("ascii")
        if any(element not in BINARY_ELEMENTS for element in elements):
            raise ScpiError(1133, "Parameter 4, Syntax error, expected valid name parameters")
        values = [_number(point, first_s, element) for point in points for element in elements]
        order = "<" if self.border == "SWAP" else ">"
        kind = "d" if self.data == "REAL" else "f"
        return b"#0" + struct.pack(f"{order}{len(values)}{kind}", *values)

    def _text(self, point: Point, first_s: float, element: str) -> str:
        if element in BINARY_ELEMENTS:
            return self.number(_number(point, first_s, element))
        return _label(point, element)

    def number(self, value: float) -> str:
        """Print one number; precision 0 is the instrument's own choice of seven digits."""
        return f"{value:.{(self.precision or 7) - 1}E}"


def _number(point: Point, first_s: float, element: str) -> float:
    match element:
        case "READing":
            return single(point.reading)
        case "SOURce":
            return single(point.source)
        case _:
            return point.at_s - first_s


def _label(point: Point, element: str) -> str:
    stamp = device_time(point.at_s)
    labels = {
        "SOURSTATus": str(point.source_status),
        "STATus": str(FRONT_TERMINALS),
        "UNIT": point.unit,
        "SOURUNIT": point.source_unit,
        "FORMatted": f"{point.reading:+.6f} {point.unit}",
        "SOURFORMatted": f"{point.source:+.6f} {point.source_unit}",
        "SEConds": str(int(stamp.timestamp())),
        "FRACtional": f"{stamp.microsecond * 1e-6:.6f}",
        "DATE": stamp.strftime("%m/%d/%Y"),
        "TIME": stamp.strftime("%H:%M:%S.%f"),
        "TSTamp": stamp.strftime("%m/%d/%Y %H:%M:%S.%f"),
    }
    return labels[element]


def single(value: float) -> float:
    """Round to single precision, as the instrument's readings are.

    >>> f"{single(-0.7):.9E}"
    '-6.999999881E-01'
    """
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded
