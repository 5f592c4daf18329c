"""Making a run file: it appears under its name whole, or not at all."""

import json
import math
import os
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .errors import RecordError
from .last_words import give_room_back, make_room
from .reserve import Reserve
from .rows import RunHeader
from .schema import creation_script
from .write_ahead import open_for_writing


def create_run_file(path: Path, header: RunHeader) -> None:
    """Make a run file with its header and no rows, and take the room for its end.

    Raises ``RecordError`` if the file exists or its disk cannot hold a live run.
    """
    if path.exists():
        raise RecordError(f"{path}: a run file is never written over")
    try:
        make_room(path)
        Reserve(path).take()
        _create_whole(path, header)
    except BaseException:
        Reserve(path).release()
        give_room_back(path)
        raise


def _create_whole(path: Path, header: RunHeader) -> None:
    """Write schema and header under a passing name, then give the file its own."""
    half_made = path.with_name(f"{path.name}.new")
    half_made.unlink(missing_ok=True)
    try:
        _fill(open_for_writing(half_made), header)
        half_made.replace(path)
        _sync_folder(path.parent)
    except sqlite3.Error as error:
        half_made.unlink(missing_ok=True)
        raise RecordError(f"{path}: a run file cannot be made there: {error}") from error


def _fill(db: sqlite3.Connection, header: RunHeader) -> None:
    try:
        db.executescript(creation_script())
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO run VALUES (?, ?)",
            [(key, json_text(value)) for key, value in asdict(header).items()],
        )
        db.execute("COMMIT")
    finally:
        db.close()


def _sync_folder(folder: Path) -> None:
    """Make a file's new name durable; Windows sees to that itself."""
    if sys.platform == "win32":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def finite(value: float) -> float:
    """Return a number that a run file may hold. Raises ``ValueError`` for NaN or infinity."""
    if not math.isfinite(value):
        raise ValueError(f"a run file holds finite numbers only, got {value}")
    return value


def json_text(value: Any) -> str:
    """Write a value as the run file holds it. Raises ``ValueError`` for NaN or infinity."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
