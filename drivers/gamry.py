"""Gamry potentiostats through the maker's own package, toolkitpy, where it is installed.

Source: Gamry Electrochemistry ToolkitPy, as it is used by four open clients that were run on
instruments (spec-echem and a battery robot on Reference 600 and Interface 1010, Lighthouse, and a
rotating-disk bench): calls, their arguments and the names of recorded fields were taken where at
least two of them agree. The maker's manual comes with the package and has not been seen.

The instrument samples by its own clock; the limits of a segment are watched by the host, at every
record, and are tested on board only in voltammetry. When the host dies, an instrument goes on to
the end of its signal. A rest is an open-circuit measurement.
"""

from __future__ import annotations

import importlib
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Final

from .capabilities import Envelope, HeldLimits, Identity, OutputState
from .clock import Clock, SystemClock
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    UnsupportedError,
)
from .gamry_curves import (
    SQRT2,
    Running,
    expected_of,
    frequencies_hz,
    number_of,
    prepared_curve,
    reading_of,
    set_up,
)
from .readings import ImpedancePoint, Observation
from .segment_course import Expected, course_of
from .segment_limits import Reach, check_segment
from .segments import DeviceSegment, ImpedanceSweep, SegmentEnd, Voltammetry

POLL_S: Final = 0.05
STOP_PATIENCE_S: Final = 5.0
RECORDS_MAX: Final = 262_000
SAMPLE_PERIOD_MIN_S: Final = 0.1
AMPLITUDE_MAX_V: Final = 0.5
FREQUENCY_MIN_HZ: Final = 1.0
"""A point of a spectrum cannot be broken off: a lower one would keep a stop waiting."""
TRIES: Final = 3
FIRST_GUESS_OHM: Final = 1000.0

UNVERIFIED: Final = (
    ("errors of toolkitpy", "are RuntimeError; they mean that the instrument is not reached"),
    ("acq_data", "gives all records since the curve began, by the names time, vf and im"),
    ("time", "counts from the beginning of the curve"),
    ("current convention ANODIC", "positive into the working electrode"),
    ("set_stop_i_max, set_stop_i_min", "end a voltammetry on board"),
    ("curve that has ended", "leaves the cell on; the host opens it"),
    ("signal_r_up_dn_new", "start, both apexes, end; rates and holds of its three legs"),
    ("ReadZ.measure", "takes the rms amplitude; false means that the point is no good"),
    ("zreal, zimag", "of the last point; imaginary part as measured"),
    ("records, amplitude", "at most 262 000 records in a signal; 0.5 V of peak amplitude"),
)
"""What could not be read in a manual, and what was assumed instead."""


def load_toolkit() -> Any:
    """Import the maker's package. Raises ``UnsupportedError`` that says what is missing."""
    try:
        return importlib.import_module("toolkitpy")
    except ImportError as error:
        bits = 8 * struct.calcsize("P")
        raise UnsupportedError(
            f"Gamry's toolkitpy cannot be imported into this {bits}-bit Python ({error}). It comes "
            "with Gamry's Framework (Electrochemistry ToolkitPy, from gamry.com), for Windows only "
            "and for the Python that its installer names, which may be a 32-bit one; put its "
            "folder, Gamry Instruments/Framework/toolkitpy, on PYTHONPATH"
        ) from error


