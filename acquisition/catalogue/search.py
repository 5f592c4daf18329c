"""Finding runs in a catalogue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from ..runs import RunStateName
from .database import Catalogue
from .results import CRITICAL_CURRENT
from .tables import CELL, RESULT, RUN
from .wording import folded

ENDED: Final = frozenset(
    {
        RunStateName.COMPLETED,
        RunStateName.STOPPED,
        RunStateName.EMERGENCY_STOP,
        RunStateName.LIMIT_TRIPPED,
        RunStateName.FAILED,
        RunStateName.INTERRUPTED,
    }
)
"""The states that a catalogue knows by itself; of any other, the run's processes can tell."""
_ESCAPE: Final = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for; all that is given must hold.

    Names are whole, in any case of letters, with ``*`` for anything; ``protocol`` is a kind or a
    name. ``text`` is anywhere in the cell's and the protocol's file, the run's name, operator or
    end; so is each of ``words``, wherever the others are. ``since`` is included, ``before`` is not;
    a run without a readable time is in neither.
    """

    cell: str | None = None
    electrolyte: str | None = None
    protocol: str | None = None
    channel: str | None = None
    text: str | None = None
    words: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    states: frozenset[RunStateName] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedRun:
    """A run as the catalogue knows it; ``ended_as`` is ``None`` if no end was recorded.

    ``path`` is that of the run file, relative to the data folder, or absolute on ``bench``. The
    current densities are the highest that passed and the first that failed, of a report.
    """

    run_id: str
    uuid: str | None
    bench: str | None
    path: str
    channel: str
    operator: str
    created_utc: str
    created: datetime | None
    ended_as: str | None
    detail: str
    safe: bool
    elapsed_s: float
    is_readable: bool
    cell: str
    electrolyte: str
    protocol: str
    readings: int
    impedance_points: int
    moved_charge_c: float
    sealed: bool
    passed_a_m2: float | None
    failed_a_m2: float | None
    failure: str | None


def find(catalogue: Catalogue, search: Search) -> list[CataloguedRun]:
    """The runs that match, the newest first; those without a recorded end whatever ``states``.

    Raises ``CatalogueError`` if the catalogue cannot be read.
    """
    on_result = sa.and_(RESULT.c.run_key == RUN.c.key, RESULT.c.kind == CRITICAL_CURRENT)
    tables = RUN.outerjoin(CELL, RUN.c.cell_digest == CELL.c.digest).outerjoin(RESULT, on_result)
    query = sa.select(*_COLUMNS).select_from(tables).where(*_conditions(search))
    with catalogue.reading() as connection:
        found = [_run(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda run: (run.path.rsplit("/", 1)[-1], run.path), reverse=True)


_COLUMNS: Final = (
    *(
        RUN.c[name]
        for name in (
            "run_id",
            "uuid",
            "bench",
            "path",
            "channel",
            "operator",
            "created_utc",
            "created",
            "reason",
            "detail",
            "safe",
            "elapsed_s",
            "problem",
            "protocol_kind",
            "protocol_name",
            "readings",
            "impedance_points",
            "moved_charge_c",
            "sealed",
        )
    ),
    CELL.c.name.label("cell"),
    CELL.c.electrolyte,
    RESULT.c.passed_a_m2,
    RESULT.c.failed_a_m2,
    RESULT.c.failure,
)


def _run(row: Mapping[Any, Any]) -> CataloguedRun:
    values = dict(row)
    reason, problem = values.pop("reason"), values.pop("problem")
    kind, name = values.pop("protocol_kind"), values.pop("protocol_name")
    values |= {"cell": values["cell"] or "", "electrolyte": values["electrolyte"] or ""}
    return CataloguedRun(
        **values,
        ended_as=reason,
        is_readable=problem is None,
        protocol=name or kind,
    )


def _conditions(search: Search) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if search.cell is not None:
        wanted.append(_named(CELL.c.name_folded, search.cell))
    if search.electrolyte is not None:
        wanted.append(_named(CELL.c.electrolyte_folded, search.electrolyte))
    if search.channel is not None:
        wanted.append(_named(RUN.c.channel_folded, search.channel))
    if search.protocol is not None:
        either = (RUN.c.protocol_kind_folded, RUN.c.protocol_name_folded)
        wanted.append(sa.or_(*(_named(column, search.protocol) for column in either)))
    texts = search.words if search.text is None else (search.text, *search.words)
    wanted += [RUN.c.search_text.contains(folded(text), autoescape=True) for text in texts]
    if search.since is not None:
        wanted.append(RUN.c.created >= search.since)
    if search.before is not None:
        wanted.append(RUN.c.created < search.before)
    if search.states:
        wanted.append(_may_be(search.states))
    return wanted


def _named(column: sa.ColumnElement[str], pattern: str) -> sa.ColumnElement[bool]:
    text = folded(pattern)
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return column.like(text.replace("*", "%"), escape=_ESCAPE)


def _may_be(states: Collection[RunStateName]) -> sa.ColumnElement[bool]:
    ends = [state.value for state in states if state in ENDED]
    return sa.or_(RUN.c.reason.in_(ends), RUN.c.reason.is_(None))
