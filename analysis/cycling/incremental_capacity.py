"""Incremental capacity dQ/dV by counting charge in bins of voltage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .half_cycles import HalfCycle
from .stretches import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncrementalCapacity:
    """dQ/dV in C/V over the middles of the bins, shape (m,); positive either way.

    ``smoothed_v`` is the standard deviation of the Gaussian that was laid over it, 0 for none.
    """

    voltage_v: Floats
    capacity_c_per_v: Floats
    bin_v: float
    smoothed_v: float

    @property
    def peak_v(self) -> float:
        """The middle of the highest bin."""
        return float(self.voltage_v[int(np.argmax(self.capacity_c_per_v))])


def incremental_capacity(
    voltage_v: ArrayLike, charge_c: ArrayLike, *, bin_v: float = 5e-3, smooth_v: float = 0.0
) -> IncrementalCapacity:
    """Count the charge that passed within each bin of voltage, and divide by its width.

    Between two readings the charge is spread evenly over the voltages between them, so that every
    charge lies in some bin and the sum over the bins is the whole. Nothing is smoothed unless it
    is asked for.

    Parameters
    ----------
    voltage_v, charge_c : array_like, shape (n,)
        Readings of one half-cycle at constant current; the charge only grows.
    bin_v : float
        Width of a bin.
    smooth_v : float
        Standard deviation of a Gaussian over which the result is averaged; 0 for none.

    Raises
    ------
    ValueError
        If the shapes differ, there are fewer than 3 readings, the width is not positive, or the
        voltages span less than 3 bins.

    Examples
    --------
    >>> found = incremental_capacity(np.linspace(3, 4, 101), np.linspace(0, 50, 101), bin_v=0.1)
    >>> round(float(np.median(found.capacity_c_per_v)), 6)
    50.0
    """
    v, q = np.asarray(voltage_v, dtype=np.float64), np.asarray(charge_c, dtype=np.float64)
    if v.ndim != 1 or v.shape != q.shape or v.size < 3:
        raise ValueError(
            f"needs 3 or more readings of voltage and charge, got {v.shape}, {q.shape}"
        )
    if not bin_v > 0 or smooth_v < 0:
        raise ValueError(f"bin {bin_v:g} V must be > 0 and smoothing {smooth_v:g} V must be >= 0")
    if np.ptp(v) < 3 * bin_v:
        raise ValueError(f"the voltages span {np.ptp(v):.3g} V: less than 3 bins of {bin_v:g} V")
    first = np.floor(v.min() / bin_v)
    edges = bin_v * np.arange(first, np.ceil(v.max() / bin_v) + 1.5)
    counted = np.diff(_below(v, q, edges)) / bin_v
    middles = (edges[1:] + edges[:-1]) / 2
    inside = (edges[1:] > v.min()) & (edges[:-1] < v.max())
    middles, counted = middles[inside], counted[inside]
    if smooth_v > 0:
        counted = _smoothed(middles, counted, smooth_v)
    return IncrementalCapacity(
        voltage_v=middles, capacity_c_per_v=counted, bin_v=bin_v, smoothed_v=smooth_v
    )


def of_half_cycle(
    half: HalfCycle, *, bin_v: float = 5e-3, smooth_v: float = 0.0
) -> IncrementalCapacity:
    """Return it for a half-cycle, without what passed while a voltage was held."""
    driven = ~half.held
    return incremental_capacity(
        half.voltage_v[driven], half.charge_c[driven], bin_v=bin_v, smooth_v=smooth_v
    )


def _below(voltage_v: Floats, charge_c: Floats, edges: Floats) -> Floats:
    """The charge that passed at voltages below each edge, shape of ``edges``."""
    low = np.minimum(voltage_v[1:], voltage_v[:-1])
    width = np.abs(np.diff(voltage_v))
    step = np.diff(charge_c)
    begin, end = np.searchsorted(edges, low), np.searchsorted(edges, low + width)
    whole = np.bincount(end, weights=step, minlength=edges.size + 1)[: edges.size]
    crossed = end - begin  # how many edges lie within each step
    of = np.repeat(np.arange(step.size), crossed)
    edge = begin[of] + np.arange(of.size) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    share = (edges[edge] - low[of]) / width[of]
    parts = np.bincount(edge, weights=step[of] * share, minlength=edges.size)
    return np.asarray(np.cumsum(whole) + parts)


def _smoothed(voltage_v: Floats, values: Floats, width_v: float) -> Floats:
    weights = np.exp(-0.5 * ((voltage_v[:, None] - voltage_v) / width_v) ** 2)
    return np.asarray(weights @ values / weights.sum(axis=1))
