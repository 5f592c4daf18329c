"""A current that climbs steadily: where the voltage stops to climb with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ..critical_current.criteria import Criteria
from ..critical_current.ramp import RampTrace
from ..statistics import Observation
from ..statistics.censored import Floats

RISE_RATIO: Final = 3.0
_LEAST_CLIMB: Final = 0.1
_WINDOW: Final = 9
_WINDOW_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RampResult:
    """``critical_current_a_per_m2`` lies between the last reading that was clean and the first
    that was not; both are magnitudes. ``failure`` is "none", "voltage drop" or "contact loss".

    ``density_a_per_m2`` and ``differential_ohm_m2`` = dV/dJ have shape (n,); ``ramp_a_per_m2_s`` is
    dJ/dt and ``charge_c_per_m2`` what had passed at the failure, J² / (2 dJ/dt) for a steady ramp.
    """

    critical_current_a_per_m2: Observation
    failure: str
    evidence: str
    ramp_a_per_m2_s: float
    charge_c_per_m2: float
    density_a_per_m2: Floats
    differential_ohm_m2: Floats


def analyse_ramp(
    time_s: ArrayLike, current_a: ArrayLike, voltage_v: ArrayLike, electrode_area_m2: float
) -> RampResult:
    """Find where a cell gives way while the magnitude of its current climbs.

    Parameters
    ----------
    time_s, current_a, voltage_v : array_like, shape (n,)
        In order of time, of one direction. A staircase of steps is a ramp, too.

    Raises
    ------
    ValueError
        If the shapes differ, the area is not positive, there are fewer than twenty readings, or
        the current does not climb.

    Notes
    -----
    A short is what ``RampTrace`` says, the rule of the running test. Contact loss: dV/dJ, a
    least-squares slope over nine readings and a twentieth of the ramp at least, exceeds three
    times its median so far, four times running. Both are evidence of the voltage alone; what the
    spectra of the run say of it is the verdict's, ``analyse_critical_current``.

    Examples
    --------
    >>> t = np.arange(0.0, 600.0, 5.0)
    >>> j = 0.05 * t  # 0.3 mA/cm2 a minute
    >>> v = np.where(j < 20.0, 6e-3 * j, 2e-3 * j)  # 60 ohm cm2, a short from 2 mA/cm2 on
    >>> found = analyse_ramp(t, j * 1e-4, v, 1e-4)
    >>> found.failure, found.critical_current_a_per_m2
    ('voltage drop', Observation(low=19.75, high=20.0))
    """
    t, i, v = (np.asarray(x, dtype=np.float64) for x in (time_s, current_a, voltage_v))
    if t.ndim != 1 or t.shape != i.shape or t.shape != v.shape:
        raise ValueError(f"expected three 1-D arrays of one length, got {t.shape}, {i.shape}")
    if not electrode_area_m2 > 0:
        raise ValueError(f"electrode area must be greater than 0 m2, got {electrode_area_m2:g}")
    usable = np.isfinite(v) & np.isfinite(i) & (i != 0)
    t, i, v = t[usable], i[usable], v[usable]
    if t.size < 20:
        raise ValueError(f"{t.size} readings; a ramp needs at least 20")
    sign = np.sign(np.median(i))
    density, voltage = sign * i / electrode_area_m2, sign * v
    rate = float(np.polyfit(t, density, 1)[0])
    if not rate * float(np.ptp(t)) > _LEAST_CLIMB * float(density.max()):
        raise ValueError("the magnitude of the current does not climb: this is no ramp")
    slope = _slopes(density, voltage)
    failed, failure, evidence = _first_failure(density, voltage, slope)
    high = float(density[-1]) if failed is None else float(density[failed])
    until = t.size if failed is None else failed + 1
    means = (density[1:until] + density[: until - 1]) / 2
    charge = float(means @ np.diff(t[:until]))
    return RampResult(
        critical_current_a_per_m2=_between(density, failed),
        failure=failure,
        evidence=evidence or f"no failure up to {high / 10:.3g} mA/cm²",
        ramp_a_per_m2_s=rate,
        charge_c_per_m2=charge,
        density_a_per_m2=density,
        differential_ohm_m2=slope,
    )


def _between(density: Floats, failed: int | None) -> Observation:
    if failed is None:
        return Observation.right(float(density.max()))
    below = density[:failed][density[:failed] < density[failed]]
    return Observation(float(below.max()) if below.size else 0.0, float(density[failed]))


def _slopes(density: Floats, voltage: Floats) -> Floats:
    """Least-squares dV/dJ over the window that ends at each reading, NaN at the beginning."""
    slopes = np.full(density.size, np.nan)
    width = _WINDOW_SHARE * float(np.ptp(density))
    for k in range(_WINDOW - 1, density.size):
        first = min(k - _WINDOW + 1, int(np.argmax(density >= density[k] - width)))
        x, y = density[first : k + 1], voltage[first : k + 1]
        x, y = x - x.mean(), y - y.mean()
        spread = float(x @ x)
        if spread > 0:
            slopes[k] = x @ y / spread
    return slopes


def _first_failure(density: Floats, voltage: Floats, slope: Floats) -> tuple[int | None, str, str]:
    """Place of the first of so many suspicious readings in a row, what it is, and a sentence."""
    limits, steep = Criteria(), 0
    trace, needed = RampTrace(limits), limits.drop_consecutive
    for k in range(density.size):
        fell = trace.see(float(density[k]), float(voltage[k]))
        known = slope[:k][np.isfinite(slope[:k])]
        usual = float(np.median(known)) if known.size else np.inf
        steep = steep + 1 if slope[k] > RISE_RATIO * usual > 0 else 0
        if fell is not None:
            return k - needed + 1, "voltage drop", fell
        if steep >= needed:
            text = (
                f"dV/dJ is {1e4 * slope[k]:.3g} Ω cm² at {density[k - needed + 1] / 10:.3g} "
                f"mA/cm², {slope[k] / usual:.1f} times its median before"
            )
            return k - needed + 1, "contact loss", text
    return None, "none", ""
