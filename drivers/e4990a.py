"""Keysight E4990A impedance analyser, 20 Hz to 10, 20, 30, 50 or 120 MHz, by logarithmic sweeps.

Source: Keysight E4990A Impedance Analyzer Help: pages on FORMat, TRIGger, SENSe1:SWEep,
SOURce1:BIAS and SENSe1:CORRection2. What depends on options, and what could not be confirmed, is in
``e4990a_models.py``.

The analyser has no relay and its source cannot be switched off: safe is no dc bias, and the test
signal at its least, 5 mV. ``:SYST:PRES`` and ``*RST`` are never sent: they would put 0.5 V on the
cell. Numbers come in the form that was set last by anybody, so it is set every time.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .blocks import doubles
from .capabilities import Identity, Json, OutputState
from .clock import Clock
from .e4990a_models import APERTURE_S, LEAST_V, point_time_s, reach_of, recognise
from .errors import BadReplyError, InstrumentFaultError, OutOfRangeError
from .impedance_sweeps import (
    Compensation,
    Reach,
    Standard,
    frequencies_hz,
    pairs,
    patience_s,
    require_grid,
    times_s,
    wait_until,
)
from .link import BlockLink
from .readings import Flag, ImpedancePoint
from .scpi import Choice, Number, parse_number, query_if_known
from .scpi import Flag as Switch
from .scpi_session import ScpiSession, require_same
from .segments import ImpedanceMode, ImpedanceSweep
from .swept_analyser import SweptAnalyser, fitted_options

OPERATION_COMPLETE: Final = 1
MEASURING: Final = 16
"""Of the operation status condition register."""
OVERFLOW: Final = 9.9e37
STANDARDS: Final = {"open": "OPEN", "short": "SHOR", "load": "LOAD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class E4990ASettings:
    """How it measures: options of the bench file.

    ``aperture`` is the measurement time, 1 (fast) to 5 (precise); ``averages`` (1 to 999) are
    taken at each point. ``level_control`` holds the level at the cell itself, where it can.
    ``transfer`` is "binary" or "ascii".
    """

    aperture: int = 3
    averages: int = 1
    level_control: bool = False
    transfer: str = "binary"

    def __post_init__(self) -> None:
        """Raise ``OutOfRangeError`` for a setting that the analyser does not have."""
        if self.aperture not in APERTURE_S:
            raise OutOfRangeError(f"aperture: {self.aperture!r} is not allowed: 1 to 5")
        if self.averages not in range(1, 1000):
            raise OutOfRangeError(f"averages: {self.averages!r} is not allowed: 1 to 999")
        if self.transfer not in ("ascii", "binary"):
            raise OutOfRangeError(f"transfer: {self.transfer!r} is not allowed: ascii, binary")


class E4990ACommands:
    """What the analyser is told and asked; a ``Dialect`` of ``SweptAnalyser``."""

    source_mode = Choice(":SOUR1:MODE", ("VOLT", "CURR"))
    voltage_v = Number(":SOUR1:VOLT", unit="V", low=5e-3, high=1.0)
    current_a = Number(":SOUR1:CURR", unit="A", low=200e-6, high=20e-3)
    bias_mode = Choice(":SOUR1:BIAS:MODE", ("VOLT", "CURR"))
    bias_v = Number(":SOUR1:BIAS:VOLT", unit="V", low=-40.0, high=40.0)
    bias_a = Number(":SOUR1:BIAS:CURR", unit="A", low=-0.1, high=0.1)
    bias_on = Switch(":SOUR1:BIAS:STAT")
    start_hz = Number(":SENS1:FREQ:STAR", unit="Hz", low=20.0, high=120e6)
    stop_hz = Number(":SENS1:FREQ:STOP", unit="Hz", low=20.0, high=120e6)
    points = Number(":SENS1:SWE:POIN", unit="1", low=2, high=1601)
    averaging = Switch(":SENS1:AVER:STAT")
    level_control = Switch(":SOUR1:ALC")
    averages = Number(":SENS1:AVER:COUN", unit="1", low=1, high=999)
    aperture = Number(":SENS1:APER:TIME", unit="1", low=1, high=5)
    open_compensation = Switch(":SENS1:CORR2:OPEN")
    short_compensation = Switch(":SENS1:CORR2:SHOR")

    name = "E4990A"

    def __init__(self, link: BlockLink, how: E4990ASettings) -> None:
        self.link, self._how = link, how

    def recognise(self, reply: str) -> Identity:
        """Read the answer to ``*IDN?``."""
        return recognise(reply)

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Read the options, and whether there is a bias or more than the least test signal."""
        del identity
        options = fitted_options(self.link)
        is_least = self.source_mode == "VOLT" and self.voltage_v <= LEAST_V * 1.001
        is_off = is_least and not self.bias_on
        return reach_of(options), OutputState.OFF if is_off else OutputState.ON

    def settings(self) -> Mapping[str, Json]:
        """What this driver was made with."""
        how = self._how
        return {
            "aperture": how.aperture,
            "averages": how.averages,
            "level_control": how.level_control,
            "transfer": how.transfer,
        }

    def compensation(self) -> Compensation:
        """Read which compensation of the fixture is on, and all the data that it rests on."""
        self.link.write(":FORM:DATA ASC")
        load = query_if_known(self.link, ":SENS1:CORR2:LOAD?")
        on = {
            "open": self.open_compensation,
            "short": self.short_compensation,
            "load": load in ("1", "ON"),
        }
        grid = query_if_known(self.link, ":SENS1:CORR:COLL:FPO?")
        return Compensation(
            open=on["open"],
            short=on["short"],
            load=None if load is None else on["load"],
            fixture=self.link.query(":SENS:FIXT:SEL?").strip().strip('"'),
            points=grid or "",
            standards={
                name: standard
                for name, word in STANDARDS.items()
                if on[name] and (standard := self._standard(word)) is not None
            },
        )

    def _standard(self, word: str) -> Standard | None:
        frequencies = query_if_known(self.link, f":SENS1:CORR2:ZME:{word}:FREQ?")
        values = query_if_known(self.link, f":SENS1:CORR2:ZME:{word}:DATA?")
        if frequencies is None or values is None:
            return None
        said_hz = tuple(parse_number(text) for text in frequencies.split(","))
        z_ohm = pairs([parse_number(text) for text in values.split(",")])
        if len(said_hz) != len(z_ohm):
            raise BadReplyError(
                f"the {word} data have {len(z_ohm)} points at {len(said_hz)} frequencies"
            )
        return Standard(said_hz, z_ohm)

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """The patience with the whole sweep: its points come together."""
        return patience_s(sum(self._durations_s(frequencies_hz(sweep))))

    def _durations_s(self, grid_hz: Sequence[float]) -> list[float]:
        return [point_time_s(hz, self._how.aperture, self._how.averages) for hz in grid_hz]

    def sweep(
        self, sweep: ImpedanceSweep, session: ScpiSession, clock: Clock
    ) -> Generator[ImpedancePoint | None, None, None]:
        """Measure the grid in one sweep, upwards; the points come when it is done."""
        began_s = clock.now_s()
        grid = tuple(reversed(frequencies_hz(sweep)))
        self._prepare(sweep, grid)
        session.raise_errors()
        if sweep.bias:
            self._apply_bias(sweep)
            session.raise_errors()
        durations_s = self._durations_s(grid)
        self.link.query("*ESR?")  # reading it clears it
        started_s = clock.now_s() - began_s
        self.link.write(":TRIG:SING")
        self.link.write("*OPC")
        session.raise_errors()
        yield from wait_until(
            self._is_complete, clock, estimate_s=sum(durations_s), what="the sweep"
        )
        at_s = times_s(durations_s, started_s, clock.now_s() - began_s)
        complaints = session.drain_errors()
        warning = Flag.OVERLOAD_WARNING if complaints else Flag.NONE
        said_hz = self._numbers(":SENS1:FREQ:DATA?", len(grid))
        require_grid(said_hz, grid)
        values = pairs(self._numbers(":CALC1:DATA:RDAT?", 2 * len(grid)))
        for time_s, hz, z_ohm in zip(at_s, said_hz, values, strict=True):
            yield ImpedancePoint(time_s, hz, *_judged(z_ohm, warning))

    def _prepare(self, sweep: ImpedanceSweep, grid: Sequence[float]) -> None:
        """Bring everything that a sweep relies on into a known state, the bias off."""
        for command in (
            ":ABOR",
            ":INIT1:CONT ON",
            ":TRIG:SOUR BUS",
            ":SOUR1:BIAS:STAT OFF",
            ":CALC1:PAR1:DEF R",
            ":CALC1:PAR2:DEF X",
            ":CALC1:PAR1:SEL",
            ":SENS1:SWE:TYPE LOG",
            ":SENS1:SWE:DIR UP",
        ):
            self.link.write(command)
        self.start_hz, self.stop_hz = grid[0], grid[-1]
        self.points = len(grid)
        self.aperture = self._how.aperture
        self.averages = self._how.averages
        self.averaging = True
        self.link.write(":CALC1:AVER OFF")
        self.level_control = self._how.level_control
        if sweep.mode is ImpedanceMode.GALVANOSTATIC:
            self.source_mode = "CURR"
            self.current_a = sweep.amplitude
            require_same("test current", sweep.amplitude, self.current_a, "A")
        else:
            self.source_mode = "VOLT"
            self.voltage_v = sweep.amplitude
            require_same("test voltage", sweep.amplitude, self.voltage_v, "V")
        binary = self._how.transfer == "binary"
        self.link.write(":FORM:DATA REAL" if binary else ":FORM:DATA ASC")
        self.link.write(":FORM:BORD NORM")

    def _apply_bias(self, sweep: ImpedanceSweep) -> None:
        """Set the level and read it back before it is switched on."""
        if sweep.mode is ImpedanceMode.GALVANOSTATIC:
            self.bias_mode = "CURR"
            self.bias_a = sweep.bias
            require_same("bias", sweep.bias, self.bias_a, "A")
        else:
            self.bias_mode = "VOLT"
            self.bias_v = sweep.bias
            require_same("bias", sweep.bias, self.bias_v, "V")
        self.bias_on = True
        if not self.bias_on:
            raise InstrumentFaultError("the bias is still off after :SOUR1:BIAS:STAT ON")

    def _is_complete(self) -> bool:
        if not _register(self.link.query("*ESR?")) & OPERATION_COMPLETE:
            return False
        if _register(self.link.query(":STAT:OPER:COND?")) & MEASURING:
            raise BadReplyError("the sweep is said to be complete, and to be going on")
        return True

    def _numbers(self, query: str, count: int) -> tuple[float, ...]:
        if self._how.transfer == "binary":
            return doubles(self.link.query_block(query), count)
        texts = [text.strip() for text in self.link.query(query).split(",")]
        if len(texts) != count:
            raise BadReplyError(f"expected {count} numbers from {query}, got {len(texts)}")
        # how many digits they have is not known, only that all have as many
        if len({len(text.lstrip("+-")) for text in texts}) != 1:
            raise BadReplyError(f"the numbers from {query} have not all their digits")
        return tuple(_number(text) for text in texts)

    def switch_off(self) -> None:
        """Abort, bias off, test signal at its least; read that it is so."""
        self.link.write(":ABOR")
        self.link.write(":TRIG:SOUR BUS")
        self.bias_on = False
        self.source_mode = "VOLT"
        self.voltage_v = LEAST_V
        if self.bias_on:
            raise InstrumentFaultError("the bias is still on after :SOUR1:BIAS:STAT OFF")
        require_same("test level", LEAST_V, self.voltage_v, "V")


def _register(reply: str) -> int:
    if not re.fullmatch(r"\+?\d{1,5}", reply.strip()):
        raise BadReplyError(f"expected a status register, got {reply!r}")
    return int(reply)


def _number(text: str) -> float:
    """Read a number; an overflow is let through, to be flagged."""
    if not re.fullmatch(r"[+-]?\d\.\d+E[+-]\d{2,3}", text):
        raise BadReplyError(f"expected a number with an exponent, got {text!r}")
    return float(text)


def _judged(z_ohm: complex, warning: Flag) -> tuple[complex, Flag]:
    if max(abs(z_ohm.real), abs(z_ohm.imag)) < OVERFLOW:
        return z_ohm, warning
    return complex("nan+nanj"), warning | Flag.OVERLOAD


def e4990a(
    link: BlockLink, *, clock: Clock | None = None, how: E4990ASettings | None = None
) -> SweptAnalyser:
    """Return the analyser behind ``link``; ``connect`` then says who is there."""
    return SweptAnalyser(link, E4990ACommands(link, how or E4990ASettings()), clock)
