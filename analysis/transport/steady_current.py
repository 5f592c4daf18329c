"""The steady current that a decay after a step of the voltage runs towards."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .decay_blocks import FEWEST_READINGS, Blocks, blocks_of
from .decay_extrapolation import Extrapolation, FamilyEstimate, extrapolate
from .decay_fit import DecayFit
from .mixture import Mixture, joined

LARGEST_REMAINDER = 0.10
_BEGINNINGS = (0.03, 0.1, 0.25)  # of the hold
_CONTRADICTION = 2.0  # combined standard errors


@dataclass(frozen=True, eq=False)
class SteadyCurrent:
    """The steady current of one hold.

    Attributes
    ----------
    steady : Mixture
        In A: half of what each view says.
    views : (Extrapolation, Extrapolation)
        From the earliest beginning that no later one contradicts, and from the latest; where the
        latest contradicts the one before, these two. The same twice where a model leaves nothing
        but white noise of all readings, or readings are too few for a choice.
    model_dependence_a : float
        Largest difference between the steady currents of models within 10 of the best AICc.
    remainder : float
        How far the current is from steady at the end of the hold, over the steady current.
    warnings : tuple of str
    """

    steady: Mixture
    views: tuple[Extrapolation, Extrapolation]
    model_dependence_a: float
    remainder: float
    warnings: tuple[str, ...]

    @property
    def value_a(self) -> float:
        """Steady current."""
        return self.steady.mean

    @property
    def standard_error_a(self) -> float:
        """Its standard uncertainty: noise with its memory, the choice of model and of beginning."""
        return self.steady.deviation

    @property
    def families(self) -> tuple[FamilyEstimate, ...]:
        """Of the earlier view, the likelier first."""
        return self.views[0].families

    @property
    def best(self) -> DecayFit:
        """The likeliest model of the earlier view."""
        return self.views[0].best

    @property
    def blocks(self) -> Blocks:
        """What it was fitted to."""
        return self.views[0].blocks

    @property
    def begin_s(self) -> float:
        """Readings before are left out, as no model describes them together with the later ones."""
        return self.views[0].begin_s

    @property
    def is_steady(self) -> bool:
        """Whether less than a tenth of the steady current is still to go."""
        return self.remainder <= LARGEST_REMAINDER


def steady_current(
    time_s: ArrayLike, current_a: ArrayLike, *, begin_s: float = 0.0
) -> SteadyCurrent:
    """Extrapolate a decaying current to its steady value, with an honest error.

    I(t) = I_ss + sum of a_k exp(-t / tau_k) with one to three terms, I(t) = I_ss + a t^-n, and the
    latter with one exponential beside are fitted by least squares; each counts by its Akaike weight
    (AICc). Noise may have a memory: see ``decay_noise``. No cell knows these models, and one that
    is wrong early on pulls the steady current along; so all is done again without the first 3, 10
    and 25 % of the hold, unless a model leaves nothing but white noise. Early readings are left out
    where their residuals are larger than later, or where a later beginning leads elsewhere; the
    doubt that remains is in the error.

    Parameters
    ----------
    time_s, current_a : array_like, shape (n,)
        Time since the step, increasing and > 0; current as measured. At least 20 readings.
    begin_s : float
        Leave out what is earlier, as while the instrument still changes its range.

    Raises
    ------
    ValueError
        As :func:`.decay_blocks.blocks_of`, or if all readings are the same.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(1.0, 601.0)
    >>> noise = np.random.default_rng(1).normal(0.0, 1e-11, t.size)
    >>> found = steady_current(t, 39e-9 + 2e-7 * np.exp(-t / 40) + noise)
    >>> f"{found.value_a * 1e9:.3f} nA", found.best.model.name, found.is_steady
    ('39.000 nA', '1 exponential', True)
    """
    whole = blocks_of(time_s, current_a, begin_s)
    if np.ptp(whole.current_a) == 0:
        raise ValueError(
            f"every reading is {whole.current_a[0]:g} A: the instrument resolves nothing smaller"
        )
    return _answer(_views(time_s, current_a, whole), float(whole.time_s[0]))


def _views(
    time_s: ArrayLike, current_a: ArrayLike, whole: Blocks
) -> tuple[Extrapolation, Extrapolation]:
    """The earliest view that fits throughout and that no later one contradicts, and the latest."""
    every = [extrapolate(whole)]
    if every[0].is_white and not every[0].early_misfit:
        return every[0], every[0]
    for beginning in _BEGINNINGS:
        start = beginning * whole.end_s
        if start > whole.time_s[0] and int((whole.time_s >= start).sum()) >= FEWEST_READINGS:
            every.append(extrapolate(blocks_of(time_s, current_a, start)))
    for k, one in enumerate(every[:-1]):
        if not one.early_misfit and not any(_contradict(one, later) for later in every[k + 1 :]):
            return one, every[-1]
    return every[max(len(every) - 2, 0)], every[-1]


def _contradict(one: Extrapolation, other: Extrapolation) -> bool:
    error = math.hypot(one.steady.deviation, other.steady.deviation)
    return abs(one.steady.mean - other.steady.mean) > _CONTRADICTION * error


def _answer(views: tuple[Extrapolation, Extrapolation], begin_s: float) -> SteadyCurrent:
    first = views[0]
    steady = joined([one.steady for one in views], [1.0, 1.0])
    values = [value for one in views for value in one.admissible_a]
    left = max(abs(float(first.best.curve_a[-1]) - steady.mean), _fall_at_last(first.blocks))
    warnings = []
    if first.begin_s > begin_s:
        warnings.append(
            f"no model describes the current before {first.begin_s:.4g} s together with the "
            "later one: those readings were left out"
        )
    if _contradict(*views):
        warnings.append(
            f"the steady current depends on where the fit begins: {views[0].steady.mean:.4g} A "
            f"from {views[0].begin_s:.4g} s on, {views[1].steady.mean:.4g} A from "
            f"{views[1].begin_s:.4g} s on; the error counts both"
        )
    return SteadyCurrent(
        steady,
        views,
        max(values) - min(values),
        left / max(abs(steady.mean), 1e-300),
        tuple(warnings),
    )


def _fall_at_last(blocks: Blocks) -> float:
    """By how much the current changes from the first half of the last quarter to the second.

    As far as it is more than twice its error: what falls like that is not steady, whatever fits.
    """
    t = blocks.time_s
    middle, third = (t[0] + share * (t[-1] - t[0]) for share in (0.875, 0.75))
    late = blocks.centre_s >= middle
    early = (blocks.centre_s >= third) & ~late
    if min(early.sum(), late.sum()) < 2:
        return 0.0
    values = [blocks.current_a[rows] for rows in (early, late)]
    error = np.sqrt(sum(float(np.var(v, ddof=1)) / v.size for v in values))
    return max(abs(float(values[0].mean() - values[1].mean())) - 2 * float(error), 0.0)
