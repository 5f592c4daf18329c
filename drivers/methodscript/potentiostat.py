"""PalmSens MethodSCRIPT potentiostats: EmStat4 HR and Nexus, EmStat4 LR and Pico within limits.

Source: PalmSens communication protocol and MethodSCRIPT (script version 1.8). Each segment is one
script that the instrument carries out by itself, limits included; the host only listens.
``scripts`` writes it, ``session`` runs it, ``stream`` reads
what it prints. A rest is an open-circuit measurement, and every script opens the cell at its end.

Unverified: assumptions no instrument has confirmed yet, and where they stand.

==========================================================  ====================================
``on_finished:`` also runs after ``Z``                      not relied on: ``make_safe`` sends
                                                            ``cell_off`` in a script of its own
a command that cannot be used now answers ``<letter>!0006``  ``session``
a script's lines are counted from the one after ``e``       quoted line in ``_fault``
lowest impedance frequency, shortest sampling interval      ``models``
a loop yields time / interval packages, time from 0 or       nothing counts packages
from one interval on
``send_string`` prints inside a measurement loop            ``scripts``, limits
``set_range`` picks the smallest range that holds a value   ``statements``
current in ``meas_loop_cp`` may be the set value (``db``)   ``readings``
voltage in ``meas_loop_ca`` may be the set value (``da``)   ``readings``
==========================================================  ====================================
"""

from collections.abc import Generator
from contextlib import suppress

from ..capabilities import Envelope, HeldLimits, Identity, OutputState
from ..clock import Clock, SystemClock
from ..errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    WrongInstrumentError,
)
from ..link import ByteLink
from ..readings import Observation
from ..segments import DeviceSegment, SegmentEnd
from ..serial_link import SerialLink
from .limits import check_segment
from .models import EMSTAT_PICO, NEXUS, Model, model_for
from .order import Course
from .readings import end_for
from .scripts import Script, script_for
from .session import ScriptSession
from .stream import Package, Text

SMALL_BUFFER_PAUSE_S = 0.005
_PROBE_S = 0.5


