"""Limits as a bench or a protocol file states them."""

from typing import Self

from pydantic import model_validator

from ..limits import Limits
from .schema import Positive, Settings
from .units import settings_in_si


class LimitSettings(Settings):
    """What a channel, or a protocol, may do to a cell. Beyond it a run is ended."""

    voltage_min_v: float | None = None
    """Lowest cell voltage."""
    voltage_max_v: float | None = None
    """Highest cell voltage."""
    current_max_ma: Positive | None = None
    """Largest current, either way."""
    charge_max_mah: Positive | None = None
    """Largest net charge, either way, since the run began."""
    duration_max_h: Positive | None = None
    """Longest run."""

    @model_validator(mode="after")
    def _window_is_open(self) -> Self:
        low, high = self.voltage_min_v, self.voltage_max_v
        if low is not None and high is not None and low >= high:
            raise ValueError(
                f"voltage_min_v is {low:g} V and voltage_max_v is {high:g} V: "
                "the lowest voltage must be below the highest"
            )
        return self

    def limits(self, origin: str) -> Limits:
        """Return the same in SI; ``origin`` is named when a limit is broken.

        >>> LimitSettings(current_max_ma=10).limits("bench").of_whom("current_max_a")
        'current_max_a 0.01 A of the bench'
        """
        stated = self.model_dump(include=set(LimitSettings.model_fields), exclude_none=True)
        return Limits.of(origin, settings_in_si(stated))
