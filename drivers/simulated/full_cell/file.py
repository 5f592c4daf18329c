"""The file of a composite cathode | electrolyte | lithium cell."""

from dataclasses import replace
from typing import Literal

from ..cell_blocks import ZERO_CELSIUS_K, CellBlock, Positive
from ..presets import material
from .cell import ALL, NONE, FullCell
from .materials import ANODES, NMC, Cathode


class FullCellFile(CellBlock):
    """A simulated full cell as it stands in its file; the cathode is the working electrode.

    ``thickness_um`` is that of the separator. Nothing is drawn, so every seed gives the same cell.
    Without ageing, every cycle is like the one before it, and nothing leaks.
    """

    kind: Literal["full"] = "full"
    preset: Literal["LPSCl", "Li3PS4"]
    anode: Literal["Li", "In/Li"] = "Li"
    loading_mg_cm2: Positive | None = None
    diffusion_cm2_s: Positive | None = None
    particle_radius_um: Positive | None = None
    ageing: bool = True

    def cell(self, seed: int | None = None) -> FullCell:
        """Return the cell that it describes; ``seed`` changes nothing."""
        del seed
        return FullCell(
            self._cathode(),
            next(anode for anode in ANODES if anode.name == self.anode),
            material(self.preset),
            area_m2=self.electrode_area_cm2 * 1e-4,
            separator_m=self.thickness_um * 1e-6,
            stack_pressure_pa=self.stack_pressure_mpa * 1e6,
            temperature_k=self.temperature_c + ZERO_CELSIUS_K,
            ageing=ALL if self.ageing else NONE,
            changes=self.changes(),
        )

    def _cathode(self) -> Cathode:
        cathode = NMC
        if self.loading_mg_cm2 is not None:  # thicker or thinner, of the same composition
            times = self.loading_mg_cm2 * 1e-2 / cathode.loading_kg_m2
            cathode = replace(cathode, thickness_m=cathode.thickness_m * times)
        if self.diffusion_cm2_s is not None:
            cathode = replace(cathode, diffusion_m2_s=self.diffusion_cm2_s * 1e-4)
        if self.particle_radius_um is not None:
            cathode = replace(cathode, particle_radius_m=self.particle_radius_um * 1e-6)
        return cathode
