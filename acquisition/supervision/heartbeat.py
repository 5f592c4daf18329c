"""Signs of life from a worker to its supervisor, through a pipe: no disk and no database between.

The worker's standard output is the pipe, line by line. A worker whose sentinel says that it is
stuck, or that is silent for 5 s (ten beats) while it has a cell in its hands, is not to be waited
for any longer. When the pipe breaks on the worker's side, its supervisor is gone.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Final, Self

from ...drivers.clock import machine_time
from ..limits.sentinel import Beat
from .awake import AwakeTime

BEAT_EVERY_S: Final = 0.5
SILENCE_S: Final = 5.0
"""Ten beats: a thread that gets no turn for so long on a machine that is awake does not come back
in time to save a cell. A suspend of the machine does not count."""
_LAST_WORDS_S: Final = 1.0
HEARTBEAT_VARIABLE: Final = "SOLIDCELL_HEARTBEAT"
"""Set for a worker whose standard output is listened to."""


class Heart:
    """Beats from a thread of its own, which may hang in the pipe without any harm."""

    def __init__(self, file: int | None, beat: Callable[[], Beat]) -> None:
        self._file = file
        self._beat = beat
        self._ended = threading.Event()
        self._is_alone = False
        self._thread = threading.Thread(target=self._go_on, name="heart", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        if self._file is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Say that the cell is open or given up, and that nothing is to be heard any more."""
        self._ended.set()
        if self._file is not None:
            self._thread.join(BEAT_EVERY_S)

    def is_alone(self) -> bool:
        """Return whether nobody listens any more: the supervisor is gone."""
        return self._is_alone

    def _go_on(self) -> None:
        file = self._file
        if file is None:
            return
        try:
            os.write(file, _line(asdict(self._beat())))
            while not self._ended.wait(BEAT_EVERY_S):
                os.write(file, _line(asdict(self._beat())))
            os.write(file, _line(None))
        except OSError:
            self._is_alone = not self._ended.is_set()


def heartbeat_file() -> int | None:
    """Take the standard output for beats, if somebody listens to it; what is printed from now on
    goes where errors go.
    """
    if os.environ.pop(HEARTBEAT_VARIABLE, None) is None:
        return None
    file = os.dup(1)
    sys.stdout.flush()
    os.dup2(2, 1)
    return file


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why a worker is not waited for any longer; ``is_trip`` if a limit had tripped before."""

    text: str
    is_trip: bool


class Listener:
    """Hears the beats of one worker, from the other end of its standard output.

    ``passed_s`` is a monotonic time; what the listener itself has slept is no silence.
    """

    def __init__(
        self,
        pipe: IO[bytes] | None,
        passed_s: Callable[[], float] = lambda: machine_time().passed_s,
    ) -> None:
        self._pipe = pipe
        self._awake = AwakeTime(passed_s)
        self._heard: tuple[Beat, float] | None = None
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Hear the rest; give it up after a while if somebody else holds the pipe open."""
        self._thread.join(_LAST_WORDS_S)

    def complaint(self) -> Complaint | None:
        """Say why the worker is not to be waited for any longer, or ``None``.

        Before its first beat, and after it said that the cell is open, a worker may take its time.
        """
        now_s, heard = self._awake.look(), self._heard
        if heard is None:
            return None
        beat, at_s = heard
        if beat.is_stuck:
            return Complaint(
                text=f"{beat.tripped}; the worker was stuck {beat.doing} and had to be ended",
                is_trip=True,
            )
        if now_s - at_s > SILENCE_S:
            why = f"the worker gave no sign of life for {SILENCE_S:g} s, the last {beat.doing}"
            return Complaint(text=why, is_trip=False)
        return None

    def take(self, line: bytes) -> None:
        """Take one line; what is no beat, as anything else that is printed, goes to the log."""
        try:
            stored = json.loads(line)
            self._heard = None if stored is None else (Beat(**stored), self._awake.look())
        except (ValueError, TypeError):
            with suppress(OSError):  # the log may be on a full disk
                sys.stderr.write(line.decode("utf-8", "replace"))

    def _listen(self) -> None:
        if self._pipe is None:
            return
        with self._pipe:
            for line in self._pipe:
                self.take(line)


def _line(content: dict[str, object] | None) -> bytes:
    return json.dumps(content).encode() + b"\n"
