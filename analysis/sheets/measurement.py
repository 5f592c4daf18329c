"""A measurement: which files it takes, what can be set, and what makes the sheet.

The command line, the window, the cell sheet and the reference page are all made of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .sheet import Sheet

if TYPE_CHECKING:
    from ..runs import Run

Options: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be set: ``area_cm2`` becomes ``--area-cm2`` and a field of the window.

    ``kind`` is float, int, str, bool or Path. ``unset`` says what is taken where nothing is given
    and ``default`` has no value for it: what the cell record says, all, the simplest; empty where
    it is left out. ``low`` and ``high`` are allowed themselves.
    """

    name: str
    help: str
    kind: type = float
    default: Any = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unset: str = ""

    @property
    def explained(self) -> str:
        """The help with what is taken where nothing is given.

        >>> Option("circuit", "Circuit to fit.", str, unset="one is chosen").explained
        'Circuit to fit; by default one is chosen.'
        """
        return f"{self.help.rstrip('.')}; by default {self.unset}." if self.unset else self.help

    @property
    def without(self) -> str:
        """What counts where nothing is given, in a few words: for an empty field.

        >>> Option("circuit", "Circuit to fit.", str, unset="one is chosen").without
        'one is chosen'
        >>> Option("skip", "Cycles to leave out.", int, 0).without
        '0'
        >>> Option("medium", "Solvent.", str).without
        'not given'
        """
        if self.unset:
            return self.unset
        return "not given" if self.default is None else str(self.default)

    def told(self, value: Any) -> str:
        """A value in words for a report; without one, what is taken instead.

        >>> Option("circuit", "Circuit to fit.", str, unset="one is chosen").told(None)
        'one is chosen'
        >>> Option("offset_free", "Whether the offset is known.", bool, False).told(False)
        'no'
        """
        if value is None or value == "":
            return self.without or "not given"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """How a sheet is made.

    ``takes`` says in words which files ``make`` wants (empty: none), ``suits`` whether a run has
    what it needs, ``None`` where runs are not what it is made of. ``group`` marks those that are
    made of several cells or runs together, ``files_optional`` those that options can be enough for.
    """

    name: str
    title: str
    takes: str
    options: tuple[Option, ...]
    make: Callable[[Sequence[Path], Options], Sheet]
    example: str
    suits: Callable[[Run], bool] | None = None
    group: bool = False
    files_optional: bool = False

    @property
    def needs_files(self) -> bool:
        """Whether nothing can be made without a file."""
        return bool(self.takes) and not self.files_optional

    def sheet(self, files: Sequence[Path], given: Options) -> Sheet:
        """Make the sheet of files; what is not given has its default.

        Raises
        ------
        ValueError
            If an option is unknown or out of its range, or files are missing; and what ``make``
            raises, whose text is for people.
        """
        if self.needs_files and not files:
            raise ValueError(f"{self.name} needs {self.takes}")
        values = checked(self.options, given)
        told = tuple((option.name, option.told(values[option.name])) for option in self.options)
        return replace(self.make(files, values), told_settings=told)


def checked(options: Sequence[Option], given: Options) -> dict[str, Any]:
    """Return a value for every option. Raises ``ValueError`` for one that is not allowed.

    >>> checked([Option("area_cm2", "Electrode area.", low=0.0)], {"area_cm2": 0.785})
    {'area_cm2': 0.785}
    """
    known = {option.name: option for option in options}
    if unknown := [name for name in given if name not in known]:
        raise ValueError(
            f"unknown option {', '.join(unknown)}; allowed: {', '.join(known) or 'none'}"
        )
    values = {name: given.get(name, option.default) for name, option in known.items()}
    for option in options:
        _require_allowed(option, values[option.name])
    return values


def one_file(files: Sequence[Path], what: str) -> Path:
    """Return the only file. Raises ``ValueError`` if there are more or none.

    >>> one_file([Path("a.csv"), Path("b.csv")], "a titration")
    Traceback (most recent call last):
    ValueError: a titration is of one file, got 2
    """
    if len(files) != 1:
        raise ValueError(f"{what} is of one file, got {len(files)}")
    return files[0]


def _require_allowed(option: Option, value: Any) -> None:
    if value is None:
        return
    if option.choices and value not in option.choices:
        raise ValueError(f"{option.name} is {value!r}; allowed: {', '.join(option.choices)}")
    too_low = option.low is not None and value < option.low
    if too_low or (option.high is not None and value > option.high):
        ends = f"from {option.low:g}" if option.low is not None else "up to"
        ends += f" to {option.high:g}" if option.high is not None else ""
        raise ValueError(f"{option.name} is {value:g}; allowed: {ends}")
