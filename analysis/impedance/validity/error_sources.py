"""Where an error model comes from: repeated spectra, or what a Kramers-Kronig chain leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Complex, Float
from ..spectrum import Spectrum
from .error_model import ErrorModel, fitted_error_model
from .following import follow, without_strangers
from .voigt_chain import halves

_SAME = 1e-6
_FEWEST_POINTS = 8
_POINTS_PER_TERM = 6


def error_model_of_replicates(spectra: Sequence[Spectrum]) -> ErrorModel:
    """Estimate the noise from spectra of one cell, measured again and again.

    What changes smoothly with frequency between the replicates is drift, not noise, and is taken
    out: a polynomial in log f, about one term per decade, of the deviation of each replicate
    from the mean over abs(Z).

    Parameters
    ----------
    spectra : sequence of Spectrum
        Two at least, with the same frequencies in the same order, 8 points at least.

    Raises
    ------
    ValueError
        If there are fewer than two spectra or 8 points, or their frequencies differ.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> f = np.logspace(5, 0, 51)
    >>> z = 10 + 100 / (1 + 2j * np.pi * f * 1e-3)
    >>> noisy = [z + 0.5 * (rng.normal(size=51) + 1j * rng.normal(size=51)) for _ in range(6)]
    >>> model = error_model_of_replicates([Spectrum(f, each) for each in noisy])
    >>> round(model.absolute_ohm, 1), model.modulus
    (0.5, 0.0)
    """
    z = _stacked(spectra)
    mean = z.mean(axis=0)
    deviation = halves(((z - mean) / np.abs(mean)).T)
    smooth = np.kron(np.eye(2), _smooth_terms(spectra[0].frequency_hz))
    left = np.eye(len(smooth)) - smooth @ smooth.T
    again = len(spectra) - 1
    return fitted_error_model(
        mean,
        squares=((left @ deviation) ** 2).sum(axis=1) / again,
        freedom=again * np.diag(left),
        mixing=left**2,
        source=f"{len(spectra)} replicates",
    )


def error_model_of_residuals(spectrum: Spectrum) -> ErrorModel:
    """Estimate the noise of one spectrum from what a chain of Voigt elements cannot follow.

    Points that do not belong are left out. What the chain takes of the noise is allowed for.
    A spectrum that violates the Kramers-Kronig relations gives too large an answer: test first.

    Raises
    ------
    ValueError
        If there are fewer than 8 points or abs(Z) is 0 somewhere.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> f = np.logspace(5, 0, 51)
    >>> z = 10 + 100 / (1 + 2j * np.pi * f * 1e-3)
    >>> noise = 0.01 * (rng.normal(size=51) + 1j * rng.normal(size=51))
    >>> model = error_model_of_residuals(Spectrum(f, z + np.abs(z) * noise))
    >>> round(model.modulus, 2), model.absolute_ohm
    (0.01, 0.0)
    """
    different = np.unique(spectrum.frequency_hz).size
    if different < _FEWEST_POINTS:
        raise ValueError(
            f"an error model needs {_FEWEST_POINTS} different frequencies at least, got {different}"
        )
    if not spectrum.z_ohm.all():
        at = int(np.argmin(np.abs(spectrum.z_ohm)))
        raise ValueError(f"z_ohm[{at}] is 0 ohm: no residual relative to |Z| exists there")
    followed, _ = without_strangers(follow(spectrum, "impedance"))
    kept = np.tile(followed.trust > 0, 2)
    trust = np.tile(followed.trust, 2)[kept]
    basis = followed.chains.basis[kept, : followed.chains.lengths[followed.chain]]
    left = np.eye(len(basis)) - basis @ basis.T
    freedom = np.maximum(np.diag(left), 1e-6)
    return fitted_error_model(
        spectrum.z_ohm[followed.trust > 0],
        squares=followed.chains.residuals[kept, followed.chain] ** 2 / freedom,
        freedom=freedom,
        mixing=left**2 * trust**2 / freedom[:, None],
        source="what a Kramers-Kronig chain leaves of one spectrum",
    )


def _stacked(spectra: Sequence[Spectrum]) -> Complex:
    if len(spectra) < 2:
        raise ValueError(f"replicates are two spectra or more, got {len(spectra)}")
    first = spectra[0].frequency_hz
    if first.size < _FEWEST_POINTS:
        raise ValueError(f"an error model needs {_FEWEST_POINTS} points at least, got {first.size}")
    for number, other in enumerate(spectra[1:], start=2):
        if len(other) != first.size or (np.abs(other.frequency_hz / first - 1) > _SAME).any():
            raise ValueError(
                f"replicate {number} has other frequencies than the first; all must be alike"
            )
    return np.stack([spectrum.z_ohm for spectrum in spectra])


def _smooth_terms(frequency_hz: Float) -> Float:
    """Orthonormal polynomials in log f, about one per decade, shape (n, p)."""
    decades = np.log10(frequency_hz)
    most = max(1, frequency_hz.size // _POINTS_PER_TERM)
    degree = min(round(float(np.ptp(decades))), most)
    place = 2 * (decades - decades.min()) / max(float(np.ptp(decades)), 1e-9) - 1
    terms, _ = np.linalg.qr(np.polynomial.legendre.legvander(place, degree))
    return terms
