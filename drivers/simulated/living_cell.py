"""What simulated cells have in common: a life in steps, surroundings, terminals and a truth."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from .changes import Change
from .network import OPEN, Drive, Terminal
from .timeline import Timeline
from .truth import TruthLog


class LivingCell(ABC):
    """The part of a ``SimulatedCell`` that is the same for every sort of cell.

    A sort makes itself, calls ``_begin``, and says how it lives through one step.
    """

    truth: TruthLog

    def __init__(
        self, *, temperature_k: float, stack_pressure_pa: float, changes: Iterable[Change]
    ) -> None:
        self._timeline = Timeline(changes, self._apply)
        self._temperature_k, self._stack_pressure_pa = temperature_k, stack_pressure_pa
        self._last_dc_a = 0.0

    def _begin(self, facts: Mapping[str, float], open_voltage_v: float) -> None:
        """Begin to live, with all changes that are due at the start."""
        self._terminal = Terminal(open_voltage_v, 0.0, 0.0, False)
        self.truth = TruthLog(facts)
        self._timeline.apply_due()
        self._note_label()

    @property
    def time_s(self) -> float:
        """How long the cell has lived."""
        return self._timeline.time_s

    @property
    def temperature_k(self) -> float:
        """Temperature of the whole cell."""
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
        self._take_conditions()

    def set_stack_pressure(self, stack_pressure_pa: float) -> None:
        """Change the pressure at once."""
        self._stack_pressure_pa = stack_pressure_pa
        self._take_conditions()

    def advance(
        self, duration_s: float, drive: Drive = OPEN, load_siemens: float = 0.0
    ) -> Terminal:
        """Live through ``duration_s`` under ``drive`` and return the terminals at its end.

        ``load_siemens`` is what a voltmeter across the cell conducts. Raises ``ValueError`` for
        a negative duration.
        """
        for step_s in self._timeline.steps(duration_s, lambda: self._longest_step_s(drive)):
            terminal = self._live(step_s, drive, load_siemens)
            self._last_dc_a = self._dc_a(drive, terminal)
            self._terminal = terminal
            self._note_label()
        return self._terminal

    @abstractmethod
    def _longest_step_s(self, drive: Drive) -> float:
        """Return how long a step may be under ``drive``."""

    @abstractmethod
    def _live(self, duration_s: float, drive: Drive, load_siemens: float) -> Terminal:
        """Live through one step of a constant source; return its end."""

    @abstractmethod
    def _dc_a(self, drive: Drive, terminal: Terminal) -> float:
        """Return the last direct current that was not zero, after a step that ended so."""

    @abstractmethod
    def _take_conditions(self) -> None:
        """Take over temperature and stack pressure."""

    @abstractmethod
    def _what_is_it(self) -> str:
        """Return what the cell is now, in a word."""

    def _apply(self, change: Change) -> None:
        change.surround(self)

    def _note_label(self) -> None:
        self.truth.note_label(self.time_s, self._what_is_it(), self._last_dc_a)
