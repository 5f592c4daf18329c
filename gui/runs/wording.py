"""What a person writes to find runs: words, and fields such as ``state:failed`` or ``ccd>1``."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from ...acquisition.catalogue.search import CataloguedRun, Search
from ...acquisition.runs import RunStateName
from ..display_units import MA_CM2_PER_A_M2

_PLACES: Final = 9
FIELDS: Final = ("cell", "electrolyte", "protocol", "channel", "state", "since", "until", "ccd")
"""Fields that may be written, each with a colon behind; ``ccd`` also with ``>`` or ``<``."""
GROUPS: Final[dict[str, frozenset[RunStateName]]] = {
    "live": frozenset({RunStateName.RUNNING, RunStateName.PAUSED, RunStateName.RECOVERING}),
    "trouble": frozenset(
        {
            RunStateName.DEAD,
            RunStateName.UNREADABLE,
            RunStateName.EMERGENCY_STOP,
            RunStateName.LIMIT_TRIPPED,
            RunStateName.FAILED,
            RunStateName.INTERRUPTED,
        }
    ),
}
"""Names for several states at once."""
_PART: Final = re.compile(
    r'(?P<name>[a-z]+)(?P<sign>:|[<>]=?)(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S*))|"[^"]*"?|\S+'
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search of the catalogue, and what of the critical current must hold besides.

    ``ccd_from`` and ``ccd_to`` are in mA/cm² and bound the highest density that passed.
    """

    search: Search = field(default_factory=Search)
    has_ccd: bool = False
    ccd_from: float | None = None
    ccd_to: float | None = None

    def holds(self, run: CataloguedRun) -> bool:
        """Whether the critical current of a run is one of those wanted."""
        if not self.has_ccd:
            return True
        if run.passed_a_m2 is None and run.failed_a_m2 is None:
            return False
        passed = round((run.passed_a_m2 or 0.0) * MA_CM2_PER_A_M2, _PLACES)
        is_enough = self.ccd_from is None or passed >= self.ccd_from
        return is_enough and (self.ccd_to is None or passed <= self.ccd_to)


def wanted_by(text: str, today: date | None = None) -> Wanted:
    """Understand what a person wrote. Raises ``ValueError`` that says what may be written.

    >>> found = wanted_by('cell:"LPSCl 7" state:fail ccd>1.2 batch 3')
    >>> found.search.cell, *found.search.states, found.search.words, found.ccd_from
    ('LPSCl 7', <RunStateName.FAILED: 'failed'>, ('batch', '3'), 1.2)
    """
    wanted, words = Wanted(), []
    for part in _PART.finditer(text.strip()):
        name, value = part["name"], part["quoted"] or part["plain"] or ""
        if name is None or name not in FIELDS:
            words.append(part[0].strip('"'))
        elif value:
            wanted = _with_field(wanted, name, part["sign"], value, today or date.today())
    return replace(wanted, search=replace(wanted.search, words=tuple(words)))


def quoted(name: str, value: str) -> str:
    """A field as a person would write it."""
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


def _with_field(wanted: Wanted, name: str, sign: str, value: str, today: date) -> Wanted:
    if name == "ccd":
        return _with_ccd(wanted, sign, value)
    if sign != ":":
        raise ValueError(f"{name} takes a colon: {name}:{value}")
    search = wanted.search
    match name:
        case "state":
            search = replace(search, states=search.states | _states(value))
        case "since":
            search = replace(search, since=_begin(_day(value, today)))
        case "until":
            search = replace(search, before=_begin(_day(value, today) + timedelta(days=1)))
        case "cell":
            search = replace(search, cell=value)
        case "electrolyte":
            search = replace(search, electrolyte=value)
        case "protocol":
            search = replace(search, protocol=value)
        case _:
            search = replace(search, channel=value)
    return replace(wanted, search=search)


def _with_ccd(wanted: Wanted, sign: str, value: str) -> Wanted:
    wanted = replace(wanted, has_ccd=True)
    if sign == ":" and value in ("any", "yes"):
        return wanted
    try:
        least, _, most = value.partition("..")
        bounds = [float(bound) for bound in (least, most or least)]
    except ValueError:
        text = f"ccd: {value!r} is no current density: write ccd>1.2, ccd<2, ccd:1..2 or ccd:any"
        raise ValueError(text) from None
    if sign.startswith(">"):
        return replace(wanted, ccd_from=bounds[0])
    if sign.startswith("<"):
        return replace(wanted, ccd_to=bounds[0])
    return replace(wanted, ccd_from=bounds[0], ccd_to=bounds[1])


def _states(value: str) -> frozenset[RunStateName]:
    name = value.casefold().replace("-", "_").replace(" ", "_")
    if name in GROUPS:
        return GROUPS[name]
    found = frozenset(state for state in RunStateName if state.value.startswith(name))
    if not found:
        known = ", ".join([*GROUPS, *RunStateName])
        raise ValueError(f"state: {value!r} is none; there is {known}")
    return found


def _day(value: str, today: date) -> date:
    """A date, ``today``, or so many days, weeks or months ago: ``7d``, ``2w``, ``3m``."""
    if value == "today":
        return today
    ago = re.fullmatch(r"(\d{1,4})([dwm])", value)
    if ago is not None:
        return today - timedelta(days=int(ago[1]) * {"d": 1, "w": 7, "m": 30}[ago[2]])
    try:
        return date.fromisoformat(value)
    except ValueError:
        text = f"{value!r} is no day: write 2026-01-31, today, 7d, 2w or 3m"
        raise ValueError(text) from None


def _begin(day: date) -> datetime:
    """The begin of a day, where we are."""
    return datetime.combine(day, time.min).astimezone()
