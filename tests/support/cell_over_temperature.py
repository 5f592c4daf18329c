"""Spectra of a cell whose arcs follow Arrhenius laws at constant capacitance and exponent."""

from dataclasses import dataclass

import numpy as np
from solidcell.analysis.impedance import Spectrum, parse_circuit

BOLTZMANN_EV_PER_K = 8.617333e-5
MIDDLE_K = 293.0


@dataclass(frozen=True)
class ThermalArc:
    """Resistance at 293 K, activation energy of 1 / (R T) ..., capacitance, exponent."""

    ohm: float
    energy_ev: float
    farad: float
    exponent: float

    def resistance(self, temperature_k):
        inverse = (1 / temperature_k - 1 / MIDDLE_K) / BOLTZMANN_EV_PER_K
        return self.ohm * temperature_k / MIDDLE_K * np.exp(self.energy_ev * inverse)

    def columns(self, temperature_k):
        r = self.resistance(temperature_k)
        alpha = np.full_like(r, self.exponent)
        return [r, (self.farad * r) ** alpha / r, alpha]


BULK = ThermalArc(300, 0.35, 3.5e-11, 0.98)
BOUNDARY = ThermalArc(500, 0.45, 3e-9, 0.92)
INTERFACE = ThermalArc(80, 0.52, 3e-6, 0.88)


def values_of(arcs, temperature_k, end=()):
    """Parameters (m, p) of the arcs in series and then of what stands at the `end`."""
    t = np.asarray(temperature_k, dtype=float)
    columns = [column for arc in arcs for column in arc.columns(t)]
    return np.array([*columns, *(np.full_like(t, one) for one in end)]).T


def spectra_of(code, values, frequency_hz, noise=0.0, seed=1):
    """One spectrum for each row of `values`, with relative noise on both parts."""
    z = parse_circuit(code).impedance_ohm(frequency_hz, values)
    off = np.random.default_rng(seed).normal(0, noise, (2, *z.shape)) if noise else np.zeros((2, 1))
    return [Spectrum(frequency_hz, one) for one in z + np.abs(z) * (off[0] + 1j * off[1])]
