"""Where a source, its limits and a cell agree: one unknown that voltage and current follow."""

import math
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ..network import Drive, Terminal

TOLERANCE = 1e-12
PASSES = 200


class Operating(NamedTuple):
    """Voltage across the cell, and the current that its ions carry."""

    voltage_v: float
    ionic_a: float


Course: TypeAlias = Callable[[float], Operating]
"""Both, at the end of a step, against one unknown; neither may fall where the other rises."""


def settle(
    drive: Drive, course: Course, beside_siemens: float, start: float, scale: float
) -> tuple[Terminal, float]:
    """Return what the terminals come to under ``drive``, and the unknown there.

    ``beside_siemens`` conducts in parallel: leak and voltmeter. The search for the unknown begins
    at ``start`` with steps of ``scale``. A limit is heeded as in ``network``: the current's limit
    is on what is left of it for this source.
    """

    def total_a(at: Operating) -> float:
        return at.ionic_a + beside_siemens * at.voltage_v

    def far_v(at: Operating) -> float:
        return at.voltage_v + drive.series_ohm * total_a(at)

    def where(quantity: Callable[[Operating], float], level: float) -> float:
        return _root(lambda unknown: quantity(course(unknown)) - level, start, scale)

    limited = False
    if drive.mode == "voltage":
        unknown = where(far_v, drive.level)
        own_a = total_a(course(unknown)) - drive.pushed_a
        if abs(own_a) > drive.limit:
            limited = True
            unknown = where(total_a, drive.pushed_a + math.copysign(drive.limit, own_a))
    else:
        unknown = where(total_a, drive.level)
        reached_v = far_v(course(unknown))
        if drive.mode == "current" and abs(reached_v) > drive.limit:
            limited = True
            unknown = where(far_v, math.copysign(drive.limit, reached_v))
    at = course(unknown)
    return Terminal(at.voltage_v, total_a(at), at.ionic_a, limited), unknown


def _root(rising: Callable[[float], float], start: float, scale: float) -> float:
    """Return where a rising function is 0: brackets, then the Illinois rule.

    Dowell and Jarratt, BIT 11 (1971) 168. At a straight line it is exact after one step. Where the
    rule no longer moves, a change of sign beside it says that it is there; else it bisects.
    """
    low, at_low = start, rising(start)
    if at_low == 0:
        return start
    step = -math.copysign(scale, at_low)
    high, at_high = low, at_low
    while at_low * at_high > 0:
        low, at_low = high, at_high
        high = high + step
        at_high = rising(high)
        step *= 4
        if not math.isfinite(high):
            raise ValueError("the cell has no state that this source can bring it to")
    for _ in range(PASSES):
        near = TOLERANCE * abs(high)
        if at_high == 0 or abs(high - low) <= near:
            return high
        between = high - at_high * (high - low) / (at_high - at_low)
        if abs(between - high) <= near:  # at the root, or held up beside a steep flank
            between = high + math.copysign(2 * near, low - high)
            if rising(between) * at_high <= 0:
                return high
            between = (low + high) / 2
        value = rising(between)
        if value * at_high < 0:
            low, at_low = high, at_high
        else:
            at_low /= 2
        high, at_high = between, value
    return high
