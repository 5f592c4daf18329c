"""The files with spectra in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = frozenset((".csv", ".dat", ".dta", ".mpr", ".mpt", ".sqlite", ".tsv", ".txt", ".z"))
"""What a file with spectra may be called; whether it holds any is told by its content."""


def spectrum_files(paths: Iterable[Path]) -> list[Path]:
    """List files as they are given, and for a folder those in it and below that may hold spectra.

    Within a folder ``cell_2.csv`` comes before ``cell_10.csv``; hidden files and folders are
    passed over, and a file is listed once.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    ValueError
        If a folder holds no file that may hold spectra; the message says which those are.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(2, "no such file or folder", str(path))
        found.update(dict.fromkeys(_inside(path) if path.is_dir() else [path]))
    return list(found)


def _inside(folder: Path) -> list[Path]:
    files = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    ]
    if not files:
        known = ", ".join(sorted(SUFFIXES))
        raise ValueError(f"{folder}: no file in this folder may hold spectra; those end in {known}")
    return sorted(files, key=_by_number)


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Order digits as numbers and the rest as text, whatever its case."""
    pieces = re.split(r"(\d+)", path.as_posix().lower())
    return [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces]
