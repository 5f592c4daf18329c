"""Run scripts on a MethodSCRIPT instrument and always come back to a known state.

Source: PalmSens communication protocol: ``e`` runs a script, ``Z`` aborts it, an empty line ends
its output, ``!XXXX`` reports an error.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import TypeGuard

from ..errors import BadReplyError, DriverError, InstrumentFaultError, LinkLostError
from ..link import ByteLink
from .errors import describe_error
from .order import ItemOrder
from .stream import Echo, ErrorReport, Finished, Item, LineSplitter, StreamDecoder

HEARTBEAT_S = 0.04
ANSWER_LIMIT_S = 2.0
QUIET_S = 0.1
NO_SCRIPT = "Z!"
_RUN_TIME_COMMANDS = frozenset("ZYRhH")
_MAX_READS = 10_000
_MAX_ANSWER_LINES = 8
_MAX_ANSWER_BYTES = 1 << 20


class ScriptSession:
    """The conversation with one instrument: one script at a time.

    Silence is counted in the link's own timeouts. ``line_pause_s`` is waited after each line of a
    script, for instruments whose receive buffer is small and has no handshake.
    """

    def __init__(
        self, link: ByteLink, pause: Callable[[float], None], line_pause_s: float = 0.0
    ) -> None:
        self._link = link
        self._pause = pause
        self._line_pause_s = line_pause_s

    def ask(self, command: str, last_line_ends: str = "") -> list[str]:
        """Send an idle command; return its answer's lines without the echoed letter.

        The answer ends with the first line that ends with ``last_line_ends``. Raises
        ``InstrumentFaultError`` if it is refused and ``LinkLostError`` on silence.
        """
        self._link.write(f"{command}\n".encode("ascii"))
        answer: list[str] = []
        for line in self._lines(f"answer to {command!r}"):
            if line.startswith(f"{command[0]}!"):
                raise InstrumentFaultError(f"the instrument refused {command!r}: {line}")
            if answer or line.startswith(command[0]):
                answer.append(line)
                if line.endswith(last_line_ends):
                    break
            if len(answer) > _MAX_ANSWER_LINES:
                raise BadReplyError(
                    f"answer to {command!r}: expected a line that ends with {last_line_ends!r} "
                    f"within {_MAX_ANSWER_LINES} lines, got {answer[-1][:80]!r}"
                )
        return [answer[0][1:], *answer[1:]]

    def run(
        self, lines: tuple[str, ...], silence_limit_s: float
    ) -> Generator[Item | None, None, None]:
        """Run a script and yield what it prints; ``None`` whenever nothing came for a moment.

        Ends when the script has ended. If the instrument reports an error the cell is opened (it
        does not run ``on_finished:`` then) and ``InstrumentFaultError`` is raised. Raises
        ``LinkLostError`` on silence, ``BadReplyError`` on a line outside the grammar or in a place
        where it cannot come.
        """
        order = ItemOrder()
        for item in self._items(lines, silence_limit_s):
            if _is_fault(item):
                raise self._fault(item, lines)
            if item is not None:
                order.take(item)
            if isinstance(item, Finished):
                return
            yield item

    def abort(self) -> None:
        """Stop a running script, wait until it has ended; harmless when none runs.

        Raises ``LinkLostError`` if the instrument stays silent, ``BadReplyError`` if it talks but
        never says that it stopped.
        """
        self._link.write(b"Z\n")
        acknowledged = blank_seen = False
        last = None
        try:
            for last in self._lines("answer to the abort"):
                if last.startswith(NO_SCRIPT):
                    self.drain()
                    return
                if last == "" and acknowledged:
                    return
                acknowledged |= last == "Z"
                blank_seen |= last == ""
        except LinkLostError:
            if last is None:
                raise
        if not (acknowledged and blank_seen):
            raise BadReplyError(f"no answer to the abort 'Z'; the last line was {last!r}")

    def open_cell(self) -> None:
        """Open the cell switch by a script of its own; return once the instrument has done so."""
        echoed = False  # an empty line before the echo ends a script of before
        try:
            for item in self._items(("cell_off",), ANSWER_LIMIT_S):
                echoed |= item == Echo("e")
                if isinstance(item, Finished) and echoed:
                    return
                if _is_fault(item):
                    raise InstrumentFaultError(
                        "cell_off was refused, the cell may still be on: "
                        f"{describe_error(item.code)}"
                    )
        except LinkLostError:
            if not echoed:
                raise
            self.abort()  # old firmware ends an empty script without a line: ask if one runs

    def make_safe(self) -> None:
        """Abort whatever runs, then open the cell; a second attempt if the first was not heard."""
        try:
            self._abort_and_open()
        except DriverError:
            self._abort_and_open()

    def drain(self) -> None:
        """Discard what arrives until the instrument has been quiet for a moment."""
        for _ in range(_MAX_READS):
            if not self._link.read(QUIET_S):
                return

    def _abort_and_open(self) -> None:
        with suppress(LinkLostError, BadReplyError):
            self.abort()
        self.open_cell()

    def _fault(self, report: ErrorReport, lines: tuple[str, ...]) -> InstrumentFaultError:
        """Open the cell after an error, and put the error into words."""
        text = f"the instrument reported {describe_error(report.code)}"
        if report.line is not None:
            text += f" in line {report.line}"
            if 1 <= report.line <= len(lines):
                text += f", {lines[report.line - 1]!r}"
        try:
            self.drain()  # after a refused script, its remaining lines are answered one by one
            self._link.write(b"\n")
            self.drain()
            self.open_cell()
        except DriverError as error:
            text += f"; opening the cell failed, its state is unknown: {error}"
        return InstrumentFaultError(text)

    def _items(
        self, lines: tuple[str, ...], silence_limit_s: float
    ) -> Generator[Item | None, None, None]:
        decoder = StreamDecoder()
        early = self._send_script(lines)
        for data in self._chunks(early, silence_limit_s):
            nothing = True
            for item in decoder.feed(data):
                nothing = False
                yield item
            if nothing:
                yield None

    def _send_script(self, lines: tuple[str, ...]) -> bytes:
        """Send a script; return what the instrument said while it was being paced."""
        text = [f"{line}\n".encode("ascii") for line in ("e", *lines, "")]
        if not self._line_pause_s:
            self._link.write(b"".join(text))
            return b""
        early = b""
        for line in text:
            self._link.write(line)
            self._pause(self._line_pause_s)
            early += self._link.read(0.0)
            if b"!" in early:
                break  # the rest would be taken for commands
        return early

    def _lines(self, waiting_for: str) -> Iterator[str]:
        """Yield complete lines until silence, added up, has lasted too long, or they never end."""
        splitter = LineSplitter()
        silent_s, heard_bytes = 0.0, 0
        for _ in range(_MAX_READS):
            data = self._link.read(HEARTBEAT_S)
            heard_bytes += len(data)
            if heard_bytes > _MAX_ANSWER_BYTES:
                break
            silent_s += 0.0 if data else HEARTBEAT_S
            if silent_s >= ANSWER_LIMIT_S:
                raise _silence(waiting_for, ANSWER_LIMIT_S)
            yield from splitter.feed(data)
        raise BadReplyError(f"{waiting_for}: the instrument talks without end")

    def _chunks(self, early: bytes, silence_limit_s: float) -> Iterator[bytes]:
        """Yield what arrives, empty while nothing does, until silence has lasted too long."""
        if early:
            yield early
        silent_s = 0.0
        while silent_s < silence_limit_s:
            data = self._link.read(HEARTBEAT_S)
            silent_s = 0.0 if data else silent_s + HEARTBEAT_S
            yield data
        raise _silence("running script", silence_limit_s)


def _silence(waiting_for: str, limit_s: float) -> LinkLostError:
    return LinkLostError(
        f"{waiting_for}: the instrument has been silent for {limit_s:g} s; "
        "the state of its output is unknown"
    )


def _is_fault(item: Item | None) -> TypeGuard[ErrorReport]:
    """Whether a script failed; a run-time command that came too late is no fault of the script."""
    return isinstance(item, ErrorReport) and item.command not in _RUN_TIME_COMMANDS
