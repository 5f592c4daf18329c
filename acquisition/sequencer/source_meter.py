"""What a source meter must be able to do, so that the host sequencer can step it."""

from typing import Protocol

from ...drivers.capabilities import Envelope, Identity, OutputState
from ...drivers.readings import Reading


class SourceMeter(Protocol):
    """What the host sequencer needs of an instrument that sources and measures."""

    def connect(self) -> OutputState:
        """Read who is there and what the output does; switch nothing on."""
        ...

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        ...

    @property
    def envelope(self) -> Envelope:
        """Its limits."""
        ...

    @property
    def reading_time_s(self) -> float:
        """The least time that one reading takes."""
        ...

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        ...

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        ...

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive a current within a voltage limit, output on."""
        ...

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Hold a voltage within a current limit, output on; ``span_v`` is the largest to come."""
        ...

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive 0 A with the output on."""
        ...

    def protect_voltage(self, voltage_v: float) -> float | None:
        """Have the instrument itself keep its output near +-``voltage_v``, and read that back;
        return at what level in V, ``None`` if it cannot.
        """
        ...

    def read(self) -> Reading:
        """Take one reading; ``time_s`` is by the instrument's clock, from any start."""
        ...

    def make_safe(self) -> None:
        """Open the cell; checks nothing first."""
        ...

    def close(self) -> None:
        """Release the link."""
        ...
