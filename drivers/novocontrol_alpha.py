"""Novocontrol Alpha-A impedance analysers with a sample interface (ZG2, ZG4 and the like), on GPIB.

Source: the command set of the Alpha-A Analyzer User's Manual, as it is used by three programs for
it: JUMP (JMoVS/JUMP, MIT), NovocontrolInit.py (tairrchan/Novocontrol-Lakeshore-Controller) and
Novocontrol.cpp (N. Bosbach); which of them says what, and what none does, is in
``novocontrol_alpha_models.py``.

Every setting is answered with OK, or with two letters that name what is wrong. Messages end with
EOI alone. While it measures, the bus is left in peace: traffic takes from its accuracy.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from .capabilities import Identity, Json, OutputState
from .clock import Clock
from .errors import BadReplyError, InstrumentFaultError, OutOfRangeError
from .gpib_link import GpibLink
from .impedance_sweeps import Compensation, Reach, frequencies_hz
from .novocontrol_alpha_models import (
    ANSWERS,
    DONE,
    RUNNING,
    STATES,
    highest_amplitude_v,
    parse_result,
    reach_of,
    recognise,
)
from .point_by_point import listened_for, require_frequency
from .readings import ImpedancePoint, Observation
from .scpi_session import ScpiSession, require_same
from .segments import DeviceSegment, ImpedanceSweep, SegmentEnd
from .swept_analyser import SweptAnalyser

FREQUENCY_TOLERANCE: Final = 1e-3
OVERHEAD_S: Final = 0.1
WITHOUT: Final = "II"  # the interface does not have this


@dataclass(frozen=True, slots=True, kw_only=True)
class AlphaSettings:
    """How an Alpha-A is used.

    ``wires`` is how the cell is connected (2, 3 or 4), ``integration_s`` the least time of a
    point, which is never less than one period. ``reference`` has the analyser measure its own
    capacitors beside the cell, ``load_short`` apply the calibration with a short and 100 ohm.
    ``model`` is AL, AK, AN or AT, where the analyser does not say it.
    """

    wires: int = 4
    integration_s: float = 0.5
    reference: bool = True
    load_short: bool = False
    model: str = ""

    def __post_init__(self) -> None:
        if self.wires not in (2, 3, 4):
            raise OutOfRangeError(f"wires: {self.wires} is none of 2, 3 and 4")
        if not 0.01 <= self.integration_s <= 1000.0:
            raise OutOfRangeError(
                f"integration_s: {self.integration_s:g} s is outside [0.01, 1000] s"
            )


class NovocontrolAlpha(SweptAnalyser):
    """An Alpha-A as a ``SegmentDevice`` for ``ImpedanceSweep``."""

    def __init__(
        self, link: GpibLink, clock: Clock | None = None, *, how: AlphaSettings | None = None
    ) -> None:
        super().__init__(link, AlphaDialect(link, how or AlphaSettings()), clock, error_query="")

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        super().check(segment)
        if isinstance(segment, ImpedanceSweep):
            _require_signal(segment)

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Check a sweep, then carry it out: see ``SweptAnalyser.perform``."""
        self.check(segment)
        return super().perform(segment)


