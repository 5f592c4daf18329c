"""A spectrum together with where it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..impedance.spectrum import Spectrum


class FormatError(ValueError):
    """A file that cannot be read as what it claims to be; names the file and the line."""

    def __init__(self, path: Path, problem: str, line: int | None = None) -> None:
        where = f"{path}, line {line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class Source:
    """Where a spectrum came from.

    `sign_rule` says how the file writes the imaginary part, by its format and never by the
    look of the data; `label` tells spectra of one file apart.
    """

    path: Path
    sha256: str
    format: str
    label: str
    sign_rule: str
    instrument: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured spectrum, Z'' as Im(Z), and its source."""

    spectrum: Spectrum
    source: Source


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as read once: its path, its bytes' SHA-256, its lines without line ends."""

    path: Path
    sha256: str
    lines: tuple[str, ...]


def read_text(path: Path) -> TextFile:
    """Read a text file whatever its encoding and line ends.

    A byte order mark decides; else UTF-8; else Windows-1252, which vendors' software writes and
    in which a few undefined bytes stay as they are. Raises ``FormatError`` for UTF-16 text that
    was cut in the middle of a character.
    """
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _utf_16(path, raw)
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return TextFile(path, hashlib.sha256(raw).hexdigest(), tuple(lines))


def _utf_16(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError as problem:
        raise FormatError(
            path, f"is UTF-16 text, cut short in the middle of a character: {problem.reason}"
        ) from problem
