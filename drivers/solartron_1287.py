"""Solartron 1287 and 1286 electrochemical interfaces (potentiostat, galvanostat) on a GPIB bus.

Source: SI 1287 User Guide, 12876000: chapter 3, section 2 (current measurement), chapter 4,
sections 3.4 (status byte), 5.3 (compressed ASCII output) and 6.1 to 6.3 (cell polarization,
standby, on mode); settings that the pages at hand leave out are in ``UNVERIFIED``.

**Sign.** Its current is positive into the counter electrode and out of the working electrode, its
potential is RE1 (beside the counter electrode) against RE2. Both are turned round here, so that a
positive current is anodic at the working electrode.

It holds no voltage limit in galvanostat mode: the cell is only as safe as the readings that are
taken. Its current limit in potentiostat mode is the full scale of the standard resistor chosen.
Off is full standby. The even, ASCII address is used, the terminator switches stay off (line feed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from .capabilities import Envelope, Identity, OutputState
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from .gpib_link import GpibLink
from .readings import Flag, Reading
from .scpi_session import ScpiSession, require_same
from .solartron_1287_readings import DayClock, parse_reading
from .solartron_1287_resistors import FULL_SCALES_A, resistor_for

IDENTITY_QUERY: Final = "?ER"  # it has no other way to say that it is there
MODELS: Final = ("1287", "1286")
VOLTAGE_MAX_V: Final = 14.5
CURRENT_MAX_A: Final = 2.0
REST_FULL_SCALE_A: Final = 20e-6
READING_S: Final = 0.25
LOOKS_EVERY_S: Final = 1.0
SET_UP: Final = (
    "RU 0",
    "CE",
    "OS 0",  # commas
    "OT 1",  # CR LF with EOI
    "GP 1",  # readings with their time to the bus
    "PX 3",  # the difference of the reference electrodes
    "PY 5",  # the current
    "RG 0",  # the voltmeter ranges by itself
    "DG 0",  # all digits
    "TR 0",  # one measurement at a time
    "AV 0",
    "NU 0",
    "CC 0",  # no compensation of resistance
    "BR 0",  # no rejection of bias
    "FI 0",  # no filter
    "VX 0",
    "IX 0",
    "PI 1",  # an analyser's signal counts a hundredth
    "BY 0",  # off is full standby
    "ON 0",  # on is at once at the level
)
UNVERIFIED: Final = (
    ("a setting is asked for with `?` before its two letters", "`?ER` in a program; `_asked`"),
    ("`PX 3` is RE1 against RE2, `PY 5` the current", "one program; `SET_UP`"),
    ("`RR 1` to `RR 8` are 0.1 ohm to 1 Mohm", "two programs; `FULL_SCALES_A`"),
    ("`IL n` limits to 2 µA times 10 to the n, `OL 1` holds there", "two programs"),
    ("`GP 1` adds the time to a reading", "one program; `READING`"),
    ("`TR 0` and `RU 1` take one reading, in 0.25 s with all digits", "one program; `READING_S`"),
    ("RE1 is at the counter electrode in a cell with two electrodes", "from the current's sign"),
    ("the clock of readings runs from 0 to 24 h", "`DayClock`"),
    ("1286: all as for the 1287", "nothing was read of it"),
)
"""What no manual page could be read for: (what is assumed, where it stands)."""

_HOLDS: Final = 0.05  # of the full scale: a level that is further off is not held


@dataclass(frozen=True, slots=True)
class _Drive:
    """What was last set and confirmed: so that nothing is sent twice."""

    function: str
    resistor: int
    level: float


class Solartron1287:
    """A source meter as a cell sees it: current or voltage in, the other one back."""

    def __init__(self, link: GpibLink, *, model: str = MODELS[0]) -> None:
        if model not in MODELS:
            raise OutOfRangeError(f"model: {model!r} is none of {', '.join(MODELS)}")
        self._link, self._model = link, model
        self._session = ScpiSession(
            link,
            self._recognise,
            name=model,
            forget=self._forget,
            error_query="",
            identity_query=IDENTITY_QUERY,
        )
        self._drive: _Drive | None = None
        self._times = DayClock()

    def connect(self) -> OutputState:
        """Ask whether somebody is there, and whether the cell is polarized; switch nothing."""
        return self._session.connect(self._greet)

    @property
    def identity(self) -> Identity:
        """The model as it was given: the instrument says nothing of itself."""
        return self._session.identity

    @property
    def envelope(self) -> Envelope:
        """Its limits; it carries out no whole segment by itself."""
        return Envelope(
            voltage_max_v=VOLTAGE_MAX_V, current_max_a=CURRENT_MAX_A, segments=frozenset()
        )

    @property
    def held_by_segment(self) -> tuple[str, ...]:
        """Which limits of a segment it holds by itself."""
        return ("current limit in voltage mode",)

    @property
    def looks_every_s(self) -> float:
        """How often to read it, however seldom a sample is wanted: nothing else sees a limit."""
        return LOOKS_EVERY_S

    @property
    def reading_time_s(self) -> float:
        """How long one reading takes."""
        return READING_S

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        _within("current", current_a, CURRENT_MAX_A, "A")
        _within("voltage limit", voltage_limit_v, VOLTAGE_MAX_V, "V")

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        _within("voltage", voltage_v, VOLTAGE_MAX_V, "V")
        _within("current limit", current_limit_a, CURRENT_MAX_A, "A")
        if not abs(current_limit_a) > 0:
            raise OutOfRangeError(f"current limit: {current_limit_a:g} A; it must be above 0 A")

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive ``current_a``; the cell is polarized afterwards.

        Nothing in the instrument holds ``voltage_limit_v``: whoever reads it has to.
        """
        self.check_current(current_a, voltage_limit_v)
        with self._session.conversation():
            self._source(_Drive("PC", resistor_for(current_a or REST_FULL_SCALE_A), current_a), "A")

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Hold ``voltage_v``, with the full scale above ``current_limit_a`` as its limit."""
        self.check_voltage(voltage_v, current_limit_a)
        self.check_voltage(span_v, current_limit_a)
        with self._session.conversation():
            self._source(_Drive("PV", resistor_for(current_limit_a), voltage_v), "V")

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive no current with the cell polarized."""
        self.source_current(0.0, voltage_limit_v=voltage_limit_v)

    def protect_voltage(self, voltage_v: float) -> float | None:
        """``None``: it has no protection that could be set."""
        del voltage_v
        return None

    def polarize_for_analyser(self, voltage_v: float, resistor: int, *, attenuated: bool) -> None:
        """Hold ``voltage_v`` and add an analyser's signal, a hundredth of it if ``attenuated``."""
        self.check_voltage(voltage_v, CURRENT_MAX_A)
        with self._session.conversation():
            self._source(_Drive("PV", resistor, voltage_v), "V")
            self._link.write(f"PI {int(attenuated)}")
            self._require_no_error()

    def change_resistor(self, resistor: int) -> None:
        """Measure the current with another standard resistor, the cell polarized as it is."""
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(f"the {self._model} polarizes no cell yet")
            self._set_resistor(resistor)
            self._drive = _Drive(self._drive.function, resistor, self._drive.level)

    def read(self) -> Reading:
        """Take one reading; ``time_s`` is by the instrument's clock.

        Raises ``BadReplyError`` for the reading of before.
        """
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(f"the {self._model} drives nothing yet: nothing to read")
            self._link.begin("RU 1")
            return self._parse(self._link.answer("RU 1"), self._drive)

    def make_safe(self) -> None:
        """Go to full standby, and read that it is so. Checks nothing first."""
        self._session.make_safe(self._switch_off)

    def close(self) -> None:
        """Release the link; the cell stays as it is. May be called twice."""
        self._session.close()

    def _forget(self) -> None:
        self._drive = None

    def _recognise(self, reply: str) -> Identity:
        if re.fullmatch(r"\d{1,2}", reply.strip()) is None:
            raise WrongInstrumentError(f"expected the number of an error, and {reply!r} answered")
        return Identity(manufacturer="Solartron", model=self._model, serial="", firmware="")

    def _greet(self, identity: Identity) -> OutputState:
        del identity
        return OutputState.ON if self._is_polarized() else OutputState.OFF

    def _is_polarized(self) -> bool:
        answer = self._asked("PW")
        if answer not in (0.0, 1.0):
            raise BadReplyError(f"?PW: expected 0 or 1, got {answer:g}")
        return bool(answer)

    def _source(self, drive: _Drive, unit: str) -> None:
        before, self._drive = self._drive, None
        if before is None:
            for command in ("PW 0", *SET_UP):
                self._link.write(command)
        if before is None or before.function != drive.function:
            self._enter(drive)
        elif before.resistor != drive.resistor:
            self._link.write(f"{drive.function} 0")
            self._set_resistor(drive.resistor)
        self._link.write(f"{drive.function} {-drive.level:.4E}")
        require_same("level", drive.level, -self._asked(drive.function), unit)
        if before is None or before.function != drive.function:
            self._link.write("PW 1")
            if not self._is_polarized():
                raise InstrumentFaultError(f"the {self._model} is in standby after PW 1")
        self._require_no_error()
        self._drive = drive

    def _enter(self, drive: _Drive) -> None:
        """Change between potentiostat and galvanostat, with the cell in standby."""
        self._link.write("PW 0")
        self._link.write("PV 0")
        self._link.write("PC 0")
        self._link.write(f"PO {1 if drive.function == 'PC' else 0}")
        self._set_resistor(drive.resistor)

    def _set_resistor(self, resistor: int) -> None:
        self._link.write(f"RR {resistor}")
        self._link.write(f"IL {7 - min(resistor, 7)}")  # not below 2 µA
        self._link.write("OL 1")
        if self._asked("RR") != resistor:
            raise InstrumentFaultError(f"the standard resistor is another one than RR {resistor}")

    def _switch_off(self) -> None:
        self._drive = None
        for command in ("PW 0", "BY 0", "RU 0", "PV 0", "PC 0"):
            self._link.write(command)
        if self._is_polarized():
            raise InstrumentFaultError("the cell is still polarized after PW 0")

    def _asked(self, name: str) -> float:
        reply = self._link.query(f"?{name}")
        try:
            return float(reply)
        except ValueError:
            raise BadReplyError(f"?{name}: expected a number, got {reply!r}") from None

    def _require_no_error(self) -> None:
        if error := self._asked("ER"):
            self._link.write("CE")
            raise InstrumentFaultError(f"the {self._model} reports error {error:02.0f}")

    def _parse(self, reply: str, drive: _Drive) -> Reading:
        printed = parse_reading(reply)
        time_s = self._times.since_start_s(printed.time_s)
        if not _is_held(drive, printed.voltage_v, printed.current_a):
            return replace(printed, time_s=time_s, flags=printed.flags | Flag.COMPLIANCE)
        return replace(printed, time_s=time_s)


def _is_held(drive: _Drive, voltage_v: float, current_a: float) -> bool:
    """Whether the instrument reaches what it was told to hold."""
    full_a = FULL_SCALES_A[drive.resistor - 1]
    if drive.function == "PC":
        return abs(current_a - drive.level) <= _HOLDS * full_a
    return abs(voltage_v - drive.level) <= _HOLDS * max(abs(drive.level), 1.0)


def _within(name: str, value: float, highest: float, unit: str) -> None:
    """``not`` also refuses NaN."""
    if not abs(value) <= highest:
        raise OutOfRangeError(
            f"{name}: {value:g} {unit} is beyond the {highest:g} {unit} of a 1287"
        )
