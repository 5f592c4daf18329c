"""Cycles: capacity, coulombic and energy efficiency, mean voltage and hysteresis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..end_words import end_words
from ..geometry import Quantity
from .half_cycles import HalfCycle

HELD = "current of the hold low enough"  # how a hold ends that its plan watches
SAME_RATE = 0.05  # relative: rates that differ by less are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Standard uncertainties of the current reading; ``None``: not stated, so not counted.

    The gain is common to every charge of a run, and cancels in efficiencies and retentions. The
    offset does not.
    """

    current_gain: float | None = None
    current_offset_a: float | None = None


UNSTATED = Meter()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cycle:
    """A discharge with the charge before it; either may be missing.

    ``number`` is that of the discharge, or of the charge where no discharge followed. Capacities
    are in C, energies in J, both positive.
    """

    number: int
    charge: HalfCycle | None
    discharge: HalfCycle | None

    @property
    def phase(self) -> str:
        """The part of the test: formation, cycling, check, or nothing where no tag says it."""
        one = self.discharge or self.charge
        return one.phase if one is not None else ""

    @property
    def rate_c(self) -> float | None:
        """The C-rate of the discharge, where one was declared."""
        return None if self.discharge is None else self.discharge.rate_c

    @property
    def is_whole(self) -> bool:
        """Whether charge and discharge are there and both ended at their voltage."""
        return (
            self.charge is not None
            and self.discharge is not None
            and self.charge.is_complete
            and self.discharge.is_complete
        )

    @property
    def hysteresis_v(self) -> float | None:
        """Mean voltage of the charge less that of the discharge, of a whole cycle."""
        if self.charge is None or self.discharge is None or not self.is_whole:
            return None
        return self.charge.mean_voltage_v - self.discharge.mean_voltage_v

    @property
    def energy_efficiency(self) -> float | None:
        """Energy taken out over energy put in, of a whole cycle."""
        if self.charge is None or self.discharge is None or not self.is_whole:
            return None
        return self.discharge.energy_j / self.charge.energy_j


def cycles_of(halves: Sequence[HalfCycle]) -> tuple[Cycle, ...]:
    """Pair every discharge with the charge before it.

    A discharge that comes first has none before it, and a charge that comes last no discharge.
    """
    found: list[Cycle] = []
    charge: HalfCycle | None = None
    for half in halves:
        if half.direction > 0:
            if charge is not None:
                found.append(Cycle(number=charge.cycle, charge=charge, discharge=None))
            charge = half
        else:
            found.append(Cycle(number=half.cycle, charge=charge, discharge=half))
            charge = None
    if charge is not None:
        found.append(Cycle(number=charge.cycle, charge=charge, discharge=None))
    return tuple(found)


def capacity_c(half: HalfCycle, meter: Meter = UNSTATED) -> Quantity:
    """Charge of a half-cycle in C, with the doubts of sampling, meter, and unseen charge."""
    gain = (meter.current_gain or 0.0) * half.capacity_c
    return Quantity(half.capacity_c, math.hypot(gain, own_doubt_c(half, meter)), "C")


def coulombic_efficiency(cycle: Cycle, meter: Meter = UNSTATED) -> Quantity:
    """Charge taken out over the charge put in before; the meter's gain cancels.

    Its offset adds to one and takes from the other, so that it counts over the whole cycle.

    Raises
    ------
    ValueError
        With the reason, where there is no such number: a half-cycle is missing or did not end at
        its voltage, or charge passed that nothing bounds.
    """
    charge, discharge = cycle.charge, cycle.discharge
    if charge is None or discharge is None:
        raise ValueError(
            f"cycle {cycle.number} has no {'charge' if charge is None else 'discharge'}"
        )
    if not cycle.is_whole:
        broken = charge if not charge.is_complete else discharge
        word = "charge" if broken.direction > 0 else "discharge"
        raise ValueError(
            f"the {word} of cycle {cycle.number} did not end at its voltage: "
            f"{end_words(broken.end, HELD)}"
        )
    if charge.unobserved_c is None or discharge.unobserved_c is None:
        raise ValueError(f"cycle {cycle.number} has a gap in which an unknown charge passed")
    ratio = discharge.capacity_c / charge.capacity_c
    free = Meter()
    random = math.hypot(own_doubt_c(discharge, free), ratio * own_doubt_c(charge, free))
    offset_c = (meter.current_offset_a or 0.0) * (charge.duration_s + discharge.duration_s)
    return Quantity(ratio, math.hypot(random, offset_c) / charge.capacity_c, "1")


def own_doubt_c(half: HalfCycle, meter: Meter = UNSTATED) -> float:
    """Doubt of one charge alone, in C: of sampling, of unseen charge, and of the meter's offset."""
    offset = (meter.current_offset_a or 0.0) * half.duration_s
    unseen = (half.unobserved_c or 0.0) / math.sqrt(3)
    return math.sqrt(offset**2 + unseen**2 + half.sampling_c**2)


def is_same_rate(one: Cycle, other: Cycle) -> bool:
    """Whether two discharges went at one rate, within 5 % of the current."""
    if one.discharge is None or other.discharge is None:
        return False
    a, b = one.discharge.current_a, other.discharge.current_a
    return abs(a - b) <= SAME_RATE * max(abs(a), abs(b))
