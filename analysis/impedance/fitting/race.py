"""Several starts for each spectrum run down side by side; those that fall behind rest.

A few steps tell most wrong valleys from the right one, for there the cost is soon many times
the leader's. Only what keeps up, or is not yet down, goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Float, Index
from ..circuits.circuit import Circuit
from .coordinates import Coordinates
from .least_squares import Descent
from .objective import Stack, problem_of
from .order import fastest_first
from .settings import FitSettings

_HEATS = ((0, 2.5), (1, 4.0), (1, 3.0), (1, 2.0), (1, 1.5), (1, 1.3), (1, 1.2))
"""After so many steps those above so many times the leader's cost are left to rest."""
_FIRST_TO_MEET = 2
_NARROW = 0.7
_SAME = 0.5
_PATIENT_STEPS = (2, 2, 2, 2)
_LAST_STEPS = 80
_STRIDE = 4
_HOPELESS = 0.1


@dataclass(frozen=True, eq=False)
class Race:
    """The descents of `count` starts for each of m spectra, one spectrum after the other."""

    circuit: Circuit
    settings: FitSettings
    coordinates: Coordinates
    descent: Descent
    count: int

    @classmethod
    def begin(cls, circuit: Circuit, stack: Stack, settings: FitSettings, starts: Float) -> Race:
        """Line up starts (m, count, p) for the m spectra of a stack."""
        m, count, size = starts.shape
        values = starts.reshape(m * count, size).copy()
        lowest = 2 * np.pi * float(stack.frequency_hz.min())
        coordinates = Coordinates.about(circuit, values, settings, lowest)
        lower, upper = coordinates.limits(settings.bounds)
        x = coordinates.of(values)
        names = circuit.names
        held = np.array([name in settings.fixed or name in settings.tied for name in names])
        problem = problem_of(circuit, stack, coordinates, np.repeat(np.arange(m), count))
        descent = Descent.begin(
            problem,
            x,
            np.where(held, x, lower),
            np.where(held, x, upper),
            coordinates.longest_step,
        )
        return cls(circuit, settings, coordinates, descent, count)

    @property
    def cost(self) -> Float:
        """Costs (m, count)."""
        return self.descent.cost.reshape(-1, self.count)

    @property
    def leader(self) -> Index:
        """The row of each spectrum's lowest start, shape (m,)."""
        leader: Index = np.arange(len(self.cost)) * self.count + self.cost.argmin(axis=1)
        return leader

    def run(self) -> None:
        """Run until the leaders have arrived and nobody else can hope to pass them."""
        if self.count > 1:
            self._run_heats()
        self._run_on()

    def run_patiently(self) -> None:
        """Do the same, but judge nobody by the first steps: slower, and seldom wrong."""
        for steps in _PATIENT_STEPS:
            self.descent.run(steps)
            self._rest(self._following())
        self._run_on()

    def _run_heats(self) -> None:
        """Rest what falls behind while no exponent may become so small that an arc mends others."""
        descent, lower = self.descent, self.descent.lower
        narrow = np.maximum(lower, np.minimum(_NARROW, descent.x))
        descent.lower = np.where(self.coordinates.log, lower, narrow)
        for heat, (steps, ratio) in enumerate(_HEATS):
            descent.run(steps)
            self._rest(self._behind(ratio))
            if heat >= _FIRST_TO_MEET:
                self._rest(self._following())
        descent.lower = lower
        descent.done &= ~np.isfinite(descent.cost)

    def _run_on(self) -> None:
        """Run on; those whose steps promise too little to reach the leader rest."""
        for _ in range(0, _LAST_STEPS, _STRIDE):
            if self.descent.moving.size == 0:
                break
            self.descent.run(_STRIDE)
            if self.count > 1:
                self._rest(self._hopeless() | self._following())

    def _rest(self, starts: Bool) -> None:
        self.descent.resting |= starts.ravel()
        self.descent.resting[self.leader] = False

    def _behind(self, ratio: float) -> Bool:
        behind: Bool = self.cost > ratio * self.cost.min(axis=1, keepdims=True)
        return behind

    def _hopeless(self) -> Bool:
        lag = self.cost - self.cost.min(axis=1, keepdims=True)
        promised = np.maximum(self.descent.promised.reshape(lag.shape), 0.0)
        hopeless: Bool = promised < _HOPELESS * lag
        return hopeless

    def _following(self) -> Bool:
        """Which starts are in the leader's valley: all their values are near the leader's."""
        rows = self.descent.moving
        following = np.zeros(self.descent.cost.size, dtype=np.bool_)
        log, leaders = self._in_order(rows), self._in_order(self.leader[rows // self.count])
        following[rows] = (np.abs(log - leaders) < _SAME).all(axis=1)
        return following.reshape(-1, self.count)

    def _in_order(self, rows: Index) -> Float:
        """Logarithms of the values of some starts, exchangeable arcs fastest first."""
        values = self.coordinates.values(self.descent.x[rows], rows)
        order = fastest_first(self.circuit, values, self.settings.touched)
        return np.log(np.take_along_axis(values, order, axis=1))
