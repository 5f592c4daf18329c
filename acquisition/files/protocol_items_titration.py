"""Items that watch a full cell at rest: titration by pulses, and self-discharge."""

from typing import Literal, Self

from pydantic import model_validator

from ...drivers.segments import Rest
from ..plans.cycling import CHARGE, DISCHARGE, half_cycle, one_cycle, titration
from ..plans.sequence import Item, Repeat, tagged
from .protocol_basis import PlanBasis
from .protocol_rates import Rate, Rated
from .protocol_settings import Current, Cycles, SamplePeriod
from .schema import Positive


class GittItem(Rated):
    """Galvanostatic intermittent titration: pulses and relaxations to a cut-off, and back again.

    The diffusion coefficient follows from both (Weppner and Huggins, J. Electrochem. Soc. 1977) as
    long as a pulse is much shorter than the time of diffusion.
    """

    segment: Literal["gitt"]
    """Kind of segment."""
    pulse_rate_c: Rate | None = None
    """C-rate of the pulses; 0.1 if nothing is given."""
    pulse_density_ma_cm2: Current | None = None
    """Current density of the pulses, instead of a C-rate."""
    pulse_min: Positive = 10
    """How long a pulse is."""
    relax_min: Positive = 120
    """How long the cell rests after each."""
    first: Literal["charge", "discharge"] = "charge"
    """The direction that comes first."""
    sample_period_s: SamplePeriod = 1
    """Time between readings; a pulse needs many."""

    @model_validator(mode="after")
    def _is_declared(self) -> Self:
        self.need_rating()
        if self.pulse_rate_c is not None and self.pulse_density_ma_cm2 is not None:
            raise ValueError("give either pulse_rate_c or pulse_density_ma_cm2, not both")
        return self

    def _rate_c(self, basis: PlanBasis) -> float:
        """The C-rate of a pulse, which follows from a current density, too."""
        if self.pulse_density_ma_cm2 is None:
            return self.pulse_rate_c or 0.1
        current_a = self.pulse_density_ma_cm2 * 10.0 * basis.electrode_area_m2
        return current_a * 3600.0 / self.capacity_c(basis)

    def item(self, basis: PlanBasis) -> Item:
        """Return the pulses of both directions, each with its number."""
        pulses = titration(
            self.pace(basis, self._rate_c(basis), None),
            self.window(),
            pulse_s=self.pulse_min * 60.0,
            relax_s=self.relax_min * 60.0,
            capacity_c=self.capacity_c(basis),
            first=CHARGE if self.first == "charge" else DISCHARGE,
        )
        return tagged({"measurement": "gitt"}, *pulses)


class SelfDischargeItem(Rated):
    """What a charged cell loses at open circuit: a cycle, a charge, the wait, a discharge, a cycle.

    The cycles before and after tell what is lost for good from what comes back.
    """

    segment: Literal["self_discharge"]
    """Kind of segment."""
    rate_c: Rate = 0.1
    """C-rate of everything."""
    cycles_before: Cycles = 1
    """Cycles before; the last of them is what the cell had."""
    hold_days: Positive = 7
    """How long it waits, charged, at open circuit."""
    hold_sample_period_s: SamplePeriod = 60
    """Time between readings then."""
    cycles_after: Cycles = 1
    """Cycles after."""

    @model_validator(mode="after")
    def _is_declared(self) -> Self:
        self.need_rating()
        return self

    def item(self, basis: PlanBasis) -> Item:
        """Return cycles, charge, wait, discharge and cycles."""
        pace, window = self.pace(basis, self.rate_c, None), self.window()
        checked = one_cycle(pace, pace, window, "check")
        wait = Rest(
            duration_s=self.hold_days * 86_400.0,
            sample_period_s=self.hold_sample_period_s,
            name=f"open circuit for {self.hold_days:g} d",
            tags={"phase": "hold"},
        )
        held = tagged(
            {"cycle": self.cycles_before},
            *half_cycle(pace, window, CHARGE, "charge"),
            wait,
            *half_cycle(pace, window, DISCHARGE, "discharge"),
        )
        return tagged(
            {"measurement": "self_discharge"},
            Repeat(self.cycles_before, checked),
            held,
            Repeat(self.cycles_after, checked, first=self.cycles_before + 1),
        )
