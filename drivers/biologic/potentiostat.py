"""BioLogic VMP3 and SP-300 series potentiostats, through the maker's EClib (Windows).

Source: EC-Lab Development Package (OEM package), unit ``EClib.pas`` and its manual. Each segment is
a technique that the instrument carries out by itself, limits included; the host fetches what was
measured. ``structures`` declares the library, ``eclib`` calls it, ``programme`` writes techniques,
``layouts`` reads what they give. What could not be confirmed is in ``models``.

A channel that has stopped has its cell open; a rest is an open-circuit measurement.
"""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

from ..capabilities import Envelope, HeldLimits, Identity, OutputState
from ..clock import Clock, SystemClock
from ..errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    WrongInstrumentError,
)
from ..readings import Flag, Observation
from ..segment_course import course_of
from ..segment_limits import check_segment
from ..segments import DeviceSegment, SegmentEnd
from .eclib import Eclib
from .layouts import observations
from .library import find_library, load_library
from .models import (
    CURRENT_RANGES_A,
    FIRMWARE_NAMES,
    KERNEL_FIRMWARE,
    Channel,
    State,
    model_of,
    series_of_board,
)
from .programme import Programme, programme_for

POLL_S: Final = 0.05
"""The maker asks not to fetch more often."""
START_PATIENCE_S: Final = 2.0
STOP_PATIENCE_S: Final = 1.0
BUFFERS_MAX: Final = 100
"""What may be left of an earlier technique."""
ADDRESS: Final = re.compile(
    r"(?P<instrument>USB\d+|\d{1,3}(\.\d{1,3}){3}|[\w-]+(\.[\w-]+)*)/(?P<channel>\d{1,2})"
)
"""Instrument and channel, the latter as printed on its front, from 1: 192.168.0.10/3."""


