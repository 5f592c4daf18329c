"""The slave on the bus: takes frames, answers those that are for it."""

from collections import Counter
from typing import Final

from ...clock import Clock
from ..oven import SimulatedOven
from .controller import Controller, RefusedError, as_number, as_word, from_number, from_word
from .frames import (
    DIAGNOSTICS,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    READ_HOLDING,
    READ_INPUT,
    WRITE_MANY,
    WRITE_ONE,
    FrameReader,
    refusal,
    sealed,
)

FLOATS: Final = 0x8000
VERSION: Final = 0x0231  # V2.31
MOST_WORDS: Final = 125
BROADCAST: Final = 0
MODELS: Final = ("3216", "3208", "3204")


class Eurotherm3200Twin:
    """A controller in front of ``oven``, at ``slave`` on its bus; manual at 0 % at first.

    ``decimals`` is how its display is set, which its integer registers follow.
    """

    def __init__(
        self,
        oven: SimulatedOven,
        clock: Clock,
        *,
        slave: int = 1,
        decimals: int = 1,
        version: int = VERSION,
    ) -> None:
        self._clock, self._slave = clock, slave
        self._frames = FrameReader()
        self._controller = Controller(oven, decimals=decimals, version=version)

    @property
    def lasting_writes(self) -> Counter[int]:
        """How often each register was written that is kept in memory of limited life."""
        return self._controller.lasting_writes

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the bus, split anywhere; return the answers."""
        at_s = self._clock.now_s()
        self._controller.follow(at_s)
        frames = self._frames.take(data, at_s)
        return b"".join(self._answer(frame, at_s) for frame in frames)

    def poll(self) -> bytes:
        """Say nothing: a slave speaks when it is spoken to."""
        self._controller.follow(self._clock.now_s())
        return b""

    def due_s(self) -> float | None:
        """Never: a slave speaks when it is spoken to."""
        return None

    def hang_up(self) -> None:
        """Go on as before: a controller does not notice."""

    def _answer(self, frame: bytes, at_s: float) -> bytes:
        slave, function, body = frame[0], frame[1], frame[2:]
        if slave not in (self._slave, BROADCAST):
            return b""
        try:
            answer = self._carried_out(function, body, at_s)
        except RefusedError as error:
            return b"" if slave == BROADCAST else refusal(slave, function, error.code)
        return b"" if slave == BROADCAST else sealed(bytes([slave, function]) + answer)

    def _carried_out(self, function: int, body: bytes, at_s: float) -> bytes:
        start, count = _pair(body)
        if function in (READ_HOLDING, READ_INPUT):
            if not 1 <= count <= MOST_WORDS:
                raise RefusedError(ILLEGAL_VALUE)
            words = self._words(start, count, at_s)
            return bytes([2 * count]) + b"".join(word.to_bytes(2, "big") for word in words)
        if function == WRITE_ONE:
            self._write(start, [count], at_s)
            return body
        if function == WRITE_MANY:
            data = body[5:]
            if body[4] != 2 * count or len(data) != 2 * count:
                raise RefusedError(ILLEGAL_VALUE)
            self._write(
                start, [_pair(data[at:] + b"\0\0")[0] for at in range(0, len(data), 2)], at_s
            )
            return body[:4]
        if function == DIAGNOSTICS and start == 0:
            return body
        raise RefusedError(ILLEGAL_FUNCTION)

    def _words(self, start: int, count: int, at_s: float) -> list[int]:
        controller = self._controller
        if start < FLOATS:
            return [
                as_word(register, controller.read(register, at_s), controller.decimals)
                for register in range(start, start + count)
            ]
        if start % 2 or count % 2:
            raise RefusedError(ILLEGAL_ADDRESS)
        first = (start - FLOATS) // 2
        numbers = [controller.read(first + n, at_s) for n in range(count // 2)]
        return [word for number in numbers for word in as_number(number)]

    def _write(self, start: int, words: list[int], at_s: float) -> None:
        controller = self._controller
        if start < FLOATS:
            for register, word in enumerate(words, start):
                value = from_word(register, word, controller.decimals)
                controller.write(register, value, at_s)
            return
        if start % 2 or len(words) % 2:
            raise RefusedError(ILLEGAL_ADDRESS)
        first = (start - FLOATS) // 2
        for n in range(len(words) // 2):
            value = from_number(words[2 * n], words[2 * n + 1])
            controller.write(first + n, value, at_s)


def _pair(body: bytes) -> tuple[int, int]:
    return int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
