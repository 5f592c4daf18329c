"""Confidence intervals of parameters and of what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bool, Float
from .derived import Asked, Scalar, scalar_of
from .ends import End, Wanted, find_ends
from .profile import Likelihood
from .valleys import other_valleys

if TYPE_CHECKING:
    from .many_fits import ManyFits

_AT_ONCE = 500
_EXACT = 1e-20


@dataclass(frozen=True, eq=False)
class Intervals:
    """Confidence intervals of one quantity of m fits.

    `ends` (m, 2) in the quantity's unit, NaN where there was no fit; `kinds` (m, 2) says how
    each was found, see :class:`.End`.
    """

    ends: Float
    kinds: NDArray[np.int8]

    @property
    def is_open(self) -> Bool:
        """Which ends the data do not set, but a bound of the parameter, shape (m, 2)."""
        at_bound: Bool = self.kinds == End.BOUND
        return at_bound

    def remark(self, row: int) -> str:
        """Say what the data do not hold of one interval; empty if they hold both ends."""
        lower, upper = self.is_open[row].tolist()
        if lower and upper:
            return "the data do not bound it on either side"
        if lower or upper:
            return f"the data bound it from {'above' if lower else 'below'} only"
        if np.isnan(self.ends[row]).any():
            return "not fitted"
        return "held fixed" if self.kinds[row, 0] == End.HELD else ""


def curvature_interval(
    value: Float, deviation: Float, log: bool, degrees_of_freedom: Float, level: float
) -> Float:
    """Return (low, high), shape (m, 2), for values and deviations of shape (m,).

    Symmetric in ln(value), or in the value of an exponent (`log` False); Student's t.
    """
    half = _quantile(degrees_of_freedom, level) * deviation
    if log:
        return np.stack([value * np.exp(-half), value * np.exp(half)], axis=-1)
    return np.stack([value - half, value + half], axis=-1)


def correlations_of(covariance: Float) -> Float:
    """Correlations out of covariances (..., p, p): 1 on the diagonal, 0 where nothing varies."""
    deviation = np.sqrt(np.maximum(np.einsum("...pp->...p", covariance), 0.0))
    both = deviation[..., :, None] * deviation[..., None, :]
    found = np.divide(covariance, both, out=np.zeros_like(covariance), where=both > 0)
    eye = np.eye(covariance.shape[-1], dtype=np.bool_)
    return np.where(eye, 1.0, np.clip(found, -1.0, 1.0))


def intervals_of(many: ManyFits, asked: Asked, level: float) -> Intervals:
    """Find the intervals of what is asked for, by curvature or, where that fails, by profile.

    Raises
    ------
    KeyError
        If the circuit has no parameter of that name.
    ValueError
        If `level` is not between 0 and 1, or the quantity makes no sense.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must be between 0 and 1, as 0.95")
    scalar = scalar_of(many.circuit, asked, bounds_of(many))
    blocks = [np.arange(at, min(at + _AT_ONCE, len(many))) for at in range(0, len(many), _AT_ONCE)]
    found = [_block(many.take(rows), scalar, level) for rows in blocks]
    u = np.concatenate([ends for ends, _ in found])
    kinds = np.concatenate([kinds for _, kinds in found])
    ends = np.where(kinds == End.BOUND, _farthest(many, scalar), scalar.back(u))
    if (kinds == End.HELD).all():
        ends = np.repeat(scalar.back(scalar.of(many.values)[0])[:, None], 2, axis=1)
    return Intervals(ends, kinds)


def _farthest(many: ManyFits, scalar: Scalar) -> tuple[float, float]:
    """Where an interval ends that chi square does not end: the bounds, or 0 and infinity."""
    names = {many.names[k] for k in scalar.places}
    if scalar.arc or (scalar.log and not names <= many.settings.bounds.keys()):
        return 0.0, np.inf
    lower, upper = (side[list(scalar.places)].sum() for side in bounds_of(many))
    return float(lower), float(upper)


