"""Lithium | electrolyte | inert electrode: the electrolyte itself is oxidised and reduced.

The working electrode is steel (planar) or the electrolyte mixed with carbon (composite), whose
true area is larger by the roughness. What decomposes is a thin layer: the planar electrode's
current stays small beyond the window, as Han, Zhu, He, Mo and Wang (Adv. Energy Mater. 6 (2016)
1501590) show for sulfides and garnet, and a threshold is crossed volts too late.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..debye import ComplexArray, FloatArray
from ..network import FARADAY_C_MOL, GAS_CONSTANT_J_MOL_K, Drive, Terminal
from ..presets import Electrolyte
from .circuit import Operating, settle
from .couple import Couple
from .ladder import Ladder
from .pellet import pellet_elements

LARGEST_EXPONENT = 60.0
STATED_FROM = 0.01  # of the layer's charge: from there on it counts as decomposed


@dataclass(frozen=True, slots=True, kw_only=True)
class InertElectrode:
    """The working electrode, per m2 of true area; ``roughness`` is true over geometric area.

    Each side of the window has a layer of ``layer_c_m2`` that decomposes with a formal potential
    ``beyond_v`` outside, and at ``rate_per_s``; and a slow reaction through what that leaves, of
    ``slow_a_m2`` (exp(overpotential / slope) - 1). Lithium is plated below 0 V.
    """

    roughness: float = 1.0
    double_layer_f_m2: float = 1e-5 * 1e4
    layer_c_m2: float = 1e-3 * 1e4
    beyond_v: float = 0.12
    rate_per_s: float = 2e-3
    slow_a_m2: float = 1e-9 * 1e4
    oxidation_slope_v: float = 0.35
    reduction_slope_v: float = 0.13
    plating_a_m2: float = 1.0


class RedoxCell:
    """An ``Inside`` whose voltage is that of the working electrode against lithium."""

    def __init__(
        self,
        of: Electrolyte,
        *,
        area_m2: float,
        thickness_m: float,
        electrode: InertElectrode,
        open_voltage_v: float | None = None,
    ) -> None:
        self._of, self._area, self._thickness = of, area_m2, thickness_m
        self._electrode = electrode
        self._true_area = area_m2 * electrode.roughness
        self._potential_v = (
            (of.reduction_v + of.oxidation_v) / 2 if open_voltage_v is None else open_voltage_v
        )
        self._first_v = self._potential_v
        layer_c = electrode.layer_c_m2 * self._true_area
        self.oxidised = Couple(of.oxidation_v + electrode.beyond_v, layer_c, electrode.rate_per_s)
        self.reduced = Couple(of.reduction_v - electrode.beyond_v, -layer_c, electrode.rate_per_s)
        self.plated_c = 0.0

    def longest_step_s(self, drive: Drive) -> float:
        """Return how long the electrode's potential is held; at rest it moves slowly."""
        return 120.0 if drive.mode == "open" else 5.0

    def facts(self) -> Mapping[str, float]:
        """Return the intrinsic window and the roughness."""
        return {
            "reduction_v": self._of.reduction_v,
            "oxidation_v": self._of.oxidation_v,
            "roughness": self._electrode.roughness,
        }

    def label(self) -> str:
        """Return what has been decomposed so far: intact, oxidised, reduced, or both."""
        oxidised = self.oxidised.most_share > STATED_FROM
        reduced = self.reduced.most_share > STATED_FROM
        if oxidised and reduced:
            return "oxidised_and_reduced"
        return "oxidised" if oxidised else "reduced" if reduced else "intact"

    def set_conditions(self, temperature_k: float, stack_pressure_pa: float) -> None:
        """Take over the temperature; the pressure is without effect."""
        del stack_pressure_pa
        self._thermal_v = GAS_CONSTANT_J_MOL_K * temperature_k / FARADAY_C_MOL
        parts = pellet_elements(self._of, self._area, self._thickness, temperature_k)
        self._pellet = Ladder(parts)
        self._pellet_ohm = sum(float(part.resistance_ohm.sum()) for part in parts)

    def open_voltage_v(self) -> float:
        """Return the potential that the working electrode starts at."""
        return self._first_v

    def step(self, period_s: float, drive: Drive, load_siemens: float) -> Terminal:
        """Live through ``period_s`` > 0 of a constant source; return its end."""
        charged_f = self._electrode.double_layer_f_m2 * self._true_area
        before_v, heat_v = self._potential_v, self._thermal_v

        def course(potential_v: float) -> Operating:
            ionic_a = charged_f * (potential_v - before_v) / period_s
            ionic_a += self.oxidised.current_a(potential_v, period_s, heat_v)
            ionic_a += self.reduced.current_a(potential_v, period_s, heat_v)
            ionic_a += self._slow_a(potential_v) + self._lithium_a(potential_v, period_s)
            return Operating(potential_v + self._pellet_ohm * ionic_a, ionic_a)

        terminal, potential_v = settle(drive, course, load_siemens, before_v, 1e-3)
        self.oxidised.live(potential_v, period_s, heat_v)
        self.reduced.live(potential_v, period_s, heat_v)
        self.plated_c -= self._lithium_a(potential_v, period_s) * period_s
        self._potential_v = potential_v
        return terminal

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm); the thin layers are too slow for it."""
        step_v = 1e-4
        rise_a = self._slow_a(self._potential_v + step_v) - self._slow_a(self._potential_v - step_v)
        farad = self._electrode.double_layer_f_m2 * self._true_area
        electrode = 2j * math.pi * np.asarray(frequency_hz) * farad + rise_a / (2 * step_v)
        z: ComplexArray = self._pellet.impedance(frequency_hz) + 1 / electrode
        return z

    def _slow_a(self, potential_v: float) -> float:
        """Return the current through the decomposed layers, beyond either side of the window."""
        at = self._electrode
        over_v, under_v = potential_v - self._of.oxidation_v, self._of.reduction_v - potential_v
        current_a = at.slow_a_m2 * self._true_area
        if over_v > 0:
            return current_a * math.expm1(min(over_v / at.oxidation_slope_v, LARGEST_EXPONENT))
        if under_v > 0:
            return -current_a * math.expm1(min(under_v / at.reduction_slope_v, LARGEST_EXPONENT))
        return 0.0

    def _lithium_a(self, potential_v: float, period_s: float) -> float:
        """Return the current that plates below 0 V (negative), or strips what has been plated."""
        x = potential_v / 2 / self._thermal_v
        scale_a = 2 * self._electrode.plating_a_m2 * self._area
        current_a = scale_a * math.sinh(max(-LARGEST_EXPONENT, min(x, LARGEST_EXPONENT)))
        return min(current_a, self.plated_c / period_s)
