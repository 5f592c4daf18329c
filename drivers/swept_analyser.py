"""An impedance analyser as a channel sees it: it sweeps, and it does nothing else.

What an analyser does on its link is in its own driver, a ``Dialect``; when, and what is left
behind whatever happens, is here. An analyser has no relay: safe is no bias, and the test signal at
its least. A link that went silent is treated as everywhere, see ``scpi_session``.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Protocol, runtime_checkable

from .capabilities import Envelope, Identity, Json, OutputState
from .clock import Clock, SystemClock
from .errors import BadReplyError, DriverError
from .impedance_sweeps import Compensation, Reach, check_sweep, require_sweep
from .link import TextLink
from .readings import ImpedancePoint, Observation
from .scpi_session import ScpiSession
from .segments import DeviceSegment, ImpedanceSweep, SegmentEnd


class Dialect(Protocol):
    """What one kind of analyser says and understands."""

    @property
    def name(self) -> str:
        """How errors call it."""
        ...

    def recognise(self, reply: str) -> Identity:
        """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else."""
        ...

    def greet(self, identity: Identity) -> tuple[Reach, OutputState]:
        """Read what is fitted and what it does to the cell now; change nothing."""
        ...

    def compensation(self) -> Compensation:
        """Read how leads and fixture are taken out, and the data for it."""
        ...

    def settings(self) -> Mapping[str, Json]:
        """What this driver was made with, for the record."""
        ...

    def sweep(
        self, sweep: ImpedanceSweep, session: ScpiSession, clock: Clock
    ) -> Generator[ImpedancePoint | None, None, None]:
        """Carry out a sweep that has been checked; ``None`` at least ten times a second."""
        ...

    def switch_off(self) -> None:
        """Abort, take the bias off, bring the test signal to its least, and read that it is so."""
        ...


@runtime_checkable
class KeepsPoints(Protocol):
    """A dialect of an analyser that tells its points only when many of them are done; optional."""

    def silence_s(self, sweep: ImpedanceSweep) -> float:
        """How long, in s, may pass between two points before it has certainly failed."""
        ...


def fitted_options(link: TextLink) -> tuple[str, ...]:
    """Ask for the options; twice, as nothing else would show that one was lost on the way."""
    answers = [link.query("*OPT?").strip(), link.query("*OPT?").strip()]
    if answers[0] != answers[1]:
        raise BadReplyError(f"two answers to *OPT?: {answers[0]!r}, then {answers[1]!r}")
    return tuple(part.strip() for part in answers[0].split(","))


class SweptAnalyser:
    """A ``SegmentDevice`` for ``ImpedanceSweep``, and one that has notes to its data.

    ``error_query`` takes the oldest entry off the instrument's error queue; empty if it has none.
    """

    def __init__(
        self,
        link: TextLink,
        dialect: Dialect,
        clock: Clock | None = None,
        *,
        error_query: str = ":SYST:ERR?",
        identity_query: str = "*IDN?",
    ) -> None:
        self._dialect = dialect
        self._clock = clock if clock is not None else SystemClock()
        self._session = ScpiSession(
            link,
            dialect.recognise,
            name=dialect.name,
            error_query=error_query,
            identity_query=identity_query,
        )
        self._reach: Reach | None = None
        self._runs = 0

    def connect(self) -> OutputState:
        """Read who is there, what is fitted, and whether bias or test signal are on.

        ``OutputState.OFF`` is no bias and a test signal at its least. Changes nothing. Raises
        ``WrongInstrumentError`` for another instrument than before.
        """
        self._runs += 1
        return self._session.connect(self._greet)

    def _greet(self, identity: Identity) -> OutputState:
        self._session.drain_errors()
        self._reach, output = self._dialect.greet(identity)
        self._session.drain_errors()
        return output

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._session.identity

    @property
    def envelope(self) -> Envelope:
        """What the analyser that answered can do."""
        reach = self._known_reach()
        return Envelope(
            voltage_max_v=reach.bias_v + reach.amplitude_v[1],
            current_max_a=reach.bias_a + reach.amplitude_a[1],
            segments=frozenset({ImpedanceSweep.__name__}),
            frequency_min_hz=reach.frequency_hz[0],
            frequency_max_hz=reach.frequency_hz[1],
            amplitude_max_v=reach.amplitude_v[1],
        )

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        check_sweep(require_sweep(segment, self._dialect.name), self._known_reach())

    def silence_s(self, segment: DeviceSegment) -> float:
        """How long, in s, may pass between two points of a sweep; 0 if each comes at once."""
        sweep = require_sweep(segment, self._dialect.name)
        return self._dialect.silence_s(sweep) if isinstance(self._dialect, KeepsPoints) else 0.0

    def compensation(self) -> Compensation:
        """Ask how leads and fixture are taken out now, and for the data that this rests on."""
        with self._session.conversation():
            compensation = self._dialect.compensation()
            self._session.drain_errors()  # of what this instrument cannot be asked
            return compensation

    def notes(self) -> Mapping[str, Json]:
        """Ask for what belongs with the data: compensation, and the settings of this driver."""
        return {
            "compensation": self.compensation().as_json(),
            "settings": self._dialect.settings(),
        }

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Check a sweep, then carry it out: see ``SegmentDevice.perform``.

        The check is done at once. Whatever ends the sweep, bias and test signal are taken away
        before the generator returns or raises, if the instrument can still be reached.
        """
        sweep = require_sweep(segment, self._dialect.name)
        check_sweep(sweep, self._known_reach())
        with self._session.conversation():  # refused at once on a lost link
            return self._carry_out(sweep)

    def make_safe(self) -> None:
        """Abort, bias off, test signal at its least. May be called at any time, twice.

        A link that is dead is opened anew; another instrument there is left alone.
        """
        self._runs += 1
        self._session.make_safe(self._dialect.switch_off)

    def close(self) -> None:
        """Release the link; the instrument stays as it is. May be called twice."""
        self._session.close()

    def _carry_out(self, sweep: ImpedanceSweep) -> Generator[Observation | None, None, SegmentEnd]:
        self._runs += 1
        this_run = self._runs
        try:
            with self._session.conversation():
                for seen in self._dialect.sweep(sweep, self._session, self._clock):
                    yield seen
                    if self._runs != this_run:  # made safe while we were waiting to be asked
                        return SegmentEnd.STOPPED
        except DriverError:
            with suppress(DriverError):  # the first error says more; who hears it makes safe, too
                self._leave(this_run)
            raise
        except BaseException:
            self._leave(this_run)
            raise
        self._leave(this_run)
        return SegmentEnd.COMPLETED

    def _leave(self, this_run: int) -> None:
        if self._runs == this_run:
            self.make_safe()

    def _known_reach(self) -> Reach:
        if self._reach is None:
            raise DriverError(f"not connected: what the {self._dialect.name} can do is not known")
        return self._reach
