"""A symmetric Li | electrolyte | Li cell whose truth is known.

Positive current strips the working electrode and gives a positive voltage. Temperature and
stack pressure are those of the whole cell at once.
"""

import math
from collections.abc import Iterable

import numpy as np

from .changes import Change
from .debye import ComplexArray, FloatArray
from .lithium_contact import ALL_ALIVE, Conditions, LithiumContact, Options, conditions
from .living_cell import LivingCell
from .network import Drive, Network, Terminal
from .presets import REFERENCE_K, Material
from .short_circuit import BURNT_DENDRITE, ShortCircuit

LONGEST_STEP_S = 10.0  # slow states move little within
VOID_BELOW = 0.5
LOST_BELOW = 0.1


class SymmetricCell(LivingCell):
    """The cell: electrical network, slow states of both sides, and hidden truth.

    Two cells of the same arguments live the same life. How time is cut into ``advance`` calls
    matters only through slow states, which are held during a cut of at most 10 s, and through
    labels, which are looked at once per cut.
    """

    def __init__(
        self,
        of: Material,
        *,
        area_m2: float = 0.785e-4,
        thickness_m: float = 0.8e-3,
        stack_pressure_pa: float = 5e6,
        temperature_k: float = REFERENCE_K,
        seed: int = 0,
        options: Options = ALL_ALIVE,
        changes: Iterable[Change] = (),
        fuse_a: float = math.inf,
    ) -> None:
        super().__init__(
            temperature_k=temperature_k, stack_pressure_pa=stack_pressure_pa, changes=changes
        )
        flaws, short = np.random.default_rng(seed).spawn(2)
        self.material, self.area_m2, self.thickness_m = of, area_m2, thickness_m
        self.contacts = (LithiumContact(of), LithiumContact(of))
        self.short = ShortCircuit(short)
        self._options, self._fuse_a = options, fuse_a
        self._short_decay_s = math.inf
        self._critical_at_25c = of.critical_scale_a_m2 * float(flaws.weibull(of.critical_modulus))
        self._network = Network(
            of, area_m2=area_m2, thickness_m=thickness_m, linear_kinetics=options.linear_kinetics
        )
        self._take_conditions()
        self._begin({"critical_current_density_a_m2": self._conditions.critical_a_m2}, 0.0)

    @property
    def working_vs_reference_v(self) -> float:
        """Voltage of the working electrode against a reference of lithium in mid-electrolyte."""
        return self._network.working_half_v()

    @property
    def critical_current_density_a_m2(self) -> float:
        """Local current density beyond which dendrites grow, now. Hidden truth."""
        return self._conditions.critical_a_m2

    @property
    def electronic_leak_ohm(self) -> float:
        """Resistance of the electrolyte to electrons."""
        of = self.material
        return self.thickness_m / of.electronic_conductivity_s_m / self.area_m2

    def elements(self, ionic_a: float = 0.0) -> tuple[FloatArray, FloatArray]:
        """Return the ionic path's Debye elements: resistances (ohm) and time constants (s)."""
        return self._network.elements(ionic_a)

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) now, about the present direct current.

        Of the cell alone: leads and strays belong to the instrument's front end. The shape is
        that of ``frequency_hz``.
        """
        frequency_hz = np.asarray(frequency_hz, dtype=float)
        return self._network.impedance(frequency_hz, self._terminal.ionic_a, self._parallel())

    def _longest_step_s(self, drive: Drive) -> float:
        del drive
        return LONGEST_STEP_S

    def _live(self, duration_s: float, drive: Drive, load_siemens: float) -> Terminal:
        at = self._conditions
        terminal = self._network.step(duration_s, drive, self._parallel() + load_siemens)
        strip_a_m2 = terminal.ionic_a / self.area_m2
        voids = self._options.contact_loss
        self.contacts[0].age(strip_a_m2, duration_s, at, voids)
        self.contacts[1].age(-strip_a_m2, duration_s, at, voids)
        self._take_contacts()
        self._live_short(duration_s, terminal)
        return terminal

    def _dc_a(self, drive: Drive, terminal: Terminal) -> float:
        # what a held 0 V draws (an impedance sweep, say) is relaxation, not a dc current
        if drive.mode == "open" or not drive.level:
            return self._last_dc_a
        return drive.level if drive.mode == "current" else terminal.current_a

    def _live_short(self, duration_s: float, terminal: Terminal) -> None:
        short = self.short
        if short.exists:
            severity = abs(terminal.current_a) / self.area_m2 / self._conditions.critical_a_m2
            short.age(duration_s, severity)
            if math.isfinite(self._short_decay_s) and not short.hard:
                short.set_path(short.resistance_ohm * math.exp(-duration_s / self._short_decay_s))
            if abs(terminal.voltage_v) / short.resistance_ohm > self._fuse_a:
                self._burn_through()
        elif max(contact.dendrite for contact in self.contacts) >= 1:
            short.open_path(abs(terminal.voltage_v / terminal.ionic_a))

    def _burn_through(self) -> None:
        self.short.burn_through()
        self._short_decay_s = math.inf
        for contact in self.contacts:
            contact.dendrite = min(contact.dendrite, BURNT_DENDRITE)

    def _parallel(self) -> float:
        return 1 / self._leak_ohm + 1 / self.short.resistance_ohm

    def _apply(self, change: Change) -> None:
        super()._apply(change)
        if change.short_ohm is not None:
            self.short.set_path(change.short_ohm)
            self._short_decay_s = change.short_decay_s or math.inf
        self._note_label()

    def _take_conditions(self) -> None:
        self._leak_ohm = self.electronic_leak_ohm
        self._conditions: Conditions = conditions(
            self.material,
            self._options,
            thickness_m=self.thickness_m,
            temperature_k=self._temperature_k,
            stack_pressure_pa=self._stack_pressure_pa,
            critical_at_25c_a_m2=self._critical_at_25c,
        )
        self._network.set_temperature(self._temperature_k)
        self._take_contacts()

    def _take_contacts(self) -> None:
        for side in (0, 1):
            contact = self.contacts[side]
            self._network.set_side(side, contact.contact, contact.interphase_ohm_m2)

    def _what_is_it(self) -> str:
        if self.short.exists:
            return "hard_short" if self.short.hard else "soft_short"
        contact = min(self.contacts[0].contact, self.contacts[1].contact)
        if contact < LOST_BELOW:
            return "contact_lost"
        return "void" if contact < VOID_BELOW else "healthy"
