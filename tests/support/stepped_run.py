"""A run in a thread of its own that takes one look at a time, and then waits for its turn.

Whoever steps it sees the run only between two looks, so nothing depends on how fast anything is.
"""

import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from solidcell.acquisition.control.inbox import Letter
from solidcell.acquisition.control.stop import StopKind, StopRequest
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import RunEnd, run_channel
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.link import ByteLink
from solidcell.drivers.segments import Segment, SegmentResult
from support.commanded import WIDE, Rig
from support.runs import header

PATIENCE_S = 20.0


class PluggedLink:
    """A wire that can be pulled out, and put back."""

    def __init__(self, link: ByteLink) -> None:
        self._link = link
        self.is_plugged = True

    def write(self, data: bytes) -> None:
        self._require_plug()
        self._link.write(data)

    def read(self, timeout_s: float) -> bytes:
        self._require_plug()
        return self._link.read(timeout_s)

    def close(self) -> None:
        self._link.close()

    def reopen(self) -> None:
        self._require_plug()
        self._link.reopen()

    def _require_plug(self) -> None:
        if not self.is_plugged:
            raise LinkLostError("the cable is out")


class SteppedRun:
    """Satisfies ``Commands`` and ``StopRequests``; ``told`` are the events so far."""

    def __init__(self, path: Path, on: Rig, segments: Iterable[Segment]) -> None:
        self.rig = on
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.results: list[SegmentResult] = []
        self.end: RunEnd | None = None
        self._letters: deque[Letter] = deque()
        self._stop: StopRequest | None = None
        self._go, self._stands = threading.Semaphore(0), threading.Semaphore(0)
        self._path, self._segments = path, segments
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._wait()

    @property
    def has_ended(self) -> bool:
        return self.end is not None

    def step(self, looks: int) -> None:
        """Let the worker look around so many times more, or come to its end."""
        for _ in range(looks):
            if self.has_ended:
                return
            self._go.release()
            self._wait()

    def leave(self, letter: Letter) -> None:
        self._letters.append(letter)

    def stop(self, kind: StopKind) -> None:
        self._stop = StopRequest(kind=kind, who="ada", utc="2026-11-21T09:00:00+00:00")

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for told, body in self.told if told == kind]

    def pause(self) -> dict[str, Any] | None:
        """What the record says of the pause that lasts, if one does."""
        told = [(kind, body) for kind, body in self.told if kind in ("paused", "resumed")]
        return told[-1][1] if told and told[-1][0] == "paused" else None

    def asked(self) -> StopRequest | None:
        self._stands.release()
        self._go.acquire()
        return self._stop

    def next(self) -> Letter | None:
        return self._letters.popleft() if self._letters else None

    def acknowledge(self) -> None:
        assert self.rig.cell.is_open

    def answered(self, letter: Letter, seq: int) -> None:
        pass

    def clear(self, acknowledged_seq: int) -> None:
        pass

    def _wait(self) -> None:
        assert self._stands.acquire(timeout=PATIENCE_S), "the worker does not look around"

    def _run(self) -> None:
        told = self.told

        class ToldWriter(RunWriter):
            def event(self, elapsed_s: float, kind: str, body: Any) -> int:
                told.append((kind, dict(body)))
                return super().event(elapsed_s, kind, body)

        try:
            with ToldWriter.create(self._path / "a.run.sqlite", header()) as writer:
                self.end = run_channel(
                    self._plan(),
                    self.rig.device,
                    writer,
                    self.rig.clock,
                    WIDE,
                    self,
                    commands=self,
                )
        finally:
            self._stands.release()

    def _plan(self):
        for segment in self._segments:
            self.results.append((yield segment))
        return "done"
