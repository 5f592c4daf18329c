"""A voltammogram cut into its sweeps, by the direction in which the potential really goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
FEWEST_READINGS: Final = 20
TURN_V: Final = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One direction of a voltammogram; arrays of shape (n,), in the order of measurement.

    ``direction`` is +1 where the potential rises (anodic), -1 where it falls. Potential in V
    against the reference that it was measured against, current density in A/m2, anodic positive.
    """

    direction: int
    time_s: Floats
    potential_v: Floats
    current_density_a_m2: Floats

    @property
    def scan_rate_v_s(self) -> float:
        """Slope of the potential over time, by least squares; its sign is the direction's."""
        return float(np.polyfit(self.time_s - self.time_s[0], self.potential_v, 1)[0])


def sweeps_of(
    time_s: ArrayLike,
    potential_v: ArrayLike,
    current_a: ArrayLike,
    area_m2: float,
    *,
    turn_v: float = TURN_V,
) -> tuple[Sweep, ...]:
    """Cut a voltammogram wherever the potential turns back by more than ``turn_v``.

    Arrays of shape (n,), in time; current in A, anodic positive. Stretches of fewer than 20
    readings are left out. A staircase is a sweep like any other.

    Raises
    ------
    ValueError
        If shapes differ, a value is not finite, time does not rise, or the area is not positive.

    Examples
    --------
    >>> t = np.arange(0, 199.0)
    >>> up_and_down = 2 + np.concatenate([t[:100], t[98::-1]]) * 1e-3
    >>> [(s.direction, s.potential_v.size) for s in sweeps_of(t, up_and_down, 0 * t, 1e-4)]
    [(1, 100), (-1, 99)]
    """
    time, potential, current = (
        np.asarray(each, dtype=np.float64) for each in (time_s, potential_v, current_a)
    )
    _require(time, potential, current, area_m2)
    return tuple(
        Sweep(
            direction=int(np.sign(potential[last - 1] - potential[first])),
            time_s=time[first:last],
            potential_v=potential[first:last],
            current_density_a_m2=current[first:last] / area_m2,
        )
        for first, last in _stretches(potential, turn_v)
        if last - first >= FEWEST_READINGS and abs(potential[last - 1] - potential[first]) > turn_v
    )


def settled(sweep: Sweep) -> Sweep:
    """Leave out the first readings of a sweep, while the current of switching on dies away.

    That is until its magnitude rises for the first time, and at most a twentieth of the sweep.
    """
    size = np.abs(sweep.current_density_a_m2[: max(2, sweep.potential_v.size // 20)])
    rises = np.flatnonzero(np.diff(size) >= 0)
    first = int(rises[0]) if rises.size else size.size - 1
    return Sweep(
        sweep.direction,
        sweep.time_s[first:],
        sweep.potential_v[first:],
        sweep.current_density_a_m2[first:],
    )


def _require(time: Floats, potential: Floats, current: Floats, area_m2: float) -> None:
    if not time.shape == potential.shape == current.shape or time.ndim != 1:
        raise ValueError(
            f"time, potential and current must have one length; they have "
            f"{time.shape}, {potential.shape} and {current.shape}"
        )
    if not (np.isfinite(area_m2) and area_m2 > 0):
        raise ValueError(f"area_m2 is {area_m2}; it must be finite and > 0")
    for name, values in (("time_s", time), ("potential_v", potential), ("current_a", current)):
        if not np.isfinite(values).all():
            at = int(np.flatnonzero(~np.isfinite(values))[0])
            raise ValueError(f"{name} is {values[at]} at reading {at}; it must be finite")
    if time.size and not (np.diff(time) >= 0).all():
        at = int(np.flatnonzero(np.diff(time) < 0)[0])
        raise ValueError(f"time_s falls from {time[at]:g} s to {time[at + 1]:g} s")


def _stretches(potential: Floats, turn_v: float) -> Iterator[tuple[int, int]]:
    """Yield (first, past the last) of every stretch between two turns."""
    first = extreme = 0
    direction = 0
    for at in range(1, potential.size):
        moved = potential[at] - potential[extreme]
        if direction == 0:
            if abs(potential[at] - potential[first]) > turn_v:
                direction = 1 if potential[at] > potential[first] else -1
                extreme = at
        elif moved * direction >= 0:
            extreme = at
        elif abs(moved) > turn_v:
            yield first, extreme + 1
            first, extreme, direction = extreme + 1, at, -direction
    if potential.size:
        yield first, potential.size
