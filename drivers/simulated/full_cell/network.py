"""The electrical network of a full cell and its step under a constant source.

In series: separator, the lithium side (interphase, charge transfer, constriction), the cathode's
two ohmic paths at a third each, its interphase and charge transfer over the particles' surface,
and the potential at that surface, which diffusion lets run ahead of the mean. All but the
potential and the two charge transfers are Debye elements. Electrons leak beside all of it.
"""

import math

import numpy as np

from ..debye import ComplexArray, Distribution, FloatArray, impedance, zarc_distribution
from ..lithium_contact import LithiumContact
from ..network import CONSTRICTION_S, FARADAY_C_MOL, GAS_CONSTANT_J_MOL_K, VACUUM_F_M
from ..presets import Material, activation
from .composite import composite_impedance
from .diffusion import relaxations, surface_lead
from .materials import Anode, Cathode
from .step import Step

SEPARATOR, INTERPHASE, TRANSFER, CONSTRICTION, CATHODE_INTERPHASE, CATHODE_TRANSFER = range(6)


class Network:
    """Voltages over the elements and the charge in the particles; how a current moves them.

    ``fraction`` is the mean charge fraction of the connected particles (0 as made), ``capacity_c``
    what they hold over the whole potential curve. Positive current charges.
    """

    def __init__(
        self,
        cathode: Cathode,
        anode: Anode,
        electrolyte: Material,
        *,
        area_m2: float,
        separator_m: float,
        fraction: float,
    ) -> None:
        self._cathode, self._anode, self._electrolyte = cathode, anode, electrolyte
        self._area, self._separator = area_m2, separator_m
        self.fraction = fraction
        self.capacity_c = cathode.capacity_c_kg * cathode.loading_kg_m2 * area_m2
        single = zarc_distribution(1.0)
        groups = [
            single,
            zarc_distribution(electrolyte.interphase_alpha),
            zarc_distribution(electrolyte.double_layer_alpha),
            single,
            single,
            single,
        ]
        self._distribute(groups)
        self._resistance = [0.0] * len(groups)
        self._time = [0.0] * len(groups)
        self._voltages = np.zeros(len(self._weights))
        self._leads = np.zeros(len(relaxations(1.0)[0]))
        self._period_s = 0.0

    def _distribute(self, groups: list[Distribution]) -> None:
        self._weights = np.concatenate([each.weights for each in groups])
        self._factors = np.concatenate([each.time_factors for each in groups])
        sizes = [len(each.weights) for each in groups]
        self._group = np.repeat(np.arange(len(sizes)), sizes)
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def set_temperature(self, temperature_k: float) -> None:
        """Carry all that does not age to a temperature; ``set_ageing`` must follow."""
        cathode, electrolyte, area = self._cathode, self._electrolyte, self._area
        self._temperature_k = temperature_k
        self._thermal_v = GAS_CONSTANT_J_MOL_K * temperature_k / FARADAY_C_MOL
        warm = activation(electrolyte.bulk_energy_ev, temperature_k)
        self._ionic_s_m = electrolyte.bulk_conductivity_s_m * warm
        self._resistance[SEPARATOR] = self._separator / self._ionic_s_m / area
        self._time[SEPARATOR] = VACUUM_F_M * electrolyte.relative_permittivity / self._ionic_s_m
        effective = self._ionic_s_m * cathode.electrolyte_share / cathode.tortuosity
        self.ionic_rail_ohm = cathode.thickness_m / effective / area
        self.electronic_rail_ohm = cathode.thickness_m / cathode.electronic_conductivity_s_m / area
        self._diffusion_s = cathode.particle_radius_m**2 / (
            cathode.diffusion_m2_s * activation(cathode.diffusion_energy_ev, temperature_k)
        )
        self._lead_shares, self._lead_times = relaxations(self._diffusion_s)

    def set_ageing(
        self, contact: LithiumContact, connected: float, interphase_ohm_m2: float
    ) -> None:
        """Take over what ages: the lithium side, the share of connected particles, their film."""
        cathode, electrolyte, area = self._cathode, self._electrolyte, self._area
        kelvin = self._temperature_k
        full_a = electrolyte.exchange_a_m2 * activation(electrolyte.exchange_energy_ev, kelvin)
        self._exchange_a = full_a * area * contact.contact
        cold = 1 / activation(electrolyte.interphase_energy_ev, kelvin)
        film = contact.interphase_ohm_m2 * cold
        self._resistance[INTERPHASE] = film / area / contact.contact
        self._time[INTERPHASE] = film * electrolyte.interphase_f_m2
        self._resistance[TRANSFER] = self._thermal_v / self._exchange_a
        self._time[TRANSFER] = self._thermal_v / full_a * electrolyte.double_layer_f_m2
        lost = 1 / contact.contact - 1
        self._resistance[CONSTRICTION] = electrolyte.constriction_m * lost / self._ionic_s_m / area
        self._time[CONSTRICTION] = CONSTRICTION_S
        surface = cathode.surface * area * connected
        film = interphase_ohm_m2 / activation(cathode.interphase_energy_ev, kelvin)
        self._resistance[CATHODE_INTERPHASE] = film / surface
        self._time[CATHODE_INTERPHASE] = film * cathode.interphase_f_m2
        full_a = cathode.exchange_a_m2 * activation(cathode.exchange_energy_ev, kelvin)
        self._cathode_exchange_a = full_a * surface
        self._resistance[CATHODE_TRANSFER] = self._thermal_v / self._cathode_exchange_a
        self._time[CATHODE_TRANSFER] = self._thermal_v / full_a * cathode.double_layer_f_m2
        self.capacity_c = cathode.capacity_c_kg * cathode.loading_kg_m2 * area * connected
        self._tau = np.array(self._time)[self._group] * self._factors
        self._period_s = 0.0

    @property
    def open_circuit_v(self) -> float:
        """The cell's voltage when all has come to rest."""
        return self._cathode.potential.at(self.fraction) - self._anode.potential_v

    def begin(self, period_s: float, spent_share: float = 0.0) -> Step:
        """What the elements make of the next ``period_s`` > 0, for any constant current.

        ``spent_share`` of a charging current does not reach the particles.
        """
        if period_s != self._period_s:
            self._period_s = period_s
            self._decay = np.exp(-period_s / self._tau)
            self._gain = self._weights * -np.expm1(-period_s / self._tau)
            self._shares = np.add.reduceat(self._gain, self._starts).tolist()
            self._lead_decay = np.exp(-period_s / self._lead_times)
            self._lead_gain = self._lead_shares * -np.expm1(-period_s / self._lead_times)
            self._lead_gain *= self._diffusion_s / 3
        ohmic = (self.ionic_rail_ohm + self.electronic_rail_ohm) / 3
        for group in (SEPARATOR, INTERPHASE, CONSTRICTION, CATHODE_INTERPHASE):
            ohmic += self._resistance[group] * self._shares[group]
        return Step(
            potential=self._cathode.potential,
            base_v=float(self._voltages @ self._decay) - self._anode.potential_v,
            fraction=self.fraction + float(self._leads @ self._lead_decay),
            fraction_per_a=(period_s + float(self._lead_gain.sum())) / self.capacity_c,
            ohmic=ohmic,
            spent_share=spent_share,
            scale_v=2 * self._thermal_v,
            twice_exchange_a=(2 * self._exchange_a, 2 * self._cathode_exchange_a),
            shares=(self._shares[TRANSFER], self._shares[CATHODE_TRANSFER]),
        )

    def end(self, step: Step, ionic_a: float) -> None:
        """Live through the period that ``begin`` prepared."""
        push = [resistance * ionic_a for resistance in self._resistance]
        push[TRANSFER] = step.overpotential(0, ionic_a)
        push[CATHODE_TRANSFER] = step.overpotential(1, ionic_a)
        self._voltages = self._voltages * self._decay + np.array(push)[self._group] * self._gain
        rate = step.inserted_a(ionic_a) / self.capacity_c
        self._leads = self._leads * self._lead_decay + self._lead_gain * rate
        self.fraction += rate * self._period_s

    def impedance(self, frequency_hz: FloatArray, ionic_a: float) -> ComplexArray:
        """The ionic path's impedance (ohm) for small signals about ``ionic_a``."""
        resistance = list(self._resistance)
        exchange = ((TRANSFER, self._exchange_a), (CATHODE_TRANSFER, self._cathode_exchange_a))
        for group, exchange_a in exchange:
            resistance[group] /= math.hypot(1.0, ionic_a / (2 * exchange_a))
        spread = np.array(resistance)[self._group] * self._weights
        at_particles = self._group >= CATHODE_INTERPHASE
        rest = impedance(spread[~at_particles], self._tau[~at_particles], frequency_hz)
        local = impedance(spread[at_particles], self._tau[at_particles], frequency_hz)
        slope_v = self._cathode.potential.slope(self.fraction + float(self._leads.sum()))
        omega = 2 * math.pi * frequency_hz
        filling_s = 1 / (1j * omega) + surface_lead(self._diffusion_s, frequency_hz)
        local = local + slope_v / self.capacity_c * filling_s
        return rest + composite_impedance(local, self.ionic_rail_ohm, self.electronic_rail_ohm)