def bounds_of(many: ManyFits) -> tuple[Float, Float]:
    """Lower and upper bounds of the parameters, each (p,)."""
    kinds = zip(many.names, many.circuit.parameters, strict=True)
    pairs = [many.settings.bounds.get(name, (kind.lower, kind.upper)) for name, kind in kinds]
    lower, upper = np.array(pairs, dtype=np.float64).T
    return lower, upper


def _block(many: ManyFits, scalar: Scalar, level: float) -> tuple[Float, NDArray[np.int8]]:
    """Ends of u (m, 2) and how they were found."""
    u, slopes = scalar.of(many.values)
    toward = np.einsum("mpq,mq->mp", many.covariance_log, slopes)
    square = np.maximum(np.einsum("mp,mp->m", toward, slopes), 0.0)
    rise = _quantile(_degrees(many), level)
    half = rise * np.sqrt(square)
    ends = np.stack([u - half, u + half], axis=1)
    if _held(many, scalar):
        return ends, np.full(ends.shape, End.HELD, dtype=np.int8)
    kinds = np.full(ends.shape, End.CURVATURE, dtype=np.int8)
    rows = np.flatnonzero(_has_noise(many, rise))
    if rows.size:
        some, own_rise = many.take(rows), rise[rows]
        direction = toward[rows] / np.maximum(square[rows], 1e-300)[:, None]
        own = _followed(some, scalar, half[rows], direction, own_rise)
        ends[rows], kinds[rows] = _with_other_valleys(some, scalar, own_rise, *own)
    return ends, kinds


def _followed(
    many: ManyFits, scalar: Scalar, half: Float, direction: Float, rise: Float
) -> tuple[Float, NDArray[np.int8]]:
    """Follow chi square from the values of `many` to the ends of u, (m, 2)."""
    likelihood = Likelihood.about(
        many.circuit,
        many.stack,
        many.settings,
        many.values,
        many.chi2,
        many.uncertainty.variance,
    )
    wanted = Wanted.both_sides(scalar, scalar.of(many.values)[0], half, rise)
    distance, kind = find_ends(likelihood, scalar, wanted, likelihood.turned(direction))
    ends = wanted.best + wanted.sign * distance
    return np.stack(np.split(ends, 2), axis=1), np.stack(np.split(kind, 2), axis=1)


def _with_other_valleys(
    many: ManyFits, scalar: Scalar, rise: Float, ends: Float, kinds: NDArray[np.int8]
) -> tuple[Float, NDArray[np.int8]]:
    """Take in what lies as deep in other valleys of chi square."""
    valleys = other_valleys(many, rise)
    if valleys.owner.size == 0:
        return ends, kinds
    there = replace(many.take(valleys.owner), values=valleys.values, chi2=valleys.lowest)
    nothing = np.zeros_like(valleys.values)
    more, how = _followed(there, scalar, nothing[:, 0], nothing, rise[valleys.owner])
    for row, found, kind in zip(valleys.owner, more, how, strict=True):
        for side, farther in ((0, found[0] < ends[row, 0]), (1, found[1] > ends[row, 1])):
            if farther:
                ends[row, side], kinds[row, side] = found[side], kind[side]
    return ends, kinds


def _held(many: ManyFits, scalar: Scalar) -> bool:
    """Whether nothing that the quantity is made of could move."""
    settings = many.settings
    names = [many.circuit.names[k] for k in scalar.places]
    return all(settings.tied.get(name, name) in settings.fixed for name in names)


def _has_noise(many: ManyFits, rise: Float) -> Bool:
    """Tell where chi square can rise by what is looked for without drowning in rounding."""
    enough: Bool = many.uncertainty.variance * rise**2 > _EXACT * many.stack.sum_of_squares
    return enough & np.isfinite(many.chi2)


def _degrees(many: ManyFits) -> Float:
    """Degrees of freedom behind the variance: no end of them where the noise was given."""
    given = many.settings.weighting == "standard deviation"
    return np.full(len(many), np.inf) if given else many.degrees_of_freedom


def _quantile(degrees_of_freedom: Float, level: float) -> Float:
    from scipy.special import stdtrit

    found: Float = stdtrit(degrees_of_freedom, 0.5 + level / 2)
    return found
