"""Keysight E4980A and E4980AL precision LCR meters as impedance analysers, by list sweeps.

Source: Keysight E4980A/AL User's Guide, E4980-90230: chapters "Overview of Remote Control" (status
registers, tables 8-2 and 8-3), "Save/Recall" (forms of data A, data B and status), "Measurement
Procedure and Examples" (test signal level) and "SCPI Command Reference". What differs between
models, and what could not be confirmed, is in ``e4980a_models.py``.

The meter has no relay. Its level is that of a source behind 100 ohm: at the cell it is less, and
never more, unless level control is on. Off is no dc bias and a level of 0 V. ``*RST`` is never
sent: it would put 1 V on the cell.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .capabilities import Identity, Json, OutputState
from .clock import Clock
from .e4980a_models import (
    APERTURES,
    LIST_POINTS_AT_MOST,
    point_time_s,
    reach_of,
    recognise,
)
from .e4980a_readings import points_of_block, points_of_text
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
from .scpi import Flag as Switch
from .scpi import Number, parse_number, query_if_known
from .scpi_session import ScpiSession, require_same
from .segments import ImpedanceMode, ImpedanceSweep
from .swept_analyser import SweptAnalyser, fitted_options

LIST_SWEEP_COMPLETE: Final = 8
"""Of the operation status event register: set when the last point of a list has been measured."""
SPOT_NUMBERS: Final = 6
"""Of each correction frequency: open, short and load, two numbers each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class E4980ASettings:
    """How it measures: options of the bench file.

    ``aperture`` is SHOR, MED or LONG, ``averages`` 1 to 256. ``level_control`` holds the level at
    the cell itself, where it can. ``transfer`` is "binary" or "ascii". ``spots`` is how many of
    the correction frequencies (0 to 201) are read for the record.
    """

    aperture: str = "MED"
    averages: int = 1
    level_control: bool = False
    transfer: str = "binary"
    spots: int = 3

    def __post_init__(self) -> None:
        """Raise ``OutOfRangeError`` for a setting that the meter does not have."""
        for name, value, allowed in (
            ("aperture", self.aperture, APERTURES),
            ("averages", self.averages, range(1, 257)),
            ("transfer", self.transfer, ("ascii", "binary")),
            ("spots", self.spots, range(202)),
        ):
            if value not in allowed:
                told = f"{allowed[0]} to {allowed[-1]}"
                words = told if isinstance(allowed, range) else ", ".join(allowed)
                raise OutOfRangeError(f"{name}: {value!r} is not allowed: {words}")


