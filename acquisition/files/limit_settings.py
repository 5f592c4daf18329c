"""Limits as a bench or a protocol file states them."""

from typing import Final, Self

from pydantic import model_validator

from ..limits.limits import Limits
from .schema import Positive, Settings
from .units import settings_in_si, unit_of

_WINDOWS: Final = (
    ("voltage", "voltage_min_v", "voltage_max_v"),
    ("temperature", "temperature_min_c", "temperature_max_c"),
    ("stack pressure", "stack_pressure_min_mpa", "stack_pressure_max_mpa"),
)


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
    temperature_min_c: float | None = None
    """Lowest temperature, where the channel measures it."""
    temperature_max_c: float | None = None
    """Highest temperature, where the channel measures it."""
    stack_pressure_min_mpa: float | None = None
    """Lowest stack pressure, where the channel measures it."""
    stack_pressure_max_mpa: Positive | None = None
    """Highest stack pressure, where the channel measures it."""
    voltage_rate_max_mv_s: Positive | None = None
    """Fastest change of the voltage within a segment, either way, over its last 10 s or 9 readings;
    the first 10 s of a segment are left out."""
    silence_max_s: Positive | None = None
    """Longest time without a reading; if it is not set, five readings and 10 s, and for a spectrum
    15 periods of its lowest frequency and 20 s."""

    @model_validator(mode="after")
    def _window_is_open(self) -> Self:
        for quantity, lowest, highest in _WINDOWS:
            low, high = getattr(self, lowest), getattr(self, highest)
            if low is not None and high is not None and low >= high:
                unit = unit_of(lowest)
                raise ValueError(
                    f"{lowest} is {low:g} {unit} and {highest} is {high:g} {unit}: "
                    f"the lowest {quantity} must be below the highest"
                )
        return self

    def limits(self, origin: str) -> Limits:
        """Return the same in SI; ``origin`` is named when a limit is broken.

        >>> LimitSettings(current_max_ma=10).limits("bench").of_whom("current_max_a")
        'current_max_a 0.01 A of the bench'
        """
        stated = self.model_dump(include=set(LimitSettings.model_fields), exclude_none=True)
        return Limits.of(origin, settings_in_si(stated))
