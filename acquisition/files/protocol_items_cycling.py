"""Items that cycle full cells: cycling with formation, and rate capability."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..plans.cycling import CHARGE, DISCHARGE, Pace, Window, one_cycle, spectrum
from ..plans.sequence import Item, Repeat, tagged
from .protocol_basis import PlanBasis
from .protocol_conditions import ConditionSettings
from .protocol_rates import Rate, Rated
from .protocol_settings import Current, Cycles, ImpedanceSettings, OrNone, sweep
from .schema import Positive


class CyclingItem(Rated):
    """Charge and discharge between two voltages, after cycles of formation if there are any."""

    segment: Literal["cycling"]
    """Kind of segment."""
    cycles: Cycles
    """Number of cycles, after those of formation."""
    charge_rate_c: Rate | None = None
    """C-rate of the charge."""
    charge_density_ma_cm2: Current | None = None
    """Current density of the charge, instead of a C-rate; needs half_cycle_max_h."""
    discharge_rate_c: Rate | None = None
    """C-rate of the discharge; that of the charge if nothing is given."""
    discharge_density_ma_cm2: Current | None = None
    """Current density of the discharge, instead of a C-rate; needs half_cycle_max_h."""
    first: Literal["charge", "discharge"] = "charge"
    """What comes first."""
    formation_cycles: Annotated[int, Field(ge=0, le=1000)] = 0
    """Number of cycles before, at the pace of formation."""
    formation_rate_c: Rate | None = None
    """C-rate of charge and discharge in formation."""
    formation_density_ma_cm2: Current | None = None
    """Current density in formation, instead of a C-rate; needs half_cycle_max_h."""
    hold_until_rate_c: Rate | None = None
    """After each charge its voltage is held until the current falls below this C-rate."""
    hold_until_ma_cm2: Current | None = None
    """The same as a current density."""
    hold_max_h: Positive = 5
    """Longest hold."""
    until: ConditionSettings | None = None
    """Ends the cycles sooner, by what came of them; formation does not count."""
    impedance: Annotated[ImpedanceSettings | None, OrNone] = None
    """A spectrum before the cycles and every so many of them, or none."""
    impedance_every_cycles: Cycles = 10
    """How many cycles lie between two spectra."""

    @model_validator(mode="after")
    def _paces_are_known(self) -> Self:
        pairs = (
            ("charge_rate_c", "charge_density_ma_cm2", True),
            ("discharge_rate_c", "discharge_density_ma_cm2", False),
            ("formation_rate_c", "formation_density_ma_cm2", self.formation_cycles > 0),
            ("hold_until_rate_c", "hold_until_ma_cm2", False),
        )
        for by_rate, by_density, is_needed in pairs:
            rate, density = getattr(self, by_rate), getattr(self, by_density)
            if rate is not None and density is not None:
                raise ValueError(f"give either {by_rate} or {by_density}, not both")
            if is_needed and rate is None and density is None:
                raise ValueError(f"needs {by_rate} or {by_density}")
            if rate is not None:
                self.need_rating()
            is_pace = not by_rate.startswith("hold")
            if is_pace and density is not None and self.half_cycle_max_h is None:
                raise ValueError(f"{by_density} needs half_cycle_max_h, the longest half-cycle")
        return self

    def item(self, basis: PlanBasis) -> Item:
        """Return formation and cycles, each cycle with its number, formation first."""
        charge, discharge, formation = self._paces(basis)
        window = self.window(self._hold_until_a(basis), self.hold_max_h)
        first = CHARGE if self.first == "charge" else DISCHARGE
        items: list[Item] = []
        if formation is not None:
            formed = one_cycle(formation, formation, window, "formation", first=first)
            items.append(Repeat(self.formation_cycles, formed))
        checks = () if self.impedance is None else (spectrum(sweep(self.impedance), window),)
        cycled = Repeat(
            self.cycles,
            one_cycle(charge, discharge, window, "cycling", first=first),
            None if self.until is None else self.until.condition(),
            first=self.formation_cycles if formation is not None else 0,
            every=self.impedance_every_cycles,
            also=checks,
        )
        return tagged({"measurement": "cycling"}, *items, *checks, cycled)

    def _paces(self, basis: PlanBasis) -> tuple[Pace, Pace, Pace | None]:
        charge = self.pace(basis, self.charge_rate_c, self.charge_density_ma_cm2)
        discharge, formation = charge, None
        if self.discharge_rate_c is not None or self.discharge_density_ma_cm2 is not None:
            discharge = self.pace(basis, self.discharge_rate_c, self.discharge_density_ma_cm2)
        if self.formation_cycles:
            formation = self.pace(basis, self.formation_rate_c, self.formation_density_ma_cm2)
        return charge, discharge, formation

    def _hold_until_a(self, basis: PlanBasis) -> float | None:
        if self.hold_until_rate_c is not None:
            return self.hold_until_rate_c * self.capacity_c(basis) / 3600.0
        if self.hold_until_ma_cm2 is not None:
            return self.hold_until_ma_cm2 * 10.0 * basis.electrode_area_m2
        return None


class RateCapabilityItem(Rated):
    """Cycles at one C-rate after the other, and at the first again: what the cell gives at each."""

    segment: Literal["rate_capability"]
    """Kind of segment."""
    rates_c: Annotated[list[Rate], Field(min_length=2, max_length=100)]
    """C-rates of the discharges, in this order."""
    cycles_per_rate: Cycles = 5
    """Cycles at each."""
    charge_rate_c: Rate | None = None
    """C-rate of every charge; if it is not given, a cell is charged as fast as discharged."""
    return_to_first: bool = True
    """Whether the first rate follows once more, to tell fading from rate."""
    hold_until_rate_c: Rate | None = None
    """After each charge its voltage is held until the current falls below this C-rate."""
    hold_max_h: Positive = 5
    """Longest hold."""

    @model_validator(mode="after")
    def _is_declared(self) -> Self:
        self.need_rating()
        return self

    def item(self, basis: PlanBasis) -> Item:
        """Return the cycles, numbered throughout."""
        until_rate = self.hold_until_rate_c
        until_a = None if until_rate is None else until_rate * self.capacity_c(basis) / 3600.0
        window = self.window(until_a, self.hold_max_h)
        rates = [*self.rates_c, *(self.rates_c[:1] if self.return_to_first else [])]
        blocks = [
            self._block(basis, window, rate_c, number * self.cycles_per_rate)
            for number, rate_c in enumerate(rates)
        ]
        return tagged({"measurement": "rate_capability"}, *blocks)

    def _block(self, basis: PlanBasis, window: Window, rate_c: float, first: int) -> Item:
        charge = self.pace(basis, self.charge_rate_c or rate_c, None)
        discharge = self.pace(basis, rate_c, None)
        cycle = one_cycle(charge, discharge, window, "cycling")
        return Repeat(self.cycles_per_rate, cycle, first=first)
