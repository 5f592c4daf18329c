"""The analog part that all twins share: source, limits, leads and converters before a cell."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .cell import SymmetricCell
from .electronics import TYPICAL, Converters, Electronics, range_for
from .network import OPEN, Drive
from .truth import TruthLog

Output = Literal["open", "current", "voltage"]

SETTLING_S = 1e-5  # after a change of the source, before anything can be read
ROUNDING_S = 2 * SETTLING_S  # how far a caller's time may lie behind


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading. ``limited``: the source is held by its limit and not at its level.

    ``overload``: the current exceeds the range it was read on, and is cut off there.
    """

    voltage_v: float
    current_a: float
    limited: bool
    overload: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What may be wrong between the instrument and the cell.

    ``probe_contacts`` are (start in s, duration in s, ohm): a contact in series with the cell
    that turns bad, seen with four wires too, since the probe is part of the holder.
    ``pickup_v`` is the amplitude of the mains on the voltage reading, at ``mains_hz``.
    ``swapped`` exchanges working and counter electrode.
    """

    probe_contacts: tuple[tuple[float, float, float], ...] = ()
    pickup_v: float = 0.0
    mains_hz: float = 50.0
    swapped: bool = False


NO_FAULTS = Faults()


class FrontEnd:
    """A source with limits and two meters, wired to a simulated cell.

    It knows no clock: every call says when it happens, in seconds of the twin's clock from 0,
    and first lets the cell live until then. Times must not run backwards: ``ValueError``.
    Voltages and currents are those at the instrument, positive current anodic.
    """

    def __init__(
        self,
        cell: SymmetricCell,
        electronics: Electronics = TYPICAL,
        *,
        seed: int = 0,
        four_wire: bool = True,
        faults: Faults = NO_FAULTS,
    ) -> None:
        self.cell = cell
        self.four_wire = four_wire
        self._electronics, self._faults = electronics, faults
        self._converters = Converters(electronics, seed)
        self._sign = -1.0 if faults.swapped else 1.0
        self._drive = OPEN

    @property
    def output(self) -> Output:
        """What the source does."""
        return self._drive.mode

    @property
    def is_open(self) -> bool:
        """Whether the cell is disconnected from the source."""
        return self._drive.mode == "open"

    @property
    def truth(self) -> TruthLog:
        """The hidden truth of the cell; never for drivers."""
        return self.cell.truth

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        """Source a current from ``at_s`` on, as long as the voltage stays within +-limit."""
        limit_v = min(voltage_limit_v, self._electronics.compliance_v)
        self._switch(at_s, Drive("current", self._sign * current_a, limit_v))

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        """Source a voltage from ``at_s`` on, as long as the current stays within +-limit."""
        self._switch(at_s, Drive("voltage", self._sign * voltage_v, current_limit_a))

    def open(self, at_s: float) -> None:
        """Disconnect the source at ``at_s``; the voltmeter stays."""
        self._switch(at_s, OPEN)

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        """Let the cell live until ``at_s`` and read it.

        The current is read on ``current_range_a`` (full scale) or on the smallest range that
        holds it; an open cell reads 0 A and its own voltage.
        """
        self._live_until(at_s)
        terminal = self.cell.terminal
        across_v = terminal.voltage_v + terminal.current_a * self._series_ohm()
        pickup_v = self._faults.pickup_v * math.sin(2 * math.pi * self._faults.mains_hz * at_s)
        voltage_v = self._converters.read_voltage(self._sign * across_v + pickup_v)
        if self.is_open:
            return Measured(voltage_v, 0.0, limited=False)
        current_a = self._sign * terminal.current_a
        range_a = range_for(current_a) if current_range_a is None else current_range_a
        reading_a, overload = self._converters.read_current(current_a, range_a)
        return Measured(voltage_v, reading_a, terminal.limited, overload)

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        """Measure the impedance between ``at_s`` and ``at_s + duration_s`` about the present dc.

        The cell has lived until the end afterwards, so call it when the point is finished. An
        open output sees the voltmeter and the stray capacitance only.
        """
        self._live_until(at_s)
        self._live_until(at_s + duration_s / 2)
        omega = 2 * math.pi * frequency_hz
        z_cell = complex(self.cell.impedance(np.array([frequency_hz]))[0])
        admittance = 1j * omega * self._electronics.stray_f + 1 / self._electronics.input_ohm
        if not self.is_open:
            admittance += 1 / (z_cell + self._contact_ohm())
        z_ohm = 1 / admittance if admittance else complex(math.inf)
        z_ohm += 1j * omega * self._electronics.lead_h + self._lead_ohm()
        self._live_until(at_s + duration_s)
        return self._converters.read_impedance(z_ohm, frequency_hz)

    def _switch(self, at_s: float, drive: Drive) -> None:
        self._live_until(at_s)
        if drive == self._drive:
            return
        if drive.mode != self._drive.mode:
            self.truth.note_output(self.cell.time_s, drive.mode)
        self._drive = drive
        self._live_until(self.cell.time_s + SETTLING_S)

    def _live_until(self, at_s: float) -> None:
        if at_s < self.cell.time_s - ROUNDING_S:
            raise ValueError(
                f"time ran backwards: {at_s:.9g} s after the cell has lived until "
                f"{self.cell.time_s:.9g} s"
            )
        while (left_s := at_s - self.cell.time_s) > 0:
            until_next_s = self._next_contact_change_s() - self.cell.time_s
            drive, series_ohm = self._drive, self._series_ohm()
            if series_ohm:
                drive = replace(drive, series_ohm=series_ohm)
            self.cell.advance(
                min(left_s, until_next_s), drive, load_siemens=1 / self._electronics.input_ohm
            )

    def _lead_ohm(self) -> float:
        return 0.0 if self.four_wire else self._electronics.lead_ohm

    def _contact_ohm(self) -> float:
        if not self._faults.probe_contacts:
            return 0.0
        now_s = self.cell.time_s
        return sum(
            ohm
            for start_s, duration_s, ohm in self._faults.probe_contacts
            if start_s <= now_s < start_s + duration_s
        )

    def _series_ohm(self) -> float:
        return self._lead_ohm() + self._contact_ohm()

    def _next_contact_change_s(self) -> float:
        if not self._faults.probe_contacts:
            return math.inf
        edges = (
            edge
            for start_s, duration_s, _ in self._faults.probe_contacts
            for edge in (start_s, start_s + duration_s)
        )
        return min((edge for edge in edges if edge > self.cell.time_s), default=math.inf)
