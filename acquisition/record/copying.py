"""Copying a run file, live or finished, without missing what is still in its log."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from .errors import RecordError
from .file_system import file_system_of
from .reader import RunReader


def copy_run(source: Path, target: Path) -> None:
    """Copy every row that is durable now into one plain file that needs no log beside it.

    ``target`` appears whole or not at all, also on a network drive: no database is opened there.
    Raises ``NotARunFileError`` if ``source`` is not a run file and ``RecordError`` if ``target``
    exists or cannot be written.
    """
    if target.exists():
        raise RecordError(f"{target}: a run file is never written over")
    RunReader(source).close()
    half_made = target.with_name(f"{target.name}.new")
    half_made.unlink(missing_ok=True)
    try:
        if file_system_of(target.parent).is_of_another_machine:
            with tempfile.TemporaryDirectory() as folder:
                here = Path(folder) / target.name
                _back_up(source, here)
                shutil.copyfile(here, half_made)
        else:
            _back_up(source, half_made)
        half_made.replace(target)
    except (OSError, sqlite3.Error) as error:
        half_made.unlink(missing_ok=True)
        raise RecordError(f"{target}: the copy could not be made: {error}") from error


def _back_up(source: Path, target: Path) -> None:
    uri = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)
        write.execute("PRAGMA journal_mode = DELETE")
