"""The library of published values, read from the tables beside this file.

A material has no single true value: each entry keeps its condition, method and source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from ..packaged_table import packaged_rows
from .entries import CapacitanceRange, Entry, Kind, Membrane, Observation

KINDS: Final[tuple[Kind, ...]] = ("conductivity", "electronic", "critical-current", "window")
_PER_CM: Final = 100.0
_MILLIAMPERE_PER_CM2: Final = 10.0
_MEGAPASCAL: Final = 1e6


@cache
def entries(kind: Kind) -> tuple[Entry, ...]:
    """All entries of a kind, in the order of their tables.

    Examples
    --------
    >>> first = entries("conductivity")[0]
    >>> f"{first.material}, {first.value:.2g} S/m at {first.temperature_k:.0f} K"
    'Li3PS4, 0.00064 S/m at 298 K'
    """
    table = {
        "conductivity": ("conductivity", _conductivity),
        "electronic": ("electronic_conductivity", _electronic),
        "critical-current": ("critical_current", _critical_current),
        "window": ("stability_window", _window),
    }
    name, make = table[kind]
    return tuple(make(row) for row in rows(name))


@cache
def observations() -> tuple[Observation, ...]:
    """Statements on lithium, interfaces and cells that are no value of one of the kinds."""
    return tuple(Observation(**row) for row in rows("observations"))


@cache
def membranes() -> tuple[Membrane, ...]:
    """Thin electrolytes with conductivity and thickness."""
    return tuple(
        Membrane(
            material=row["material"],
            conductivity_s_per_m=float(row["conductivity_ms_per_cm"]) / 10,
            thickness_m=_number(row["thickness_um"], 1e-6),
            thickness_high_m=_number(row["thickness_max_um"], 1e-6),
            authors=row["authors"],
            source=row["source"],
            work=row["work"],
            note=row["note"],
        )
        for row in rows("membranes")
    )


@cache
def capacitance_ranges() -> tuple[CapacitanceRange, ...]:
    """Which capacitances belong to which process."""
    return tuple(
        CapacitanceRange(
            process=row["process"],
            low_f=float(row["capacitance_low_f"]),
            high_f=float(row["capacitance_high_f"]),
            basis=row["basis"],
            source=row["source"],
        )
        for row in rows("capacitance")
    )


@cache
def aliases() -> Mapping[str, str]:
    """The materials that short names stand for.

    >>> aliases()["LPSCl"]
    'Li6PS5Cl'
    """
    return {row["name"]: row["material"] for row in rows("aliases")}


def find(among: Sequence[Entry], name: str) -> tuple[Entry, ...]:
    """Entries whose material is, or else holds, the name; case does not matter.

    Raises
    ------
    ValueError
        If there is none; the message lists the materials that there are.

    Examples
    --------
    >>> sorted({entry.material for entry in find(entries("conductivity"), "li3ps4")})
    ['Li3PS4', 'amorphous Li3PS4', 'beta-Li3PS4', 'gamma-Li3PS4']
    >>> len(find(entries("conductivity"), "LPSCl")) > 5
    True
    """
    short = {alias.lower(): material for alias, material in aliases().items()}
    meant = short.get(name.lower(), name)
    found = tuple(entry for entry in among if _named(entry.material, meant, exact=meant != name))
    if not found:
        known = ", ".join(dict.fromkeys(entry.material for entry in among))
        raise ValueError(f"no material {name!r} in the library; there are {known}")
    return found


def _named(material: str, meant: str, *, exact: bool) -> bool:
    return material == meant if exact else meant.lower() in material.lower()


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of the library, as text."""
    return iter(packaged_rows(__package__, "data", name))


def _conductivity(row: Mapping[str, str]) -> Entry:
    return Entry(
        material=row["material"],
        kind="conductivity",
        value=float(row["conductivity_s_per_cm"]) * _PER_CM,
        high=_number(row["conductivity_max_s_per_cm"], _PER_CM),
        qualifier=row["qualifier"],
        temperature_k=_number(row["temperature_k"]),
        method=row["method"],
        source=row["source"],
        work=row["work"],
        note=row["note"],
    )


def _electronic(row: Mapping[str, str]) -> Entry:
    return Entry(
        material=row["material"],
        kind="electronic",
        value=float(row["electronic_conductivity_s_per_cm"]) * _PER_CM,
        qualifier=row["qualifier"],
        temperature_k=_number(row["temperature_k"]),
        method=row["method"],
        source=row["source"],
        work=row["work"],
        note=row["note"],
    )


def _critical_current(row: Mapping[str, str]) -> Entry:
    return Entry(
        material=row["material"],
        kind="critical-current",
        value=float(row["critical_current_ma_cm2"]) * _MILLIAMPERE_PER_CM2,
        scatter=_number(row["scatter_ma_cm2"], _MILLIAMPERE_PER_CM2),
        temperature_k=_number(row["temperature_k"]),
        pressure_pa=_number(row["pressure_mpa"], _MEGAPASCAL),
        method=f"{row['cell']}; {row['kind']}",
        source=row["source"],
        confidence=row["confidence"],
        note=row["conditions"],
    )


def _window(row: Mapping[str, str]) -> Entry:
    low = _number(row["reduction_v"])
    return Entry(
        material=row["material"],
        kind="window",
        value=float("nan") if low is None else low,
        high=_number(row["oxidation_v"]),
        method=row["electrode"],
        source=row["source"],
        confidence=row["confidence"],
        note=row["note"],
    )


def _number(text: str, factor: float = 1.0) -> float | None:
    return float(text) * factor if text else None
