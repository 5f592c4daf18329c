"""What a reference electrode tells of each of the two: which failed, and how it is stripped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..run_rows import AuxiliaryTrace
from ..runs import Run
from .criteria import Criteria
from .half_cycles import HalfCycle, half_cycle_features
from .replay import Block, RecordedHalfCycle

LEAST_CHANGE = 0.05
SHARE = 2 / 3
TAIL_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrodeChange:
    """Resistances of the two sides before the failure and in it, in Ω cm².

    The working side is all from the working electrode to the reference, its share of the
    electrolyte included; the counter side the rest. ``electrode`` is "working" or "counter" where
    at least two thirds of the change are on one side, else empty.
    """

    working_before_ohm_cm2: float
    working_after_ohm_cm2: float
    counter_before_ohm_cm2: float
    counter_after_ohm_cm2: float

    @property
    def electrode(self) -> str:
        """The side that changed.

        >>> ElectrodeChange(working_before_ohm_cm2=30.0, working_after_ohm_cm2=90.0,
        ...     counter_before_ohm_cm2=30.0, counter_after_ohm_cm2=32.0).electrode
        'working'
        """
        working = abs(self.working_after_ohm_cm2 - self.working_before_ohm_cm2)
        counter = abs(self.counter_after_ohm_cm2 - self.counter_before_ohm_cm2)
        before = abs(self.working_before_ohm_cm2) + abs(self.counter_before_ohm_cm2)
        if working + counter < LEAST_CHANGE * before:
            return ""
        share = working / (working + counter)
        return "working" if share >= SHARE else "counter" if share <= 1 - SHARE else ""

    @property
    def sentence(self) -> str:
        """The evidence in words."""
        return (
            "against the reference electrode the working side went from "
            f"{self.working_before_ohm_cm2:.3g} to {self.working_after_ohm_cm2:.3g} Ω cm², the "
            f"counter side from {self.counter_before_ohm_cm2:.3g} to "
            f"{self.counter_after_ohm_cm2:.3g} Ω cm²"
        )


def reference_trace(run: Run) -> AuxiliaryTrace | None:
    """Return the voltage of the working electrode against the reference, ``None`` without readings.

    It is the auxiliary line that the test names as its ``reference``.
    """
    trace = run.auxiliary.get(reference_line(run.header.protocol))
    return trace if trace is not None and trace.time_s.size else None


def reference_line(protocol: Mapping[str, Any]) -> str:
    """Return the name of that line, of a test or of the test in a sequence; empty if it names none.

    >>> reference_line({"protocol": "critical_current", "reference": "ring"})
    'ring'
    >>> reference_line({"protocol": "sequence", "segments": [
    ...     {"segment": "rest"}, {"segment": "critical_current", "reference": "ring"}]})
    'ring'
    """
    items = [protocol, *protocol.get("segments", ())]
    return next((str(item["reference"]) for item in items if item.get("reference")), "")


def stripped_side(
    run: Run, half: RecordedHalfCycle, criteria: Criteria | None = None
) -> HalfCycle | None:
    """Describe the side that is stripped in a half-cycle: of its own voltage, at its readings.

    Positive current strips the working electrode, whose voltage is the reference's line; the
    counter side has the rest of the cell's. ``None`` without a reference electrode, for too few
    readings of it, or where the half-cycle stood still.
    """
    trace, segment = reference_trace(run), half.segment
    if trace is None or half.interruptions or segment.duration_s is None:
        return None
    rows = run.readings_of(segment.number)
    ends_s = (segment.start_s, segment.start_s + segment.duration_s)
    seen = slice(*np.searchsorted(trace.time_s, ends_s, side="right"))
    at_s, working_v = trace.time_s[seen], trace.value[seen]
    if not run.time_s[rows].size or not at_s.size:
        return None
    current_a = np.interp(at_s, run.time_s[rows], run.current_a[rows])
    whole_v = np.interp(at_s, run.time_s[rows], run.voltage_v[rows])
    return half_cycle_features(
        at_s - segment.start_s,
        working_v if half.direction > 0 else whole_v - working_v,
        current_a,
        float(run.header.cell["electrode_area_m2"]),
        criteria,
    )


def electrode_change(
    run: Run, blocks: tuple[Block, ...], culprit: RecordedHalfCycle | None
) -> ElectrodeChange | None:
    """What the reference says of the half-cycle that failed, against the one before it that went
    the same way; ``None`` without a reference electrode in the protocol or readings of it.

    """
    trace = reference_trace(run)
    if trace is None or culprit is None:
        return None
    area_m2 = float(run.header.cell["electrode_area_m2"])
    same_way = [
        half
        for block in blocks
        for half in block.half_cycles
        if half.direction == culprit.direction
        and half.segment.start_s < culprit.segment.start_s
        and block.phase != "recovery"
    ]
    if not same_way:
        return None
    sides = []
    for half in (same_way[-1], culprit):
        rows = run.readings_of(half.segment.number)
        time_s, current_a = run.time_s[rows], run.current_a[rows]
        last = time_s >= time_s[-1] - TAIL_S if time_s.size else np.zeros(0, dtype=bool)
        last &= current_a != 0
        if not last.any():
            return None
        working_v = np.interp(time_s[last], trace.time_s, trace.value)
        density = current_a[last] / area_m2
        working = float(np.median(working_v / density)) * 1e4
        both = float(np.median(run.voltage_v[rows][last] / density)) * 1e4
        sides.append((working, both - working))
    return ElectrodeChange(
        working_before_ohm_cm2=sides[0][0],
        working_after_ohm_cm2=sides[1][0],
        counter_before_ohm_cm2=sides[0][1],
        counter_after_ohm_cm2=sides[1][1],
    )
