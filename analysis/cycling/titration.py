"""Galvanostatic intermittent titration: pulses, rests, and the open-circuit curve between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..geometry import Quantity
from .stretches import Floats, Stretch

AVERAGED = 10  # readings at the end of a rest
LAST_PART = 0.2  # of a rest, over which its drift is looked at
LEAST_REST = 6  # readings
GROUPS = 80  # of the readings of a pulse, evenly in the square root of time


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPoint:
    """The end of a rest: the charge that had passed (C, signed), and the voltage then.

    ``drift_v`` is by how much the voltage still moved over the last fifth of the rest, 0 where that
    is not more than noise.
    """

    charge_c: float
    voltage: Quantity
    drift_v: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pulse:
    """One pulse; ``time_s`` counts from its beginning, shape (n,). ``current_a`` is signed.

    ``before`` and ``after`` are the rests around it, as indices into the titration's rests.
    """

    direction: int
    time_s: Floats
    voltage_v: Floats
    current_a: float
    duration_s: float
    charge_c: float
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Titration:
    """All pulses that lie between two rests, and all rests, oldest first."""

    rests: tuple[RestPoint, ...]
    pulses: tuple[Pulse, ...]


def titration(stretches: Sequence[Stretch]) -> Titration:
    """Find pulses of constant current with a rest before and after each.

    The first pulse of a direction, and one that a voltage limit broke off, count like the others
    for the charge; a pulse is only taken for the diffusion coefficient if it has rests around it.

    Raises ``ValueError`` if there is not one such pulse.
    """
    rests: list[RestPoint] = []
    pulses: list[Pulse] = []
    charge_c, open_pulse = 0.0, None
    for each in stretches:
        if each.kind == "Rest" and each.time_s.size >= LEAST_REST:
            if rests and open_pulse is None and charge_c == rests[-1].charge_c:
                rests.pop()  # a rest that another follows: the later end counts
            rests.append(_rest_point(each, charge_c))
            if open_pulse is not None:
                pulses.append(_pulse(open_pulse, len(rests) - 1))
                open_pulse = None
        elif each.is_driven:
            is_clean = bool(rests) and charge_c == rests[-1].charge_c
            open_pulse = each if is_clean and each.kind == "Galvanostatic" else None
            charge_c += float(each.charge_c[-1])
    if not pulses:
        raise ValueError("no pulse of constant current lies between two rests")
    return Titration(rests=_with_common_noise(rests), pulses=tuple(pulses))


def grouped_readings(
    pulse: Pulse, from_s: float, until_s: float = math.inf
) -> tuple[Floats, Floats, Floats]:
    """Time, voltage and number of readings, averaged in groups that are even in sqrt(t)."""
    keep = (pulse.time_s >= from_s) & (pulse.time_s <= until_s)
    t, v = pulse.time_s[keep], pulse.voltage_v[keep]
    root = np.sqrt(t)
    span = max(float(root[-1] - root[0]), 1e-12)
    group = np.minimum((root - root[0]) / span * GROUPS, GROUPS - 1).astype(int)
    _, group = np.unique(group, return_inverse=True)
    count = np.bincount(group).astype(float)
    return np.bincount(group, t) / count, np.bincount(group, v) / count, count


def _with_common_noise(rests: Sequence[RestPoint]) -> tuple[RestPoint, ...]:
    """Give every rest the noise of all together, and what it still moved where that is more."""
    errors = np.array([rest.voltage.standard_error or 0.0 for rest in rests])
    common = float(np.sqrt(np.mean(errors**2)))
    found = []
    for rest in rests:
        moved = rest.drift_v if abs(rest.drift_v) > 3 * math.sqrt(2) * common else 0.0
        error = math.hypot(common, moved / math.sqrt(3))
        voltage = Quantity(rest.voltage.value, error, "V")
        found.append(replace(rest, voltage=voltage, drift_v=moved))
    return tuple(found)


def _rest_point(rest: Stretch, charge_c: float) -> RestPoint:
    volts, time_s = rest.voltage_v, rest.time_s
    last = volts[-min(AVERAGED, max(volts.size // 4, 2)) :]
    since_s = time_s[-1] - LAST_PART * (time_s[-1] - rest.start_s)
    part = volts[-max(int((time_s >= since_s).sum()), 2) :]
    end = max(min(AVERAGED, part.size // 4), 1)
    drift_v = float(part[-end:].mean() - part[:end].mean()) * part.size / (part.size - end)
    late_v = float(last.mean())
    bends = np.diff(volts[volts.size // 2 :], 2)  # no drift is in them
    noise_v = float(np.sqrt(np.mean(bends**2) / 6 / last.size)) if bends.size else 0.0
    return RestPoint(
        charge_c=charge_c,
        voltage=Quantity(late_v, noise_v, "V"),
        drift_v=drift_v,
    )


def _pulse(driven: Stretch, after: int) -> Pulse:
    return Pulse(
        direction=driven.direction,
        time_s=driven.time_s - driven.start_s,
        voltage_v=driven.voltage_v,
        current_a=float(driven.charge_c[-1]) / driven.duration_s,
        duration_s=driven.duration_s,
        charge_c=float(driven.charge_c[-1]),
        before=after - 1,
        after=after,
    )