class E4980ACommands:
    """What the meter is told and asked; a ``Dialect`` of ``SweptAnalyser``."""

    voltage_v = Number(":VOLT", unit="V", low=0.0, high=20.0)
    current_a = Number(":CURR", unit="A", low=0.0, high=0.1)
    bias_v = Number(":BIAS:VOLT", unit="V", low=-40.0, high=40.0)
    bias_a = Number(":BIAS:CURR", unit="A", low=-0.1, high=0.1)
    bias_on = Switch(":BIAS:STAT")
    level_control = Switch(":AMPL:ALC")
    auto_range = Switch(":FUNC:IMP:RANG:AUTO")
    long_numbers = Switch(":FORM:ASC:LONG")
    open_correction = Switch(":CORR:OPEN:STAT")
    short_correction = Switch(":CORR:SHOR:STAT")

    name = "E4980A"

    def __init__(self, link: BlockLink, how: E4980ASettings) -> None:
        self.link, self._how = link, how

    def recognise(self, reply: str) -> Identity:
        """Read the answer to ``*IDN?``."""
        return recognise(reply)

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Read the options, and whether bias or test signal are on."""
        options = fitted_options(self.link)
        # in current mode there is no answer to the voltage, and a current is never 0 A
        level = query_if_known(self.link, ":VOLT?")
        is_off = level is not None and parse_number(level) == 0 and not self.bias_on
        return reach_of(identity.model, options), OutputState.OFF if is_off else OutputState.ON

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
        """Read which corrections are on, the cable's length, and the data of the spots.

        The data of the correction at all frequencies cannot be had from the instrument.
        """
        load = query_if_known(self.link, ":CORR:LOAD:STAT?")
        cable = query_if_known(self.link, ":CORR:LENG?")
        return Compensation(
            open=self.open_correction,
            short=self.short_correction,
            load=None if load is None else load in ("1", "ON"),
            cable_m=None if cable is None else parse_number(cable),
            standards=self._spots(),
        )

    def _spots(self) -> Mapping[str, Standard]:
        spots = [
            (number - 1, parse_number(self.link.query(f":CORR:SPOT{number}:FREQ?")))
            for number in range(1, self._how.spots + 1)
            if query_if_known(self.link, f":CORR:SPOT{number}:STAT?") == "1"
        ]
        if not spots:
            return {}
        answer = query_if_known(self.link, ":CORR:USE:DATA:SING?")
        if answer is None:
            return {}
        numbers = [parse_number(text) for text in answer.split(",")]
        if len(numbers) < SPOT_NUMBERS * (spots[-1][0] + 1):
            raise BadReplyError(f"expected the data of {spots[-1][0] + 1} spots, got {answer!r}")
        values = pairs(numbers)
        frequencies = tuple(frequency_hz for _, frequency_hz in spots)
        return {
            standard: Standard(
                frequencies, tuple(values[3 * spot + place] for spot, _ in spots), unit
            )
            for place, (standard, unit) in enumerate(
                (("open", "S"), ("short", "ohm"), ("load", "ohm"))
            )
        }

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """The patience with one list: its points come together."""
        return patience_s(sum(self._durations_s(frequencies_hz(sweep)[-LIST_POINTS_AT_MOST:])))

    def _durations_s(self, grid_hz: Sequence[float]) -> list[float]:
        return [point_time_s(hz, self._how.aperture, self._how.averages) for hz in grid_hz]

    def sweep(
        self, sweep: ImpedanceSweep, session: ScpiSession, clock: Clock
    ) -> Generator[ImpedancePoint | None, None, None]:
        """Measure the grid, in as many lists as it takes."""
        began_s = clock.now_s()
        self._prepare(sweep)
        session.raise_errors()
        if sweep.bias:
            self._apply_bias(sweep)
            session.raise_errors()
        grid = frequencies_hz(sweep)
        for first in range(0, len(grid), LIST_POINTS_AT_MOST):
            asked_hz = grid[first : first + LIST_POINTS_AT_MOST]
            said_hz = self._load(asked_hz)
            session.raise_errors()
            durations_s = self._durations_s(said_hz)
            started_s = clock.now_s() - began_s
            self.link.query(":STAT:OPER:EVEN?")  # reading it clears it
            self.link.write(":TRIG:IMM")
            session.raise_errors()
            yield from wait_until(
                self._is_complete, clock, estimate_s=sum(durations_s), what="the list sweep"
            )
            ended_s = clock.now_s() - began_s
            at_s = times_s(durations_s, started_s, ended_s)
            for time_s, hz, (z_ohm, flags) in zip(
                at_s, said_hz, self._fetch(len(said_hz)), strict=True
            ):
                yield ImpedancePoint(time_s, hz, z_ohm, flags)
            session.raise_errors()

    def _prepare(self, sweep: ImpedanceSweep) -> None:
        """Bring everything that a sweep relies on into a known state, the bias off."""
        for command in (":ABOR", ":TRIG:SOUR BUS", ":BIAS:STAT OFF", ":FORM ASC"):
            self.link.write(command)
        self.long_numbers = True
        self.link.write(":FUNC:IMP RX")
        self.auto_range = True
        self.link.write(f":APER {self._how.aperture},{self._how.averages}")
        self.level_control = self._how.level_control
        if sweep.mode is ImpedanceMode.GALVANOSTATIC:
            self.current_a = sweep.amplitude
            require_same("test current", sweep.amplitude, self.current_a, "A")
        else:
            self.voltage_v = sweep.amplitude
            require_same("test voltage", sweep.amplitude, self.voltage_v, "V")
        for command in (":DISP:PAGE LIST", ":LIST:MODE SEQ", ":INIT:CONT ON"):
            self.link.write(command)

    def _apply_bias(self, sweep: ImpedanceSweep) -> None:
        """Set the level and read it back before it is switched on."""
        if sweep.mode is ImpedanceMode.GALVANOSTATIC:
            self.bias_a = sweep.bias
            require_same("bias", sweep.bias, self.bias_a, "A")
        else:
            self.bias_v = sweep.bias
            require_same("bias", sweep.bias, self.bias_v, "V")
        self.bias_on = True
        if not self.bias_on:
            raise InstrumentFaultError("the bias is still off after :BIAS:STAT ON")

    def _load(self, asked_hz: Sequence[float]) -> list[float]:
        """Load the list, read it back, and choose the form of the data to come."""
        self.link.write(":FORM ASC")  # in which the list is told is not known for others
        self.link.write(":LIST:FREQ " + ",".join(f"{hz:.9g}" for hz in asked_hz))
        said_hz = [parse_number(text) for text in self.link.query(":LIST:FREQ?").split(",")]
        require_grid(said_hz, asked_hz)
        if self._how.transfer == "binary":
            self.link.write(":FORM REAL")
            self.link.write(":FORM:BORD NORM")
        return said_hz

    def _is_complete(self) -> bool:
        reply = self.link.query(":STAT:OPER:EVEN?")
        if not re.fullmatch(r"\+?\d{1,5}", reply.strip()):
            raise BadReplyError(f"expected the operation status, got {reply!r}")
        return bool(int(reply) & LIST_SWEEP_COMPLETE)

    def _fetch(self, count: int) -> list[tuple[complex, Flag]]:
        if self._how.transfer == "binary":
            return points_of_block(self.link.query_block(":FETC?"), count)
        return points_of_text(self.link.query(":FETC?"), count)

    def switch_off(self) -> None:
        """Abort, bias off, level 0 V; read that it is so."""
        self.link.write(":ABOR")
        self.link.write(":TRIG:SOUR BUS")
        self.bias_on = False
        self.voltage_v = 0.0
        if self.bias_on:
            raise InstrumentFaultError("the bias is still on after :BIAS:STAT OFF")
        if level_v := self.voltage_v:
            raise InstrumentFaultError(f"the test level is still {level_v:g} V after :VOLT 0")


def e4980a(
    link: BlockLink, *, clock: Clock | None = None, how: E4980ASettings | None = None
) -> SweptAnalyser:
    """Return the meter behind ``link``; ``connect`` then says who is there."""
    return SweptAnalyser(link, E4980ACommands(link, how or E4980ASettings()), clock)
