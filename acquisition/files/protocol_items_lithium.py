"""Items that move lithium in symmetric cells: plating and stripping at one current density."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..plans.plating_stripping import PlatingStripping, plating_stripping
from ..plans.sequence import Item, Procedure, tagged
from .protocol_basis import PlanBasis
from .protocol_settings import (
    Current,
    Cycles,
    HalfCycle,
    ImpedanceSettings,
    OrNone,
    SamplePeriod,
    sweep,
)
from .schema import NotNegative


class PlatingStrippingItem(HalfCycle):
    """Equal half-cycles at one current density, until the cycles or the life of the cell end."""

    segment: Literal["plating_stripping"]
    """Kind of segment."""
    current_density_ma_cm2: Current
    """Current density."""
    cycles: Cycles = 100
    """Number of cycles."""
    rest_min: NotNegative = 5
    """Rest before each spectrum."""
    impedance: Annotated[ImpedanceSettings | None, OrNone] = ImpedanceSettings()
    """A spectrum before, every so many cycles, and after; or none."""
    impedance_every_cycles: Cycles = 10
    """How many cycles lie between two spectra."""
    voltage_limit_v: Annotated[float, Field(gt=0, le=100)] = 5
    """A half-cycle that reaches it, either way, ends the life of the cell."""
    sample_period_s: SamplePeriod = 1
    """Time between readings."""

    @model_validator(mode="after")
    def _one_charge(self) -> Self:
        if not self.is_given:
            raise ValueError(
                "the charge of a half-cycle is missing: give either capacity_mah_cm2 or "
                "half_cycle_h"
            )
        return self

    def item(self, basis: PlanBasis) -> Item:
        """Return the cycles for the area of this cell."""
        test = PlatingStripping(
            current_density_a_m2=self.current_density_ma_cm2 * 10.0,
            electrode_area_m2=basis.electrode_area_m2,
            half_cycle_s=self.duration_s(self.current_density_ma_cm2),
            cycles=self.cycles,
            rest_s=self.rest_min * 60.0,
            impedance=None if self.impedance is None else sweep(self.impedance),
            spectrum_every=self.impedance_every_cycles,
            voltage_limit_v=self.voltage_limit_v,
            sample_period_s=self.sample_period_s,
        )
        return tagged(
            {"measurement": "plating_stripping"}, Procedure(lambda: plating_stripping(test))
        )
