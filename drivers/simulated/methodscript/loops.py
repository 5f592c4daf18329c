"""The measurement loops: when the next point is due, what is applied, what is measured.

Unverified, so kept behind names or in one place:

* ``FIRST_SAMPLE_AFTER_INTERVALS``: the first point comes one interval after the loop begins.
* points of a timed loop: duration divided by interval, cut off.
* points after a late one: come at their own times again, as far as they can.
* scans after the first: a further scan of a CV does not repeat the start potential.
* scan numbers: count from 0.
* ``R``: ends the present leg of a CV; the next leg begins where it stands.
* ``IMPEDANCE_PERIODS``: periods of a point of an impedance sweep.
* ``IMPEDANCE_MIN_S``: least time of a point of an impedance sweep.
* ``INTERVAL_MIN_S``: shortest interval of a loop.
* current of a CP: the set value (db), or the measured one (ba) once a ba range was set.
"""

from abc import ABC, abstractmethod

from .numbers import frequency_grid_hz
from .potentiostat import Potentiostat
from .program import Machine
from .ranging import OUT_OF_BOUNDS, TIMING, RunError

FIRST_SAMPLE_AFTER_INTERVALS = 1
IMPEDANCE_PERIODS = 3.0
IMPEDANCE_MIN_S = 0.1
INTERVAL_MIN_S = 1e-3

STEP_BELOW_LSB, TIMING_IMPOSSIBLE, NO_STEP = 0x001C, 0x005A, 0x4029
MUST_BE_POSITIVE, MUST_NOT_BE_ZERO = 0x4204, 0x4202


class MeasurementLoop(ABC):
    """An open measurement loop. ``next_s`` is when its next point is due."""

    identifier: str
    is_measurement = True

    def __init__(self, at_s: float, interval_s: float) -> None:
        self.close_pc = 0
        self.next_s = at_s
        self._interval_s = interval_s

    def header(self) -> str:
        """The lines that open it."""
        return f"M{self.identifier}\n"

    def end_mark(self) -> str:
        """The lines that close it."""
        return "*\n"

    def delay(self, by_s: float) -> None:
        """Put off the points to come."""
        self.next_s += by_s

    def reverse(self) -> None:
        """Only a cyclic sweep can turn round; the others take no notice."""
        return

    @abstractmethod
    def prepare(self, machine: Machine) -> bool:
        """Apply what the next point needs and plan it; ``False`` if there is none."""

    @abstractmethod
    def acquire(self, machine: Machine) -> None:
        """Measure the point that has come due and store it."""

    def _is_late(self, machine: Machine) -> int:
        """Status of a point that comes after its time, because the script took too long."""
        return TIMING if machine.time_s > self.next_s + 1e-9 else 0


def check_interval(interval_s: float) -> None:
    """Refuse an interval that is not positive, or too short to be kept."""
    if interval_s <= 0:
        raise RunError(MUST_BE_POSITIVE)
    if interval_s < INTERVAL_MIN_S * (1 - 1e-9):
        raise RunError(TIMING_IMPOSSIBLE)


class TimedLoop(MeasurementLoop):
    """OCP, CA and CP: one constant condition, sampled at an interval."""

    def __init__(
        self,
        identifier: str,
        slots: tuple[int, ...],
        at_s: float,
        interval_s: float,
        duration_s: float,
        applied: float | None = None,
    ) -> None:
        check_interval(interval_s)
        if duration_s <= 0:
            raise RunError(MUST_BE_POSITIVE)
        super().__init__(at_s + (FIRST_SAMPLE_AFTER_INTERVALS - 1) * interval_s, interval_s)
        self.identifier = identifier
        self._slots = slots
        self._applied = applied
        self._left = int(duration_s / interval_s * (1 + 1e-9))

    def prepare(self, machine: Machine) -> bool:  # noqa: ARG002 - only sweeps need it
        """Plan the next sample."""
        self._left -= 1
        self.next_s += self._interval_s
        return self._left >= 0

    def acquire(self, machine: Machine) -> None:
        """Measure; set values stand for measured ones unless a range asked for a measurement."""
        potentiostat = machine.potentiostat
        sample = potentiostat.read(machine.time_s, self._is_late(machine))
        voltage, *rest = self._slots
        if self.identifier == "0007" and not potentiostat.ranging.measures_voltage:
            machine.store(voltage, self._applied or 0.0, "da")
        else:
            machine.store(voltage, sample.voltage_v, "ab", sample.voltage_metadata)
        if not rest:
            return
        if self.identifier == "000A" and not potentiostat.ranging.measures_current:
            machine.store(rest[0], self._applied or 0.0, "db")
        else:
            machine.store(rest[0], sample.current_a, "ba", sample.current_metadata)


