"""The verdict of the Kramers-Kronig test in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Float
from .disturbances import Disturbance
from .repeated import Drift

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the test found: numbers, and for each objection whether it holds.

    `unseen` is the misfit, relative to abs(Z), that is owed to points too far apart; else 0.
    """

    frequency_hz: Float
    failing_hz: Float
    too_many: bool
    largest: float
    noise: float
    noisy: bool
    unseen: float
    disturbance: Disturbance | None
    disturbed: bool
    drift: Drift | None
    drifted: bool
    conjugate_obeys: bool = False

    @property
    def valid(self) -> bool:
        """Whether no objection holds."""
        return not (self.too_many or self.noisy or self.disturbed or self.drifted)


def verdict(found: Findings) -> str:
    """Say it in a sentence, the gravest objection first."""
    size = f"largest residual {found.largest:.2%}, noise {found.noise:.2%} of |Z|"
    parts = [part for part in (_judgement(found), _sparse(found), _repeats(found)) if part]
    return "; ".join([f"{parts[0]}: {size}", *parts[1:]])


def _judgement(found: Findings) -> str:
    count = found.failing_hz.size
    where = f"{count} of {found.frequency_hz.size} points"
    if found.conjugate_obeys:
        return (
            "violates the Kramers-Kronig relations, which its complex conjugate obeys: "
            "Z'' has the wrong sign"
        )
    if found.disturbed and found.disturbance is not None:
        return f"violates the Kramers-Kronig relations: {_disturbance(found)}"
    if found.noisy:
        return f"scatters too much to tell, at {where}" if count else "scatters too much to tell"
    if found.too_many:
        return f"violates the Kramers-Kronig relations at {where}"
    if found.drifted:
        return "obeys the Kramers-Kronig relations, yet the cell changed during the sweep"
    but = f" but for {where} ({_named(found.failing_hz)})" if count else ""
    if found.disturbance is not None:
        but += f", with a small disturbance: {_disturbance(found)}"
    return f"obeys the Kramers-Kronig relations{but}"


def _disturbance(found: Findings) -> str:
    change = found.disturbance
    if change is None:
        return ""
    if change.step_hz is not None:
        low, high = change.step_hz
        return f"a step of {change.size:.2%} of |Z| between {_hz(low)} and {_hz(high)}"
    worst = float(found.frequency_hz[int(np.argmax(np.abs(change.visible)))])
    return (
        f"the response changes by {change.size:.2%} of |Z| over the sweep, "
        f"most plainly at {_hz(worst)} (the cell drifts)"
    )


def _sparse(found: Findings) -> str:
    if found.unseen == 0:
        return ""
    return f"the points are so far apart that up to {found.unseen:.1%} of misfit proves nothing"


def _repeats(found: Findings) -> str:
    drift = found.drift
    if drift is None:
        return ""
    named = _named(drift.frequency_hz)
    change = f"{drift.relative_change:+.2%} +- {drift.standard_error:.2%}"
    if drift.significant:
        return f"|Z| measured again at {named} changed by {change}"
    return f"|Z| measured again at {named} is the same ({change})"


def _named(frequency_hz: Float) -> str:
    shown = ", ".join(_hz(float(f)) for f in frequency_hz[:_MOST_NAMED])
    more = frequency_hz.size - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _hz(frequency: float) -> str:
    return f"{frequency:.3g} Hz"
