"""A cell that remembers the truth: every reading taken of it, and the charge that really flowed."""

import time
from bisect import bisect_right
from dataclasses import replace
from typing import NamedTuple

from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.front_end import FrontEnd, Measured
from solidcell.drivers.simulated.lithium_contact import LINEAR_AND_STILL
from solidcell.drivers.simulated.network import OPEN, Drive, Terminal
from solidcell.drivers.simulated.presets import material

NOISE = replace(
    IDEAL, voltage_noise_v=5e-5, current_noise=1e-6, impedance_noise=1e-4, compliance_v=10.0
)
"""Nothing is off, so that no error of the electronics hides one of ours; no two readings alike."""


class Seen(NamedTuple):
    """One reading taken of the cell, and the charge that a set current had moved until then."""

    at_s: float
    wall_s: float
    voltage_v: float
    current_a: float
    charge_c: float


class Output(NamedTuple):
    """What the source was made to do, on the cell's clock and on the machine's."""

    at_s: float
    wall_s: float
    mode: str
    charge_c: float


class TrueCell(SymmetricCell):
    """Counts the charge of all current that a galvanostat drives through it."""

    charge_c = 0.0

    def advance(
        self, duration_s: float, drive: Drive = OPEN, load_siemens: float = 0.0
    ) -> Terminal:
        terminal = super().advance(duration_s, drive, load_siemens)
        if drive.mode == "current":
            self.charge_c += terminal.current_a * duration_s
        return terminal


class TrueFrontEnd(FrontEnd):
    """Remembers readings and outputs. ``disturb(v)`` adds a voltage to the cell's until undone."""

    def __init__(self, seed: int) -> None:
        self.true_cell = TrueCell(material("LPSCl"), seed=seed, options=LINEAR_AND_STILL)
        super().__init__(self.true_cell, NOISE, seed=seed)
        self.seen: list[Seen] = []
        self.outputs = [Output(0.0, time.monotonic(), "open", 0.0)]
        self._added_v = 0.0

    def disturb(self, voltage_v: float) -> None:
        """Let something from outside add to the voltage of the cell, from now on."""
        self._added_v = voltage_v

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        measured = super().measure(at_s, current_range_a)
        measured = replace(measured, voltage_v=measured.voltage_v + self._added_v)
        values = (measured.voltage_v, measured.current_a, self.true_cell.charge_c)
        self.seen.append(Seen(at_s, time.monotonic(), *values))
        return measured

    def charge_before(self, at_s: float) -> float:
        """The charge when the cell was last closed before ``at_s``."""
        closed = [each for each in self.outputs if each.mode != "open"]
        return closed[bisect_right([each.at_s for each in closed], at_s) - 1].charge_c

    def _switch(self, at_s: float, drive: Drive) -> None:
        before = self.output
        super()._switch(at_s, drive)
        if drive.mode != before:
            charge_c = self.true_cell.charge_c
            self.outputs.append(Output(self.cell.time_s, time.monotonic(), drive.mode, charge_c))
