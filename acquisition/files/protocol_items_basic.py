"""The plain items of a sequence: rest, current, voltage, sweeps. One segment each."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ...drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)
from ..plans.sequence import Item
from .protocol_basis import PlanBasis
from .protocol_settings import Amplitude, Cycles, SamplePeriod, SweepRange
from .schema import Positive, Settings, Text


class Timed(Settings):
    """Something that lasts."""

    duration_s: Positive | None = None
    """Duration in seconds."""
    duration_min: Positive | None = None
    """Duration in minutes."""
    duration_h: Positive | None = None
    """Duration in hours."""
    sample_period_s: SamplePeriod = 1
    """Time between readings."""
    name: Text | None = None
    """What to call it in the record."""

    @model_validator(mode="after")
    def _one_duration(self) -> Self:
        given = [self.duration_s, self.duration_min, self.duration_h]
        if sum(duration is not None for duration in given) != 1:
            raise ValueError("needs exactly one of duration_s, duration_min and duration_h")
        return self

    def seconds(self) -> float:
        """Return the duration."""
        hours, minutes = self.duration_h or 0.0, self.duration_min or 0.0
        return (self.duration_s or 0.0) + 60.0 * minutes + 3600.0 * hours


class RestItem(Timed):
    """No current while the voltage is read."""

    segment: Literal["rest"]
    """Kind of segment."""

    def item(self, _basis: PlanBasis) -> Item:
        """Return the segment."""
        return Rest(
            duration_s=self.seconds(),
            sample_period_s=self.sample_period_s,
            name=self.name or "rest",
        )


class GalvanostaticItem(Timed):
    """A constant current, until the time is up or the voltage leaves its limits."""

    segment: Literal["galvanostatic"]
    """Kind of segment."""
    current_ma: float | None = None
    """Current; positive is anodic at the working electrode."""
    current_density_ma_cm2: float | None = None
    """Current over the electrode area, instead of a current."""
    voltage_min_v: float
    """The segment ends at or below it."""
    voltage_max_v: float
    """The segment ends at or above it."""

    @model_validator(mode="after")
    def _one_current(self) -> Self:
        if (self.current_ma is None) == (self.current_density_ma_cm2 is None):
            raise ValueError("needs exactly one of current_ma and current_density_ma_cm2")
        if self.voltage_min_v >= self.voltage_max_v:
            raise ValueError(
                f"voltage_min_v is {self.voltage_min_v:g} V: "
                f"must be below voltage_max_v, which is {self.voltage_max_v:g} V"
            )
        return self

    def item(self, basis: PlanBasis) -> Item:
        """Return the segment; a current density needs the electrode's area."""
        density_a_m2 = (self.current_density_ma_cm2 or 0.0) * 10.0
        return Galvanostatic(
            current_a=(self.current_ma or 0.0) * 1e-3 + density_a_m2 * basis.electrode_area_m2,
            duration_s=self.seconds(),
            voltage_min_v=self.voltage_min_v,
            voltage_max_v=self.voltage_max_v,
            sample_period_s=self.sample_period_s,
            name=self.name or "galvanostatic",
        )


class PotentiostaticItem(Timed):
    """A constant voltage, until the time is up or the current exceeds its limit."""

    segment: Literal["potentiostatic"]
    """Kind of segment."""
    voltage_v: float
    """Voltage of the working against the counter electrode."""
    current_max_ma: Positive
    """The segment ends beyond it, either way."""

    def item(self, _basis: PlanBasis) -> Item:
        """Return the segment."""
        return Potentiostatic(
            voltage_v=self.voltage_v,
            duration_s=self.seconds(),
            current_max_a=self.current_max_ma * 1e-3,
            sample_period_s=self.sample_period_s,
            name=self.name or "potentiostatic",
        )


class VoltammetryItem(Settings):
    """Cyclic voltammetry: start, first vertex, second vertex, back to start."""

    segment: Literal["voltammetry"]
    """Kind of segment."""
    start_v: float
    """Where each cycle starts and ends."""
    vertex1_v: float
    """First turning point."""
    vertex2_v: float
    """Second turning point."""
    step_mv: Annotated[float, Field(gt=0, le=100)] = 1
    """Staircase step."""
    scan_rate_mv_s: Annotated[float, Field(gt=0, le=10_000)]
    """Scan rate."""
    current_max_ma: Positive
    """The segment ends beyond it, either way."""
    cycles: Cycles = 1
    """Number of cycles."""
    name: Text | None = None
    """What to call it in the record."""

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.vertex1_v == self.vertex2_v:
            raise ValueError(f"vertex1_v and vertex2_v are both {self.vertex1_v:g} V: must differ")
        return self

    def item(self, _basis: PlanBasis) -> Item:
        """Return the segment."""
        return Voltammetry(
            start_v=self.start_v,
            vertex1_v=self.vertex1_v,
            vertex2_v=self.vertex2_v,
            step_v=self.step_mv * 1e-3,
            scan_rate_v_per_s=self.scan_rate_mv_s * 1e-3,
            current_max_a=self.current_max_ma * 1e-3,
            cycles=self.cycles,
            name=self.name or "voltammetry",
        )


class ImpedanceItem(SweepRange):
    """An impedance sweep, potentiostatic unless an amplitude in mA is given."""

    segment: Literal["impedance"]
    """Kind of segment."""
    amplitude_mv: Amplitude | None = None
    """Amplitude of a potentiostatic sweep, rms; 10 mV by default."""
    amplitude_ma: Positive | None = None
    """Amplitude of a galvanostatic sweep, rms."""
    bias_v: float | None = None
    """Voltage held during a potentiostatic sweep; 0 V by default."""
    bias_ma: float | None = None
    """Current held during a galvanostatic sweep; 0 mA by default."""
    name: Text | None = None
    """What to call it in the record."""

    @model_validator(mode="after")
    def _one_mode(self) -> Self:
        if self.amplitude_ma is not None and (self.amplitude_mv or self.bias_v is not None):
            raise ValueError("amplitude_ma goes with bias_ma, not with amplitude_mv or bias_v")
        if self.amplitude_ma is None and self.bias_ma is not None:
            raise ValueError(
                "bias_ma needs amplitude_ma: only a galvanostatic sweep holds a current"
            )
        return self

    def item(self, _basis: PlanBasis) -> Item:
        """Return the segment."""
        galvanostatic = self.amplitude_ma is not None
        amplitude = self.amplitude_ma if galvanostatic else self.amplitude_mv or 10.0
        return ImpedanceSweep(
            frequency_max_hz=self.frequency_max_hz,
            frequency_min_hz=self.frequency_min_hz,
            points_per_decade=self.points_per_decade,
            amplitude=(amplitude or 0.0) * 1e-3,
            mode=ImpedanceMode.GALVANOSTATIC if galvanostatic else ImpedanceMode.POTENTIOSTATIC,
            bias=(self.bias_ma or 0.0) * 1e-3 if galvanostatic else self.bias_v or 0.0,
            name=self.name or "impedance",
        )