class MethodScriptPotentiostat:
    """A ``SegmentDevice`` that hands whole segments to the instrument.

    ``line_pause_s`` is waited on ``clock`` after each script line, for an instrument behind a
    serial line without handshake.
    """

    def __init__(
        self, link: ByteLink, *, clock: Clock | None = None, line_pause_s: float = 0.0
    ) -> None:
        self._link = link
        self._clock = clock if clock is not None else SystemClock()
        self._session = ScriptSession(link, self._pause, line_pause_s)
        self._model: Model | None = None
        self._identity: Identity | None = None
        self._runs = 0
        self._lost = ""

    def connect(self) -> OutputState:
        """Stop a script left running and read who is there.

        The protocol has no question for the cell switch, so the state is always unknown:
        ``make_safe`` is the way to know that it is open. What fails is tried once more on a port
        opened anew. Raises ``WrongInstrumentError`` for an instrument that is not one of ours or
        not the one that answered before, ``LinkLostError`` when nothing answers.
        """
        self._runs += 1
        if self._lost:
            self._link.reopen()
        try:
            self._greet()
        except DriverError as error:
            self._reopen_after(error)
            self._greet()
        self._lost = ""
        return OutputState.UNKNOWN

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        if self._identity is None:
            raise DriverError("not connected: the instrument has not said who it is")
        return self._identity

    @property
    def envelope(self) -> Envelope:
        """What the connected model can do."""
        return self._known_model().envelope

    def script_version(self) -> str:
        """Ask which version of MethodSCRIPT the instrument speaks, as it prints it."""
        return self._session.ask("v")[0]

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        check_segment(segment, self._known_model())

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Say what the scripts hold; there is nothing to be programmed for a whole run."""
        del voltage_max_v
        return HeldLimits(
            values={},
            by_segment=(
                "both voltage limits in current mode",
                "current limit in voltage mode",
                "duration, and an open cell at its end",
            ),
            ends_segments=True,
        )

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Check a segment, then carry it out: see ``SegmentDevice.perform``.

        The check is done at once, before the first observation is asked for. After an error that
        the instrument reports the cell has been opened when ``InstrumentFaultError`` arrives.
        After ``BadReplyError`` and ``LinkLostError`` nothing is sent until ``connect``.
        """
        self.check(segment)
        if self._lost:
            raise LinkLostError(
                f"{segment.name!r} was not sent; the state of the output is unknown since "
                f"{self._lost}: connect again"
            )
        return self._carry_out(script_for(segment, self._known_model()))

    def make_safe(self) -> None:
        """Abort a running script and open the cell. May be called at any time, twice.

        A port that does not answer is opened anew; another instrument there is left alone.
        """
        self._runs += 1
        if self._lost:
            self._link.reopen()
        else:
            try:
                self._session.make_safe()
                return
            except (BadReplyError, LinkLostError) as error:
                self._lose(error)
                self._reopen_after(error)
        self._greet()
        self._session.make_safe()

    def close(self) -> None:
        """Release the link; the cell stays as it is. May be called twice."""
        self._link.close()

    def _carry_out(self, script: Script) -> Generator[Observation | None, None, SegmentEnd]:
        self._runs += 1
        this_run = self._runs
        try:
            return (yield from self._listen(script, this_run))
        except (InstrumentFaultError, LinkLostError) as error:
            self._lose(error)
            raise  # the cell has been opened, or cannot be reached
        except BaseException as error:
            try:
                if self._runs == this_run:
                    self.make_safe()
            finally:
                self._lose(error)
            raise

    def _listen(
        self, script: Script, this_run: int
    ) -> Generator[Observation | None, None, SegmentEnd]:
        end: SegmentEnd | None = None
        course = Course(script.expected)
        for item in self._session.run(script.lines, script.silence_limit_s):
            if isinstance(item, Package):
                yield course.take(script.observe(item))
            elif item is None:
                yield None
            elif isinstance(item, Text):
                end = end_for(item.text) or end
            if self._runs != this_run:  # made safe while we were waiting to be asked
                return SegmentEnd.STOPPED
        if end is None:
            course.end()
        return end or SegmentEnd.COMPLETED

    def _greet(self) -> None:
        """Read who is there, twice: a wrong letter in a name would not be noticed otherwise."""
        self._link.write(b"\n")  # ends a line that somebody left half sent
        if self._identity:
            with suppress(InstrumentFaultError):  # no answer while a script runs
                self._require_the_same(self._session.ask("i")[0])
        try:
            self._session.abort()
        except BadReplyError as error:
            raise WrongInstrumentError(f"not a MethodSCRIPT instrument: {error}") from error
        model, identity = self._who_is_there()
        if (again := self._who_is_there()) != (model, identity):
            raise BadReplyError(f"two answers to who is there: {identity}, then {again[1]}")
        self._require_the_same(identity.serial)
        self._model, self._identity = model, identity

    def _require_the_same(self, serial: str) -> None:
        if self._identity and self._identity.serial != serial:
            raise WrongInstrumentError(
                f"serial number {serial!r} answers where {self._identity.serial!r} did before"
            )

    def _who_is_there(self) -> tuple[Model, Identity]:
        firmware = self._session.ask("t", last_line_ends="*")
        model = model_for(firmware[0][:6])
        return model, Identity(
            manufacturer="PalmSens",
            model=model.name,
            serial=self._session.ask("i")[0],
            firmware=" ".join([firmware[0][6:], *firmware[1:]]).rstrip("*").rstrip(),
        )

    def _reopen_after(self, error: DriverError) -> None:
        """Open the port anew; if it cannot be opened, say what went wrong before, too."""
        try:
            self._link.reopen()
        except LinkLostError as still:
            if isinstance(error, LinkLostError):
                raise LinkLostError(f"{error}; {still}") from still
            raise error from still

    def _lose(self, error: BaseException) -> None:
        if isinstance(error, BadReplyError | LinkLostError):
            self._lost = str(error)

    def _known_model(self) -> Model:
        if self._model is None:
            raise DriverError("not connected: the model is not known yet")
        return self._model

    def _pause(self, duration_s: float) -> None:
        self._clock.sleep_until(self._clock.now_s() + duration_s)


def open_methodscript(address: str, *, clock: Clock | None = None) -> MethodScriptPotentiostat:
    """Open the port at ``address``; ``connect`` then says who is there.

    A serial port is tried at the baud rates of the EmStat4 and of the Pico; lines are paced at
    the slower one. Raises ``LinkLostError`` if the port cannot be opened.
    """
    link = SerialLink(address, NEXUS.baud_rate)
    if address.startswith("socket://") or _answers(link):
        return MethodScriptPotentiostat(link, clock=clock)
    link.close()
    slow = SerialLink(address, EMSTAT_PICO.baud_rate)
    if _answers(slow):
        return MethodScriptPotentiostat(slow, clock=clock, line_pause_s=SMALL_BUFFER_PAUSE_S)
    slow.close()
    return MethodScriptPotentiostat(SerialLink(address, NEXUS.baud_rate), clock=clock)


def _answers(link: ByteLink) -> bool:
    """Whether a line of plain text comes back: at a wrong baud rate it would be rubbish."""
    link.write(b"\nt\n")
    heard = b""
    for _ in range(round(_PROBE_S / 0.1)):
        heard += link.read(0.1)
        if any(
            line and line.isascii() and line.decode().isprintable()
            for line in heard.split(b"\n")[:-1]
        ):
            return True
    return False
