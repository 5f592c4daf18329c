"""Verdicts on cells whose failure is prescribed, and on changes that are none."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from ..critical_current import CellWatch
from .check import Check, holds
from .prescribed_cell import PrescribedCell

_STEPS_MA_CM2 = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0)
_HALF_CYCLE_S, _PERIOD_S, _REST_S = 1800.0, 5.0, 300.0
_ONSET_S = 9000.0
_SEEDS = range(4)
_SOURCE = "prescribed states of a symmetric cell"


def _stepped(before: float, later: float) -> Callable[[float], float]:
    return lambda t: before if t < _ONSET_S else later


def _fading(tau_s: float) -> Callable[[float], float]:
    """A short whose resistance decays from 20 times that of the electrolyte."""
    ohm = 20 * 34.0
    return lambda t: math.inf if t < _ONSET_S else max(0.3, ohm * math.exp(-(t - _ONSET_S) / tau_s))


def _voids(t: float) -> float:
    """Contact that goes faster and faster within each half-cycle after the onset."""
    if t < _ONSET_S:
        return 1.0
    return max(0.02, 1.0 - ((t - _ONSET_S) / 4000.0) ** 2)


_CASES: Final[dict[str, tuple[str, Callable[[int], PrescribedCell]]]] = {
    "healthy": ("none", lambda seed: PrescribedCell(seed=seed)),
    "interfaces fall from 44 to 4 ohm cm2 in 2 h": (
        "none",
        lambda seed: PrescribedCell(
            seed=seed, interface_ohm_cm2=lambda t: 4 + 40 * math.exp(-t / 2400)
        ),
    ),
    "10 K warmer at once": (
        "none",
        lambda seed: PrescribedCell(seed=seed, temperature_k=_stepped(298.15, 308.15)),
    ),
    "temperature swings by 3 K": (
        "none",
        lambda seed: PrescribedCell(
            seed=seed, temperature_k=lambda t: 298.15 + 3 * math.sin(2 * math.pi * t / 3600)
        ),
    ),
    "a twentieth of the contact goes at once with the pressure": (
        "none",
        lambda seed: PrescribedCell(seed=seed, contact=_stepped(1.0, 0.95)),
    ),
    "the voltmeter changes its range and reads 0.2 % more": (
        "none",
        lambda seed: PrescribedCell(seed=seed, gain=_stepped(1.0, 1.002)),
    ),
    "abrupt soft short": (
        "soft short", lambda seed: PrescribedCell(seed=seed, short_ohm=_stepped(math.inf, 20.0)),
    ),
    "abrupt hard short": (
        "hard short", lambda seed: PrescribedCell(seed=seed, short_ohm=_stepped(math.inf, 0.3)),
    ),
    "short that grows within 3 min": (
        "soft short", lambda seed: PrescribedCell(seed=seed, short_ohm=_fading(180.0)),
    ),
    "short that grows within half an hour": (
        "soft short", lambda seed: PrescribedCell(seed=seed, short_ohm=_fading(1800.0)),
    ),
    "loss of contact": ("contact loss", lambda seed: PrescribedCell(seed=seed, contact=_voids)),
    "shorted before the test": (
        "shorted from the start", lambda seed: PrescribedCell(seed=seed, short_ohm=lambda _: 20.0),
    ),
}  # fmt: skip
"""Name: the verdict that is right, and the cell of a seed."""


def checks() -> Iterator[Check]:
    """Yield one check a case: what four cells are called, by voltage and impedance together."""
    for name, (right, make) in _CASES.items():
        called = [_verdict(make(seed))[0] for seed in _SEEDS]
        told = ", ".join(f"{called.count(each)} {each}" for each in dict.fromkeys(called))
        good = all(each == right or _as_good(right, each) for each in called)
        yield holds(f"four cells: {name}", _SOURCE, f"{len(called)} {right}", told, good=good)
    yield from _intervals()


def _intervals() -> Iterator[Check]:
    for name, right in (("abrupt soft short", (0.2, 0.4)), ("healthy", (1.0, None))):
        _, passed, failed = _verdict(_CASES[name][1](0))
        yield holds(
            f"critical current, {name}, mA/cm2",
            _SOURCE,
            _bounds(*right),
            _bounds(passed, failed),
            good=(passed, failed) == right,
        )


def _as_good(right: str, called: str) -> bool:
    """A growing short may be hard when it is seen: both names are then right."""
    return right == "soft short" and called == "hard short"


def _bounds(passed: float, failed: float | None) -> str:
    """An interval, open above where nothing failed: never one number."""
    return f"above {passed:g} (right-censored)" if failed is None else f"({passed:g}, {failed:g}]"


def _verdict(cell: PrescribedCell) -> tuple[str, float, float | None]:
    """Run steps of rising current with a spectrum after each.

    Return the failure or "none", the last current density that passed and the one that failed.
    """
    watch = CellWatch(
        cell.area_m2,
        cell.thickness_m,
        cell.conductivity_s_per_m,
        temperature_k=lambda: cell.temperature_k(cell.now_s),
    )
    first = watch.assess("initial", cell.spectrum())
    if first.failed:
        return first.failure, 0.0, None
    passed = 0.0
    for density in _STEPS_MA_CM2:
        _step(cell, watch, density)
        cell.now_s += _REST_S
        finding = watch.assess("step", cell.spectrum())
        if finding.suspect:
            cell.now_s += _REST_S
            finding = watch.assess("confirm", cell.spectrum())
        if finding.failed:
            return finding.failure, passed, density
        passed = density
    return "none", passed, None


def _step(cell: PrescribedCell, watch: CellWatch, density_ma_cm2: float) -> None:
    for sign in (1, -1):
        watch.begin_half_cycle(10 * sign * density_ma_cm2, _HALF_CYCLE_S)
        for reading in cell.half_cycle(sign * density_ma_cm2, _HALF_CYCLE_S, _PERIOD_S):
            if watch.see(reading) is not None:
                return
