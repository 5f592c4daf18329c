"""Items that measure transport: DC polarisation, Bruce and Vincent's method, pressure series."""

from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ...drivers.segments import Potentiostatic, Rest
from ..plans.pieces import hold, spectrum_at_rest
from ..plans.sequence import Item, Procedure, tagged
from .protocol_basis import PlanBasis
from .protocol_pressure import Megapascal, PressSettings
from .protocol_settings import (
    ImpedanceSettings,
    OrNone,
    SamplePeriod,
    sweep,
)
from .schema import NotNegative, Positive, Settings

Volt = Annotated[float, Field(ge=-100, le=100)]


class DcPolarisationItem(Settings):
    """Constant voltages between blocking electrodes, one after the other: electronic conductivity.

    The slope of the steady currents over three or more voltages tells a leak from an offset.
    """

    segment: Literal["dc_polarisation"]
    """Kind of segment."""
    voltages_v: Annotated[list[Volt], Field(min_length=1, max_length=100)]
    """The voltages, in this order; three or more for the slope."""
    hold_h: Positive = 2
    """How long each is held."""
    rest_h: NotNegative = 0.5
    """Rest before each but the first, in which the cell relaxes."""
    current_max_ma: Positive = 1
    """A hold ends beyond it, either way."""
    sample_period_s: SamplePeriod = 1
    """Time between readings at the beginning of each hold, where the current decays fast."""
    later_sample_period_s: SamplePeriod | None = None
    """Time between readings later on; the hold is then made of two segments."""
    later_after_min: Positive = 10
    """When that begins."""
    impedance_before: Annotated[ImpedanceSettings | None, OrNone] = ImpedanceSettings()
    """A spectrum before the first voltage, for the ionic conductivity, or none."""
    impedance_after: Annotated[ImpedanceSettings | None, OrNone] = None
    """A spectrum after the last voltage, or none."""

    def item(self, _basis: PlanBasis) -> Item:
        """Return the spectra, holds and rests, each hold tagged with its voltage."""
        items: list[Item] = []
        if self.impedance_before is not None:
            items.append(_spectrum(self.impedance_before, 60.0, "before"))
        for number, voltage_v in enumerate(self.voltages_v):
            if number and self.rest_h > 0:
                items.append(self._rest())
            items += self._hold(voltage_v)
        if self.impedance_after is not None:
            items += [self._rest()] if self.rest_h > 0 else []
            items.append(_spectrum(self.impedance_after, 60.0, "after"))
        return tagged({"measurement": "dc_polarisation"}, *items)

    def _rest(self) -> Rest:
        period_s = self.later_sample_period_s or self.sample_period_s
        return Rest(
            duration_s=self.rest_h * 3600.0,
            sample_period_s=min(period_s, self.rest_h * 3600.0),
            name="relaxation",
            tags={"phase": "rest"},
        )

    def _hold(self, voltage_v: float) -> tuple[Potentiostatic, ...]:
        later_s = self.later_sample_period_s
        return hold(
            voltage_v,
            self.hold_h * 3600.0,
            self.current_max_ma * 1e-3,
            sample_period_s=self.sample_period_s,
            name=f"polarisation {voltage_v:g} V",
            tags={"phase": "hold", "set_voltage_v": voltage_v},
            later=None if later_s is None else (self.later_after_min * 60.0, later_s),
        )


class BruceVincentItem(Settings):
    """A small constant voltage on a symmetric cell between two spectra: the transference number
    (Evans, Vincent and Bruce, Polymer 1987).

    The second spectrum is measured about the voltage that is held, so that the steady state stays.
    """

    segment: Literal["bruce_vincent"]
    """Kind of segment."""
    voltage_mv: Annotated[float, Field(gt=0, le=100)] = 10
    """The voltage; beyond some 10 mV the equation does not hold."""
    hold_h: Positive = 6
    """How long it is held."""
    rest_min: NotNegative = 10
    """Rest before the first spectrum."""
    current_max_ma: Positive = 10
    """The hold ends beyond it, either way."""
    sample_period_s: SamplePeriod = 0.5
    """Time between readings at the beginning, since the first current is part of the result."""
    later_sample_period_s: SamplePeriod | None = 10
    """Time between readings later on; the hold is then made of two segments."""
    later_after_min: Positive = 10
    """When that begins."""
    impedance: ImpedanceSettings = ImpedanceSettings(frequency_min_hz=0.01)
    """The spectrum before and after."""

    def item(self, _basis: PlanBasis) -> Item:
        """Return rest, spectrum, hold and spectrum."""
        voltage_v = self.voltage_mv * 1e-3
        later_s = self.later_sample_period_s
        held = hold(
            voltage_v,
            self.hold_h * 3600.0,
            self.current_max_ma * 1e-3,
            sample_period_s=self.sample_period_s,
            name=f"polarisation {self.voltage_mv:g} mV",
            tags={"phase": "hold", "set_voltage_v": voltage_v},
            later=None if later_s is None else (self.later_after_min * 60.0, later_s),
        )
        after = replace(
            sweep(self.impedance),
            bias=voltage_v,
            tags={"phase": "after", "set_voltage_v": voltage_v},
        )
        before = _spectrum(self.impedance, self.rest_min * 60.0, "before")
        return tagged({"measurement": "bruce_vincent"}, before, *held, after)


class PressureSeriesItem(PressSettings):
    """A spectrum at one stack pressure after the other, up and down again.

    At each the press is asked for, the gauge waited for, and the cell rests.
    """

    segment: Literal["pressure_series"]
    """Kind of segment."""
    stack_pressures_mpa: Annotated[list[Megapascal], Field(min_length=2, max_length=200)]
    """The stack pressures on the way up."""
    and_back: bool = True
    """Whether the same are measured on the way down, too: unloading seldom retraces loading."""
    rest_min: NotNegative = 10
    """Rest at each before its spectrum."""
    impedance: ImpedanceSettings = ImpedanceSettings()
    """The spectrum."""

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        for below, above in pairwise(self.stack_pressures_mpa):
            if not above > below:
                raise ValueError(
                    f"stack_pressures_mpa has {above:g} MPa after {below:g} MPa: list them "
                    "upwards; and_back: true measures them downwards, too"
                )
        return self

    def item(self, _basis: PlanBasis) -> Item:
        """Return pressures, rests and spectra, each tagged with pressure and direction."""
        up = list(self.stack_pressures_mpa)
        path = [(p, +1) for p in up] + [(p, -1) for p in (up[-2::-1] if self.and_back else [])]
        return tagged(
            {"measurement": "pressure_series"},
            *(
                tagged(
                    {"set_stack_pressure_mpa": pressure_mpa, "direction": direction},
                    self.pressure(pressure_mpa),
                    _spectrum(self.impedance, self.rest_min * 60.0, "check"),
                )
                for pressure_mpa, direction in path
            ),
        )


def _spectrum(impedance: ImpedanceSettings, rest_s: float, phase: str) -> Item:
    segment = sweep(impedance)
    return Procedure(lambda: spectrum_at_rest(rest_s, segment, tags={"phase": phase}))
