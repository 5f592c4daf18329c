"""The electronic path that a dendrite opens, and how it hardens."""

import math

import numpy as np
import numpy.typing as npt

FIRST_RATIO = 0.5  # of the cell's resistance at the moment of penetration
FIRST_SPREAD = 0.3  # standard deviation of its logarithm
LEAST_OHM = 0.3
HARD_BELOW_OHM = 0.5
HARD_OHM = 0.3
HARDENING_PER_S = 1.5e-4  # of the logarithm, at the critical current and beyond
FLICKER_PER_ROOT_S = 3e-3  # random walk of the logarithm
BURNT_DENDRITE = 0.8  # length that a fused dendrite keeps


class Flicker:
    """A random walk of unit variance per second, the same however time is sliced.

    Its values at whole seconds are drawn once, in order; between them it is straight, so
    readings faster than 1 s see a smoother short than slower ones.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._path: npt.NDArray[np.float64] = np.zeros(1)

    def at(self, time_s: float) -> float:
        """Return the walk at ``time_s`` >= 0 after its start, where it is 0."""
        second = int(time_s)
        while second + 1 >= len(self._path):
            steps = self._rng.standard_normal(4096)
            self._path = np.append(self._path, self._path[-1] + np.cumsum(steps))
        before, after = self._path[second], self._path[second + 1]
        return float(before + (after - before) * (time_s - second))


class ShortCircuit:
    """An ohmic path in parallel with the electrolyte; ``resistance_ohm`` is infinite without."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.resistance_ohm = math.inf
        self.hard = False
        self._flicker = Flicker(rng)
        self._first = math.exp(FIRST_SPREAD * float(rng.standard_normal()))
        self._age_s = 0.0

    @property
    def exists(self) -> bool:
        """Whether there is an electronic path."""
        return math.isfinite(self.resistance_ohm)

    def open_path(self, cell_ohm: float) -> None:
        """Begin as a soft short through a cell whose resistance was ``cell_ohm``."""
        self.set_path(max(LEAST_OHM, FIRST_RATIO * cell_ohm) * self._first)

    def set_path(self, resistance_ohm: float) -> None:
        """Put a path of this resistance in; hard if it is small enough."""
        self.resistance_ohm = resistance_ohm
        self._harden()

    def age(self, duration_s: float, severity: float) -> None:
        """Drift and flicker; ``severity`` is the current over the critical current, above 0."""
        if self.hard or not self.exists:
            return
        before = self._flicker.at(self._age_s)
        self._age_s += duration_s
        walk = self._flicker.at(self._age_s) - before
        drift = -HARDENING_PER_S * min(1.0, severity) * duration_s
        self.resistance_ohm *= math.exp(drift + FLICKER_PER_ROOT_S * walk)
        self._harden()

    def burn_through(self) -> None:
        """Lose the path, as a fuse."""
        self.resistance_ohm, self.hard = math.inf, False

    def _harden(self) -> None:
        if self.resistance_ohm < HARD_BELOW_OHM:
            self.resistance_ohm, self.hard = HARD_OHM, True
