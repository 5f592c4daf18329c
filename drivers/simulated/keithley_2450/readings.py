"""What the simulated source meter has read: its buffers, and the commands about them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..scpi.settings import Settings
from ..scpi.syntax import Parameters, ScpiError
from .buffers import Buffer, Format, Point, take_elements

Doing: TypeAlias = Callable[[Parameters], None]
Telling: TypeAlias = Callable[[Parameters], bytes | str]
STATISTICS: tuple[tuple[str, Callable[[Sequence[float]], float]], ...] = (
    ("AVERage", statistics.fmean),
    ("MAXimum", max),
    ("MINimum", min),
    ("STDDev", lambda values: statistics.stdev(values) if len(values) > 1 else 0.0),
)


class Readings:
    """Two buffers that are always there, and those that the host makes."""

    def __init__(self, settings: Settings, separator: str) -> None:
        self._settings, self._separator = settings, separator
        self._buffers = {"defbuffer1": Buffer(), "defbuffer2": Buffer()}

    def commands(self) -> dict[str, Doing]:
        """The commands about buffers, by their header."""
        return {
            "TRACe:MAKE": self._make_buffer,
            "TRACe:DELete": self._delete_buffer,
            "TRACe:CLEar": lambda given: self.buffer(given).clear(),
            "TRACe:POINts": self._resize_buffer,
        }

    def queries(self) -> dict[str, Telling]:
        """The queries about buffers, by their header."""
        return {
            "FETCh": self._fetch,
            "TRACe:ACTual": lambda given: str(len(self.buffer(given).points)),
            "TRACe:POINts": lambda given: str(self.buffer(given).size),
            "TRACe:DATA": self._tell_data,
            **{f"TRACe:STATistics:{word}": self._statistic(how) for word, how in STATISTICS},
        }

    def clear(self) -> None:
        """Forget all readings."""
        for buffer in self._buffers.values():
            buffer.clear()

    def tell(self, buffer: Buffer, points: Sequence[Point], elements: Sequence[str]) -> bytes:
        """Print readings of ``buffer`` in the format that is set."""
        return self._format().render(points, buffer.first_s, elements)

    def _fetch(self, given: Parameters) -> bytes:
        buffer = self.buffer(given)
        elements = take_elements(given)
        if not buffer.points:
            raise ScpiError(-230, "Data corrupt or stale")
        return self.tell(buffer, [buffer.points[-1]], elements)

    def _tell_data(self, given: Parameters) -> bytes:
        first = given.whole(1, 1 << 30, 1)
        last = given.whole(1, 1 << 30, 1)
        buffer = self.buffer(given)
        elements = take_elements(given)
        if not first <= last <= len(buffer.points):
            raise ScpiError(-222, "Parameter data out of range")
        points = list(buffer.points)[first - 1 : last]
        return self.tell(buffer, points, elements)

    def _statistic(self, how: Callable[[Sequence[float]], float]) -> Telling:
        def tell(given: Parameters) -> str:
            readings = [point.reading for point in self.buffer(given).points]
            if not readings:
                raise ScpiError(-230, "Data corrupt or stale")
            return self._format().number(how(readings))

        return tell

    def _make_buffer(self, given: Parameters) -> None:
        name, size = given.name(), given.whole(10, 6_875_000, 100_000)
        if len(given):
            given.word({"STANdard": "", "COMPact": "", "FULL": ""})
        given.end()
        if name in self._buffers:
            raise ScpiError(-224, "Illegal parameter value; the buffer exists")
        self._buffers[name] = Buffer(size)

    def _delete_buffer(self, given: Parameters) -> None:
        name = given.name()
        if name.startswith("defbuffer") or self._buffers.pop(name, None) is None:
            raise ScpiError(-224, "Illegal parameter value; no such buffer")

    def _resize_buffer(self, given: Parameters) -> None:
        size = given.whole(10, 6_875_000, 100_000)
        self.buffer(given).resize(size)

    def buffer(self, given: Parameters) -> Buffer:
        """Take a buffer's name; ``defbuffer1`` if none is given."""
        return self.named(given.name() if len(given) else "defbuffer1")

    def named(self, name: str) -> Buffer:
        """Return the buffer called ``name``, or raise -224."""
        if name not in self._buffers:
            raise ScpiError(-224, "Illegal parameter value; no such buffer")
        return self._buffers[name]

    def _format(self) -> Format:
        words = self._settings.words
        precision = int(self._settings.numbers["PREC"])
        return Format(words["FORM"], words["BORD"], precision, self._separator)
