"""The library of materials: every published value in it, and the works quoted with two values."""

from __future__ import annotations

from collections.abc import Iterator

from ..design.ohmic_limit import ohmic_drop_v
from ..materials.comparison import disagreements
from ..materials.entries import Entry, Kind
from ..materials.library import entries, observations
from .check import INCONSISTENT, Check, recorded
from .published_tables import INTERFACES

_UNITS: dict[Kind, tuple[str, float]] = {
    "conductivity": ("S/cm", 100.0),
    "electronic": ("S/cm", 100.0),
    "critical-current": ("mA/cm2", 10.0),
}
_AT_3_MA_CM2 = 30.0


def checks() -> Iterator[Check]:
    """Yield the values that the library holds, its contradictions, and what follows of them."""
    for kind in _UNITS:
        yield from _held(kind)
    for seen in observations():
        item = f"{seen.system}: {seen.quantity}, {seen.unit}".removesuffix(", ")
        yield recorded(item, seen.source, seen.value)
    for entry in entries("window"):
        ends = f"{entry.value:g} to {entry.high:g}".replace("nan to", "up to")
        yield recorded(f"{entry.material}: window, {entry.method}, V", entry.source, ends)
    yield from _contradictions()
    yield from _separators()


def _held(kind: Kind) -> Iterator[Check]:
    unit, size = _UNITS[kind]
    for entry in entries(kind):
        where = f" at {entry.temperature_k:g} K" if entry.temperature_k else ""
        item = f"{entry.material}: {', '.join(filter(None, (kind, entry.method)))}{where}, {unit}"
        yield recorded(item, ", ".join(filter(None, (entry.source, entry.work))),
                       _printed(entry, size))  # fmt: skip


def _printed(entry: Entry, size: float) -> str:
    """The value with its qualifier, or both ends of a range, in a unit of that size."""
    words = f"{entry.qualifier} {entry.value / size:.4g}".strip()
    return words if entry.high is None else f"{words} to {entry.high / size:.4g}"


def _contradictions() -> Iterator[Check]:
    for each in disagreements(entries("conductivity")):
        if each.one_work:
            yield Check(
                item=f"{each.material}: conductivity, S/cm",
                source=f"{each.lowest.source}; {each.highest.source}; {each.lowest.work}",
                published=f"{_printed(each.lowest, 100.0)} and {_printed(each.highest, 100.0)}",
                ours=None,
                deviation=None,
                verdict=f"{INCONSISTENT} (one work quoted {each.ratio:.3g} times apart)",
            )


def _separators() -> Iterator[Check]:
    """Yield the thicknesses that others computed of equal and of half more energy than a liquid
    cell's, and the ohmic drop at the first: mass and energy behind them are not printed.
    """
    source = f"{INTERFACES}, Table 2, with another reference battery than its own"
    for name, conductivity_s_cm, thickness_um, half_more_um in (
        ("LiPON", 2e-6, 69, 12), ("c-LLZO", 3e-4, 34, 6), ("LGPS", 1.2e-2, 80, 14),
        ("Li3ClO", 8.5e-4, 80, 14),
    ):  # fmt: skip
        yield recorded(f"{name}: break-even thickness by mass, um", source, thickness_um)
        yield recorded(f"{name}: thickness for half more energy, um", source, half_more_um)
        drop = ohmic_drop_v(thickness_um * 1e-6, _AT_3_MA_CM2, conductivity_s_cm * 100)
        item = f"{name}, {thickness_um} um: ohmic drop at 3 mA/cm2, mV"
        yield recorded(item, source, "not stated", 1e3 * drop)
