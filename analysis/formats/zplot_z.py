"""Scribner ZPlot and ZView ``.z``.

The format
----------
* Line 1 is ``ZPLOT2 ASCII``; lines of ``Key: value``; a line of column names that begins
  ``Freq(Hz)``; ``End Comments``; the rows. A short variant has line 1, or the line of column
  names, and then the rows.
* Columns, tab (or comma and blank) separated: Freq(Hz), Ampl, Bias, Time(Sec), Z'(a), Z''(b),
  and others; where the names are left out the order is this one. Hz and ohm.
* ``Data Points`` is how many were asked for; an aborted run has fewer rows.
* A sweep that starts anew begins the next spectrum.

Sign of the imaginary part: Im(Z) as it is, negative when capacitive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .measured import FormatError, Measured, Source, TextFile
from .number_fields import is_number, spectrum, sweeps, table

SIGN_RULE = "column \"Z''(b)\": +Im(Z)"
_ORDER = (0, 4, 5)
_KEPT = ("Data Points", "Measured Data, ZPlot", "Experiment Type", "Date", "Time", "Surface Area")


def read_zplot_z(text: TextFile) -> list[Measured]:
    """Read every spectrum of a ZPlot file.

    Raises
    ------
    FormatError
        If there are no rows, or a row cannot be read.
    """
    first = next((k + 1 for k, t in enumerate(text.lines) if t.strip() == "End Comments"), 0)
    body = enumerate(text.lines[first:], start=first + 1)
    rows = [(line, _fields(content)) for line, content in body if content.strip()]
    while rows and not first and not is_number(rows[0][1][0]):
        rows = rows[1:]
    if not rows:
        raise FormatError(text.path, "holds no impedance point")
    places = _places(text)
    values = table(text.path, rows, places)
    frequency, real, imaginary = (values[place] for place in places)
    z = real + 1j * imaginary
    facts = _facts(text)
    parts = sweeps(frequency)
    found = []
    for k, part in enumerate(parts):
        label = text.path.stem if len(parts) == 1 else f"{text.path.stem} sweep {k + 1}"
        one = spectrum(text.path, rows[part.start][0], frequency[part], z[part], facts)
        source = Source(text.path, text.sha256, "ZPlot", label, SIGN_RULE, facts)
        found.append(Measured(one, source))
    return found


def _fields(content: str) -> list[str]:
    mark = r"\t" if "\t" in content else r",?\s+"
    return re.split(mark, content.strip())


def _places(text: TextFile) -> tuple[int, ...]:
    for line, content in enumerate(text.lines, start=1):
        if re.match(r"\s*Freq\s*\(Hz\)", content):
            names = [re.sub(r"\s", "", name) for name in _fields(content)]
            wanted = ("Freq(Hz)", "Z'(a)", "Z''(b)")
            if missing := [name for name in wanted if name not in names]:
                raise FormatError(text.path, f"column {', '.join(missing)} is missing", line)
            return tuple(names.index(name) for name in wanted)
    return _ORDER


def _facts(text: TextFile) -> Mapping[str, str]:
    facts = {}
    for line in text.lines:
        key, colon, value = line.strip().partition(":")
        if colon and key in _KEPT:
            facts[key] = value.strip()
    return facts
