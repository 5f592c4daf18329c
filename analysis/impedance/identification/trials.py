"""One circuit tried on one spectrum: run down from given starts, and what it is worth.

Worth is Schwarz's criterion, 2N ln(chi2 / 2N) + k ln(2N) for N complex points and k parameters
(G. Schwarz, Ann. Stat. 6 (1978) 461). Of Akaike's and Schwarz's with penalties of 1 to 1.4 times
their own it named the number of arcs of simulated cells most often rightly, with 1.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Complex, Float, Index
from ..circuits.circuit_code import parse_circuit
from ..fitting.coordinates import Coordinates
from ..fitting.least_squares import Descent, Minimum
from ..fitting.objective import Stack, as_complex, problem_of
from ..fitting.settings import FitSettings
from ..fitting.weights import Weighting, weights
from ..spectrum import Spectrum
from ..structure import is_structured
from .shapes import Parts, Shape

PENALTY = 1.2
INSTRUMENT_FLOOR = 2e-4
"""Of abs(Z): a misfit below it is the instrument's and no evidence for a larger circuit."""

_SETTINGS = FitSettings("modulus", {}, {}, {}, {}, True)
_TOLERANCE = 1e-3
_PRECISE = 3e-3
_FINE_TOLERANCE = 1e-7
_LAST_STEPS = 80
_HEATS = ((2, 20.0), (2, 5.0), (3, 2.0), (4, 1.3), (6, 1.1), (20, 1.0))
"""After so many steps, starts above so many times the lowest cost rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Where a circuit came to rest.

    `values` (p,), `residuals` (n,) weighted and `jacobian` (2n, p) of the weighted residuals,
    real and imaginary parts in turn, in coordinates of the fit's own.
    """

    shape: Shape
    values: Float
    chi2: float
    residuals: Complex
    jacobian: Float

    @property
    def parts(self) -> Parts:
        """The values by what they belong to."""
        return Parts.of(self.shape, self.values)

    @property
    def deviation(self) -> Float:
        """One sigma of every coordinate, of ln R for a resistance, shape (p,)."""
        length = np.linalg.norm(self.jacobian, axis=0) + 1e-300
        scaled = self.jacobian / length
        inverse = np.linalg.pinv(scaled.T @ scaled, rcond=1e-12, hermitian=True)
        variance = self.chi2 / (2 * self.residuals.size) + INSTRUMENT_FLOOR**2
        deviation: Float = np.sqrt(np.maximum(np.diag(inverse), 0.0) * variance) / length
        return deviation

    @property
    def criterion(self) -> float:
        """Schwarz's criterion; only differences have a meaning."""
        return self.criterion_of(1.0)

    def criterion_of(self, share: float) -> float:
        """Schwarz's criterion where each point is worth `share` of an independent one."""
        data = 2 * self.residuals.size
        variance = self.chi2 / data + INSTRUMENT_FLOOR**2
        penalty = PENALTY * self.shape.parameters * math.log(max(share * data, math.e))
        return share * data * math.log(variance) + penalty


def stack_of(spectrum: Spectrum, weighting: Weighting) -> Stack:
    """Return a spectrum as a stack of one, all points counted."""
    z = spectrum.z_ohm[None, :]
    return Stack(spectrum.frequency_hz, z, weights(spectrum.frequency_hz, z, weighting))


def run_down(shape: Shape, stack: Stack, starts: Float) -> Trial:
    """Run a shape down from starts (s, p) side by side and keep the lowest.

    Near enough to the bottom for the criterion, not for values that are reported.
    """
    circuit = parse_circuit(shape.code)
    count = len(starts)
    lowest = 2 * np.pi * float(stack.frequency_hz.min())
    coordinates = Coordinates.about(circuit, starts, _SETTINGS, lowest)
    problem = problem_of(circuit, stack, coordinates, np.zeros(count, dtype=np.intp))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # such steps are refused
        descent = Descent.begin(
            problem,
            coordinates.of(starts),
            *coordinates.limits(_SETTINGS.bounds),
            coordinates.longest_step,
            _TOLERANCE,
        )
        for steps, ratio in _HEATS:
            descent.run(steps)
            descent.resting |= descent.cost > ratio * descent.cost.min()
        leader = np.array([int(np.argmin(descent.cost))])
        minimum = descent.minimum(leader)
        if _is_precise(stack, minimum):
            _go_on(descent, leader)
            minimum = descent.minimum(leader)
    values = coordinates.values(minimum.x, leader)[0]
    return Trial(
        shape,
        _fastest_first(shape, values),
        float(minimum.cost[0]),
        as_complex(minimum.residuals)[0],
        minimum.jacobian[0],
    )


def _is_precise(stack: Stack, minimum: Minimum) -> bool:
    """Whether so little is left that what is left may be the descent's and not the data's."""
    residuals = as_complex(minimum.residuals)[0]
    variance = float(minimum.cost[0]) / (2 * residuals.size)
    small = INSTRUMENT_FLOOR**2 < variance < _PRECISE**2
    return small and is_structured(stack.frequency_hz, residuals)


def _go_on(descent: Descent, leader: Index) -> None:
    descent.resting[:] = True
    descent.resting[leader] = descent.done[leader] = False
    descent.tolerance = _FINE_TOLERANCE
    descent.run(_LAST_STEPS)


def _fastest_first(shape: Shape, values: Float) -> Float:
    parts = Parts.of(shape, values)
    r, q, exponent = parts.arcs.T
    order = np.argsort(np.log(r * q) / exponent)
    return Parts(parts.inductance_h, parts.series_ohm, parts.arcs[order], parts.tail).values()
