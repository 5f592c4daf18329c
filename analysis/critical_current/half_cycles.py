"""What one galvanostatic half-cycle tells: area specific resistance, its course, noise, charge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .criteria import Criteria, settle_time_s

START_POINTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCycle:
    """Features of one half-cycle. ASR is voltage over current density, both interfaces included.

    ``convexity`` is the quadratic term of V = a + b x + c x^2, with x running from 0 to 1 over
    the settled half-cycle, as a fraction of the mean voltage: above 0 the polarisation
    accelerates, whatever the sign of the current; ``convexity_error`` is its standard error by
    the noise. ``noise_v`` is one standard deviation.
    """

    current_density_a_m2: float
    settle_s: float
    duration_s: float
    charge_c_per_m2: float
    asr_start_ohm_m2: float
    asr_end_ohm_m2: float
    asr_slope_ohm_m2_per_s: float
    convexity: float
    convexity_error: float
    noise_v: float
    voltage_max_v: float

    @property
    def asr_low_ohm_m2(self) -> float:
        """The lower of start and end: a void that has grown meanwhile does not raise it."""
        return min(self.asr_start_ohm_m2, self.asr_end_ohm_m2)

    @property
    def rise_v(self) -> float:
        """By how much the magnitude of the voltage rose from the start to the end."""
        return (self.asr_end_ohm_m2 - self.asr_start_ohm_m2) * abs(self.current_density_a_m2)


def half_cycle_features(
    time_s: ArrayLike,
    voltage_v: ArrayLike,
    current_a: ArrayLike,
    electrode_area_m2: float,
    criteria: Criteria | None = None,
    *,
    resumed_s: Sequence[float] = (),
) -> HalfCycle | None:
    """Describe one half-cycle, or return ``None`` where it has too few readings to say anything.

    Parameters
    ----------
    time_s, voltage_v, current_a : array_like, shape (n,)
        Readings of one plateau in order of time, which counts from the start of the plateau;
        positive current strips the working electrode.
    electrode_area_m2 : float
        The smaller electrode area in contact.
    resumed_s : sequence of float
        When the half-cycle was gone on with after it had stood still, on the same time, in which
        the gaps are not counted. What follows is left to settle like its beginning.

    Raises
    ------
    ValueError
        If the shapes differ or the area is not positive.

    Notes
    -----
    The first seconds (``settle_time_s``) count for the charge, not for the resistance. Start and
    end are medians of six readings. Noise is the median absolute first difference, scaled to one
    standard deviation of the readings (1.4826 / sqrt 2): a drift does not enter it, a step hardly.

    Examples
    --------
    >>> t = np.arange(10.0, 610.0, 10.0)
    >>> h = half_cycle_features(t, np.full(60, 0.06), np.full(60, 1e-3), 1e-4)
    >>> round(h.asr_start_ohm_m2 * 1e4, 3), round(h.charge_c_per_m2, 3)  # ohm cm2, C / m2
    (60.0, 6000.0)
    """
    limits = criteria or Criteria()
    t, v, i = (np.asarray(x, dtype=np.float64) for x in (time_s, voltage_v, current_a))
    if t.ndim != 1 or t.shape != v.shape or t.shape != i.shape:
        raise ValueError(f"expected three 1-D arrays of one length, got {t.shape}, {v.shape}")
    if not electrode_area_m2 > 0:
        raise ValueError(f"electrode area must be greater than 0 m2, got {electrode_area_m2:g}")
    usable = np.isfinite(v) & np.isfinite(i) & (i != 0)
    t, v, i = t[usable], v[usable], i[usable]
    if t.size < 3:
        return None
    duration_s = float(t[-1])
    settle_s = settle_time_s(duration_s, limits)
    settled = t >= settle_s
    for at_s in resumed_s:
        settled &= (t < at_s) | (t >= at_s + settle_s)
    ts, vs, j = t[settled], v[settled], i[settled] / electrode_area_m2
    if ts.size < 3:
        return None
    noise_v = float(1.4826 / np.sqrt(2) * _median_deviation(np.diff(vs)))
    return HalfCycle(
        current_density_a_m2=float(np.median(j)),
        settle_s=settle_s,
        duration_s=duration_s,
        charge_c_per_m2=charge_c(t, i) / electrode_area_m2,
        **_courses(ts, vs, j, noise_v),
        noise_v=noise_v,
        voltage_max_v=float(np.abs(v).max()),
    )


def charge_c(time_s: NDArray[np.float64], current_a: NDArray[np.float64]) -> float:
    """Charge by trapezoids, the first reading counting back to the start; signed like the current.

    >>> charge_c(np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 2.0]))
    8.0
    """
    if time_s.size == 0:
        return 0.0
    trapezoids = np.diff(time_s) * (current_a[1:] + current_a[:-1]) / 2
    return float(current_a[0] * time_s[0] + trapezoids.sum())


def _courses(
    time_s: NDArray[np.float64],
    voltage_v: NDArray[np.float64],
    density_a_m2: NDArray[np.float64],
    noise_v: float,
) -> dict[str, float]:
    asr = voltage_v / density_a_m2
    x = (time_s - time_s[0]) / max(time_s[-1] - time_s[0], 1e-9)
    design = np.column_stack([np.ones_like(x), x, x * x])
    slope = np.linalg.lstsq(design[:, :2], asr, rcond=None)[0][1]
    quadratic = np.linalg.lstsq(design, asr, rcond=None)[0][2]
    per_point = float(np.sqrt(np.linalg.pinv(design.T @ design)[2, 2]))
    return {
        "asr_start_ohm_m2": float(np.median(asr[:START_POINTS])),
        "asr_end_ohm_m2": float(np.median(asr[-START_POINTS:])),
        "asr_slope_ohm_m2_per_s": float(slope / max(time_s[-1] - time_s[0], 1e-9)),
        "convexity": float(quadratic / max(abs(float(asr.mean())), 1e-30)),
        "convexity_error": noise_v * per_point / max(abs(float(voltage_v.mean())), 1e-30),
    }


def _median_deviation(values: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(values - np.median(values))))
