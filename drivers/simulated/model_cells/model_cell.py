"""A simulated cell as instruments see it, around whatever is inside it."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from ..changes import Change
from ..debye import ComplexArray, FloatArray
from ..living_cell import LivingCell
from ..network import Drive, Terminal


class Inside(Protocol):
    """What makes one sort of cell: its states, and how they move."""

    def longest_step_s(self, drive: Drive) -> float:
        """Return how long a step may be under ``drive``."""
        ...

    def facts(self) -> Mapping[str, float]:
        """Return what is settled at the start, by names that end in their units."""
        ...

    def label(self) -> str:
        """Return what the cell is now, in a word."""
        ...

    def set_conditions(self, temperature_k: float, stack_pressure_pa: float) -> None:
        """Take over temperature and stack pressure."""
        ...

    def step(self, period_s: float, drive: Drive, load_siemens: float) -> Terminal:
        """Live through ``period_s`` > 0 of a constant source; return its end."""
        ...

    def open_voltage_v(self) -> float:
        """Return the voltage before anything has happened."""
        ...

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) at the terminals, as things are."""
        ...


class ModelCell(LivingCell):
    """A ``SimulatedCell`` around an ``Inside``.

    How time is cut into ``advance`` calls matters only through what ``inside`` holds constant
    during one of its steps.
    """

    def __init__(
        self,
        inside: Inside,
        *,
        temperature_k: float,
        stack_pressure_pa: float,
        changes: Iterable[Change] = (),
    ) -> None:
        super().__init__(
            temperature_k=temperature_k, stack_pressure_pa=stack_pressure_pa, changes=changes
        )
        self.inside = inside
        self._take_conditions()
        self._begin(inside.facts(), inside.open_voltage_v())

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) now, of the shape of ``frequency_hz``."""
        return self.inside.impedance(np.asarray(frequency_hz, dtype=float))

    def _longest_step_s(self, drive: Drive) -> float:
        return self.inside.longest_step_s(drive)

    def _live(self, duration_s: float, drive: Drive, load_siemens: float) -> Terminal:
        return self.inside.step(duration_s, drive, load_siemens)

    def _dc_a(self, drive: Drive, terminal: Terminal) -> float:
        del drive
        return terminal.current_a or self._last_dc_a

    def _take_conditions(self) -> None:
        self.inside.set_conditions(self._temperature_k, self._stack_pressure_pa)

    def _what_is_it(self) -> str:
        return self.inside.label()
