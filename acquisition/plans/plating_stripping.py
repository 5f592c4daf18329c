"""Plating and stripping of a symmetric cell at one current density, until its life ends."""

from collections.abc import Generator
from dataclasses import dataclass

from ...drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Rest,
    Segment,
    SegmentEnd,
    SegmentResult,
    Tags,
)
from .pieces import spectrum_at_rest
from .stubs import Steps, carry_out, mark


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatingStripping:
    """The test in SI. A spectrum is measured before, each ``spectrum_every`` cycles, and after."""

    current_density_a_m2: float
    electrode_area_m2: float
    half_cycle_s: float
    cycles: int
    rest_s: float
    impedance: ImpedanceSweep | None
    spectrum_every: int
    voltage_limit_v: float
    sample_period_s: float


def plating_stripping(test: PlatingStripping) -> Steps:
    """Cycle, each first stripping and then plating the working electrode.

    The first half-cycle that meets the voltage limit ends the life of the cell, and the test.
    """
    yield from _assess(test, 0)
    for cycle in range(test.cycles):
        for direction in (+1, -1):
            result = yield from _half_cycle(test, cycle, direction)
            if result.end is SegmentEnd.VOLTAGE_LIMIT:
                yield from _end_of_life(test, cycle, direction)
                return
        if (cycle + 1) % test.spectrum_every == 0 or cycle + 1 == test.cycles:
            yield from _assess(test, cycle)


def _half_cycle(
    test: PlatingStripping, cycle: int, direction: int
) -> Generator[Segment, SegmentResult, SegmentResult]:
    density_a_m2 = direction * test.current_density_a_m2
    return (
        yield from carry_out(
            Galvanostatic(
                current_a=density_a_m2 * test.electrode_area_m2,
                duration_s=test.half_cycle_s,
                voltage_min_v=-test.voltage_limit_v,
                voltage_max_v=test.voltage_limit_v,
                sample_period_s=test.sample_period_s,
                name=f"cycling {density_a_m2 / 10.0:+.4g} mA/cm²",
                tags={
                    "phase": "cycling",
                    "cycle": cycle,
                    "direction": direction,
                    "current_density_ma_cm2": round(test.current_density_a_m2 / 10.0, 9),
                },
            )
        )
    )


def _end_of_life(test: PlatingStripping, cycle: int, direction: int) -> Steps:
    reason = f"the voltage has reached {test.voltage_limit_v:g} V"
    yield from mark("life_ended", {"cycle": cycle, "direction": direction, "reason": reason})
    yield from _assess(test, cycle)


def _assess(test: PlatingStripping, cycle: int) -> Steps:
    tags: Tags = {"phase": "check", "cycle": cycle}
    if test.impedance is not None:
        yield from spectrum_at_rest(test.rest_s, test.impedance, tags=tags)
    elif test.rest_s > 0:
        rest = Rest(duration_s=test.rest_s, sample_period_s=test.sample_period_s, tags=tags)
        yield from carry_out(rest)
