"""Self-discharge: what a charged cell loses at open circuit, for a while and for good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..geometry import Quantity
from .cycles import UNSTATED, Cycle, Meter, cycles_of, is_same_rate
from .half_cycles import HalfCycle, half_cycles
from .stretches import Stretch

DAY_S: Final = 86_400.0
MONTH_DAYS: Final = 30.4
_SIGMAS: Final = 2.0


class NotResolvedError(ValueError):
    """The loss is smaller than what can be told from nothing; the text gives its upper bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfDischarge:
    """Charges in C, voltages at the beginning and the end of the hold.

    ``lost`` is the discharge before less that after the hold; ``irreversible`` the part that the
    next full cycle did not bring back, ``reversible`` the rest, both ``None`` if no whole cycle
    followed. ``per_month`` is ``lost`` over the discharge before, in 30.4 days.
    ``leak_a`` is the current that takes ``reversible`` (or ``lost``) in the time of the hold.
    """

    hold_s: float
    before_c: float
    after_c: float
    recovered_c: float | None
    lost: Quantity
    reversible: Quantity | None
    irreversible: Quantity | None
    per_month: Quantity
    leak_a: Quantity
    voltage_begin_v: float
    voltage_end_v: float


def self_discharge(stretches: Sequence[Stretch], meter: Meter = UNSTATED) -> SelfDischarge:
    """Compare the discharge after the longest rest with those before and after it.

    The hold is the rest tagged so, or else the longest one after a charge. The discharge before it
    must be whole, went at the same rate, and followed a charge alike. A loss per month is
    100 (1 - Q_after / Q_before) 30.4 d / t.

    Raises
    ------
    NotResolvedError
        If the loss is below twice its standard uncertainty.
    ValueError
        With the reason, if a discharge is missing or broken off.
    """
    hold = longest_hold(stretches)
    cycles = cycles_of(half_cycles(stretches))
    before = [e for e in cycles if e.is_whole and _ends(e.discharge) <= hold.start_s]
    after = [e for e in cycles if e.discharge is not None and _begins(e.discharge) >= hold.start_s]
    if not before:
        raise ValueError("no whole cycle before the hold: what the cell had is not known")
    if not after or not after[0].is_whole:
        raise ValueError("the discharge after the hold is missing or did not end at its voltage")
    reference, held = before[-1], after[0]
    if not is_same_rate(reference, held):
        raise ValueError("the discharges before and after the hold went at different currents")
    follows = next((e for e in after[1:] if e.is_whole and is_same_rate(e, held)), None)
    first_c, first_u = _charge(reference.discharge)
    held_c, held_u = _charge(held.discharge)
    lost = Quantity(first_c - held_c, _doubt((first_c - held_c), first_u, held_u, meter), "C")
    hold_s = hold.duration_s
    per_month = MONTH_DAYS * DAY_S / hold_s / first_c
    if lost.value < _SIGMAS * (lost.standard_error or 0.0):
        bound = max(lost.value, 0.0) + _SIGMAS * (lost.standard_error or 0.0)
        raise NotResolvedError(
            f"the loss is not resolved in {hold_s / DAY_S:.3g} d: "
            f"below {100 * bound * per_month:.2g} % per month"
        )
    parts = _parts(first_c, held_c, first_u, held_u, follows, meter)
    leaked = parts[0] or lost
    return SelfDischarge(
        hold_s=hold_s,
        before_c=first_c,
        after_c=held_c,
        recovered_c=None if follows is None else _charge(follows.discharge)[0],
        lost=lost,
        reversible=parts[0],
        irreversible=parts[1],
        per_month=_times(lost, per_month, "1/month"),
        leak_a=_times(leaked, 1 / hold_s, "A"),
        voltage_begin_v=float(hold.voltage_v[0]),
        voltage_end_v=float(hold.voltage_v[-1]),
    )


def longest_hold(stretches: Sequence[Stretch]) -> Stretch:
    """The rest at open circuit that a test is about. Raises ``ValueError`` if there is none."""
    rests = [each for each in stretches if each.kind == "Rest"]
    tagged = [each for each in rests if each.phase == "hold"]
    if not tagged:
        tagged = [
            rest
            for rest in rests
            if any(e.is_driven and e.direction > 0 and e.start_s < rest.start_s for e in stretches)
        ]
    if not tagged:
        raise ValueError("no rest follows a charge: the cell was never left at open circuit")
    return max(tagged, key=lambda each: each.duration_s)


def _ends(half: HalfCycle | None) -> float:
    return math.inf if half is None else float(half.time_s[-1])


def _begins(half: HalfCycle) -> float:
    return float(half.time_s[0])


def _charge(half: HalfCycle | None) -> tuple[float, float]:
    if half is None:
        return math.nan, math.nan
    return half.capacity_c, math.hypot(half.sampling_c, half.unobserved_c or 0.0)


def _doubt(difference_c: float, one: float, other: float, meter: Meter) -> float:
    return math.hypot(one, other, (meter.current_gain or 0.0) * difference_c)


def _parts(
    first_c: float,
    held_c: float,
    first_u: float,
    held_u: float,
    follows: Cycle | None,
    meter: Meter,
) -> tuple[Quantity | None, Quantity | None]:
    if follows is None:
        return None, None
    back_c, back_u = _charge(follows.discharge)
    back, gone = back_c - held_c, first_c - back_c
    return (
        Quantity(back, _doubt(back, back_u, held_u, meter), "C"),
        Quantity(gone, _doubt(gone, first_u, back_u, meter), "C"),
    )


def _times(quantity: Quantity, factor: float, unit: str) -> Quantity:
    error = quantity.standard_error
    return Quantity(quantity.value * factor, None if error is None else error * factor, unit)
