"""The distribution of relaxation times of a spectrum, with a band and its peaks.

Z = R + j omega L + spur + integral gamma(ln tau) / (1 + j omega tau) d ln tau, gamma >= 0: an
ill-posed equation, made well-posed by a penalty on roughness (A. N. Tikhonov; for impedance
M. Saccoccio et al., Electrochim. Acta 147 (2014) 470; T. H. Wan et al., ibid. 184 (2015) 483).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from ..arrays import Bool
from ..screening import without_deep_spur
from ..spectrum import Spectrum
from ..structure import neighbour_correlation
from .criteria import CRITERIA
from .grid import POINTS_PER_DECADE
from .peaks import find_peaks
from .result import RelaxationSettings, RelaxationTimes, Spur
from .solution import MISFIT, Found, Regularisation, find, weighted

FEWEST_POINTS = 10
FEWEST_DECADES = 1.0
_GRID_FOLLOWS = 0.002  # even a single Debye arc, to this share of abs(Z)
_STRUCTURED = 0.35
_VAGUE = 0.2
_OUTSIDE = 0.1


def relaxation_times(
    spectrum: Spectrum,
    *,
    regularisation: Regularisation | float = "evidence",
    level: float = 0.95,
    inductive: bool | None = None,
    blocking: bool | None = None,
) -> RelaxationTimes:
    """Find the distribution of relaxation times.

    Parameters
    ----------
    spectrum : Spectrum
        At least 10 points over a decade or more, in any order.
    regularisation : {"evidence", "gcv", "l-curve", "re-im"} or float
        How lambda is chosen: by the evidence of the data (restricted maximum likelihood), by
        generalised cross validation, at the corner of the L-curve, or so that the real part
        best predicts the imaginary and the reverse; or lambda itself, > 0, as in
        `RelaxationSettings.penalty`.
    level : float
        Probability that the band holds gamma at a point, between 0 and 1.
    inductive, blocking : bool, optional
        Whether the leads' inductance and a blocking electrode's spur (j omega)^-n / Q are part
        of the model. By default each is where the data are the more probable for it.

    Returns
    -------
    RelaxationTimes

    Raises
    ------
    ValueError
        If there are fewer than 10 points, less than a decade of frequency, abs(Z) is 0
        somewhere, or a setting is none of the above.

    Notes
    -----
    Two passes: the first, with the same penalty everywhere, shows where gamma is large; the
    second lets it bend there in proportion, so that sharp peaks stay sharp and flat parts flat.

    Examples
    --------
    >>> import numpy as np
    >>> f = np.logspace(6, 0, 61)
    >>> s = 2j * np.pi * f
    >>> found = relaxation_times(Spectrum(f, 20 + 100 / (1 + (s * 1e-3) ** 0.9)))
    >>> [(f"{peak.tau_s:.1e} s", f"{peak.resistance_ohm:.0f} ohm") for peak in found.peaks]
    [('1.0e-03 s', '100 ohm')]
    >>> print(f"{found.series_resistance_ohm:.1f} ohm, {found.polarisation_ohm:.1f} ohm")
    20.0 ohm, 100.0 ohm
    """
    _check(spectrum, regularisation, level)
    used = np.ones(len(spectrum), dtype=bool)
    found = find(weighted(spectrum), regularisation, inductive, blocking)
    if found.misfit > MISFIT and found.terms.spur_exponent is not None:
        used = np.isin(spectrum.z_ohm, without_deep_spur(spectrum)[0].z_ohm)
        found = find(weighted(spectrum.only(used)), regularisation, inductive, blocking)
    settings = RelaxationSettings(
        regularisation=regularisation if isinstance(regularisation, str) else "given",
        penalty=found.penalty,
        unit_ohm=found.problem.unit_ohm,
        level=level,
        points_per_decade=POINTS_PER_DECADE,
        inductive=inductive,
        blocking=blocking,
    )
    return _in_ohm(spectrum, found, used, settings)


def _check(spectrum: Spectrum, regularisation: object, level: float) -> None:
    if len(spectrum) < FEWEST_POINTS:
        raise ValueError(f"relaxation times need {FEWEST_POINTS} points, got {len(spectrum)}")
    decades = math.log10(spectrum.frequency_hz.max() / spectrum.frequency_hz.min())
    if decades < FEWEST_DECADES - 1e-9:
        raise ValueError(
            f"relaxation times need {FEWEST_DECADES:g} decade of frequency, got {decades:.2f}"
        )
    if not spectrum.z_ohm.all():
        raise ValueError("abs(Z) is 0 at some frequency: no relative residual exists")
    if isinstance(regularisation, str):
        if regularisation not in CRITERIA:
            allowed = ", ".join(map(repr, CRITERIA))
            raise ValueError(
                f"regularisation is {regularisation!r}; allowed are {allowed} or a number > 0"
            )
    elif not (isinstance(regularisation, float | int) and 0 < regularisation < math.inf):
        raise ValueError(f"regularisation is {regularisation!r}; a number must be > 0")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must lie between 0 and 1")


def _in_ohm(
    spectrum: Spectrum, found: Found, used: Bool, settings: RelaxationSettings
) -> RelaxationTimes:
    problem, grid, posterior = found.problem, found.grid, found.posterior
    unit, size = problem.unit_ohm, grid.log_tau.size
    gamma = posterior.gamma * unit
    covariance = posterior.covariance[:size, :size] * (found.noise * unit) ** 2
    reach = float(ndtri(0.5 + 0.5 * settings.level)) * np.sqrt(np.diag(covariance))
    window = (-math.log(problem.omega.max()), -math.log(problem.omega.min()))
    inductance = posterior.terms[1] * unit / problem.omega.max() if found.terms.inductive else None
    result = RelaxationTimes(
        tau_s=np.exp(grid.log_tau),
        gamma_ohm=gamma,
        lower_ohm=np.maximum(gamma - reach, 0.0),
        upper_ohm=gamma + reach,
        peaks=find_peaks(grid.log_tau, gamma, covariance, window),
        series_resistance_ohm=float(posterior.terms[0]) * unit,
        inductance_h=None if inductance is None else float(inductance),
        spur=_spur(found),
        polarisation_ohm=grid.step * float(gamma.sum()),
        polarisation_standard_error_ohm=grid.step * math.sqrt(max(0.0, float(covariance.sum()))),
        residuals=np.zeros(len(spectrum), dtype=np.complex128),
        used=used,
        noise=found.noise,
        settings=settings,
        warnings=(),
    )
    off = spectrum.z_ohm - result.impedance_ohm(spectrum.frequency_hz)
    result = replace(result, residuals=off / np.abs(spectrum.z_ohm))
    return replace(result, warnings=_warnings(spectrum.only(used), result))


def _spur(found: Found) -> Spur | None:
    exponent, size = found.terms.spur_exponent, float(found.posterior.terms[-1])
    if exponent is None or size == 0:
        return None
    at_lowest_ohm = size * found.problem.unit_ohm
    return Spur(float(found.problem.omega.min()) ** -exponent / at_lowest_ohm, exponent)


def _warnings(spectrum: Spectrum, result: RelaxationTimes) -> tuple[str, ...]:
    said = []
    if not result.used.all():
        said.append(
            f"{int((~result.used).sum())} points below {spectrum.frequency_hz.min():.3g} Hz lie "
            "in a spur that no constant phase element follows, and were left out"
        )
    correlation = neighbour_correlation(spectrum.frequency_hz, result.residuals[result.used])
    if result.noise > _GRID_FOLLOWS and correlation > _STRUCTURED:
        said.append(
            f"the residuals ({result.noise:.2%} of abs(Z)) are structured: the cell drifted, is "
            "not linear, or has more than relaxations, an inductor and a spur"
        )
    if result.polarisation_standard_error_ohm > _VAGUE * result.polarisation_ohm:
        said.append(
            f"the polarisation, {result.polarisation_ohm:.3g} ohm, is uncertain by "
            f"{result.polarisation_standard_error_ohm:.2g} ohm"
        )
    omega = 2 * np.pi * spectrum.frequency_hz
    outside = (result.tau_s * omega.max() < 1) | (result.tau_s * omega.min() > 1)
    total = float(result.gamma_ohm.sum())
    share = float(result.gamma_ohm[outside].sum()) / total if total > 0 else 0.0
    if share > _OUTSIDE:
        said.append(f"{share:.0%} of the polarisation lies beyond the window of the frequencies")
    return tuple(said)
