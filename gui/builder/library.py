"""The protocols that come with the package, as the builder offers them. No widget here."""

from dataclasses import dataclass
from pathlib import Path

from ..new_run import example_files, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryEntry:
    """A file of the package, and what it calls itself."""

    file: Path
    title: str


def library() -> tuple[LibraryEntry, ...]:
    """Return all, by title.

    >>> "impedance at rest" in [entry.title for entry in library()]
    True
    """
    files = [file for file in example_files() if kind_of(file) == "protocol"]
    return tuple(sorted((_entry(file) for file in files), key=lambda entry: entry.title.lower()))


def _entry(file: Path) -> LibraryEntry:
    lines = file.read_text(encoding="utf-8").splitlines()
    named = (line.partition(":")[2].strip().strip("\"'") for line in lines if line[:5] == "name:")
    return LibraryEntry(file=file, title=next(named, file.stem.replace("_", " ")))
