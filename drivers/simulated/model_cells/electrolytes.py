"""Pellets between electrodes that block ions: what each electrolyte conducts, in SI units.

Typical values of cold-pressed sulfides and sintered oxides at 25 °C. Electronic conductivities of
the sulfides: Li10GeP2S12 5.7e-9 S/cm (Kamaya et al., Nat. Mater. 10 (2011) 682); Li6PS5Cl and
Li3PS4 as collected by Wu, Yao and Wang (2020), table 2.
"""

from dataclasses import dataclass
from typing import Final

from ..network import VACUUM_F_M
from ..presets import LI3PS4, LLZO, LPSCL, Material, activation
from .ladder import Elements, arc

_S_PER_CM: Final = 100.0  # in S/m


@dataclass(frozen=True, slots=True, kw_only=True)
class Electrolyte:
    """An electrolyte at 25 °C; energies carry its conductivities elsewhere.

    ``grain_boundary_capacitance_f_m`` times area over thickness is the boundaries' capacitance.
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

    def elements(self, area_m2: float, thickness_m: float, temperature_k: float) -> list[Elements]:
        """Return bulk and grain boundaries of a pellet as Debye elements."""
        bulk_s_m = self.bulk_conductivity_s_m * activation(self.bulk_energy_ev, temperature_k)
        tau_s = VACUUM_F_M * self.relative_permittivity / bulk_s_m
        parts = [arc(thickness_m / bulk_s_m / area_m2, tau_s)]
        if self.grain_boundary_conductivity_s_m is not None:
            warm = activation(self.grain_boundary_energy_ev, temperature_k)
            ohm = thickness_m / (self.grain_boundary_conductivity_s_m * warm) / area_m2
            farad = self.grain_boundary_capacitance_f_m * area_m2 / thickness_m
            parts.append(arc(ohm, ohm * farad, self.grain_boundary_alpha))
        return parts

    def leak_ohm(self, area_m2: float, thickness_m: float, temperature_k: float) -> float:
        """Return the resistance of a pellet to electrons."""
        warm = activation(self.electronic_energy_ev, temperature_k)
        return thickness_m / (self.electronic_conductivity_s_m * warm) / area_m2


def _pellet_of(of: Material, *, reduction_v: float, oxidation_v: float) -> Electrolyte:
    """Return an electrolyte as it also stands between lithium electrodes."""
    return Electrolyte(
        name=of.name,
        bulk_conductivity_s_m=of.bulk_conductivity_s_m,
        bulk_energy_ev=of.bulk_energy_ev,
        relative_permittivity=of.relative_permittivity,
        grain_boundary_conductivity_s_m=of.grain_boundary_conductivity_s_m,
        grain_boundary_energy_ev=of.grain_boundary_energy_ev,
        grain_boundary_capacitance_f_m=of.grain_boundary_capacitance_f_m,
        grain_boundary_alpha=of.grain_boundary_alpha,
        electronic_conductivity_s_m=of.electronic_conductivity_s_m,
        reduction_v=reduction_v,
        oxidation_v=oxidation_v,
    )


ELECTROLYTES: Final[tuple[Electrolyte, ...]] = (
    _pellet_of(LLZO, reduction_v=0.05, oxidation_v=2.9),
    _pellet_of(LPSCL, reduction_v=1.7, oxidation_v=2.0),
    _pellet_of(LI3PS4, reduction_v=1.7, oxidation_v=2.3),
    Electrolyte(
        name="LGPS",
        bulk_conductivity_s_m=1e-2 * _S_PER_CM,
        bulk_energy_ev=0.24,
        relative_permittivity=15,
        electronic_conductivity_s_m=5.7e-9 * _S_PER_CM,
        reduction_v=1.7,
        oxidation_v=2.1,
    ),
    Electrolyte(
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
    ),
)


def electrolyte(name: str) -> Electrolyte:
    """Return the electrolyte of that name. Raises ``ValueError`` naming those that there are.

    >>> electrolyte("LATP").oxidation_v
    4.2
    """
    for each in ELECTROLYTES:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in ELECTROLYTES)
    raise ValueError(f"unknown electrolyte {name!r}; allowed: {known}")
