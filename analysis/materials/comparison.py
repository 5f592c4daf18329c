"""Which published values disagree, and where a measured one stands among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..geometry import Quantity
from ..units import ZERO_CELSIUS_K
from .entries import Entry

SAME_TEMPERATURE_K = 5.0
DISAGREEMENT = 3.0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Entries of one material at one temperature that differ more than they should.

    `ratio` is the upper end of `highest` over the lower end of `lowest`, which are one entry where
    a single source gives the whole range. `one_work` says that both are quotations of one and the
    same work, so that one of them is a slip rather than another sample; `ratio` then is the least
    distance of the two: quoted ranges that overlap agree.
    """

    material: str
    lowest: Entry
    highest: Entry
    ratio: float
    one_work: bool


def disagreements(among: Sequence[Entry], factor: float = DISAGREEMENT) -> list[Disagreement]:
    """Materials whose values at one temperature (to within 5 K) and pressure are further apart.

    Ranges count whole: the largest upper end over the smallest lower end, be it of one source.
    First the works that are quoted with two values, then the materials; bounds ("<") are left
    out, and so are entries of unknown temperature unless they quote the same work.

    Examples
    --------
    >>> from .library import entries
    >>> for each in disagreements(entries("conductivity")):
    ...     if each.one_work:
    ...         print(f"{each.material}: {each.ratio:.0f} times, {each.lowest.work}")
    Lithium silicate: 253 times, commercialisation review, reference 126
    MgPON: 1000 times, commercialisation review, reference 127
    Li7P3S11: 10 times, sulfide review, reference 59
    Li7P3S11: 10 times, sulfide review, reference 61
    """
    usable = [entry for entry in among if entry.qualifier != "<" and entry.value > 0]
    quoted = [
        group
        for key, group in _grouped(usable, lambda entry: (entry.work, entry.material))
        if key[0]
    ]
    known = [entry for entry in usable if entry.temperature_k is not None]
    alike = [
        part
        for _, group in _grouped(known, lambda e: (e.material, str(e.pressure_pa)))
        for part in _by_temperature(group)
    ]
    found = [_between_quotations(group) for group in quoted]
    found += [_over_all(group) for group in alike]
    return [each for each in found if each.ratio > factor]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measured value stands among published ones of its material and temperature.

    Attributes
    ----------
    compared : tuple of Entry
        In rising order of value; only those within 5 K of the measured temperature.
    rank : int or None
        1 for a value above all published ones; None where there is nothing to compare with.
    ranks : tuple of int or None
        Highest and lowest rank within two standard uncertainties of the measured value.
    ratio_to_median : Quantity or None
    warnings : tuple of str
    refused : str
    """

    compared: tuple[Entry, ...]
    rank: int | None
    ranks: tuple[int, int] | None
    ratio_to_median: Quantity | None
    warnings: tuple[str, ...] = ()
    refused: str = ""


def place(measured: Quantity, temperature_k: float, among: Sequence[Entry]) -> Place:
    """Compare a measured value with entries of one material and kind, at its own temperature.

    Entries without a stated temperature, or more than 5 K away, are not compared; a bound is not
    either. Where none is left, there is no rank but a refusal.

    Raises
    ------
    ValueError
        If the measured value or the temperature is not positive.

    Examples
    --------
    >>> from .library import entries, find
    >>> argyrodites = find(entries("conductivity"), "LPSCl")
    >>> found = place(Quantity(0.2, 0.01, "S/m"), 298.15, argyrodites)
    >>> found.rank, len(found.compared), found.ranks
    (3, 7, (3, 3))
    >>> place(Quantity(0.2, None, "S/m"), 350.0, argyrodites).refused
    'none of 10 entries is within 5 K of 76.85 °C'
    """
    for name, value in (("measured value", measured.value), ("temperature", temperature_k)):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"the {name} is {value:g}; it must be finite and above 0")
    near = [
        entry
        for entry in among
        if entry.temperature_k is not None
        and abs(entry.temperature_k - temperature_k) <= SAME_TEMPERATURE_K
        and entry.qualifier != "<"
    ]
    compared = tuple(sorted(near, key=lambda entry: entry.value))
    if not compared:
        celsius = temperature_k - ZERO_CELSIUS_K
        refused = f"none of {len(among)} entries is within 5 K of {celsius:.4g} °C"
        return Place((), None, None, None, refused=refused)
    reach = 2 * (measured.standard_error or 0.0)
    middle = _median([entry.value for entry in compared])
    error = measured.standard_error
    ratio = Quantity(measured.value / middle, None if error is None else error / middle, "")
    ranks = (
        _rank(measured.value + reach, compared),
        _rank(measured.value - reach, compared),
    )
    return Place(
        compared, _rank(measured.value, compared), ranks, ratio, _beyond(measured.value, compared)
    )


def _beyond(value: float, compared: Sequence[Entry]) -> tuple[str, ...]:
    lowest, highest = compared[0].value, max(each.upper for each in compared)
    if value > DISAGREEMENT * highest:
        return (
            f"{value / highest:.1f} times the highest published value: check geometry and unit",
        )
    if value < lowest / DISAGREEMENT:
        return (f"{lowest / value:.1f} times below the lowest published value",)
    return ()


def _rank(value: float, compared: Sequence[Entry]) -> int:
    return 1 + sum(entry.value > value for entry in compared)


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _over_all(group: Sequence[Entry]) -> Disagreement:
    lowest = min(group, key=lambda entry: entry.value)
    highest = max(group, key=lambda entry: entry.upper)
    ratio = highest.upper / lowest.value
    return Disagreement(lowest.material, lowest, highest, ratio, one_work=False)


def _between_quotations(group: Sequence[Entry]) -> Disagreement:
    lowest = min(group, key=lambda entry: entry.upper)
    highest = max(group, key=lambda entry: entry.value)
    ratio = highest.value / lowest.upper
    return Disagreement(lowest.material, lowest, highest, ratio, one_work=True)


def _grouped(
    among: Sequence[Entry], key: Callable[[Entry], tuple[str, ...]]
) -> list[tuple[tuple[str, ...], list[Entry]]]:
    return [(name, list(group)) for name, group in groupby(sorted(among, key=key), key)]


def _by_temperature(group: Sequence[Entry]) -> list[list[Entry]]:
    """Split entries where the next temperature is more than 5 K away."""
    ordered = sorted(group, key=lambda entry: entry.temperature_k or 0.0)
    parts: list[list[Entry]] = []
    for entry in ordered:
        last = parts[-1][-1].temperature_k if parts else None
        near = last is not None and (entry.temperature_k or 0.0) - last <= SAME_TEMPERATURE_K
        if near:
            parts[-1].append(entry)
        else:
            parts.append([entry])
    return parts
