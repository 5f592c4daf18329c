"""Settings that several protocols share: how to sweep impedance, and how long things last."""

from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from ...drivers.segments import ImpedanceSweep
from .schema import Positive, Settings

LITHIUM_UM_PER_MAH_CM2: Final = 4.85

Current: TypeAlias = Annotated[float, Field(gt=0, le=1000)]
Cycles: TypeAlias = Annotated[int, Field(ge=1, le=100_000)]
Amplitude: TypeAlias = Annotated[float, Field(gt=0, le=1000)]
AfterInterruption: TypeAlias = Literal["ask", "continue", "abort"]
SamplePeriod: TypeAlias = Annotated[float, Field(ge=0.001, le=3600)]


class SweepRange(Settings):
    """The frequencies of a sweep."""

    frequency_max_hz: Annotated[float, Field(gt=0, le=1e9)] = 1e6
    """Where the sweep begins."""
    frequency_min_hz: Annotated[float, Field(ge=1e-5)] = 0.1
    """Where the sweep ends."""
    points_per_decade: Annotated[float, Field(ge=1, le=100)] = 10
    """Frequencies per decade."""

    @model_validator(mode="after")
    def _goes_downwards(self) -> Self:
        if self.frequency_min_hz >= self.frequency_max_hz:
            raise ValueError(
                f"frequency_min_hz is {self.frequency_min_hz:g} Hz: "
                f"must be below frequency_max_hz, which is {self.frequency_max_hz:g} Hz"
            )
        return self


class ImpedanceSettings(SweepRange):
    """A potentiostatic sweep of a symmetric cell, about 0 V."""

    amplitude_mv: Amplitude = 10
    """Amplitude, rms."""


def _none_is_written(value: Any) -> Any:
    if value is None:
        raise ValueError("nothing is not allowed: write 'none' to leave it out of the test")
    return None if value == "none" else value


OrNone = BeforeValidator(_none_is_written)
"""For a block that may be left out of a test, but only by writing ``none``."""


class HalfCycle(Settings):
    """How much charge a half-cycle moves: by capacity or by time."""

    capacity_mah_cm2: Positive | None = None
    """Charge per area moved by each half-cycle."""
    half_cycle_h: Positive | None = None
    """Duration of each half-cycle."""

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.capacity_mah_cm2 is not None and self.half_cycle_h is not None:
            raise ValueError("give either capacity_mah_cm2 or half_cycle_h, not both")
        return self

    @property
    def is_given(self) -> bool:
        """Say whether either is stated."""
        return self.capacity_mah_cm2 is not None or self.half_cycle_h is not None

    def duration_s(self, current_density_ma_cm2: float) -> float:
        """Return how long a half-cycle lasts at this current density.

        >>> HalfCycle(capacity_mah_cm2=0.5).duration_s(1.0)
        1800.0
        """
        if self.capacity_mah_cm2 is not None:
            return self.capacity_mah_cm2 / current_density_ma_cm2 * 3600.0
        if self.half_cycle_h is not None:
            return self.half_cycle_h * 3600.0
        raise ValueError("neither capacity_mah_cm2 nor half_cycle_h is given")


def sweep(settings: ImpedanceSettings) -> ImpedanceSweep:
    """Return the sweep in SI, about 0 V.

    >>> sweep(ImpedanceSettings()).amplitude
    0.01
    """
    return ImpedanceSweep(
        frequency_max_hz=settings.frequency_max_hz,
        frequency_min_hz=settings.frequency_min_hz,
        points_per_decade=settings.points_per_decade,
        amplitude=settings.amplitude_mv * 1e-3,
    )
