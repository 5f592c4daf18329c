"""A symmetric lithium cell whose states are prescribed in time, so that the cause is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

_AREA_CM2 = 0.785
_BULK_OHM_CM2 = 26.7
_BOLTZMANN_EV_PER_K = 8.617333262e-5
_ROOM_K = 298.15


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of the cell; positive current strips the working electrode."""

    time_s: float
    voltage_v: float
    current_a: float
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a spectrum."""

    frequency_hz: float
    z_ohm: complex


@dataclass(kw_only=True)
class PrescribedCell:
    """A pellet of 0.8 mm and 10 mm diameter, 3 mS/cm; everything that happens is a function of t.

    `interface_ohm_cm2` (both sides), `contact` (share of the area), `short_ohm`, `temperature_k`
    and the voltmeter's `gain`, each of the time in s. V(t) and Z come of the same resistances;
    relaxations below a millisecond are left out of V(t).
    """

    interface_ohm_cm2: Callable[[float], float] = lambda _: 34.0
    contact: Callable[[float], float] = lambda _: 1.0
    short_ohm: Callable[[float], float] = lambda _: math.inf
    temperature_k: Callable[[float], float] = lambda _: _ROOM_K
    gain: Callable[[float], float] = lambda _: 1.0
    seed: int = 0
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)

    area_m2 = _AREA_CM2 * 1e-4
    thickness_m = 0.8e-3
    conductivity_s_per_m = 0.8e-3 / (_BULK_OHM_CM2 * 1e-4)

    def half_cycle(
        self, density_ma_cm2: float, duration_s: float, period_s: float
    ) -> Iterator[Reading]:
        """Yield readings at a current density, with 0.1 mV of noise."""
        start_s = self.now_s
        for time_s in np.arange(period_s, duration_s + period_s / 2, period_s).tolist():
            self.now_s = start_s + time_s
            bulk, interface = self._parts_ohm_cm2()
            healthy = (bulk + interface) / _AREA_CM2
            ohm = 1 / (1 / healthy + 1 / self.short_ohm(self.now_s))
            current_a = density_ma_cm2 * 1e-3 * _AREA_CM2
            voltage_v = self.gain(self.now_s) * ohm * current_a + self._random.normal(0.0, 1e-4)
            yield Reading(time_s, voltage_v, current_a)

    def spectrum(self) -> list[Point]:
        """Ten points a decade from 1 MHz to 0.1 Hz with 0.3 % of noise."""
        frequency_hz = np.logspace(6, -1, 71)
        omega = 2j * np.pi * frequency_hz
        bulk, interface = self._parts_ohm_cm2()
        capacitance = 2e-6 * self.contact(self.now_s) / 2
        z = bulk + interface / (1 + (omega * interface * capacitance) ** 0.85)
        z_ohm = 1 / (_AREA_CM2 / z + 1 / self.short_ohm(self.now_s)) + 3e-7 * omega
        noise = 3e-3 * self._random.normal(size=(2, frequency_hz.size))
        z_ohm = z_ohm * (1 + noise[0] + 1j * noise[1])
        return [Point(float(f), complex(z)) for f, z in zip(frequency_hz, z_ohm, strict=True)]

    def _parts_ohm_cm2(self) -> tuple[float, float]:
        inverse = 1 / self.temperature_k(self.now_s) - 1 / _ROOM_K
        share = self.contact(self.now_s)
        bulk = _BULK_OHM_CM2 * math.exp(0.35 / _BOLTZMANN_EV_PER_K * inverse)
        interface = self.interface_ohm_cm2(self.now_s) * math.exp(
            0.5 / _BOLTZMANN_EV_PER_K * inverse
        )
        return bulk + 0.5 * (1 / share - 1), interface / share
