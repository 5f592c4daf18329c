"""Zahner Zennium and IM6 potentiostats with impedance, through the Thales software on their PC.

Source: Zahner's own client thales_remote 1.2.8 (MIT) and its documentation: commands, forms of
answers, ``SENDSETUP``; the order of mode and amplitude as in a study of Thales 5.9.5 and its
Remote2 manual (ZahnerFlow). Needs Thales 5.9.3.

It holds neither limit of a segment by itself, so it is read every two seconds, however seldom a
sample is wanted. A value takes some 0.3 s, and voltage and current come one after the other. Its
impedance is in ``zahner_zennium_impedance.py``.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from typing import Final, cast

from .capabilities import Envelope, Identity, OutputState
from .clock import Clock, SystemClock
from .errors import DriverError, LinkLostError, OutOfRangeError, WrongInstrumentError
from .readings import Flag, Reading
from .scpi_session import ScpiSession
from .thales_link import IDENTITY_QUERY, ThalesLink
from .zahner_zennium_models import (
    LIMITS,
    parse_measured,
    parse_setup,
    recognise,
    require_in_force,
    require_no_error,
)

READING_S: Final = 0.7
LOOKS_EVERY_S: Final = 2.0
LATENCY_WALL_S: Final = 0.05
VALUE_AT_MOST_S: Final = 5.0  # on the wall
NAME: Final = "Zennium"
_MODES: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    "Pset": ("Gal=0:GAL=0", {"Gal": 0, "GAL": 0}),
    "Cset": ("Gal=-1:GAL=1", {"Gal": -1, "GAL": 1}),
}
_HOLDS: Final = 0.05  # of the level: one that is further off is not held


class Remote2:
    """The commands, and what is in force: one for all that use a connection."""

    def __init__(self, link: ThalesLink) -> None:
        self.link = link
        self._known = 0  # which registration of the link somebody connected by
        self.serial = ""  # so that not two take two instruments for one

    def greet(self) -> dict[str, float]:
        """Ask for what is in force, and know this connection from now on."""
        setup = self.setup()
        self._known = self.link.times_registered
        return setup

    def require_known(self) -> None:
        """Raise ``LinkLostError`` if the connection was made anew, but not by ``greet``."""
        if self._known != self.link.times_registered:
            raise LinkLostError(f"the {NAME} was lost and reached anew since: connect again")

    def tell(self, command: str) -> None:
        """Set something. Raises ``InstrumentFaultError`` if it is refused."""
        require_no_error(command, self.link.query(command))

    def setup(self) -> dict[str, float]:
        """Ask for what is in force."""
        return parse_setup(self.link.query("SENDSETUP"))

    def measured(self, what: str, clock: Clock) -> Generator[None, None, float]:
        """Measure ``POTENTIAL`` or ``CURRENT``, in V or A."""
        self.link.begin(what)
        limit_s = clock.now_s() + VALUE_AT_MOST_S * (getattr(clock, "speed", None) or 1.0)
        while (reply := self.link.listen()) is None:
            yield None
            if clock.now_s() > limit_s:
                raise self.link.silent(what)
        return parse_measured(what, reply)

    def require(self, **expected: float) -> None:
        """Raise ``InstrumentFaultError`` unless this is in force."""
        require_in_force(self.setup(), expected)

    def hold(self, level_name: str, level: float) -> None:
        """Drive ``Pset`` in V or ``Cset`` in A, beginning with an open cell; no signal."""
        self.require_known()
        command, mode = _MODES[level_name]
        self.tell("Pot=0")
        self.tell(command)  # takes the amplitude away, too
        self.tell("Ampl=0")
        self.tell(f"{level_name}={level:.6e}")
        self.require(Pot=0, Ampl=0, **mode, **{level_name: level})
        self.tell("Pot=-1")
        self.require(Pot=-1, Ampl=0, **mode, **{level_name: level})

    def switch_off(self) -> None:
        """Open the cell, take the signal away, and read that it is so."""
        self.tell("Pot=0")
        self.tell("Ampl=0")
        self.require(Pot=0, Ampl=0)

    def recognise(self, reply: str) -> Identity:
        """Read the answer to ``IDENTITY_QUERY``. ``WrongInstrumentError`` for another one."""
        identity = recognise(reply, self.link.version)
        if self.serial and self.serial != identity.serial:
            raise WrongInstrumentError(
                f"serial number {identity.serial!r} answers where {self.serial!r} did before"
            )
        return identity


class ZahnerZennium:
    """A source meter as a cell sees it: current or voltage in, the other one back."""

    def __init__(self, remote: Remote2, clock: Clock | None = None) -> None:
        self._remote, self._clock = remote, clock if clock is not None else SystemClock()
        self._session = ScpiSession(
            remote.link,
            self._remote.recognise,
            name=NAME,
            forget=self._forget,
            error_query="",
            identity_query=IDENTITY_QUERY,
        )
        self._drive: tuple[str, float] | None = None
        self._limits: Mapping[str, float] = {}

    def connect(self) -> OutputState:
        """Have Thales come to Remote2, read who is there and whether it drives the cell."""
        output = self._session.connect(self._greet)
        self._remote.serial = self._session.identity.serial
        return output

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._session.identity

    @property
    def envelope(self) -> Envelope:
        """Its limits, as Thales says them; it carries out no whole segment by itself."""
        return Envelope(
            voltage_max_v=self._limit("P"), current_max_a=self._limit("C"), segments=frozenset()
        )

    @property
    def held_by_segment(self) -> tuple[str, ...]:
        """Which limits of a segment it holds by itself: none."""
        return ()

    @property
    def looks_every_s(self) -> float:
        """How often to read it, however seldom a sample is wanted: nothing else sees a limit."""
        return LOOKS_EVERY_S

    @property
    def reading_time_s(self) -> float:
        """How long one reading takes: two values, one after the other."""
        return READING_S

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing.

        A limit beyond its reach is none that it could pass.
        """
        _within("current", current_a, self._limit("C"), "A")
        _within("voltage limit", voltage_limit_v, math.inf, "V")

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        _within("voltage", voltage_v, self._limit("P"), "V")
        _within("current limit", current_limit_a, self._limit("C"), "A")

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive ``current_a``. Nothing in the instrument holds the limit."""
        self.check_current(current_a, voltage_limit_v)
        self._source("Cset", current_a)

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Hold ``voltage_v``. Nothing in the instrument holds the limit."""
        self.check_voltage(voltage_v, current_limit_a)
        self.check_voltage(span_v, current_limit_a)
        self._source("Pset", voltage_v)

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive no current."""
        self.source_current(0.0, voltage_limit_v=voltage_limit_v)

    def protect_voltage(self, voltage_v: float) -> float | None:
        """``None``: it has no protection that could be set."""
        del voltage_v
        return None

    def read(self) -> Reading:
        """Measure voltage, then current; ``time_s`` is between both, by the host's clock."""
        reading = self.read_awake()
        while True:
            try:
                next(reading)
            except StopIteration as end:
                return cast("Reading", end.value)

    def read_awake(self) -> Generator[None, None, Reading]:
        """Do what ``read`` does, yielding meanwhile; ``TIMING`` if it takes too long."""
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(f"the {NAME} drives nothing yet: nothing to read")
            name, level = self._drive
            began_s = self._clock.now_s()
            voltage_v = yield from self._remote.measured("POTENTIAL", self._clock)
            current_a = yield from self._remote.measured("CURRENT", self._clock)
            ended_s = self._clock.now_s()
        off = abs((current_a if name == "Cset" else voltage_v) - level)
        flags = Flag.COMPLIANCE if level and off > _HOLDS * abs(level) + 1e-8 else Flag.NONE
        pace: float = getattr(self._clock, "speed", None) or 0.0
        if ended_s - began_s > READING_S + LATENCY_WALL_S * pace:
            flags |= Flag.TIMING
        return Reading(
            (began_s + ended_s) / 2, voltage_v=voltage_v, current_a=current_a, flags=flags
        )

    def make_safe(self) -> None:
        """Open the cell, and read that it is so. Checks nothing first."""
        self._drive = None
        self._session.make_safe(self._remote.switch_off)

    def close(self) -> None:
        """Release the link; the cell stays as it is. May be called twice."""
        self._session.close()

    def _forget(self) -> None:
        self._drive = None

    def _greet(self, identity: Identity) -> OutputState:
        del identity
        setup = self._remote.greet()
        self._limits = {name: setup[name] for name in LIMITS}
        return OutputState.ON if setup["Pot"] else OutputState.OFF

    def _limit(self, which: str) -> float:
        if not self._limits:
            raise DriverError(f"not connected: what the {NAME} can do is not known")
        return min(abs(self._limits[f"{which}min"]), abs(self._limits[f"{which}max"]))

    def _source(self, name: str, level: float) -> None:
        with self._session.conversation():
            before, self._drive = self._drive, None
            if before is None or before[0] != name:
                self._remote.hold(name, level)
            else:
                self._remote.tell(f"{name}={level:.6e}")
                self._remote.require_known()
                is_on = {"Pot": -1} if level else {}  # at zero whoever opened the cell may be right
                self._remote.require(Ampl=0, **is_on, **_MODES[name][1], **{name: level})
            self._drive = (name, level)


def _within(name: str, value: float, highest: float, unit: str) -> None:
    """``not`` also refuses NaN."""
    if not abs(value) <= highest:
        raise OutOfRangeError(
            f"{name}: {value:g} {unit} is beyond the {highest:g} {unit} of this {NAME}"
        )
