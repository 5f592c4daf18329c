"""Is a spectrum that of a linear, stable, causal cell? The linear Kramers-Kronig test.

A chain of elements that obeys the Kramers-Kronig relations by construction is fitted by linear
least squares; what it cannot follow does not obey them. B. A. Boukamp, J. Electrochem. Soc. 142
(1995) 1885; number of elements by information criterion and by the mu criterion of M.
Schoenleber et al., Electrochim. Acta 131 (2014) 20.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Bool, Complex, Float
from ..spectrum import Spectrum
from .disturbances import Disturbance
from .following import AnyForm, Followed, Form, follow, most_failing, without_strangers
from .repeated import Drift, drift_of_repeats
from .wording import Findings, verdict

FEWEST_POINTS = 8
_MOST_DEVIATIONS = 4.0
_FEWEST_DEVIATIONS = 3.0
_OF_MEDIAN = 10.0
_LARGEST_NOISE = 5.0
_OF_LIMIT_IN_STEP = 0.5
_OF_VISIBLE = 0.5
_OF_RESOLUTION = 2.0
_MOSTLY = 0.5


@dataclass(frozen=True, eq=False)
class KramersKronig:
    """Verdict of the linear Kramers-Kronig test.

    `residuals` (n,) are (measured - followed) / abs(Z) in the order of the spectrum; `failing_hz`
    the frequencies that do not fit, rising; `noise` the standard deviation of real and of
    imaginary part as a fraction of abs(Z), the middle one where it is uneven; `mu` and `elements`
    belong to the chain in `form` that follows best; `change` is the largest relative change of
    the cell's response over the sweep that the misfit implies, 0 if none is significant; `drift`
    compares what was measured twice.
    """

    valid: bool
    verdict: str
    residuals: Complex
    failing_hz: Float
    noise: float
    mu: float
    elements: int
    form: Form
    change: float
    drift: Drift | None


def kramers_kronig(
    spectrum: Spectrum,
    limit: float = 0.01,
    *,
    form: AnyForm = "auto",
) -> KramersKronig:
    """Test a spectrum against the Kramers-Kronig relations.

    Parameters
    ----------
    spectrum : Spectrum
        Points at 8 different frequencies at least.
    limit : float
        Largest change of the response over the sweep, and largest residual of a point, that is
        no objection, as a fraction (1 %); half of it for a step between two neighbours. Where
        four times the noise is larger, that takes its place for single points.
    form : {"auto", "impedance", "admittance"}
        What the chain describes. "auto" takes the one that follows better with as few elements.

    Returns
    -------
    KramersKronig
        Not valid if a slow change, a step or the drift of repeated points is significant and
        beyond the limit, if more than 5 % of the points (and more than one) fail, or if the
        noise is above five times the limit.

    Raises
    ------
    ValueError
        If there are fewer than 8 frequencies, abs(Z) is 0 somewhere, or limit or form is unknown
        or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> f = np.logspace(5, 0, 40)
    >>> kramers_kronig(Spectrum(f, 10 + 100 / (1 + 2j * np.pi * f * 1e-3))).valid
    True
    """
    _check(spectrum, limit, form)
    followed, disturbance = without_strangers(follow(spectrum, form))
    residuals = followed.residuals()
    noise = noise_of(followed, disturbance)
    drift = drift_of_repeats(spectrum, noise)
    disturbed = disturbance is not None and disturbance.size > _allowed(disturbance, limit)
    worst = np.maximum(np.abs(residuals.real), np.abs(residuals.imag))
    kept = followed.trust > 0
    scatter = _scatter(followed, noise) / np.where(kept, followed.trust, 1.0)
    failing: Bool = worst > np.where(kept, np.maximum(limit, scatter), limit / 2)
    too_many = int(failing.sum()) > most_failing(len(spectrum))
    if disturbance is not None and disturbed:
        visible = np.abs(disturbance.visible)
        failing |= visible > _OF_VISIBLE * visible.max()
    unseen = _OF_RESOLUTION * float(followed.chains.resolution[followed.chain])
    findings = Findings(
        frequency_hz=spectrum.frequency_hz,
        failing_hz=np.sort(spectrum.frequency_hz[failing]),
        too_many=too_many,
        largest=float(worst.max()),
        noise=noise,
        noisy=noise > max(_LARGEST_NOISE * limit, unseen),
        unseen=unseen if unseen > limit else 0.0,
        disturbance=disturbance,
        disturbed=disturbed,
        drift=drift,
        drifted=drift is not None and drift.significant and abs(drift.relative_change) > limit,
    )
    if not findings.valid and _conjugate_obeys(spectrum, form, noise):
        findings = replace(findings, conjugate_obeys=True)
    return KramersKronig(
        valid=findings.valid,
        verdict=verdict(findings),
        residuals=residuals,
        failing_hz=findings.failing_hz,
        noise=noise,
        mu=followed.chains.mu(followed.chain),
        elements=followed.elements,
        form=followed.form,
        change=disturbance.size if disturbance else 0.0,
        drift=drift,
    )


def noise_of(followed: Followed, disturbance: Disturbance | None) -> float:
    """Standard deviation of real and of imaginary part, as a fraction of abs(Z)."""
    residuals = followed.chains.residuals[:, followed.chain]
    squares = float(residuals @ residuals)
    if disturbance is not None:
        squares *= 1.0 - disturbance.evidence.share
    return math.sqrt(squares / max(followed.freedom, 1))


def _scatter(followed: Followed, noise: float) -> float:
    """Largest residual that noise brings: four deviations, but no less than three.

    Between the two the median decides: many wrong points hide one another in the mean square.
    """
    kept = np.tile(followed.trust > 0, 2)
    middle = float(np.median(np.abs(followed.chains.residuals[kept, followed.chain])))
    return min(_MOST_DEVIATIONS * noise, max(_OF_MEDIAN * middle, _FEWEST_DEVIATIONS * noise))


def _allowed(disturbance: Disturbance, limit: float) -> float:
    return limit * (_OF_LIMIT_IN_STEP if disturbance.step_hz is not None else 1.0)


def _conjugate_obeys(spectrum: Spectrum, form: AnyForm, noise: float) -> bool:
    if (spectrum.z_ohm.imag > 0).mean() < _MOSTLY:
        return False
    mirrored = Spectrum(spectrum.frequency_hz, spectrum.z_ohm.conj())
    followed, disturbance = without_strangers(follow(mirrored, form))
    return disturbance is None and noise_of(followed, None) < noise / 2


def _check(spectrum: Spectrum, limit: float, form: str) -> None:
    different = np.unique(spectrum.frequency_hz).size
    if different < FEWEST_POINTS:
        raise ValueError(
            f"the Kramers-Kronig test needs {FEWEST_POINTS} points at different frequencies, "
            f"got {different}"
        )
    if not 0 < limit < 1:
        raise ValueError(f"limit is {limit:g}; it must lie between 0 and 1 (0.01 is 1 % of |Z|)")
    if form not in ("auto", "impedance", "admittance"):
        raise ValueError(f"form {form!r} is unknown; allowed are auto, impedance, admittance")
    zero = spectrum.z_ohm == 0
    if zero.any():
        at = int(np.argmax(zero))
        raise ValueError(f"z_ohm[{at}] is 0 ohm: no residual relative to |Z| exists there")