class AlphaDialect:
    """What an Alpha-A says and understands; see ``swept_analyser``."""

    name = "Alpha-A"

    def __init__(self, link: GpibLink, how: AlphaSettings) -> None:
        self._link, self._how = link, how

    def recognise(self, reply: str) -> Identity:
        """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else."""
        return recognise(reply, self._how.model)

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Ask whether it applies a signal or a bias now; change nothing."""
        is_on = self._number("ACV") != 0 or self._has_bias_on()
        return reach_of(identity.model), OutputState.ON if is_on else OutputState.OFF

    def compensation(self) -> Compensation:
        """Read which of its calibrations it applies."""
        load_short = self._number("ZSLCAL") != 0
        return Compensation(
            open=False, short=load_short, load=load_short, fixture=self._asked("INTTYP")
        )

    def settings(self) -> Mapping[str, Json]:
        """What this driver was made with, for the record."""
        return asdict(self._how)

    def sweep(
        self, sweep: ImpedanceSweep, session: ScpiSession, clock: Clock
    ) -> Generator[ImpedancePoint | None, None, None]:
        """Measure one point after the other, the highest frequency first."""
        del session
        began_s = clock.now_s()
        self._prepare(sweep)
        for frequency_hz in frequencies_hz(sweep):
            yield (yield from self._point(frequency_hz, began_s, clock))

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """Twice its longest point."""
        return 2 * self._point_time_s(sweep.frequency_min_hz)

    def switch_off(self) -> None:
        """Break a measurement off, take signal and bias away, and let go of the cell."""
        self._tell("MBK")
        self._tell("ACV=0")
        if self._has_bias_on():
            self._tell("DCE=0")
        self._tell("ZCONSPL=0")
        if (left_v := self._number("ACV")) or self._has_bias_on():
            raise InstrumentFaultError(
                f"the Alpha-A still applies {left_v:g} V or a bias after both were taken away"
            )

    def _prepare(self, sweep: ImpedanceSweep) -> None:
        self._tell("MODE=IMP")
        self._tell(f"FRS={self._how.wires}")
        self._tell("DRS=0 0")
        self._tell(f"ZREFMODE={-3 if self._how.reference else 0}")
        self._tell("ZLLCOR=1")
        self._tell(f"ZSLCAL={int(self._how.load_short)}")
        self._tell(f"MTM={self._how.integration_s:g}")
        self._tell("ZCONSPL=1")
        self._set_bias(sweep.bias)
        self._tell(f"GFR={sweep.frequency_max_hz:.6e}")  # the signal allowed depends on it
        self._tell(f"ACV={sweep.amplitude:g}")
        require_same("amplitude (rms)", sweep.amplitude, self._number("ACV"), "V")

    def _set_bias(self, bias_v: float) -> None:
        if bias_v:
            self._tell(f"DCV={bias_v:g}")
            require_same("bias", bias_v, self._number("DCV"), "V")
            self._tell("DCE=1")
        elif self._has_bias_on():
            self._tell("DCE=0")

    def _has_bias_on(self) -> bool:
        """Ask, where there is a bias at all: not every mainframe has one."""
        reply = self._link.query("DCE?")
        return reply != WITHOUT and _number_after("DCE", reply) != 0

    def _point(
        self, frequency_hz: float, began_s: float, clock: Clock
    ) -> Generator[None, None, ImpedancePoint]:
        self._tell(f"GFR={frequency_hz:.6e}")
        self._link.begin("MST")
        estimate_s = self._point_time_s(frequency_hz)
        what = f"the point at {frequency_hz:g} Hz"
        state = yield from listened_for(self._ended, clock, estimate_s=estimate_s, what=what)
        if state != DONE:
            raise InstrumentFaultError(f"{what} was not measured: {STATES.get(state, state)}")
        result = parse_result(self._link.query("ZRE?"))
        require_frequency(result.frequency_hz, frequency_hz, FREQUENCY_TOLERANCE)
        return ImpedancePoint(
            clock.now_s() - began_s, result.frequency_hz, result.z_ohm, result.flags
        )

    def _point_time_s(self, frequency_hz: float) -> float:
        once_s = max(self._how.integration_s, 1.0 / frequency_hz)
        return OVERHEAD_S + once_s * (2 if self._how.reference else 1)

    def _ended(self) -> str | None:
        """Ask for the state of the measurement; ``None`` while it goes on."""
        reply = self._link.query("ZTSTAT?")
        if reply == "OK":  # the answer to MST, which not every firmware gives
            reply = self._link.answer("ZTSTAT?")
        task, _, state = _after("ZTSTAT", reply).partition(" ")
        if task != "1" or state not in STATES:
            raise BadReplyError(f"expected ZTSTAT=1 and a state, got {reply!r}")
        return None if state == RUNNING else state

    def _tell(self, command: str) -> None:
        reply = self._link.query(command)
        if reply == "OK":
            return
        if reply in ANSWERS:
            raise InstrumentFaultError(f"{command}: {ANSWERS[reply]} ({reply})")
        raise BadReplyError(f"{command}: expected OK, got {reply!r}")

    def _asked(self, name: str) -> str:
        return _after(name, self._link.query(f"{name}?"))

    def _number(self, name: str) -> float:
        return _number_after(name, self._link.query(f"{name}?"))


def _require_signal(sweep: ImpedanceSweep) -> None:
    highest_v = highest_amplitude_v(sweep.frequency_max_hz)
    if sweep.amplitude > highest_v:
        raise OutOfRangeError(
            f"amplitude (rms): {sweep.amplitude:g} V is above the {highest_v:g} V that an Alpha-A "
            f"has at {sweep.frequency_max_hz:g} Hz"
        )


def _after(name: str, reply: str) -> str:
    """Return what follows ``NAME=``."""
    if reply in ANSWERS:
        raise InstrumentFaultError(f"{name}?: {ANSWERS[reply]} ({reply})")
    said, equals, rest = reply.partition("=")
    if said != name or not equals:
        raise BadReplyError(f"expected {name}=…, got {reply!r}")
    return rest.strip()


def _number_after(name: str, reply: str) -> float:
    text = _after(name, reply)
    try:
        return float(text)
    except ValueError:
        raise BadReplyError(f"{name}?: expected a number, got {text!r}") from None
