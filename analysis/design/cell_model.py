"""Energy of a cell with a liquid or a solid electrolyte, every assumption a parameter.

The model is that of Wu, Xiao 2016, section 3: per area of one cathode, one separator, one anode
and their foils. The defaults are its Table 1; where the paper does not state a number, the
default is the one that reproduces its results, and the docstring says that it is inferred.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ..units import (
    GRAM_PER_CM3,
    MICROMETRE,
    MILLIAMPERE_HOUR_PER_GRAM,
    MILLIGRAM_PER_CM2,
)
from .propagation import require_positive
from .stack import Layer, Solid, StackEnergy, dense_layer, porous_layer, stack_energy


@dataclass(frozen=True, slots=True, kw_only=True)
class Foils:
    """Current collectors: thicknesses in m, densities in kg/m3.

    `share` of each foil is charged to the cell: 1, as the model does (inferred), or 0.5 where a
    foil is coated on both sides. A thickness of 0 leaves a foil out. The densities are inferred.
    """

    aluminium_m: float = 10 * MICROMETRE
    copper_m: float = 5 * MICROMETRE
    aluminium_kg_per_m3: float = 2.70 * GRAM_PER_CM3
    copper_kg_per_m3: float = 8.96 * GRAM_PER_CM3
    share: float = 1.0

    def layers(self) -> list[Layer]:
        """The two foils, by their share."""
        return [
            dense_layer("Al foil", self.share * self.aluminium_m, self.aluminium_kg_per_m3),
            dense_layer("Cu foil", self.share * self.copper_m, self.copper_kg_per_m3),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveMaterial:
    """The cathode's active material, NCA in the published model.

    Mass per area in kg/m2, charge per mass in C/kg, mean voltage against the anode in V,
    density in kg/m3.
    """

    loading_kg_per_m2: float
    specific_charge_c_per_kg: float = 200 * MILLIAMPERE_HOUR_PER_GRAM
    mean_voltage_v: float = 3.6
    density_kg_per_m3: float = 4.7 * GRAM_PER_CM3

    @property
    def areal_charge_c_per_m2(self) -> float:
        """Charge per area of the cell."""
        return self.loading_kg_per_m2 * self.specific_charge_c_per_kg

    @property
    def areal_energy_j_per_m2(self) -> float:
        """Energy per area of the cell."""
        return self.areal_charge_c_per_m2 * self.mean_voltage_v


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidCell:
    """A lithium-ion cell with a liquid that fills all pores.

    Fractions of mass in the electrodes, porosities, densities in kg/m3, thickness in m. The
    graphite's charge of 360 mAh/g is inferred: 372 misses the published energies.
    """

    active: ActiveMaterial = ActiveMaterial(loading_kg_per_m2=15 * MILLIGRAM_PER_CM2)
    active_fraction: float = 0.95
    carbon_fraction: float = 0.02
    binder_fraction: float = 0.03
    cathode_porosity: float = 0.40
    carbon_kg_per_m3: float = 2.2 * GRAM_PER_CM3
    binder_kg_per_m3: float = 1.8 * GRAM_PER_CM3
    graphite_fraction: float = 0.95
    graphite_c_per_kg: float = 360 * MILLIAMPERE_HOUR_PER_GRAM
    graphite_kg_per_m3: float = 2.2 * GRAM_PER_CM3
    anode_porosity: float = 0.30
    anode_excess: float = 0.20
    separator_m: float = 25 * MICROMETRE
    separator_porosity: float = 0.50
    separator_kg_per_m3: float = 0.95 * GRAM_PER_CM3
    liquid_kg_per_m3: float = 1.1 * GRAM_PER_CM3
    foils: Foils = Foils()


@dataclass(frozen=True, slots=True, kw_only=True)
class SolidElectrolyte:
    """An electrolyte: name, density in kg/m3, and conductivity in S/m where it matters."""

    name: str
    density_kg_per_m3: float
    conductivity_s_per_m: float | None = None


LLZO = SolidElectrolyte(name="LLZO", density_kg_per_m3=5000.0, conductivity_s_per_m=0.05)
LATP = SolidElectrolyte(name="LATP", density_kg_per_m3=3000.0, conductivity_s_per_m=0.07)
LGPS = SolidElectrolyte(name="LGPS", density_kg_per_m3=2000.0, conductivity_s_per_m=1.2)
PUBLISHED_ELECTROLYTES = (LLZO, LATP, LGPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SolidCell:
    """A cell with a dense separator of solid electrolyte and lithium metal.

    Parameters
    ----------
    electrolyte : SolidElectrolyte
    separator_m : float
        Thickness of the separator.
    active_fraction, carbon_fraction, electrolyte_fraction : float
        Of mass in the cathode, with an electrolyte of `reference_electrolyte_kg_per_m3`.
    electrolyte_in_cathode : {"constant volume", "constant mass"}
        What stays when the electrolyte's density differs from the reference. "constant volume" is
        inferred: with constant mass the published break-even thicknesses do not come out.
    lithium_excess : float
        Over the charge that is cycled.
    lithium_counted : {"whole", "excess"}
        "whole": the cell is built with the cycled charge and the excess; "excess": the cycled
        lithium comes from the cathode. "whole" is inferred.
    lithium_c_per_kg, lithium_kg_per_m3, anode_porosity : float
    """

    electrolyte: SolidElectrolyte = LLZO
    separator_m: float = 20 * MICROMETRE
    active: ActiveMaterial = ActiveMaterial(loading_kg_per_m2=19.5 * MILLIGRAM_PER_CM2)
    active_fraction: float = 0.80
    carbon_fraction: float = 0.05
    electrolyte_fraction: float = 0.15
    cathode_porosity: float = 0.10
    carbon_kg_per_m3: float = 2.2 * GRAM_PER_CM3
    reference_electrolyte_kg_per_m3: float = 5.0 * GRAM_PER_CM3
    electrolyte_in_cathode: Literal["constant volume", "constant mass"] = "constant volume"
    lithium_excess: float = 0.20
    lithium_counted: Literal["whole", "excess"] = "whole"
    lithium_c_per_kg: float = 3861 * MILLIAMPERE_HOUR_PER_GRAM
    lithium_kg_per_m3: float = 0.54 * GRAM_PER_CM3
    anode_porosity: float = 0.10
    foils: Foils = Foils()


def liquid_cell_energy(cell: LiquidCell) -> StackEnergy:
    """Energies of a lithium-ion cell.

    Raises ValueError if the active material's mass, charge or voltage is not positive.

    Examples
    --------
    >>> found = liquid_cell_energy(LiquidCell())
    >>> f"{found.specific_energy_j_per_kg / 3600:.1f} Wh/kg"
    '263.6 Wh/kg'
    >>> f"{found.energy_density_j_per_m3 / 3.6e6:.1f} Wh/L"
    '638.7 Wh/L'
    """
    _require_active(cell.active)
    loading = cell.active.loading_kg_per_m2
    cathode = porous_layer(
        "cathode",
        [
            Solid(loading, cell.active.density_kg_per_m3),
            Solid(loading * cell.carbon_fraction / cell.active_fraction, cell.carbon_kg_per_m3),
            Solid(loading * cell.binder_fraction / cell.active_fraction, cell.binder_kg_per_m3),
        ],
        cell.cathode_porosity,
        cell.liquid_kg_per_m3,
    )
    graphite = (1 + cell.anode_excess) * cell.active.areal_charge_c_per_m2 / cell.graphite_c_per_kg
    binder = graphite * (1 - cell.graphite_fraction) / cell.graphite_fraction
    anode = porous_layer(
        "anode",
        [Solid(graphite, cell.graphite_kg_per_m3), Solid(binder, cell.binder_kg_per_m3)],
        cell.anode_porosity,
        cell.liquid_kg_per_m3,
    )
    polymer = cell.separator_m * (1 - cell.separator_porosity) * cell.separator_kg_per_m3
    separator = porous_layer(
        "separator",
        [Solid(polymer, cell.separator_kg_per_m3)],
        cell.separator_porosity,
        cell.liquid_kg_per_m3,
    )
    layers = [cathode, separator, anode, *cell.foils.layers()]
    return stack_energy(layers, cell.active.areal_energy_j_per_m2)


def solid_cell_energy(cell: SolidCell) -> StackEnergy:
    """Energies of a cell with a solid electrolyte and lithium metal.

    Raises ValueError if the active material's mass, charge or voltage is not positive.

    Examples
    --------
    >>> found = solid_cell_energy(SolidCell(electrolyte=LLZO, separator_m=20e-6))
    >>> f"{found.specific_energy_j_per_kg / 3600:.1f} Wh/kg"
    '328.3 Wh/kg'
    >>> f"{found.energy_density_j_per_m3 / 3.6e6:.0f} Wh/L, lithium {found.mass_share('anode'):.1%}"
    '1167 Wh/L, lithium 2.8%'
    """
    _require_active(cell.active)
    loading = cell.active.loading_kg_per_m2
    in_cathode = loading * cell.electrolyte_fraction / cell.active_fraction
    if cell.electrolyte_in_cathode == "constant volume":
        in_cathode *= cell.electrolyte.density_kg_per_m3 / cell.reference_electrolyte_kg_per_m3
    cathode = porous_layer(
        "cathode",
        [
            Solid(loading, cell.active.density_kg_per_m3),
            Solid(loading * cell.carbon_fraction / cell.active_fraction, cell.carbon_kg_per_m3),
            Solid(in_cathode, cell.electrolyte.density_kg_per_m3),
        ],
        cell.cathode_porosity,
    )
    counted = cell.lithium_excess + (1 if cell.lithium_counted == "whole" else 0)
    lithium = counted * cell.active.areal_charge_c_per_m2 / cell.lithium_c_per_kg
    anode = porous_layer("anode", [Solid(lithium, cell.lithium_kg_per_m3)], cell.anode_porosity)
    separator = dense_layer("separator", cell.separator_m, cell.electrolyte.density_kg_per_m3)
    layers = [cathode, separator, anode, *cell.foils.layers()]
    return stack_energy(layers, cell.active.areal_energy_j_per_m2)


def with_loading(cell: SolidCell, loading_kg_per_m2: float) -> SolidCell:
    """The same cell with another mass of active material per area."""
    return replace(cell, active=replace(cell.active, loading_kg_per_m2=loading_kg_per_m2))


def _require_active(active: ActiveMaterial) -> None:
    require_positive(
        loading_kg_per_m2=active.loading_kg_per_m2,
        specific_charge_c_per_kg=active.specific_charge_c_per_kg,
        mean_voltage_v=active.mean_voltage_v,
    )
