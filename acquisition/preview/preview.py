"""A plan before it is run: what it will do on a cell that stays healthy, and whether it may.

The plan is carried out by an ideal responder: every segment ends in time, nothing ever fails.
Durations of sweeps and charges under constant voltage are estimates and unknown, respectively.
"""

from dataclasses import dataclass
from typing import Any, Final

from ...drivers.capabilities import Envelope
from ...drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    LastingSegment,
    Mark,
    Potentiostatic,
    Rest,
    SetTemperature,
    Voltammetry,
)
from ..limits.limits import Limits
from ..plans.plan import Plan
from .checks import problems_of
from .curves import Curve, pressure_curve, temperature_curve, voltage_curve
from .healthy_judge import HealthyJudge
from .ideal import duration_of, ideal_result

__all__ = ["HealthyJudge", "PlannedSegment", "Preview", "duration_of", "preview"]

SEGMENTS_MAX: Final = 100_000
ROOM_K: Final = 298.15


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSegment:
    """One segment of a preview.

    ``current_a`` and ``charge_c`` are ``None`` where they depend on the cell. ``start_s`` counts
    from the start of the run; ``estimated`` durations depend on the instrument.
    """

    number: int
    segment: LastingSegment
    start_s: float
    duration_s: float
    current_a: float | None
    charge_c: float | None
    estimated: bool

    @property
    def kind(self) -> str:
        """What sort of segment it is, e.g. ``Galvanostatic``."""
        return type(self.segment).__name__

    @property
    def name(self) -> str:
        """What the plan calls it."""
        return self.segment.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A plan carried out on paper.

    ``charge_c`` is the charge moved, both directions added, where it is known beforehand;
    ``problems`` says which segment would break which limit, and is empty for a plan that may run.
    """

    segments: tuple[PlannedSegment, ...]
    duration_s: float
    charge_c: float
    outcome: str
    electrode_area_m2: float
    problems: tuple[str, ...]
    start_k: float = ROOM_K

    @property
    def moves_more(self) -> bool:
        """Whether a set voltage moves a charge that the cell decides: it is not in ``charge_c``."""
        return any(isinstance(p.segment, Potentiostatic | Voltammetry) for p in self.segments)

    def current_density(self) -> Curve:
        """Return J(t) as corner points: times in s and current densities in A/m².

        Segments whose current depends on the cell are drawn as zero.
        """
        times_s: list[float] = []
        densities_a_m2: list[float] = []
        for planned in self.segments:
            density_a_m2 = (planned.current_a or 0.0) / self.electrode_area_m2
            times_s += [planned.start_s, planned.start_s + planned.duration_s]
            densities_a_m2 += [density_a_m2, density_a_m2]
        return tuple(times_s), tuple(densities_a_m2)

    def temperature(self) -> Curve:
        """Return T(t) as corner points: times in s and temperatures in K.

        Empty if no segment sets one. How long an oven takes to get there is an estimate.
        """
        return temperature_curve(self.segments, self.duration_s, self.start_k)

    def stack_pressure(self) -> Curve:
        """Return p(t) as corner points: times in s and stack pressures in Pa, from the first asked.

        Empty if no segment asks for one.
        """
        return pressure_curve(self.segments, self.duration_s)

    def voltage(self) -> Curve:
        """Return E(t) as corner points: times in s and voltages in V, where it is set.

        NaN where the cell decides: at rest, and under a constant current.
        """
        return voltage_curve(self.segments)

    def soaks(self) -> tuple[SetTemperature, ...]:
        """Return what sets a temperature, in its order."""
        return tuple(p.segment for p in self.segments if isinstance(p.segment, SetTemperature))

    def sweep_times_s(self) -> tuple[float, ...]:
        """Return when the impedance sweeps begin."""
        return tuple(p.start_s for p in self.segments if isinstance(p.segment, ImpedanceSweep))

    def as_json(self) -> dict[str, Any]:
        """Return the preview as plain data, one entry per segment."""
        return {
            "duration_s": self.duration_s,
            "charge_c": self.charge_c,
            "outcome": self.outcome,
            "problems": list(self.problems),
            "segments": [_segment_json(p, self.electrode_area_m2) for p in self.segments],
        }


def preview(
    plan: Plan,
    electrode_area_m2: float,
    limits: Limits | None = None,
    envelope: Envelope | None = None,
    start_k: float = ROOM_K,
) -> Preview:
    """Carry a plan out on paper and check every segment against the limits.

    The plan must have been built with ``HealthyJudge``; ``start_k`` is where an oven begins. Raises
    ``ValueError`` for a plan of more than ``SEGMENTS_MAX`` segments, which may never end.
    """
    planned, outcome = _carried_out(plan, start_k)
    end_s = planned[-1].start_s + planned[-1].duration_s if planned else 0.0
    return Preview(
        segments=tuple(planned),
        duration_s=end_s,
        charge_c=sum(abs(p.charge_c or 0.0) for p in planned),
        outcome=outcome,
        electrode_area_m2=electrode_area_m2,
        start_k=start_k,
        problems=tuple(
            problems_of(
                [(p.segment, p.start_s, p.duration_s, p.charge_c or 0.0) for p in planned],
                limits,
                envelope,
            )
        ),
    )


def _carried_out(plan: Plan, at_k: float) -> tuple[list[PlannedSegment], str]:
    planned: list[PlannedSegment] = []
    at_s = 0.0
    try:
        segment = next(plan)
        while True:
            if not isinstance(segment, Mark):
                planned.append(_planned(len(planned), segment, at_s, at_k))
                at_s += planned[-1].duration_s
                at_k = segment.temperature_k if isinstance(segment, SetTemperature) else at_k
            if len(planned) > SEGMENTS_MAX:
                raise ValueError(f"the plan has more than {SEGMENTS_MAX} segments")
            segment = plan.send(ideal_result(segment))
    except StopIteration as end:
        return planned, str(end.value)
    finally:
        plan.close()


def _planned(number: int, segment: LastingSegment, at_s: float, at_k: float) -> PlannedSegment:
    duration_s, estimated = duration_of(segment, at_k)
    current_a: float | None = None
    if isinstance(segment, Rest | ImpedanceSweep):
        current_a = 0.0
    elif isinstance(segment, Galvanostatic):
        current_a = segment.current_a
    return PlannedSegment(
        number=number,
        segment=segment,
        start_s=at_s,
        duration_s=duration_s,
        current_a=current_a,
        charge_c=None if current_a is None else current_a * duration_s,
        estimated=estimated,
    )


def _segment_json(planned: PlannedSegment, electrode_area_m2: float) -> dict[str, Any]:
    current_a = planned.current_a
    return {
        "number": planned.number,
        "name": planned.name,
        "kind": planned.kind,
        "start_s": planned.start_s,
        "duration_s": planned.duration_s,
        "estimated": planned.estimated,
        "current_density_a_m2": None if current_a is None else current_a / electrode_area_m2,
        "charge_c": planned.charge_c,
        "temperature_k": getattr(planned.segment, "temperature_k", None),
        "tags": dict(planned.segment.tags),
    }
