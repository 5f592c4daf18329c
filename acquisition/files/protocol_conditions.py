"""Conditions in a protocol: when a repeat ends, and which way a choice goes."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ..plans.conditions import (
    AnyOf,
    CapacityBelow,
    Condition,
    CutOffReached,
    ElapsedAbove,
    ResistanceAbove,
    VoltageBeyond,
)
from .schema import Positive, Settings


class ConditionSettings(Settings):
    """What must have come of the segments before; of several given, any one is enough."""

    capacity_below_percent: Annotated[float, Field(gt=0, le=100)] | None = None
    """The last discharge (negative current) has less than this share of the first one's charge."""
    voltage_beyond_v: Positive | None = None
    """The last segment of constant current ended at this voltage or beyond, either way."""
    cut_off_reached: bool | None = None
    """The last segment of constant current was ended by its voltage limit; write true."""
    resistance_above_factor: Annotated[float, Field(gt=1)] | None = None
    """The real part of the impedance is above so many times that of the first spectrum."""
    resistance_at_hz: Positive | None = None
    """Frequency at which it is taken; without it the lowest one, for the resistance of it all."""
    elapsed_above_h: Positive | None = None
    """So long ago the repeat began, or for a choice the sequence; pauses do not count."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.cut_off_reached is False:
            raise ValueError("cut_off_reached can only be true; leave it out otherwise")
        if self.resistance_at_hz is not None and self.resistance_above_factor is None:
            raise ValueError("resistance_at_hz needs resistance_above_factor")
        if not self._conditions():
            raise ValueError(
                "no condition is given: write one or more of capacity_below_percent, "
                "voltage_beyond_v, cut_off_reached, resistance_above_factor and elapsed_above_h"
            )
        return self

    def condition(self) -> Condition:
        """Return the condition in SI."""
        conditions = self._conditions()
        return conditions[0] if len(conditions) == 1 else AnyOf(conditions)

    def _conditions(self) -> tuple[Condition, ...]:
        found: list[Condition] = []
        if self.capacity_below_percent is not None:
            found.append(CapacityBelow(self.capacity_below_percent / 100.0))
        if self.voltage_beyond_v is not None:
            found.append(VoltageBeyond(self.voltage_beyond_v))
        if self.cut_off_reached:
            found.append(CutOffReached())
        if self.resistance_above_factor is not None:
            found.append(ResistanceAbove(self.resistance_above_factor, self.resistance_at_hz))
        if self.elapsed_above_h is not None:
            found.append(ElapsedAbove(self.elapsed_above_h * 3600.0))
        return tuple(found)
