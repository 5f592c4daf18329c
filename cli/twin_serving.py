"""The twins that a command asks for, made on one rig and opened to their hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..drivers.clock import Clock
    from ..drivers.simulated.places import Place
    from ..drivers.simulated.rig import Rig

_ASKED: Final = re.compile(r"(?P<name>[^:@]+)(:(?P<model>[^@]+))?(@(?P<cell>\d+))?")


@dataclass(frozen=True, slots=True)
class ServedTwin:
    """One twin as it was asked for, and where it listens."""

    name: str
    model: str
    cell: int
    address: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Serving:
    """How twins are served: at ports from ``port`` on (0: free ones, ``None``: terminals)."""

    clock: Clock
    host: str
    port: int | None
    chances: Mapping[str, float]


def asked_twins(names: list[str], model: str | None) -> list[ServedTwin]:
    """Return the twins that are asked for. Raises ``ValueError`` for one that there is not."""
    from ..drivers.simulated.catalogue import TWINS, checked_model

    if not names:
        raise ValueError(f"name a twin: {', '.join(TWINS)}")
    asked: list[ServedTwin] = []
    for text in names:
        found = _ASKED.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a twin: write NAME, NAME:MODEL or NAME:MODEL@CELL")
        wanted = found["model"] or (model if not asked else "") or ""
        asked.append(
            ServedTwin(found["name"], checked_model(found["name"], wanted), int(found["cell"] or 0))
        )
    return asked


def cells_for(asked: list[ServedTwin]) -> int:
    """Return how many cells they are wired to."""
    from ..drivers.simulated.catalogue import twin_kind

    return max(each.cell + twin_kind(each.name).cells for each in asked)


def chances_of(faults: list[str]) -> dict[str, float]:
    """Return the chances of faults from KIND=CHANCE. Raises ``ValueError``."""
    from ..drivers.simulated.wire_faults import checked_chances

    chances = {}
    for text in faults:
        kind, _, chance = text.partition("=")
        try:
            chances[kind] = float(chance)
        except ValueError:
            raise ValueError(f"{text!r} is no fault of a wire: write late=0.01") from None
    return checked_chances(chances)


def places_of(asked: list[ServedTwin], rig: Rig, serving: Serving) -> list[Place]:
    """Make the twins and open where hosts find them."""
    places: list[Place] = []
    try:
        for number, each in enumerate(asked):
            places.append(_place(number, each, rig, serving))
    except BaseException:
        for place in places:
            place.close()
        raise
    return places


def _place(number: int, each: ServedTwin, rig: Rig, serving: Serving) -> Place:
    from ..drivers.simulated.catalogue import make_twin
    from ..drivers.simulated.places import PtyPlace, place_of
    from ..drivers.simulated.twin import ManyHosts
    from ..drivers.simulated.wire_faults import behind_a_bad_wire

    made = make_twin(rig.counted_from(each.cell), each.name, each.model)
    if serving.chances:
        made = behind_a_bad_wire(made, serving.clock, serving.chances, seed=number)
    if serving.port is not None:
        port = serving.port and serving.port + number
        return place_of(made, serving.clock, serving.host, port)
    if isinstance(made, ManyHosts):
        raise ValueError(f"{each.name} serves many hosts over the network: leave out --pty")
    return PtyPlace(made, serving.clock)


def named_at(each: ServedTwin, host: str, at: int | str) -> ServedTwin:
    """Return a twin with its address, once it is known where hosts find it."""
    from ..drivers.simulated.catalogue import twin_kind

    if isinstance(at, str):
        return ServedTwin(each.name, each.model, each.cell, at)
    address = twin_kind(each.name).address.format(host=host, port=at)
    return ServedTwin(each.name, each.model, each.cell, address, at)
