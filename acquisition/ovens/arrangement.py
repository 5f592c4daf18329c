"""Whose temperature an oven has, and who waits: the rule of the queue.

First come, first served. Runs that want the same temperature have it together. The setpoint changes
only when nobody holds the present one. A run that comes while others wait for another temperature
waits behind them, even if it wants the present one: or those might wait for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .request import Request

SAME_K: Final = 0.01
"""Temperatures that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """``target_k`` is the oven's; ``None`` if nobody wants it. Both in the order of the queue."""

    target_k: float | None
    holders: tuple[Request, ...]
    waiting: tuple[Request, ...]


def arranged(requests: Sequence[Request], granted: frozenset[str]) -> Arrangement:
    """Say who has the oven. ``requests`` are oldest first, ``granted`` the keys of who had it.

    All who are granted want the same temperature. Who only watches is in no queue.
    """
    wanting = [request for request in requests if request.temperature_k is not None]
    holding = [request for request in wanting if request.key in granted]
    waiting = [request for request in wanting if request.key not in granted]
    target_k = next((request.temperature_k for request in [*holding, *waiting]), None)
    if target_k is None:
        return Arrangement(None, (), ())
    same = [request for request in waiting if _wants(request, target_k)]
    if not holding or same == waiting:  # else who comes late waits behind who waits already
        holding = sorted([*holding, *same], key=wanting.index)
        waiting = [request for request in waiting if request not in same]
    return Arrangement(target_k, tuple(holding), tuple(waiting))


def _wants(request: Request, temperature_k: float) -> bool:
    wanted_k = request.temperature_k
    return wanted_k is not None and abs(wanted_k - temperature_k) < SAME_K
