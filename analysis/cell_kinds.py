"""Of which kinds of cells a number of the electrolyte can be had, and the reasons for the others.

What a cell record says of the electrodes decides; a file without a record is taken at its word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_LITHIUM: Final = ("li", "lithium")
_METALS: Final = {
    "steel", "stainless steel", "ss", "au", "gold", "pt", "platinum", "cu", "copper", "ni",
    "nickel", "ti", "titanium", "mo", "molybdenum", "w", "tungsten", "c", "carbon",
}  # fmt: skip


def is_full_cell(cell: Mapping[str, Any]) -> bool:
    """Whether a cell has a composite electrode: its record states an active mass.

    >>> is_full_cell({"active_mass_kg": 1.2e-5}), is_full_cell({"working_electrode": "Au"})
    (True, False)
    """
    return cell.get("active_mass_kg") is not None


def is_lithium(electrode: object) -> bool:
    """Whether an electrode is named as lithium metal, which gives and takes lithium.

    >>> is_lithium(" Lithium"), is_lithium("Li | Cu"), is_lithium(None)
    (True, False, False)
    """
    return str(electrode).strip().lower() in _LITHIUM


def require_pellet(cell: Mapping[str, Any], name: str, instead: str = "") -> None:
    """Refuse what a spectrum of a full cell would say of its electrolyte.

    Raises ``ValueError``, which ends in what to do ``instead`` if it is meant.

    >>> require_pellet({"active_mass_kg": 1e-5, "active_material": "NMC"}, "NMC-7")
    Traceback (most recent call last):
    ValueError: NMC-7 has a composite electrode (NMC): what its pores resist stands in series with \
the electrolyte, and no circuit tells them apart; measure the electrolyte as a pellet between two \
metals
    """
    if is_full_cell(cell):
        raise ValueError(
            f"{_composite(cell, name)}: what its pores resist stands in series with the "
            "electrolyte, and no circuit tells them apart; measure the electrolyte as a pellet "
            f"between two metals{instead}"
        )


def require_blocking(cell: Mapping[str, Any], name: str) -> None:
    """Refuse to take the current at a held voltage for one of electrons where ions pass too.

    One electrode that blocks lithium is enough (Hebb, J. Chem. Phys. 20 (1952) 185; Wagner, Z.
    Elektrochem. 60 (1956) 4). Raises ``ValueError``.

    >>> require_blocking({"working_electrode": "Li", "counter_electrode": "Li"}, "LPSCl-7")
    Traceback (most recent call last):
    ValueError: LPSCl-7 has lithium on both sides, which passes ions: the current that stays at a \
held voltage is not that of electrons; one electrode must block lithium
    """
    if is_full_cell(cell):
        raise ValueError(
            f"{_composite(cell, name)}, which takes up lithium at a held voltage: the current is "
            "not that of electrons; measure a pellet, one electrode of which blocks lithium"
        )
    if all(is_lithium(cell.get(f"{side}_electrode")) for side in ("working", "counter")):
        raise ValueError(
            f"{name} has lithium on both sides, which passes ions: the current that stays at a "
            "held voltage is not that of electrons; one electrode must block lithium"
        )


def require_reversible(cell: Mapping[str, Any], name: str) -> None:
    """Refuse a cation transference number of a cell whose working electrode stores lithium.

    Raises ``ValueError``.

    >>> require_reversible({"active_mass_kg": 1e-5, "active_material": "NMC"}, "NMC-7")
    Traceback (most recent call last):
    ValueError: NMC-7 has a composite electrode (NMC), which takes up lithium at a held voltage: \
a cation transference number needs two alike electrodes of lithium
    """
    if is_full_cell(cell):
        raise ValueError(
            f"{_composite(cell, name)}, which takes up lithium at a held voltage: a cation "
            "transference number needs two alike electrodes of lithium"
        )


def is_between_metals(cell: Mapping[str, Any]) -> bool:
    """Whether both electrodes are metals that block lithium.

    >>> is_between_metals({"working_electrode": "Au", "counter_electrode": "Steel"})
    True
    >>> is_between_metals({"working_electrode": "Li", "counter_electrode": "Cu"})
    False
    """
    named = (str(cell.get(f"{side}_electrode")).strip().lower() for side in ("working", "counter"))
    return all(each in _METALS for each in named) and not is_full_cell(cell)


def require_interphase(cell: Mapping[str, Any], name: str) -> None:
    """Refuse the growth of an interphase of a cell with a metal that blocks lithium on both sides.

    Its arc at low frequency is what the electrodes store and the electrons that leak through, no
    layer. Raises ``ValueError``.

    >>> require_interphase({"working_electrode": "Au", "counter_electrode": "Steel"}, "LPSCl-7")
    Traceback (most recent call last):
    ValueError: LPSCl-7 has Au and Steel for electrodes, which block lithium: no interphase grows \
on them at rest, and their arc is of what they store; measure with lithium or its alloy
    """
    if is_between_metals(cell):
        named = [cell.get(f"{side}_electrode") for side in ("working", "counter")]
        raise ValueError(
            f"{name} has {' and '.join(dict.fromkeys(map(str, named)))} for electrodes, which "
            "block lithium: no interphase grows on them at rest, and their arc is of what they "
            "store; measure with lithium or its alloy"
        )


def _composite(cell: Mapping[str, Any], name: str) -> str:
    material = cell.get("active_material")
    return f"{name} has a composite electrode" + (f" ({material})" if material else "")
