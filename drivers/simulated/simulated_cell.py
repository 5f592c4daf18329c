"""What every simulated cell offers to the instruments that are wired to it."""

from typing import Protocol

from .debye import ComplexArray, FloatArray
from .network import OPEN, Drive, Terminal
from .truth import TruthLog


class SimulatedCell(Protocol):
    """A cell with two terminals, a temperature, a stack pressure, and hidden truth.

    Positive current is anodic at the working electrode. Nothing happens to it but through
    ``advance``.
    """

    truth: TruthLog

    @property
    def time_s(self) -> float:
        """How long the cell has lived."""
        ...

    @property
    def temperature_k(self) -> float:
        """Temperature of the whole cell."""
        ...

    @property
    def stack_pressure_pa(self) -> float:
        """Pressure on the stack."""
        ...

    @property
    def terminal(self) -> Terminal:
        """Voltage and current at the end of the last advance."""
        ...

    def set_temperature(self, temperature_k: float) -> None:
        """Bring the whole cell to a temperature at once."""
        ...

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the small-signal impedance (ohm) now, about the present direct current."""
        ...

    def advance(
        self, duration_s: float, drive: Drive = OPEN, load_siemens: float = 0.0
    ) -> Terminal:
        """Live through ``duration_s`` under ``drive`` and return the terminals at its end.

        ``load_siemens`` is what a voltmeter across the cell conducts. Raises ``ValueError`` for
        a negative duration.
        """
        ...
