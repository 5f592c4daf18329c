"""A pellet of electrolyte: what ions and electrons find on their way through it."""

from ..network import VACUUM_F_M
from ..presets import Electrolyte, activation
from .ladder import Elements, arc


def pellet_elements(
    of: Electrolyte, area_m2: float, thickness_m: float, temperature_k: float
) -> list[Elements]:
    """Return bulk and grain boundaries as Debye elements."""
    bulk_s_m = of.bulk_conductivity_s_m * activation(of.bulk_energy_ev, temperature_k)
    tau_s = VACUUM_F_M * of.relative_permittivity / bulk_s_m
    parts = [arc(thickness_m / bulk_s_m / area_m2, tau_s)]
    if of.grain_boundary_conductivity_s_m is not None:
        warm = activation(of.grain_boundary_energy_ev, temperature_k)
        ohm = thickness_m / (of.grain_boundary_conductivity_s_m * warm) / area_m2
        farad = of.grain_boundary_capacitance_f_m * area_m2 / thickness_m
        parts.append(arc(ohm, ohm * farad, of.grain_boundary_alpha))
    return parts


def leak_ohm(of: Electrolyte, area_m2: float, thickness_m: float, temperature_k: float) -> float:
    """Return the resistance to electrons."""
    warm = activation(of.electronic_energy_ev, temperature_k)
    return thickness_m / (of.electronic_conductivity_s_m * warm) / area_m2
