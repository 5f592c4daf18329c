"""Do the data support what a series fit ties together?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Float
from .ties import Ties

LEAST_PROBABILITY = 0.01


@dataclass(frozen=True, slots=True)
class Support:
    """The joint fit against separate fits of the same circuit.

    `f` is the F ratio of what the ties cost in chi square, on `ties` and `degrees_of_freedom`;
    `probability` that ties which hold cost as much by chance; `aicc_difference` is Akaike's
    corrected criterion of the joint fit minus that of the separate ones (below 0: the ties are
    the better description). `contradicted` names the tied quantities that the data would
    rather have free, worst first, each with the probability of a test of its own (a score test:
    C. R. Rao, Proc. Camb. Phil. Soc. 44 (1948) 50).
    """

    joint_chi2: float
    separate_chi2: float
    ties: float
    degrees_of_freedom: float
    f: float
    probability: float
    aicc_difference: float
    contradicted: tuple[tuple[str, float], ...]

    @property
    def holds(self) -> bool:
        """Whether the data do not contradict the ties at the 1 % level."""
        return self.probability >= LEAST_PROBABILITY


@dataclass(frozen=True, slots=True)
class SeparateNoise:
    """What separate fits leave: chi square, its degrees of freedom, and what counts as exact."""

    chi2: float
    degrees_of_freedom: float
    floor: float

    def f_ratio(self, extra: float, ties: float) -> tuple[float, float]:
        """F ratio of `extra` chi square on `ties` degrees of freedom, and its probability."""
        from scipy.special import fdtrc

        if ties <= 0 or self.degrees_of_freedom <= 0 or extra <= self.floor:
            return 0.0, 1.0
        ratio = extra / ties * self.degrees_of_freedom / max(self.chi2, self.floor)
        return ratio, float(fdtrc(ties, self.degrees_of_freedom, ratio))


def aicc(chi2: float, data: float, free: float) -> float:
    """Akaike's corrected criterion for data of one unknown variance; only differences count."""
    k = free + 1
    return float(
        data * np.log(max(chi2, 1e-300) / data) + 2 * k + 2 * k * (k + 1) / max(data - k - 1, 1.0)
    )


def contradicted(
    names: Sequence[str],
    ties: Ties,
    residuals: Float,
    slopes: Float,
    penalty: Float,
    noise: SeparateNoise,
) -> tuple[tuple[str, float], ...]:
    """Test each tied quantity on its own by what chi square would fall if it were let free.

    `residuals` (m, r) and `slopes` (m, r, p) are those of the joint minimum, `noise` what
    separate fits leave.
    """
    m, rows = slopes.shape[:2]
    joint = np.concatenate([(slopes @ ties.matrix).reshape(m * rows, -1), penalty])
    target = np.concatenate([residuals.reshape(-1), np.zeros(len(penalty))])
    found = []
    for place, role in enumerate(ties.roles):
        if role not in ("shared", "arrhenius"):
            continue
        own = np.zeros((m, rows, m))
        own[np.arange(m), :, np.arange(m)] = slopes[:, :, place]
        released = np.concatenate([own.reshape(m * rows, m), np.zeros((len(penalty), m))])
        extra = _fall(joint, released, target)
        count = m - (ties.places[place].stop - ties.places[place].start)
        _, probability = noise.f_ratio(extra, count)
        if probability < LEAST_PROBABILITY:
            found.append((names[place], probability))
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _fall(joint: Float, released: Float, target: Float) -> float:
    """By how much the sum of squares falls when columns join, to first order."""
    columns = np.concatenate([joint, released], axis=1)
    length = np.linalg.norm(columns, axis=0)
    columns = columns / np.where(length > 1e-12 * length.max(), length, np.inf)
    solved = np.linalg.lstsq(columns, target, rcond=1e-7)[0]
    rest = target - columns @ solved
    return float(target @ target - rest @ rest)
