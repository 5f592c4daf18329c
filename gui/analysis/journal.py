"""What was edited since the project was saved, line by line, so that a crash loses nothing.

A journal is a text file of one JSON object a line, appended to and flushed at every edit. While
its program lives it holds the lock beside it: a journal whose lock is free was left over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import uuid4

from filelock import FileLock, Timeout

from ...analysis.spectra import LabelledSpectrum
from .entries import Entry, Project
from .stored import (
    ProjectError,
    entry_from_json,
    entry_to_json,
    sound,
    spectrum_from_json,
    spectrum_to_json,
)

FORMAT: Final = "solidcell analysis journal"
VERSION: Final = 1
_SUFFIX: Final = ".journal.jsonl"


class Journal:
    """The journal of one sitting, in a folder for such. It is begun with the first edit."""

    def __init__(self, folder: Path) -> None:
        name = f"{datetime.now().astimezone():%Y-%m-%dT%H%M%S}-{os.getpid()}-{uuid4().hex[:6]}"
        self.path = folder / f"{name}{_SUFFIX}"
        self._lock = _lock_of(self.path)
        self._file: TextIO | None = None
        self._written: Project = Project()
        self._known: set[str] = set()

    def restart(self) -> None:
        """Forget what was written, as it has been saved; the next edit writes everything anew."""
        self.discard()
        self._written = Project()
        self._known = set()

    def write(
        self, project: Project, measured: Mapping[str, LabelledSpectrum], saved_as: Path | None
    ) -> None:
        """Append what differs from what was written last."""
        is_first = self._file is None
        file = self._opened()
        line: dict[str, Any] = {}
        if is_first:
            line |= {"format": FORMAT, "version": VERSION}
            line["saved_as"] = None if saved_as is None else str(saved_as)
        new = [key for key in project.keys if key not in self._known]
        if new:
            line["spectra"] = {key: spectrum_to_json(measured[key]) for key in new}
            self._known |= set(new)
        before = {entry.key: entry for entry in self._written.entries}
        changed = [e for e in project.entries if before.get(e.key) is not e]
        if changed:
            line["entries"] = [entry_to_json(entry) for entry in changed]
        if project.keys != self._written.keys:
            line["order"] = list(project.keys)
        file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        file.flush()
        self._written = project

    def close(self) -> None:
        """Let go of the journal and leave it where it is: it will be offered again."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._lock.release()

    def discard(self) -> None:
        """Remove the journal: what it holds is saved or not wanted."""
        was_open = self._file is not None
        self.close()
        if was_open:
            remove_journal(self.path)

    def _opened(self) -> TextIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._file = self.path.open("a", encoding="utf-8")
        return self._file


def left_over_journals(folder: Path) -> list[Path]:
    """Journals that no living program holds, the newest first."""
    found = sorted(folder.glob(f"*{_SUFFIX}"), reverse=True) if folder.is_dir() else []
    return [path for path in found if _is_free(path)]


def read_journal(path: Path) -> tuple[Project, dict[str, LabelledSpectrum], Path | None]:
    """The project as it stood at the last whole line, its data, and where it had been saved.

    A line that a crash cut short is passed over. Raises ``ProjectError`` for any other damage.
    """
    entries: dict[str, Entry] = {}
    measured: dict[str, LabelledSpectrum] = {}
    order: list[str] = []
    saved_as: Path | None = None
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    for number, text in enumerate(lines[:-1], start=1):
        try:
            line = json.loads(text)
            if number == 1:
                saved_as = _head(line)
            for key, body in line.get("spectra", {}).items():
                measured[key] = spectrum_from_json(body)
            for body in line.get("entries", ()):
                entry = sound(entry_from_json(body))
                entries[entry.key] = entry
            order = [str(key) for key in line.get("order", order)]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if number == len(lines) - 1:
                break
            raise ProjectError(f"{path}, line {number}: {error}") from error
    kept = [key for key in order if key in entries and key in measured]
    return Project(tuple(entries[key] for key in kept)), measured, saved_as


def remove_journal(path: Path) -> None:
    """Remove a journal and its lock."""
    path.unlink(missing_ok=True)
    _lock_path(path).unlink(missing_ok=True)


def _head(line: Mapping[str, Any]) -> Path | None:
    if line["format"] != FORMAT or line["version"] != VERSION:
        raise ProjectError(f"it is no journal of version {VERSION}")
    saved_as = line["saved_as"]
    return None if saved_as is None else Path(str(saved_as))


def _is_free(path: Path) -> bool:
    lock = _lock_of(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True


def _lock_of(path: Path) -> FileLock:
    return FileLock(_lock_path(path))


def _lock_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")
