"""What every SCPI source meter does alike, whichever words its maker chose for it.

Off is an open cell before anything else is set, and ``*RST`` is never sent: most of these
instruments call a source of 0 V "off", which discharges a cell. The limit is in force before the
level, and the level before the output. The relay stays closed wherever the instrument allows it.
A driver has the words, and what only its make asks for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from .capabilities import Envelope, Identity, OutputState
from .errors import DriverError, InstrumentFaultError, OutOfRangeError
from .link import TextLink
from .readings import Reading
from .scpi import Choice, Flag, Number
from .scpi_session import ScpiSession, require_same
from .source_models import SourceModel, model_named, require_limit, require_reach

REST_RANGE_A: Final = 1e-6  # a large range would leave its offset current flowing through a rest


@dataclass(frozen=True, slots=True)
class Source:
    """The settings of one function: "CURR", limited by a voltage, or "VOLT", by a current."""

    function: str
    level: Number
    range: Number
    limit: Number
    limit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The words of one make of source meters, and its models.

    ``off_states`` are the settings of the off state, ``off_word`` is the one that leaves the cell
    open, and ``off_means`` how errors explain it. ``nplc`` is the range of integration times in
    power line cycles.
    """

    recognise: Callable[[str], Identity]
    models: tuple[SourceModel, ...]
    nplc: tuple[float, float]
    current: Source
    voltage: Source
    off_states: tuple[Choice, ...]
    off_word: str
    off_means: str
    abort: str = ":ABOR"


@dataclass(frozen=True, slots=True)
class Drive:
    """What was last set and confirmed: so that nothing is sent twice."""

    source: Source
    level: float
    range: float
    limit: float


