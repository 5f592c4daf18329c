"""Several instruments on the two terminals of one cell, and what the cell sees of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .network import OPEN, Drive
from .oven import FELT_K, CellWarmth
from .simulated_cell import SimulatedCell

SETTLING_S = 1e-5  # after a change of a source, before anything can be read
ROUNDING_S = 2 * SETTLING_S  # how far a caller's time may lie behind
SOURCE_OHM = 1e-2  # of another instrument's voltage source, to a small signal


@dataclass(frozen=True, slots=True)
class ProbeContacts:
    """Contacts in series with the cell that turn bad: (start in s, duration in s, ohm)."""

    spells: tuple[tuple[float, float, float], ...] = ()

    def ohm(self, at_s: float) -> float:
        """Return what they add at ``at_s``."""
        return sum(
            ohm
            for start_s, duration_s, ohm in self.spells
            if start_s <= at_s < start_s + duration_s
        )

    def next_change_s(self, at_s: float) -> float:
        """Return when, after ``at_s``, that becomes another value; infinite if never."""
        edges = (
            edge for start_s, lasts_s, _ in self.spells for edge in (start_s, start_s + lasts_s)
        )
        return min((edge for edge in edges if edge > at_s), default=math.inf)


@dataclass(slots=True)
class Port:
    """Where one instrument is connected: what its source does, and what its voltmeter conducts."""

    load_siemens: float = 0.0
    lead_ohm: float = 0.0
    contacts: ProbeContacts = field(default_factory=ProbeContacts)
    drive: Drive = OPEN

    def drive_at(self, at_s: float) -> Drive:
        """Return the drive with all that lies in series at ``at_s``."""
        ohm = self.lead_ohm + (self.contacts.ohm(at_s) if self.contacts.spells else 0.0)
        return replace(self.drive, series_ohm=ohm) if ohm else self.drive


class Share(NamedTuple):
    """One instrument's part of what flows: the current from it, and whether it is limited."""

    current_a: float
    limited: bool


def merged(drives: Sequence[Drive]) -> Drive:
    """Return the one drive that has the effect of all.

    Open ones have none. Currents add, within the narrowest of their voltage limits. A voltage
    source holds its voltage whatever the others do; of several, the one with the largest current
    limit holds, and the others push with all of theirs.
    """
    closed = [drive for drive in drives if drive.mode != "open"]
    if len(closed) <= 1:
        return closed[0] if closed else OPEN
    series_ohm = max(drive.series_ohm for drive in closed)
    if (holder := _holder(closed)) is not None:
        pushed_a = _pushed_a(closed, holder)
        return replace(holder, series_ohm=series_ohm, pushed_a=pushed_a)
    limit_v = min(drive.limit for drive in closed)
    return Drive("current", sum(drive.level for drive in closed), limit_v, series_ohm)


def share_of(drive: Drive, drives: Sequence[Drive], total_a: float, limited: bool) -> Share:
    """Return what the instrument with ``drive`` (one of ``drives``) sees of the total current."""
    closed = [each for each in drives if each.mode != "open"]
    if drive.mode == "open":
        return Share(0.0, False)
    if len(closed) == 1:
        return Share(total_a, limited)
    if (holder := _holder(closed)) is not None:
        if drive is holder:
            return Share(total_a - _pushed_a(closed, holder), limited)
        return Share(_push_a(drive, holder), drive.mode == "voltage" and drive != holder)
    weakest = min(closed, key=lambda each: each.limit)
    if limited and drive is weakest:
        return Share(total_a - sum(each.level for each in closed if each is not drive), True)
    return Share(drive.level, False)


def _holder(closed: Sequence[Drive]) -> Drive | None:
    sources = [drive for drive in closed if drive.mode == "voltage"]
    return max(sources, key=lambda drive: drive.limit, default=None)


def _pushed_a(closed: Sequence[Drive], holder: Drive) -> float:
    return sum(_push_a(drive, holder) for drive in closed if drive is not holder)


