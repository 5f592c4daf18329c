"""The analog side of a MethodSCRIPT instrument: cell switch, converters and readings.

Current is positive into the working electrode. Times are seconds of the twin's clock.

Unverified, so kept behind names or in one place:

* mode change: set_pgstat_mode opens the cell when the mode is another one.
* overload in an impedance sweep: the point is not a number.
* galvanostat's potential limit: the end of the potential window.
* impedance at controlled potential: needs mode 3 on every model.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from .models import (
    GALVANOSTAT,
    HIGH_SPEED,
    LOW_SPEED,
    OFF,
    Model,
    PotentialWindow,
)
from .ranging import OUT_OF_BOUNDS, OVERLOAD, TOLERANCE, Ranging, RunError

POTENTIAL_INVALID, AMPLITUDE_INVALID, FREQUENCY_INVALID = 0x000F, 0x0012, 0x0011
MODE_UNSUPPORTED, MODE_INVALID, NO_CHANNEL = 0x0021, 0x0023, 0x002F
NEEDS_CELL_ON, OCP_WITH_CELL_ON = 0x4027, 0x0014


class Measurement(Protocol):
    """A reading of the analog part; ``limited`` when the source could not hold its set value."""

    @property
    def voltage_v(self) -> float:
        """Working minus counter electrode."""
        ...

    @property
    def current_a(self) -> float:
        """Into the working electrode."""
        ...

    @property
    def limited(self) -> bool:
        """Whether the voltage or current limit has taken over."""
        ...


class Analog(Protocol):
    """The part of the front end that this instrument uses."""

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        """Hold a voltage from ``at_s`` on."""

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        """Hold a current from ``at_s`` on."""

    def open(self, at_s: float) -> None:
        """Open the cell at ``at_s``."""

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measurement:
        """Advance the cell to ``at_s`` and read it."""
        ...

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        """Measure at one frequency from ``at_s`` on, for ``duration_s``."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement, with the metadata that a package prints behind each value."""

    voltage_v: float
    current_a: float
    voltage_metadata: str
    current_metadata: str


