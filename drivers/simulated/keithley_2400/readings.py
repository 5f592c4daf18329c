"""How the simulated Series 2400 prints and stores its readings."""

from __future__ import annotations

import statistics
import struct
from collections.abc import Callable, Mapping, Sequence

from ..scpi.message_loop import Command
from ..scpi.settings import Settings
from ..scpi.syntax import Parameters, ScpiError, split
from .settings import ELEMENTS, LONGEST_RUN
from .source import NOT_MEASURED, Point

LEAST = 1e-30  # below any resolution
BUFFER_FULL, READING_AVAILABLE = 1 << 9, 1 << 6
STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "MEAN": statistics.fmean,
    "MAX": max,
    "MIN": min,
    "SDEV": lambda values: statistics.stdev(values) if len(values) > 1 else 0.0,
}


class Readings:
    """The last readings and the buffer, told in the elements and the format that are set.

    ``event`` is the measurement event register.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._elements = list(ELEMENTS)
        self._last: list[Point] = []
        self._buffer: list[Point] = []
        self._size, self._feeds, self._statistic = 100, False, "MEAN"
        self.event = self.enable = 0

    def commands(self) -> dict[str, Command]:
        """The commands about readings, by their header."""
        return {
            "FORMat:ELEMents[:SENSe[1]]": self._choose_elements,
            "TRACe:POINts": self._resize,
            "TRACe:CLEar": lambda _: self.clear(),
            "TRACe:FEED": lambda given: _word(given, {"SENSe[1]": "", "CALC1": "", "CALC2": ""}),
            "TRACe:FEED:CONTrol": self._control,
            "CALCulate3:FORMat": self._choose_statistic,
            "STATus:MEASurement:ENABle": self._enable,
        }

    def queries(self) -> dict[str, Command]:
        """The queries about readings, by their header."""
        return {
            "FORMat:ELEMents[:SENSe[1]]": lambda _: ",".join(self._elements),
            "FETCh": lambda _: self.tell(self._kept(self._last)),
            "TRACe:DATA": lambda _: self.tell(self._kept(self._buffer)),
            "TRACe:POINts": lambda _: str(self._size),
            "TRACe:POINts:ACTual": lambda _: str(len(self._buffer)),
            "TRACe:FEED:CONTrol": lambda _: "NEXT" if self._feeds else "NEV",
            "CALCulate3:DATA": lambda _: self._statistics(),
            "STATus:MEASurement[:EVENt]": lambda _: str(self.take_event()),
            "STATus:MEASurement:ENABle": lambda _: str(self.enable),
        }

    def reset(self) -> None:
        """Go back to the state of ``*RST``; the buffer keeps what it has."""
        self._elements, self._feeds = list(ELEMENTS), False

    def keep(self, points: Sequence[Point]) -> None:
        """Take new readings; the buffer too takes them while it is fed and has room."""
        self._last = list(points)
        self.event |= READING_AVAILABLE
        if self._feeds:
            self._buffer += points[: self._size - len(self._buffer)]
            if len(self._buffer) == self._size:
                self._feeds = False
                self.event |= BUFFER_FULL

    def tell(self, points: Sequence[Point]) -> bytes:
        """Print readings in the elements and the format that are set."""
        values = [point.values()[name] for point in points for name in self._elements]
        if self._settings.words["FORM"] == "ASC":
            return ",".join(number(value) for value in values).encode("ascii")
        order = "<" if self._settings.words["BORD"] == "SWAP" else ">"
        return b"#0" + struct.pack(f"{order}{len(values)}f", *values)

    def clear(self) -> None:
        """Forget what the buffer holds."""
        self._buffer.clear()

    def take_event(self) -> int:
        """Read and clear the measurement event register."""
        value, self.event = self.event, 0
        return value

    @staticmethod
    def _kept(points: Sequence[Point]) -> Sequence[Point]:
        if not points:
            raise ScpiError(-230, "Data corrupt or stale")
        return points

    def _choose_elements(self, given: Parameters) -> None:
        words = {"VOLTage": "VOLT", "CURRent": "CURR", "RESistance": "RES", "TIME": "TIME"}
        wanted = {given.word({**words, "STATus": "STAT"})}
        while len(given):
            wanted.add(given.word({**words, "STATus": "STAT"}))
        self._elements = [name for name in ELEMENTS if name in wanted]

    def _resize(self, given: Parameters) -> None:
        self._size = given.whole(1, LONGEST_RUN, 100)
        given.end()
        self._buffer.clear()

    def _control(self, given: Parameters) -> None:
        word = given.word({"NEXT": "NEXT", "NEVer": "NEV"})
        given.end()
        self._feeds = word == "NEXT"

    def _choose_statistic(self, given: Parameters) -> None:
        words = {"MEAN": "MEAN", "SDEViation": "SDEV", "MAXimum": "MAX", "MINimum": "MIN"}
        self._statistic = given.word(words)
        given.end()

    def _statistics(self) -> str:
        points = self._kept(self._buffer)
        told = []
        for name in ("VOLT", "CURR", "RES"):
            values = [point.values()[name] for point in points]
            is_there = all(value < NOT_MEASURED for value in values)
            told.append(STATISTICS[self._statistic](values) if is_there else NOT_MEASURED)
        return ",".join(number(value) for value in told)

    def _enable(self, given: Parameters) -> None:
        self.enable = given.whole(0, 65535, 0)


def number(value: float) -> str:
    """Print one value as the instrument does.

    >>> number(1.000236), number(1e-200)
    ('+1.000236E+00', '+0.000000E+00')
    """
    return f"{value if abs(value) > LEAST else 0.0:+.6E}"


def _word(given: Parameters, words: Mapping[str, str]) -> None:
    given.word(words)
    given.end()


def named_functions(given: Parameters) -> set[str]:
    """Take the quoted names of measure functions, in one string or in several."""
    words = {"VOLTage[:DC]": "VOLT", "CURRent[:DC]": "CURR", "RESistance": "RES"}
    names: set[str] = set()
    while len(given):
        names |= {Parameters(name).word(words) for name in split(given.name(), ",")}
    if not names:
        raise ScpiError(-109, "Missing parameter")
    return names
