"""What the first cycles lose for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Quantity
from .cycles import UNSTATED, Cycle, Meter, capacity_c, coulombic_efficiency


@dataclass(frozen=True, slots=True, kw_only=True)
class FormationLoss:
    """Charges in C. ``first_loss`` is what the first charge put in and no discharge gave back.

    ``total_loss`` is the same over all cycles of formation; ``numbers`` are those.
    """

    first_charge: Quantity
    first_discharge: Quantity
    first_efficiency: Quantity
    first_loss: Quantity
    total_loss: Quantity
    numbers: tuple[int, ...]


def formation_loss(cycles: Sequence[Cycle], meter: Meter = UNSTATED) -> FormationLoss:
    """Add up what was lost in formation: the cycles tagged so, or else the first one.

    Raises
    ------
    ValueError
        With the reason, if the first cycle is not whole, so that its loss is not known.
    """
    formed = [each for each in cycles if each.phase == "formation"] or list(cycles[:1])
    if not formed:
        raise ValueError("there is no cycle")
    first = formed[0]
    efficiency = coulombic_efficiency(first, meter)
    losses = [_loss(each, meter) for each in formed]
    value = sum(each.value for each in losses)
    error = sum((each.standard_error or 0.0) ** 2 for each in losses) ** 0.5
    halves = (first.charge, first.discharge)
    charge, discharge = (capacity_c(half, meter) for half in halves if half is not None)
    return FormationLoss(
        first_charge=charge,
        first_discharge=discharge,
        first_efficiency=efficiency,
        first_loss=losses[0],
        total_loss=Quantity(value, error, "C"),
        numbers=tuple(each.number for each in formed),
    )


def _loss(cycle: Cycle, meter: Meter) -> Quantity:
    """Charge put in less charge taken out, in C; raises ``ValueError`` as the efficiency does."""
    efficiency = coulombic_efficiency(cycle, meter)
    put_in = 0.0 if cycle.charge is None else cycle.charge.capacity_c
    lost = put_in * (1 - efficiency.value)
    gain = (meter.current_gain or 0.0) * lost
    own = put_in * (efficiency.standard_error or 0.0)
    return Quantity(lost, (gain**2 + own**2) ** 0.5, "C")
