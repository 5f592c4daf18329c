"""The analog part that all twins share: source, limits, leads and converters before a cell."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .electronics import TYPICAL, Converters, Electronics, range_for
from .network import OPEN, Drive
from .simulated_cell import SimulatedCell
from .truth import TruthLog
from .wiring import Port, ProbeContacts, Wiring

Output = Literal["open", "current", "voltage"]


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
    Voltages and currents are those at the instrument, positive current anodic. ``wiring`` is
    where other instruments are connected to the same cell; it may allow times to be a little
    out of order.
    """

    def __init__(
        self,
        cell: SimulatedCell,
        electronics: Electronics = TYPICAL,
        *,
        seed: int = 0,
        four_wire: bool = True,
        faults: Faults = NO_FAULTS,
        wiring: Wiring | None = None,
    ) -> None:
        self.cell = cell
        self.four_wire = four_wire
        self._electronics, self._faults = electronics, faults
        self._converters = Converters(electronics, seed)
        self._sign = -1.0 if faults.swapped else 1.0
        self._port = Port(
            load_siemens=1 / electronics.input_ohm,
            lead_ohm=0.0 if four_wire else electronics.lead_ohm,
            contacts=ProbeContacts(faults.probe_contacts),
        )
        self._wiring = wiring or Wiring(cell)
        self._wiring.connect(self._port)

    @property
    def output(self) -> Output:
        """What the source does."""
        return self._port.drive.mode

    @property
    def is_open(self) -> bool:
        """Whether the cell is disconnected from the source."""
        return self._port.drive.mode == "open"

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
        self._wiring.live_until(at_s)
        terminal, share = self.cell.terminal, self._wiring.share(self._port)
        across_v = terminal.voltage_v + terminal.current_a * self._contact_ohm()
        across_v += share.current_a * self._port.lead_ohm
        pickup_v = self._faults.pickup_v * math.sin(2 * math.pi * self._faults.mains_hz * at_s)
        voltage_v = self._converters.read_voltage(self._sign * across_v + pickup_v)
        if self.is_open:
            return Measured(voltage_v, 0.0, limited=False)
        current_a = self._sign * share.current_a
        range_a = range_for(current_a) if current_range_a is None else current_range_a
        reading_a, overload = self._converters.read_current(current_a, range_a)
        return Measured(voltage_v, reading_a, share.limited, overload)

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        """Measure the impedance between ``at_s`` and ``at_s + duration_s`` about the present dc.

        The cell has lived until the end afterwards, so call it when the point is finished. An
        open output sees the voltmeter and the stray capacitance only.
        """
        self._wiring.live_until(at_s)
        self._wiring.live_until(at_s + duration_s / 2)
        omega = 2 * math.pi * frequency_hz
        z_cell = complex(self.cell.impedance(np.array([frequency_hz]))[0])
        admittance = 1j * omega * self._electronics.stray_f + 1 / self._electronics.input_ohm
        if not self.is_open:
            beside = self._wiring.others_siemens(self._port)
            if beside:
                z_cell = 1 / (1 / z_cell + beside)
            admittance += 1 / (z_cell + self._contact_ohm())
        z_ohm = 1 / admittance if admittance else complex(math.inf)
        z_ohm += 1j * omega * self._electronics.lead_h + self._port.lead_ohm
        self._wiring.live_until(at_s + duration_s)
        return self._converters.read_impedance(z_ohm, frequency_hz)

    def _switch(self, at_s: float, drive: Drive) -> None:
        self._wiring.switch(self._port, drive, at_s)

    def _contact_ohm(self) -> float:
        contacts = self._port.contacts
        return contacts.ohm(self.cell.time_s) if contacts.spells else 0.0
