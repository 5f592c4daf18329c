"""The electrical network of a symmetric cell and its exact step under a constant source.

The ionic path is one list of Debye elements in series: bulk, grain boundary, and for each side
interphase, charge transfer and constriction. Electronic leak and short lie in parallel to it.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from .debye import ComplexArray, Distribution, FloatArray, impedance, zarc_distribution
from .presets import Material, activation

FARADAY_C_MOL = 96485.33212
GAS_CONSTANT_J_MOL_K = 8.314462618
VACUUM_F_M = 8.8541878128e-12
CONSTRICTION_S = 1e-6
STALE = 1e-3  # relative change of an interphase that renews its time constants; its r is exact
NEWTON_TOLERANCE = 1e-12
NEWTON_PASSES = 60


class Terminal(NamedTuple):
    """The cell's terminals at the end of a step, and the current that ions carried in it."""

    voltage_v: float
    current_a: float
    ionic_a: float
    limited: bool


@dataclass(frozen=True, slots=True)
class Drive:
    """What the instrument does: ``mode`` is open, current or voltage.

    ``level`` in A or V and ``limit`` in V or A (a magnitude) of the other quantity, both at the
    far end of ``series_ohm``. ``pushed_a`` is what other instruments drive through the same
    terminals: the current limit of a voltage source is on what is left for itself.
    """

    mode: Literal["open", "current", "voltage"]
    level: float = 0.0
    limit: float = math.inf
    series_ohm: float = 0.0
    pushed_a: float = 0.0


OPEN = Drive("open")


class Network:
    """The ionic path: voltages over its elements, and how they move.

    ``ionic_a`` is signed: positive strips the working electrode.
    """

    def __init__(
        self, of: Material, *, area_m2: float, thickness_m: float, linear_kinetics: bool
    ) -> None:
        self._of, self._area, self._thickness = of, area_m2, thickness_m
        self._linear = linear_kinetics
        distributions = self._distributions()
        self._weights = np.concatenate([each.weights for each in distributions])
        self._factors = np.concatenate([each.time_factors for each in distributions])
        sizes = [len(each.weights) for each in distributions]
        self._group = np.repeat(np.arange(len(sizes)), sizes)
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._first_side = len(sizes) - 6
        self._resistance = [0.0] * len(sizes)
        self._time = [0.0] * len(sizes)
        self._exchange = [0.0, 0.0]
        self._interphase = [0.0, 0.0]
        self._voltages = np.zeros(len(self._weights))
        self._period_s = 0.0

    def _distributions(self) -> list[Distribution]:
        single = zarc_distribution(1.0)
        side = [
            zarc_distribution(self._of.interphase_alpha),
            zarc_distribution(self._of.double_layer_alpha),
            single,
        ]
        if self._of.grain_boundary_conductivity_s_m is None:
            return [single, *side, *side]
        return [single, zarc_distribution(self._of.grain_boundary_alpha), *side, *side]

    def set_temperature(self, temperature_k: float) -> None:
        """Carry all that does not depend on contact or ageing to a temperature."""
        of, area, thickness = self._of, self._area, self._thickness
        self._bulk_s_m = of.bulk_conductivity_s_m * activation(of.bulk_energy_ev, temperature_k)
        self._resistance[0] = thickness / self._bulk_s_m / area
        self._time[0] = VACUUM_F_M * of.relative_permittivity / self._bulk_s_m
        if of.grain_boundary_conductivity_s_m is not None:
            warm = activation(of.grain_boundary_energy_ev, temperature_k)
            self._resistance[1] = thickness / (of.grain_boundary_conductivity_s_m * warm) / area
            capacitance_f = of.grain_boundary_capacitance_f_m * area / thickness
            self._time[1] = self._resistance[1] * capacitance_f
        self._thermal_v = GAS_CONSTANT_J_MOL_K * temperature_k / FARADAY_C_MOL
        self._full_exchange_a = (
            of.exchange_a_m2 * activation(of.exchange_energy_ev, temperature_k) * area
        )
        self._interphase_cold = 1 / activation(of.interphase_energy_ev, temperature_k)
        for first in (self._first_side, self._first_side + 3):
            self._time[first + 1] = (
                self._thermal_v / self._full_exchange_a * of.double_layer_f_m2 * area
            )
            self._time[first + 2] = CONSTRICTION_S
        self._interphase = [0.0, 0.0]  # renews every time constant at the next ``set_side``

    def set_side(self, side: int, contact: float, interphase_ohm_m2: float) -> None:
        """Take over the slow state of a side: 0 working, 1 counter electrode."""
        first = self._first_side + 3 * side
        areal = interphase_ohm_m2 * self._interphase_cold
        self._resistance[first] = areal / self._area / contact
        self._exchange[side] = self._full_exchange_a * contact
        self._resistance[first + 1] = self._thermal_v / self._exchange[side]
        lost = 1 / contact - 1
        self._resistance[first + 2] = self._of.constriction_m * lost / self._bulk_s_m / self._area
        if abs(areal - self._interphase[side]) > STALE * areal:
            self._interphase[side] = areal
            self._time[first] = areal * self._of.interphase_f_m2  # contact cancels: R/c, C c
            self._tau = np.array(self._time)[self._group] * self._factors
            self._period_s = 0.0

    def elements(self, ionic_a: float = 0.0) -> tuple[FloatArray, FloatArray]:
        """Return resistances (ohm) and time constants (s) for small signals about ``ionic_a``."""
        resistance = list(self._resistance)
        if not self._linear:
            for side in (0, 1):
                slope = math.hypot(1.0, ionic_a / (2 * self._exchange[side]))
                resistance[self._first_side + 3 * side + 1] /= slope
        return np.array(resistance)[self._group] * self._weights, self._tau.copy()

    def impedance(
        self, frequency_hz: FloatArray, ionic_a: float, parallel_siemens: float
    ) -> ComplexArray:
        """Return the impedance at the cell's terminals; inductive part positive."""
        ionic = impedance(*self.elements(ionic_a), frequency_hz)
        parallel: ComplexArray = 1 / (1 / ionic + parallel_siemens)
        return parallel

    def working_half_v(self) -> float:
        """Return the voltage from the working electrode to the middle of the electrolyte, now."""
        side = self._group >= self._first_side
        working = side & (self._group < self._first_side + 3)
        return float(self._voltages[working].sum() + self._voltages[~side].sum() / 2)

    def step(self, period_s: float, drive: Drive, parallel_siemens: float) -> Terminal:
        """Move the voltages through ``period_s`` > 0 of a constant source; return its end."""
        if period_s != self._period_s:
            self._set_period(period_s)
        stored_v = float(self._voltages @ self._decay)
        branch = self._branch(stored_v, parallel_siemens)
        ionic_a, current_a, limited = branch.solve(drive)
        push = [resistance * ionic_a for resistance in self._resistance]
        if not self._linear:
            for side in (0, 1):
                push[self._first_side + 3 * side + 1] = branch.overpotential(side, ionic_a)
        gained = np.array(push)[self._group] * self._gain
        self._voltages = self._voltages * self._decay + gained
        return Terminal(branch.voltage(ionic_a), current_a, ionic_a, limited)

    def _set_period(self, period_s: float) -> None:
        self._period_s = period_s
        self._decay = np.exp(-period_s / self._tau)
        self._gain = self._weights * -np.expm1(-period_s / self._tau)
        self._shares = np.add.reduceat(self._gain, self._starts).tolist()

    def _branch(self, stored_v: float, parallel_siemens: float) -> "_Branch":
        ohmic = 0.0
        transfer = (self._first_side + 1, self._first_side + 4)
        for group, resistance in enumerate(self._resistance):
            if self._linear or group not in transfer:
                ohmic += resistance * self._shares[group]
        if self._linear:
            return _Branch(stored_v, ohmic, parallel_siemens, 0.0, (1.0, 1.0), (0.0, 0.0))
        shares = (self._shares[transfer[0]], self._shares[transfer[1]])
        twice = (2 * self._exchange[0], 2 * self._exchange[1])
        return _Branch(stored_v, ohmic, parallel_siemens, 2 * self._thermal_v, twice, shares)


