"""A composite cathode | electrolyte | lithium cell whose truth is known.

The working electrode is the cathode: positive current charges. Temperature and stack pressure
are those of the whole cell at once.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..changes import Change
from ..debye import ComplexArray, FloatArray
from ..lithium_contact import LithiumContact, conditions
from ..lithium_contact import Options as LithiumOptions
from ..living_cell import LivingCell
from ..network import Drive, Terminal
from ..presets import LPSCL, REFERENCE_K, Material
from .materials import LITHIUM, NMC, Anode, Cathode
from .network import Network

LONGEST_STEP_S = 30.0  # slow states move little within
VOID_BELOW = 0.5
LOST_BELOW = 0.1


@dataclass(frozen=True, slots=True)
class Ageing:
    """Which slow states live. All off: a cell that is after every cycle what it was before."""

    lithium_contact: bool = True
    interphases: bool = True
    contact_loss: bool = True
    formation: bool = True
    leak: bool = True


ALL = Ageing()
NONE = Ageing(
    lithium_contact=False, interphases=False, contact_loss=False, formation=False, leak=False
)


class FullCell(LivingCell):
    """The cell: electrical network, slow states of both electrodes, and hidden truth.

    How time is cut into ``advance`` calls matters only through slow states and through the
    potential, which are held during a cut of at most 30 s. Dendrites do not grow in it.
    """

    def __init__(
        self,
        cathode: Cathode = NMC,
        anode: Anode = LITHIUM,
        electrolyte: Material = LPSCL,
        *,
        area_m2: float = 0.785e-4,
        separator_m: float = 0.5e-3,
        stack_pressure_pa: float = 50e6,
        temperature_k: float = REFERENCE_K,
        charge_fraction: float = 0.005,
        ageing: Ageing = ALL,
        changes: Iterable[Change] = (),
    ) -> None:
        super().__init__(
            temperature_k=temperature_k, stack_pressure_pa=stack_pressure_pa, changes=changes
        )
        self.cathode, self.anode, self.electrolyte = cathode, anode, electrolyte
        self.area_m2, self.separator_m = area_m2, separator_m
        self.contact = LithiumContact(electrolyte)
        self.connected = 1.0
        self.formation_left_c = self._formation_c() if ageing.formation else 0.0
        self._film = cathode.interphase_ohm_m2**2  # R^2, which grows linearly
        self._ageing = ageing
        self._network = Network(
            cathode,
            anode,
            electrolyte,
            area_m2=area_m2,
            separator_m=separator_m,
            fraction=charge_fraction,
        )
        self._take_conditions()
        self._begin(self._facts(), self._network.open_circuit_v)

    def _facts(self) -> dict[str, float]:
        facts = {
            "active_mass_kg": self.active_mass_kg,
            "capacity_c": self.capacity_c,
            "formation_c": self.formation_left_c,
            "diffusion_m2_s": self.cathode.diffusion_m2_s,
        }
        leaks = self._ageing.leak
        return {**facts, "electronic_leak_ohm": self.electronic_leak_ohm} if leaks else facts

    def _formation_c(self) -> float:
        cathode = self.cathode
        return cathode.formation_c_kg * cathode.loading_kg_m2 * self.area_m2

    @property
    def active_mass_kg(self) -> float:
        """Mass of the particles."""
        return self.cathode.loading_kg_m2 * self.area_m2

    @property
    def charge_fraction(self) -> float:
        """Mean charge of the connected particles, of the whole curve. Hidden truth."""
        return self._network.fraction

    @property
    def capacity_c(self) -> float:
        """What the connected particles hold over the whole curve. Hidden truth."""
        return self._network.capacity_c

    @property
    def open_circuit_v(self) -> float:
        """Where the voltage goes when the cell is left alone and does not leak. Hidden truth."""
        return self._network.open_circuit_v

    @property
    def electronic_leak_ohm(self) -> float:
        """Resistance of the separator to electrons; infinite if the cell does not leak."""
        if not self._ageing.leak:
            return math.inf
        return self.separator_m / self.electrolyte.electronic_conductivity_s_m / self.area_m2

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) now, about the present direct current.

        Of the cell alone: leads and strays belong to the instrument's front end. The shape is
        that of ``frequency_hz``.
        """
        frequency_hz = np.asarray(frequency_hz, dtype=float)
        ionic = self._network.impedance(frequency_hz, self._terminal.ionic_a)
        parallel: ComplexArray = 1 / (1 / ionic + 1 / self.electronic_leak_ohm)
        return parallel

    def _longest_step_s(self, drive: Drive) -> float:
        del drive
        return LONGEST_STEP_S

    def _live(self, duration_s: float, drive: Drive, load_siemens: float) -> Terminal:
        forming = self.formation_left_c > 0
        step = self._network.begin(duration_s, self.cathode.formation_share if forming else 0.0)
        parallel = 1 / self.electronic_leak_ohm + load_siemens
        ionic_a, current_a, limited = step.solve(drive, parallel, self._terminal.ionic_a)
        self._network.end(step, ionic_a)
        inserted_a = step.inserted_a(ionic_a)
        self.formation_left_c -= (ionic_a - inserted_a) * duration_s
        self._age(duration_s, ionic_a, inserted_a)
        return Terminal(step.voltage(ionic_a), current_a, ionic_a, limited)

    def _dc_a(self, drive: Drive, terminal: Terminal) -> float:
        if drive.mode == "current":
            return drive.level or self._last_dc_a
        return terminal.current_a if drive.mode == "voltage" else self._last_dc_a

    def _age(self, duration_s: float, ionic_a: float, inserted_a: float) -> None:
        voids = self._ageing.lithium_contact and self.anode.leaves_voids
        if voids or self._ageing.interphases:
            self.contact.age(-ionic_a / self.area_m2, duration_s, self._conditions, voids)
        if self._ageing.interphases:
            self._film += self._growth * duration_s
        if self._ageing.contact_loss:
            moved = abs(inserted_a) * duration_s / self._network.capacity_c
            eased = self.cathode.contact_pressure_pa / self._stack_pressure_pa
            self.connected *= math.exp(-self.cathode.contact_loss * eased * moved)
        if self._ageing != NONE:
            self._take_ageing()

    def _take_conditions(self) -> None:
        self._conditions = conditions(
            self.electrolyte,
            LithiumOptions(
                contact_loss=self._ageing.lithium_contact,
                interphase_growth=self._ageing.interphases,
                dendrites=False,
            ),
            thickness_m=self.separator_m,
            temperature_k=self._temperature_k,
            stack_pressure_pa=self._stack_pressure_pa,
            critical_at_25c_a_m2=math.inf,
        )
        self._growth = self.cathode.interphase_growth_ohm_m2**2
        self._network.set_temperature(self._temperature_k)
        self._take_ageing()

    def _take_ageing(self) -> None:
        self._network.set_ageing(self.contact, self.connected, math.sqrt(self._film))

    def _what_is_it(self) -> str:
        contact = self.contact.contact
        if contact < LOST_BELOW:
            return "contact_lost"
        return "void" if contact < VOID_BELOW else "healthy"
