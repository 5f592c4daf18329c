"""How fast a full cell is cycled: C-rates of a declared capacity, or current densities."""

from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, model_validator

from ..plans.cycling import Pace, Window
from .protocol_basis import CellLacksError, PlanBasis
from .protocol_settings import Current, SamplePeriod
from .schema import NotNegative, Positive, Settings

Rate: TypeAlias = Annotated[float, Field(gt=0, le=1000)]
TIME_BEYOND: Final = 1.5
"""A half-cycle that goes by a C-rate may last so many times as long as it should."""


class Rated(Settings):
    """What 1 C is, which must be declared, and between which voltages the cell is cycled."""

    one_c_mah_g: Positive | None = None
    """Capacity per mass of active material that 1 C is to deliver in an hour; the cell record must
    have active_mass_mg."""
    capacity_mah: Positive | None = None
    """The same for the whole cell, instead."""
    voltage_min_v: float
    """Where a discharge ends; a charge may begin up to 0.5 V below it."""
    voltage_max_v: float
    """Where a charge ends; a discharge may begin up to 0.2 V above it."""
    rest_min: NotNegative = 10
    """Rest after each half-cycle."""
    half_cycle_max_h: Positive | None = None
    """Longest half-cycle; by default half as long again as its C-rate asks for."""
    sample_period_s: SamplePeriod = 10
    """Time between readings."""

    @model_validator(mode="after")
    def _window_is_open(self) -> Self:
        if self.voltage_min_v >= self.voltage_max_v:
            raise ValueError(
                f"voltage_min_v is {self.voltage_min_v:g} V: "
                f"must be below voltage_max_v, which is {self.voltage_max_v:g} V"
            )
        if self.one_c_mah_g is not None and self.capacity_mah is not None:
            raise ValueError("give either one_c_mah_g or capacity_mah, not both")
        return self

    @property
    def is_rated(self) -> bool:
        """Whether 1 C is declared."""
        return self.one_c_mah_g is not None or self.capacity_mah is not None

    def need_rating(self) -> None:
        """Raise ``ValueError`` if a C-rate is asked for and nobody says what 1 C is."""
        if not self.is_rated:
            raise ValueError(
                "a C-rate needs to be told what 1 C is: give one_c_mah_g, with active_mass_mg in "
                "the cell record, or capacity_mah"
            )

    def capacity_c(self, basis: PlanBasis) -> float:
        """Return the declared capacity in C. Raises ``CellLacksError`` without an active mass."""
        if self.capacity_mah is not None:
            return self.capacity_mah * 3.6
        self.need_rating()
        if basis.active_mass_kg is None:
            raise CellLacksError(
                f"one_c_mah_g needs the mass of active material, and the record of "
                f"{basis.cell_name} has no active_mass_mg"
            )
        return (self.one_c_mah_g or 0.0) * 3600.0 * basis.active_mass_kg

    def pace(self, basis: PlanBasis, rate_c: Rate | None, density_ma_cm2: Current | None) -> Pace:
        """Return the current of a C-rate, or of a current density, and its longest duration."""
        if rate_c is not None:
            current_a = rate_c * self.capacity_c(basis) / 3600.0
            longest_h = self.half_cycle_max_h or TIME_BEYOND / rate_c
        elif density_ma_cm2 is not None and self.half_cycle_max_h is not None:
            current_a = density_ma_cm2 * 10.0 * basis.electrode_area_m2
            longest_h = self.half_cycle_max_h
        else:
            raise ValueError("a current density needs half_cycle_max_h")  # refused before
        return Pace(
            current_a=current_a,
            duration_s=longest_h * 3600.0,
            current_density_ma_cm2=round(current_a / basis.electrode_area_m2 / 10.0, 6),
            rate_c=rate_c,
        )

    def window(self, hold_until_a: float | None = None, hold_max_h: float = 0.0) -> Window:
        """Return voltages and rests in SI."""
        return Window(
            voltage_min_v=self.voltage_min_v,
            voltage_max_v=self.voltage_max_v,
            rest_s=self.rest_min * 60.0,
            sample_period_s=self.sample_period_s,
            hold_until_a=hold_until_a,
            hold_max_s=hold_max_h * 3600.0,
        )