class Potentiostat:
    """State of one channel. Every method that moves the output takes the time it happens."""

    def __init__(self, front_end: Analog, model: Model) -> None:
        self.ranging = Ranging(model)
        self._model = model
        self._front_end = front_end
        self._mode = OFF
        self._is_on = False
        self._set_voltage_v = 0.0
        self._set_current_a = 0.0

    def configure(self, at_s: float, mode: int) -> None:
        """Choose the mode; another one than before opens the cell."""
        if mode != OFF and mode not in self._model.current_ranges:
            raise RunError(MODE_UNSUPPORTED)
        if mode == self._mode:
            return
        self.switch_off(at_s)
        self._mode = mode
        self._set_voltage_v = self._set_current_a = 0.0
        self.ranging.select(mode)

    def select_channel(self, channel: int) -> None:
        """Only channel 0 is wired to the cell."""
        if not 0 <= channel < self._model.channels:
            raise RunError(NO_CHANNEL)

    @property
    def window(self) -> PotentialWindow:
        """What can be applied, or in galvanostatic mode measured, in the present mode."""
        return self._model.windows.get(self._mode, self._model.windows[LOW_SPEED])

    def set_range_minmax(self, vartype: str, low: float, high: float) -> None:
        """Announce the span of values to come; the window must be able to hold it."""
        if low > high:
            raise RunError(OUT_OF_BOUNDS)
        if vartype != "da":
            largest = max(abs(low), abs(high))
            self.ranging.follow(vartype, largest, largest)
            return
        self._require_voltage(low)
        self._require_voltage(high)
        if high - low > self.window.span_v * TOLERANCE:
            raise RunError(OUT_OF_BOUNDS)

    def _require_voltage(self, voltage_v: float) -> None:
        tolerance_v = self.window.dac_lsb_v
        if not self.window.min_v - tolerance_v <= voltage_v <= self.window.max_v + tolerance_v:
            raise RunError(POTENTIAL_INVALID)

    def apply_voltage(self, at_s: float, voltage_v: float) -> float:
        """Set the potential to the converter's nearest step; returns what is really applied."""
        self._require_voltage(voltage_v)
        lsb_v = self.window.dac_lsb_v
        self._set_voltage_v = math.floor(voltage_v / lsb_v + 0.5) * lsb_v
        self._drive(at_s)
        return self._set_voltage_v

    def apply_current(self, at_s: float, current_a: float) -> float:
        """Set the current to the converter's nearest step; returns what is really applied."""
        if abs(current_a) > self.ranging.applied_limit_a * TOLERANCE:
            raise RunError(OUT_OF_BOUNDS)
        lsb_a = self.ranging.applied_lsb_a
        self._set_current_a = math.floor(current_a / lsb_a + 0.5) * lsb_a
        self._drive(at_s)
        return self._set_current_a

    def switch_on(self, at_s: float, voltage_v: float | None = None) -> None:
        """Close the cell switch at the set values, or at ``voltage_v``."""
        if self._mode == OFF:
            raise RunError(MODE_INVALID)
        if voltage_v is not None and self._mode != GALVANOSTAT:
            self.apply_voltage(at_s, voltage_v)
        self._is_on = True
        self._drive(at_s)

    def switch_off(self, at_s: float) -> None:
        """Open the cell switch."""
        self._is_on = False
        self._front_end.open(at_s)

    def _drive(self, at_s: float) -> None:
        if not self._is_on:
            return
        if self._mode == GALVANOSTAT:
            limit_v = max(self.window.max_v, -self.window.min_v)
            self._front_end.drive_current(at_s, self._set_current_a, limit_v)
        else:
            self._front_end.drive_voltage(at_s, self._set_voltage_v, self._model.current_max_a)

    def require_potentiostat(self) -> None:
        """The cell must be on and in a potentiostatic mode."""
        if self._mode in (OFF, GALVANOSTAT):
            raise RunError(MODE_INVALID)
        if not self._is_on:
            raise RunError(NEEDS_CELL_ON)

    def require_galvanostat(self) -> None:
        """The cell must be on and in galvanostatic mode."""
        if self._mode != GALVANOSTAT:
            raise RunError(MODE_INVALID)
        if not self._is_on:
            raise RunError(NEEDS_CELL_ON)

    def require_open(self) -> None:
        """The cell must be off, and a mode chosen."""
        if self._is_on:
            raise RunError(OCP_WITH_CELL_ON)
        if self._mode == OFF:
            raise RunError(MODE_INVALID)

    def read(self, at_s: float, status: int = 0) -> Sample:
        """Measure both values; ``status`` is added to what the ranges themselves report."""
        ranging = self.ranging
        measured = self._front_end.measure(at_s, current_range_a=ranging.span_a)
        while ranging.step_up(measured.current_a):
            measured = self._front_end.measure(at_s, current_range_a=ranging.span_a)
        if measured.limited:
            status |= OVERLOAD
        _, current_metadata = ranging.current_status(measured.current_a, status)
        span_a = ranging.span_a
        ranging.step_down(measured.current_a)
        return Sample(
            measured.voltage_v,
            max(-span_a, min(measured.current_a, span_a)),
            ranging.voltage_metadata(status | self._voltage_status(measured.voltage_v)),
            current_metadata,
        )

    def _voltage_status(self, voltage_v: float) -> int:
        tolerance_v = 1e-3 * self.window.span_v  # the converter reads a little further
        window = self.window
        inside = window.min_v - tolerance_v <= voltage_v <= window.max_v + tolerance_v
        return 0 if inside else OVERLOAD

    def require_impedance(self, amplitude: float, start_hz: float, end_hz: float) -> None:
        """Refuse a sweep beyond the instrument's frequencies or amplitude (rms, V or A)."""
        if self._mode not in (HIGH_SPEED, GALVANOSTAT):
            raise RunError(MODE_INVALID)
        for frequency_hz in (start_hz, end_hz):
            highest_hz = self._model.frequency_max_hz * TOLERANCE
            if not self._model.frequency_min_hz <= frequency_hz <= highest_hz:
                raise RunError(FREQUENCY_INVALID)
        if amplitude <= 0:
            raise RunError(AMPLITUDE_INVALID)
        if self._mode != GALVANOSTAT:
            if amplitude > self._model.amplitude_max_v * TOLERANCE:
                raise RunError(AMPLITUDE_INVALID)
        elif abs(self._set_current_a) + math.sqrt(2) * amplitude > self.ranging.applied_limit_a:
            raise RunError(OUT_OF_BOUNDS)

    def impedance(
        self, at_s: float, frequency_hz: float, duration_s: float, amplitude: float
    ) -> tuple[complex, str, str]:
        """Impedance from ``at_s`` on, with the metadata of its real and its imaginary part."""
        bias = self._front_end.measure(at_s)
        z_ohm = self._front_end.impedance(at_s, frequency_hz, duration_s)
        modulus_ohm = max(abs(z_ohm), 1e-12)
        peak = math.sqrt(2) * amplitude
        if self._mode == GALVANOSTAT:
            peak_a, peak_v = peak, peak * modulus_ohm
        else:
            peak_a, peak_v = peak / modulus_ohm, peak
        status = self._voltage_status(bias.voltage_v + math.copysign(peak_v, bias.voltage_v))
        if bias.limited:
            status |= OVERLOAD
        current_peak_a = abs(bias.current_a) + peak_a
        current_status, current_metadata = self.ranging.impedance_status(current_peak_a, status)
        if current_status & OVERLOAD:
            z_ohm = complex(math.nan, math.nan)
        voltage_metadata = self.ranging.voltage_metadata(current_status & OVERLOAD)
        return z_ohm, current_metadata, voltage_metadata
