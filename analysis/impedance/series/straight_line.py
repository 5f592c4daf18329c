"""A straight line through values that are known to different degrees and correlate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Float

_SINGULAR = 1e-9
_FAR = 14.0  # of a logarithm
LEAST_PROBABILITY = 0.01


@dataclass(frozen=True, eq=False)
class StraightLine:
    """y = `intercept` + `slope` x.

    `covariance` (2, 2) of (intercept, slope) is propagated from that of the y as it was given;
    `chi2` on `degrees_of_freedom` says how the scatter about the line compares with it (NaN on 0
    where the y lie on a line by construction), and `probability` how often chance does worse.
    `influence` (2, m) holds d(intercept, slope)/dy.
    """

    intercept: float
    slope: float
    covariance: Float
    chi2: float
    degrees_of_freedom: int
    probability: float
    influence: Float
    residuals: Float

    @property
    def widening(self) -> float:
        """Factor on the standard errors where the scatter is more than the errors allow, else 1.

        The root of the reduced chi square: R. T. Birge, Phys. Rev. 40 (1932) 207.
        """
        if self.degrees_of_freedom == 0 or self.probability >= LEAST_PROBABILITY:
            return 1.0
        return float(np.sqrt(max(self.chi2 / self.degrees_of_freedom, 1.0)))


def straight_line(x: Float, y: Float, covariance: Float) -> StraightLine:
    """Fit a line to y (m,) with covariance (m, m) by generalised least squares.

    A. C. Aitken, Proc. R. Soc. Edinb. 55 (1936) 42. Where the covariance has no inverse, because
    the y were already bound together, each counts by its own variance.

    >>> import numpy as np
    >>> line = straight_line(np.array([0.0, 1, 2]), np.array([1.0, 3, 5]), np.eye(3))
    >>> round(line.intercept, 12), round(line.slope, 12)
    (1.0, 2.0)
    """
    deviation = np.sqrt(np.diag(covariance))
    smallest = float(np.linalg.eigvalsh(covariance / np.outer(deviation, deviation)).min())
    bound = smallest < _SINGULAR
    weight = np.diag(1.0 / deviation**2) if bound else np.linalg.inv(covariance)
    centre = float(np.average(x, weights=1.0 / deviation**2))
    columns = np.stack([np.ones_like(x), x - centre], axis=1)
    influence = np.linalg.solve(columns.T @ weight @ columns, columns.T @ weight)
    influence[0] -= centre * influence[1]
    intercept, slope = influence @ y
    residuals: Float = y - intercept - slope * x
    freedom = 0 if bound else len(x) - 2
    chi2 = float(residuals @ weight @ residuals) if freedom else float("nan")
    return StraightLine(
        float(intercept),
        float(slope),
        influence @ covariance @ influence.T,
        chi2,
        freedom,
        _probability(chi2, freedom),
        np.asarray(influence, dtype=np.float64),
        residuals,
    )


def excess_variance(x: Float, y: Float, covariance: Float) -> float:
    """The least variance of its own that each y must have for the scatter to be no surprise.

    Added to the diagonal of `covariance` (m, m) it makes chi square equal its degrees of freedom;
    0 where chance alone does as much, at the 1 % level. R. C. Paule, J. Mandel, J. Res. Natl. Bur.
    Stand. 87 (1982) 377. Errors that hardly differ from point to point may put a line beside all
    of them; an error of each point's own brings it back.
    """
    from scipy.optimize import brentq

    line = straight_line(x, y, covariance)
    if line.widening == 1.0:
        return 0.0

    def surplus(log_variance: float) -> float:
        wider = covariance + math.exp(log_variance) * np.eye(len(x))
        return straight_line(x, y, wider).chi2 - line.degrees_of_freedom

    most = math.log(float(np.var(line.residuals)) + float(np.trace(covariance))) + _FAR
    least = math.log(float(np.diag(covariance).min())) - _FAR
    if surplus(least) <= 0.0:
        return 0.0
    return math.exp(float(brentq(surplus, least, most, xtol=1e-3)))


def curvature_probability(x: Float, y: Float, covariance: Float) -> float:
    """How often chance bends the points as much as a parabola finds; 1 for fewer than 4 points.

    The bend is judged by the errors given, or by the scatter about the parabola if that is more.
    """
    from scipy.special import stdtr

    if len(x) < 4:
        return 1.0
    deviation = np.sqrt(np.diag(covariance))
    scaled = (x - float(x.mean())) / float(np.ptp(x))
    columns = np.stack([np.ones_like(x), scaled, scaled**2], axis=1) / deviation[:, None]
    correlation = covariance / np.outer(deviation, deviation)
    influence = np.linalg.pinv(columns)
    solved = influence @ (y / deviation)
    doubt = math.sqrt(float((influence @ correlation @ influence.T)[2, 2]))
    rest = y / deviation - columns @ solved
    freedom = len(x) - 3
    scatter = math.sqrt(max(float(rest @ rest) / freedom, 1.0))
    ratio = abs(float(solved[2])) / max(doubt * scatter, 1e-300)
    return float(2.0 * stdtr(np.inf if scatter == 1.0 else freedom, -ratio))


def _probability(chi2: float, freedom: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(freedom, chi2)) if freedom else 1.0
