"""The file of a symmetric Li | electrolyte | Li cell."""

import math
from dataclasses import replace
from typing import Literal

from .cell import SymmetricCell
from .cell_blocks import ZERO_CELSIUS_K, Block, CellBlock, CommonFaults, NotNegative, Positive
from .changes import Change
from .presets import Material, material


class GradualShort(Block):
    """An electronic path appears and grows: its resistance falls by a factor e per ``decay_h``."""

    at_h: NotNegative
    ohm: Positive
    decay_h: Positive


class Growth(Block):
    """How the interphase of each side grows, at 25 °C, instead of the preset's way.

    ``added`` to what was there before: R = initial + rate t^exponent; ``continued``, one layer
    that goes on growing: R^(1/exponent) = initial^(1/exponent) + rate^(1/exponent) t.
    ``rate_ohm_cm2`` is per h^exponent; 1/2 is diffusion's exponent, 1 a reaction's.
    """

    initial_ohm_cm2: Positive
    rate_ohm_cm2: NotNegative
    exponent: Positive = 0.5
    law: Literal["added", "continued"] = "continued"

    def of(self, preset: Material) -> Material:
        """Return ``preset`` with this interphase."""
        n = self.exponent
        return replace(
            preset,
            interphase_ohm_m2=self.initial_ohm_cm2 * 1e-4,
            growth_ohm_m2=self.rate_ohm_cm2 * 1e-4 * (n / 3600) ** n,
            growth_exponent=n,
            growth_is_added=self.law == "added",
        )


class FaultBlock(CommonFaults):
    """What goes wrong; everything is optional."""

    fresh_short_ohm: Positive | None = None
    gradual_short: GradualShort | None = None
    fuse_ma: Positive | None = None


class SymmetricCellFile(CellBlock):
    """A simulated symmetric cell as it stands in its file."""

    kind: Literal["symmetric"] = "symmetric"
    preset: Literal["LLZO", "LPSCl", "Li3PS4", "Li3PS4+LiF"]
    growth: Growth | None = None
    faults: FaultBlock = FaultBlock()

    def cell(self, seed: int | None = None) -> SymmetricCell:
        """Return the cell that it describes; ``seed`` replaces the file's."""
        fuse_ma = self.faults.fuse_ma
        of = material(self.preset)
        return SymmetricCell(
            of if self.growth is None else self.growth.of(of),
            area_m2=self.electrode_area_cm2 * 1e-4,
            thickness_m=self.thickness_um * 1e-6,
            stack_pressure_pa=self.stack_pressure_mpa * 1e6,
            temperature_k=self.temperature_c + ZERO_CELSIUS_K,
            seed=self.seed if seed is None else seed,
            changes=self.changes() + self._shorts(),
            fuse_a=math.inf if fuse_ma is None else fuse_ma * 1e-3,
        )

    def _shorts(self) -> list[Change]:
        changes = []
        if self.faults.fresh_short_ohm is not None:
            changes.append(Change(at_s=0.0, short_ohm=self.faults.fresh_short_ohm))
        if (short := self.faults.gradual_short) is not None:
            decay_s = short.decay_h * 3600
            changes.append(
                Change(at_s=short.at_h * 3600, short_ohm=short.ohm, short_decay_s=decay_s)
            )
        return changes
