"""BioLogic EC-Lab text: ``.mpt`` and the same export as ``.txt``.

The format
----------
* Line 1 begins ``EC-Lab ASCII FILE``; line 2 is ``Nb header lines : N``. Line N holds the
  column names, tab separated; the data follow. Windows-1252; CRLF or LF; decimal point or
  comma, by the computer that wrote it.
* Needed columns: ``freq/Hz``, ``Re(Z)/Ohm``, ``-Im(Z)/Ohm``. Rows with a frequency of 0 belong
  to other parts of the technique and are no impedance points.
* A new value of ``cycle number``, or a sweep that starts anew, begins the next spectrum.

Sign of the imaginary part: the column is -Im(Z), as its name says; it is negated here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from ..impedance.arrays import Float
from .measured import FormatError, Measured, Source, TextFile
from .number_fields import spectrum, sweeps, table

SIGN_RULE = "column '-Im(Z)/Ohm': -Im(Z)"
COLUMNS = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm")
_KEPT = ("Device", "Run on channel", "Acquisition started on", "Electrode surface area", "Cable")


def read_eclab_text(text: TextFile) -> list[Measured]:
    """Read every spectrum of an EC-Lab text export.

    Raises
    ------
    FormatError
        If the header is cut short, or the file holds no impedance.
    """
    count = _header_lines(text)
    names = text.lines[count - 1].rstrip("\t").split("\t")
    if missing := [name for name in COLUMNS if name not in names]:
        raise FormatError(text.path, f"no impedance: column {', '.join(missing)} is missing", count)
    body = enumerate(text.lines[count:], start=count + 1)
    rows = [(line, fields.split("\t")) for line, fields in body if fields.strip()]
    places = [names.index(name) for name in COLUMNS]
    cycle = [names.index("cycle number")] if "cycle number" in names else []
    values = table(text.path, rows, places + cycle)
    frequency, real, minus_imaginary = (values[place] for place in places)
    cycles = values[cycle[0]] if cycle else np.zeros_like(frequency)
    measured = frequency > 0
    if not measured.any():
        raise FormatError(text.path, "holds no impedance point", count)
    lines = np.array([line for line, _ in rows])[measured]
    frequency, cycles = frequency[measured], cycles[measured]
    z = (real - 1j * minus_imaginary)[measured]
    facts = _facts(text, count)
    parts = split(frequency, cycles)
    found = []
    for k, part in enumerate(parts):
        label = text.path.stem if len(parts) == 1 else f"{text.path.stem} spectrum {k + 1}"
        one = spectrum(text.path, int(lines[part.start]), frequency[part], z[part], facts)
        source = Source(text.path, text.sha256, "EC-Lab text", label, SIGN_RULE, facts)
        found.append(Measured(one, source))
    return found


def split(frequency: Float, cycles: Float) -> list[slice]:
    """Split by cycle number, then where the sweep starts anew."""
    edges = [0, *(np.flatnonzero(np.diff(cycles) != 0) + 1).tolist(), len(frequency)]
    return [
        slice(low + part.start, low + part.stop)
        for low, high in pairwise(edges)
        for part in sweeps(frequency[low:high])
    ]


def _header_lines(text: TextFile) -> int:
    second = text.lines[1] if len(text.lines) > 1 else ""
    match = re.match(r"Nb header lines\s*:\s*(\d+)", second)
    if match is None:
        raise FormatError(text.path, "'Nb header lines : N' is missing", 2)
    count = int(match.group(1))
    if not 3 <= count <= len(text.lines):
        raise FormatError(
            text.path, f"says {count} header lines and has {len(text.lines)} in all", 2
        )
    return count


def _facts(text: TextFile, count: int) -> Mapping[str, str]:
    facts = {"technique": text.lines[3].strip()}
    for line in text.lines[:count]:
        key, colon, value = line.partition(" : ")
        if colon and key.strip() in _KEPT:
            facts[key.strip()] = value.strip()
    return facts
