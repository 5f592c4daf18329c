"""Impedance by a Solartron 1287 or 1286 with a 1260 or 1255 analyser, on one GPIB bus.

Source: SI 1287 User Guide, 12876000, chapter 4, section 6.1 (external polarization); otherwise as
in ``solartron_1287.py`` and ``solartron_1260.py``, where what is unverified is listed, too.

The analyser's generator goes to the polarization input of the 1287, whose voltage and current
outputs go to its inputs V1 and V2. So V1 by V2, times the standard resistor, is the impedance. The
resistor follows the current from point to point; a point that overloads is measured again.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import asdict
from typing import Final

from .capabilities import Identity, Json, OutputState
from .clock import Clock
from .gpib_link import GpibLink
from .impedance_sweeps import Compensation, Reach, frequencies_hz
from .readings import Flag, ImpedancePoint
from .scpi_session import ScpiSession
from .segments import ImpedanceSweep
from .solartron_1260 import Fra, FraSettings
from .solartron_1260_models import FraPoint, recognise
from .solartron_1287 import VOLTAGE_MAX_V, Solartron1287
from .solartron_1287_resistors import ohm_of, resistor_for
from .swept_analyser import SweptAnalyser

TO_THE_INTERFACE: Final = (
    "SO 1,2",  # V1 by V2
    "RA 1,0",
    "RA 2,0",
    "DC 1,0",
    "DC 2,0",
    "IP 1,1",
    "IP 2,1",
    "OU 1,0",
    "OU 2,0",
    "GT 0",
)
ATTENUATED_UP_TO_V: Final = 0.03
ATTENUATION: Final = 0.01
FIRST_RESISTOR: Final = 4  # 2 mA
HEADROOM: Final = 1.2
WASTEFUL: Final = 0.02  # of full scale: too little to start with
MEASURED_AT_MOST: Final = 8
REACH: Final = Reach(
    name="1287 with an analyser",
    frequency_hz=(1e-5, 1e6),
    points=(1, 10_000),
    amplitude_v=(1e-4, 3.0),
    amplitude_a=(0.0, 0.0),
    bias_v=VOLTAGE_MAX_V,
    bias_a=0.0,
)
UNVERIFIED: Final = (
    ("up to 1 MHz", "`REACH`"),
    ("the current output is the voltage at the standard resistor", "`PairDialect._point`"),
    ("the resistor may change while the cell is polarized", "its auto-range does it"),
)
"""What no manual page could be read for: (what is assumed, where it stands)."""


class SolartronPair(SweptAnalyser):
    """Both as a ``SegmentDevice`` for ``ImpedanceSweep``; the cell is open before and after it."""

    def __init__(
        self,
        analyser: GpibLink,
        interface: Solartron1287,
        clock: Clock | None = None,
        *,
        how: FraSettings | None = None,
    ) -> None:
        dialect = PairDialect(analyser, interface, how or FraSettings())
        super().__init__(analyser, dialect, clock, error_query="")
        self._interface = interface

    def close(self) -> None:
        """Release both links. May be called twice."""
        super().close()
        self._interface.close()


class PairDialect:
    """What the pair says and understands; see ``swept_analyser``."""

    name = "1287 with an analyser"

    def __init__(self, analyser: GpibLink, interface: Solartron1287, how: FraSettings) -> None:
        self._fra, self._interface, self._how = Fra(analyser, how), interface, how
        self._resistor = FIRST_RESISTOR

    def recognise(self, reply: str) -> Identity:
        """Read the analyser's answer to ``*IDN?``."""
        return recognise(reply)

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Ask whether the cell is polarized; the analyser alone does nothing to it."""
        del identity
        output = self._interface.connect()
        self._fra.is_quiet()
        return REACH, output

    def compensation(self) -> Compensation:
        """None: what the leads are is not taken out."""
        return Compensation(open=False, short=False, load=False)

    def settings(self) -> Mapping[str, Json]:
        """What this driver was made with, for the record."""
        return asdict(self._how)

    def sweep(
        self, sweep: ImpedanceSweep, session: ScpiSession, clock: Clock
    ) -> Generator[ImpedancePoint | None, None, None]:
        """Measure one point after the other, the highest frequency first."""
        del session
        began_s = clock.now_s()
        attenuated = sweep.amplitude <= ATTENUATED_UP_TO_V
        self._fra.set_up(*TO_THE_INTERFACE)
        self._fra.set_level("VB", 0.0, "V")
        signal_v = sweep.amplitude / (ATTENUATION if attenuated else 1.0)
        self._fra.set_level("VA", signal_v, "V")
        self._resistor = FIRST_RESISTOR
        self._interface.polarize_for_analyser(sweep.bias, self._resistor, attenuated=attenuated)
        dc_a = abs(self._interface.read().current_a) if sweep.bias else 0.0
        yield None
        for frequency_hz in frequencies_hz(sweep):
            point = yield from self._point(frequency_hz, sweep.amplitude, dc_a, clock)
            yield ImpedancePoint(
                clock.now_s() - began_s, point.frequency_hz, point.ratio, point.flags
            )

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """Its longest point, measured with as many resistors as it may be."""
        return MEASURED_AT_MOST * self._fra.point_time_s(sweep.frequency_min_hz)

    def switch_off(self) -> None:
        """Open the cell, then stop the generator and bring its levels to zero."""
        try:
            self._interface.make_safe()
        finally:
            self._fra.switch_off()

    def _point(
        self, frequency_hz: float, amplitude_v: float, dc_a: float, clock: Clock
    ) -> Generator[None, None, FraPoint]:
        """Measure, with another resistor if need be; ``ratio`` is in ohm."""
        for _ in range(MEASURED_AT_MOST):
            used = self._resistor
            seen = yield from self._fra.point(frequency_hz, clock)
            z_ohm = seen.ratio * ohm_of(used)
            if Flag.OVERLOAD in seen.flags:
                if used == 1:
                    break
                self._change_to(used - 1)
                continue
            needed_a = dc_a + math.sqrt(2) * amplitude_v / max(abs(z_ohm), 1e-9)
            self._change_to(resistor_for(HEADROOM * needed_a))
            if needed_a > WASTEFUL * 0.2 / ohm_of(used) or self._resistor <= used:
                break
        return FraPoint(seen.frequency_hz, z_ohm, seen.flags)

    def _change_to(self, resistor: int) -> None:
        if resistor != self._resistor:
            self._interface.change_resistor(resistor)
            self._resistor = resistor
