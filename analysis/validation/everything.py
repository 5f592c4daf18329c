"""All checks, by group; a group is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Final

from .check import Check

GROUPS: Final = {
    "energy_levels": "specific energies of thirty published cells",
    "cell_cost": "cost of a published cell",
    "cell_model": "the published cell model",
    "model_parameters": "parameters of the published cell model",
    "statements": "single statements of the reviews",
    "transport": "conductivities, transference, self-discharge",
    "spectra": "spectra of the published presets, and capacitances",
    "relaxation": "relaxations in time and frequency, Arrhenius lines",
    "short_circuits": "critical currents of cells whose failure is prescribed",
    "lithium": "lithium moved, coulombic efficiency, statistics of replicates",
    "interphases": "growth of interphases, reference electrodes, gas",
    "cycling": "diffusion in a sphere, and a titration of known coefficient",
    "library": "the library of materials",
}
"""Module of a group, and what it checks; the order is that of the page."""


def checks(only: Sequence[str] = ()) -> Iterator[tuple[str, Check]]:
    """Yield (group, check); with words, those that hold every word.

    A word that is the name of a group chooses that group, and no other is computed. Any other must
    stand in the item, the source, the verdict or the title of the group.

    Examples
    --------
    >>> for group, check in checks(["library", "LGPS", "drop"]):
    ...     print(group, round(check.ours, 1))
    library 2.0
    """
    words = [word.lower() for word in only]
    chosen = [word for word in words if word in GROUPS] or list(GROUPS)
    sought = [word for word in words if word not in GROUPS]
    for group in chosen:
        for check in of_group(group):
            text = f"{GROUPS[group]} {check.item} {check.source} {check.verdict}".lower()
            if all(word in text for word in sought):
                yield group, check


def of_group(group: str) -> Iterator[Check]:
    """Yield all checks of a group of :data:`GROUPS`."""
    found: Iterator[Check] = import_module(f".{group}", __package__).checks()
    return found
