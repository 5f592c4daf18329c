"""A symmetric cell whose states are prescribed in time: for tests of what tells them apart.

Unlike the simulated cell it has no will of its own: interphase, temperature, contact and short are
functions of time, so that a test can state one cause and look at its signature. V(t) and Z(f) come
from the same resistances; the relaxation of the arcs (below a millisecond) is left out of V(t).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

BOLTZMANN_EV_PER_K = 8.617333262e-5
HALF_RT_OVER_F = 8.314462618 / 96485.33212


@dataclass(frozen=True)
class CellReading:
    time_s: float
    voltage_v: float
    current_a: float
    flags: int = 0


@dataclass(frozen=True)
class Point:
    frequency_hz: float
    z_ohm: complex


def constant(value: float) -> Callable[[float], float]:
    return lambda _: value


@dataclass
class PrescribedCell:
    """LPSCl by default: 27 ohm cm2 of bulk, 8 of interphase, 26 of charge transfer; 0.785 cm2."""

    bulk_ohm_cm2: float = 26.7
    area_cm2: float = 0.785
    exchange_ma_cm2: float = 2.0
    interphase_ohm_cm2: Callable[[float], float] = field(default_factory=lambda: constant(8.0))
    temperature_k: Callable[[float], float] = field(default_factory=lambda: constant(298.15))
    contact: Callable[[float], float] = field(default_factory=lambda: constant(1.0))
    short_ohm: Callable[[float], float] = field(default_factory=lambda: constant(math.inf))
    noise_v: float = 1e-4
    seed: int = 0
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    @property
    def area_m2(self) -> float:
        return self.area_cm2 * 1e-4

    @property
    def thickness_m(self) -> float:
        return 0.8e-3

    @property
    def conductivity_s_per_m(self) -> float:
        return self.thickness_m / (self.bulk_ohm_cm2 * 1e-4)

    def _warm(self, energy_ev: float) -> float:
        kelvin = self.temperature_k(self.now_s)
        return math.exp(energy_ev / BOLTZMANN_EV_PER_K * (1 / kelvin - 1 / 298.15))

    def asr_ohm_cm2(self, density_ma_cm2: float) -> float:
        theta = self.contact(self.now_s)
        kelvin = self.temperature_k(self.now_s)
        exchange = self.exchange_ma_cm2 / self._warm(0.4)
        x = abs(density_ma_cm2) / (2 * exchange * theta)
        chord = math.asinh(x) / x if x > 1e-9 else 1.0
        transfer = 2 * HALF_RT_OVER_F * kelvin / (exchange * theta * 1e-3) * chord
        constriction = 2 * 0.5 * (1 / theta - 1) * self._warm(0.35)
        interphase = self.interphase_ohm_cm2(self.now_s) * self._warm(0.5) / theta
        healthy = self.bulk_ohm_cm2 * self._warm(0.35) + interphase + transfer + constriction
        return 1 / (1 / healthy + 1 / (self.short_ohm(self.now_s) * self.area_cm2))

    def half_cycle(
        self, density_ma_cm2: float, duration_s: float, period_s: float = 1.0
    ) -> Iterator[CellReading]:
        start_s, current_a = self.now_s, density_ma_cm2 * 1e-3 * self.area_cm2
        for n in range(1, int(duration_s / period_s) + 1):
            self.now_s = start_s + n * period_s
            voltage_v = self.asr_ohm_cm2(density_ma_cm2) * density_ma_cm2 * 1e-3
            noise_v = self.random.normal(0.0, self.noise_v + 2e-4 * abs(voltage_v))
            yield CellReading(n * period_s, voltage_v + noise_v, current_a)

    def rest(self, duration_s: float) -> None:
        self.now_s += duration_s

    def spectrum(
        self, top_hz: float = 1e6, noise: float = 3e-3, lead_h: float = 3e-7
    ) -> list[Point]:
        """10 points a decade to 0.1 Hz, one interphase arc and one of charge transfer."""
        theta = self.contact(self.now_s)
        kelvin = self.temperature_k(self.now_s)
        f = np.logspace(math.log10(top_hz), -1, int(10 * (math.log10(top_hz) + 1)) + 1)
        w = 2j * np.pi * f
        interphase = self.interphase_ohm_cm2(self.now_s) * self._warm(0.5) / theta
        exchange = self.exchange_ma_cm2 * theta / self._warm(0.4)
        transfer = 2 * HALF_RT_OVER_F * kelvin / (exchange * 1e-3)
        constriction = 2 * 0.5 * (1 / theta - 1) * self._warm(0.35)
        z = self.bulk_ohm_cm2 * self._warm(0.35) + constriction / (1 + w * 1e-6)
        z = z + interphase / (1 + (w * interphase / 2 * 2e-6 * theta) ** 0.85)
        z = z + transfer / (1 + (w * transfer / 2 * 5e-6 * theta) ** 0.9)
        z_ohm = 1 / (self.area_cm2 / z + 1 / self.short_ohm(self.now_s) + w * 1e-11)
        z_ohm = z_ohm + 0.05 + w * lead_h
        spread = self.random.normal(0, noise, (2, f.size))
        z_ohm = z_ohm * (1 + spread[0]) * np.exp(1j * spread[1])
        return [Point(float(a), complex(b)) for a, b in zip(f, z_ohm, strict=True)]
