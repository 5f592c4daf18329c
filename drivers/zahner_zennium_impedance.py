"""The impedance that a Zahner Zennium or IM6 measures, through the Thales software on its PC.

Source: as in ``zahner_zennium.py``. One point after the other; one that takes long is broken off by
leaving Remote2 and coming back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from .capabilities import Identity, Json, OutputState
from .clock import Clock
from .errors import OutOfRangeError
from .impedance_sweeps import Compensation, Reach, frequencies_hz
from .point_by_point import listened_for
from .readings import ImpedancePoint
from .scpi_session import ScpiSession
from .segments import ImpedanceMode, ImpedanceSweep
from .swept_analyser import SweptAnalyser
from .thales_link import IDENTITY_QUERY
from .zahner_zennium import NAME, Remote2
from .zahner_zennium_models import (
    AMPLITUDE_MIN_A,
    AMPLITUDE_V,
    FREQUENCY_HZ,
    PERIODS,
    parse_impedance,
)

OVERHEAD_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ZenniumSettings:
    """How impedance is measured: at least ``integration_s``, and one to a hundred periods."""

    integration_s: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.integration_s <= 1e4:
            raise OutOfRangeError(f"integration_s: {self.integration_s:g} s is outside (0, 1e4] s")


class ZenniumImpedance(SweptAnalyser):
    """The same potentiostat, as a ``SegmentDevice`` for ``ImpedanceSweep``."""

    def __init__(
        self, remote: Remote2, clock: Clock | None = None, *, how: ZenniumSettings | None = None
    ) -> None:
        dialect = ZenniumDialect(remote, how or ZenniumSettings())
        super().__init__(remote.link, dialect, clock, error_query="", identity_query=IDENTITY_QUERY)


class ZenniumDialect:
    """What it says and understands; see ``swept_analyser``."""

    name = NAME

    def __init__(self, remote: Remote2, how: ZenniumSettings) -> None:
        self._remote, self._how = remote, how
        self.recognise: Callable[[str], Identity] = self._remote.recognise
        self.switch_off: Callable[[], None] = self._remote.switch_off

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Ask for its limits and whether it drives the cell; change nothing."""
        del identity
        setup = self._remote.greet()
        highest_v, highest_a = (
            min(abs(setup[f"{which}min"]), abs(setup[f"{which}max"])) for which in "PC"
        )
        reach = Reach(
            name=NAME,
            frequency_hz=FREQUENCY_HZ,
            points=(1, 10_000),
            amplitude_v=(AMPLITUDE_V[0], min(AMPLITUDE_V[1], highest_v)),
            amplitude_a=(AMPLITUDE_MIN_A, highest_a),
            bias_v=highest_v,
            bias_a=highest_a,
        )
        return reach, OutputState.ON if setup["Pot"] else OutputState.OFF

    def compensation(self) -> Compensation:
        """None that could be asked for."""
        return Compensation(open=False, short=False, load=False)

    def settings(self) -> Mapping[str, Json]:
        """What this driver was made with, for the record."""
        return asdict(self._how)

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """Twice its longest point."""
        return 2 * self._point_time_s(sweep.frequency_min_hz)

    def sweep(
        self, sweep: ImpedanceSweep, session: ScpiSession, clock: Clock
    ) -> Generator[ImpedancePoint | None, None, None]:
        """Measure one point after the other, the highest frequency first."""
        del session
        began_s = clock.now_s()
        is_current = sweep.mode is ImpedanceMode.GALVANOSTATIC
        self._remote.tell(f"Frq={sweep.frequency_max_hz:.6e}")  # refused with an open cell
        self._remote.hold("Cset" if is_current else "Pset", sweep.bias)
        self._remote.tell(f"Ampl={1e3 * sweep.amplitude:.6e}")
        other = "POTENTIAL" if is_current else "CURRENT"
        yield from self._remote.measured(other, clock)  # finds its range
        for frequency_hz in frequencies_hz(sweep):
            periods = self._periods(frequency_hz)
            self._remote.tell(f"Frq={frequency_hz:.6e}")
            self._remote.tell(f"Nw={periods}")
            self._remote.require(Pot=-1, Frq=frequency_hz, Nw=periods, Ampl=1e3 * sweep.amplitude)
            self._remote.link.begin("IMPEDANCE")
            reply = yield from listened_for(
                self._remote.link.listen,
                clock,
                estimate_s=self._point_time_s(frequency_hz),
                what=f"the point at {frequency_hz:g} Hz",
            )
            yield ImpedancePoint(clock.now_s() - began_s, frequency_hz, parse_impedance(reply))

    def _periods(self, frequency_hz: float) -> int:
        return min(max(math.ceil(self._how.integration_s * frequency_hz), PERIODS[0]), PERIODS[1])

    def _point_time_s(self, frequency_hz: float) -> float:
        return OVERHEAD_S + self._periods(frequency_hz) / frequency_hz
