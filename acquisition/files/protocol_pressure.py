"""Stack pressures in a protocol: what the cell shall be pressed to, and when that is reached."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ...drivers.segments import SetStackPressure
from .protocol_basis import PlanBasis
from .schema import NotNegative, Positive, Settings, Text

Megapascal: TypeAlias = Annotated[float, Field(ge=0, le=2000)]


class PressSettings(Settings):
    """When a stack pressure counts as reached. Who turns the press is asked; a gauge decides."""

    tolerance_percent: Annotated[float, Field(gt=0, le=50)] = 3
    """How far from it the gauge may be, either way; at 0 MPa this share of 1 MPa."""
    stable_min: NotNegative = 5
    """How long it must have been that near, without a break."""
    timeout_h: Positive = 1
    """The run fails if that is not so by then."""

    def pressure(self, stack_pressure_mpa: float, name: str | None = None) -> SetStackPressure:
        """Return the segment that asks for a stack pressure and waits for it."""
        pressure_pa = stack_pressure_mpa * 1e6
        return SetStackPressure(
            pressure_pa=pressure_pa,
            tolerance_pa=self.tolerance_percent / 100.0 * (pressure_pa or 1e6),
            stable_s=self.stable_min * 60.0,
            timeout_s=self.timeout_h * 3600.0,
            name=name or f"{stack_pressure_mpa:g} MPa",
        )


class PressureSettings(PressSettings):
    """A stack pressure that is asked for and waited for before anything else."""

    stack_pressure_mpa: Megapascal
    """Stack pressure on the cell."""

    def set_pressure(self) -> SetStackPressure:
        """Return the segment."""
        return self.pressure(self.stack_pressure_mpa)


class PressureItem(PressureSettings):
    """Ask for a stack pressure, and wait until the gauge has seen it; the cell rests meanwhile."""

    segment: Literal["pressure"]
    """Kind of segment."""
    name: Text | None = None
    """What to call it in the record."""

    def item(self, _basis: PlanBasis) -> SetStackPressure:
        """Return the segment."""
        return self.pressure(self.stack_pressure_mpa, self.name)
