"""One operation of one driver under one fault, judged by what the twin really measured."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from solidcell.drivers.capabilities import SegmentDevice
from solidcell.drivers.clock import Clock
from solidcell.drivers.errors import BadReplyError, DriverError, LinkLostError
from solidcell.drivers.readings import Flag, ImpedancePoint, Reading
from solidcell.drivers.segments import DeviceSegment, SegmentEnd
from solidcell.drivers.simulated.faults import Fault, FaultyLink
from support.watched_cell import WatchedCell

PHASES = ("connecting", "measuring", "making safe")
READS_AT_MOST = 30_000
PACKAGE_DIGITS = 1.1e-5  # of a number, which is what a package or a short form keeps


class TrialBench(Protocol):
    """A driver before a twin, behind a wire; ``another`` makes a new driver there.

    ``serials`` are those of our instrument and of another one. ``ends`` says how a segment ends
    that does not complete. ``follows_renaming`` is false where an address is all there is.
    """

    clock: Clock
    cell: WatchedCell
    wire: FaultyLink
    device: SegmentDevice
    segments: Mapping[str, DeviceSegment]
    ends: Mapping[str, SegmentEnd]
    serials: tuple[str, str]
    follows_renaming: bool
    patience_s: float

    def another(self) -> SegmentDevice: ...


@dataclass(frozen=True)
class Outcome:
    """What the caller saw: the error, if any, the observations, and how often the wire was new.

    ``happened`` is false if the fault met no line that it could befall.
    """

    error: DriverError | None
    seen: list[Reading | ImpedancePoint]
    reopened: int
    happened: bool

    @property
    def word(self) -> str:
        """How a reader would call it."""
        if self.error is not None:
            return "error"
        if self.reopened:
            return "retried"
        return "flagged" if any(_says_so(one) for one in self.seen) else "harmless"


def operations(bench: TrialBench, phase: str) -> tuple[str, ...]:
    """What the driver does in one phase of its work."""
    if phase == "measuring":
        return tuple(bench.segments)
    return ("connect", "identity") if phase == "connecting" else ("make safe",)


def lines_said(bench: TrialBench, operation: str) -> int:
    """How many lines the instrument says in this operation when nothing fails."""
    run = _prepared(bench, operation)
    before = bench.wire.lines
    run([])
    return bench.wire.lines - before


def tried(bench: TrialBench, operation: str, *faults: Fault) -> Outcome:
    """Carry out the operation while ``faults`` happen, and hold the driver to its promises.

    The bench was made for this trial alone.
    """
    run = _prepared(bench, operation)
    began_s, seen, error = bench.clock.now_s(), [], None
    bench.wire.reads = 0
    reopened = bench.wire.reopened
    bench.cell.measured.clear()
    bench.cell.impedances.clear()
    bench.wire.arm(*faults)
    try:
        run(seen)
    except DriverError as raised:
        error = raised
    outcome = Outcome(error, seen, bench.wire.reopened - reopened, bool(bench.wire.happened))
    assert bench.clock.now_s() - began_s < bench.patience_s, "it took too long to give up"
    assert bench.wire.reads < READS_AT_MOST, "it read without end"
    _require_true(seen, bench)
    _require_known_or_refused(bench, outcome, operation)
    _require_safety(bench, operation)
    return outcome


def _prepared(bench: TrialBench, operation: str) -> Callable[[list], None]:
    """Bring the bench to where the operation begins; return the operation."""
    if operation == "connect":
        return lambda seen: _connect(bench)
    _connect(bench)
    if operation == "identity":
        return lambda seen: _connect(bench)
    if operation == "make safe":
        running = bench.device.perform(_driven(bench))
        while next(running) is None:
            pass
        assert not bench.cell.is_open
        return lambda seen: bench.device.make_safe()

    def perform(seen: list) -> None:
        ends = []

        def course():
            ends.append((yield from bench.device.perform(bench.segments[operation])))

        seen.extend(one for one in course() if one is not None)
        reason = bench.ends.get(operation, SegmentEnd.COMPLETED)
        assert ends == [reason], "it ended for another reason than it says"

    return perform


def _driven(bench: TrialBench) -> DeviceSegment:
    """A segment in which the instrument drives the cell."""
    names = [name for name in bench.segments if name != "measure"]
    return bench.segments["galvanostatic" if "galvanostatic" in names else names[0]]


def _connect(bench: TrialBench) -> None:
    bench.device.connect()
    ours, other = bench.serials
    if ours:
        serial = bench.device.identity.serial
        assert serial == (other if bench.wire.is_replaced else ours), "the name was read wrongly"


def _says_so(one: Reading | ImpedancePoint) -> bool:
    return bool(one.flags) or not all(map(math.isfinite, _numbers(one)))


def _numbers(one: Reading | ImpedancePoint) -> tuple[float, ...]:
    if isinstance(one, Reading):
        return one.time_s, one.voltage_v, one.current_a
    return one.frequency_hz, one.z_ohm.real, one.z_ohm.imag


def _require_true(seen: list, bench: TrialBench) -> None:
    """Each value was measured by the twin, once, in this order, and at that time."""
    truth = iter(bench.cell.measured)
    sweep = iter(bench.cell.impedances)
    offset_s: float | None = None
    for one in seen:
        if _says_so(one) and Flag.TIMING not in one.flags:
            continue
        if isinstance(one, ImpedancePoint):
            assert any(
                _near(one.frequency_hz, f) and abs(one.z_ohm - z) < PACKAGE_DIGITS * abs(z)
                for f, z in sweep
            ), f"{one} was never measured"
            continue
        at_s = next(
            (t for t, v, i in truth if _near(one.voltage_v, v) and _near(one.current_a, i)), None
        )
        assert at_s is not None, f"{one} was never measured, or not after the one before"
        if Flag.TIMING in one.flags:
            continue
        offset_s = at_s - one.time_s if offset_s is None else offset_s
        assert abs(at_s - one.time_s - offset_s) < 0.06, f"{one} was measured at another time"


def _near(told: float, true: float) -> bool:
    return abs(told - true) <= PACKAGE_DIGITS * abs(true) + 1e-9  # the digits of a package


def _require_known_or_refused(bench: TrialBench, outcome: Outcome, operation: str) -> None:
    """After an error of the wire nothing is driven until somebody connects again."""
    if operation == "make safe" and outcome.error is None:
        assert bench.cell.is_open, "make_safe returned and the cell is not open"
    if outcome.error is None:
        return
    assert len(str(outcome.error)) > 20, "an error says what came and what was expected"
    if operation in bench.segments and isinstance(outcome.error, BadReplyError | LinkLostError):
        output, refused = bench.cell.output, False
        try:
            running = bench.device.perform(_driven(bench))
            while next(running) is None:
                assert bench.cell.output in (output, "open"), "it drove a cell it did not know"
        except DriverError:
            refused = True
        assert refused, "it drove a cell it did not know"
        assert bench.cell.output in (output, "open")


def _require_safety(bench: TrialBench, operation: str) -> None:
    """The old driver makes the cell safe or says that it could not; a new one always can."""
    if bench.wire.is_replaced and operation == "connect":
        return  # the other instrument is the first that this driver met
    for is_last in (False, True):  # the worker asks again, too
        try:
            bench.device.make_safe()
        except DriverError:
            gone = bench.wire.is_replaced or (bench.wire.renamed and not bench.follows_renaming)
            assert gone or not is_last, "make_safe fails although nothing is wrong any more"
            bench.wire.arm()
        else:
            assert bench.cell.is_open, "make_safe returned and the cell is not open"
            break
    bench.wire.arm()
    if bench.wire.is_replaced:
        return  # the instrument is gone, and with it the way to its cell
    new = bench.another()
    if not bench.wire.is_whole:
        bench.wire.reopen()
    new.connect()
    new.make_safe()
    assert bench.cell.is_open
