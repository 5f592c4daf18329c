"""Where a decaying current runs to by every model that its readings show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Float
from .decay_blocks import Blocks
from .decay_fit import DecayFit, fit_decay
from .decay_models import MODEL_CHAINS
from .decay_noise import noises_of
from .mixture import Mixture, akaike_weights, joined, mixture

ADMISSIBLE_AICC = 10.0
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
class Extrapolation:
    """The steady current in A by readings from one time on, of all families as the data weigh them.

    `families` has the likelier first, and `admissible_a` the steady currents of all models whose
    AICc is within 10 of the best. `early_misfit` tells that residuals are larger early than late.
    """

    blocks: Blocks
    families: tuple[FamilyEstimate, ...]
    steady: Mixture
    admissible_a: tuple[float, ...]
    early_misfit: bool

    @property
    def best(self) -> DecayFit:
        """The likeliest model."""
        return self.families[0].best

    @property
    def is_white(self) -> bool:
        """Whether the likeliest model leaves nothing but white noise."""
        return self.best.noise == 0

    @property
    def begin_s(self) -> float:
        """First reading that counts."""
        return float(self.blocks.time_s[0])


def extrapolate(blocks: Blocks) -> Extrapolation:
    """Fit every model that the data show; one of more terms only after one of less."""
    noises, found = noises_of(blocks), []
    for chain in MODEL_CHAINS:
        for model in chain:
            fit = fit_decay(model, blocks, noises)
            if fit is None:
                break
            found.append(fit)
    fits = sorted(found, key=lambda one: one.aicc)
    families = _families(fits)
    best = fits[0]
    near = (one for one in fits if one.aicc <= best.aicc + ADMISSIBLE_AICC)
    return Extrapolation(
        blocks,
        families,
        joined([one.steady for one in families], akaike_weights([one.aicc for one in families])),
        tuple(one.mean_a for one in near),
        _is_worse_at_first(best),
    )


def _families(fits: Sequence[DecayFit]) -> tuple[FamilyEstimate, ...]:
    """Both are as likely before the data, whatever the number of their models."""
    found = []
    for family in dict.fromkeys(one.model.family for one in fits):
        own = [one for one in fits if one.model.family == family]
        steady = joined([_mixture_of(one) for one in own], akaike_weights([o.aicc for o in own]))
        found.append(FamilyEstimate(family, own[0], steady, own[0].aicc))
    return tuple(found)


def _mixture_of(fit: DecayFit) -> Mixture:
    return mixture(fit.steady_a, fit.scale_a, float(fit.freedom), fit.weights)


def _is_worse_at_first(fit: DecayFit) -> bool:
    """Whether residuals are larger in the earlier half of the blocks than in the later (F test)."""
    from scipy.special import fdtrc

    half = len(fit.whitened) // 2
    early, late = fit.whitened[:half], fit.whitened[half:]
    free = max(half - fit.model.parameters, 1)
    ratio = float(early @ early / free) / max(_mean_square(late), 1e-300)
    return bool(fdtrc(free, len(late), ratio) < _SURPRISE)


def _mean_square(values: Float) -> float:
    return float(np.mean(values**2))
