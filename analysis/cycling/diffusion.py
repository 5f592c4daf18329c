"""Diffusion coefficients from a titration: of a sphere, and by the short-time law."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..geometry import Quantity
from .open_circuit import OpenCircuit, open_circuit_about
from .short_time import short_time_law
from .sphere import surface_lead
from .stretches import Floats
from .titration import Pulse, Titration, grouped_readings

SETTLED_S = 2.0  # charge transfer and double layers are done by then, unless told otherwise
LEAST_READINGS = 12
WIDEST = 0.5  # standard uncertainty of ln D beyond which nothing is said
UNKNOWN_FACTOR = 100.0  # from here on it does not matter by how much D is uncertain
STILL_MOVING = 0.05  # of the step between two rests, that may be still to come
TO_COME = 8.5  # drifts of the last fifth, where a rest goes on as the root of time
SHARPEST = 3.0  # steepest over flattest slope of the voltage at rest about a pulse
_SEARCH = (1e-3, 1e5)  # diffusion times looked at, in durations of the pulse
_SEARCHED = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Diffusion:
    """What one pulse tells. D in m2/s with its 95 % interval; ``refused`` is why there is none.

    ``charge_c`` is where the pulse began. ``short_time_m2_s`` is by the law of Weppner and Huggins
    (``short_time_refused`` says why not). ``time_over_diffusion_time`` is the pulse's duration over
    r^2/D. ``overpotential_v`` is the voltage at the end of the pulse less that of the rest after.
    """

    pulse: int
    direction: int
    charge_c: float
    voltage_v: float
    slope_v_per_c: float
    overpotential_v: float
    diffusion: Quantity | None
    interval: tuple[float, float] | None
    refused: str
    time_over_diffusion_time: float | None
    short_time: Quantity | None
    short_time_refused: str


def diffusion_of(
    titrated: Titration, radius: Quantity, settled_s: float = SETTLED_S
) -> tuple[Diffusion, ...]:
    """Fit the diffusion coefficient of spheres of a radius to every pulse.

    Within a pulse V(t) = U(q + i (t + lead(t))) + a + b t: the open-circuit curve U, a cubic
    through the rests about the pulse, at what the surface holds. The lead is that of a sphere
    (``surface_lead``), so that nothing is assumed of the length of the pulse; D = r^2 / time. The
    line a + b t takes up what is ohmic, a resistance that grows meanwhile, and a leak. The interval
    is Student's on ln D; in it are the noise about the fit and of the rests, by how much a parabola
    and a quartic for U disagree beyond noise, and the doubt of the radius.

    A leak that takes part of the charge back during the rests makes D low by twice that share.

    Beside it stands the short-time law, see ``short_time_law``.

    Parameters
    ----------
    titrated : Titration
    radius : Quantity
        Radius of the particles in m, with its standard uncertainty.
    settled_s : float
        Readings of the first seconds of a pulse are left out: charge transfer is in them.

    Raises
    ------
    ValueError
        If the radius is not positive.
    """
    if not radius.value > 0:
        raise ValueError(f"the radius of the particles is {radius.value:g} m; it must be > 0")
    return tuple(
        _diffusion(number, pulse, titrated, radius, settled_s)
        for number, pulse in enumerate(titrated.pulses)
    )


def _diffusion(
    number: int, pulse: Pulse, titrated: Titration, radius: Quantity, settled_s: float
) -> Diffusion:
    before, after = titrated.rests[pulse.before], titrated.rests[pulse.after]
    found, refused = None, _why_not(pulse, titrated, settled_s)
    if not refused:
        found, refused = _fitted(pulse, titrated, settled_s)
    diffusion = interval = over = short = None
    short_refused = refused
    if found is not None:
        diffusion, interval = _with_doubt(found, radius)
        over = pulse.duration_s / found.time_s
        rate = open_circuit_about(pulse, titrated, 4).slope_v_per_c * pulse.current_a
        short, short_refused = short_time_law(pulse, rate, radius, settled_s, found.time_s)
    return Diffusion(
        pulse=number,
        direction=pulse.direction,
        charge_c=before.charge_c,
        voltage_v=before.voltage.value,
        slope_v_per_c=(after.voltage.value - before.voltage.value) / pulse.charge_c,
        overpotential_v=float(pulse.voltage_v[-1]) - after.voltage.value,
        diffusion=diffusion,
        interval=interval,
        refused=refused,
        time_over_diffusion_time=over,
        short_time=short,
        short_time_refused=short_refused,
    )


def _why_not(pulse: Pulse, titrated: Titration, settled_s: float) -> str:
    before, after = titrated.rests[pulse.before], titrated.rests[pulse.after]
    step_v = after.voltage.value - before.voltage.value
    if int((pulse.time_s >= settled_s).sum()) < LEAST_READINGS:
        return f"fewer than {LEAST_READINGS} readings after the first {settled_s:g} s of the pulse"
    noise_v = math.hypot(before.voltage.standard_error or 0.0, after.voltage.standard_error or 0.0)
    if step_v * pulse.direction <= 3 * noise_v:
        return f"the rests around the pulse differ by {1e3 * step_v:.3g} mV: no slope to be told"
    drift_v = max(abs(before.drift_v), abs(after.drift_v))
    moving = TO_COME * drift_v / abs(step_v)
    if moving > STILL_MOVING:
        return f"a rest was too short: about {100 * moving:.0f} % of the step was still to come"
    return ""


@dataclass(frozen=True, slots=True)
class _Fit:
    time_s: float  # r^2/D
    log_error: float
    freedom: float


def _fitted(pulse: Pulse, titrated: Titration, settled_s: float) -> tuple[_Fit | None, str]:
    t, v, weight = grouped_readings(pulse, settled_s)
    low, high = (math.log(end * pulse.duration_s) for end in _SEARCH)
    grid = np.linspace(low, high, _SEARCHED)
    held = [pulse.current_a * (t + surface_lead(t, math.exp(each))) for each in grid]
    curves = [open_circuit_about(pulse, titrated, points) for points in (4, 3, 5)]
    if curves[0].bend > SHARPEST:
        return None, (
            f"the voltage at rest is {curves[0].bend:.2g} times steeper at one end than at the "
            "other about this pulse: no polynomial follows it, smaller pulses might"
        )
    fits = [_one_fit(pulse, curve, (t, v, weight), grid, held) for curve in curves]
    best, others = fits[0], [fit for fit in fits[1:] if fit is not None]
    if best is None or not others:
        return None, "diffusion is too fast or too slow for this pulse: no time fits best"
    error = math.hypot(best.log_error, max(_beyond_noise(best, other) for other in others))
    if error > WIDEST:
        return None, f"D is uncertain by {_factor_words(error)}: not determined"
    return _Fit(best.time_s, error, best.freedom), ""


def _factor_words(log_error: float) -> str:
    """Say how many times too large or small a D may be; there may be no float for it."""
    if log_error > math.log(UNKNOWN_FACTOR):
        return f"more than a factor of {UNKNOWN_FACTOR:g}"
    return f"a factor of {math.exp(log_error):.2g}"


def _beyond_noise(one: _Fit, other: _Fit) -> float:
    """By how much two curves disagree in ln D, less what noise makes them (Hausman, 1978)."""
    by_noise = abs(one.log_error**2 - other.log_error**2)
    apart = math.log(one.time_s / other.time_s) ** 2
    return math.sqrt(max(apart - by_noise, 0.0))


def _one_fit(
    pulse: Pulse,
    curve: OpenCircuit,
    readings: tuple[Floats, Floats, Floats],
    grid: Floats,
    held: list[Floats],
) -> _Fit | None:
    from scipy.optimize import minimize_scalar

    t, v, weight = readings
    root = np.sqrt(weight)

    shifts, _ = np.linalg.qr(np.stack([root, root * t], axis=1))

    def centred(volts: Floats) -> Floats:
        weighed = volts * root
        return np.asarray(weighed - shifts @ (shifts.T @ weighed))

    def misfit(log_time: float) -> Floats:
        lead = surface_lead(t, math.exp(log_time))
        return centred(v - curve.at(pulse.current_a * (t + lead)))

    off = [centred(v - curve.at(each)) for each in held]
    place = int(np.argmin([float(each @ each) for each in off]))
    if place in (0, grid.size - 1):
        return None
    best = minimize_scalar(
        lambda x: float(misfit(x) @ misfit(x)),
        bounds=(grid[place - 1], grid[place + 1]),
        method="bounded",
        options={"xatol": 1e-5},
    )
    log_time, freedom = float(best.x), t.size - 3.0
    steep = (misfit(log_time + 1e-3) - misfit(log_time - 1e-3)) / 2e-3
    curvature = float(steep @ steep)
    if not curvature > 0:
        return None
    left = misfit(log_time)
    alike = _likeness(left)
    counted = max(freedom * (1 - alike) / (1 + alike), 2.0)
    variance = float(left @ left) / freedom / curvature * (1 + alike) / (1 - alike)
    at = pulse.current_a * (t + surface_lead(t, math.exp(log_time)))
    for share, error_v in curve.shares(at):
        variance += (float(steep @ centred(share)) / curvature * error_v) ** 2
    return _Fit(math.exp(log_time), math.sqrt(variance), counted)


def _likeness(residual: Floats) -> float:
    """First-order autocorrelation of what is left, where it is more than chance makes it."""
    square = float(residual @ residual)
    found = float(residual[1:] @ residual[:-1]) / square if square > 0 else 0.0
    return min(found, 0.9) if found > 2 / math.sqrt(residual.size) else 0.0


def _with_doubt(fit: _Fit, radius: Quantity) -> tuple[Quantity, tuple[float, float]]:
    from scipy.special import stdtrit

    value = radius.value**2 / fit.time_s
    of_radius = 2 * (radius.relative or 0.0)
    error = math.hypot(fit.log_error, of_radius)
    wide = math.hypot(float(stdtrit(fit.freedom, 0.975)) * fit.log_error, 1.96 * of_radius)
    ends = (value * math.exp(-wide), value * math.exp(wide))
    return Quantity(value, value * error, "m2/s"), ends
