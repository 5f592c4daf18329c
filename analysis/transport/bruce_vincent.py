"""Cation transference number of a polymer electrolyte by a small step of the voltage."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..geometry import Quantity
from ..wording import with_error

LARGEST_STEP_V = 0.025
USUAL_STEP_V = 0.010
_AWAY = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class BruceVincent:
    """t+ with its error and 95 % interval, or why it is refused.

    `parts` is the share of the variance that each input brings, by its name.
    """

    transference: Quantity | None
    interval: tuple[float, float] | None
    parts: dict[str, float]
    refused: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


def bruce_vincent(
    step_v: float,
    initial_a: Quantity,
    steady_a: Quantity,
    initial_ohm: Quantity,
    steady_ohm: Quantity,
    *,
    is_steady: bool = True,
) -> BruceVincent:
    """t+ = I_ss (dV - I_0 R_0) / (I_0 (dV - I_ss R_ss)).

    J. Evans, C. A. Vincent, P. G. Bruce, Polymer 28 (1987) 2324.

    Parameters
    ----------
    step_v : float
        Voltage step dV across the symmetric cell.
    initial_a, steady_a : Quantity
        Current at the instant of the step and in the end, of the sign of the step.
    initial_ohm, steady_ohm : Quantity
        Resistance of both interfaces together before the step and in the steady state.
    is_steady : bool
        Whether the current has come to rest.

    Raises
    ------
    ValueError
        If a value is not finite, the step or the initial current is 0, or an uncertainty is
        missing.

    Notes
    -----
    Refused: a step beyond 25 mV, as the formula is the limit of small steps; a current against the
    step, or not steady; interfaces that take all of the step; a result outside 0 ... 1 by more than
    twice its error. Errors are propagated to first order, the inputs being independent.

    Examples
    --------
    >>> def known(value, error, unit):
    ...     return Quantity(value, error, unit)
    >>> found = bruce_vincent(
    ...     0.010, known(12e-6, 0.1e-6, "A"), known(4e-6, 0.02e-6, "A"),
    ...     known(250.0, 5.0, "ohm"), known(270.0, 5.0, "ohm"),
    ... )
    >>> f"t+ = {found.transference.value:.3f} +- {found.transference.standard_error:.3f}"
    't+ = 0.262 +- 0.004'
    """
    inputs = {"I0": initial_a, "Iss": steady_a, "R0": initial_ohm, "Rss": steady_ohm}
    _check(step_v, inputs)
    sign = math.copysign(1.0, step_v)
    dv, i0, iss = abs(step_v), sign * initial_a.value, sign * steady_a.value
    r0, rss = initial_ohm.value, steady_ohm.value
    first, last = dv - i0 * r0, dv - iss * rss
    u = {name: float(one.standard_error or 0.0) for name, one in inputs.items()}
    reason = _against(i0, u["I0"]) or _reason(
        dv, is_steady, (first, _error(i0, r0, u["I0"], u["R0"])), (last, 0.0)
    )
    if reason:
        return BruceVincent(None, None, {}, reason, _ASSUMED, _warnings(dv))
    value = iss * first / (i0 * last)
    slopes = {
        "I0": -value / i0 - value * r0 / first,
        "Iss": value / iss + value * rss / last,
        "R0": -value * i0 / first,
        "Rss": value * iss / last,
    }
    shares = {name: (slopes[name] * u[name]) ** 2 for name in inputs}
    variance = sum(shares.values())
    error = math.sqrt(variance)
    if value < -_AWAY * error or value > 1 + _AWAY * error:
        return BruceVincent(
            None,
            None,
            {},
            f"t+ comes out as {with_error(value, error)}, which is outside 0 … 1: current or "
            "resistances are not those of this step",
            _ASSUMED,
            _warnings(dv),
        )
    return BruceVincent(
        Quantity(value, error, ""),
        (value - 1.96 * error, value + 1.96 * error),
        {name: share / variance if variance else 0.0 for name, share in shares.items()},
        "",
        _ASSUMED,
        _warnings(dv),
    )


_ASSUMED = (
    "the salt is dilute or ideal: in a concentrated electrolyte the number is the share of the "
    "steady current, which is not the transference number of the cation",
    "both electrodes exchange the cation and nothing else",
)


def _check(step_v: float, inputs: dict[str, Quantity]) -> None:
    if not math.isfinite(step_v) or step_v == 0:
        raise ValueError(f"the step is {step_v} V; it must be finite and not 0")
    for name, one in inputs.items():
        if not math.isfinite(one.value) or one.standard_error is None:
            raise ValueError(f"{name} is {one.value} {one.unit}: value and uncertainty are needed")
    if inputs["I0"].value == 0 or inputs["Iss"].value == 0:
        raise ValueError("a current is 0 A: there is no transference number in it")
    for name in ("R0", "Rss"):
        if inputs[name].value < 0:
            raise ValueError(f"{name} is {inputs[name].value} ohm; it must be >= 0")


def _error(i: float, r: float, u_i: float, u_r: float) -> float:
    return float(np.hypot(i * u_r, r * u_i))


def _against(initial_a: float, error_a: float) -> str:
    """Why a current whose sign is not that of the step makes no number."""
    if initial_a >= -_AWAY * error_a:
        return ""
    return (
        f"the current flows against the step, {-initial_a:.3g} A at first: turn the sign of one of "
        "the two, as the instrument's convention asks"
    )


def _reason(
    dv: float, is_steady: bool, first: tuple[float, float], last: tuple[float, float]
) -> str:
    if dv > LARGEST_STEP_V:
        return (
            f"the step of {dv * 1e3:.3g} mV is too large: the formula is the limit of small steps, "
            f"{LARGEST_STEP_V * 1e3:g} mV at most"
        )
    if not is_steady:
        return "the current is not steady yet: hold the voltage longer"
    if first[0] <= _AWAY * first[1]:
        return "I0 R0 cannot be told from the step: the interfaces take all of it at first"
    if last[0] <= 0:
        return "Iss Rss is not less than the step: the interfaces take all of it in the end"
    return ""


def _warnings(dv: float) -> tuple[str, ...]:
    if dv <= USUAL_STEP_V * 1.001:
        return ()
    return (f"the step is {dv * 1e3:.3g} mV; {USUAL_STEP_V * 1e3:g} mV is usual",)
