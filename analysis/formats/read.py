"""Read the spectra of any known file; what it is is decided by its content."""

from __future__ import annotations

from pathlib import Path

from .delimited import read_delimited
from .eclab_mpr import MAGIC, read_eclab_mpr
from .eclab_text import read_eclab_text
from .gamry_dta import read_gamry_dta
from .measured import FormatError, Measured, TextFile, read_text
from .relaxis_text import read_relaxis_text
from .zplot_z import read_zplot_z

_SQLITE = b"SQLite format 3\x00"
_ZIP = b"PK\x03\x04"


def read_spectra(path: Path | str) -> list[Measured]:
    """Read every spectrum of a file: CSV and other delimited text, EC-Lab, RelaxIS, Gamry, ZPlot.

    Parameters
    ----------
    path : path
        The format is told by the first bytes, not by the suffix.

    Returns
    -------
    list of Measured
        At least one; Z'' is Im(Z) whatever the file's own sign.

    Raises
    ------
    FormatError
        If the file is of no known format or cannot be read as what it is; the message names
        the file and, for text, the line.
    FileNotFoundError
        If there is no such file.
    """
    path = Path(path)
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(_SQLITE):
        raise FormatError(
            path, "is a database (a solidcell run file?); solidcell.analysis.runs reads those"
        )
    if head.startswith(_ZIP):
        raise FormatError(path, "is a spreadsheet or an archive; export the table as CSV")
    if head.startswith(MAGIC):
        return read_eclab_mpr(path)
    if not head.strip():
        raise FormatError(path, "is empty")
    return _read_text_format(path)


def _read_text_format(path: Path) -> list[Measured]:
    text = read_text(path)
    first = next((line.strip() for line in text.lines if line.strip()), "")
    if first.startswith(("EC-Lab ASCII FILE", "EC-LAB ASCII FILE")):
        return read_eclab_text(text)
    if first.startswith("RelaxIS"):
        return read_relaxis_text(text)
    if first == "EXPLAIN":
        return read_gamry_dta(text)
    if first.startswith("ZPLOT2 ASCII") or _is_short_zplot(text, first):
        return read_zplot_z(text)
    if any("\x00" in line for line in text.lines[:50]):
        raise FormatError(path, "is a binary file of no known format")
    return read_delimited(text)


def _is_short_zplot(text: TextFile, first: str) -> bool:
    if text.path.suffix.lower() == ".z":
        return True
    return first.startswith("Freq(Hz)") and "Z''(b)" in first
