"""Errors from refitted spectra, for residuals that are not the noise a fit takes them for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Bool, Complex, Float
from .derived import Asked, scalar_of
from .intervals import bounds_of, correlations_of
from .many import fit_stack
from .many_fits import ManyFits
from .objective import Stack
from .result import FitResult

_LEAST_DRAWS = 20
_LEAST_BLOCKS = 6


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """What a fit becomes when its residuals are dealt out anew. Made by :func:`bootstrap`.

    Attributes
    ----------
    result : FitResult
        The fit itself.
    fits : ManyFits
        The refitted draws that converged.
    block : int
        How many neighbouring points kept their residuals together.
    draws : int
        How many were drawn.
    """

    result: FitResult
    fits: ManyFits
    block: int
    draws: int

    @property
    def values(self) -> Float:
        """Parameters of the draws, one row each, in the order of ``result.names``."""
        return self.fits.values

    @property
    def standard_errors(self) -> Float:
        """Half the width of the middle 68.3 % of the draws, shape (p,); of ln(value), times value.

        As a standard deviation for normal draws, but a few that lost an arc do not count more.
        """
        low, high = np.quantile(self._scaled(), [0.158655, 0.841345], axis=0)
        found: Float = 0.5 * (high - low) * np.where(self._log, self.result.values, 1.0)
        return found

    @property
    def correlations(self) -> Float:
        """Correlations of ln(value), or exponents, shape (p, p), from the ranks of the draws.

        Twice the sine of pi / 6 of Spearman's, which is Pearson's for normal draws (K. Pearson,
        Drapers' Company Res. Mem., Biometric Ser. 4 (1907)); 0 with what was held.
        """
        ranks = np.argsort(np.argsort(self.values, axis=0, kind="stable"), axis=0, kind="stable")
        moved = np.ptp(self.values, axis=0) > 0
        plain = correlations_of(np.cov(np.where(moved, ranks, 0.0), rowvar=False))
        eye = np.eye(len(moved), dtype=np.bool_)
        return np.where(eye, 1.0, 2.0 * np.sin(np.pi / 6.0 * plain))

    def interval(self, asked: Asked, level: float = 0.95) -> tuple[float, float]:
        """Interval that holds the middle `level` of the draws (percentile interval)."""
        if not 0 < level < 1:
            raise ValueError(f"level is {level}; it must be between 0 and 1, as 0.95")
        scalar = scalar_of(self.fits.circuit, asked, bounds_of(self.fits))
        u, _ = scalar.of(self.values)
        low, high = scalar.back(np.quantile(u, [0.5 - level / 2, 0.5 + level / 2])).tolist()
        return low, high

    @property
    def _log(self) -> Bool:
        return np.array([kind.scale == "log" for kind in self.fits.circuit.parameters])

    def _scaled(self) -> Float:
        log = self._log
        return np.where(log, np.log(np.where(log, self.values, 1.0)), self.values)


def bootstrap(result: FitResult, *, draws: int = 400, seed: int = 0) -> Bootstrap:
    """Refit a spectrum many times with its residuals' signs dealt out anew.

    The wild bootstrap (C. F. J. Wu, Ann. Stat. 14 (1986) 1261): the fitted impedance plus the
    residuals, each with a random sign, real and imaginary part on their own. A point keeps the
    size of its own residual, so noise that is larger at some frequencies than the weights say is
    carried over. Where residuals of neighbouring frequencies correlate, the signs are constant
    over blocks of points (X. Shao, J. Am. Stat. Assoc. 105 (2010) 218).

    Parameters
    ----------
    result : FitResult
        From :func:`fit` or out of :func:`fit_many`.
    draws : int
        At least 20; an interval at 95 % wants several hundred.
    seed : int
        The same seed gives the same draws.

    Raises
    ------
    ValueError
        If there are too few draws, or the fit is one of a series that was fitted jointly.

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.impedance import Spectrum, bootstrap, fit, parse_circuit
    >>> circuit = parse_circuit("R0-p(R1,C1)")
    >>> f = np.logspace(5, 0, 40)
    >>> z = circuit.impedance_ohm(f, [20, 300, 1e-7])
    >>> z = z * (1 + 0.01 * np.random.default_rng(1).normal(size=(2, 40)).T @ [1, 1j])
    >>> result = fit(circuit, Spectrum(f, z))
    >>> by_draws = bootstrap(result, draws=200)
    >>> ratio = by_draws.standard_errors[1] / result.standard_error("R1")
    >>> f"{ratio:.0f}"
    '1'
    """
    if draws < _LEAST_DRAWS:
        raise ValueError(f"{draws} draws are too few; at least {_LEAST_DRAWS} are needed")
    if result.alone is None:
        raise ValueError("a spectrum of a series that was fitted jointly cannot be drawn alone")
    own = result.alone
    block = _block_length(own)
    start = dict(zip(own.names, own.values[0].tolist(), strict=True))
    settings = replace(own.settings, start=start)
    fits = fit_stack(own.circuit, _drawn(own, draws, block, seed), settings, believed=False)
    return Bootstrap(result, fits.take(np.flatnonzero(fits.converged)), block, draws)


def _block_length(own: ManyFits) -> int:
    """1 for plain residuals, else long enough for the correlation to die out."""
    share, points = float(own.share[0]), int(own.stack.used[0].sum())
    return max(1, min(round(2.0 / share), points // _LEAST_BLOCKS)) if share < 1.0 else 1


def _drawn(own: ManyFits, draws: int, block: int, seed: int) -> Stack:
    """Fitted impedance plus residuals of random sign, in blocks in the order of frequency."""
    rng = np.random.default_rng(seed)
    frequency, weight = own.stack.frequency_hz, own.stack.weight[0]
    count = frequency.size
    signs = rng.choice([-1.0, 1.0], size=(2, draws, -(-count // block)))
    signs = np.repeat(signs, block, axis=2)[:, :, :count]
    ordered = np.empty_like(signs)
    ordered[:, :, np.argsort(frequency, kind="stable")] = signs
    free = float(own.degrees_of_freedom[0])
    grown = math.sqrt(2 * int(own.stack.used[0].sum()) / free)
    used = own.stack.used[0]
    size = np.where(used, grown / np.where(used, weight, 1.0), 0.0)
    residuals = own.residuals[0]
    noise: Complex = ordered[0] * residuals.real * size[0]
    noise = noise + 1j * ordered[1] * residuals.imag * size[1]
    fitted = own.circuit.impedance_ohm(frequency, own.values[0])
    return Stack(frequency, fitted + noise, np.tile(weight, (draws, 1, 1)))
