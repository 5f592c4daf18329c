"""Lithium | polymer electrolyte | lithium: salt polarises, interphases grow, t+ is known.

At small voltages the current falls from dV / (R_ion + R_int) to dV / (R_ion / t+ + R_int), as
Bruce and Vincent (J. Electroanal. Chem. 225 (1987) 1) assume. At larger ones the salt runs out at
one electrode: the concentration potential then grows as artanh(I / I_limit), without end.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..debye import ComplexArray, FloatArray
from ..network import Drive, Terminal
from ..presets import BOLTZMANN_EV_K
from .circuit import Operating, settle
from .ladder import Elements, Ladder, arc, diffusion

VACUUM_TO_POLYMER_S = 1e-9  # dielectric relaxation of the polymer: faster than any analyser sees
EXHAUSTED = 1 - 1e-12
LEAK_SIEMENS = 1e-9  # of the electrons: beyond the limiting current the voltage ends somewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Polymer:
    """A polymer electrolyte and its contact to lithium, at ``reference_k``.

    The interphase of each side has ``interphase_ohm_m2`` at the start and relaxes to
    ``aged_interphase_ohm_m2`` with ``ageing_s``. ``limiting_v`` is the concentration
    potential per artanh: R_diffusion I_limit.
    """

    name: str = "PEO-LiTFSI"
    reference_k: float = 333.15
    conductivity_s_m: float = 4e-4 * 100
    conductivity_energy_ev: float = 0.6
    transference: float = 0.2
    diffusion_m2_s: float = 4e-8 * 1e-4
    diffusion_energy_ev: float = 0.4
    interphase_ohm_m2: float = 15e-4
    aged_interphase_ohm_m2: float = 20e-4
    ageing_s: float = 3 * 3600.0
    interphase_energy_ev: float = 0.6
    interphase_f_m2: float = 2e-6 * 1e4
    interphase_alpha: float = 0.9
    limiting_v: float = 0.25


class PolymerCell:
    """An ``Inside``: bulk, two interphases and the salt's concentration in series."""

    def __init__(self, of: Polymer, *, area_m2: float, thickness_m: float) -> None:
        if not 0 < of.transference < 1:
            raise ValueError(
                f"a transference number must be between 0 and 1, got {of.transference:g}"
            )
        self._of, self._area, self._thickness = of, area_m2, thickness_m
        self._grown_ohm_m2 = of.interphase_ohm_m2
        self._temperature_k = of.reference_k
        self._interphases = Ladder(self._fast_elements())
        self._salt = Ladder([self._salt_elements()])

    @property
    def interphases_ohm(self) -> float:
        """Resistance of both interphases now."""
        warm = self._warm(self._of.interphase_energy_ev)
        return 2 * self._grown_ohm_m2 / warm / self._area

    @property
    def bulk_ohm(self) -> float:
        """Resistance of the electrolyte now, its salt unpolarised."""
        warm = self._warm(self._of.conductivity_energy_ev)
        return self._thickness / (self._of.conductivity_s_m * warm) / self._area

    @property
    def diffusion_ohm(self) -> float:
        """What the polarised salt adds for small currents, when it has become steady."""
        return self.bulk_ohm * (1 / self._of.transference - 1)

    def longest_step_s(self, drive: Drive) -> float:
        """Return a minute, in which the interphases' resistances are held."""
        del drive
        return 60.0

    def facts(self) -> Mapping[str, float]:
        """Return the transference number and the limiting current at the start."""
        return {
            "cation_transference": self._of.transference,
            "limiting_current_a": self._of.limiting_v / self.diffusion_ohm,
            "ionic_conductivity_s_m": self._thickness / self.bulk_ohm / self._area,
        }

    def label(self) -> str:
        """Return ``polymer``."""
        return "polymer"

    def set_conditions(self, temperature_k: float, stack_pressure_pa: float) -> None:
        """Take over the temperature; the pressure is without effect."""
        del stack_pressure_pa
        self._temperature_k = temperature_k
        self._salt.take([self._salt_elements()])
        self._interphases.take(self._fast_elements())

    def open_voltage_v(self) -> float:
        """Return 0: both sides are alike."""
        return 0.0

    def step(self, period_s: float, drive: Drive, load_siemens: float) -> Terminal:
        """Live through ``period_s`` > 0 of a constant source; return its end."""
        self._age(period_s)
        fast_v, fast_ohm = self._interphases.look_ahead(period_s)
        salt_v, salt_ohm = self._salt.look_ahead(period_s)
        limit_v = self._of.limiting_v

        def course(eta: float) -> Operating:
            ionic_a = (limit_v * math.tanh(eta) - salt_v) / salt_ohm
            return Operating(fast_v + fast_ohm * ionic_a + limit_v * eta, ionic_a)

        start = math.atanh(max(-EXHAUSTED, min(EXHAUSTED, salt_v / limit_v)))
        terminal, _ = settle(drive, course, load_siemens + LEAK_SIEMENS, start, 1e-3)
        self._interphases.live(terminal.ionic_a)
        self._salt.live(terminal.ionic_a)
        return terminal

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) at the terminals, about equilibrium."""
        z: ComplexArray = self._interphases.impedance(frequency_hz)
        return z + self._salt.impedance(np.asarray(frequency_hz))

    def _warm(self, energy_ev: float) -> float:
        apart = 1 / self._temperature_k - 1 / self._of.reference_k
        return math.exp(-energy_ev / BOLTZMANN_EV_K * apart)

    def _age(self, period_s: float) -> None:
        to_go = self._of.aged_interphase_ohm_m2 - self._grown_ohm_m2
        if abs(to_go) > 1e-6 * self._grown_ohm_m2:
            self._grown_ohm_m2 += to_go * -math.expm1(-period_s / self._of.ageing_s)
            self._interphases.take(self._fast_elements())

    def _salt_elements(self) -> Elements:
        apart_m2_s = self._of.diffusion_m2_s * self._warm(self._of.diffusion_energy_ev)
        return diffusion(self.diffusion_ohm, self._thickness**2 / 4 / apart_m2_s)

    def _fast_elements(self) -> list[Elements]:
        ohm = self.interphases_ohm
        tau_s = ohm / 2 * self._of.interphase_f_m2 * self._area  # of each side alike
        return [
            arc(self.bulk_ohm, VACUUM_TO_POLYMER_S),
            arc(ohm, tau_s, self._of.interphase_alpha),
        ]
