"""Small run files, written by the real writer, for tests of what is done with a finished run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solidcell.acquisition.record.writer import RunWriter
from support.runs import header


@dataclass(frozen=True)
class Step:
    """A segment to be written: rows are (elapsed, volt, ampere, kelvin, pascal) or, for a sweep,
    (elapsed, hertz, real ohm, imaginary ohm[, kelvin, pascal]). What is read ``beside`` the cell
    at the end is (name, value, unit).
    """

    rows: Sequence[tuple[Any, ...]] = ()
    kind: str = "Galvanostatic"
    name: str = "plating"
    tags: tuple[tuple[str, Any], ...] = ()
    flags: int = 0
    began_s: float | None = None
    beside: Sequence[tuple[str, float, str]] = ()


HOLD = Step(rows=tuple((float(n), 0.01 * n, 1e-3, None, None) for n in range(1, 6)), began_s=0.0)
SWEEP = Step(
    kind="ImpedanceSweep",
    name="impedance",
    rows=tuple((6.0, 10.0**-n, 40.0 + n, -5.0 * n) for n in range(-3, 4)),
    began_s=6.0,
)


def write_run(
    path: Path,
    steps: Iterable[Step] = (HOLD, SWEEP),
    *,
    end: str | None = "completed",
    clock_pairs: Sequence[tuple[float, str]] = ((0.0, "2026-01-01T12:00:00+00:00"),),
    after_the_end: Sequence[str] = (),
    **header_changes: Any,
) -> Path:
    """Write a run as a worker would; ``end=None`` breaks it off before the last segment ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with RunWriter.create(path, header(**header_changes)) as writer:
        writer.event(0.0, "run_started", {})
        for elapsed_s, wall_utc in clock_pairs:
            writer.event(elapsed_s, "clock_pair", {"clock_s": elapsed_s, "wall_utc": wall_utc})
        steps = list(steps)
        last_s = 0.0
        for place, step in enumerate(steps):
            last_s = _write(writer, step, last_s, ends=end is not None or place < len(steps) - 1)
        if end is not None:
            writer.event(last_s, "made_safe", {"output": "off", "by": "worker"})
            writer.event(last_s, "run_ended", {"reason": end, "detail": ""})
        for kind in after_the_end:
            writer.event(last_s, kind, {})
    return path


def _write(writer: RunWriter, step: Step, last_s: float, *, ends: bool) -> float:
    began_s = last_s if step.began_s is None else step.began_s
    number = writer.segment(last_s, step.kind, step.name, {"sample_period_s": 1.0}, dict(step.tags))
    for elapsed_s, *values in step.rows:
        last_s = elapsed_s
        if step.kind == "ImpedanceSweep":
            writer.impedance_point(number, elapsed_s, *values[:3], step.flags, *values[3:])
        else:
            writer.reading(number, elapsed_s, *values, step.flags)
    for line in step.beside:
        writer.auxiliary(last_s, *line)
    if ends:
        body = {"number": number, "end": "completed", "detail": "", "began_s": began_s}
        writer.event(last_s, "segment_ended", {**body, "duration_s": last_s - began_s})
    return last_s
