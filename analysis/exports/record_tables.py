"""The tables of a run as recorded: readings, impedance, auxiliary, segments, events."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..runs import Columns, RunPages
from .conventions import FLAGS, SIGN_OF_CURRENT, SIGN_OF_IMPEDANCE, TIME
from .table import Page, Progress, Table, integer, real, text

_SEQ: Final = integer("seq", "place among all rows of the run file, in the order of writing")
_SEGMENT: Final = integer("segment", "number of the segment, from 0")
_ELAPSED: Final = real("elapsed_s", "s", TIME)
_FLAGS: Final = integer("flags", FLAGS)

_READING: Final = (
    _SEQ,
    _SEGMENT,
    _ELAPSED,
    real("voltage_v", "V", "working electrode against counter or reference electrode"),
    real("current_a", "A", SIGN_OF_CURRENT),
    real("temperature_k", "K", "empty where nothing measures it"),
    real("stack_pressure_pa", "Pa", "empty where nothing measures it"),
    _FLAGS,
)
_POINT: Final = (
    _SEQ,
    _SEGMENT,
    _ELAPSED,
    real("frequency_hz", "Hz", "of the excitation"),
    real("z_real_ohm", "ohm", "real part of the impedance"),
    real("z_imag_ohm", "ohm", SIGN_OF_IMPEDANCE),
    _FLAGS,
    real("temperature_k", "K", "empty where nothing measures it"),
    real("stack_pressure_pa", "Pa", "empty where nothing measures it"),
)
_AUXILIARY: Final = (
    _SEQ,
    _ELAPSED,
    text("name", "oven, stack_pressure, or what the bench calls the line"),
    real("value", "", "in the unit beside it"),
    text("unit", "SI"),
)
_SEGMENTS: Final = (
    _SEQ,
    integer("number", "number of the segment, from 0"),
    real("elapsed_s", "s", "when it was recorded that the segment was about to begin"),
    text("kind", "what the instrument did"),
    text("name", "what the protocol calls it"),
    text("settings", "what was asked for, SI, as JSON"),
    text("tags", "why, as JSON"),
    text("end", "how it ended; empty if it did not"),
    text("detail", "more about the end"),
    real("began_s", "s", "elapsed time at its start; empty if it did not end"),
    real("duration_s", "s", "how long it took; empty if it did not end"),
    real("charge_c", "C", "charge passed, signed as the current; empty if it did not end"),
)
_EVENTS: Final = (
    _SEQ,
    _ELAPSED,
    text("utc", "wall clock, ISO 8601"),
    text("kind", "what happened"),
    text("body", "more about it, as JSON"),
)


def record_tables(run: RunPages, progress: Progress) -> dict[str, Table]:
    """The tables of a run by name; their columns are those of the run file."""
    return {
        "readings": Table(
            columns=_READING,
            pages=lambda: _selected(run.readings, _READING, run.last_seq, progress),
        ),
        "impedance": Table(
            columns=_POINT, pages=lambda: _selected(run.points, _POINT, run.last_seq, progress)
        ),
        "auxiliary": Table(
            columns=_AUXILIARY,
            pages=lambda: _selected(run.auxiliary, _AUXILIARY, run.last_seq, progress),
        ),
        "segments": Table(columns=_SEGMENTS, pages=lambda: _segments(run)),
        "events": Table(columns=_EVENTS, pages=lambda: _events(run)),
    }


def _selected(
    pages: Callable[[], Iterator[Columns]],
    columns: tuple[Any, ...],
    last_seq: int,
    progress: Progress,
) -> Iterator[Page]:
    for page in pages():
        yield [page[column.name] for column in columns]
        progress(int(page["seq"][-1]), last_seq)


def _segments(run: RunPages) -> Iterator[Page]:
    ends = [run.ends[row.number].body if row.number in run.ends else {} for row in run.begun]
    numbers = [[_number(end, name) for end in ends] for name in ("began_s", "duration_s")]
    yield [
        [row.seq for row in run.begun],
        [row.number for row in run.begun],
        [row.elapsed_s for row in run.begun],
        [row.kind for row in run.begun],
        [row.name for row in run.begun],
        [_json(row.settings) for row in run.begun],
        [_json(row.tags) for row in run.begun],
        [end.get("end") for end in ends],
        [end.get("detail") for end in ends],
        *numbers,
        [_number(end, "charge_c") for end in ends],
    ]


def _events(run: RunPages) -> Iterator[Page]:
    rows = run.events
    yield [
        [row.seq for row in rows],
        [row.elapsed_s for row in rows],
        [row.utc for row in rows],
        [row.kind for row in rows],
        [_json(row.body) for row in rows],
    ]


def _number(body: Mapping[str, Any], name: str) -> float:
    return float(body.get(name, "nan"))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