def _push_a(drive: Drive, holder: Drive) -> float:
    """Return the current of a source that cannot hold its own against ``holder``."""
    if drive.mode == "current":
        return drive.level
    if drive.level == holder.level or math.isinf(drive.limit):
        return 0.0
    return math.copysign(drive.limit, drive.level - holder.level)


class Wiring:
    """The terminals of one cell, with all the instruments that are connected to them.

    It lets the cell live under what all of them do together. ``strict``: a time before the
    cell's own raises ``ValueError``; else it counts as the cell's, as it must where several
    instruments report to one cell, a little out of order. ``warmth`` brings the cell to the
    temperature of an oven.
    """

    def __init__(
        self, cell: SimulatedCell, *, strict: bool = True, warmth: CellWarmth | None = None
    ) -> None:
        self.cell = cell
        self._strict, self._warmth = strict, warmth
        self._ports: list[Port] = []
        self._mode = OPEN.mode

    def connect(self, port: Port) -> None:
        """Connect one more instrument."""
        self._ports.append(port)

    def switch(self, port: Port, drive: Drive, at_s: float) -> None:
        """Let the instrument at ``port`` do something else from ``at_s`` on."""
        self.live_until(at_s)
        if drive == port.drive:
            return
        port.drive = drive
        mode = merged([each.drive for each in self._ports]).mode
        if mode != self._mode:
            self._mode = mode
            self.cell.truth.note_output(self.cell.time_s, mode)
        self.live_until(self.cell.time_s + SETTLING_S)

    def share(self, port: Port) -> Share:
        """Return what the instrument at ``port`` sees of the current that flows now."""
        terminal = self.cell.terminal
        if len(self._ports) == 1:
            drives: list[Drive] = [port.drive]
        else:
            drives = [each.drive for each in self._ports]
        return share_of(port.drive, drives, terminal.current_a, terminal.limited)

    def others_siemens(self, port: Port) -> float:
        """Return what the other instruments conduct for a small signal, beside the cell."""
        return sum(
            each.load_siemens + (1 / SOURCE_OHM if each.drive.mode == "voltage" else 0.0)
            for each in self._ports
            if each is not port
        )

    def live_until(self, at_s: float) -> None:
        """Let the cell live until ``at_s``."""
        cell = self.cell
        if self._strict and at_s < cell.time_s - ROUNDING_S:
            raise ValueError(
                f"time ran backwards: {at_s:.9g} s after the cell has lived until "
                f"{cell.time_s:.9g} s"
            )
        while (left_s := at_s - cell.time_s) > 0:
            now_s = cell.time_s
            drive, load_siemens = self._present(now_s)
            left_s = min(left_s, self._next_contact_change_s(now_s) - now_s)
            cell.advance(self._warmed(left_s), drive, load_siemens=load_siemens)

    def _present(self, now_s: float) -> tuple[Drive, float]:
        ports = self._ports
        if len(ports) == 1:
            return ports[0].drive_at(now_s), ports[0].load_siemens
        drive = merged([port.drive_at(now_s) for port in ports])
        return drive, sum(port.load_siemens for port in ports)

    def _warmed(self, left_s: float) -> float:
        """Give the cell the temperature of the cut that comes; return how long that one is."""
        if self._warmth is None:
            return left_s
        now_s = self.cell.time_s
        self._warmth.temperature_k(now_s)
        left_s = min(left_s, self._warmth.longest_cut_s())
        warm_k = self._warmth.temperature_k(now_s + left_s)
        if warm_k is not None and abs(warm_k - self.cell.temperature_k) > FELT_K:
            self.cell.set_temperature(warm_k)
        return left_s

    def _next_contact_change_s(self, now_s: float) -> float:
        return min(
            (port.contacts.next_change_s(now_s) for port in self._ports if port.contacts.spells),
            default=math.inf,
        )
