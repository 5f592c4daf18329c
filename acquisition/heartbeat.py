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
from dataclasses import asdict
from typing import IO, Final, Self

from ..drivers.clock import machine_time
from .awake import AwakeTime
from .sentinel import Beat

BEAT_EVERY_S: Final = 0.5
SILENCE_S: Final = 5.0
"""Ten beats: a thread that gets no turn for so long on a machine that is awake does not come back
in time to save a cell. A suspend of the machine does not count."""
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


class Listener:
    """Hears the beats of one worker."""

    def __init__(
        self,
        pipe: IO[bytes],
        passed_s: Callable[[], float] = lambda: machine_time().passed_s,
    ) -> None:
        self._pipe = pipe
        self._awake = AwakeTime(passed_s)
        self._heard: tuple[Beat, float] | None = None
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._thread.start()

    def complaint(self) -> str | None:
        """Say why the worker is not to be waited for any longer, or ``None``."""
        now_s, heard = self._awake.look(), self._heard
        if heard is None:
            return None
        beat, at_s = heard
        if beat.is_stuck:
            return f"{beat.tripped}; the worker did not end the run: it was stuck"
        if now_s - at_s > SILENCE_S:
            return (
                f"the worker gave no sign of life for {SILENCE_S:g} s, the last while {beat.doing}"
            )
        return None

    @property
    def tripped(self) -> str | None:
        """Why the run had to end, by the last beat."""
        heard = self._heard
        return heard[0].tripped if heard is not None else None

    def _listen(self) -> None:
        for line in self._pipe:
            self.take(line)

    def take(self, line: bytes) -> None:
        """Take one line; what is no beat, as anything else that was printed, goes to the log."""
        try:
            stored = json.loads(line)
            self._heard = None if stored is None else (Beat(**stored), self._awake.look())
        except (ValueError, TypeError):
            sys.stderr.write(line.decode("utf-8", "replace"))


def _line(content: dict[str, object] | None) -> bytes:
    return json.dumps(content).encode() + b"\n"