class GamryPotentiostat:
    """A ``SegmentDevice``: the potentiostat that toolkitpy lists as ``section``.

    The package does not say what an instrument can do; both limits are those of its label.
    """

    def __init__(
        self,
        toolkit: Any,
        section: str,
        *,
        current_max_a: float,
        voltage_max_v: float = 10.0,
        clock: Clock | None = None,
    ) -> None:
        self._toolkit, self._section = toolkit, section
        self._clock = clock if clock is not None else SystemClock()
        self._reach = Reach(
            name=section,
            voltage_max_v=voltage_max_v,
            current_max_a=current_max_a,
            sample_period_min_s=SAMPLE_PERIOD_MIN_S,
            records_max=RECORDS_MAX,
            amplitude_max_v=AMPLITUDE_MAX_V,
            current_sweeps=False,
        )
        self._pstat: Any = None
        self._identity: Identity | None = None
        self._runs = 0
        self._lost = ""

    def connect(self) -> OutputState:
        """Open the potentiostat anew and read who it is and whether its cell is on."""
        self._runs += 1
        try:
            output = self._greet()
        except DriverError as error:
            self._lost = str(error)
            raise
        self._lost = ""
        return output

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        if self._identity is None:
            raise DriverError("not connected: the instrument has not said who it is")
        return self._identity

    @property
    def envelope(self) -> Envelope:
        """What the connected instrument can do."""
        self._require_known()
        return self._reach.envelope

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        self._require_known()
        check_segment(segment, self._reach)
        if isinstance(segment, Voltammetry) and segment.cycles > 1:
            raise UnsupportedError(
                f"{segment.cycles} cycles: how toolkitpy goes on after the first is not known; ask "
                "for one cycle at a time"
            )

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Say what the instrument holds: little; the host ends segments and opens the cell."""
        del voltage_max_v
        return HeldLimits(
            values={}, by_segment=("current limit in voltammetry",), ends_segments=False
        )

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Check a segment at once, then carry it out: see ``SegmentDevice.perform``.

        Whatever happens, the cell is open when the generator is done with, or nothing is sent
        until ``connect``.
        """
        self.check(segment)
        if self._lost:
            raise LinkLostError(
                f"{segment.name!r} was not sent; the state of the output is unknown since "
                f"{self._lost}: connect again"
            )
        return self._carry_out(segment)

    def make_safe(self) -> None:
        """Open the cell, and read back that it is. What runs then measures an open cell."""
        self._runs += 1
        if self._pstat is None or self._lost:
            self._open_it()
        self._switch_off()

    def close(self) -> None:
        """Let the instrument go; its cell stays as it is. May be called twice."""
        if self._pstat is not None:
            self._pstat = None
            with suppress(RuntimeError):
                self._toolkit.toolkitpy_close()

    def _greet(self) -> OutputState:
        self._open_it()
        with self._talking():
            self._identity = Identity(
                manufacturer="Gamry",
                model=self._section.partition("-")[0],
                serial=str(self._pstat.serial_no()),
                firmware="",
            )
            lowest_hz = max(float(self._pstat.freq_limit_lower()), FREQUENCY_MIN_HZ)
            frequency_hz = (lowest_hz, float(self._pstat.freq_limit_upper()))
            self._reach = replace(self._reach, frequency_hz=frequency_hz)
            return OutputState.ON if self._pstat.cell() else OutputState.OFF

    def _open_it(self) -> None:
        self.close()
        with self._talking():
            self._toolkit.toolkitpy_init("solidcell")
            sections = [str(section) for section in self._toolkit.enum_sections()]
            if self._section not in sections:
                raise LinkLostError(
                    f"{self._section} is not among the instruments that toolkitpy finds: "
                    f"{', '.join(sections) or 'none'}"
                )
            self._pstat = self._toolkit.Pstat("PSTAT", self._section)
            self._pstat.open()

    @contextmanager
    def _talking(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            self._lost = str(error)
            raise LinkLostError(f"toolkitpy, of {self._section}: {error}") from error

    def _carry_out(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        self._runs += 1
        this_run = self._runs
        try:
            if isinstance(segment, ImpedanceSweep):
                return (yield from self._sweep(segment, this_run))
            return (yield from self._record(segment, this_run))
        except BaseException as error:
            if isinstance(error, BadReplyError | LinkLostError):
                self._lost = str(error)
            raise
        finally:
            if self._runs == this_run and self._pstat is not None:
                self._switch_off()

    def _record(
        self, segment: DeviceSegment, this_run: int
    ) -> Generator[Observation | None, None, SegmentEnd]:
        expected = expected_of(segment)
        course = course_of(segment, expected)
        with self._talking():
            running = self._begun(segment, expected)
        seen, ended = 0, False
        try:
            while True:
                with self._talking():
                    self._require_valid()
                    ended = not running.curve.running()
                    rows = running.curve.acq_data()
                for row in () if rows is None else rows[seen:]:
                    seen += 1
                    yield course.take(reading_of(row, running.has_current))
                    if self._runs != this_run:
                        return SegmentEnd.STOPPED
                    if (end := course.broken_off()) is not None:
                        return end
                if ended:
                    return course.end()
                self._clock.sleep_until(self._clock.now_s() + POLL_S)
                yield None
                if self._runs != this_run:
                    return SegmentEnd.STOPPED
        finally:
            self._end(running.curve)

    def _begun(self, segment: DeviceSegment, expected: Expected) -> Running:
        """Set everything up with the cell open, then close it and begin."""
        self._switch_off()
        running = prepared_curve(self._toolkit, self._pstat, segment, expected)
        if running.has_current:
            self._pstat.set_cell(True)
        running.curve.run(True)
        return running

    def _sweep(
        self, segment: ImpedanceSweep, this_run: int
    ) -> Generator[Observation | None, None, SegmentEnd]:
        course = course_of(segment, expected_of(segment))
        begun_s, guess_ohm, readz = self._clock.now_s(), FIRST_GUESS_OHM, None
        for frequency_hz in frequencies_hz(segment):
            with self._talking():
                self._require_valid()
                if readz is None:
                    readz = self._begin_sweep(segment, guess_ohm)
                z_ohm = self._point(readz, frequency_hz, segment, guess_ohm)
            guess_ohm = abs(z_ohm)
            yield course.take(ImpedancePoint(self._clock.now_s() - begun_s, frequency_hz, z_ohm))
            if self._runs != this_run:
                return SegmentEnd.STOPPED
        return course.end()

    def _begin_sweep(self, segment: ImpedanceSweep, guess_ohm: float) -> Any:
        self._switch_off()
        largest_a = SQRT2 * segment.amplitude / guess_ohm
        set_up(self._toolkit, self._pstat, self._toolkit.PSTATMODE, largest_a)
        self._pstat.set_voltage(segment.bias)
        self._pstat.set_cell(True)
        readz = self._toolkit.ReadZ(self._pstat)
        readz.set_gain(1.0)
        readz.set_speed(1)
        readz.set_drift_cor(False)
        readz.set_vdc(segment.bias)
        readz.set_idc(self._pstat.measure_i())
        return readz

    def _point(
        self, readz: Any, frequency_hz: float, segment: ImpedanceSweep, guess_ohm: float
    ) -> complex:
        readz.set_zmod(guess_ohm)
        for _ in range(TRIES):
            if readz.measure(frequency_hz, segment.amplitude, segment.bias):
                return complex(number_of(readz.zreal), number_of(readz.zimag))
        raise InstrumentFaultError(
            f"no impedance at {frequency_hz:g} Hz after {TRIES} tries of toolkitpy's ReadZ"
        )

    def _end(self, curve: Any) -> None:
        """Stop a curve and wait for it: a signal must not land on one that still runs."""
        with self._talking():
            if curve.running():
                curve.stop()
            until_s = self._clock.now_s() + STOP_PATIENCE_S
            while curve.running():
                if self._clock.now_s() > until_s:
                    raise InstrumentFaultError("the curve goes on after it was stopped")
                self._clock.sleep_until(self._clock.now_s() + POLL_S)

    def _switch_off(self) -> None:
        with self._talking():
            self._pstat.set_cell(False)
            if self._pstat.cell():
                raise InstrumentFaultError("the cell is still on after set_cell(False)")

    def _require_valid(self) -> None:
        if not self._toolkit.pstat_is_valid(self._pstat):
            raise LinkLostError(f"toolkitpy has lost {self._section}")

    def _require_known(self) -> None:
        if self._identity is None:
            raise DriverError("not connected: the instrument is not known yet")


def open_gamry(
    section: str, *, current_max_a: float, voltage_max_v: float, clock: Clock | None = None
) -> GamryPotentiostat:
    """Load the maker's package for the potentiostat that it lists as ``section``.

    Raises ``UnsupportedError`` where the package is not installed.
    """
    return GamryPotentiostat(
        load_toolkit(),
        section,
        current_max_a=current_max_a,
        voltage_max_v=voltage_max_v,
        clock=clock,
    )
