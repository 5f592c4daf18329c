"""The units that a temperature controller may show, and how to get to kelvin and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class TemperatureUnit:
    """``kelvin = shown * kelvin_per_degree + zero_k``."""

    kelvin_per_degree: float
    zero_k: float

    def to_kelvin(self, shown: float) -> float:
        """Return the absolute temperature.

        >>> TEMPERATURE_UNITS["degC"].to_kelvin(25.0)
        298.15
        """
        return shown * self.kelvin_per_degree + self.zero_k

    def from_kelvin(self, temperature_k: float) -> float:
        """Return what is shown.

        >>> round(TEMPERATURE_UNITS["degF"].from_kelvin(373.15), 9)
        212.0
        """
        return (temperature_k - self.zero_k) / self.kelvin_per_degree


TEMPERATURE_UNITS: Final[Mapping[str, TemperatureUnit]] = MappingProxyType(
    {
        "degC": TemperatureUnit(1.0, 273.15),
        "degF": TemperatureUnit(5 / 9, 459.67 * 5 / 9),
        "K": TemperatureUnit(1.0, 0.0),
    }
)
