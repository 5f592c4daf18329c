"""Temperatures in a protocol: where the oven shall stand, and when the cell counts as soaked."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ...drivers.segments import SetTemperature
from .protocol_basis import PlanBasis
from .schema import NotNegative, Positive, Settings, Text
from .units import ZERO_CELSIUS_K

Celsius: TypeAlias = Annotated[float, Field(gt=-ZERO_CELSIUS_K, le=1500)]


class SoakSettings(Settings):
    """When a temperature counts as reached."""

    tolerance_k: Annotated[float, Field(gt=0, le=50)] = 0.5
    """How far from it the oven may be, either way."""
    stable_min: NotNegative = 30
    """How long it must have been that near, without a break."""
    timeout_h: Positive = 6
    """The run fails if that is not so by then, from when the oven is free and set."""

    def temperature(self, temperature_c: float, name: str | None = None) -> SetTemperature:
        """Return the segment that asks for a temperature and waits for it."""
        return SetTemperature(
            temperature_k=round(temperature_c + ZERO_CELSIUS_K, 9),
            tolerance_k=self.tolerance_k,
            stable_s=self.stable_min * 60.0,
            timeout_s=self.timeout_h * 3600.0,
            name=name or f"{temperature_c:g} °C",
        )


class TemperatureSettings(SoakSettings):
    """A temperature that is set and waited for before anything else."""

    temperature_c: Celsius
    """Temperature of the oven."""

    def set_temperature(self) -> SetTemperature:
        """Return the segment."""
        return self.temperature(self.temperature_c)


class TemperatureItem(TemperatureSettings):
    """Set the oven, and wait until the cell has soaked; it rests meanwhile."""

    segment: Literal["temperature"]
    """Kind of segment."""
    name: Text | None = None
    """What to call it in the record."""

    def item(self, _basis: PlanBasis) -> SetTemperature:
        """Return the segment."""
        return self.temperature(self.temperature_c, self.name)