class ScpiSourceMeter(ABC):
    """A source meter as a cell sees it: current or voltage in, both back.

    ``nplc`` is the integration time in power line cycles of ``line_hz``. Out-of-range values are
    refused before a byte is sent.
    """

    dialect: ClassVar[Dialect]
    source_function: Choice
    output_on: Flag

    def __init__(self, link: TextLink, *, nplc: float = 1.0, line_hz: float = 50.0) -> None:
        lowest, highest = self.dialect.nplc
        if not lowest <= nplc <= highest:
            raise OutOfRangeError(
                f"nplc: {nplc:g} is outside [{lowest:g}, {highest:g}] power line cycles"
            )
        self.link = link
        self._session = ScpiSession(
            link, self.dialect.recognise, name="source meter", forget=self._forget
        )
        self._nplc, self._line_hz = nplc, line_hz
        self._model = self.dialect.models[0]
        self._prepared = False
        self._drive: Drive | None = None
        self._off_is_open = False

    def connect(self) -> OutputState:
        """Read who is there and what the output does, then make its off state an open cell.

        Switches nothing on or off. Errors left in the queue from before are read and dropped.
        What fails is tried once more on a new session. Raises ``WrongInstrumentError`` for
        another instrument than before, and for one that this driver must not drive.
        """
        output = self._session.connect(self._greet)
        self._off_is_open = True
        return output

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._session.identity

    @property
    def envelope(self) -> Envelope:
        """The limits of the model; a source meter carries out no whole segment by itself."""
        return Envelope(
            voltage_max_v=self._model.voltage_max_v,
            current_max_a=self._model.current_max_a,
            segments=frozenset(),
        )

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        require_reach(self._model, voltage_limit_v, current_a)
        require_limit("voltage limit", voltage_limit_v, self._model.voltage_limit_min_v, "V")

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        require_reach(self._model, voltage_v, current_limit_a)
        require_limit("current limit", current_limit_a, self._model.current_limit_min_a, "A")

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive ``current_a`` within +-``voltage_limit_v``; the output is on afterwards.

        The limit is in force and read back before the level, and the level before the output.
        """
        self.check_current(current_a, voltage_limit_v)
        scale = self._model.current_range_a(current_a or REST_RANGE_A)
        self._source(Drive(self.dialect.current, current_a, scale, voltage_limit_v))

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Hold ``voltage_v`` within +-``current_limit_a``; the output is on afterwards.

        ``span_v`` is the largest voltage to come, so that a sweep stays on one range.
        """
        self.check_voltage(voltage_v, current_limit_a)
        self.check_voltage(span_v, current_limit_a)
        scale = self._model.voltage_range_v(max(abs(voltage_v), abs(span_v)))
        self._source(Drive(self.dialect.voltage, voltage_v, scale, current_limit_a))

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive no current with the output on; ``voltage_limit_v`` must exceed the cell's."""
        self.source_current(0.0, voltage_limit_v=voltage_limit_v)

    def read(self) -> Reading:
        """Take one reading. ``time_s`` is by the instrument's clock, from any start.

        Raises ``InstrumentFaultError`` if the output went off by itself or the reading was not
        four-wire, ``BadReplyError`` on overflow, another source or the reading of before.
        """
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(
                    "the source meter drives nothing yet, so there is nothing to read"
                )
            return self._read(self._drive.source.function)

    def make_safe(self) -> None:
        """Open the cell and read back that it is. Checks nothing first.

        A link that is dead, or that gives no answer, is opened anew; another instrument there is
        left alone.
        """
        self._drive = None
        self._session.make_safe(self._switch_off)

    def close(self) -> None:
        """Release the link; the output stays as it is. May be called twice."""
        self._session.close()

    @abstractmethod
    def _meet(self, identity: Identity) -> None:
        """Ask what only this make is asked, and drop the errors of before; change nothing.

        Raises ``WrongInstrumentError`` for what this driver must not drive.
        """

    @abstractmethod
    def _set_up(self) -> None:
        """Set what every reading relies on, and raise errors; the output is off."""

    @abstractmethod
    def _enter(self, source: Source, limit: float) -> None:
        """Make ``source`` the function, at 0 and with ``limit`` in force; the output is off."""

    @abstractmethod
    def _may_follow(self, drive: Drive, limit: float) -> bool:
        """Whether the instrument takes ``limit`` as it is after ``drive``, the output on."""

    @abstractmethod
    def _read(self, function: str) -> Reading:
        """Ask for one reading while ``function`` is sourced, and refuse an old one."""

    def _greet(self, identity: Identity) -> OutputState:
        self._model = model_named(self.dialect.models, identity.model)
        self._meet(identity)
        output = OutputState.ON if self.output_on else OutputState.OFF
        if any(state.ask(self.link) != self.dialect.off_word for state in self.dialect.off_states):
            self._set_off_states()
        self._raise_errors()
        return output

    def _forget(self) -> None:
        """Take nothing that was set before for granted any more."""
        self._prepared = self._off_is_open = False
        self._drive = None

    def _source(self, wanted: Drive) -> None:
        with self._session.conversation():
            if not self._prepared:
                self._prepare()
            drive = self._drive
            if drive and (
                drive.source is not wanted.source or not self._may_follow(drive, wanted.limit)
            ):
                drive = self._drive = None
            if drive is None:
                # with the output on, the other function would drive whatever level it had last
                self.output_on = False
                self._enter(wanted.source, wanted.limit)
            elif drive.limit != wanted.limit:
                self._set_limit(wanted.source, wanted.limit)
            self._set_level(wanted, drive)
            if drive is None:
                self.output_on = True
            self._raise_errors()
            self._drive = wanted

    def _set_level(self, wanted: Drive, drive: Drive | None) -> None:
        source = wanted.source
        if drive is None or wanted.range > drive.range:
            source.range.tell(self.link, wanted.range)
            source.level.tell(self.link, wanted.level)
            return
        # a level beyond its range is refused, so a smaller range comes after its level
        source.level.tell(self.link, wanted.level)
        if wanted.range < drive.range:
            source.range.tell(self.link, wanted.range)

    def _set_limit(self, source: Source, limit: float) -> None:
        source.limit.tell(self.link, limit)
        in_force = source.limit.ask(self.link)
        require_same(source.limit_name, limit, in_force, source.limit.unit)

    def _prepare(self) -> None:
        """Bring everything that a driver relies on into a known state, with the cell open."""
        self.link.write(self.dialect.abort)
        self._set_off_states()
        self.output_on = False
        self._set_up()
        self._prepared = True

    def _switch_off(self) -> None:
        if not self._off_is_open:
            self._tell_off_states()  # or "off" would be a 0 V source
        self.output_on = False
        if self.output_on:
            raise InstrumentFaultError("the output is still on after :OUTP OFF")
        if not self._off_is_open:
            self._require_off_states()

    def _set_off_states(self) -> None:
        """Make "off" an open cell, and read back that it is."""
        self._tell_off_states()
        self._require_off_states()

    def _tell_off_states(self) -> None:
        for state in self.dialect.off_states:
            state.tell(self.link, self.dialect.off_word)

    def _require_off_states(self) -> None:
        asked = self.dialect.off_word
        in_force = [state.ask(self.link) for state in self.dialect.off_states]
        if any(word != asked for word in in_force):
            raise InstrumentFaultError(
                f"the off state stays {', '.join(in_force)}; {asked} ({self.dialect.off_means}) "
                "was asked"
            )

    def _raise_errors(self) -> None:
        try:
            self._session.raise_errors()
        except InstrumentFaultError:
            self._drive = None
            raise
