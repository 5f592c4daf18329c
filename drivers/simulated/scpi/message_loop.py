"""From bytes to commands and back: the part of a SCPI twin that knows no instrument.

A command that takes its time is a generator: it yields the clock times at which it goes on, and
returns its answer. Commands that follow it wait. Assumed, because manuals do not say: a unit that
is in error ends its message.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from typing import TypeAlias

from ...clock import Clock
from .error_queue import ErrorQueue
from .syntax import Parameters, ScpiError, Unit, keyword, units

Answer: TypeAlias = bytes | str | None
Slow: TypeAlias = Generator[float, None, Answer]
"""Yields the times at which it goes on, and returns the answer."""
Command: TypeAlias = Callable[[Parameters], Answer | Slow]

LONGEST_LINE_BYTES = 1 << 16


class Headers:
    """Commands and queries by their header, which is written as manuals do (``SYSTem:ERRor``)."""

    def __init__(self, commands: Mapping[str, Command], queries: Mapping[str, Command]) -> None:
        self._commands = [(keyword(name), command) for name, command in commands.items()]
        self._queries = [(keyword(name), command) for name, command in queries.items()]

    def carry_out(self, unit: Unit) -> Answer | Slow:
        """Carry out one unit, or raise -113 for a header that is not there."""
        for pattern, command in self._queries if unit.is_query else self._commands:
            if pattern.fullmatch(unit.header):
                return command(unit.parameters)
        raise ScpiError(-113, "Undefined header")


class MessageLoop:
    """Splits bytes into lines, carries out their units one after the other, and joins answers.

    ``carry_out`` does one unit; ``run_until`` lets everything that goes on by itself come to a
    clock time, and is called before anything else happens there. ``now_s`` is the time of the
    command that is being carried out. Offers what ``drivers/simulated/twin.py`` asks for.
    """

    def __init__(
        self,
        clock: Clock,
        carry_out: Callable[[Unit], Answer | Slow],
        errors: ErrorQueue,
        *,
        run_until: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._clock, self._carry_out = clock, carry_out
        self._errors, self._run_until = errors, run_until
        self.now_s = clock.now_s()
        self._heard = b""
        self._lines: deque[str] = deque()
        self._running: Generator[float, None, None] | None = None
        self._wake_s = self.now_s
        self._said = bytearray()

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        said = self.poll()
        *lines, self._heard = (self._heard + data).split(b"\n")
        if len(self._heard) > LONGEST_LINE_BYTES:
            self._heard = b""
            self._errors.add(ScpiError(-363, "Input buffer overrun"), self.now_s)
        self._lines.extend(line.decode("latin-1").rstrip("\r") for line in lines)
        return said + self.poll()

    def poll(self) -> bytes:
        """Return everything that it says of its own accord by now."""
        now_s = self._clock.now_s()
        while self._advance(now_s):
            pass
        self._run_until(now_s)
        if self._running is None:
            self.now_s = max(self.now_s, now_s)
        said = bytes(self._said)
        self._said.clear()
        return said

    def due_s(self) -> float | None:
        """When the command under way goes on; ``None`` if there is none."""
        return None if self._running is None else self._wake_s

    def hang_up(self) -> None:
        """Drop what was asked and not answered."""
        self._heard = b""
        self._lines.clear()
        self._running = None
        self._said.clear()

    def _advance(self, now_s: float) -> bool:
        """Carry out one stretch of work that is due; ``False`` if there is none."""
        if self._running is None:
            if not self._lines:
                return False
            self._running, self._wake_s = self._message(self._lines.popleft()), self.now_s
        if self._wake_s > now_s:
            return False
        self.now_s = max(self.now_s, self._wake_s)
        self._run_until(self.now_s)
        try:
            self._wake_s = next(self._running)
        except StopIteration:
            self._running = None
        return True

    def _message(self, line: str) -> Generator[float, None, None]:
        """Carry out one line; its answers leave together at its end, with ``;`` between them."""
        answers: list[bytes] = []
        try:
            for unit in units(line):
                answer = self._carry_out(unit)
                if isinstance(answer, Generator):
                    answer = yield from answer
                if answer is not None:
                    answers.append(answer if isinstance(answer, bytes) else answer.encode("ascii"))
        except ScpiError as error:
            self._errors.add(error, self.now_s)
        if answers:
            self._said += b";".join(answers) + b"\n"


class LoopedTwin:
    """A twin that says everything through its message loop, which it makes itself."""

    _loop: MessageLoop

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        return self._loop.receive(data)

    def poll(self) -> bytes:
        """Return everything that it says of its own accord by now."""
        return self._loop.poll()

    def due_s(self) -> float | None:
        """When the command under way will have its answer; ``None`` if there is none."""
        return self._loop.due_s()

    def hang_up(self) -> None:
        """Drop what was asked and not answered; what it does to the cell stays as it is."""
        self._loop.hang_up()
