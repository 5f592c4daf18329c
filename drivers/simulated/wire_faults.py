"""A bad wire in front of a served twin: what it says may come late, damaged or not at all.

``faults.FaultyLink`` strikes at a chosen line, for tests; here chance does, by a seed.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ..clock import Clock
from . import line_damage
from .twin import ManyHosts, Twin

LATE_S: Final = 2.0
LATE: Final = "late"
DAMAGES: Final[Mapping[str, Callable[[bytes, int], bytes]]] = MappingProxyType(
    {
        "lost": line_damage.lost,
        "duplicated": line_damage.duplicated,
        "truncated": line_damage.truncated,
        "bitten": line_damage.bitten,
        "garbage": line_damage.garbage,
    }
)
KINDS: Final = (LATE, *DAMAGES)
"""What may befall a line. A late one holds up all that follow it, as it would on a wire."""

_LINE: Final = re.compile(rb"[^\n]*\n|[^\n]+")


class FaultyTwin:
    """A twin behind a wire on which ``chances`` (from 0 to 1, by kind) befall its lines.

    What is said at once counts as lines that end in LF; a rest without LF is one as well. A late
    line comes ``late_s`` of the clock after it was said.
    """

    def __init__(
        self,
        twin: Twin,
        clock: Clock,
        chances: Mapping[str, float],
        *,
        seed: int = 0,
        late_s: float = LATE_S,
    ) -> None:
        self._twin, self._clock, self._late_s = twin, clock, late_s
        self._chances = checked_chances(chances)
        self._random = random.Random(seed)
        self._coming: deque[tuple[float, bytes]] = deque()

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, whole; return what of the answers comes through now."""
        self._say(self._twin.receive(data))
        return self._through()

    def poll(self) -> bytes:
        """Return everything that has come through by now."""
        self._say(self._twin.poll())
        return self._through()

    def due_s(self) -> float | None:
        """When something comes next."""
        times = [self._twin.due_s(), self._coming[0][0] if self._coming else None]
        return min((at_s for at_s in times if at_s is not None), default=None)

    def hang_up(self) -> None:
        """Lose what is under way."""
        self._coming.clear()
        self._twin.hang_up()

    def _say(self, said: bytes) -> None:
        for line in _LINE.findall(said):
            at_s = self._clock.now_s() + (self._late_s if self._strikes(LATE) else 0.0)
            for kind, damage in DAMAGES.items():
                if line and self._strikes(kind):
                    line = damage(line, self._random.randrange(len(line)))
            self._coming.append((at_s, line))

    def _strikes(self, kind: str) -> bool:
        chance = self._chances.get(kind, 0.0)
        return chance > 0 and self._random.random() < chance

    def _through(self) -> bytes:
        now_s, through = self._clock.now_s(), b""
        while self._coming and self._coming[0][0] <= now_s:
            through += self._coming.popleft()[1]
        return through


class _FaultyParty:
    """Many hosts, each at the end of a bad wire of its own."""

    def __init__(self, twin: ManyHosts, wire: Callable[[Twin], Twin]) -> None:
        self._twin, self._wire = twin, wire

    def session(self) -> Twin:
        return self._wire(self._twin.session())


def behind_a_bad_wire(
    twin: Twin | ManyHosts, clock: Clock, chances: Mapping[str, float], *, seed: int = 0
) -> Twin | ManyHosts:
    """Return a twin, or one of many hosts, behind a wire on which ``chances`` befall its lines."""
    if isinstance(twin, ManyHosts):
        seeds = itertools.count(seed)
        return _FaultyParty(
            twin, lambda session: FaultyTwin(session, clock, chances, seed=next(seeds))
        )
    return FaultyTwin(twin, clock, chances, seed=seed)


def checked_chances(chances: Mapping[str, float]) -> dict[str, float]:
    """Return the same. Raises ``ValueError`` for a kind or a chance that there is not.

    >>> checked_chances({"late": 0.01})
    {'late': 0.01}
    """
    for kind, chance in chances.items():
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no fault of a wire; there are {', '.join(KINDS)}")
        if not 0 <= chance <= 1:
            raise ValueError(f"{kind} = {chance:g} is not allowed: a chance from 0 to 1")
    return dict(chances)
