"""A run's share of a simulated oven, and gauges, in the same process and on the run's clock."""

import math
from dataclasses import dataclass, field

from solidcell.drivers.clock import Clock
from solidcell.drivers.simulated.oven import SimulatedOven


@dataclass(frozen=True)
class State:
    """Satisfies ``OvenState``."""

    temperature_k: float | None
    granted: bool
    waiting_for: str
    fault: str
    at_s: float


@dataclass
class OvenShare:
    """Satisfies ``OvenAccess``: an oven that somebody else has until ``free_at_s``.

    Between the two of ``silent_s`` nobody reads it. ``fault_at_s`` is when its sensor breaks; from
    then on it does not heat.
    """

    clock: Clock
    oven: SimulatedOven = field(default_factory=SimulatedOven)
    free_at_s: float = 0.0
    fault_at_s: float = math.inf
    silent_s: tuple[float, float] = (math.inf, math.inf)
    highest_k: float = 473.15
    asked_k: float | None = None
    notes: list[str] = field(default_factory=list)
    is_watched: bool = False
    is_closed: bool = False

    def watch(self) -> None:
        self.is_watched = True

    def ask(self, temperature_k: float) -> None:
        if temperature_k > self.highest_k:
            raise ValueError(f"the oven goes up to {self.highest_k:g} K")
        self.asked_k = temperature_k

    def look(self) -> State:
        now_s = self.clock.now_s()
        granted = self.asked_k is not None and now_s >= self.free_at_s
        if granted:
            self.oven.set_setpoint(now_s, self.asked_k)
            self.oven.switch(now_s, on=True)
        if now_s >= self.fault_at_s:
            self.oven.sensor_broken = True
            self.oven.switch(now_s, on=False)
        is_silent = self.silent_s[0] <= now_s < self.silent_s[1]
        read_k = self.oven.temperature_k(now_s)
        return State(
            temperature_k=None if math.isnan(read_k) or is_silent else read_k,
            granted=granted,
            waiting_for="" if granted or self.asked_k is None else "run B holds 298.15 K",
            fault="its sensor is broken" if self.oven.sensor_broken else "",
            at_s=now_s,
        )

    def note(self, text: str) -> None:
        self.notes.append(text)

    def close(self) -> None:
        self.is_closed = True


@dataclass(frozen=True)
class GaugeValue:
    """Satisfies ``Value``."""

    value: float
    unit: str
    at_s: float


@dataclass
class SteadyGauge:
    """Satisfies ``GaugeAccess``: says the same until it is broken."""

    value: float
    unit: str
    fault: str = ""
    asked: int = 0

    def latest(self) -> GaugeValue | None:
        self.asked += 1
        return None if self.fault else GaugeValue(self.value, self.unit, float(self.asked))
