"""A folder beside the run file, where a command is a small file: no database, no connection.

Names begin with the time, so that they sort in the order of asking. A file that is no command is
answered as refused and set aside in ``refused``; what is still being written is left alone.
"""

import json
import re
import stat
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol

from ..json_files import write_json
from .commands import ID_LETTERS, Command, command_from_json

_NAME: Final = re.compile(rf"\d{{20}}-([0-9a-f]{{{ID_LETTERS}}})\.json")
_UNFINISHED: Final = ".new"
_REFUSED: Final = "refused"
_LONGEST_BYTES: Final = 16_384
_PATIENCE_LOOKS: Final = 50
"""How often a file that another program holds is tried again before it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A file of the inbox: the command in it, or the ``problem`` that it has instead."""

    path: Path
    id: str
    command: Command | None = None
    problem: str = ""


class Commands(Protocol):
    """What a worker asks between any two readings."""

    def next(self) -> Letter | None:
        """Return the oldest letter that was not returned before; at once if there is none."""
        ...

    def answered(self, letter: Letter, seq: int) -> None:
        """Note that row ``seq`` of the record has the answer to a letter."""
        ...

    def clear(self, acknowledged_seq: int) -> None:
        """Put away the letters whose answers are durable."""
        ...


class NoCommands:
    """Nobody will ask for anything."""

    def next(self) -> Letter | None:
        """Return ``None``."""
        return None

    def answered(self, letter: Letter, seq: int) -> None:
        """Do nothing."""

    def clear(self, acknowledged_seq: int) -> None:
        """Do nothing."""


NO_COMMANDS: Final = NoCommands()


class Inbox:
    """The commands in a folder, each handed out once.

    ``already`` are the ids that the record has: what a worker before this one answered, and died
    before it put the file away, is not obeyed again.
    """

    def __init__(self, folder: Path, already: Collection[str] = ()) -> None:
        self._folder = folder
        self._known = set(already)
        self._taken: set[str] = set()
        self._failures: dict[str, int] = {}
        self._answered: list[tuple[int, Letter]] = []
        with suppress(OSError):  # a full disk, perhaps; whoever asks makes it
            folder.mkdir(exist_ok=True)

    def next(self) -> Letter | None:
        """Return the oldest letter not returned before; an empty inbox costs one look."""
        for name in sorted(self._names()):
            letter = self._open(name)
            if letter is None:
                continue
            self._taken.add(name)
            if letter.id and letter.id in self._known:
                self._put_away(letter)
                continue
            self._known.add(letter.id)
            return letter
        return None

    def answered(self, letter: Letter, seq: int) -> None:
        """Keep the file until row ``seq`` is durable."""
        self._answered.append((seq, letter))

    def clear(self, acknowledged_seq: int) -> None:
        """Remove the files whose answers are durable, and set aside those that were none."""
        while self._answered and self._answered[0][0] <= acknowledged_seq:
            self._put_away(self._answered.pop(0)[1])

    def _names(self) -> list[str]:
        try:
            found = [path.name for path in self._folder.iterdir()]
        except OSError:  # somebody removed it: then nothing is asked
            return []
        return [
            name
            for name in found
            if name not in self._taken
            and name != _REFUSED
            and not name.startswith(".")
            and not name.endswith(_UNFINISHED)
        ]

    def _open(self, name: str) -> Letter | None:
        """Read one file; ``None`` if it is to be tried again later."""
        path = self._folder / name
        match = _NAME.fullmatch(name)
        if match is None:
            return Letter(path=path, id="", problem=f"{name!r} is no command of solidcell")
        try:
            return _read(path, match[1])
        except FileNotFoundError:
            return None
        except OSError as error:
            self._failures[name] = self._failures.get(name, 0) + 1
            if self._failures[name] < _PATIENCE_LOOKS:
                return None
            return Letter(path=path, id=match[1], problem=f"cannot be read: {error.strerror}")

    def _put_away(self, letter: Letter) -> None:
        with suppress(OSError):  # it stays, and its id is known
            if letter.problem:
                aside = self._folder / _REFUSED
                aside.mkdir(exist_ok=True)
                letter.path.replace(aside / letter.path.name)
            else:
                letter.path.unlink()


def post(folder: Path, command: Command) -> Path:
    """Leave a command in the inbox, whole or not at all; return its file."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{time.time_ns():020d}-{command.id}.json"
    write_json(path, asdict(command), durable=False)  # the record keeps it, not this file
    return path


def _read(path: Path, command_id: str) -> Letter:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return Letter(path=path, id=command_id, problem="is no plain file")
    if status.st_size > _LONGEST_BYTES:
        problem = f"has {status.st_size} bytes; a command has at most {_LONGEST_BYTES}"
        return Letter(path=path, id=command_id, problem=problem)
    try:
        stored = json.loads(path.read_bytes())
        if not isinstance(stored, dict):
            raise ValueError(f"holds a {type(stored).__name__}, not an object")
        command = command_from_json(stored)
        if command.id != command_id:
            raise ValueError("its id is not the one in its name")
    except (ValueError, RecursionError) as error:
        return Letter(path=path, id=command_id, problem=f"is no command: {error}")
    return Letter(path=path, id=command_id, command=command)
