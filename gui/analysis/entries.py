"""What a project holds of each spectrum: the model as the user set it, and the last fit of it.

Everything here is frozen: an edit makes a new ``Project`` that shares what did not change, so
that undoing is going back to the one before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Literal, TypeAlias

from ..theme import Tone

StartFrom: TypeAlias = Literal["data", "shown"]
POOR_MISFIT: Final = 0.05
"""Root mean square of the residuals over |Z| from which a fit is shown as doubtful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One parameter as it stands on the screen, in SI units.

    ``bounds`` replace the physical ones; ``tie`` names the parameter whose value it takes.
    """

    name: str
    value: float
    locked: bool = False
    bounds: tuple[float, float] | None = None
    tie: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A circuit with its knobs; ``start`` says what the next fit begins with."""

    circuit: str
    knobs: tuple[Knob, ...]
    start: StartFrom = "data"

    def knob(self, name: str) -> Knob:
        """The knob of a parameter. Raises ``KeyError`` if the circuit has none."""
        for knob in self.knobs:
            if knob.name == name:
                return knob
        raise KeyError(f"{self.circuit} has no parameter {name}")

    def values(self) -> dict[str, float]:
        """Every parameter's value, ties followed."""
        own = {knob.name: knob.value for knob in self.knobs}
        return {knob.name: own[knob.tie] if knob.tie else knob.value for knob in self.knobs}

    def is_alike(self, other: Model) -> bool:
        """Whether a fit of one is a fit of the other: all but what a fit begins with."""
        return replace(self, start="data") == replace(other, start="data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one fit. ``model`` has the fitted values, or what was asked if ``refused``.

    ``standard_errors`` and ``notes`` follow the knobs of ``model``; ``misfit`` is the root mean
    square of the residuals over |Z| (for modulus weighting); ``facts`` name the resistances.
    """

    model: Model
    refused: str = ""
    standard_errors: tuple[float | None, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    misfit: float = math.nan
    chi2: float = math.nan
    points: int = 0
    converged: bool = True
    left_out_hz: tuple[float, ...] = ()


class Status(Enum):
    """Where a spectrum stands: an icon, words, a tone and a word; never the colour alone."""

    NOT_FITTED = ("○", "not fitted", "muted", "no fit")
    FITTED = ("✔", "fitted", "good", "fitted")
    DOUBTFUL = ("⚠", "fitted, large misfit", "warning", "poor fit")
    EDITED = ("✎", "edited, not fitted", "accent", "edited")
    FAILED = ("✖", "did not converge", "danger", "failed")
    REFUSED = ("✖", "refused", "danger", "refused")

    @property
    def icon(self) -> str:
        """One character."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What it means."""
        return self.value[1]

    @property
    def short(self) -> str:
        """What it means, in a narrow column."""
        return self.value[3]

    @property
    def tone(self) -> Tone:
        """Its colour, by meaning."""
        return self.value[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One spectrum of a project: ``key`` finds its data; ``outcome`` is its last fit."""

    key: str
    model: Model
    outcome: Outcome | None = None

    @property
    def status(self) -> Status:
        """Whether what is on the screen has been fitted, and how well."""
        if self.outcome is None:
            return Status.NOT_FITTED
        if not self.model.is_alike(self.outcome.model):
            return Status.EDITED
        if self.outcome.refused:
            return Status.REFUSED
        if not self.outcome.converged:
            return Status.FAILED
        poor = not self.outcome.misfit <= POOR_MISFIT
        return Status.DOUBTFUL if poor else Status.FITTED

    @property
    def badness(self) -> tuple[int, float]:
        """What "worst first" sorts by: refused, failed, misfit of a fit, then what has none."""
        order = {Status.REFUSED: 3, Status.FAILED: 2, Status.NOT_FITTED: 0}
        misfit = self.outcome.misfit if self.outcome is not None else 0.0
        return order.get(self.status, 1), misfit if math.isfinite(misfit) else 0.0


@dataclass(frozen=True, slots=True)
class Project:
    """Every spectrum, in the order in which they were opened."""

    entries: tuple[Entry, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def keys(self) -> tuple[str, ...]:
        """The spectra's keys, in order."""
        return tuple(entry.key for entry in self.entries)

    def entry(self, key: str) -> Entry:
        """One spectrum. Raises ``KeyError`` if it is not of this project."""
        for entry in self.entries:
            if entry.key == key:
                return entry
        raise KeyError(f"no spectrum {key} in this project")

    def with_entry(self, changed: Entry) -> Project:
        """The project with one spectrum replaced."""
        return Project(tuple(changed if e.key == changed.key else e for e in self.entries))

    def with_added(self, more: tuple[Entry, ...]) -> Project:
        """The project with spectra at the end."""
        return Project((*self.entries, *more))

    def without(self, key: str) -> Project:
        """The project without one spectrum."""
        return Project(tuple(entry for entry in self.entries if entry.key != key))
