"""Stability window: slow sweeps from the open-circuit voltage to a vertex and back.

Each direction starts from rest, since a sweep through both would oxidise what it has just reduced.
"""

from dataclasses import dataclass, replace
from typing import Final

from ...drivers.segments import ImpedanceSweep, Rest, Tags, Voltammetry
from .pieces import rest_voltage_v
from .stubs import Steps, carry_out, mark

ASSUMED_OCV_V: Final = 2.0
"""Of lithium against an inert electrode, where a plan is carried out on paper."""
_AWAY_V: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilityWindow:
    """The test in SI. ``vertices_v`` in the order of the sweeps, each with +1 for oxidation and -1
    for reduction; ``start_v`` replaces the open-circuit voltage.
    """

    vertices_v: tuple[tuple[float, int], ...]
    start_v: float | None
    scan_rate_v_per_s: float
    step_v: float
    current_max_a: float
    cycles: int
    rest_s: float
    impedance: ImpedanceSweep | None
    sample_period_s: float


def stability_window(test: StabilityWindow) -> Steps:
    """Rest, measure a spectrum if one is asked for, and sweep; a rest before each sweep.

    A sweep is left out, and a mark says why, if nothing at rest was read from which it could start,
    or if the cell rests beyond its vertex.
    """
    for number, (vertex_v, direction) in enumerate(test.vertices_v):
        word = "oxidation" if direction > 0 else "reduction"
        tags: Tags = {"phase": word, "direction": direction}
        rest = Rest(
            duration_s=test.rest_s,
            sample_period_s=test.sample_period_s,
            name=f"rest before {word}",
            tags={"phase": "rest"},
        )
        ocv_v = yield from rest_voltage_v(rest, _assumed_v(vertex_v, direction))
        start_v = ocv_v if test.start_v is None else test.start_v
        if start_v is None or ocv_v is None:
            reason = "no reading at rest tells the open-circuit voltage"
            yield from mark("sweep_left_out", {**tags, "reason": reason})
            continue
        if not (vertex_v - start_v) * direction > test.step_v:
            reason = f"{word} to {vertex_v:g} V would begin at {start_v:g} V, which is beyond it"
            yield from mark("sweep_left_out", {**tags, "reason": reason})
            continue
        if test.impedance is not None and number == 0:
            yield from carry_out(_about(test.impedance, ocv_v))
        yield from carry_out(
            Voltammetry(
                start_v=start_v,
                vertex1_v=vertex_v,
                vertex2_v=start_v,
                step_v=test.step_v,
                scan_rate_v_per_s=test.scan_rate_v_per_s,
                current_max_a=test.current_max_a,
                cycles=test.cycles,
                name=f"{word} to {vertex_v:g} V",
                tags=tags,
            )
        )


def _assumed_v(vertex_v: float, direction: int) -> float:
    """A voltage at rest from which the vertex lies in the direction of the sweep."""
    if direction > 0:
        return min(ASSUMED_OCV_V, vertex_v - _AWAY_V)
    return max(ASSUMED_OCV_V, vertex_v + _AWAY_V)


def _about(sweep: ImpedanceSweep, bias_v: float) -> ImpedanceSweep:
    return replace(sweep, bias=bias_v, tags={"phase": "rest"})