class BiologicPotentiostat:
    """A ``SegmentDevice``: one channel, counted from 1, of the instrument at ``instrument``.

    ``load_kernel`` allows ``connect`` to load the kernel into a channel that has EC-Lab's firmware
    and does nothing; without it such a channel is refused.
    """

    def __init__(
        self,
        eclib: Eclib,
        instrument: str,
        channel: int,
        *,
        clock: Clock | None = None,
        load_kernel: bool = False,
    ) -> None:
        self._eclib, self._instrument, self._at = eclib, instrument, channel - 1
        self._clock = clock if clock is not None else SystemClock()
        self._load_kernel = load_kernel
        self._channel: Channel | None = None
        self._identity: Identity | None = None
        self._runs = 0
        self._lost = ""

    def connect(self) -> OutputState:
        """Connect anew and read what the channel is and does; a channel that runs goes on.

        What fails is tried once more. Raises ``WrongInstrumentError`` for another board than
        before, or one without the kernel.
        """
        self._runs += 1
        try:
            infos = self._meet_twice()
        except DriverError as error:
            self._lost = str(error)
            raise
        self._lost = ""
        return OutputState.OFF if infos.state == State.STOP else OutputState.ON

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``; the serial number is that of the channel's board."""
        if self._identity is None:
            raise DriverError("not connected: the instrument has not said who it is")
        return self._identity

    @property
    def envelope(self) -> Envelope:
        """What the connected channel can do."""
        return self._known_channel().reach.envelope

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        check_segment(segment, self._known_channel().reach)

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Say what the techniques hold; there is nothing to be programmed for a whole run."""
        del voltage_max_v
        return HeldLimits(
            values={},
            by_segment=(
                "both voltage limits in current mode",
                "current limit in voltage mode, not in voltammetry nor during impedance",
                "duration, and an open cell at its end",
            ),
            ends_segments=True,
        )

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Check a segment at once, then carry it out: see ``SegmentDevice.perform``.

        After any error the channel has been stopped, or nothing is sent until ``connect``.
        """
        self.check(segment)
        if self._lost:
            raise LinkLostError(
                f"{segment.name!r} was not sent; the state of the output is unknown since "
                f"{self._lost}: connect again"
            )
        return self._carry_out(segment, programme_for(segment, self._known_channel()))

    def make_safe(self) -> None:
        """Stop the channel, which opens the cell, and read back that it has stopped.

        A connection that does not answer is made anew; another board there is left alone.
        """
        self._runs += 1
        if self._eclib.is_connected and not self._lost:
            try:
                self._stop()
                return
            except (BadReplyError, LinkLostError) as error:
                self._lost = str(error)
        self._require_the_same(self._meet())
        self._stop()

    def close(self) -> None:
        """Let the instrument go; the channel goes on with what it does. May be called twice."""
        self._eclib.disconnect()

    def _meet_twice(self) -> Any:
        try:
            return self._recognise()
        except (BadReplyError, LinkLostError):
            return self._recognise()

    def _recognise(self) -> Any:
        infos = self._meet()
        self._require_the_same(infos)
        infos = self._with_kernel(infos)
        board = self._eclib.board_type(self._at)
        series = self._model.series if board is None else series_of_board(board)
        self._channel = Channel(
            model=self._model,
            series=series,
            ranges=(max(infos.current_range_min, 0), _highest_range(infos.current_range_max)),
            bandwidth=infos.bandwidth_max,
            has_impedance=bool(infos.impedance_board),
        )
        self._identity = Identity(
            manufacturer="BioLogic",
            model=self._model.name,
            serial=str(infos.board_serial),
            firmware=f"kernel {infos.firmware}, EClib {self._eclib.version()}",
        )
        return infos

    def _meet(self) -> Any:
        device = self._eclib.connect(self._instrument)
        self._model = model_of(device.device_code)
        return self._eclib.channel_infos(self._at)

    def _require_the_same(self, infos: Any) -> None:
        known = self._identity.serial if self._identity else str(infos.board_serial)
        if known != str(infos.board_serial):
            raise WrongInstrumentError(
                f"board {infos.board_serial} is in channel {self._at + 1}, where board {known} was"
            )

    def _with_kernel(self, infos: Any) -> Any:
        if infos.firmware_code == KERNEL_FIRMWARE:
            return infos
        found = FIRMWARE_NAMES.get(infos.firmware_code, f"firmware {infos.firmware_code}")
        if not self._load_kernel or infos.state != State.STOP:
            raise WrongInstrumentError(
                f"channel {self._at + 1} of the {self._model.name} has {found}, not the kernel "
                "that EClib speaks to: end EC-Lab and let it go, then allow the kernel to be "
                "loaded with options = { load_kernel = true }; a running channel is left alone"
            )
        self._eclib.load_kernel(self._at, self._model.series.value)
        infos = self._eclib.channel_infos(self._at)
        if infos.firmware_code != KERNEL_FIRMWARE:
            raise InstrumentFaultError("the kernel was loaded, and the channel does not have it")
        return infos

    def _carry_out(
        self, segment: DeviceSegment, programme: Programme
    ) -> Generator[Observation | None, None, SegmentEnd]:
        self._runs += 1
        this_run = self._runs
        try:
            self._require_idle(segment)
            self._eclib.load(self._at, programme.techniques, self._known_channel().series.value)
            self._eclib.start(self._at)
            return (yield from self._listen(segment, programme, this_run))
        except BaseException as error:
            try:
                if self._runs == this_run:
                    self.make_safe()
            finally:
                if isinstance(error, BadReplyError | LinkLostError):
                    self._lost = str(error)
            raise

    def _require_idle(self, segment: DeviceSegment) -> None:
        """Begin with nothing that runs, and nothing left of what ran before."""
        if (state := self._eclib.now(self._at).state) != State.STOP:
            raise InstrumentFaultError(
                f"{segment.name!r} was not begun: the channel is in state {state} already"
            )
        for _ in range(BUFFERS_MAX):
            block, _ = self._eclib.data(self._at)
            if not block.words:
                return
            self._clock.sleep_until(self._clock.now_s() + POLL_S)
        raise BadReplyError("the channel has stopped and does not run out of data")

    def _listen(
        self, segment: DeviceSegment, programme: Programme, this_run: int
    ) -> Generator[Observation | None, None, SegmentEnd]:
        course = course_of(segment, programme.expected)
        channel, heard_s, started = self._known_channel(), self._clock.now_s(), False
        while True:
            self._clock.sleep_until(self._clock.now_s() + POLL_S)
            yield None
            if self._runs != this_run:  # made safe while we were waiting to be asked
                return SegmentEnd.STOPPED
            block, values = self._eclib.data(self._at)
            _require_sound(values)
            flags = _flags(values) | (Flag.TIMING if block.skipped else Flag.NONE)
            if block.words:
                heard_s = self._clock.now_s()
                course.enter(block.index)
                for observation in observations(
                    block, channel.series, self._eclib.single, values.timebase_s, flags
                ):
                    yield course.take(observation)
                    if self._runs != this_run:
                        return SegmentEnd.STOPPED
            running = values.state != State.STOP
            started = started or running or bool(block.words)
            if running:
                course.glance(values.ewe_v, values.current_a)
            elif started and not block.words:
                return course.end()
            if (end := course.broken_off()) is not None:
                self._stop()
                return end
            self._require_news(heard_s, programme.silence_s if started else START_PATIENCE_S)

    def _require_news(self, heard_s: float, patience_s: float) -> None:
        if (silent_s := self._clock.now_s() - heard_s) > patience_s:
            raise BadReplyError(f"the channel has recorded nothing for {silent_s:.3g} s")

    def _stop(self) -> None:
        """Stop, and wait until the channel says so; it may need a moment."""
        trouble: DriverError | None = None
        try:
            self._eclib.stop(self._at)
        except InstrumentFaultError as fault:
            trouble = fault  # what counts is whether it has stopped
        until_s = self._clock.now_s() + STOP_PATIENCE_S
        while (state := self._eclib.now(self._at).state) != State.STOP:
            if self._clock.now_s() > until_s:
                raise InstrumentFaultError(
                    f"the channel is in state {state} after BL_StopChannel"
                ) from trouble
            self._clock.sleep_until(self._clock.now_s() + POLL_S)

    def _known_channel(self) -> Channel:
        if self._channel is None:
            raise DriverError("not connected: the channel is not known yet")
        return self._channel


