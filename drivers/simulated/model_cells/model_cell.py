"""A simulated cell as instruments see it, around whatever is inside it."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from ..changes import Change
from ..debye import ComplexArray, FloatArray
from ..network import OPEN, Drive, Terminal
from ..timeline import Timeline
from ..truth import TruthLog


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


class ModelCell:
    """A ``SimulatedCell``: time, temperature, stack pressure and truth around an ``Inside``.

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
        self.inside = inside
        self._timeline = Timeline(changes, self._apply)
        self._temperature_k, self._stack_pressure_pa = temperature_k, stack_pressure_pa
        inside.set_conditions(temperature_k, stack_pressure_pa)
        self._terminal = Terminal(inside.open_voltage_v(), 0.0, 0.0, False)
        self._last_dc_a = 0.0
        self.truth = TruthLog(inside.facts())
        self._timeline.apply_due()
        self._label()

    @property
    def time_s(self) -> float:
        """How long the cell has lived."""
        return self._timeline.time_s

    @property
    def temperature_k(self) -> float:
        """Temperature of the cell."""
        return self._temperature_k

    @property
    def stack_pressure_pa(self) -> float:
        """Pressure on the stack."""
        return self._stack_pressure_pa

    @property
    def terminal(self) -> Terminal:
        """Voltage and current at the end of the last advance."""
        return self._terminal

    def set_temperature(self, temperature_k: float) -> None:
        """Bring the whole cell to a temperature at once."""
        self._temperature_k = temperature_k
        self.inside.set_conditions(temperature_k, self._stack_pressure_pa)

    def set_stack_pressure(self, stack_pressure_pa: float) -> None:
        """Change the pressure at once."""
        self._stack_pressure_pa = stack_pressure_pa
        self.inside.set_conditions(self._temperature_k, stack_pressure_pa)

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) now, of the shape of ``frequency_hz``."""
        return self.inside.impedance(np.asarray(frequency_hz, dtype=float))

    def advance(
        self, duration_s: float, drive: Drive = OPEN, load_siemens: float = 0.0
    ) -> Terminal:
        """Live through ``duration_s`` under ``drive`` and return the terminals at its end.

        ``load_siemens`` is what a voltmeter across the cell conducts. Raises ``ValueError`` for
        a negative duration.
        """
        for step_s in self._timeline.steps(duration_s, lambda: self.inside.longest_step_s(drive)):
            self._terminal = self.inside.step(step_s, drive, load_siemens)
            self._last_dc_a = self._terminal.current_a or self._last_dc_a
            self._label()
        return self._terminal

    def _apply(self, change: Change) -> None:
        change.surround(self)

    def _label(self) -> None:
        self.truth.note_label(self.time_s, self.inside.label(), self._last_dc_a)
