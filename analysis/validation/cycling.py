"""Diffusion in a sphere: its fundamental solution, and a titration of known coefficient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..cycling.diffusion import diffusion_of
from ..cycling.sphere import surface_lead
from ..cycling.stretches import Stretch
from ..cycling.titration import titration
from ..geometry import Quantity
from .check import Check, compare, holds

_RADIUS_M, _COEFFICIENT_M2_S = 2.5e-6, 1e-14
_SHELLS = 120
_CAPACITY_C, _CURRENT_A = 10.0, 4e-4
_PULSE_S, _REST_S, _STEP_S = 600.0, 3600.0, 5.0

Floats = NDArray[np.float64]


def checks() -> Iterator[Check]:
    """Yield the lead of a sphere's surface and the coefficient of a titration."""
    source = "Carslaw, Jaeger, Conduction of Heat in Solids, 1959, section 9.8"
    lead = float(surface_lead(np.array([1e6]), 600.0)[0])
    yield compare("lead of the surface of a sphere of r2/D = 600 s in the end, s", source,
                  f"{600 / 15:.1f}", lead)  # fmt: skip
    found = diffusion_of(titration(_titrated()), Quantity(_RADIUS_M, None, "m"))[1:-1]
    values = [each.diffusion.value for each in found if each.diffusion is not None]
    held = sum(
        each.interval is not None and each.interval[0] < _COEFFICIENT_M2_S < each.interval[1]
        for each in found
    )
    source = (
        f"sphere of 1e-10 cm2/s in {_SHELLS} shells, 10 min of 0.024 of its charge, 1 h of rest"
    )
    yield compare("diffusion coefficient of a titration, cm2/s", source, "1.00e-10",
                  1e4 * float(np.median(values)), allowed=0.1)  # fmt: skip
    yield holds("95 % intervals that hold it", source, f"all or all but one of {len(found)}",
                f"{held}", good=held >= len(found) - 1)  # fmt: skip


def _titrated() -> list[Stretch]:
    """A rest, then six pulses with a rest after each, with 20 uV of noise."""
    content = np.full(_SHELLS, 0.4)
    random = np.random.default_rng(2)
    made, start_s = [], 0.0
    for direction in (0, *(1, 0) * 6):
        duration_s = _PULSE_S if direction else _REST_S
        steps = round(duration_s / _STEP_S)
        content, surface = _filled(content, direction * _CURRENT_A / _CAPACITY_C, steps)
        time_s: Floats = start_s + _STEP_S * np.arange(1, steps + 1, dtype=np.float64)
        voltage_v = 3.5 + 0.9 * surface + 0.2 * surface**2 + random.normal(0.0, 2e-5, steps)
        made.append(
            Stretch(
                kind="Galvanostatic" if direction else "Rest",
                start_s=start_s,
                time_s=time_s,
                voltage_v=voltage_v,
                current_a=np.full(steps, direction * _CURRENT_A),
                temperature_k=np.full(steps, 298.15),
                direction=direction,
                phase="pulse" if direction else "rest",
            )
        )
        start_s = float(time_s[-1])
    return made


def _filled(content: Floats, rate_per_s: float, steps: int) -> tuple[Floats, Floats]:
    """Fill a sphere at a rate of its mean content; return it, and its surface after each step.

    Finite volumes of equal thickness, exact in time for a constant rate.
    """
    from scipy.linalg import expm

    edge = np.linspace(0.0, _RADIUS_M, _SHELLS + 1)
    volume = np.diff(edge**3) / 3
    between = edge[1:-1] ** 2 / (_RADIUS_M / _SHELLS) * _COEFFICIENT_M2_S
    flow = np.diag(between, 1) + np.diag(between, -1)
    flow -= np.diag(flow.sum(axis=1))
    whole = np.zeros((_SHELLS + 1, _SHELLS + 1))
    whole[:-1, :-1] = flow / volume[:, None]
    whole[-2, -1] = _RADIUS_M**3 / 3 / volume[-1]
    onward = expm(whole * _STEP_S)
    state = np.append(content, rate_per_s)
    gradient = rate_per_s * _RADIUS_M / 3 / _COEFFICIENT_M2_S
    surface = np.empty(steps)
    for step in range(steps):
        state = onward @ state
        surface[step] = state[-2] + gradient * _RADIUS_M / _SHELLS / 2
    return state[:-1], surface
