"""The short-time law of a titration pulse."""

from __future__ import annotations

import math

import numpy as np

from ..geometry import Quantity
from .stretches import Floats
from .titration import Pulse, grouped_readings

SHORT = 0.02  # of r^2/D: until then curvature is a correction
LEAST_GROUPS = 12
MATTERS = 0.05  # relative change of the slope that another term may make
LEVEL = 0.01


def short_time_law(
    pulse: Pulse,
    rest_rate_v_per_s: float,
    radius: Quantity,
    settled_s: float,
    diffusion_time_s: float,
) -> tuple[Quantity | None, str]:
    """Diffusion coefficient in m2/s by the law of short times, or the reason why there is none.

    Weppner and Huggins, J. Electrochem. Soc. 124 (1977) 1569: D = (4/pi) (r/3)^2 (s/a)^2, with the
    rate s at which the voltage at rest moves with the charge, in V/s, and the slope a of the
    voltage over sqrt(t). It holds while t << r^2/D. A sphere departs from it soon (a straight line
    through all t <= 0.1 r^2/D gives half of D), so only t <= 0.02 r^2/D counts, and a term in t
    takes up the curvature of the sphere and of the rest voltage. The law is refused where too few
    readings are left, or where a further term (t^1.5) is seen and matters.
    """
    from scipy.special import fdtrc

    until_s = min(pulse.duration_s, SHORT * diffusion_time_s)
    if int(((pulse.time_s >= settled_s) & (pulse.time_s <= until_s)).sum()) < LEAST_GROUPS:
        return None, (
            f"r²/D is {diffusion_time_s:.3g} s: the law holds up to {SHORT:g} of that, in which "
            f"there are fewer than {LEAST_GROUPS} settled readings"
        )
    t, v, weight = grouped_readings(pulse, settled_s, until_s)
    powers, scale = (0.0, 0.5, 1.0, 1.5), np.sqrt(weight)
    columns = np.stack([t**power for power in powers], axis=1) * scale[:, None]
    found, left, spread = _least_squares(columns[:, :3], v * scale)
    other, less, _ = _least_squares(columns, v * scale)
    freedom = t.size - 4
    ratio = (left - less) / (less / freedom) if less > 0 else 0.0
    seen = float(fdtrc(1, freedom, max(ratio, 0.0))) < LEVEL
    if seen and abs(other[1] - found[1]) > MATTERS * abs(found[1]):
        return None, "the voltage does not go with the square root of time"
    value = 4 / math.pi * (radius.value / 3) ** 2 * (rest_rate_v_per_s / found[1]) ** 2
    error = 2 * math.sqrt(left / (t.size - 3) * spread[1]) / abs(found[1])
    if not error < 1:
        return None, "the slope over the square root of time is lost in noise"
    doubt = value * math.hypot(error, 2 * (radius.relative or 0.0))
    return Quantity(float(value), float(doubt), "m2/s"), ""


def _least_squares(design: Floats, values: Floats) -> tuple[Floats, float, Floats]:
    """Coefficients, squares left, and the unscaled variances of the coefficients."""
    size = np.linalg.norm(design, axis=0)
    inverse = np.linalg.pinv(design / size)
    found = inverse @ values
    left = values - (design / size) @ found
    variances = (inverse**2).sum(axis=1) / size**2
    return found / size, float(left @ left), variances
