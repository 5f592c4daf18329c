"""Half-cycles: charges and discharges, each with its charge, energy, and the reason of its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .stretches import Floats, Stretch, is_symmetric


class NoCyclesError(ValueError):
    """There is nothing in the data that could be a charge or a discharge of a full cell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HalfCycle:
    """A charge (``direction`` +1) or a discharge (-1), its hold at a voltage included.

    Arrays have shape (n,); ``charge_c`` is what has passed at each reading, from 0 and positive
    either way. ``held`` is True where a voltage was held. ``energy_j`` is put in by a charge and
    taken out by a discharge, positive either way. ``sampling_c`` is the standard uncertainty that
    the time between two readings leaves at the end. ``is_complete``: it ended at its voltage.
    """

    cycle: int
    direction: int
    phase: str
    rate_c: float | None
    current_a: float
    time_s: Floats
    voltage_v: Floats
    charge_c: Floats
    held: np.ndarray[tuple[int], np.dtype[np.bool_]]
    capacity_c: float
    energy_j: float
    duration_s: float
    sampling_c: float
    unobserved_c: float | None
    temperature_k: float | None
    end: str
    is_complete: bool
    step_ohm: float | None

    @property
    def mean_voltage_v(self) -> float:
        """The integral of V dq over that of dq."""
        return self.energy_j / self.capacity_c

    @property
    def held_share(self) -> float:
        """Share of the charge that passed while the voltage was held."""
        steps = np.diff(self.charge_c, prepend=0.0)
        return float(steps[self.held].sum() / self.capacity_c)


def half_cycles(stretches: Sequence[Stretch]) -> tuple[HalfCycle, ...]:
    """Gather stretches into half-cycles, oldest first.

    Stretches that follow each other with one direction and one ``cycle`` tag belong together, as a
    constant current and the hold after it do; rests between them change nothing. Where no tag
    counts the cycles, a cycle begins whenever the first direction comes back; where tags begin
    again at 0, the numbers go on. One that its voltage limit ended before any charge had passed is
    left out.

    Raises
    ------
    NoCyclesError
        If no current flowed, or if the discharges lie below 0 V: a symmetric cell has no capacity.
    """
    driven = [each for each in stretches if each.is_driven]
    if not driven:
        raise NoCyclesError("there is no charge or discharge in it: no segment carries a current")
    if is_symmetric(driven):
        raise NoCyclesError(
            "the discharges lie below 0 V: a symmetric cell has neither a capacity nor a "
            "coulombic efficiency"
        )
    groups: list[list[Stretch]] = []
    for each in driven:
        last = groups[-1][-1] if groups else None
        if last is not None and (last.direction, last.cycle) == (each.direction, each.cycle):
            groups[-1].append(each)
        else:
            groups.append([each])
    before = dict(zip(map(id, stretches[1:]), stretches, strict=False))
    cycles = _cycle_numbers(groups)
    found = (
        _half_cycle(group, cycle, before.get(id(group[0])))
        for group, cycle in zip(groups, cycles, strict=True)
    )
    return tuple(each for each in found if each.capacity_c > 0)


def _cycle_numbers(groups: Sequence[Sequence[Stretch]]) -> list[int]:
    tags = [group[0].cycle for group in groups]
    if None not in tags:
        return _counted_on([int(tag or 0) for tag in tags])
    first = groups[0][0].direction
    returns = np.cumsum([group[0].direction == first for group in groups])
    return [int(n) - 1 for n in returns]


def _counted_on(tags: Sequence[int]) -> list[int]:
    """Cycle numbers that go on where a later item of the protocol began again at 0."""
    found, before, most = [], 0, -1
    for number, tag in enumerate(tags):
        if number and tag < tags[number - 1]:
            before = most + 1
        most = max(most, before + tag)
        found.append(before + tag)
    return found


def _half_cycle(group: Sequence[Stretch], cycle: int, before: Stretch | None) -> HalfCycle:
    head, direction = group[0], group[0].direction
    charges, passed = [], 0.0
    for each in group:
        charges.append(passed + direction * each.charge_c)
        passed = float(charges[-1][-1])
    unseen = [each.unobserved_c for each in group]
    kelvin = np.concatenate([each.temperature_k for each in group])
    kelvin = kelvin[np.isfinite(kelvin)]
    last = group[-1]
    period_s = float(last.time_s[-1] - last.time_s[-2]) if last.time_s.size > 1 else last.duration_s
    return HalfCycle(
        cycle=cycle,
        direction=direction,
        phase=head.phase,
        rate_c=head.rate_c,
        current_a=float(np.median(head.current_a)),
        time_s=np.concatenate([each.time_s for each in group]),
        voltage_v=np.concatenate([each.voltage_v for each in group]),
        charge_c=np.concatenate(charges),
        held=np.concatenate(
            [np.full(each.time_s.size, each.kind == "Potentiostatic") for each in group]
        ),
        capacity_c=passed,
        energy_j=direction * sum(each.energy_j for each in group),
        duration_s=sum(each.duration_s for each in group),
        sampling_c=abs(float(last.current_a[-1])) * period_s / np.sqrt(12),
        unobserved_c=None if None in unseen else max(each or 0.0 for each in unseen),
        temperature_k=float(np.median(kelvin)) if kelvin.size else None,
        end=last.end or "still going on",
        is_complete=any(each.end == "voltage_limit" for each in group),
        step_ohm=_step_ohm(head, before),
    )


def _step_ohm(head: Stretch, before: Stretch | None) -> float | None:
    """Resistance from the rest before to the first reading of a constant current after it."""
    if before is None or before.kind != "Rest" or head.kind != "Galvanostatic":
        return None
    ohm = float(head.voltage_v[0] - before.voltage_v[-1]) / float(head.current_a[0])
    return ohm if ohm > 0 else None
