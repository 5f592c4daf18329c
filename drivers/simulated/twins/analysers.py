"""Twins of impedance analysers with a fixture of their own."""

from collections.abc import Mapping
from typing import Final

from ..rig import Rig
from ..twin import Twin
from .kind import RAW_SOCKET, TwinKind


def _e4980a(rig: Rig, model: str) -> Twin:
    from ..e4980a.settings import ELECTRONICS, FIXTURE
    from ..e4980a.twin import E4980aTwin

    front_end = rig.front_end(FIXTURE.before(ELECTRONICS))
    return E4980aTwin(front_end, rig.clock, model, fixture=FIXTURE, corrected=True)


def _e4990a(rig: Rig, model: str) -> Twin:
    from ..e4990a.settings import ELECTRONICS, FIXTURE
    from ..e4990a.twin import E4990aTwin

    front_end = rig.front_end(FIXTURE.before(ELECTRONICS))
    return E4990aTwin(front_end, rig.clock, model, fixture=FIXTURE, compensated=True)


ANALYSERS: Final[Mapping[str, TwinKind]] = {
    "e4980a": TwinKind(
        models=("e4980a", "e4980a-001", "e4980al-100", "e4980al-050", "e4980al-030"),
        make=_e4980a,
        address=RAW_SOCKET,
        simulates="Keysight E4980A and E4980AL LCR meters, 20 Hz to 2 MHz, by option",
    ),
    "e4990a": TwinKind(
        models=("e4990a-120", "e4990a-050", "e4990a-030", "e4990a-020", "e4990a-010"),
        make=_e4990a,
        address=RAW_SOCKET,
        simulates="Keysight E4990A impedance analysers, 20 Hz to 120 MHz, by option",
    ),
}
