"""Protocols on the disk: written whole, never over what somebody else has changed. No widget."""

import os
from pathlib import Path

from ...acquisition.files.protocol_document import Document, save_protocol
from ...acquisition.files.protocol_map import tests_in
from ...acquisition.files.protocols import MAP
from .history import History


def is_map(document: Document) -> bool:
    """Whether it is a map of tests, which is no run but becomes several."""
    return document.data.get("protocol") == MAP


def write(document: Document, path: Path) -> None:
    """Write a protocol or a map once it is right. Raises ``FileError`` with all problems."""
    if not is_map(document):
        save_protocol(document, path)
        return
    tests_in(document)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.write_text(document.text, encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def is_changed_elsewhere(history: History, path: Path) -> bool:
    """Whether the file of a protocol holds something else than when it was opened or saved."""
    if path != history.path:
        return False
    try:
        return path.read_text(encoding="utf-8") != history.saved
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        return True


def expand(document: Document, folder: Path) -> list[Path]:
    """Write a protocol for each test of a map and return the files.

    Raises ``FileError`` if the map is not right, and ``FileExistsError``, with nothing written, if
    one of the files is there.
    """
    tests = {folder / test.file_name: test for test in tests_in(document)}
    if there := [file.name for file in tests if file.exists()]:
        raise FileExistsError(f"{there[0]} is in {folder} already: nothing was written")
    for file, test in tests.items():
        save_protocol(test.document, file)
    return list(tests)
