"""One test on one channel, from its start to its last row: every row once, in order.

A test is known by its number, which the server counts up, and by the bar code that came with its
``start``. So a start whose answer was lost is looked for and never repeated, and a test that
somebody else began on the channel is told from ours.
"""

from collections.abc import Generator
from typing import Final
from xml.etree.ElementTree import Element

from ..errors import BadReplyError, InstrumentFaultError, LinkLostError
from ..readings import Reading
from . import replies, requests
from .client import Asking
from .ranges import ChannelRange
from .replies import Row, State, Stored
from .requests import Place
from .session import BtsSession

START_LIMIT_S: Final = 30.0
"""So long a test that was told to start may take to be seen."""
COMPLETE_LIMIT_S: Final = 10.0
"""So long the rows of a test that has ended may take to be stored."""
LOOK_AGAIN_S: Final = 0.2
BEYOND_FULL_SCALE: Final = 1.5


class RunningTest:
    """The test with bar code ``barcode``, once it has been started."""

    def __init__(self, session: BtsSession, channel: ChannelRange, barcode: str) -> None:
        self.barcode = barcode
        self._session, self._channel = session, channel
        self._before = self._number = 0
        self._taken = 0
        self._last_s = 0.0

    def prepare(self) -> Asking[None]:
        """See that no test runs on the channel, or raise ``InstrumentFaultError``."""
        state = yield from self._session.state()
        if not state.is_over:
            raise InstrumentFaultError(
                f"channel {self._session.key} is {state.value!r}: somebody else's test is on it"
            )
        self._before = (yield from self._session.stored()).test

    def start(self, job_path: str, backup_folder: str) -> Asking[None]:
        """Start the job, once, before anything else is waited for, and see that it has started.

        Raises ``InstrumentFaultError`` if the server refuses, or if no such test is to be seen.
        """
        session = self._session
        request = requests.start(session.place, self.barcode, job_path, backup_folder)
        try:
            reply = yield from session.ask_once(request)
            refused = not replies.said_ok(reply, "start", session.place)
        except (BadReplyError, LinkLostError):
            refused = False  # it may have been heard all the same
            session.doubt()
        if refused:
            yield from self._refused(job_path)
        yield from self._seen()

    def rows(self, poll_s: float, ends_s: float) -> Generator[Reading | None, None, State]:
        """Yield every row as it is stored, until the test is over; return how it ended.

        It is looked at every ``poll_s`` (experiment), and at ``ends_s`` of the clock. Raises
        ``InstrumentFaultError`` if the test was paused, or another one was started in its place.
        """
        session = self._session
        over_since_s: float | None = None
        while True:
            now_s = session.now_s()
            state = yield from session.state()
            stored = yield from session.stored()
            self._require_ours(stored)
            yield from self._new_rows(stored)
            if state is State.PAUSED:
                raise InstrumentFaultError(
                    f"channel {session.key} was paused by somebody else in the middle of a segment"
                )
            if state.is_over:
                over_since_s = now_s if over_since_s is None else over_since_s
                late = now_s - over_since_s >= COMPLETE_LIMIT_S * session.pace
                if self._taken >= stored.rows and (stored.is_complete or late):
                    return state
                yield from session.pause(LOOK_AGAIN_S)
            else:
                next_s = now_s + poll_s
                yield from session.wait_until(ends_s if now_s < ends_s < next_s else next_s)

    def _refused(self, job_path: str) -> Asking[None]:
        codes = yield from self._session.log()
        raise InstrumentFaultError(
            f"the BTS server refused to start {job_path} on channel {self._session.key}; it gives "
            f"no reason, and the last codes of its log are {', '.join(map(str, codes[-3:])) or '-'}"
        )

    def _seen(self) -> Asking[None]:
        session = self._session
        until_s = session.now_s() + START_LIMIT_S * session.pace
        while True:
            stored = yield from session.stored()
            told = yield from session.inquired()
            if stored.test != self._before and told.barcode == self.barcode:
                self._number = stored.test
                return
            if session.now_s() >= until_s:
                raise InstrumentFaultError(
                    f"channel {session.key}: {START_LIMIT_S:g} s after test {self.barcode} was "
                    f"told to start, the latest is {stored.test} with bar code {told.barcode!r}; "
                    "it is not started a second time"
                )
            yield from session.pause(LOOK_AGAIN_S)

    def _require_ours(self, stored: Stored) -> None:
        if stored.test != self._number:
            raise InstrumentFaultError(
                f"channel {self._session.key}: test {stored.test} was started by somebody else in "
                f"place of {self._number}, which is {self.barcode}"
            )

    def _new_rows(self, stored: Stored) -> Generator[Reading | None, None, None]:
        while self._taken < stored.rows:
            rows = yield from self._session.page(self._taken + 1, self._read_page)
            if not rows:
                return  # announced, and not there yet
            for row in rows:
                self._taken, self._last_s = row.number, row.time_s
                yield Reading(row.time_s, row.voltage_v, row.current_a)

    def _read_page(self, root: Element, place: Place) -> list[Row]:
        number, rows = replies.page_of(root, place, self._taken + 1)
        if number != self._number:
            raise InstrumentFaultError(
                f"channel {place.key}: rows of test {number} came in place of those of "
                f"{self._number}, which is {self.barcode}"
            )
        last_s = self._last_s
        for row in rows:
            if not row.time_s >= last_s:
                raise BadReplyError(
                    f"row {row.number}: time went from {last_s:g} s back to {row.time_s:g} s"
                )
            last_s = row.time_s
            self._require_possible("voltage", row.voltage_v, self._channel.voltage_max_v, "V")
            self._require_possible("current", row.current_a, self._channel.current_max_a, "A")
        return rows

    @staticmethod
    def _require_possible(what: str, value: float, full: float, unit: str) -> None:
        if abs(value) > BEYOND_FULL_SCALE * full:
            raise BadReplyError(
                f"{what}: {value:g} {unit} cannot be read by a channel whose full scale is "
                f"{full:g} {unit}"
            )
