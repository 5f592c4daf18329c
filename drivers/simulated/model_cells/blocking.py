"""A pellet between electrodes that block ions, and leak electrons: for polarisation and spectra.

Under a constant voltage the current of the ions decays within the time of the double layers, then
as t^-alpha of their constant-phase element; slow branches add a tail share t^-n; what is left is
the electrons' V / R_el (Wagner, Z. Elektrochem. 60 (1956) 4; Hebb, J. Chem. Phys. 20 (1952) 185).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..debye import ComplexArray, FloatArray
from ..network import Drive, Terminal
from ..presets import Electrolyte
from .circuit import Operating, settle
from .ladder import Elements, Ladder, constant_phase
from .pellet import leak_ohm, pellet_elements

TAIL_COUNTED_AT_S = 100.0
TAIL_BEGINS_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """Electrodes that block, and the tail of slow branches, at any temperature.

    ``q_s_m2`` (S s^alpha per m2) and ``alpha`` are of the constant-phase element of each side. The
    tail carries ``tail_share`` of the electronic current 100 s after a step of voltage, at
    25 °C, and falls as t^-``tail_exponent`` from about 1 s on.
    """

    q_s_m2: float = 5e-6 * 1e4
    alpha: float = 0.9
    tail_share: float = 0.3
    tail_exponent: float = 0.7


class BlockingPellet:
    """An ``Inside``: ions in series with blocking electrodes; electrons and tail beside them.

    In each ``half_life_s`` the ions' conductivity halves, as of an electrolyte that a solvent or
    moist air attacks; capacitances stay, and so does what the electrons find.
    """

    def __init__(
        self,
        of: Electrolyte,
        *,
        area_m2: float,
        thickness_m: float,
        electrodes: Blocking,
        reference_k: float,
        half_life_s: float = math.inf,
    ) -> None:
        self._of, self._area, self._thickness = of, area_m2, thickness_m
        self._electrodes = constant_phase(electrodes.q_s_m2 * area_m2 / 2, electrodes.alpha)
        self._reference_leak_ohm = leak_ohm(of, area_m2, thickness_m, reference_k)
        self._leak_ohm = self._reference_leak_ohm
        self._ions = Ladder(
            [*pellet_elements(of, area_m2, thickness_m, reference_k), self._electrodes]
        )
        self._slow = self._slow_branches(electrodes)
        self._half_life_s = half_life_s
        self._age_s = 0.0
        self._kelvin = reference_k

    def _slow_branches(self, electrodes: Blocking) -> Ladder | None:
        """Return the constant-phase element whose current at 100 s has its share."""
        n, share = electrodes.tail_exponent, electrodes.tail_share
        if not share:
            return None
        q = share / self._reference_leak_ohm * TAIL_COUNTED_AT_S**n * math.gamma(1 - n)
        return Ladder([constant_phase(q, n)], series_ohm=TAIL_BEGINS_S**n / q)

    def longest_step_s(self, drive: Drive) -> float:
        """Return a hundredth of the half-life: but for that it is linear, every step exact."""
        del drive
        return self._half_life_s / 100

    def facts(self) -> Mapping[str, float]:
        """Return the electronic conductivity at the start."""
        sigma = self._thickness / self._leak_ohm / self._area
        return {"electronic_conductivity_s_m": sigma, "electronic_resistance_ohm": self._leak_ohm}

    def label(self) -> str:
        """Return ``blocking``, whatever it has left of its conductivity."""
        return "blocking"

    def set_conditions(self, temperature_k: float, stack_pressure_pa: float) -> None:
        """Take over the temperature; the pressure is without effect."""
        del stack_pressure_pa
        self._kelvin = temperature_k
        self._take_ions()
        self._leak_ohm = leak_ohm(self._of, self._area, self._thickness, temperature_k)

    def open_voltage_v(self) -> float:
        """Return 0: both sides are alike."""
        return 0.0

    def step(self, period_s: float, drive: Drive, load_siemens: float) -> Terminal:
        """Live through ``period_s`` > 0 of a constant source; return its end."""
        if math.isfinite(self._half_life_s):
            self._age_s += period_s
            self._take_ions()
        stored_v, ohm = self._ions.look_ahead(period_s)
        beside = 1 / self._leak_ohm + load_siemens
        slow = self._slow.look_ahead(period_s) if self._slow is not None else None

        def course(ionic_a: float) -> Operating:
            voltage_v = stored_v + ohm * ionic_a
            return Operating(voltage_v, ionic_a + _through(slow, voltage_v))

        terminal, ionic_a = settle(drive, course, beside, 0.0, 1e-6)
        self._ions.live(ionic_a)
        if self._slow is not None:
            self._slow.live(_through(slow, terminal.voltage_v))
        return terminal

    def _take_ions(self) -> None:
        """Take over the pellet, as warm and as old as it is: bulk and boundaries lose alike."""
        parts = pellet_elements(self._of, self._area, self._thickness, self._kelvin)
        left = 2 ** -(self._age_s / self._half_life_s)
        aged = [Elements(p.resistance_ohm / left, p.time_constant_s / left) for p in parts]
        self._ions.take([*aged, self._electrodes])

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) at the terminals."""
        admittance = 1 / self._ions.impedance(frequency_hz) + 1 / self._leak_ohm
        if self._slow is not None:
            admittance = admittance + 1 / self._slow.impedance(frequency_hz)
        z: ComplexArray = 1 / admittance
        return z


def _through(branch: tuple[float, float] | None, voltage_v: float) -> float:
    return (voltage_v - branch[0]) / branch[1] if branch else 0.0
