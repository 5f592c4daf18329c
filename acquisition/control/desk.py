"""Where a worker takes its commands: each is judged by what the run does, and answered for good.

One command at a time: after one was accepted no other is looked at until it is carried out.
"""

from collections.abc import Callable
from typing import Any, Final

from .commands import Command, CommandKind, PauseMode, now_utc
from .inbox import Commands, Letter

MOST_A_LOOK: Final = 8
"""Refusals, so that a folder full of rubbish does not keep the worker from its readings."""


class Desk:
    """The commands of one run. Whoever carries out the run says what it does: ``begin``, ``end``,
    ``pause``, ``resume``; and takes what was accepted.

    ``note`` records an event and returns its row. ``in_the_way`` is asked before a run is paused
    at rest, or resumed after its cell was open: what it says refuses the command.
    """

    def __init__(
        self,
        inbox: Commands,
        note: Callable[..., int],
        in_the_way: Callable[[Command], str | None] = lambda _: None,
    ) -> None:
        self._inbox = inbox
        self._note = note
        self._in_the_way = in_the_way
        self._parts: tuple[int, ...] = ()
        self._pause: Command | None = None
        self._accepted: Command | None = None
        self._is_given_up = False

    @property
    def is_paused(self) -> bool:
        """Whether the run is paused."""
        return self._pause is not None

    @property
    def asked(self) -> Command | None:
        """A command that was accepted and not taken yet."""
        return self._accepted

    def begin(self, number: int) -> None:
        """Say that a segment begins, or goes on in another part, by its number."""
        self._parts += (number,)

    def end(self) -> None:
        """Say that no segment is under way any more."""
        self._parts = ()
        self._is_given_up = False

    def pause(self, command: Command) -> None:
        """Say that the run is paused."""
        self._pause = command

    def resume(self) -> None:
        """Say that the run goes on."""
        self._pause = None

    def look(self, acknowledged_seq: int) -> None:
        """See whether something is asked, judge it and put the answer into the record."""
        self.put_away(acknowledged_seq)
        if self._accepted is not None:
            return
        for _ in range(MOST_A_LOOK):
            if (letter := self._inbox.next()) is None:
                return
            command = letter.command
            if command is None:
                self._refuse(letter, letter.problem)
            elif (why_not := self._why_not(command)) is not None:
                self._refuse(letter, why_not)
            else:
                self._accept(letter, command)
                return

    def take(self) -> Command | None:
        """Return a command that was accepted, once: it is to be carried out now."""
        taken, self._accepted = self._accepted, None
        return taken

    def put_away(self, acknowledged_seq: int) -> None:
        """Put away the letters whose answers are durable."""
        self._inbox.clear(acknowledged_seq)

    def close(self, why: str) -> None:
        """Refuse what has come and is still unanswered: the run is over."""
        self._accepted = None
        while (letter := self._inbox.next()) is not None:
            self._refuse(letter, letter.problem or why)

    def _why_not(self, command: Command) -> str | None:
        match command.kind:
            case CommandKind.PAUSE:
                if self._pause is not None:
                    return f"it is paused already, by {self._pause.who}"
                return self._in_the_way(command) if command.mode is PauseMode.REST else None
            case CommandKind.RESUME:
                if self._pause is None:
                    return "it is not paused"
                is_open = self._pause.mode is PauseMode.OPEN
                return self._in_the_way(command) if is_open else None
            case CommandKind.SKIP:
                return self._why_not_skip(command)

    def _why_not_skip(self, command: Command) -> str | None:
        if not self._parts:
            return "no segment is under way"
        if command.segment is not None and command.segment not in self._parts:
            return f"segment {command.segment}, which it means, is over"
        if self._is_given_up:
            return f"segment {self._parts[-1]} is skipped already"
        return None

    def _accept(self, letter: Letter, command: Command) -> None:
        if command.kind is CommandKind.SKIP:
            self._is_given_up = True
        self._accepted = command
        self._answer(letter, _told(command), accepted=True, detail="")

    def _refuse(self, letter: Letter, why: str) -> None:
        command = letter.command
        told = _told(command) if command is not None else _told_of_a_stranger(letter)
        self._answer(letter, told, accepted=False, detail=why)

    def _answer(self, letter: Letter, told: dict[str, Any], *, accepted: bool, detail: str) -> None:
        seq = self._note("command", **told, accepted=accepted, detail=detail)
        self._inbox.answered(letter, seq)


def _told(command: Command) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": command.id,
        "kind": command.kind.value,
        "who": command.who,
        "utc": command.utc,
    }
    if command.kind is CommandKind.PAUSE:
        told["mode"] = command.mode.value
    return told


def _told_of_a_stranger(letter: Letter) -> dict[str, Any]:
    return {"id": letter.id, "kind": "unknown", "who": "unknown", "utc": now_utc()}
