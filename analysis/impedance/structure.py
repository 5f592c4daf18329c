"""How the points of a spectrum stand to each other: residuals of neighbours, repeated points.

Residuals that look like noise do not correlate between neighbouring frequencies.
"""

from __future__ import annotations

import numpy as np

from .arrays import Bool, Complex, Float

_SAME_FREQUENCY = 1e-6


def neighbour_correlation(frequency_hz: Float, residuals: Complex) -> float:
    """Correlation between residuals of neighbouring frequencies, both arguments (n,).

    0 for plain noise, towards 1 where a model passes by the data; 0 if all residuals are 0.
    """
    return float(neighbour_correlations(frequency_hz, residuals[None, :])[0])


def neighbour_correlations(frequency_hz: Float, residuals: Complex) -> Float:
    """Return the same for a stack of residuals (m, n) at frequencies (n,), shape (m,)."""
    ordered = residuals[:, np.argsort(frequency_hz, kind="stable")]
    products = (ordered[:, 1:] * ordered[:, :-1].conj()).real.sum(axis=1)
    squares = (ordered.real**2 + ordered.imag**2).sum(axis=1)
    correlation: Float = products / np.where(squares > 0, squares, 1.0)
    return correlation


def is_structured(frequency_hz: Float, residuals: Complex) -> bool:
    """Whether the correlation is beyond two standard deviations of plain noise."""
    used = np.ones((1, len(frequency_hz)), dtype=np.bool_)
    return bool(are_structured(frequency_hz, residuals[None, :], used)[0])


def are_structured(frequency_hz: Float, residuals: Complex, used: Bool) -> Bool:
    """Return the same for residuals (m, n) that are 0 where a point is not `used` (m, n)."""
    expected = 1.0 / np.sqrt(2.0 * used.sum(axis=1))
    structured: Bool = neighbour_correlations(frequency_hz, residuals) > 2.0 * expected
    return structured


def independent_share(frequency_hz: Float, residuals: Complex) -> float:
    """Tell how many independent points each point of a spectrum is worth, 0 to 1.

    (1 - r) / (1 + r) for residuals of correlation r between neighbours, as for a first-order
    autoregressive series (G. V. Bayley, J. M. Hammersley, J. R. Stat. Soc. Suppl. 8 (1946)
    184); 1 where r is not beyond the scatter of plain noise.

    >>> import numpy as np
    >>> frequency_hz = np.logspace(5, 0, 51)
    >>> independent_share(frequency_hz, (-1.0) ** np.arange(51) + 0j)
    1.0
    >>> independent_share(frequency_hz, np.cos(np.arange(51) / 8) + 0j) < 0.05
    True
    """
    used = np.ones((1, len(frequency_hz)), dtype=np.bool_)
    return float(independent_shares(frequency_hz, residuals[None, :], used)[0])


def independent_shares(frequency_hz: Float, residuals: Complex, used: Bool) -> Float:
    """Return the same, shape (m,), for residuals (m, n) that are 0 where not `used` (m, n)."""
    correlation = neighbour_correlations(frequency_hz, residuals)
    shares = (1.0 - correlation) / (1.0 + correlation)
    return np.where(are_structured(frequency_hz, residuals, used), shares, 1.0)


def repeated_pairs(frequency_hz: Float) -> list[tuple[int, int]]:
    """Return places of the first and the last point of every frequency measured more than once.

    Frequencies within a millionth count as one. The pairs come by rising frequency.

    >>> import numpy as np
    >>> repeated_pairs(np.array([100.0, 10.0, 1.0, 100.0]))
    [(0, 3)]
    """
    order = np.argsort(frequency_hz, kind="stable")
    rising = frequency_hz[order]
    starts = np.flatnonzero(np.diff(rising, prepend=0.0) > _SAME_FREQUENCY * rising)
    if starts.size == frequency_hz.size:
        return []
    groups = np.split(order, starts[1:])
    return [(int(group.min()), int(group.max())) for group in groups if group.size > 1]
