"""Why a run ended, where the run file itself could not take it.

The room for it is written when the run begins, and written over in place: that asks nothing more
of a full disk. If the disk of the run takes no writing at all, the words go to a folder of this
user among the temporary files, or in memory.
"""

import hashlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from .errors import RecordError

_ROOM_BYTES: Final = 4096
_LONGEST_DETAIL: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """How a run ended. ``acknowledged_seq``: every row up to this one is in the run file.

    ``safe`` is whether the cell is known to be open; ``utc`` is ISO 8601.
    """

    reason: str
    detail: str
    safe: bool
    elapsed_s: float
    acknowledged_seq: int
    utc: str


def last_words_file(run_file: Path) -> Path:
    """Where they stand, beside the run file."""
    return run_file.with_name(f"{run_file.name.removesuffix('.run.sqlite')}.ended.json")


def make_room(run_file: Path) -> None:
    """Make sure of the room for last words. Raises ``RecordError`` if there is none."""
    try:
        _write_in_place(last_words_file(run_file), b" " * _ROOM_BYTES)
    except OSError as error:
        raise RecordError(f"{run_file.parent}: {error}") from None


def give_room_back(run_file: Path, *, also_words: bool = False) -> None:
    """Remove the room if nothing was said.

    With ``also_words``, for a run file that has the end after all, also if something was.
    """
    beside = last_words_file(run_file)
    with suppress(OSError):  # a blank file left behind says nothing
        if also_words or not beside.read_bytes().strip():
            beside.unlink(missing_ok=True)
    if also_words:
        for place in _elsewhere(run_file):
            with suppress(OSError):
                place.unlink(missing_ok=True)


def say_last_words(run_file: Path, words: LastWords) -> bool:
    """Write them beside the run file, or elsewhere; return whether they are somewhere."""
    text = json.dumps(asdict(replace(words, detail=words.detail[:_LONGEST_DETAIL])))
    for place in (last_words_file(run_file), *_elsewhere(run_file)):
        try:
            if place.parent != run_file.parent:
                _make_own_folder(place.parent)
            _write_in_place(place, text.encode("ascii").ljust(_ROOM_BYTES))
        except OSError:
            continue
        return True
    return False


def read_last_words(run_file: Path) -> LastWords | None:
    """What was said of this run, if anything was."""
    ours = [place for place in _elsewhere(run_file) if _is_own(place.parent)]
    for place in (last_words_file(run_file), *ours):
        try:
            return LastWords(**json.loads(place.read_bytes()))
        except (OSError, ValueError, TypeError):
            continue
    return None


def _write_in_place(path: Path, content: bytes) -> None:
    """Others see it at once, and it is durable on return, unless the disk hangs or fails."""
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o644)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def _elsewhere(run_file: Path) -> list[Path]:
    """Files of this user alone, on other disks or in memory, named after the run file's path.

    Places that any process of this user finds, also after its session has ended.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    above = [Path("/tmp"), Path("/dev/shm")]
    if sys.platform == "win32":
        above = [Path(tempfile.gettempdir())]
    name = hashlib.sha256(str(run_file.resolve()).encode()).hexdigest()[:24]
    return [each / f"solidcell-{user}" / f"{name}.ended.json" for each in above]


def _make_own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_own(folder):
        raise PermissionError(f"{folder} belongs to somebody else")


def _is_own(folder: Path) -> bool:
    """Whether only this user could have put words there: anybody may write to ``/tmp``."""
    try:
        return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    except OSError:
        return False
