"""Solartron 1260 impedance analyser on a GPIB bus, with its generator and inputs on the cell.

Source: 1260 Operating Manual, 12600012: chapter 7, sections 2.3 (switches), 2.4 (ASCII output), 2.7
(IEEE 488 protocol) and 6.2 (example); the settings as in vtipy (J. Hodkinson) and in the 1255B
script of the same tradition. Which facts rest on what is in ``solartron_1260_models.py``.

The terminator switches F1 and F2 at the back stay off (line feed). The even, ASCII address is used.
Points are asked for one by one: coordinates R and X, source V1 by current. After each sweep the
generator is stopped (BREAK), its level and its bias are zero.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from .capabilities import Identity, Json, OutputState
from .clock import Clock
from .errors import (
    BadReplyError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from .gpib_link import GpibLink
from .impedance_sweeps import Compensation, Reach, frequencies_hz
from .point_by_point import listened_for, require_frequency
from .readings import ImpedancePoint, Observation
from .scpi_session import ScpiSession, require_same
from .segments import DeviceSegment, ImpedanceMode, ImpedanceSweep, SegmentEnd
from .solartron_1260_models import (
    ASKED,
    NO_ERROR,
    RANGING_S,
    REACH_1260,
    RESOLUTION,
    FraPoint,
    highest_signal,
    parse_point,
    recognise,
)
from .swept_analyser import SweptAnalyser

FREQUENCY_TOLERANCE: Final = 1e-4
FORMATS: Final = ("OS 0", "OT 1")  # commas; CR LF with EOI
SET_UP: Final = (
    "BK",
    "CE",
    "OP 2,1",  # readings to the bus
    "CZ 0",  # R and X
    "CV 0",  # a and b
    "ME 0",  # the generator's level is not regulated
    "AU 0",  # integrates as long as it is told
    "MS 0",
    "BP 0",
)
ON_THE_CELL: Final = (
    "SO 1,3",  # V1 by current
    "RA 1,0",
    "RA 3,0",
    "DC 1,0",
    "DC 3,0",
    "IP 1,1",
    "OU 1,0",
)
LEVELS: Final = ("VA", "VB", "IA", "IB")


@dataclass(frozen=True, slots=True, kw_only=True)
class FraSettings:
    """How the analyser measures: at least ``integration_s``, and at least one period, a point."""

    integration_s: float = 1.0

    def __post_init__(self) -> None:
        if not 0.01 <= self.integration_s <= 1e5:
            raise OutOfRangeError(
                f"integration_s: {self.integration_s:g} s is outside [0.01, 1e5] s"
            )


class Fra:
    """The commands of a 1260 or 1255, whatever it is connected to."""

    def __init__(self, link: GpibLink, how: FraSettings) -> None:
        self.link, self._how = link, how
        self._integration_s: float | None = None

    def set_up(self, *commands: str) -> None:
        """Bring everything that is relied on into a known state, the generator stopped."""
        self._integration_s = None
        for command in (*FORMATS, *SET_UP, *commands):
            self.link.write(command)
        self.require_no_error()

    def set_level(self, name: str, value: float, unit: str) -> None:
        """Set one of ``LEVELS``, and read back that it is in force."""
        self.link.write(f"{name} {value:.4E}")
        got = self.asked(name)
        if abs(got - value) > RESOLUTION:
            require_same(name, value, got, unit)

    def point(self, frequency_hz: float, clock: Clock) -> Generator[None, None, FraPoint]:
        """Measure one point, and return the quotient of the two inputs."""
        integration_s = max(self._how.integration_s, 1.0 / frequency_hz)
        if integration_s != self._integration_s:
            self.link.write(f"IS {integration_s:.4E}")
            self._integration_s = integration_s
        self.link.write(f"FR {frequency_hz:.7E}")
        self.link.begin("SI")
        reply = yield from listened_for(
            self.link.listen,
            clock,
            estimate_s=self.point_time_s(frequency_hz),
            what=f"the point at {frequency_hz:g} Hz",
        )
        point = parse_point(reply)
        require_frequency(point.frequency_hz, frequency_hz, FREQUENCY_TOLERANCE)
        return point

    def point_time_s(self, frequency_hz: float) -> float:
        """How long one point takes, if its ranges are right."""
        return max(self._how.integration_s, 1.0 / frequency_hz) + 1.0 / frequency_hz + RANGING_S

    def is_quiet(self) -> bool:
        """Ask whether level and bias of the generator are zero; change nothing."""
        for command in FORMATS:
            self.link.write(command)
        return not any(self.asked(name) for name in LEVELS)

    def switch_off(self) -> None:
        """Stop the generator, bring its levels to zero, and read that they are."""
        self.link.write("BK")
        for name in LEVELS:
            self.link.write(f"{name} 0")
        for name in LEVELS:
            if left := self.asked(name):
                raise InstrumentFaultError(f"{name} is still {left:g} after {name} 0")

    def asked(self, name: str) -> float:
        """Ask for a setting."""
        reply = self.link.query(ASKED.format(name))
        try:
            return float(reply)
        except ValueError:
            raise BadReplyError(f"{name}: expected a number, got {reply!r}") from None

    def require_no_error(self) -> None:
        """Raise ``InstrumentFaultError`` if it did not take a command."""
        if (error := self.asked("ER")) != NO_ERROR:
            self.link.write("CE")
            raise InstrumentFaultError(f"the analyser reports error {error:02.0f}")


class Solartron1260(SweptAnalyser):
    """A 1260 as a ``SegmentDevice`` for ``ImpedanceSweep``."""

    def __init__(
        self, link: GpibLink, clock: Clock | None = None, *, how: FraSettings | None = None
    ) -> None:
        dialect = OnCellDialect(link, how or FraSettings())
        super().__init__(link, dialect, clock, error_query="")

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        super().check(segment)
        if isinstance(segment, ImpedanceSweep):
            _require_signal(segment)

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Check a sweep, then carry it out: see ``SweptAnalyser.perform``."""
        self.check(segment)
        return super().perform(segment)


