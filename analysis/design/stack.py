"""A repeating cell as layers on one another: their masses, thicknesses and energies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .propagation import require_positive


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a cell: mass per area in kg/m2 and thickness in m."""

    name: str
    areal_mass_kg_per_m2: float
    thickness_m: float


@dataclass(frozen=True, slots=True)
class Solid:
    """A solid in a layer: mass per area of the cell in kg/m2 and density in kg/m3."""

    areal_mass_kg_per_m2: float
    density_kg_per_m3: float


def porous_layer(
    name: str, solids: Sequence[Solid], porosity: float, filling_kg_per_m3: float = 0.0
) -> Layer:
    """A layer of solids with pores that are empty or full of a liquid.

    Thickness sum(m / rho) / (1 - porosity); the pores add ``porosity * thickness * filling``.

    Raises
    ------
    ValueError
        If the porosity is not from 0 to below 1.

    Examples
    --------
    >>> separator = porous_layer("separator", [Solid(11.875e-3, 950.0)], 0.5, 1100.0)
    >>> f"{separator.thickness_m * 1e6:.0f} um, {separator.areal_mass_kg_per_m2 * 100:.2f} mg/cm2"
    '25 um, 2.56 mg/cm2'
    """
    if not 0 <= porosity < 1:
        raise ValueError(f"porosity is {porosity:g}; it must be from 0 to below 1")
    for solid in solids:
        require_positive(density_kg_per_m3=solid.density_kg_per_m3)
    volume_m = sum(solid.areal_mass_kg_per_m2 / solid.density_kg_per_m3 for solid in solids)
    thickness_m = volume_m / (1 - porosity)
    mass = sum(solid.areal_mass_kg_per_m2 for solid in solids)
    return Layer(name, mass + porosity * thickness_m * filling_kg_per_m3, thickness_m)


def dense_layer(name: str, thickness_m: float, density_kg_per_m3: float) -> Layer:
    """A foil or a dense membrane."""
    return Layer(name, thickness_m * density_kg_per_m3, thickness_m)


@dataclass(frozen=True, slots=True)
class StackEnergy:
    """Energies of a stack of layers.

    Attributes
    ----------
    layers : tuple of Layer
    specific_energy_j_per_kg : float
        E_S, over the mass of all layers.
    energy_density_j_per_m3 : float
        E_V, over the thickness of all layers.
    """

    layers: tuple[Layer, ...]
    specific_energy_j_per_kg: float
    energy_density_j_per_m3: float

    def thickness_m(self, name: str) -> float:
        """Thickness of the layer of that name; 0 if there is none."""
        return sum(layer.thickness_m for layer in self.layers if layer.name == name)

    def mass_share(self, name: str) -> float:
        """Share of the layer of that name in the mass of the cell."""
        mass = sum(layer.areal_mass_kg_per_m2 for layer in self.layers)
        return sum(x.areal_mass_kg_per_m2 for x in self.layers if x.name == name) / mass


def stack_energy(layers: Sequence[Layer], areal_energy_j_per_m2: float) -> StackEnergy:
    """Energy per mass, E_S = C m V / sum w, and per volume, E_V = C m V / sum(w / rho).

    C charge per mass and m mass per area of the active material, V mean voltage, w mass per area
    of each component (Wu, Xiao 2016, section 3).
    """
    mass = sum(layer.areal_mass_kg_per_m2 for layer in layers)
    thickness_m = sum(layer.thickness_m for layer in layers)
    return StackEnergy(
        tuple(layers), areal_energy_j_per_m2 / mass, areal_energy_j_per_m2 / thickness_m
    )
