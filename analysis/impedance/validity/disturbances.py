"""What a chain of elements cannot follow: a slow change, a step, a single wrong point.

Each is a definite alternative, fitted beside the chain and admitted only if an F test says that
chance explains as much in fewer than one of 10 000 spectra, all the places counted where it was
looked for. Among several the one with the best information criterion is taken (G. Schwarz, Ann.
Stat. 6 (1978) 461). Asking a definite question finds a disturbance well below the scatter of the
single points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from ..arrays import Complex, Float
from .voigt_chain import Chains, halves, joined

_LARGEST_CHANCE = 1e-4
FLOOR = 1e-4
_RIDGE = 1e-4
_FEWEST_BESIDE_STEP = 3
_DATA_PER_KNOT = 12
_LEAST_FREEDOM = 1e-9
_LEAST_FREEDOM_OF_POINT = 0.05


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an alternative: the `share` of the squares that its parameters explain.

    `gain` is that of Bayes' criterion, with the freedom that is left; `chance` how probable it
    is that noise does as well somewhere.
    """

    share: float
    gain: float
    chance: float

    @property
    def significant(self) -> bool:
        """Whether chance is ruled out."""
        return self.chance < _LARGEST_CHANCE


@dataclass(frozen=True, slots=True, eq=False)
class Disturbance:
    """A change of the spectrum by a factor 1 + `gain` (n,), real, in the order of the spectrum.

    `visible` (n,) is the part of it that the chain could not take up, relative to abs(Z) and
    weighed by the trust in each point;
    `step_hz` the frequencies on both sides of a step, None if the change is slow.
    """

    gain: Float
    visible: Complex
    evidence: Evidence
    step_hz: tuple[float, float] | None

    @property
    def size(self) -> float:
        """Largest relative change between two points of the spectrum."""
        return float(np.ptp(self.gain))


def criteria(chains: Chains) -> Float:
    """Return Bayes' criterion of every chain, shape (m,); the lowest is best.

    Residuals below 0.01 % of abs(Z), and below what the chain resolves, are no better than that.
    """
    floor = np.maximum(chains.resolution, FLOOR) ** 2
    mean = (chains.residuals**2).sum(axis=0) / chains.count + floor
    values: Float = chains.count * np.log(mean) + chains.lengths * math.log(chains.count)
    return values


def slow_change(frequency_hz: Float, chains: Chains, chain: int) -> Disturbance:
    """Find the best change of gain that is smooth over a decade.

    It is linear in log f between knots a decade apart (further where points are few).
    """
    return _change(_hats(np.log10(frequency_hz), chains.count), chains, chain)


def drift(frequency_hz: Float, chains: Chains, chain: int) -> Disturbance:
    """Find the best change of gain that grows evenly during the sweep.

    It may grow with the number of points and with their periods, to which a sweep's time goes:
    two parameters, where a change of any shape takes many.
    """
    count = np.arange(frequency_hz.size, dtype=np.float64)
    time = np.cumsum(1.0 / frequency_hz)
    return _change(np.stack([count / count[-1], time / time[-1]], axis=1), chains, chain)


def _change(gains: Float, chains: Chains, chain: int) -> Disturbance:
    """Fit a change that is a sum of the columns of `gains` (n, p)."""
    changes, hidden = _changes(gains, chains, chain)
    outside = changes - hidden
    product = outside.T @ chains.residuals[:, chain]
    square = outside.T @ outside
    # what the chain takes up itself is left to it
    ridge = _RIDGE * float((changes**2).sum()) / len(square) * np.eye(len(square))
    sizes = np.linalg.solve(square + ridge, product)
    return Disturbance(
        gain=gains @ sizes,
        visible=joined(outside @ sizes),
        evidence=_evidence(chains, chain, float(sizes @ product), len(sizes), places=1),
        step_hz=None,
    )


def step(frequency_hz: Float, chains: Chains, chain: int) -> Disturbance:
    """Find the best sudden change of gain between two neighbouring frequencies.

    Its place counts as a second parameter.
    """
    rising = np.sort(frequency_hz)
    places = rising[_FEWEST_BESIDE_STEP : 1 - _FEWEST_BESIDE_STEP]
    above = (frequency_hz[:, None] >= places).astype(np.float64)
    changes, hidden = _changes(above, chains, chain)
    outside = changes - hidden
    whole = np.einsum("ij,ij->j", changes, changes)
    squares = np.maximum(np.einsum("ij,ij->j", outside, outside), _LEAST_FREEDOM * whole)
    product = outside.T @ chains.residuals[:, chain]
    explained = product**2 / squares
    best = int(np.argmax(explained))
    size = float(product[best] / squares[best])
    return Disturbance(
        gain=size * above[:, best],
        visible=joined(size * outside[:, best]),
        evidence=_evidence(chains, chain, float(explained[best]), 1, places=len(places)),
        step_hz=(float(rising[rising < places[best]].max()), float(places[best])),
    )


def worst_point(chains: Chains, chain: int) -> tuple[int, Evidence]:
    """Return the point that fits worst, and what speaks for two parameters of its own."""
    basis = chains.basis[:, : chains.lengths[chain]]
    n = len(basis) // 2
    real, imag = basis[:n], basis[n:]
    a = 1.0 - np.einsum("ij,ij->i", real, real)
    c = 1.0 - np.einsum("ij,ij->i", imag, imag)
    b = -np.einsum("ij,ij->i", real, imag)
    x, y = chains.residuals[:n, chain], chains.residuals[n:, chain]
    free = a * c - b**2
    explained = (c * x**2 - 2 * b * x * y + a * y**2) / np.maximum(free, _LEAST_FREEDOM)
    # a point that alone decides an element cannot be told from the cell
    explained[free < _LEAST_FREEDOM_OF_POINT] = 0.0
    worst = int(np.argmax(explained))
    return worst, _evidence(chains, chain, float(explained[worst]), 2, places=n)


def _evidence(
    chains: Chains, chain: int, explained: float, parameters: int, places: int
) -> Evidence:
    floor = max(FLOOR, float(chains.resolution[chain])) ** 2 * chains.count
    squares = float((chains.residuals[:, chain] ** 2).sum())
    before = squares + floor
    after = max(before - explained, floor)
    freedom = chains.count - int(chains.lengths[chain]) - parameters
    if freedom < 1:
        return Evidence(0.0, 0.0, 1.0)
    tried = parameters + (places > 1)
    ratio = (before - after) / parameters / (after / freedom)
    return Evidence(
        share=min(explained / squares, 1.0) if squares > 0 else 0.0,
        gain=freedom * math.log(before / after) - tried * math.log(chains.count),
        chance=places * float(fdtrc(parameters, freedom, ratio)),
    )


def _changes(gains: Float, chains: Chains, chain: int) -> tuple[Float, Float]:
    """Turn gains (n, p) into changes (2n, p) of what the chain makes, and what it hides of them."""
    changes = halves(gains * joined(chains.followed(chain))[:, None])
    basis = chains.basis[:, : chains.lengths[chain]]
    return changes, basis @ (basis.T @ changes)


def _hats(decades: Float, count: int) -> Float:
    """Functions (n, p) that are linear between knots; the first, which stands still, left out."""
    low, high = float(decades.min()), float(decades.max())
    knots = np.linspace(low, high, max(2, min(round(high - low) + 1, count // _DATA_PER_KNOT)))
    hats: Float = 1.0 - np.abs(decades[:, None] - knots[1:]) / (knots[1] - knots[0])
    return np.maximum(0.0, hats)
