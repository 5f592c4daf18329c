"""Twins of gauges: the indicator of a load cell, which prints, and SCPI instruments that answer."""

from collections.abc import Callable
from typing import Final

from ..clock import Clock

PRINTS_EVERY_S: Final = 0.1
LONGEST_BACKLOG_S: Final = 10.0
PRESS_AREA_MM2: Final = 78.5
ZERO_K: Final = 273.15


class LoadCellTwin:
    """An indicator in front of a load cell: ``force_n`` says what presses on it at a time.

    It prints ten lines a second like ``ST,GS,+000392.7 N``, and beyond ``capacity_n`` the word for
    an overload in the number's place. Zero, tare and units are set at its panel alone.
    """

    def __init__(
        self, force_n: Callable[[float], float], clock: Clock, *, capacity_n: float = 20_000.0
    ) -> None:
        self._force_n, self._clock, self._capacity_n = force_n, clock, capacity_n
        self._next_s = clock.now_s() + PRINTS_EVERY_S

    def receive(self, data: bytes) -> bytes:
        """Heed nothing."""
        del data
        return b""

    def poll(self) -> bytes:
        """Print the lines that are due; after a long while those of the last ten seconds."""
        now_s = self._clock.now_s()
        self._next_s = max(self._next_s, now_s - LONGEST_BACKLOG_S)
        said = b""
        while self._next_s <= now_s:
            said += self._line(self._next_s)
            self._next_s += PRINTS_EVERY_S
        return said

    def due_s(self) -> float | None:
        """When the next line comes."""
        return self._next_s

    def hang_up(self) -> None:
        """Go on printing."""

    def _line(self, at_s: float) -> bytes:
        force_n = self._force_n(at_s)
        if abs(force_n) > self._capacity_n:
            return b"OL,GS,+9999999 N\r\n"
        return f"ST,GS,{force_n:+09.1f} N\r\n".encode("ascii")


LOAD_CELL_PATTERN: Final = r"ST,GS,(?P<value>[+-]\d{6}\.\d) (?P<unit>N)"
"""What a bench file declares for the lines of ``LoadCellTwin``."""


class ScpiGaugeTwin:
    """A SCPI instrument that measures one thing: ``*IDN?`` and ``questions``.

    ``shown`` says what it shows at a time; NaN is an overload.
    """

    def __init__(
        self,
        model: str,
        questions: tuple[bytes, ...],
        shown: Callable[[float], float],
        clock: Clock,
    ) -> None:
        self._model, self._questions = model, questions
        self._shown, self._clock = shown, clock
        self._heard = b""
        self._errors: list[str] = []

    def receive(self, data: bytes) -> bytes:
        """Take bytes, split anywhere; return the answers to the questions among them."""
        *lines, self._heard = (self._heard + data).split(b"\n")
        return b"".join(self._answer(line.strip().upper()) for line in lines)

    def poll(self) -> bytes:
        """Say nothing: it speaks when it is asked."""
        return b""

    def due_s(self) -> float | None:
        """Never: it speaks when it is asked."""
        return None

    def hang_up(self) -> None:
        """Forget a half line."""
        self._heard = b""

    def _answer(self, line: bytes) -> bytes:
        if line == b"*IDN?":
            return f"SOLIDCELL,{self._model},{self._model[:2]}001,1.0\n".encode("ascii")
        if line in self._questions:
            shown = self._shown(self._clock.now_s())
            return (b"+9.91000000E+37" if shown != shown else f"{shown:+.8E}".encode()) + b"\n"
        if line == b"SYST:ERR?":
            return (self._errors.pop(0) if self._errors else '+0,"No error"').encode() + b"\n"
        if line and line != b"*CLS":
            self._errors.append('-113,"Undefined header"')
        return b""


def thermometer_twin(temperature_k: Callable[[float], float], clock: Clock) -> ScpiGaugeTwin:
    """Return a thermometer that answers ``MEAS:TEMP?`` in degrees Celsius."""
    questions = (b"MEAS:TEMP?", b"MEASURE:TEMPERATURE?")
    return ScpiGaugeTwin("THERMOMETER", questions, lambda at_s: temperature_k(at_s) - ZERO_K, clock)


def voltmeter_twin(voltage_v: Callable[[float], float], clock: Clock) -> ScpiGaugeTwin:
    """Return a voltmeter that answers ``MEAS:VOLT?``; it draws no current."""
    return ScpiGaugeTwin(
        "VOLTMETER", (b"MEAS:VOLT?", b"MEASURE:VOLTAGE?", b"MEAS:VOLT:DC?"), voltage_v, clock
    )
