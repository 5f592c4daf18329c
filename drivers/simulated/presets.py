"""What simulated cells are made of: electrolytes, and their contact to lithium, in SI units.

Conductivities and capacitances are typical values of cold-pressed sulfides and sintered oxides at
25 °C; replenishment of lithium follows the critical stripping currents of Kasemchainan et al.,
Nat. Mater. 18 (2019) 1105 (sulfide) and Wang et al., Joule 3 (2019) 2165 (garnet, stack
pressure). Statistics of the critical current are set to look like the literature: they are a
model's, not evidence. Electronic conductivities: Li10GeP2S12 5.7e-9 S/cm (Kamaya et al., Nat.
Mater. 10 (2011) 682); Li6PS5Cl and Li3PS4 as collected by Wu, Yao and Wang (2020), table 2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

BOLTZMANN_EV_K = 8.617333262e-5
REFERENCE_K = 298.15

_S_PER_CM = 100.0  # in S/m
_OHM_CM2 = 1e-4  # in ohm m2
_FARAD_PER_CM2 = 1e4  # in F/m2
_MA_PER_CM2 = 10.0  # in A/m2
_MEGAPASCAL = 1e6


def activation(energy_ev: float, temperature_k: float) -> float:
    """Return the Arrhenius factor relative to 25 °C; above 1 when warmer."""
    return math.exp(-energy_ev / BOLTZMANN_EV_K * (1 / temperature_k - 1 / REFERENCE_K))


@dataclass(frozen=True, slots=True, kw_only=True)
class Electrolyte:
    """An electrolyte at 25 °C; energies carry its conductivities elsewhere.

    Capacitances follow from the geometry: the permittivity for the bulk,
    ``grain_boundary_capacitance_f_m`` (times area over thickness) for grain boundaries.
    ``reduction_v`` and ``oxidation_v`` against Li+/Li enclose its intrinsic window.
    """

    name: str
    bulk_conductivity_s_m: float
    bulk_energy_ev: float
    relative_permittivity: float
    grain_boundary_conductivity_s_m: float | None = None
    grain_boundary_energy_ev: float = 0.0
    grain_boundary_capacitance_f_m: float = 0.0
    grain_boundary_alpha: float = 1.0
    electronic_conductivity_s_m: float
    electronic_energy_ev: float = 0.5
    reduction_v: float
    oxidation_v: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Material(Electrolyte):
    """An electrolyte and its contact to lithium, at 25 °C unless an energy carries it elsewhere.

    Areal quantities of an interface are per side. The resistance of the interphase grows as
    R^(1/n) = R0^(1/n) + k^(1/n) t / n with n = ``growth_exponent`` (1/2: diffusion, 1:
    reaction) and k = ``growth_ohm_m2``, in ohm m2 per s^n; where ``growth_is_added``, as
    R = R0 + k (t / n)^n on top of what was there.
    Replenishment is ``replenish_a_m2`` (p / ``replenish_pressure_pa``)^``replenish_exponent``
    + ``diffusion_a_m2``. The critical current density of a cell is drawn from a Weibull
    distribution of this scale and modulus. ``constriction_m`` is the excess electrolyte path
    per lost contact (1/theta - 1).
    """

    interphase_ohm_m2: float
    interphase_energy_ev: float
    interphase_f_m2: float
    interphase_alpha: float
    growth_ohm_m2: float = 0.0
    growth_exponent: float = 0.5
    growth_is_added: bool = False
    growth_energy_ev: float = 0.5
    exchange_a_m2: float
    exchange_energy_ev: float
    double_layer_f_m2: float
    double_layer_alpha: float = 0.9
    replenish_a_m2: float
    replenish_pressure_pa: float
    replenish_exponent: float
    diffusion_a_m2: float
    replenish_energy_ev: float = 0.5
    constriction_m: float = 1.5e-5
    critical_scale_a_m2: float
    critical_modulus: float
    critical_energy_ev: float = 0.25
    dendrite_speed_m_s: float


LPSCL = Material(
    name="LPSCl",
    bulk_conductivity_s_m=3e-3 * _S_PER_CM,
    bulk_energy_ev=0.35,
    relative_permittivity=15,
    interphase_ohm_m2=4 * _OHM_CM2,
    interphase_energy_ev=0.5,
    interphase_f_m2=2e-6 * _FARAD_PER_CM2,
    interphase_alpha=0.85,
    growth_ohm_m2=0.8 * _OHM_CM2 / math.sqrt(3600),
    exchange_a_m2=2 * _MA_PER_CM2,
    exchange_energy_ev=0.4,
    double_layer_f_m2=5e-6 * _FARAD_PER_CM2,
    electronic_conductivity_s_m=5e-9 * _S_PER_CM,
    reduction_v=1.7,
    oxidation_v=2.0,
    replenish_a_m2=0.2 * _MA_PER_CM2,
    replenish_pressure_pa=3 * _MEGAPASCAL,
    replenish_exponent=1.9,
    diffusion_a_m2=0.03 * _MA_PER_CM2,
    critical_scale_a_m2=1.2 * _MA_PER_CM2,
    critical_modulus=4,
    dendrite_speed_m_s=2e-6,
)

LLZO = Material(
    name="LLZO",
    bulk_conductivity_s_m=7e-4 * _S_PER_CM,
    bulk_energy_ev=0.35,
    relative_permittivity=50,
    grain_boundary_conductivity_s_m=2.5e-3 * _S_PER_CM,
    grain_boundary_energy_ev=0.40,
    grain_boundary_capacitance_f_m=3e-9 * 100,
    grain_boundary_alpha=0.92,
    interphase_ohm_m2=3 * _OHM_CM2,
    interphase_energy_ev=0.4,
    interphase_f_m2=3e-6 * _FARAD_PER_CM2,
    interphase_alpha=0.9,
    exchange_a_m2=3 * _MA_PER_CM2,
    exchange_energy_ev=0.4,
    double_layer_f_m2=1e-5 * _FARAD_PER_CM2,
    electronic_conductivity_s_m=1e-8 * _S_PER_CM,
    reduction_v=0.05,
    oxidation_v=2.9,
    replenish_a_m2=0.1 * _MA_PER_CM2,
    replenish_pressure_pa=0.4 * _MEGAPASCAL,
    replenish_exponent=0.9,
    diffusion_a_m2=0.03 * _MA_PER_CM2,
    critical_scale_a_m2=0.6 * _MA_PER_CM2,
    critical_modulus=3,
    dendrite_speed_m_s=4e-6,
)

LI3PS4 = Material(
    name="Li3PS4",
    bulk_conductivity_s_m=2.5e-4 * _S_PER_CM,
    bulk_energy_ev=0.36,
    relative_permittivity=12,
    interphase_ohm_m2=15 * _OHM_CM2,
    interphase_energy_ev=0.5,
    interphase_f_m2=2e-6 * _FARAD_PER_CM2,
    interphase_alpha=0.82,
    growth_ohm_m2=2 * _OHM_CM2 / math.sqrt(3600),
    exchange_a_m2=1 * _MA_PER_CM2,
    exchange_energy_ev=0.45,
    double_layer_f_m2=5e-6 * _FARAD_PER_CM2,
    electronic_conductivity_s_m=2.2e-9 * _S_PER_CM,
    reduction_v=1.7,
    oxidation_v=2.3,
    replenish_a_m2=0.2 * _MA_PER_CM2,
    replenish_pressure_pa=3 * _MEGAPASCAL,
    replenish_exponent=1.5,
    diffusion_a_m2=0.03 * _MA_PER_CM2,
    critical_scale_a_m2=0.5 * _MA_PER_CM2,
    critical_modulus=4,
    dendrite_speed_m_s=2e-6,
)

LI3PS4_LIF = replace(
    LI3PS4,
    name="Li3PS4+LiF",
    interphase_ohm_m2=25 * _OHM_CM2,
    interphase_alpha=0.85,
    growth_ohm_m2=0.1 * _OHM_CM2 / math.sqrt(3600),
    replenish_a_m2=0.5 * _MA_PER_CM2,
    diffusion_a_m2=0.05 * _MA_PER_CM2,
    critical_scale_a_m2=1.35 * _MA_PER_CM2,
    critical_modulus=5,
    dendrite_speed_m_s=1e-6,
)

LGPS = Electrolyte(
    name="LGPS",
    bulk_conductivity_s_m=1e-2 * _S_PER_CM,
    bulk_energy_ev=0.24,
    relative_permittivity=15,
    electronic_conductivity_s_m=5.7e-9 * _S_PER_CM,
    reduction_v=1.7,
    oxidation_v=2.1,
)

LATP = Electrolyte(
    name="LATP",
    bulk_conductivity_s_m=3e-3 * _S_PER_CM,
    bulk_energy_ev=0.28,
    relative_permittivity=30,
    grain_boundary_conductivity_s_m=4e-4 * _S_PER_CM,
    grain_boundary_energy_ev=0.38,
    grain_boundary_capacitance_f_m=2e-9 * 100,
    grain_boundary_alpha=0.92,
    electronic_conductivity_s_m=1e-9 * _S_PER_CM,
    reduction_v=2.2,
    oxidation_v=4.2,
)

PRESETS: Final[tuple[Material, ...]] = (LLZO, LPSCL, LI3PS4, LI3PS4_LIF)
"""Those of which the contact to lithium is known."""
ELECTROLYTES: Final[tuple[Electrolyte, ...]] = (LLZO, LPSCL, LI3PS4, LGPS, LATP)
"""Those that a pellet is pressed of."""

_Named = TypeVar("_Named", bound=Electrolyte)


def material(name: str) -> Material:
    """Return the preset of that name. Raises ``ValueError`` naming those that there are.

    >>> material("LPSCl").bulk_conductivity_s_m
    0.3
    """
    return _find(name, PRESETS, "preset")


def electrolyte(name: str) -> Electrolyte:
    """Return the electrolyte of that name. Raises ``ValueError`` naming those that there are.

    >>> electrolyte("LATP").oxidation_v
    4.2
    """
    return _find(name, ELECTROLYTES, "electrolyte")


def _find(name: str, among: Sequence[_Named], sort: str) -> _Named:
    for each in among:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in among)
    raise ValueError(f"unknown {sort} {name!r}; allowed: {known}")
