"""What a run knows of its surroundings: temperature, stack pressure, oven and auxiliary lines.

Nothing here waits for an instrument: gauges are read by threads of their own and an oven by its
keeper, and only the newest value of each is looked at.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from types import MappingProxyType
from typing import Any, Final

from ...drivers.clock import Clock
from .access import GaugeAccess, OvenAccess, OvenState, Value

PRESSURE: Final = "stack_pressure"
TEMPERATURE: Final = "temperature"
OVEN: Final = "oven"
RECORD_EVERY_S: Final = 1.0
"""No line is recorded more often than this, in s of the experiment."""
_LOOK_EVERY_S: Final = 0.5
_LOOK_EVERY_WALL_S: Final = 0.05
"""On a clock that runs fast, no look comes sooner after the last one, in s of the machine."""
_HOLD_WALL_S: Final = 15.0
"""So long the last temperature of an oven stands: its keeper may have to be started anew."""
_LOOK_EVERY_LEAP_S: Final = 1.0
"""On a clock that leaps, and has no pace."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value for the record."""

    name: str
    value: float
    unit: str


class Surroundings:
    """What stands around one cell. ``gauges`` are by name: ``stack_pressure`` in Pa is that of the
    stack, ``temperature`` in K that of the cell; without the latter the oven's is taken for it.
    """

    def __init__(
        self,
        clock: Clock,
        oven: OvenAccess | None = None,
        gauges: Mapping[str, GaugeAccess] = MappingProxyType({}),
        *,
        record_every_s: float = RECORD_EVERY_S,
    ) -> None:
        self.oven = oven
        self._gauges = gauges
        self._clock = clock
        self._record_every_s = record_every_s
        speed: float | None = getattr(clock, "speed", None)
        self._look_every_s = _LOOK_EVERY_LEAP_S
        if speed is not None:
            self._look_every_s = max(_LOOK_EVERY_S, _LOOK_EVERY_WALL_S * speed)
        self._hold_s = _HOLD_WALL_S * (speed or 1.0)
        self._looked_s = self._oven_seen_s = -math.inf
        self._oven_k: float | None = None
        self._state: OvenState | None = None
        self._values: dict[str, Value | None] = {}
        self._recorded: dict[str, tuple[float, float]] = {}
        self._faults: dict[str, str] = {}
        self.holds_oven = False
        self._since_asked = False
        self._must_look = True

    @property
    def temperature_k(self) -> float | None:
        """The temperature that stands with every reading."""
        if TEMPERATURE in self._gauges:
            return self._value(TEMPERATURE)
        held = self._looked_s - self._oven_seen_s <= self._hold_s
        return self._oven_k if held else None

    @property
    def stack_pressure_pa(self) -> float | None:
        """The pressure that stands with every reading."""
        return self._value(PRESSURE)

    @property
    def has_pressure_gauge(self) -> bool:
        """Whether anything here reads the stack pressure."""
        return PRESSURE in self._gauges

    @property
    def is_known(self) -> bool:
        """Whether everything has said something."""
        oven_is_known = self.oven is None or self.temperature_k is not None
        return oven_is_known and all(self._values.get(name) for name in self._gauges)

    @property
    def oven_state(self) -> OvenState | None:
        """What was seen of the oven at the last look; ``None`` without one."""
        return self._state

    @property
    def oven_since_asked(self) -> OvenState | None:
        """The same, but ``None`` as long as it was not looked at since something was asked."""
        return self._state if self._since_asked else None

    def look(self) -> bool:
        """Look at everything, unless that was done a moment ago; say whether it was done."""
        now_s = self._clock.now_s()
        if not self._must_look and now_s - self._looked_s < self._look_every_s:
            return False
        self._looked_s, self._must_look = now_s, False
        if self.oven is not None:
            self._state = self.oven.look()
            self._since_asked = True
            if self._state.temperature_k is not None:
                self._oven_k, self._oven_seen_s = self._state.temperature_k, now_s
        self._values = {name: gauge.latest() for name, gauge in self._gauges.items()}
        return True

    def due(self) -> Iterator[Line]:
        """Yield what is new since it was recorded, each line at most once in its time."""
        now_s = self._clock.now_s()
        state = self._state
        if state is not None and state.temperature_k is not None:
            yield from self._new(Line(OVEN, state.temperature_k, "K"), state.at_s, now_s)
        for name, value in self._values.items():
            if value is not None and math.isfinite(value.value):
                yield from self._new(Line(name, value.value, value.unit), value.at_s, now_s)

    def news(self) -> Iterator[dict[str, str]]:
        """Yield what has failed, or works again, since it was last asked."""
        now = {name: gauge.fault for name, gauge in self._gauges.items()}
        if self._state is not None:
            now[OVEN] = self._state.fault
        for name, fault in now.items():
            if fault != self._faults.get(name, ""):
                yield {"name": name, "fault": fault}
        self._faults = now

    def facts(self) -> dict[str, Any]:
        """Who answered, by name, as far as it is known."""
        devices = {OVEN: self._state, **self._gauges}
        identities = {name: getattr(device, "identity", None) for name, device in devices.items()}
        return {
            name: asdict(identity)
            for name, identity in identities.items()
            if is_dataclass(identity) and not isinstance(identity, type)
        }

    def ask_oven(self, temperature_k: float) -> None:
        """Ask for a temperature; from now on a fault of the oven is one of this run."""
        if self.oven is not None:
            self.oven.ask(temperature_k)
            self.holds_oven = True
            self._since_asked = False
            self._must_look = True

    def note(self, text: str) -> None:
        """Tell those who wait for the oven what this run does with it."""
        if self.oven is not None and self.holds_oven:
            self.oven.note(text)

    def fault(self) -> str:
        """Say what is wrong with an oven that this run relies on; empty if nothing is."""
        if self.holds_oven and self._state is not None:
            return self._state.fault
        return ""

    def _value(self, name: str) -> float | None:
        value = self._values.get(name)
        return None if value is None else value.value

    def _new(self, line: Line, at_s: float, now_s: float) -> Iterator[Line]:
        seen_s, recorded_s = self._recorded.get(line.name, (-math.inf, -math.inf))
        if at_s != seen_s and now_s - recorded_s >= self._record_every_s:
            self._recorded[line.name] = at_s, now_s
            yield line
