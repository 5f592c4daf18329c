"""The commands about compensation of the fixture, and the data behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..analyser.fixture import Correction, Corrections, printed_open_ohm
from ..scpi.message_loop import Answer, Command, Slow
from ..scpi.settings import Settings
from ..scpi.syntax import Parameters
from .numbers import Numbers
from .settings import LOWEST_HZ

FIXED_POINTS: Final = 201
STANDARD_S: Final = 30.0  # to measure one


class FixtureCompensation:
    """Open and short, at fixed frequencies or at those of the sweep that is set."""

    def __init__(
        self,
        corrections: Corrections,
        settings: Settings,
        grid_hz: Callable[[], Sequence[float]],
        highest_hz: float,
        now_s: Callable[[], float],
    ) -> None:
        self._corrections, self._settings, self._grid_hz = corrections, settings, grid_hz
        self._now_s = now_s
        ratio = highest_hz / LOWEST_HZ
        self._fixed_hz = [LOWEST_HZ * ratio ** (n / FIXED_POINTS) for n in range(FIXED_POINTS + 1)]
        self._numbers = Numbers(settings)

    def measure_all(self) -> None:
        """Take open and short as if it had been done before the twin was switched on."""
        self._corrections.measure_open(self._fixed_hz)
        self._corrections.measure_short(self._fixed_hz)

    def commands(self) -> dict[str, Command]:
        """The commands, by their header."""
        root = "SENSe[1]:CORRection2"
        return {
            f"{root}:COLLect:ACQuire:OPEN": lambda _: self._measure(self._corrections.measure_open),
            f"{root}:COLLect:ACQuire:SHORt": lambda _: self._measure(
                self._corrections.measure_short
            ),
            f"{root}:OPEN[:STATe]": self._switch_open,
            f"{root}:SHORt[:STATe]": self._switch_short,
        }

    def queries(self) -> dict[str, Command]:
        """The queries, by their header."""
        root, of = "SENSe[1]:CORRection2", self._corrections
        told: dict[str, Command] = {
            f"{root}:OPEN[:STATe]": lambda _: str(int(of.open_on)),
            f"{root}:SHORt[:STATe]": lambda _: str(int(of.short_on)),
            f"{root}:LOAD[:STATe]": lambda _: "0",
        }
        for word, data in (("OPEN", lambda: of.open), ("SHORt", lambda: of.short)):
            told[f"{root}:ZMEasure:{word}:POINts"] = self._telling_count(data)
            told[f"{root}:ZMEasure:{word}:FREQuency"] = self._telling_grid(data)
        told[f"{root}:ZMEasure:OPEN:DATA"] = lambda _: self._tell(
            [printed_open_ohm(value) for value in of.open.values]
        )
        told[f"{root}:ZMEasure:SHORt:DATA"] = lambda _: self._tell(of.short.values)
        return told

    def _measure(self, standard: Callable[[Sequence[float]], None]) -> Slow:
        yield self._now_s() + STANDARD_S
        grid = self._grid_hz() if self._settings.words["FPO"] == "USER" else self._fixed_hz
        standard(grid)
        return None

    def _telling_count(self, data: Callable[[], Correction]) -> Command:
        return lambda _: f"{len(data().values):+d}"

    def _telling_grid(self, data: Callable[[], Correction]) -> Command:
        return lambda _: self._numbers.told(data().frequencies_hz)

    def _tell(self, values: Sequence[complex]) -> Answer:
        return self._numbers.told([part for z in values for part in (z.real, z.imag)])

    def _switch_open(self, given: Parameters) -> None:
        self._corrections.open_on = given.flag()
        given.end()

    def _switch_short(self, given: Parameters) -> None:
        self._corrections.short_on = given.flag()
        given.end()
