"""Gamry Framework ``.DTA``.

The format
----------
* Line 1 is ``EXPLAIN``. Then lines of ``KEY<tab>TYPE<tab>value<tab>comment`` and tables.
* A table begins ``NAME<tab>TABLE[<tab>rows]``; each of its lines begins with a tab: names,
  units, rows. The impedance is in ``ZCURVE`` with ``Freq`` (Hz), ``Zreal``, ``Zimag`` (ohm).
  More than one such table is more than one spectrum.
* An aborted run has ``EXPERIMENTABORTED<tab>TOGGLE<tab>T`` and fewer rows than were asked for;
  they are as good as any. Windows-1252; decimal point or comma, by the computer that wrote it.

Sign of the imaginary part: Im(Z) as it is, negative when capacitive.
"""

from __future__ import annotations

from collections.abc import Mapping

from .measured import FormatError, Measured, Source, TextFile
from .number_fields import spectrum, table

SIGN_RULE = "column 'Zimag': +Im(Z)"
_COLUMNS = ("Freq", "Zreal", "Zimag")
_UNITS = ("Hz", "ohm", "ohm")
_KEPT = ("TAG", "DATE", "TIME", "PSTAT", "AREA")


def read_gamry_dta(text: TextFile) -> list[Measured]:
    """Read every impedance table of a Gamry file.

    Raises
    ------
    FormatError
        If there is no ZCURVE table, or it has no rows.
    """
    starts = [k for k, line in enumerate(text.lines) if _is_impedance_table(line)]
    if not starts:
        raise FormatError(text.path, "no impedance: there is no ZCURVE table")
    facts = _facts(text)
    found = []
    for k, start in enumerate(starts):
        label = text.path.stem if len(starts) == 1 else f"{text.path.stem} table {k + 1}"
        source = Source(text.path, text.sha256, "Gamry DTA", label, SIGN_RULE, facts)
        found.append(_read_table(text, start, source))
    return found


def _is_impedance_table(line: str) -> bool:
    return line.startswith("ZCURVE") and line.split("\t")[1:2] == ["TABLE"]


def _read_table(text: TextFile, start: int, source: Source) -> Measured:
    if len(text.lines) <= start + 3:
        raise FormatError(text.path, "the ZCURVE table breaks off", start + 1)
    names = [name.strip() for name in text.lines[start + 1].split("\t")]
    units = [unit.strip() for unit in text.lines[start + 2].split("\t")]
    if missing := [name for name in _COLUMNS if name not in names]:
        raise FormatError(text.path, f"column {', '.join(missing)} is missing", start + 2)
    places = [names.index(name) for name in _COLUMNS]
    for place, unit in zip(places, _UNITS, strict=True):
        if units[place : place + 1] != [unit]:
            raise FormatError(text.path, f"unit of {names[place]} is not {unit}", start + 3)
    rows = []
    for line, content in enumerate(text.lines[start + 3 :], start=start + 4):
        if not content.startswith("\t"):
            break
        rows.append((line, content.split("\t")))
    if not rows:
        why = "aborted before its first point" if "aborted" in source.instrument else "empty"
        raise FormatError(text.path, f"the ZCURVE table is {why}", start + 1)
    values = table(text.path, rows, places)
    frequency, real, imaginary = (values[place] for place in places)
    z = real + 1j * imaginary
    return Measured(spectrum(text.path, start + 4, frequency, z, source.instrument), source)


def _facts(text: TextFile) -> Mapping[str, str]:
    facts = {}
    for line in text.lines:
        fields = line.split("\t")
        if fields[0] in _KEPT and len(fields) > 1:
            facts[fields[0].lower()] = fields[2 if len(fields) > 2 else 1].strip()
        if fields[0] == "EXPERIMENTABORTED" and fields[2:3] == ["T"]:
            facts["aborted"] = "yes"
    return facts
