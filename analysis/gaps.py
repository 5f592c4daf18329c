"""Times in which a run was not carried on: paused by a person, or broken off and gone on with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..acquisition.record.rows import Event, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGap:
    """One gap. ``cause`` is "pause" or "interruption"; times are on the run's time.

    ``segment`` is the number of the (first part of the) segment that was broken off, ``None``
    between two segments; ``done_s`` of it were done. ``cell`` is "open", "rest" (0 A) or "unknown";
    while it was unknown a net charge between the two may have passed that no reading tells of
    (``None``: no bound is known). ``to_s`` is ``None`` while the gap lasts.
    """

    cause: str
    from_s: float
    to_s: float | None
    segment: int | None
    done_s: float | None
    cell: str
    by: str
    charge_min_c: float | None = 0.0
    charge_max_c: float | None = 0.0

    @property
    def length_s(self) -> float | None:
        """How long it lasted, by the clock of the run; of an interruption, by the wall clock."""
        return None if self.to_s is None else self.to_s - self.from_s


def gaps_of(segments: Iterable[Segment], events: Iterable[Event]) -> tuple[RunGap, ...]:
    """The gaps of a run, oldest first. A pause that an interruption found is part of that."""
    begun = list(segments)
    rows: list[Segment | Event] = [*begun, *events]
    return _Gaps(begun).of(sorted(rows, key=lambda row: row.seq))


class _Gaps:
    def __init__(self, segments: list[Segment]) -> None:
        self._root = {s.number: int(s.tags.get("continues", s.number)) for s in segments}
        self._done_s: dict[int, float] = {}
        self._found: list[RunGap] = []
        self._pause: tuple[Event, int | None] | None = None
        self._resumed: Event | None = None
        self._broken_off: int | None = None

    def of(self, rows: Iterable[Segment | Event]) -> tuple[RunGap, ...]:
        for row in rows:
            if isinstance(row, Event):
                self._take(row)
            elif not row.tags.get("paused"):
                self._broken_off = None
        if self._pause is not None:
            self._end_pause(None)
        return tuple(self._found)

    def _take(self, event: Event) -> None:
        body = event.body
        match event.kind:
            case "segment_ended":
                root = self._root.get(int(body["number"]), int(body["number"]))
                done_s = float(body.get("duration_s") or 0.0)
                self._done_s[root] = self._done_s.get(root, 0.0) + done_s
            case "paused" if self._pause is None:
                number = body.get("segment")
                number = self._broken_off if number is None else int(number)
                self._pause = (event, None if number is None else self._root.get(number, number))
            case "resumed":
                self._end_pause(event.elapsed_s)
            case "run_resumed":
                self._resumed = event
            case "gap" if body.get("cause") == "interruption" and self._resumed is not None:
                self._interruption(event, self._resumed)

    def _end_pause(self, to_s: float | None) -> None:
        if self._pause is None:
            return
        (paused, root), self._pause = self._pause, None
        self._found.append(
            RunGap(
                cause="pause",
                from_s=paused.elapsed_s,
                to_s=to_s,
                segment=root,
                done_s=None if root is None else self._done_s.get(root),
                cell=str(paused.body.get("mode", "open")),
                by=str(paused.body.get("by", "")),
            )
        )

    def _interruption(self, event: Event, resumed: Event) -> None:
        body, root = event.body, resumed.body.get("segment")
        from_s = event.elapsed_s - float(body["elapsed_s"])
        if self._pause is not None:  # it stood paused: the gap began with the pause
            from_s = self._pause[0].elapsed_s
            self._pause = None
        done_s = resumed.body.get("done_s")
        if root is not None and done_s is not None:
            self._broken_off = int(root)
            self._done_s[int(root)] = float(done_s)
        self._found.append(
            RunGap(
                cause="interruption",
                from_s=from_s,
                to_s=event.elapsed_s,
                segment=None if root is None else int(root),
                done_s=None if done_s is None else float(done_s),
                cell="unknown" if _unknown(body) else "open",
                by=str(resumed.body.get("who", "")),
                charge_min_c=_number(body["charge_min_c"]),
                charge_max_c=_number(body["charge_max_c"]),
            )
        )


def _unknown(body: Any) -> bool:
    return float(body.get("unobserved_s", 0.0)) > 0 and (
        body["charge_min_c"] != 0 or body["charge_max_c"] != 0
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
