"""The numbers of the sheet of coulombic efficiencies, and its warnings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from ..geometry import Quantity
from ..sheets.sheet import Number, number_of, refused_number
from .coulombic_efficiency import Efficiency, mean_efficiency

MEAN, LABEL = "coulombic_efficiency_percent", "coulombic efficiency"
APART = 5.0  # standard errors by which a first cycle forms the interphase


def numbers_of(found: Sequence[Efficiency], skip: int) -> tuple[Number, ...]:
    """Return the efficiency from reservoirs and the mean of plain cycles, without the first."""
    plain = [each for each in found if not each.cycles]
    reservoirs = [each for each in found if each.cycles]
    return (*_of_reservoirs(reservoirs), *_of_plain_cycles(plain, skip, alone=not reservoirs))


def _of_reservoirs(reservoirs: Sequence[Efficiency]) -> Iterator[Number]:
    if reservoirs:
        cycles = ", ".join(str(each.cycles) for each in reservoirs)
        note = f"{cycles} cycles on a reservoir (Adams et al. 2018)"
        mean = mean_efficiency(reservoirs)
        yield number_of(
            mean,
            "reservoir_efficiency_percent",
            "efficiency from a reservoir",
            "%",
            100,
            interval=_interval(mean, len(reservoirs)),
            note=note,
        )


def _of_plain_cycles(plain: Sequence[Efficiency], skip: int, *, alone: bool) -> Iterator[Number]:
    kept = len(plain) - skip
    if kept > 0:
        mean = mean_efficiency(plain, skip=skip)
        left_out = f", the first {skip} left out" if skip else ""
        note = f"mean of {kept} cycle{'s' * (kept > 1)} to the cut-off{left_out}"
        interval = _interval(mean, kept)
        yield number_of(mean, MEAN, LABEL, "%", 100, interval=interval, note=note)
    elif alone:
        yield refused_number(MEAN, LABEL, "%", f"no cycle is left after the first {skip}")
    if plain:
        first = plain[0].efficiency
        yield number_of(first, "first_cycle_efficiency_percent", "first cycle", "%", 100)


def _interval(mean: Quantity, count: int) -> tuple[float, float] | None:
    """Return the 95 % interval by Student's t; of one alone the scatter is unknown."""
    from scipy.special import stdtrit

    if count < 2 or mean.standard_error is None:
        return None
    half = float(stdtrit(count - 1, 0.975)) * mean.standard_error
    return mean.value - half, mean.value + half


def warnings_of(found: Sequence[Efficiency], empty: int, skip: int) -> tuple[str, ...]:
    """Return what a reader must know; ``empty`` stretches plated nothing."""
    warnings = []
    if above := _where(each.efficiency.value > 1 + 3 * _error(each) for each in found):
        warnings.append(
            f"more charge stripped than plated in stretch {above}: lithium "
            "from elsewhere, a side reaction, or a short that passes charge both ways"
        )
    if loose := _where(2 * each.ending_error**2 > _error(each) ** 2 for each in found):
        warnings.append(
            f"stretch {loose}: the current ended between two readings that lie far apart, and that "
            "is most of the error; take readings more often"
        )
    if empty:
        warnings.append(f"{empty} stretches in which nothing was plated are left out")
    plain = [each for each in found if not each.cycles]
    if not skip and len(plain) > 2 and _is_apart(plain[0], mean_efficiency(plain, skip=1)):
        warnings.append(
            "the first cycle lies apart from the others, as where it forms the interphase: "
            "--skip 1 leaves it out of the mean"
        )
    if found and len(found) < 3:
        warnings.append(f"{len(found)} stretches to the cut-off: their scatter is unknown")
    return tuple(warnings)


def _where(is_so: Iterable[bool]) -> str:
    return ", ".join(str(number) for number, so in enumerate(is_so, start=1) if so)


def _error(each: Efficiency) -> float:
    return each.efficiency.standard_error or 0.0


def _is_apart(first: Efficiency, others: Quantity) -> bool:
    apart = math.hypot(_error(first), others.standard_error or 0.0)
    return others.value - first.efficiency.value > APART * apart
