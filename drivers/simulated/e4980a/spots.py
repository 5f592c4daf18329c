"""Correction at single frequencies of the simulated LCR meter, beside that at all of them.

A spot that is on rules at its own frequency. Its data are told as the User's Guide lists them for
all spots: open G and B, short R and X, load A and B (which stay 0: load is not simulated).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..analyser.fixture import Correction, Corrections, Fixture
from ..scpi.message_loop import Answer, Command
from ..scpi.syntax import Parameters, ScpiError, Unit, keyword

SPOTS: Final = 201
_HEADER: Final = re.compile(r"CORR(?:ECTION)?:SPOT(\d{1,3}):(.+)", re.IGNORECASE)


@dataclass(slots=True)
class Spot:
    """One correction frequency with what was measured there."""

    frequency_hz: float = 1e3
    is_on: bool = False
    open_siemens: complex = 0j
    short_ohm: complex = 0j


class Spots:
    """All spots, and the commands about them."""

    def __init__(self, fixture: Fixture, highest_hz: float) -> None:
        self._fixture, self._highest_hz = fixture, highest_hz
        self._spots = [Spot() for _ in range(SPOTS)]

    def ruling(self, frequency_hz: float) -> Corrections | None:
        """Return the correction of the spot that is on at this frequency, if there is one."""
        for spot in self._spots:
            if spot.is_on and spot.frequency_hz == frequency_hz:
                grid = (spot.frequency_hz,)
                return Corrections(
                    self._fixture,
                    open=Correction(grid, (spot.open_siemens,)),
                    short=Correction(grid, (spot.short_ohm,)),
                    open_on=True,
                    short_on=True,
                )
        return None

    def carry_out(self, unit: Unit) -> tuple[Answer] | None:
        """Return the answer to a unit about a spot, in a tuple; ``None`` for any other unit."""
        found = _HEADER.fullmatch(unit.header)
        if found is None:
            return None
        if not 1 <= int(found[1]) <= SPOTS:
            raise ScpiError(-114, "Header suffix out of range")
        spot = self._spots[int(found[1]) - 1]
        table = self._queries(spot) if unit.is_query else self._commands(spot)
        for notation, command in table.items():
            if keyword(notation).fullmatch(found[2]):
                return (command(unit.parameters),)
        raise ScpiError(-113, "Undefined header")

    def queries(self) -> dict[str, Command]:
        """The query about all spots at once."""
        return {"CORRection:USE:DATA:SINGle": lambda _: self._tell_all()}

    def _commands(self, spot: Spot) -> dict[str, Callable[[Parameters], None]]:
        def switch(given: Parameters) -> None:
            spot.is_on = given.flag()

        def place(given: Parameters) -> None:
            spot.frequency_hz = given.number(20.0, self._highest_hz, 1e3)

        def take_open(_: Parameters) -> None:
            spot.open_siemens = self._fixture.open_siemens(spot.frequency_hz)

        def take_short(_: Parameters) -> None:
            spot.short_ohm = self._fixture.shorted_ohm(spot.frequency_hz)

        return {
            "STATe": switch,
            "FREQuency": place,
            "OPEN[:EXECute]": take_open,
            "SHORt[:EXECute]": take_short,
        }

    @staticmethod
    def _queries(spot: Spot) -> dict[str, Callable[[Parameters], str]]:
        return {
            "STATe": lambda _: str(int(spot.is_on)),
            "FREQuency": lambda _: f"{spot.frequency_hz:+.5E}",
        }

    def _tell_all(self) -> str:
        values = (
            number
            for spot in self._spots
            for z in (spot.open_siemens, spot.short_ohm, 0j)
            for number in (z.real, z.imag)
        )
        return ",".join(f"{number:+.5E}" for number in values)
