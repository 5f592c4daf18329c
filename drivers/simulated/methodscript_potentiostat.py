"""The analog side of a MethodSCRIPT instrument: cell switch, converters and measuring ranges.

Current is positive into the working electrode. Times are seconds of the twin's clock.
"""

import math
from dataclasses import dataclass
from typing import Final, Protocol

from .methodscript_models import (
    CURRENT_DAC_STEPS,
    GALVANOSTAT,
    HIGH_SPEED,
    LOW_SPEED,
    OFF,
    Model,
    PotentialWindow,
    Range,
)

UNVERIFIED: Final = {
    "mode change": "set_pgstat_mode opens the cell when the mode is another one",
    "UNDERLOAD_BELOW": "fraction of a range below which a current counts as underload",
    "WARNING_ABOVE": "fraction of a range above which an overload is warned of",
    "AUTORANGE_DOWN_BELOW": "fraction of the next lower range at which ranging steps down",
    "NOISE": "metadata 4 is always 0",
    "overload in an impedance sweep": "the point is not a number",
    "galvanostat's potential limit": "the end of the potential window",
}
TIMING, OVERLOAD, UNDERLOAD, OVERLOAD_WARNING = 1, 2, 4, 8
UNDERLOAD_BELOW = 0.01
WARNING_ABOVE = 0.95
AUTORANGE_DOWN_BELOW = 0.8
NOISE = ",40"

POTENTIAL_INVALID, AMPLITUDE_INVALID, FREQUENCY_INVALID = 0x000F, 0x0012, 0x0011
MODE_UNSUPPORTED, MODE_INVALID, NO_CHANNEL = 0x0021, 0x0023, 0x002F
RANGE_TYPE, OUT_OF_BOUNDS = 0x0084, 0x4205
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


