"""The steady current that a decay after a step of the voltage runs towards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Float
from .decay_blocks import FEWEST_READINGS, Blocks, blocks_of
from .decay_fit import DecayFit, fit_decay
from .decay_models import MODEL_CHAINS
from .decay_noise import noises_of
from .mixture import Mixture, akaike_weights, mixture

LARGEST_REMAINDER = 0.10
ADMISSIBLE_AICC = 10.0
_BEGINNINGS = (0.03, 0.1, 0.25)  # of the hold
_SURPRISE = 1e-3


@dataclass(frozen=True, eq=False)
class FamilyEstimate:
    """What one family of models makes of a hold: sums of exponentials, or with a power of time.

    `steady` is the distribution of its steady current in A; `aicc` that of its best model.
    """

    family: str
    best: DecayFit
    steady: Mixture
    aicc: float


@dataclass(frozen=True, eq=False)
class SteadyCurrent:
    """The steady current of one hold.

    Attributes
    ----------
    steady : Mixture
        Of both families, each with the weight that the data give it; in A.
    families : tuple of FamilyEstimate
        The likelier first.
    model_dependence_a : float
        Largest difference between the steady currents of models within 10 of the best AICc.
    remainder : float
        How far the current is from steady at the end of the hold, over the steady current.
    begin_s : float
        Readings before are left out, as no model describes them together with the later ones.
    blocks : Blocks
        What was fitted.
    correlation_factor : float
        Standard error over the one that white noise would give.
    warnings : tuple of str
    """

    steady: Mixture
    families: tuple[FamilyEstimate, ...]
    model_dependence_a: float
    remainder: float
    begin_s: float
    blocks: Blocks
    correlation_factor: float
    warnings: tuple[str, ...]

    @property
    def value_a(self) -> float:
        """Steady current."""
        return self.steady.mean

    @property
    def standard_error_a(self) -> float:
        """Its standard uncertainty: noise with its memory, and the choice of the model."""
        return self.steady.deviation

    @property
    def best(self) -> DecayFit:
        """The likeliest model."""
        return self.families[0].best

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
    (AICc). Noise may have a memory: see ``decay_noise``. Early readings are left out where the
    residuals there are larger than later.

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
    blocks, fits = whole, _fits(whole)
    for beginning in _BEGINNINGS:
        start = beginning * whole.end_s
        enough = int((whole.time_s >= start).sum()) >= FEWEST_READINGS
        if not (enough and _is_worse_at_first(fits[0])):
            break
        blocks = blocks_of(time_s, current_a, max(begin_s, start))
        fits = _fits(blocks)
    return _answer(blocks, fits, whole)


def _fits(blocks: Blocks) -> list[DecayFit]:
    """Every model that the data show, the best first; one of more terms only after one of less."""
    noises, found = noises_of(blocks), []
    for chain in MODEL_CHAINS:
        for model in chain:
            fit = fit_decay(model, blocks, noises)
            if fit is None:
                break
            found.append(fit)
    return sorted(found, key=lambda one: one.aicc)


def _is_worse_at_first(fit: DecayFit) -> bool:
    """Whether residuals are larger in the earlier half of the blocks than in the later (F test)."""
    from scipy.special import fdtrc

    half = len(fit.whitened) // 2
    early, late = fit.whitened[:half], fit.whitened[half:]
    free = max(half - fit.model.parameters, 1)
    ratio = float(early @ early / free) / max(float(late @ late / len(late)), 1e-300)
    return bool(fdtrc(free, len(late), ratio) < _SURPRISE)


def _answer(blocks: Blocks, fits: Sequence[DecayFit], whole: Blocks) -> SteadyCurrent:
    weights = akaike_weights([one.aicc for one in fits])
    families = _families(fits, weights)
    steady = _joined([one.steady for one in families], [_share(one, fits) for one in families])
    near = [one for one in fits if one.aicc <= fits[0].aicc + ADMISSIBLE_AICC]
    values = [one.mean_a for one in near]
    best = fits[0]
    left = max(abs(float(best.curve_a[-1]) - steady.mean), _fall_at_last(blocks))
    warnings = []
    if blocks.time_s[0] > whole.time_s[0]:
        warnings.append(
            f"no model describes the current before {blocks.time_s[0]:.4g} s together with the "
            "later one: those readings were left out"
        )
    return SteadyCurrent(
        steady,
        families,
        max(values) - min(values),
        left / max(abs(steady.mean), 1e-300),
        float(blocks.time_s[0]),
        blocks,
        best.deviation_a / max(float(best.scale_a[0]), 1e-300),
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


def _families(fits: Sequence[DecayFit], weights: Float) -> tuple[FamilyEstimate, ...]:
    found = []
    for family in dict.fromkeys(one.model.family for one in fits):
        own = [k for k, one in enumerate(fits) if one.model.family == family]
        steady = _joined([_mixture_of(fits[k]) for k in own], [weights[k] for k in own])
        found.append(FamilyEstimate(family, fits[own[0]], steady, fits[own[0]].aicc))
    return tuple(found)


def _share(family: FamilyEstimate, fits: Sequence[DecayFit]) -> float:
    """Both families are as likely before the data, whatever the number of their models."""
    return float(np.exp(-0.5 * (family.aicc - fits[0].aicc)))


def _mixture_of(fit: DecayFit) -> Mixture:
    return mixture(fit.steady_a, fit.scale_a, float(fit.freedom), fit.weights)


def _joined(parts: Sequence[Mixture], shares: Sequence[float]) -> Mixture:
    least = 1e-300  # weights far below 1e-300 are none
    return mixture(
        np.concatenate([one.centre for one in parts]),
        np.concatenate([one.scale for one in parts]),
        np.concatenate([one.freedom for one in parts]),
        np.concatenate([one.weight * max(s, least) for one, s in zip(parts, shares, strict=True)]),
    )
