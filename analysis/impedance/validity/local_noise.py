"""Where is a spectrum noisier than elsewhere?"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..arrays import Complex, Float

_BESIDE = 4
_SMOOTH = 5
_EVEN = 3.5
_QUIETEST = 0.05


def uneven_noise(frequency_hz: Float, residuals: Complex, floor: float) -> Float | None:
    """Noise at each point relative to the middle one, shape (n,), or None if it is even.

    Taken from the median of second differences of neighbouring residuals, which neither a smooth
    misfit nor a step nor a single wrong point disturbs, over nine points. Such medians differ by
    a factor 3.5 within a spectrum of even noise by chance in one of about a hundred, so that
    less is taken for even, and so are differences below `floor`.

    >>> rng = np.random.default_rng(1)
    >>> noise = rng.normal(size=60) + 1j * rng.normal(size=60)
    >>> frequency_hz = np.logspace(6, 0, 60)
    >>> uneven_noise(frequency_hz, 0.01 * noise, 1e-4) is None
    True
    >>> steeper = np.where(frequency_hz < 10, 0.1, 0.01)
    >>> found = uneven_noise(frequency_hz, steeper * noise, 1e-4)
    >>> bool(found[-1] > 5 * found[30])
    True
    """
    width = 2 * _BESIDE + 1
    if frequency_hz.size < 2 * width:
        return None
    order = np.argsort(frequency_hz, kind="stable")
    bends = np.abs(np.diff(residuals[order], 2))
    local = np.median(sliding_window_view(bends, width), axis=1)
    local = np.maximum(local, floor)
    if local.max() < _EVEN * local.min():
        return None
    logs = np.pad(np.log(local / np.median(local)), _BESIDE + 1 + _SMOOTH // 2, mode="edge")
    smooth = np.convolve(logs, np.full(_SMOOTH, 1 / _SMOOTH), mode="valid")
    noise = np.empty(frequency_hz.size)
    noise[order] = np.maximum(np.exp(smooth), _QUIETEST)
    return noise
