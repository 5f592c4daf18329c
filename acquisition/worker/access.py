"""What a run is given of an oven and of a gauge: enough to see, and to ask; nobody waits there."""

from typing import Protocol


class OvenState(Protocol):
    """What is known of an oven now. ``at_s`` changes whenever it was looked at anew."""

    @property
    def temperature_k(self) -> float | None:
        """What its sensor says; ``None`` if that is not known."""
        ...

    @property
    def granted(self) -> bool:
        """Whether it regulates to what this run asked for."""
        ...

    @property
    def waiting_for(self) -> str:
        """Who has it otherwise."""
        ...

    @property
    def fault(self) -> str:
        """What keeps it from regulating; empty if nothing does."""
        ...

    @property
    def at_s(self) -> float:
        """When, on the time of the experiment, from any start."""
        ...


class OvenAccess(Protocol):
    """A run's share of an oven."""

    def watch(self) -> None:
        """Have it looked at, without asking for anything."""
        ...

    def ask(self, temperature_k: float) -> None:
        """Ask for a temperature, in place of any other. ``ValueError`` if it has no such one."""
        ...

    def look(self) -> OvenState:
        """Return what is known of it now; does not wait."""
        ...

    def note(self, text: str) -> None:
        """Tell those who wait for it what this run does with it."""
        ...

    def close(self) -> None:
        """Ask for nothing any more. May be called twice."""
        ...


class Value(Protocol):
    """One value of a gauge. ``at_s`` changes with every new one."""

    @property
    def value(self) -> float:
        """In ``unit``."""
        ...

    @property
    def unit(self) -> str:
        """SI."""
        ...

    @property
    def at_s(self) -> float:
        """When, from any start."""
        ...


class GaugeAccess(Protocol):
    """A gauge that somebody else reads."""

    @property
    def fault(self) -> str:
        """What keeps it from being read; empty if nothing does."""
        ...

    def latest(self) -> Value | None:
        """Return the newest value, ``None`` if that is too old."""
        ...
