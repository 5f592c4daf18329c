"""Lithium | electrolyte | copper: what is plated on the copper does not all come back.

Of all lithium that is plated a share reacts with the electrolyte, for good, and bare copper takes
a charge of its own once, above 0 V, before any lithium appears. So the coulombic efficiency is
known: of each plating but the first it is that share, as Adams et al. (Adv. Energy Mater. 8 (2018)
1702097) define it. On bare copper lithium nucleates beyond the overpotential of its growth (Pei et
al., Nano Lett. 17 (2017) 1132). When it is stripped off, the voltage leaps to where the copper
itself dissolves.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..debye import ComplexArray, FloatArray
from ..network import FARADAY_C_MOL, GAS_CONSTANT_J_MOL_K, Drive, Terminal
from ..presets import REFERENCE_K, Material, activation
from .circuit import Operating, settle
from .ladder import Elements, Ladder, arc
from .pellet import pellet_elements

LARGEST_EXPONENT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copper:
    """Copper that lithium is plated on, per m2.

    ``efficiency`` is the share of the plated lithium that can be stripped. ``formation_c_m2``
    is spent once, at about ``formation_v`` against lithium, and beyond ``dissolution_v`` copper
    dissolves, both at ``side_a_m2`` and for good. Bare copper asks for ``nucleation_v`` more than
    growing lithium does; that fades by a factor e with each ``nuclei_c_m2`` of lithium, and of so
    little lithium only half of the area is covered.
    """

    efficiency: float = 0.98
    formation_c_m2: float = 0.02 * 36e3
    formation_v: float = 0.6
    dissolution_v: float = 3.4
    side_a_m2: float = 1.0
    nucleation_v: float = 0.03
    nuclei_c_m2: float = 0.01 * 36e3
    open_voltage_v: float = 1.5


class CopperCell:
    """An ``Inside`` whose voltage is that of the copper against lithium; nothing leaks.

    Negative current plates the copper. The lithium electrode never runs out and does not age.
    """

    def __init__(self, of: Material, *, area_m2: float, thickness_m: float, copper: Copper) -> None:
        if not 0 < copper.efficiency <= 1:
            raise ValueError(
                f"a coulombic efficiency must be above 0 and at most 1, got {copper.efficiency:g}"
            )
        self._of, self._area, self._thickness = of, area_m2, thickness_m
        self._copper = copper
        self._double_layer_f = of.double_layer_f_m2 * area_m2
        self._potential_v = copper.open_voltage_v
        self._formation_c = copper.formation_c_m2 * area_m2
        self.formation_left_c = self._formation_c
        self.inventory_c = 0.0
        self.lost_c = 0.0
        self.dissolved_c = 0.0
        self._take_temperature(REFERENCE_K)
        self._series = Ladder(self._series_elements(REFERENCE_K))

    def longest_step_s(self, drive: Drive) -> float:
        """Return how long the inventory's effects are held; at rest nothing moves."""
        return 120.0 if drive.mode == "open" else 5.0

    def facts(self) -> Mapping[str, float]:
        """Return the efficiency of plating, and what the first one loses besides."""
        return {
            "coulombic_efficiency": self._copper.efficiency,
            "formation_c": self._formation_c,
            "nucleation_v": self._copper.nucleation_v,
        }

    def label(self) -> str:
        """Return whether there is lithium on the copper: ``bare`` or ``plated``."""
        return "plated" if self.inventory_c > 0 else "bare"

    def set_conditions(self, temperature_k: float, stack_pressure_pa: float) -> None:
        """Take over the temperature; the pressure is without effect."""
        del stack_pressure_pa
        self._take_temperature(temperature_k)
        self._series.take(self._series_elements(temperature_k))

    def open_voltage_v(self) -> float:
        """Return the potential that the copper starts at."""
        return self._copper.open_voltage_v

    def step(self, period_s: float, drive: Drive, load_siemens: float) -> Terminal:
        """Live through ``period_s`` > 0 of a constant source; return its end."""
        stored_v, ohm = self._series.look_ahead(period_s)
        before_v = self._potential_v

        def course(potential_v: float) -> Operating:
            ionic_a = self._double_layer_f * (potential_v - before_v) / period_s
            ionic_a += max(self._formation_a(potential_v), -self.formation_left_c / period_s)
            ionic_a += min(self._lithium_a(potential_v), self.inventory_c / period_s)
            ionic_a += self._dissolution_a(potential_v)
            return Operating(stored_v + ohm * ionic_a + potential_v, ionic_a)

        terminal, potential_v = settle(drive, course, load_siemens, before_v, 1e-3)
        self._series.live(terminal.ionic_a)
        self._live(potential_v, period_s)
        return terminal

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm); bare copper is a capacitor."""
        at_v, step_v = self._potential_v, 1e-4
        slope = (self._lithium_a(at_v + step_v) - self._lithium_a(at_v - step_v)) / (2 * step_v)
        copper = 2j * math.pi * np.asarray(frequency_hz) * self._double_layer_f + slope
        z: ComplexArray = self._series.impedance(frequency_hz) + 1 / copper
        return z

    def _take_temperature(self, temperature_k: float) -> None:
        self._thermal_v = GAS_CONSTANT_J_MOL_K * temperature_k / FARADAY_C_MOL
        warm = activation(self._of.exchange_energy_ev, temperature_k)
        self._exchange_a = self._of.exchange_a_m2 * warm * self._area

    def _live(self, potential_v: float, period_s: float) -> None:
        formed_c = -self._formation_a(potential_v) * period_s
        self.formation_left_c -= min(formed_c, self.formation_left_c)
        stripped_c = min(self._lithium_a(potential_v) * period_s, self.inventory_c)
        kept = self._copper.efficiency if stripped_c < 0 else 1.0
        self.inventory_c -= kept * stripped_c
        self.lost_c -= (1 - kept) * stripped_c
        self.dissolved_c += self._dissolution_a(potential_v) * period_s
        self._potential_v = potential_v

    def _formation_a(self, potential_v: float) -> float:
        """Return the current that forms the interphase; cathodic, and only until that is done."""
        if not self.formation_left_c:
            return 0.0
        left = self.formation_left_c / self._formation_c
        return -left * self._side_a(self._copper.formation_v - potential_v)

    def _dissolution_a(self, potential_v: float) -> float:
        """Return the current that dissolves copper; anodic."""
        return self._side_a(potential_v - self._copper.dissolution_v)

    def _side_a(self, beyond_v: float) -> float:
        x = min(beyond_v / (2 * self._thermal_v), LARGEST_EXPONENT)
        return self._copper.side_a_m2 * self._area * math.exp(x)

    def _lithium_a(self, potential_v: float) -> float:
        """Return the current that plates (negative) or strips, were the inventory endless."""
        at = self._copper
        there = self.inventory_c / (at.nuclei_c_m2 * self._area)
        if potential_v >= 0:
            covered, beyond_v = there / (1 + there), potential_v
        else:
            covered, beyond_v = 1.0, min(0.0, potential_v + at.nucleation_v * math.exp(-there))
        x = max(-LARGEST_EXPONENT, min(beyond_v / (2 * self._thermal_v), LARGEST_EXPONENT))
        return 2 * self._exchange_a * covered * math.sinh(x)

    def _series_elements(self, temperature_k: float) -> list[Elements]:
        """Return the pellet, the interphases of both sides, and the lithium electrode."""
        of = self._of
        side_ohm = of.interphase_ohm_m2 / activation(of.interphase_energy_ev, temperature_k)
        transfer_ohm = self._thermal_v / self._exchange_a
        return [
            *pellet_elements(of, self._area, self._thickness, temperature_k),
            arc(2 * side_ohm / self._area, side_ohm * of.interphase_f_m2, of.interphase_alpha),
            arc(transfer_ohm, transfer_ohm * self._double_layer_f, of.double_layer_alpha),
        ]
