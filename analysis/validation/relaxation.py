"""A ladder of relaxations: the same elements give V(t) under steps and Z at a frequency."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..impedance import Spectrum, arrhenius_fit, parse_circuit, relaxation_times
from .check import Check, compare, holds
from .published_tables import SULFIDES

_RESISTANCE_OHM = np.array([34.0, 6.0, 4.2])
_TIME_S = np.array([1e-3, 2e-2, 0.3])
_BOLTZMANN_EV_PER_K = 8.617333e-5


def checks() -> Iterator[Check]:
    """Yield the identity of a stepped ladder, a distribution of times, and Arrhenius lines."""
    yield from _stepped()
    yield _undisturbed()
    yield from _arrhenius()


def _stepped() -> Iterator[Check]:
    """Drive the ladder with a sampled sine, exactly within each step, and compare the ratio."""
    source = "exact solution for a current that is constant within each step"
    step_s, per_period, periods = 1e-3, 200, 60
    omega = 2 * np.pi / (per_period * step_s)
    kept = np.exp(-step_s / _TIME_S)
    current = np.exp(1j * omega * step_s * np.arange(periods * per_period))
    voltage = np.zeros(len(_TIME_S), complex)
    for each in current:
        voltage = voltage * kept + _RESISTANCE_OHM * (1 - kept) * each
    ratio = _ratio_of_steps(omega, step_s)
    off = float(abs(voltage.sum() / current[-1] / ratio - 1))
    yield holds(
        "stepped ladder against its sum over elements, relative",
        source,
        "below 1e-8",
        off,
        good=off < 1e-8,
    )
    circuit = parse_circuit("p(R1,C1)-p(R2,C2)-p(R3,C3)")
    values = {f"R{k}": r for k, r in enumerate(_RESISTANCE_OHM, 1)}
    values |= {f"C{k}": c for k, c in enumerate(_TIME_S / _RESISTANCE_OHM, 1)}
    ((z,),) = circuit.impedance_ohm([omega / (2 * np.pi)], values).reshape(1, 1)
    short_s = step_s / 1000
    half_a_step = np.exp(-0.5j * omega * short_s)
    off = float(abs(_ratio_of_steps(omega, short_s) * half_a_step / z - 1))
    yield holds(
        "short steps against the circuit's impedance, relative",
        source,
        "below 1e-8",
        off,
        good=off < 1e-8,
    )


def _ratio_of_steps(omega: float, step_s: float) -> complex:
    kept = np.exp(-step_s / _TIME_S)
    turn = np.exp(-1j * omega * step_s)
    return complex(np.sum(_RESISTANCE_OHM * (1 - kept) / (1 - kept * turn)))


def _undisturbed() -> Check:
    """The distribution of relaxation times of a ZARC holds its whole resistance."""
    circuit = parse_circuit("R0-p(R1,CPE1)")
    frequency_hz = np.geomspace(1e6, 0.1, 71)
    values = {"R0": 10.0, "R1": 100.0, "CPE1_0": 1e-5, "CPE1_1": 0.85}
    noise = 0.002 * np.random.default_rng(3).normal(size=(2, 71))
    z = circuit.impedance_ohm(frequency_hz, values) * (1 + noise[0] + 1j * noise[1])
    found = relaxation_times(Spectrum(frequency_hz, z))
    total = sum(peak.resistance_ohm for peak in found.peaks)
    source = "Cole, Cole, J. Chem. Phys. 9, 1941, 341"
    return compare(
        "sum of the relaxation times of a ZARC, ohm", source, "100.0", total, allowed=0.03
    )


def _arrhenius() -> Iterator[Check]:
    temperature_k = np.linspace(280.0, 320.0, 5)
    sigma = 3e4 / temperature_k * np.exp(-0.22 / (_BOLTZMANN_EV_PER_K * temperature_k))
    line = arrhenius_fit(temperature_k, sigma, np.full(5, 1e-4))
    energy = line.activation_energy.value
    yield compare("activation energy of Li10GeP2S12 from sigma T, eV", f"{SULFIDES}, Fig. 2a",
                  "0.220", energy, allowed=1e-3 / 0.22)  # fmt: skip
    difference = energy - line.activation_energy_other_form.value
    yield compare("Ea of sigma T less Ea of sigma at 300 K, eV", "k_B T", "0.026", difference)
