"""RelaxIS 3 spectrum export.

The format
----------
* Line 1 begins ``RelaxIS`` and ends ``Spectrum export``; then ``Date: ...``.
* A line of column names, tab separated, each after ``Data:``: ``Frequency``, ``Z'``, ``Z''``,
  and others.
* For each spectrum one line of its properties, model and name (``DC=..., TM=...<tab>Model:
  ...<tab>name``), then its rows of numbers. Hz and ohm; decimal point or comma; LF or CRLF.

Sign of the imaginary part: Im(Z) as it is, negative when capacitive.
"""

from __future__ import annotations

from .measured import FormatError, Measured, Source, TextFile
from .number_fields import is_number, spectrum, table

SIGN_RULE = "column \"Data: Z''\": +Im(Z)"
_COLUMNS = ("Data: Frequency", "Data: Z'", "Data: Z''")


def read_relaxis_text(text: TextFile) -> list[Measured]:
    """Read every spectrum of a RelaxIS export.

    Raises
    ------
    FormatError
        If the column names are missing, rows come before any spectrum's name, or none holds data.
    """
    header = next((k for k, line in enumerate(text.lines) if line.startswith("Data:")), None)
    if header is None:
        raise FormatError(text.path, "the line of column names ('Data: Frequency ...') is missing")
    names = [name.strip() for name in text.lines[header].split("\t")]
    if missing := [name for name in _COLUMNS if name not in names]:
        raise FormatError(text.path, f"column {', '.join(missing)} is missing", header + 1)
    places = [names.index(name) for name in _COLUMNS]
    date = next((line[5:].strip() for line in text.lines if line.startswith("Date:")), "")
    found = []
    for title, rows in _blocks(text, header + 1):
        values = table(text.path, rows, places)
        frequency, real, imaginary = (values[place] for place in places)
        fields = [field.strip() for field in title.split("\t") if field.strip()]
        facts = {"exported": date, "properties": fields[0]}
        z = real + 1j * imaginary
        one = spectrum(text.path, rows[0][0], frequency, z, facts)
        source = Source(text.path, text.sha256, "RelaxIS text", fields[-1], SIGN_RULE, facts)
        found.append(Measured(one, source))
    if not found:
        raise FormatError(text.path, "holds no spectrum")
    return found


def _blocks(text: TextFile, first: int) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    blocks: list[tuple[str, list[tuple[int, list[str]]]]] = []
    for line, content in enumerate(text.lines[first:], start=first + 1):
        if not content.strip():
            continue
        fields = content.split("\t")
        if not is_number(fields[0]):
            blocks.append((content, []))
        elif blocks:
            blocks[-1][1].append((line, fields))
        else:
            raise FormatError(text.path, "numbers before the line that names a spectrum", line)
    return [block for block in blocks if block[1]]
