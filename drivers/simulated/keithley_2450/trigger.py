"""The simulated source meter's trigger model: the two loops that fill a buffer by themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..scpi.syntax import Parameters, ScpiError
from .buffers import Buffer, Point

MEASURE_BLOCK = 3  # the block that a running loop is reported to be in
END_BLOCK = 9
LONGEST_S = 1e6


@dataclass(frozen=True, slots=True)
class Loop:
    """Measure ``count`` times or for ``duration_s`` (the other is infinite), with pauses."""

    count: float
    duration_s: float
    delay_s: float
    buffer: Buffer


class TriggerModel:
    """Runs a loop in the background; its owner calls ``run_until`` before it does anything."""

    def __init__(self, measure: Callable[[float], Point], reading_s: Callable[[], float]) -> None:
        self._measure, self._reading_s = measure, reading_s
        self._loop: Loop | None = None
        self._start_s = 0.0
        self._done = 0
        self._end_s = 0.0
        self.state = "EMPTY"

    @property
    def is_running(self) -> bool:
        """Whether a loop is under way."""
        return self.state == "RUNNING"

    @property
    def end_s(self) -> float:
        """When the loop that is under way will have ended, or the last one did."""
        return self._end_s

    def load(self, parameters: Parameters, buffer_named: Callable[[str], Buffer]) -> None:
        """Take the parameters of ``:TRIG:LOAD``."""
        kind = parameters.word({"SimpleLoop": "simple", "DurationLoop": "duration"})
        if kind == "simple":
            count, duration_s = parameters.number(1, 268_435_455, 1), math.inf
        else:
            count, duration_s = math.inf, parameters.number(5e-7, LONGEST_S, 1)
        delay_s = parameters.number(0, 1e4, 0) if len(parameters) else 0.0
        name = parameters.name() if len(parameters) else "defbuffer1"
        parameters.end()
        self._loop = Loop(count, duration_s, delay_s, buffer_named(name))
        self.state = "IDLE"

    def start(self, at_s: float) -> None:
        """Begin the loaded loop."""
        if self._loop is None:
            raise ScpiError(-200, "Execution error; no trigger model is defined")
        if self.is_running:
            raise ScpiError(-213, "Init ignored")
        self._start_s, self._done, self.state = at_s, 0, "RUNNING"
        self._loop.buffer.clear()
        period_s, count = self._period_s(self._loop), self._loop.count
        if math.isinf(count):
            count = math.ceil(self._loop.duration_s / period_s)
        self._end_s = at_s + count * period_s

    def abort(self, at_s: float) -> None:
        """End a running loop at once; without one, do nothing."""
        if self.is_running:
            self.state, self._end_s = "ABORTED", at_s

    def run_until(self, now_s: float) -> None:
        """Take every reading that is complete by ``now_s``."""
        while self._loop is not None and self.is_running:
            period_s = self._period_s(self._loop)
            complete_s = self._start_s + self._done * period_s + self._reading_s()
            if complete_s > now_s:
                return
            self._loop.buffer.add(self._measure(complete_s))
            self._done += 1
            if self._start_s + self._done * period_s >= self._end_s - 1e-9:
                self.state = "IDLE"

    def answer(self) -> str:
        """The reply to ``:TRIG:STAT?``."""
        block = MEASURE_BLOCK if self.is_running else END_BLOCK
        return f"{self.state};{self.state};{block}"

    def _period_s(self, loop: Loop) -> float:
        return self._reading_s() + loop.delay_s