class _Branch(NamedTuple):
    """One step's algebra: V = stored + ohmic x + sum of shares times overpotentials at x.

    x is the ionic current, the total is x + parallel V, and an overpotential is
    scale_v asinh(x / twice_exchange_a).
    """

    stored_v: float
    ohmic: float
    parallel: float
    scale_v: float
    twice_exchange_a: tuple[float, float]
    shares: tuple[float, float]

    def overpotential(self, side: int, ionic_a: float) -> float:
        return self.scale_v * math.asinh(ionic_a / self.twice_exchange_a[side])

    def voltage(self, ionic_a: float) -> float:
        voltage_v = self.stored_v + self.ohmic * ionic_a
        if self.scale_v:
            for side in (0, 1):
                voltage_v += self.shares[side] * self.overpotential(side, ionic_a)
        return voltage_v

    def solve(self, drive: Drive) -> tuple[float, float, bool]:
        """Return ionic and total current at the end of the step, and whether limited."""
        if drive.mode == "voltage":
            ionic_a, total_a = self._at_voltage(drive.level, drive.series_ohm)
            own_a = total_a - drive.pushed_a
            if abs(own_a) <= drive.limit:
                return ionic_a, total_a, False
            total_a = drive.pushed_a + math.copysign(drive.limit, own_a)
            return self._at_current(total_a), total_a, True
        ionic_a = self._at_current(drive.level)
        terminal_v = self.voltage(ionic_a) + drive.level * drive.series_ohm
        if drive.mode == "open" or abs(terminal_v) <= drive.limit:
            return ionic_a, drive.level, False
        clamp_v = math.copysign(drive.limit, terminal_v)
        return *self._at_voltage(clamp_v, drive.series_ohm), True

    def _at_current(self, total_a: float) -> float:
        """Solve x + parallel V(x) = total."""
        return self._newton(
            1 + self.parallel * self.ohmic, self.parallel, total_a - self.parallel * self.stored_v
        )

    def _at_voltage(self, voltage_v: float, series_ohm: float) -> tuple[float, float]:
        """Solve V(x) + series (x + parallel V(x)) = voltage."""
        loading = 1 + series_ohm * self.parallel
        ionic_a = self._newton(
            loading * self.ohmic + series_ohm, loading, voltage_v - loading * self.stored_v
        )
        return ionic_a, ionic_a + self.parallel * self.voltage(ionic_a)

    def _newton(self, slope: float, weight: float, target: float) -> float:
        """Solve slope x + weight * (shares of overpotentials at x) = target.

        The left side is odd and concave for x > 0, so Newton's passes from 0 approach the root
        from one side and cannot overshoot.
        """
        if not self.scale_v or target == 0:
            return target / slope
        (first, second), scale = self.shares, weight * self.scale_v
        first_a, second_a = self.twice_exchange_a
        ionic_a = 0.0
        for _ in range(NEWTON_PASSES):
            x, y = ionic_a / first_a, ionic_a / second_a
            left = slope * ionic_a + scale * (first * math.asinh(x) + second * math.asinh(y))
            steep = slope + scale * (
                first / first_a / math.hypot(1, x) + second / second_a / math.hypot(1, y)
            )
            step = (target - left) / steep
            ionic_a += step
            if abs(step) <= NEWTON_TOLERANCE * abs(ionic_a):
                break
        return ionic_a
