"""Neware BTS 8 cyclers: one channel of the BTS server is one instrument.

Source: the BTS 8 API as github EmpaEconversion/aurora-neware speaks it (MIT; recorded replies of a
real server), step files as PyPI aurora-unicycler (MIT) and BTS Client 8 write them.

Each segment is a test of one step, which the cycler carries out by itself, limits included; the
host writes its step file, starts it once, sees that it has started, and fetches its rows. A rest
leaves the cell open, and so does every test at its end. What is taken for granted without a
document to show for it stands in ``ranges.UNVERIFIED``.
"""

from collections.abc import Generator
from datetime import datetime
from typing import Final
from uuid import uuid4

from ..capabilities import Envelope, HeldLimits, Identity, OutputState
from ..clock import Clock, SystemClock
from ..errors import BadReplyError, DriverError, LinkLostError, WrongInstrumentError
from ..link import ByteLink
from ..readings import Reading
from ..segments import DeviceSegment, Galvanostatic, Potentiostatic, SegmentEnd
from .client import Asking, BtsClient, waited_for
from .ending import beyond, end_of
from .job_folder import JobFolder
from .ranges import ChannelRange, CycledSegment, checked
from .replies import State
from .requests import ChannelKey
from .running import RunningTest
from .session import BtsSession
from .step_file import Protection, step_file

SHORTEST_POLL_S: Final = 0.25
LONGEST_POLL_S: Final = 2.0
PROTECTION_BEYOND_V: Final = 0.05
"""The protection stands so far outside the limits at which a step ends, which are to come first."""
PROTECTION_BEYOND_I: Final = 1.05
PROTECTION_OF_RANGE: Final = 0.01
"""A small current on a large range is not controlled better than this part of the range."""

_OUTPUT: Final = {State.WORKING: OutputState.ON, State.PAUSED: OutputState.UNKNOWN}


