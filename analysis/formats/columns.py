"""What the columns of a table of impedances are called, and what they then mean.

A name is normalised (lower case, no blanks, quotes or brackets) and looked up; a name that is
not here is some other quantity. Nothing is inferred from the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ..impedance.arrays import Complex, Float
from .measured import FormatError

_FREQUENCY = ("frequency", "freq", "freq.", "f")
_REAL = ("z'", "zreal", "re(z)", "rez", "re", "realimpedance", "real(z)", "zre", "z_re", "real")
_IMAGINARY = (
    *("z''", "zimag", "im(z)", "imz", "im", "imaginaryimpedance", "imag(z)", "zim", "z_im"),
    *("imag", "imaginary"),
)
_MODULUS = ("|z|", "zmod", "absoluteimpedance", "abs(z)", "mod(z)", "modulus")
_PHASE = ("phase", "phase(z)", "zphz", "theta", "theta(z)", "arg(z)")
_MACHINE = MappingProxyType(
    {
        "frequency_hz": "frequency",
        "frequency_hertz": "frequency",
        "z_real": "real",
        "z_imag": "imaginary",
        "z_real_ohm": "real",
        "z_imag_ohm": "imaginary",
        "real_impedance_ohm": "real",
        "imaginary_impedance_ohm": "imaginary",
        "absolute_impedance_ohm": "modulus",
        "phase_degree": "phase",
    }
)
_OHM_SIGNS = ("ohm", "Ohm", "ohms", "Ohms", "OHM", "\N{GREEK CAPITAL LETTER OMEGA}", "\N{OHM SIGN}")
_PREFIXES = MappingProxyType({"": 1.0, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6})
# upper and lower case matter: an mHz is not a MHz
_UNITS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {f"{prefix}Hz": ("frequency", factor) for prefix, factor in _PREFIXES.items()}
    | {"hz": ("frequency", 1.0), "khz": ("frequency", 1e3), "GHz": ("frequency", 1e9)}
    | {
        f"{prefix}{ohm}": ("impedance", factor)
        for prefix, factor in _PREFIXES.items()
        for ohm in _OHM_SIGNS
    }
    | {name: ("angle", np.pi / 180) for name in ("deg", "Deg", "degree", "degrees", "°")}
    | {"rad": ("angle", 1.0)}
)
_DIMENSION = MappingProxyType(
    {
        "frequency": "frequency",
        "real": "impedance",
        "imaginary": "impedance",
        "modulus": "impedance",
        "phase": "angle",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is needed: its place, what it is, and the factor to SI (sign included)."""

    place: int
    quantity: str
    factor: float
    written: str


def recognise(names: Sequence[str]) -> dict[str, list[Column]]:
    """Return the columns of a header by quantity, every claimant of one included."""
    found: dict[str, list[Column]] = {}
    for place, name in enumerate(names):
        column = _recognise_one(place, name)
        if column is not None:
            found.setdefault(column.quantity, []).append(column)
    return found


def _recognise_one(place: int, written: str) -> Column | None:
    name, unit = _split_unit(
        written.strip().strip("\"'").strip() if "'" not in written else written.strip().strip('"')
    )
    bare = re.sub(r"\s+", "", name).lower().replace("”", "''").replace("″", "''").replace('"', "''")
    bare = bare.replace("′", "'").replace("`", "'")
    sign = -1.0 if bare.startswith(("-", "−")) else 1.0
    bare = bare.lstrip("-−")
    quantity = _quantity(bare)
    if quantity is None:
        return None
    factor = _factor(unit, _DIMENSION[quantity])
    return None if factor is None else Column(place, quantity, sign * factor, written.strip())


def _quantity(bare: str) -> str | None:
    if bare in _MACHINE:
        return _MACHINE[bare]
    groups = {
        "frequency": _FREQUENCY,
        "real": _REAL,
        "imaginary": _IMAGINARY,
        "modulus": _MODULUS,
        "phase": _PHASE,
    }
    return next((quantity for quantity, names in groups.items() if bare in names), None)


def _split_unit(written: str) -> tuple[str, str]:
    """Take the unit off ``name / unit``, ``name (unit)`` or ``name [unit]``."""
    match = re.fullmatch(r"(.*?)\s*(?:/\s*([^/]+)|\[([^\]]*)\]|\(([^()]*)\))", written)
    if match is None:
        return written, ""
    unit = next(part for part in match.groups()[1:] if part is not None).strip()
    return (match.group(1), unit) if unit in _UNITS else (written, "")


def _factor(unit: str, dimension: str) -> float | None:
    if not unit:
        return np.pi / 180 if dimension == "angle" else 1.0
    known = _UNITS.get(unit)
    return known[1] if known is not None and known[0] == dimension else None


def choose(path: Path, line: int, names: Sequence[str]) -> dict[str, Column]:
    """Choose the columns for a spectrum: f with Z' and Z'', else f with modulus and phase.

    Raises
    ------
    FormatError
        If a column is missing, or two columns claim one quantity.
    """
    found = recognise(names)
    for wanted in (("frequency", "real", "imaginary"), ("frequency", "modulus", "phase")):
        if all(quantity in found for quantity in wanted):
            for quantity in wanted:
                if len(found[quantity]) > 1:
                    both = " and ".join(repr(column.written) for column in found[quantity])
                    raise FormatError(path, f"{both} both claim to be the {quantity}", line)
            return {quantity: found[quantity][0] for quantity in wanted}
    have = ", ".join(sorted(found)) or "none"
    raise FormatError(
        path,
        "the header needs frequency with Z' and Z'' (or with |Z| and phase); "
        f"recognised: {have}; columns are {', '.join(repr(name) for name in names)}",
        line,
    )


def impedance(columns: Mapping[str, Column], table: Float) -> tuple[Float, Complex]:
    """Frequency in Hz and complex impedance in ohm, both (n,), from a table (n, columns)."""

    def quantity(name: str) -> Float:
        column = columns[name]
        values: Float = table[:, column.place] * column.factor
        return values

    if "real" in columns:
        return quantity("frequency"), quantity("real") + 1j * quantity("imaginary")
    return quantity("frequency"), quantity("modulus") * np.exp(1j * quantity("phase"))


def sign_rule(columns: Mapping[str, Column]) -> str:
    """Say how the header writes the imaginary part."""
    column = columns.get("imaginary")
    if column is None:
        return "modulus and phase"
    return f"column {column.written!r}: {'-Im(Z)' if column.factor < 0 else '+Im(Z)'}"
