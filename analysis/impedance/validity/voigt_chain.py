"""A nested family of Voigt chains, fitted to a spectrum by one orthogonal decomposition.

Series resistance, inductance, capacitance and elements 1 / (1 + j w tau_k) with given, evenly
spaced time constants: whatever their sizes, the sum obeys the Kramers-Kronig relations (B. A.
Boukamp, J. Electrochem. Soc. 142 (1995) 1885). The same functions describe an admittance, where
they are a conductance, a capacitance, an inductance and series R-L branches in parallel.

The elements are ordered from coarse to fine, so that every shorter chain is a leading part of a
longer one and one QR decomposition answers for them all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..arrays import Complex, Float, Index

FIXED_COLUMNS = 3
_BEYOND_WINDOW = 10.0
_COARSE = 3.0
_UNEVEN = 2.5
_DENSEST_PER_DECADE = 4.5
_LARGEST_SHARE = 0.63
_DESIGNS_KEPT = 16


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Fits of chains of rising length to one spectrum; real parts first, then imaginary parts.

    `target` (2n,) is Z / abs(Z) times the trust in each point, 0 at points left out; `basis`
    (2n, k) has orthonormal columns; `triangle` (k, k) leads from the sizes of the elements to the
    `content` (k,) of the target in the basis; `lengths` (m,) are the numbers of columns of the
    chains; `residuals` (2n, m) what each leaves; `resolution` (m,) the relative error that a
    chain may make for want of elements where the cell has one in between; `count` is the number
    of real data in the fit.
    """

    target: Float
    basis: Float
    triangle: Float
    content: Float
    lengths: Index
    residuals: Float
    resolution: Float
    count: int

    def followed(self, chain: int) -> Float:
        """Return what a chain makes of the target, shape (2n,)."""
        followed: Float = self.target - self.residuals[:, chain]
        return followed

    def sizes(self, chain: int) -> Float:
        """Return what multiplies each column of a chain, in ohm (or siemens)."""
        k = int(self.lengths[chain])
        return np.asarray(np.linalg.solve(self.triangle[:k, :k], self.content[:k]), np.float64)

    def mu(self, chain: int) -> float:
        """Return 1 - (sum of negative resistances) / (sum of positive ones), at least 0.

        M. Schoenleber, D. Klotz, E. Ivers-Tiffee, Electrochim. Acta 131 (2014) 20.
        """
        voigt = self.sizes(chain)[FIXED_COLUMNS:]
        positive = float(voigt[voigt > 0].sum())
        return max(0.0, 1.0 + float(voigt[voigt < 0].sum()) / positive) if positive > 0 else 0.0


def halves(values: Complex) -> Float:
    """Lay real parts above imaginary parts along the first axis."""
    return np.concatenate([values.real, values.imag])


def joined(values: Float) -> Complex:
    """Undo `halves`."""
    n = len(values) // 2
    joined_values: Complex = values[:n] + 1j * values[n:]
    return joined_values


def fit_chains(frequency_hz: Float, response: Complex, trust: Float) -> Chains:
    """Fit chains of every length to an impedance or admittance, weighted by trust / abs(response).

    `frequency_hz`, `response` and `trust` have shape (n,); points whose trust is 0 count for
    nothing.
    """
    columns, lengths, resolution = _design(np.ascontiguousarray(frequency_hz).tobytes())
    weight = np.tile(trust / np.abs(response), 2)
    weighted = columns * weight[:, None]
    length = np.sqrt(np.einsum("ij,ij->j", weighted, weighted))
    basis, triangle = np.linalg.qr(weighted / length)
    target = halves(response) * weight
    content = basis.T @ target
    ends = np.array(lengths)
    residuals = target[:, None] - np.cumsum(basis * content, axis=1)[:, ends - 1]
    return Chains(
        target=target,
        basis=basis,
        triangle=triangle * length,
        content=content,
        lengths=ends,
        residuals=residuals,
        resolution=np.array(resolution),
        count=2 * int(np.count_nonzero(trust)),
    )


def chain_response(frequency_hz: Float, chains: Chains, chain: int) -> Complex:
    """Return the impedance or admittance of a chain at every point, left out or not, (n,)."""
    columns, *_ = _design(np.ascontiguousarray(frequency_hz).tobytes())
    return joined(columns[:, : chains.lengths[chain]] @ chains.sizes(chain))


@lru_cache(maxsize=_DESIGNS_KEPT)
def _design(frequencies: bytes) -> tuple[Float, tuple[int, ...], tuple[float, ...]]:
    """Columns of the longest chain (2n, k), the lengths of the chains in it, their resolution.

    An element between two of a chain is followed to exp(-pi^2 / h) where h is the step in
    ln tau: the Fourier transform of a Voigt element over ln(w) falls as exp(-pi k / 2), and
    steps of h hold what is slower than k = 2 pi / h.

    Kept for the last few frequency grids, as all spectra of a series share one.
    """
    omega = 2 * np.pi * np.frombuffer(frequencies)
    tau, lengths = _time_constants(omega)
    span = math.log(tau.max() / tau.min())
    columns = np.concatenate(
        [
            np.ones((omega.size, 1)),
            1j * omega[:, None] / omega.max(),
            omega.min() / (1j * omega[:, None]),
            1.0 / (1.0 + 1j * omega[:, None] * tau),
        ],
        axis=1,
    )
    stacked = halves(columns)
    stacked.flags.writeable = False
    steps = [span / (length - FIXED_COLUMNS - 1) for length in lengths]
    return stacked, lengths, tuple(_UNEVEN * math.exp(-(math.pi**2) / step) for step in steps)


def _time_constants(omega: Float) -> tuple[Float, tuple[int, ...]]:
    """Time constants from coarse to fine, to a decade beyond the window on both sides.

    Two chains stand between one step and its half; outside the window one step is enough.
    """
    low, high = 1 / (omega.max() * _BEYOND_WINDOW), _BEYOND_WINDOW / omega.min()
    decades = math.log10(high / low)
    for_points = int(_LARGEST_SHARE * 2 * omega.size)
    for_decades = FIXED_COLUMNS + math.ceil(_DENSEST_PER_DECADE * decades)
    most = max(FIXED_COLUMNS + 2, min(for_points, for_decades))
    intervals = min(round(decades), most - FIXED_COLUMNS - 1)
    tau = list(np.geomspace(low, high, intervals + 1))
    lengths = [FIXED_COLUMNS + len(tau)]
    while True:
        between = np.geomspace(low, high, 2 * intervals + 1)[1::2]
        between = between[(between > low * _COARSE) & (between < high / _COARSE)]
        for part in (between[::2], between[1::2]):
            if FIXED_COLUMNS + len(tau) + len(part) > most:
                return np.array(tau), tuple(lengths)
            tau.extend(part)
            lengths.append(FIXED_COLUMNS + len(tau))
        intervals *= 2
