"""What a run still has before it, by its own copy of the protocol."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..files.cells import load_cell
from ..files.protocol_basis import CellLacksError
from ..files.protocols import build_plan, load_protocol
from ..files.yaml_lines import FileError
from ..record.rows import RunHeader, Segment
from .preview import HealthyJudge, preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The plan on a cell that stays healthy: name, duration in s and step of every segment."""

    names: tuple[str, ...] = ()
    durations_s: tuple[float, ...] = ()
    steps: int = 0

    def remaining_s(self, segments: Sequence[Segment], elapsed_s: float) -> float | None:
        """The time to the end if nothing fails; ``None`` once the run has left the plan.

        ``segments`` are those begun so far. The parts of a segment that was broken off and taken
        up again count once; its newest part says how long it still asks for. A pause asks nothing.
        """
        planned = [segment for segment in segments if "paused" not in segment.tags]
        begun = tuple(each.name for each in planned if "continues" not in each.tags)
        if not begun or begun != self.names[: len(begun)]:
            return None
        now, newest = len(begun) - 1, planned[-1]
        until_s = elapsed_s if newest is segments[-1] else segments[-1].elapsed_s
        asked_s = self.durations_s[now]
        if "continues" in newest.tags:
            asked_s = min(asked_s, float(newest.settings.get("duration_s", asked_s)))
        in_this_s = max(0.0, asked_s - (until_s - newest.elapsed_s))
        return in_this_s + sum(self.durations_s[now + 1 :])


def plan_ahead(header: RunHeader) -> Ahead:
    """Read the plan from the head of a run; empty if this program cannot read it any more."""
    with tempfile.TemporaryDirectory(prefix="solidcell-plan-") as folder:
        protocol_file = Path(folder) / "protocol.yaml"  # JSON is YAML, too
        cell_file = Path(folder) / "cell.yaml"
        protocol_file.write_text(header.protocol_text, encoding="utf-8")
        cell_file.write_text(header.cell_text, encoding="utf-8")
        try:
            protocol, cell = load_protocol(protocol_file), load_cell(cell_file)
            plan = build_plan(protocol, cell, HealthyJudge())
        except (FileError, CellLacksError):
            return Ahead()
    planned = preview(plan, cell.electrode_area_m2).segments
    steps = {p.segment.tags["step"] for p in planned if "step" in p.segment.tags}
    return Ahead(
        names=tuple(p.name for p in planned),
        durations_s=tuple(p.duration_s for p in planned),
        steps=len(steps),
    )


def step_text(segment: Segment | None, steps: int) -> str:
    """Where in the test a segment stands, e.g. ``step 3 of 15``."""
    if segment is None:
        return ""
    phase, step = segment.tags.get("phase"), segment.tags.get("step")
    if step is not None and phase == "step":
        return f"step {int(step) + 1} of {steps}" if steps > step else f"step {int(step) + 1}"
    return str(phase or "")
