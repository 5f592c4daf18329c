"""One lithium electrode on the electrolyte: voids, interphase and dendrites, slowly changing."""

from dataclasses import dataclass

from .presets import Material, activation

VOID_GAIN = 0.1  # share of the unreplenished stripping charge that leaves voids
REFILL_GAIN = 0.06  # share of the plated charge that fills them
VOID_SCALE_C_M2 = 1800.0  # 0.05 mAh/cm2: half of the contact is lost
VOID_EXPONENT = 1.2
LEAST_CONTACT = 1e-3  # below, current focusing would run away
RETREAT = 0.3  # dissolution of a dendrite relative to its growth


@dataclass(frozen=True, slots=True)
class Options:
    """Which slow states live. All off and linear kinetics: a linear, time-invariant cell."""

    contact_loss: bool = True
    interphase_growth: bool = True
    dendrites: bool = True
    linear_kinetics: bool = False


ALL_ALIVE = Options()
LINEAR_AND_STILL = Options(
    contact_loss=False, interphase_growth=False, dendrites=False, linear_kinetics=True
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What temperature, stack pressure and the cell's own flaws make of the slow states.

    ``growth`` is the rate of R^(1/n) in (ohm m2)^(1/n) per s.
    """

    replenish_a_m2: float
    growth: float
    growth_power: float
    critical_a_m2: float
    dendrite_per_s: float


def conditions(
    of: Material,
    options: Options,
    *,
    thickness_m: float,
    temperature_k: float,
    stack_pressure_pa: float,
    critical_at_25c_a_m2: float,
) -> Conditions:
    """Evaluate the rates of ``of`` at a temperature and a pressure."""
    pressed = (stack_pressure_pa / of.replenish_pressure_pa) ** of.replenish_exponent
    power = 1 / of.growth_exponent
    warmth = activation(of.growth_energy_ev, temperature_k)
    return Conditions(
        replenish_a_m2=(of.replenish_a_m2 * pressed + of.diffusion_a_m2)
        * activation(of.replenish_energy_ev, temperature_k),
        growth=power * of.growth_ohm_m2**power * warmth if options.interphase_growth else 0.0,
        growth_power=power,
        critical_a_m2=critical_at_25c_a_m2 * activation(of.critical_energy_ev, temperature_k),
        dendrite_per_s=of.dendrite_speed_m_s / thickness_m if options.dendrites else 0.0,
    )


class LithiumContact:
    """The slow states of one side.

    ``contact`` is the fraction of the area in contact, ``interphase_ohm_m2`` the interphase's
    areal resistance at 25 °C and full contact, ``dendrite`` the length of the longest dendrite
    in thicknesses of the electrolyte: at 1 it shorts the cell.
    """

    __slots__ = ("_before", "_grown", "contact", "dendrite", "interphase_ohm_m2", "void_c_m2")

    def __init__(self, of: Material) -> None:
        self.contact = 1.0
        self.void_c_m2 = 0.0
        self.dendrite = 0.0
        self.interphase_ohm_m2 = of.interphase_ohm_m2
        self._before = of.interphase_ohm_m2 if of.growth_is_added else 0.0
        continued = of.interphase_ohm_m2 - self._before
        self._grown = continued ** (1 / of.growth_exponent)

    def age(self, strip_a_m2: float, duration_s: float, at: Conditions, voids: bool) -> None:
        """Live through ``duration_s`` at a constant current density, positive when stripping."""
        if voids:
            self._move_voids(strip_a_m2, duration_s, at.replenish_a_m2)
        if at.growth:
            self._grown += at.growth * duration_s
            self.interphase_ohm_m2 = self._before + self._grown ** (1 / at.growth_power)
        if at.dendrite_per_s:
            self._move_dendrite(strip_a_m2, duration_s, at)

    def _move_voids(self, strip_a_m2: float, duration_s: float, replenish_a_m2: float) -> None:
        rate = -VOID_GAIN * replenish_a_m2
        rate += strip_a_m2 * (VOID_GAIN if strip_a_m2 > 0 else REFILL_GAIN)
        if rate > 0 or self.void_c_m2 > 0:
            self.void_c_m2 = max(0.0, self.void_c_m2 + rate * duration_s)
            lost = (self.void_c_m2 / VOID_SCALE_C_M2) ** VOID_EXPONENT
            self.contact = max(LEAST_CONTACT, 1 / (1 + lost))

    def _move_dendrite(self, strip_a_m2: float, duration_s: float, at: Conditions) -> None:
        if strip_a_m2 < 0:
            overload = -strip_a_m2 / self.contact / at.critical_a_m2
            if overload > 1:
                self.dendrite += at.dendrite_per_s * (overload * overload - 1) * duration_s
        elif strip_a_m2 > 0 and self.dendrite > 0:
            pull = RETREAT * at.dendrite_per_s * min(1.0, strip_a_m2 / at.critical_a_m2)
            self.dendrite = max(0.0, self.dendrite - pull * duration_s)