class SweepLoop(MeasurementLoop):
    """LSV, LSP and CV: a staircase of equal steps through the corners of a sweep.

    The step is rounded to the converter's steps, and each leg to a whole number of steps, so
    the corners move a little; ``legs`` are the values asked for.
    """

    def __init__(
        self,
        identifier: str,
        slots: tuple[int, ...],
        at_s: float,
        legs: tuple[float, ...],
        *,
        step: float,
        rate: float,
        lsb: float,
        scans: int = 1,
    ) -> None:
        step, rate = abs(step), abs(rate)
        if step == 0 or rate == 0:
            raise RunError(MUST_NOT_BE_ZERO)
        if round(step / lsb) < 1:
            raise RunError(STEP_BELOW_LSB)
        if scans < 1:
            raise RunError(OUT_OF_BOUNDS)
        self._step = int(step / lsb + 0.5)
        check_interval(self._step * lsb / rate)
        super().__init__(at_s, self._step * lsb / rate)
        self.identifier = identifier
        self._slots = slots
        self._lsb = lsb
        self._legs = legs
        self._scans = scans
        self._scan = 0
        self._level = int(legs[0] / lsb + (0.5 if legs[0] >= 0 else -0.5))
        self._leg = 0
        self._to_go = 1
        self._direction = 0
        self._applied = 0.0
        if len(legs) == 2 and self._steps_to(legs[1]) == 0:
            raise RunError(NO_STEP)

    def _steps_to(self, corner: float) -> int:
        return int(abs(corner / self._lsb - self._level) / self._step + 0.5)

    def header(self) -> str:
        """The lines that open the loop and, of several scans, the first."""
        return super().header() + ("C0000\n" if self._scans > 1 else "")

    def end_mark(self) -> str:
        """The lines that close the loop and, of several scans, the last."""
        return ("-\n" if self._scans > 1 else "") + super().end_mark()

    def reverse(self) -> None:
        """Leave the present leg at once."""
        if len(self._legs) > 2:
            self._to_go = 0

    def prepare(self, machine: Machine) -> bool:
        """Take the next step of the staircase."""
        while self._to_go == 0:
            if not self._next_leg(machine):
                return False
        self._to_go -= 1
        self._level += self._direction * self._step
        value = self._level * self._lsb
        potentiostat = machine.potentiostat
        is_current = self.identifier == "000F"
        apply = potentiostat.apply_current if is_current else potentiostat.apply_voltage
        self._applied = apply(max(machine.time_s, self.next_s), value)
        self.next_s += self._interval_s
        return True

    def _next_leg(self, machine: Machine) -> bool:
        self._leg += 1
        if self._leg == len(self._legs):
            self._scan += 1
            if self._scan == self._scans:
                return False
            machine.emit(f"-\nC{self._scan:04X}\n")
            self._leg = 1
        corner = self._legs[self._leg]
        self._direction = 1 if corner / self._lsb > self._level else -1
        self._to_go = self._steps_to(corner)
        return True

    def acquire(self, machine: Machine) -> None:
        """Measure the answer to the present step."""
        potentiostat = machine.potentiostat
        sample = potentiostat.read(machine.time_s, self._is_late(machine))
        voltage, current = self._slots
        if self.identifier == "000F":
            machine.store(voltage, sample.voltage_v, "ab", sample.voltage_metadata)
            machine.store(current, self._applied, "db")
            return
        machine.store(voltage, self._applied, "da")
        machine.store(current, sample.current_a, "ba", sample.current_metadata)


class ImpedanceLoop(MeasurementLoop):
    """EIS and GEIS: one frequency after the other, from the first to the last, log-spaced."""

    def __init__(
        self,
        identifier: str,
        slots: tuple[int, ...],
        at_s: float,
        amplitude: float,
        frequencies: tuple[float, float, int],
    ) -> None:
        super().__init__(at_s, 0.0)
        start_hz, end_hz, points = frequencies
        if points < 1:
            raise RunError(OUT_OF_BOUNDS)
        self.identifier = identifier
        self._slots = slots
        self._amplitude = amplitude
        self._grid_hz = frequency_grid_hz(start_hz, end_hz, points)
        self._done = -1

    def prepare(self, machine: Machine) -> bool:
        """Plan the next frequency."""
        self._done += 1
        if self._done == len(self._grid_hz):
            return False
        self._interval_s = max(IMPEDANCE_PERIODS / self._grid_hz[self._done], IMPEDANCE_MIN_S)
        self.next_s = machine.time_s + self._interval_s
        return True

    def acquire(self, machine: Machine) -> None:
        """Measure the impedance at the frequency that has just been applied."""
        frequency_hz = self._grid_hz[self._done]
        z_ohm, real, imaginary = machine.potentiostat.impedance(
            machine.time_s - self._interval_s, frequency_hz, self._interval_s, self._amplitude
        )
        frequency, z_real, z_imaginary = self._slots
        machine.store(frequency, frequency_hz, "dc")
        machine.store(z_real, z_ohm.real, "cc", real)
        machine.store(z_imaginary, z_ohm.imag, "cd", imaginary)


def sweep_lsb(potentiostat: Potentiostat, identifier: str) -> float:
    """The converter's step for a sweep of potential or, for LSP, of current."""
    if identifier == "000F":
        return potentiostat.ranging.applied_lsb_a
    return potentiostat.window.dac_lsb_v
