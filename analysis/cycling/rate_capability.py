"""Rate capability: what a cell gives at each current, and the ohmic share of what it loses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import Quantity
from .cycles import SAME_RATE, UNSTATED, Cycle, Meter, own_doubt_c
from .half_cycles import HalfCycle
from .stretches import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePoint:
    """All whole cycles in a row at one discharge current.

    ``capacity`` in C is their median, with the scatter of the cycles (as that of the mean of ``n``)
    or the doubt of their own readings, whichever is more, and with what the meter states; ``None``
    where one cycle states nothing. ``ohmic_v`` is J ASR; ``ohmic_share`` is that over all the
    voltage that this current costs against rest, estimated from the slowest rate. ``relative`` is
    to the first block, with the same doubts in its error; the meter's gain cancels.
    """

    block: int
    n: int
    rate_c: float | None
    current_density_a_m2: float
    capacity: Quantity
    relative: Quantity
    mean_voltage_v: float
    ohmic_v: float | None
    ohmic_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCapability:
    """Blocks in their order. ``recovered`` is the last block's capacity over the first's where
    the test came back to the first current, else ``None``.
    """

    points: tuple[RatePoint, ...]
    recovered: Quantity | None


def rate_capability(
    cycles: Sequence[Cycle],
    electrode_area_m2: float,
    asr_ohm_m2: float | None = None,
    meter: Meter = UNSTATED,
) -> RateCapability:
    """Gather whole cycles that follow each other at one discharge current into blocks.

    The ohmic share of a rate is J ASR over J ASR plus what the mean discharge voltage has fallen
    below that of the slowest rate beyond its own J ASR.

    Parameters
    ----------
    cycles : sequence of Cycle
    electrode_area_m2 : float
        Area that current densities refer to.
    asr_ohm_m2 : float, optional
        Area specific resistance of the cell, from a spectrum or a current step.
    meter : Meter, optional
        Its offset counts for the difference of how long the discharges last.

    Raises
    ------
    ValueError
        If there are no two currents among the whole cycles, or the area is not positive.
    """
    if not electrode_area_m2 > 0:
        raise ValueError(f"electrode area is {electrode_area_m2:g} m2; it must be > 0")
    blocks: list[list[HalfCycle]] = []
    for cycle in cycles:
        if cycle.discharge is None or not cycle.discharge.is_complete:
            continue
        if blocks and _alike(blocks[-1][0].current_a, cycle.discharge.current_a):
            blocks[-1].append(cycle.discharge)
        else:
            blocks.append([cycle.discharge])
    currents = [abs(block[0].current_a) for block in blocks]
    if len(blocks) < 2 or _alike(min(currents), max(currents)):
        raise ValueError("all whole discharges went at one current: no rate capability in that")
    slowest = blocks[int(np.argmin(currents))][0]
    points = tuple(
        _point(number, block, blocks[0], slowest, electrode_area_m2, asr_ohm_m2, meter)
        for number, block in enumerate(blocks)
    )
    came_back = len(blocks) > 2 and _alike(currents[0], currents[-1])
    return RateCapability(points=points, recovered=points[-1].relative if came_back else None)


def asr_from_steps(cycles: Sequence[Cycle], electrode_area_m2: float) -> Quantity:
    """Area specific resistance from the steps of current out of a rest, in ohm m2.

    It holds for the time from the step to the first reading after it: charge transfer is in it,
    and a little of diffusion. The median of all discharges and the standard error of their mean.

    Raises ``ValueError`` if no discharge at constant current follows a rest.
    """
    ohm = [
        cycle.discharge.step_ohm
        for cycle in cycles
        if cycle.discharge is not None and cycle.discharge.step_ohm is not None
    ]
    if not ohm:
        raise ValueError("no discharge follows a rest: there is no step of current to read")
    areal = np.array(ohm) * electrode_area_m2
    error = float(areal.std(ddof=1) / math.sqrt(areal.size)) if areal.size > 1 else None
    return Quantity(float(np.median(areal)), error, "ohm m2")


def asr_from_spectrum(
    frequency_hz: Floats, z_ohm: NDArray[np.complex128], electrode_area_m2: float
) -> tuple[float, float]:
    """Area specific resistance where the arcs end and diffusion begins, and that frequency.

    That is the real part at the lowest-lying minimum of -Z'' below the highest frequency at which
    it has a maximum; in ohm m2 and Hz.

    Raises ``ValueError`` if -Z'' has no such minimum within the sweep.
    """
    order = np.argsort(frequency_hz)[::-1]
    upward = -z_ohm.imag[order]
    inner = np.flatnonzero((upward[1:-1] <= upward[:-2]) & (upward[1:-1] < upward[2:])) + 1
    peaks = np.flatnonzero((upward[1:-1] >= upward[:-2]) & (upward[1:-1] > upward[2:])) + 1
    inner = inner[inner > peaks.min(initial=upward.size)]
    if inner.size == 0:
        raise ValueError("the spectrum has no minimum of -Z'' between its arcs and diffusion")
    place = order[int(inner[-1])]
    return float(z_ohm.real[place]) * electrode_area_m2, float(frequency_hz[place])


def _alike(one: float, other: float) -> bool:
    return abs(abs(one) - abs(other)) <= SAME_RATE * max(abs(one), abs(other))


def _median(block: Sequence[HalfCycle]) -> float:
    return float(np.median([half.capacity_c for half in block]))


def _scatter_c(block: Sequence[HalfCycle]) -> float | None:
    charge_c = np.array([half.capacity_c for half in block])
    return float(charge_c.std(ddof=1) / math.sqrt(charge_c.size)) if charge_c.size > 1 else None


def _doubt_c(block: Sequence[HalfCycle]) -> float:
    """Scatter of the cycles, or the doubt of their own readings, whichever is more."""
    of_readings = math.sqrt(sum(own_doubt_c(half) ** 2 for half in block)) / len(block)
    return max(_scatter_c(block) or 0.0, of_readings)


def _lasted_s(block: Sequence[HalfCycle]) -> float:
    return float(np.median([half.duration_s for half in block]))


def _capacity(block: Sequence[HalfCycle], meter: Meter) -> Quantity:
    median_c = _median(block)
    gain_c = (meter.current_gain or 0.0) * median_c
    offset_c = (meter.current_offset_a or 0.0) * _lasted_s(block)
    error_c = math.hypot(_doubt_c(block), gain_c, offset_c)
    return Quantity(median_c, error_c or None, "C")


def _relative(block: Sequence[HalfCycle], first: Sequence[HalfCycle], meter: Meter) -> Quantity:
    """Capacity of a block over that of the first, which is 1 without doubt for the first itself."""
    share = _median(block) / _median(first)
    if block is first:
        return Quantity(1.0, 0.0, "1")
    doubts = [_doubt_c(one) for one in (block, first)]
    lasted = [_lasted_s(one) for one in (block, first)]
    offset_c = (meter.current_offset_a or 0.0) * (lasted[0] - share * lasted[1])
    error_c = math.sqrt(doubts[0] ** 2 + (share * doubts[1]) ** 2 + offset_c**2)
    return Quantity(share, error_c / _median(first), "1")


def _point(
    number: int,
    block: Sequence[HalfCycle],
    first: Sequence[HalfCycle],
    slowest: HalfCycle,
    area_m2: float,
    asr_ohm_m2: float | None,
    meter: Meter,
) -> RatePoint:
    density = abs(block[0].current_a) / area_m2
    mean_v = float(np.median([half.mean_voltage_v for half in block]))
    ohmic_v = share = None
    if asr_ohm_m2 is not None:
        ohmic_v = density * asr_ohm_m2
        rest_v = slowest.mean_voltage_v + abs(slowest.current_a) / area_m2 * asr_ohm_m2
        lost_v = rest_v - mean_v
        share = ohmic_v / lost_v if lost_v > 0 and block[0] is not slowest else None
    return RatePoint(
        block=number,
        n=len(block),
        rate_c=block[0].rate_c,
        current_density_a_m2=density,
        capacity=_capacity(block, meter),
        relative=_relative(block, first, meter),
        mean_voltage_v=mean_v,
        ohmic_v=ohmic_v,
        ohmic_share=share,
    )
