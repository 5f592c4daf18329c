"""The chain that follows a spectrum best: in which form, how long, and by which points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ..arrays import Complex, Float
from ..spectrum import Spectrum
from .disturbances import FLOOR, Disturbance, criteria, drift, slow_change, step, worst_point
from .local_noise import uneven_noise
from .voigt_chain import FIXED_COLUMNS, Chains, chain_response, fit_chains, joined

Form: TypeAlias = Literal["impedance", "admittance"]
AnyForm: TypeAlias = Literal["auto", "impedance", "admittance"]
FORMS: tuple[Form, Form] = ("impedance", "admittance")

FAILING_SHARE = 0.05
_ENOUGH_MU = 0.85
_AS_GOOD = 2.0
_MOST_ROUNDS = 4
_SETTLED = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A spectrum as a chain follows it.

    `trust` (n,) is what each point counts beside 1 / abs(Z): the typical noise over its own, and
    0 where it is left out.
    """

    spectrum: Spectrum
    form: Form
    chains: Chains
    chain: int
    trust: Float

    @property
    def criterion(self) -> float:
        """Bayes' criterion of the chain; the form with the lower one follows better."""
        return float(criteria(self.chains)[self.chain])

    @property
    def elements(self) -> int:
        """Number of elements beside the resistance, inductance and capacitance."""
        return int(self.chains.lengths[self.chain]) - FIXED_COLUMNS

    @property
    def freedom(self) -> int:
        """Number of real data that the fit had beyond its parameters."""
        return self.chains.count - int(self.chains.lengths[self.chain])

    def residuals(self) -> Complex:
        """Return (measured - followed) / abs(Z), shape (n,), at points left out too."""
        z = self.spectrum.z_ohm
        response = z if self.form == "impedance" else 1.0 / z
        target = response / np.abs(response)
        kept = self.trust > 0
        left = joined(self.chains.residuals[:, self.chain])
        value = target - np.divide(left, self.trust, out=np.zeros_like(left), where=kept)
        if not kept.all():
            whole = chain_response(self.spectrum.frequency_hz, self.chains, self.chain)
            value = np.where(kept, value, whole / np.abs(response))
        off: Complex = target - value if self.form == "impedance" else 1 / target - 1 / value
        return off


def follow(spectrum: Spectrum, form: AnyForm) -> Followed:
    """Fit chains in the form given, or in both, and choose.

    The number of elements is where Bayes' criterion is lowest: the residuals are plain noise
    then, and no element serves the noise. A shorter chain that is as good (within 2) is taken
    if mu <= 0.85 says that it is long enough. Where the noise is uneven, the fit is repeated with
    the noise that it showed.
    """
    trust = np.ones(len(spectrum))
    for _ in range(_MOST_ROUNDS):
        followed = _in_better_form(spectrum, form, trust)
        noise = uneven_noise(spectrum.frequency_hz, followed.residuals(), FLOOR)
        if noise is None or np.allclose(1.0 / noise, trust, rtol=_SETTLED):
            break
        trust = 1.0 / noise
    return followed


def _in_better_form(spectrum: Spectrum, form: AnyForm, trust: Float) -> Followed:
    if form != "auto":
        return _follow(spectrum, form, trust)
    one, other = (_follow(spectrum, each, trust) for each in FORMS)
    return other if other.criterion < one.criterion - _AS_GOOD else one


def without_strangers(followed: Followed) -> tuple[Followed, Disturbance | None]:
    """Leave out single points that do not belong, and say what else disturbs the spectrum.

    One point more than may fail is left out at most, and none where a slow change or a step
    explains more.
    """
    f = followed.spectrum.frequency_hz
    for left in range(most_failing(f.size) + 1, -1, -1):
        asked = (followed.chains, followed.chain)
        alternatives = [ask(f, *asked) for ask in (slow_change, drift, step)]
        found = max(alternatives, key=lambda each: each.evidence.gain)
        place, stranger = worst_point(*asked)
        outdone = found.evidence.significant and found.evidence.gain > stranger.gain
        if left == 0 or outdone or not stranger.significant:
            break
        trust = followed.trust.copy()
        trust[place] = 0.0
        followed = _follow(followed.spectrum, followed.form, trust)
    return followed, found if found.evidence.significant else None


def most_failing(points: int) -> int:
    """Return how many points may fail before the whole spectrum does."""
    return max(1, int(FAILING_SHARE * points))


def _follow(spectrum: Spectrum, form: Form, trust: Float) -> Followed:
    z = spectrum.z_ohm
    chains = fit_chains(spectrum.frequency_hz, z if form == "impedance" else 1.0 / z, trust)
    return Followed(spectrum, form, chains, _long_enough(chains), trust)


def _long_enough(chains: Chains) -> int:
    values = criteria(chains)
    best = int(np.argmin(values))
    for shorter in np.flatnonzero(values[:best] <= values[best] + _AS_GOOD):
        if chains.mu(int(shorter)) <= _ENOUGH_MU:
            return int(shorter)
    return best