class NewareChannel:
    """A ``SegmentDevice``: the channel ``key`` of the server at the other end of ``link``.

    ``channel`` is what the cycler's label says of it, ``jobs`` where step files are put. With a
    ``backup_folder`` on its own machine, the server writes its own data files, too.
    """

    def __init__(
        self,
        link: ByteLink,
        key: ChannelKey,
        channel: ChannelRange,
        jobs: JobFolder,
        *,
        username: str = "admin",
        password: str = "neware",
        backup_folder: str = "",
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock if clock is not None else SystemClock()
        self._session = BtsSession(BtsClient(link, username, password), key, self._clock)
        self._channel, self._jobs, self._backup_folder = channel, jobs, backup_folder
        self._identity: Identity | None = None
        self._widest_v: float | None = None
        self._runs = 0
        self._lost = "the link was never used"

    def connect(self) -> OutputState:
        """Log in, find the channel and read what it does; a test that runs is left alone.

        Raises ``WrongInstrumentError`` if the server has no such channel, or another one than
        before, ``InstrumentFaultError`` if it lets nobody in, ``LinkLostError`` on silence.
        """
        self._runs += 1
        state = waited_for(self._meet())
        self._identity = Identity(
            manufacturer="Neware",
            model=f"BTS 8, device type {self._session.place.device_type}",
            serial=self._session.name,
            firmware="",
        )
        self._lost = ""
        return _OUTPUT.get(state, OutputState.OFF)

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``: the serial number is the channel's name on the server."""
        if self._identity is None:
            raise DriverError("not connected: the server has not said which channel it has")
        return self._identity

    @property
    def envelope(self) -> Envelope:
        """What the cycler's label says that the channel can do."""
        return self._channel.envelope

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        checked(segment, self._channel)

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Have every test from now on end by itself beyond ``voltage_max_v``, either way.

        It goes into each step file, so there is nothing to be read back before one is started.
        """
        self._widest_v = voltage_max_v
        return HeldLimits(
            values={},
            by_segment=(
                f"voltage protection at {voltage_max_v:g} V either way, or closer, in every test",
                "both voltage limits in current mode",
                "current limit in voltage mode",
                "duration, and an open cell at its end",
            ),
            ends_segments=True,
        )

    def perform(self, segment: DeviceSegment) -> Generator[Reading | None, None, SegmentEnd]:
        """Check a segment, then have it carried out: see ``SegmentDevice.perform``.

        A link that breaks meanwhile is called anew, and no row is lost or doubled; after
        ``LinkLostError`` and ``BadReplyError`` nothing is sent until ``connect``.
        """
        asked = checked(segment, self._channel)
        if self._lost:
            raise LinkLostError(
                f"{segment.name!r} was not sent; what channel {self._session.key} does is unknown, "
                f"since {self._lost}: connect again"
            )
        return self._carry_out(asked)

    def make_safe(self) -> None:
        """End whatever test runs on the channel, ours or not, and see that it has ended.

        May be called at any time, twice. The connection is made anew where it is not good.
        """
        self._runs += 1
        waited_for(self._stop())

    def close(self) -> None:
        """Hang up; a test that runs goes on. May be called twice."""
        self._session.close()

    def _meet(self) -> Asking[State]:
        try:
            return (yield from self._session.open())
        except (BadReplyError, LinkLostError):
            return (yield from self._session.reopen())

    def _stop(self) -> Asking[State]:
        try:
            return (yield from self._session.stop())
        except DriverError as error:
            self._lose(error)
            raise

    def _carry_out(self, segment: CycledSegment) -> Generator[Reading | None, None, SegmentEnd]:
        self._runs += 1
        this_run = self._runs
        barcode = f"solidcell{uuid4().hex[:10]}"
        job = f"{barcode}.xml"
        try:
            return (yield from self._run(segment, barcode, job, this_run))
        except (LinkLostError, WrongInstrumentError) as error:
            self._lose(error)
            raise  # the cycler goes on by itself, within its own limits, and cannot be reached
        except BaseException as error:
            try:
                if self._runs == this_run:
                    self.make_safe()
            finally:
                self._lose(error)
            raise
        finally:
            self._jobs.discard(job)

    def _run(
        self, segment: CycledSegment, barcode: str, job: str, this_run: int
    ) -> Generator[Reading | None, None, SegmentEnd]:
        now = yield from self._session.inquired()
        content = step_file(
            segment,
            self._protection(segment),
            voltage_now_v=now.voltage_v,
            remark=segment.name,
            guid=uuid4(),
            written=datetime.now(),
        )
        test = RunningTest(self._session, self._channel, barcode)
        yield from test.prepare()
        path = self._jobs.write(job, content)
        if self._runs != this_run:  # made safe meanwhile
            return SegmentEnd.STOPPED
        yield from test.start(path, self._backup_folder)
        return (yield from self._follow(segment, test, this_run))

    def _follow(
        self, segment: CycledSegment, test: RunningTest, this_run: int
    ) -> Generator[Reading | None, None, SegmentEnd]:
        ends_s = self._clock.now_s() + segment.duration_s
        rows = test.rows(self._poll_s(segment.sample_period_s), ends_s)
        last: Reading | None = None
        reached: SegmentEnd | None = None
        while True:
            try:
                reading = next(rows)
            except StopIteration as over:
                return reached or end_of(segment, over.value, last)
            yield reading
            if self._runs != this_run:  # made safe while we were waiting to be asked
                return SegmentEnd.STOPPED
            if reading is None:
                continue
            last = reading
            if reached is None and (reached := beyond(segment, reading)):
                yield from self._session.stop()

    def _protection(self, segment: CycledSegment) -> Protection:
        low_v, high_v = self._channel.voltage_min_v, self._channel.voltage_max_v
        if self._widest_v is not None:
            low_v, high_v = max(low_v, -self._widest_v), min(high_v, self._widest_v)
        current_a = full_a = self._channel.current_max_a
        if isinstance(segment, Galvanostatic):
            low_v = max(low_v, segment.voltage_min_v - PROTECTION_BEYOND_V)
            high_v = min(high_v, segment.voltage_max_v + PROTECTION_BEYOND_V)
            current_a = _beyond(abs(segment.current_a), full_a)
        elif isinstance(segment, Potentiostatic):
            current_a = _beyond(segment.current_max_a, full_a)
        return Protection(voltage_min_v=low_v, voltage_max_v=high_v, current_max_a=current_a)

    def _poll_s(self, period_s: float) -> float:
        if getattr(self._clock, "speed", None) is None:
            return period_s  # a clock that leaps has no pace
        pace = self._session.pace
        return min(max(period_s, SHORTEST_POLL_S * pace), LONGEST_POLL_S * pace)

    def _lose(self, error: BaseException) -> None:
        if isinstance(error, BadReplyError | LinkLostError | WrongInstrumentError):
            self._lost = str(error)


def _beyond(current_a: float, full_a: float) -> float:
    """Where a current is broken off that should never be beyond ``current_a``."""
    return PROTECTION_BEYOND_I * current_a + PROTECTION_OF_RANGE * full_a