class OnCellDialect:
    """What a 1260 says and understands that is connected to the cell; see ``swept_analyser``."""

    name = "1260"

    def __init__(self, link: GpibLink, how: FraSettings) -> None:
        self._fra, self._how = Fra(link, how), how

    def recognise(self, reply: str) -> Identity:
        """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else."""
        identity = recognise(reply)
        if not identity.model.startswith("1260"):
            raise WrongInstrumentError(
                f"a {identity.model} measures no current: it needs a 1287 beside it"
            )
        return identity

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Ask whether the generator's levels are zero; whether it runs cannot be asked."""
        del identity
        return REACH_1260, OutputState.OFF if self._fra.is_quiet() else OutputState.UNKNOWN

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
        is_current = sweep.mode is ImpedanceMode.GALVANOSTATIC
        self._fra.set_up(*ON_THE_CELL, f"GT {int(is_current)}")
        first_hz = sweep.frequency_max_hz
        self._fra.link.write(f"FR {first_hz:.7E}")  # the signal allowed depends on it
        bias, signal, unit = ("IB", "IA", "A") if is_current else ("VB", "VA", "V")
        self._fra.set_level(bias, sweep.bias, unit)
        self._fra.set_level(signal, sweep.amplitude, unit)
        self._fra.require_no_error()
        for frequency_hz in frequencies_hz(sweep):
            point = yield from self._fra.point(frequency_hz, clock)
            yield ImpedancePoint(
                clock.now_s() - began_s, point.frequency_hz, point.ratio, point.flags
            )

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """Twice its longest point."""
        return 2 * self._fra.point_time_s(sweep.frequency_min_hz)

    def switch_off(self) -> None:
        """Stop the generator, and bring its level and its bias to zero."""
        self._fra.switch_off()


def _require_signal(sweep: ImpedanceSweep) -> None:
    highest, unit = highest_signal(sweep)
    if sweep.amplitude > highest:
        raise OutOfRangeError(
            f"amplitude (rms): {sweep.amplitude:g} {unit} is above the {highest:g} {unit} that a "
            f"1260 has at {sweep.frequency_max_hz:g} Hz"
        )