def open_biologic(
    address: str, *, library: str = "", load_kernel: bool = False, clock: Clock | None = None
) -> BiologicPotentiostat:
    """Load the maker's library for a channel at ``address``; ``connect`` then says who is there.

    ``library`` is its file or folder; empty for where the maker installs it. Raises
    ``UnsupportedError`` where it is not there, ``ValueError`` for another address.
    """
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is no channel: write 192.168.0.10/3 or USB0/1")
    file = find_library(library)
    eclib = Eclib(load_library(file), Path(file).parent)
    return BiologicPotentiostat(
        eclib, found["instrument"], int(found["channel"]), clock=clock, load_kernel=load_kernel
    )


def _highest_range(code: int) -> int:
    """Return the highest range without a booster."""
    return min(max(code, 0), len(CURRENT_RANGES_A) - 1)


def _flags(values: Any) -> Flag:
    overflow = values.voltage_overflow or values.current_overflow
    flags = Flag.OVERLOAD if overflow else Flag.NONE
    return flags | (Flag.COMPLIANCE if values.saturation else Flag.NONE)


def _require_sound(values: Any) -> None:
    """Raise ``InstrumentFaultError`` for an amplifier that is too hot, or has no power."""
    if values.option_error > 1:  # 1 says that options were changed
        raise InstrumentFaultError(
            f"option error {values.option_error} at position {values.option_position}: an "
            "amplifier or an input has failed"
        )
