"""Is a spectrum that of a linear, stable, causal cell? The linear Kramers-Kronig test.

A chain of Voigt elements R_k / (1 + j w tau_k) with given time constants, a series resistance,
an inductor and a capacitor obeys the Kramers-Kronig relations by construction and is fitted by
linear least squares; what it cannot follow does not obey them. B. A. Boukamp, J. Electrochem.
Soc. 142 (1995) 1885; number of elements by the mu criterion of M. Schoenleber et al.,
Electrochim. Acta 131 (2014) 20.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Complex, Float
from ..spectrum import Spectrum
from ..structure import is_structured

_ENOUGH_MU = 0.85
_ELEMENTS_PER_DECADE = 3.0
_FAILING_SHARE = 0.05
_NOISE_FACTOR = 4.0


@dataclass(frozen=True, eq=False)
class KramersKronig:
    """Verdict of the linear Kramers-Kronig test.

    `residuals` (n,) are (measured - transformed) / abs(Z) in the order of the spectrum;
    `failing_hz` the frequencies whose residual exceeds both the limit and four times the noise;
    `noise` the standard deviation of the residuals from point to point.
    """

    valid: bool
    verdict: str
    residuals: Complex
    failing_hz: Float
    noise: float
    mu: float
    elements: int


def kramers_kronig(spectrum: Spectrum, limit: float = 0.01) -> KramersKronig:
    """Test a spectrum against the Kramers-Kronig relations.

    Parameters
    ----------
    spectrum : Spectrum
        At least 8 points.
    limit : float
        Largest residual, as a fraction of abs(Z), that is no objection (1 %). Where the noise
        is larger than a quarter of it, four times the noise takes its place.

    Returns
    -------
    KramersKronig
        Not valid if more than 5 % of the points fail.

    Raises
    ------
    ValueError
        If there are fewer than 8 points or abs(Z) is 0 somewhere.

    Examples
    --------
    >>> import numpy as np
    >>> f = np.logspace(5, 0, 40)
    >>> kramers_kronig(Spectrum(f, 10 + 100 / (1 + 2j * np.pi * f * 1e-3))).valid
    True
    """
    if len(spectrum) < 8:
        raise ValueError(f"the Kramers-Kronig test needs 8 points, got {len(spectrum)}")
    modulus = np.abs(spectrum.z_ohm)
    if not (modulus > 0).all():
        raise ValueError("abs(Z) is 0 at some frequency: no relative residual exists")
    elements, mu, residuals = _transform(spectrum, modulus)
    noise = _noise(residuals[np.argsort(spectrum.frequency_hz, kind="stable")])
    worst = np.maximum(np.abs(residuals.real), np.abs(residuals.imag))
    failing: Bool = worst > max(limit, _NOISE_FACTOR * noise)
    valid = bool(failing.mean() <= _FAILING_SHARE) and noise <= 5 * limit
    structured = is_structured(spectrum.frequency_hz, residuals)
    return KramersKronig(
        valid=valid,
        verdict=_verdict(valid, failing, worst, noise, structured),
        residuals=residuals,
        failing_hz=np.sort(spectrum.frequency_hz[failing]),
        noise=noise,
        mu=mu,
        elements=elements,
    )


def _noise(residuals: Complex) -> float:
    """Robust standard deviation from second differences, which a smooth misfit leaves alone."""
    bends = np.diff(np.stack([residuals.real, residuals.imag]), 2, axis=1)
    return 1.4826 * float(np.median(np.abs(bends))) / math.sqrt(6.0)


def _transform(spectrum: Spectrum, modulus: Float) -> tuple[int, float, Complex]:
    """Add Voigt elements until some are needed with a negative resistance."""
    most = max(3, min(len(spectrum) * 2 // 3, 50))
    decades = math.log10(spectrum.frequency_hz.max() / spectrum.frequency_hz.min())
    # fewer cannot follow a single Debye arc between their time constants, whatever mu says
    count = min(most, max(3, round(_ELEMENTS_PER_DECADE * decades)))
    mu, residuals = _fit(spectrum, modulus, count)
    while mu > _ENOUGH_MU and count < most:
        count += 1
        mu, residuals = _fit(spectrum, modulus, count)
    return count, mu, residuals


def _fit(spectrum: Spectrum, modulus: Float, count: int) -> tuple[float, Complex]:
    omega = 2 * np.pi * spectrum.frequency_hz
    taus = np.geomspace(1 / omega.max(), 1 / omega.min(), count)
    columns = np.concatenate(
        [
            np.ones((len(omega), 1)),
            1j * omega[:, None] / omega.max(),
            omega.min() / (1j * omega[:, None]),
            1.0 / (1.0 + 1j * omega[:, None] * taus),
        ],
        axis=1,
    )
    weighted = columns / modulus[:, None]
    target = spectrum.z_ohm / modulus
    design = np.concatenate([weighted.real, weighted.imag])
    length = np.linalg.norm(design, axis=0)
    both = np.concatenate([target.real, target.imag])
    size, *_ = np.linalg.lstsq(design / length, both, rcond=1e-12)
    size = size / length
    voigt = size[3:]
    positive = float(voigt[voigt >= 0].sum())
    mu = 1.0 - float(-voigt[voigt < 0].sum()) / positive if positive > 0 else 0.0
    return mu, target - weighted @ size


def _verdict(valid: bool, failing: Bool, worst: Float, noise: float, structured: bool) -> str:
    count = int(failing.sum())
    largest = f"largest residual {worst.max():.2%}, noise {noise:.2%} of |Z|"
    if valid:
        but = f" but for {count} of {failing.size} points" if count else ""
        return f"obeys the Kramers-Kronig relations{but}: {largest}"
    if not structured:
        return f"scatters too much to tell, at {count} of {failing.size} points: {largest}"
    return f"violates the Kramers-Kronig relations at {count} of {failing.size} points: {largest}"