class RunError(Exception):
    """An error while a script runs; ends the script and leaves the cell as it is."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:04X}")
        self.code = code


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
        self.model = model
        self._front_end = front_end
        self._mode = OFF
        self._is_on = False
        self._set_voltage_v = 0.0
        self._set_current_a = 0.0
        self._range_index = 0
        self._autorange: tuple[int, int] | None = None
        self._potential_code = model.potential_ranges[-1].code
        self.measures_voltage = False
        self.measures_current = False
        self._applied: Range | None = None

    @property
    def is_on(self) -> bool:
        """Whether the cell switch is closed."""
        return self._is_on

    def configure(self, at_s: float, mode: int) -> None:
        """Choose the mode; another one than before opens the cell."""
        if mode != OFF and mode not in self.model.current_ranges:
            raise RunError(MODE_UNSUPPORTED)
        if mode == self._mode:
            return
        self.switch_off(at_s)
        self._mode = mode
        self._set_voltage_v = self._set_current_a = 0.0
        self.forget_ranges()

    def forget_ranges(self) -> None:
        """Back to the largest range, as at the start of a script; the output stays as it is."""
        self._autorange = None
        self._applied = None
        self.measures_voltage = self.measures_current = False
        self._potential_code = self.model.potential_ranges[-1].code
        self._range_index = len(self._ranges) - 1

    def select_channel(self, channel: int) -> None:
        """Only channel 0 is wired to the cell."""
        if not 0 <= channel < self.model.channels:
            raise RunError(NO_CHANNEL)

    @property
    def _ranges(self) -> tuple[Range, ...]:
        known = self.model.current_ranges
        return known.get(self._mode, known[LOW_SPEED])

    @property
    def window(self) -> PotentialWindow:
        """What can be applied, or in galvanostatic mode measured, in the present mode."""
        return self.model.windows.get(self._mode, self.model.windows[LOW_SPEED])

    def _fitting(self, magnitude_a: float) -> int:
        """Index of the smallest range that holds a current; the largest if none does."""
        for index, candidate in enumerate(self._ranges):
            if magnitude_a <= candidate.full_scale * self.model.range_headroom * (1 + 1e-9):
                return index
        return len(self._ranges) - 1

    def set_range(self, vartype: str, value: float) -> None:
        """Fix the range of a current (ba), a measured potential (ab) or an applied value."""
        self.set_autoranging(vartype, value, value)

    def set_autoranging(self, vartype: str, low: float, high: float) -> None:
        """Let the range follow the measured value between two limits."""
        low, high = abs(low), abs(high)
        if low > high:
            raise RunError(OUT_OF_BOUNDS)
        if vartype == "ba":
            self.measures_current = True
            if self._mode == GALVANOSTAT:
                return  # there the applied current decides the range
            lowest, highest = self._fitting(low), self._fitting(high)
            self._range_index = min(max(self._range_index, lowest), highest)
            self._autorange = (lowest, highest)
        elif vartype == "db":
            if high > self.model.current_max_a * (1 + 1e-9):
                raise RunError(OUT_OF_BOUNDS)
            self._applied = self._ranges[self._fitting(high)]
            if self._mode == GALVANOSTAT:
                self._range_index = self._fitting(high)
        elif vartype == "ab":
            self.measures_voltage = True
            self._potential_code = self._potential_range(high).code
        elif vartype != "da":
            raise RunError(RANGE_TYPE)

    def set_range_minmax(self, vartype: str, low: float, high: float) -> None:
        """Announce the span of values to come; the window must be able to hold it."""
        if low > high:
            raise RunError(OUT_OF_BOUNDS)
        if vartype == "da":
            self._require_voltage(low)
            self._require_voltage(high)
            if high - low > self.window.span_v * (1 + 1e-9):
                raise RunError(OUT_OF_BOUNDS)
            return
        largest = max(abs(low), abs(high))
        self.set_range(vartype, largest)

    def _potential_range(self, value_v: float) -> Range:
        for candidate in self.model.potential_ranges:
            if value_v <= candidate.full_scale:
                return candidate
        return self.model.potential_ranges[-1]

    def _require_voltage(self, voltage_v: float) -> None:
        tolerance_v = self.window.dac_lsb_v
        if not self.window.min_v - tolerance_v <= voltage_v <= self.window.max_v + tolerance_v:
            raise RunError(POTENTIAL_INVALID)

    def potential_steps(self, voltage_v: float) -> int:
        """The converter's nearest step to a potential."""
        return math.floor(voltage_v / self.window.dac_lsb_v + 0.5)

    def apply_voltage(self, at_s: float, voltage_v: float) -> float:
        """Set the potential to the converter's nearest step; returns what is really applied."""
        self._require_voltage(voltage_v)
        self._set_voltage_v = self.potential_steps(voltage_v) * self.window.dac_lsb_v
        self._drive(at_s)
        return self._set_voltage_v

    def current_lsb_a(self) -> float:
        """Step of the applied current in the present range."""
        applied = self._applied or self._ranges[-1]
        return applied.full_scale * self.model.range_headroom / CURRENT_DAC_STEPS

    def apply_current(self, at_s: float, current_a: float) -> float:
        """Set the current to the converter's nearest step; returns what is really applied."""
        self._require_current(abs(current_a))
        steps = math.floor(current_a / self.current_lsb_a() + 0.5)
        self._set_current_a = steps * self.current_lsb_a()
        self._drive(at_s)
        return self._set_current_a

    def _require_current(self, magnitude_a: float) -> None:
        applied = self._applied or self._ranges[-1]
        limit_a = min(applied.full_scale * self.model.range_headroom, self.model.current_max_a)
        if magnitude_a > limit_a * (1 + 1e-9):
            raise RunError(OUT_OF_BOUNDS)

    def switch_on(self, at_s: float, voltage_v: float | None = None) -> None:
        """Close the cell switch at the set values, or at ``voltage_v``."""
        if self._mode == OFF:
            raise RunError(MODE_INVALID)
        self._is_on = True
        if voltage_v is not None and self._mode != GALVANOSTAT:
            self.apply_voltage(at_s, voltage_v)
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
            self._front_end.drive_voltage(at_s, self._set_voltage_v, self.model.current_max_a)

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

    def require_high_speed(self) -> None:
        """An impedance sweep at controlled potential needs the high-speed mode."""
        if self._mode not in (HIGH_SPEED, GALVANOSTAT):
            raise RunError(MODE_INVALID)

    def read(self, at_s: float, status: int = 0) -> Sample:
        """Measure both values; ``status`` is added to what the ranges themselves report."""
        chosen = self._ranges[self._range_index]
        span_a = chosen.full_scale * self.model.range_headroom
        measured = self._front_end.measure(at_s, current_range_a=span_a)
        while abs(measured.current_a) > span_a * WARNING_ABOVE and self._range_up():
            chosen = self._ranges[self._range_index]
            span_a = chosen.full_scale * self.model.range_headroom
            measured = self._front_end.measure(at_s, current_range_a=span_a)
        current_a = max(-span_a, min(measured.current_a, span_a))
        if measured.limited:
            status |= OVERLOAD
        current_status = status | self._load(measured.current_a, chosen)
        self._range_down(current_a)
        return Sample(
            measured.voltage_v,
            current_a,
            self._metadata(status | self._voltage_load(measured.voltage_v), self._potential_code),
            self._metadata(current_status, chosen.code),
        )

    def _metadata(self, status: int, code: int) -> str:
        return f",1{status:X},2{code:02X}{NOISE if self.model.prints_noise else ''}"

    def _load(self, current_a: float, chosen: Range) -> int:
        fraction = abs(current_a) / chosen.full_scale
        if fraction > self.model.range_headroom:
            return OVERLOAD
        if fraction > self.model.range_headroom * WARNING_ABOVE:
            return OVERLOAD_WARNING
        return UNDERLOAD if fraction < UNDERLOAD_BELOW and self._is_on else 0

    def _voltage_load(self, voltage_v: float) -> int:
        inside = self.window.min_v <= voltage_v <= self.window.max_v
        return 0 if inside else OVERLOAD

    def _range_up(self) -> bool:
        if self._autorange is None:
            return False
        if self._range_index >= self._autorange[1]:
            return False
        self._range_index += 1
        return True

    def _range_down(self, current_a: float) -> None:
        if self._autorange is None:
            return
        if self._range_index > self._autorange[0]:
            lower_a = self._ranges[self._range_index - 1].full_scale * self.model.range_headroom
            if abs(current_a) < AUTORANGE_DOWN_BELOW * lower_a:
                self._range_index -= 1

    def require_impedance(self, amplitude: float, start_hz: float, end_hz: float) -> None:
        """Refuse a sweep beyond the instrument's frequencies or amplitude (rms, V or A)."""
        for frequency_hz in (start_hz, end_hz):
            limits_hz = self.model.frequency_min_hz, self.model.frequency_max_hz * (1 + 1e-6)
            if not limits_hz[0] <= frequency_hz <= limits_hz[1]:
                raise RunError(FREQUENCY_INVALID)
        if self._mode == GALVANOSTAT:
            if amplitude <= 0:
                raise RunError(AMPLITUDE_INVALID)
            self._require_current(abs(self._set_current_a) + math.sqrt(2) * amplitude)
        elif not 0 < amplitude <= self.model.amplitude_max_v * (1 + 1e-9):
            raise RunError(AMPLITUDE_INVALID)

    def impedance(
        self, at_s: float, frequency_hz: float, duration_s: float, amplitude: float
    ) -> tuple[complex, str, str]:
        """Impedance from ``at_s`` on, with the metadata of its real and its imaginary part."""
        bias = self._front_end.measure(at_s)
        z_ohm = self._front_end.impedance(at_s, frequency_hz, duration_s)
        modulus_ohm = max(abs(z_ohm), 1e-12)
        galvanostatic = self._mode == GALVANOSTAT
        peak = math.sqrt(2) * amplitude
        peak_a = peak if galvanostatic else peak / modulus_ohm
        peak_v = peak * modulus_ohm if galvanostatic else peak
        chosen = self._impedance_range(abs(bias.current_a) + peak_a)
        status = self._load(abs(bias.current_a) + peak_a, chosen)
        status |= self._voltage_load(abs(bias.voltage_v) + peak_v)
        status |= self._voltage_load(-abs(bias.voltage_v) - peak_v)
        if bias.limited:
            status |= OVERLOAD
        if status & OVERLOAD:
            z_ohm = complex(math.nan, math.nan)
        imaginary = self._metadata(status & ~UNDERLOAD, self._potential_code)
        return z_ohm, self._metadata(status, chosen.code), imaginary

    def _impedance_range(self, peak_a: float) -> Range:
        index = self._range_index
        if self._autorange is not None:
            index = min(max(self._fitting(peak_a), self._autorange[0]), self._autorange[1])
        return self._ranges[index]
