"""Chemical formulas as text, and their molar masses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_PART = re.compile(r"([A-Z][a-z]?|\))(\d+(?:\.\d+)?)?|\(")

ATOMIC_MASS_G_PER_MOL: Final[Mapping[str, float]] = {
    "H": 1.008, "Li": 6.94, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998,
    "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45,
    "K": 39.098, "Ca": 40.078, "Sc": 44.956, "Ti": 47.867, "V": 50.942, "Cr": 51.996,
    "Mn": 54.938, "Fe": 55.845, "Co": 58.933, "Ni": 58.693, "Cu": 63.546, "Zn": 65.38,
    "Ga": 69.723, "Ge": 72.630, "As": 74.922, "Se": 78.971, "Br": 79.904, "Rb": 85.468,
    "Sr": 87.62, "Y": 88.906, "Zr": 91.224, "Nb": 92.906, "Mo": 95.95, "Ag": 107.87,
    "In": 114.82, "Sn": 118.71, "Sb": 121.76, "Te": 127.60, "I": 126.90, "Cs": 132.91,
    "Ba": 137.33, "La": 138.91, "Ce": 140.12, "Hf": 178.49, "Ta": 180.95, "W": 183.84,
    "Pb": 207.2, "Bi": 208.98,
}  # fmt: skip
"""Abridged standard atomic weights (T. Prohaska et al., Pure Appl. Chem. 94 (2022) 573)."""


def composition(formula: str) -> dict[str, float]:
    """Atoms of each element in a formula; round brackets and decimal numbers are understood.

    Raises
    ------
    ValueError
        If the text is no formula (a variable index as in LixIn is none), or an element is unknown.

    Examples
    --------
    >>> composition("Li1.3Al0.3Ti1.7(PO4)3")
    {'Li': 1.3, 'Al': 0.3, 'Ti': 1.7, 'P': 3.0, 'O': 12.0}
    >>> composition("LixIn")
    Traceback (most recent call last):
    ValueError: 'LixIn', character 3: 'x' is neither an element, its number nor a bracket
    """
    levels: list[dict[str, float]] = [{}]
    at = 0
    while at < len(formula):
        part = _PART.match(formula, at)
        if part is None:
            raise _wrong(formula, at, "is neither an element, its number nor a bracket")
        if part[0] == "(":
            levels.append({})
        else:
            times = float(part[2] or 1.0)
            if part[1] == ")" and len(levels) == 1:
                raise _wrong(formula, at, "closes no bracket")
            group = levels.pop() if part[1] == ")" else {part[1]: 1.0}
            for element, atoms in group.items():
                if element not in ATOMIC_MASS_G_PER_MOL:
                    raise _wrong(formula, at, f"begins {element!r}, whose mass is not known")
                levels[-1][element] = levels[-1].get(element, 0.0) + times * atoms
        at = part.end()
    if len(levels) > 1 or not levels[0]:
        raise ValueError(f"{formula!r} is not a whole formula")
    return levels[0]


def molar_mass_kg_per_mol(formula: str) -> float:
    """Molar mass of a formula unit in kg/mol. Errors as in :func:`composition`.

    Examples
    --------
    >>> round(molar_mass_kg_per_mol("FeS2") * 1e3, 3)
    119.965
    """
    return 1e-3 * sum(
        atoms * ATOMIC_MASS_G_PER_MOL[element] for element, atoms in composition(formula).items()
    )


def _wrong(formula: str, at: int, why: str) -> ValueError:
    return ValueError(f"{formula!r}, character {at + 1}: {formula[at]!r} {why}")
