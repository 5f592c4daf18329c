"""Copying a run file, live or finished, without missing what is still in its log."""

import sqlite3
from pathlib import Path

from .errors import RecordError
from .reader import RunReader


def copy_run(source: Path, target: Path) -> None:
    """Copy every row that is durable now into one plain file that needs no log beside it.

    ``target`` appears whole or not at all. Raises ``NotARunFileError`` if ``source`` is not a
    run file and ``RecordError`` if ``target`` exists.
    """
    if target.exists():
        raise RecordError(f"{target}: a run file is never written over")
    RunReader(source).close()
    half_made = target.with_name(f"{target.name}.new")
    half_made.unlink(missing_ok=True)
    read = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    write = sqlite3.connect(half_made)
    try:
        read.backup(write)
        write.execute("PRAGMA journal_mode = DELETE")
    finally:
        write.close()
        read.close()
    half_made.replace(target)
