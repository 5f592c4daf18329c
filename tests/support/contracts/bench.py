"""What every driver is held to: one contract a driver, played on its twin behind a faulty wire.

A driver's author writes ``tests/support/contracts/NAME.py`` with one ``CONTRACT`` in it and names
it in ``tests/support/contracts/all.py``. A contract says how the twin and the driver are made, what
the driver must do and what it must refuse; the tests in ``tests/drivers/contracts/`` do the rest:
``test_segments.py`` (whatever carries out segments), ``test_ovens.py``, ``test_gauges.py`` and
``test_faults.py`` (seventeen faults of the wire, in all that the driver does).

The twin is wired to a ``WatchedRig``, which offers what ``Rig`` offers and remembers all that was
ever measured of it: so whatever the driver says can be held against the truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import DriverError
from solidcell.drivers.segments import DeviceSegment, SegmentEnd
from solidcell.drivers.simulated.faults import FaultyLink, Kind
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.simulated.twin import Twin
from support.contracts.rig import WatchedRig
from support.renumbered import Renumbered, another_serial
from support.watched_cell import WatchedCell


@dataclass(frozen=True, kw_only=True)
class Contract:
    """How one driver is put before its twin, and what it must do and refuse.

    ``name`` is the driver's in a bench file, with what distinguishes this way to it behind it, if
    there are several. ``module`` is the driver's, whose docstring names its source.
    ``serial`` is the serial number as the twin says it; empty where the instrument has none.
    ``speaks_in_lines`` is false for a protocol whose messages do not end with a line feed: every
    piece that the twin says is a message then. ``patience_s`` is the longest that any single
    operation may take to give up.
    """

    name: str
    module: ModuleType
    twin: Callable[[WatchedRig], Twin]
    device: Callable[[FaultyLink, JumpClock], Any]
    serial: str = ""
    speaks_in_lines: bool = True
    patience_s: float = 400.0
    without: frozenset[Kind] = frozenset()
    """Faults that this wire cannot have: with the reason, in the contract's own file."""


@dataclass(frozen=True, kw_only=True)
class SegmentContract(Contract):
    """Of a ``SegmentDevice``; a source meter is put into a ``HostSequencer``.

    Each of ``performs`` must complete on a cell of 150 ohm at rest, each of ``refuses`` must be
    refused with nothing sent; the key of a refusal is a word of its message. One that is named
    "measure" drives nothing. ``ends`` says how a segment ends that is not to complete.
    """

    performs: Mapping[str, DeviceSegment]
    refuses: Mapping[str, DeviceSegment]
    ends: Mapping[str, SegmentEnd] = field(default_factory=dict)
    tells_output: bool = True
    """Whether it can be asked what its output does; where not, ``connect`` says "unknown"."""


@dataclass(frozen=True, kw_only=True)
class OvenContract(Contract):
    """Of a ``TemperatureController``; it is asked for ``setpoint_k`` and refuses ``too_hot_k``."""

    setpoint_k: float = 333.15
    too_hot_k: float = 3000.0
    resolution_k: float = 0.1


@dataclass(frozen=True, kw_only=True)
class GaugeContract(Contract):
    """Of a ``Gauge``; ``truth`` is what it must read of the rig, within ``resolution``."""

    truth: Callable[[WatchedRig], float]
    resolution: float


@dataclass
class Counting:
    """A ``ByteLink`` that remembers what was sent through it."""

    link: InProcessLink
    sent: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        self.link.write(data)

    def read(self, timeout_s: float) -> bytes:
        return self.link.read(timeout_s)

    def close(self) -> None:
        self.link.close()

    def reopen(self) -> None:
        self.link.reopen()


class ContractBench:
    """``device`` speaks through ``wire`` to a twin before ``rig``; ``another`` makes a new one."""

    follows_renaming = False

    def __init__(self, contract: Contract, clock: JumpClock | None = None) -> None:
        self.contract = contract
        self.clock = clock or JumpClock()
        self.rig = WatchedRig(self.clock)
        self.line = Counting(InProcessLink(contract.twin(self.rig), self.clock))
        self.wire = FaultyLink(
            self.line,
            self.clock,
            another=self._another_instrument(),
            speaks_in_lines=contract.speaks_in_lines,
        )
        self.device = self.another()

    @property
    def cell(self) -> WatchedCell:
        """What the instrument is wired to."""
        return self.rig.cell

    @property
    def segments(self) -> Mapping[str, DeviceSegment]:
        """What a driver of segments must be able to do, by name."""
        return getattr(self.contract, "performs", {})

    @property
    def ends(self) -> Mapping[str, SegmentEnd]:
        """How those end that do not complete."""
        return getattr(self.contract, "ends", {})

    @property
    def serials(self) -> tuple[str, str]:
        """Of our instrument and of another of its model; empty where it has none."""
        ours = self.contract.serial
        return (ours, another_serial(ours)) if ours else ("", "")

    @property
    def patience_s(self) -> float:
        """How long an operation may take to give up."""
        return self.contract.patience_s

    def another(self) -> Any:
        """A new driver on the same wire."""
        return self.contract.device(self.wire, self.clock)

    def sent(self) -> bytes:
        """All that was ever sent to the instrument."""
        return b"".join(self.line.sent)

    def _another_instrument(self) -> InProcessLink:
        twin = self.contract.twin(WatchedRig(self.clock))
        return InProcessLink(Renumbered(twin, self.contract.serial or "-"), self.clock)


def require_telling(error: DriverError) -> None:
    """Hold an error to saying what came and what was expected."""
    assert len(str(error)) > 20, f"{error!r} says too little"
