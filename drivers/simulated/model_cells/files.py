"""The files of these cells."""

import math
from typing import Annotated, Literal

from pydantic import Field

from ..cell_blocks import ZERO_CELSIUS_K, CellBlock, NotNegative, Positive, Volt
from ..presets import electrolyte, material
from .blocking import Blocking, BlockingPellet
from .copper import Copper, CopperCell
from .model_cell import Inside, ModelCell
from .polymer import Polymer, PolymerCell
from .redox import InertElectrode, RedoxCell

ElectrolyteName = Literal["LLZO", "LPSCl", "Li3PS4", "LGPS", "LATP"]
Share = Annotated[float, Field(gt=0, lt=1)]

COMPOSITE_ROUGHNESS = 100.0


class BlockingCellFile(CellBlock):
    """A pellet between blocking electrodes."""

    kind: Literal["blocking"]
    preset: ElectrolyteName
    electrode_uf_cm2: Positive = 5.0
    electrode_exponent: Share = 0.9
    tail_share: NotNegative = 0.3
    tail_exponent: Share = 0.7
    conductivity_half_life_h: Positive | None = None

    def cell(self, seed: int | None = None) -> ModelCell:
        """Return the cell that it describes; no two seeds differ."""
        del seed
        electrodes = Blocking(
            q_s_m2=self.electrode_uf_cm2 * 1e-6 * 1e4,
            alpha=self.electrode_exponent,
            tail_share=self.tail_share,
            tail_exponent=self.tail_exponent,
        )
        pellet = BlockingPellet(
            electrolyte(self.preset),
            area_m2=self.electrode_area_cm2 * 1e-4,
            thickness_m=self.thickness_um * 1e-6,
            electrodes=electrodes,
            reference_k=25 + ZERO_CELSIUS_K,
            half_life_s=math.inf
            if self.conductivity_half_life_h is None
            else self.conductivity_half_life_h * 3600,
        )
        return _around(pellet, self)


class PolymerCellFile(CellBlock):
    """Lithium | polymer | lithium; conductivity, t+ and interphases are those at 60 °C."""

    kind: Literal["polymer"]
    conductivity_ms_cm: Positive = 0.4
    cation_transference: Share = 0.2
    salt_diffusion_cm2_s: Positive = 4e-8
    interphase_ohm_cm2: Positive = 15.0
    aged_interphase_ohm_cm2: Positive = 20.0
    ageing_h: Positive = 3.0

    def cell(self, seed: int | None = None) -> ModelCell:
        """Return the cell that it describes; no two seeds differ."""
        del seed
        of = Polymer(
            conductivity_s_m=self.conductivity_ms_cm * 0.1,
            transference=self.cation_transference,
            diffusion_m2_s=self.salt_diffusion_cm2_s * 1e-4,
            interphase_ohm_m2=self.interphase_ohm_cm2 * 1e-4,
            aged_interphase_ohm_m2=self.aged_interphase_ohm_cm2 * 1e-4,
            ageing_s=self.ageing_h * 3600,
        )
        inside = PolymerCell(
            of, area_m2=self.electrode_area_cm2 * 1e-4, thickness_m=self.thickness_um * 1e-6
        )
        return _around(inside, self)


class RedoxCellFile(CellBlock):
    """Lithium | electrolyte | inert electrode, planar or mixed with the electrolyte."""

    kind: Literal["redox"]
    preset: ElectrolyteName
    electrode: Literal["planar", "composite"]
    roughness: Annotated[float, Field(ge=1, le=1e4)] | None = None
    open_voltage_v: Volt | None = None

    def cell(self, seed: int | None = None) -> ModelCell:
        """Return the cell that it describes; no two seeds differ."""
        del seed
        usual = 1.0 if self.electrode == "planar" else COMPOSITE_ROUGHNESS
        inside = RedoxCell(
            electrolyte(self.preset),
            area_m2=self.electrode_area_cm2 * 1e-4,
            thickness_m=self.thickness_um * 1e-6,
            electrode=InertElectrode(roughness=usual if self.roughness is None else self.roughness),
            open_voltage_v=self.open_voltage_v,
        )
        return _around(inside, self)


class CopperCellFile(CellBlock):
    """Lithium | electrolyte | copper, on which lithium is plated; nothing leaks or ages."""

    kind: Literal["copper"]
    preset: Literal["LLZO", "LPSCl", "Li3PS4", "Li3PS4+LiF"]
    efficiency_percent: Annotated[float, Field(gt=0, le=100)] = 98.0
    formation_mah_cm2: NotNegative = 0.02
    nucleation_mv: NotNegative = 30.0

    def cell(self, seed: int | None = None) -> ModelCell:
        """Return the cell that it describes; no two seeds differ."""
        del seed
        copper = Copper(
            efficiency=self.efficiency_percent / 100,
            formation_c_m2=self.formation_mah_cm2 * 36e3,
            nucleation_v=self.nucleation_mv * 1e-3,
        )
        inside = CopperCell(
            material(self.preset),
            area_m2=self.electrode_area_cm2 * 1e-4,
            thickness_m=self.thickness_um * 1e-6,
            copper=copper,
        )
        return _around(inside, self)


def _around(inside: Inside, file: CellBlock) -> ModelCell:
    return ModelCell(
        inside,
        temperature_k=file.temperature_c + ZERO_CELSIUS_K,
        stack_pressure_pa=file.stack_pressure_mpa * 1e6,
        changes=file.changes(),
    )
