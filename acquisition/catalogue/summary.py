"""What the catalogue says of one run file: rows for the run, its cell and its results."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..record.errors import RecordError
from ..record.last_words import read_last_words
from ..record.reader import RunReader
from ..record.rows import RunHeader, is_safe, run_end
from .results import read_results
from .run_files import RunFile, result_of, seal_of
from .wording import digest, folded, key_of, plain, run_uuid, when

Row: TypeAlias = dict[str, Any]

COUNTED: Final = ("segments", "spectra", "readings", "impedance_points")
"""Columns that grow by what is counted in the new rows of a run file."""
SUMMED: Final = ("charge_c", "moved_charge_c")
"""Columns that grow by the charge of each segment that ended: its sum, and that of its size."""
_OF_THE_END: Final = ("run_resumed", "made_safe", "run_ended")
_OF_THE_PLACE: Final = frozenset({"key", "path", "bench", "fingerprint", "sealed", "problem"})
"""What is true of one copy of a run, and not of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The rows of one run file; ``cell`` is ``None`` if the file cannot be read."""

    run: Row
    cell: Row | None
    results: list[Row]


def read_summary(data_dir: Path, file: RunFile, earlier: Mapping[str, Any] | None) -> Summary:
    """Read one run file, whatever state it is in; a damaged one is a row with its ``problem``.

    ``earlier`` is its row in the catalogue: of the same run, only what came after it is counted.
    """
    path = data_dir / file.path
    try:
        with RunReader(path) as reader:
            run, cell = _of_reader(reader, file, earlier)
    except (RecordError, ValueError) as error:
        run, cell = _unreadable(file, str(error)), None
    if run["reason"] is None:
        _take_last_words(run, path)
    run["search_text"] = folded(plain(f"{run['search_text']}\n{run['detail']}"))
    run |= {"bench": None, "sealed": seal_of(path).is_file()}
    run = _with_folded(plain(run))
    run["content_sha256"] = content_digest(run)
    results = read_results(result_of(path), run["run_id"], run["key"])
    return Summary(run=run, cell=plain(cell), results=results)


def content_digest(run: Mapping[str, Any]) -> str:
    """Return the digest of all that is true of the run wherever its file lies."""
    apart = {*_OF_THE_PLACE, "content_sha256"}
    return digest({name: value for name, value in run.items() if name not in apart})


def _of_reader(
    reader: RunReader, file: RunFile, earlier: Mapping[str, Any] | None
) -> tuple[Row, Row]:
    header, uuid, last_seq = reader.header, run_uuid(reader.header), reader.last_seq()
    if earlier is not None and (earlier["uuid"] != uuid or earlier["last_seq"] > last_seq):
        earlier = None
    cell = _cell(header)
    told = [event for kind in _OF_THE_END for event in reader.events(kind=kind)]
    events = sorted((e for e in told if e.seq <= last_seq), key=lambda event: event.seq)
    end = run_end(events)
    run = {
        "key": key_of(uuid, header.run_id, file.path),
        "uuid": uuid,
        "path": file.path,
        "fingerprint": file.fingerprint,
        **_of_header(header),
        "ended": when(end.utc) if end else None,
        "reason": str(end.body.get("reason", "")) if end else None,
        "detail": str(end.body.get("detail", "")) if end else "",
        "safe": is_safe(events),
        "elapsed_s": reader.last_elapsed_s(),
        "last_seq": last_seq,
        **_tally(reader, earlier, last_seq),
        "cell_digest": cell["digest"],
        "problem": None,
        "search_text": _search_text(header),
    }
    return run, cell


def _of_header(header: RunHeader) -> Row:
    protocol = dict(header.protocol)
    texts = ("run_id", "channel", "operator", "host", "software_version", "created_utc")
    return {
        **{name: str(getattr(header, name)) for name in texts},
        "clock_speed": _number(header.clock_speed),
        "created": when(str(header.created_utc)),
        "protocol_kind": str(protocol.get("protocol", "")),
        "protocol_name": str(protocol.get("name") or ""),
        "protocol": protocol,
    }


def _tally(reader: RunReader, earlier: Mapping[str, Any] | None, last_seq: int) -> Row:
    """Count and sum what came up to ``last_seq``, on top of what was known earlier."""
    since = earlier["last_seq"] if earlier else 0
    rows = reader.counts(since, last_seq)
    ends = [e for e in reader.events(since, kind="segment_ended") if e.seq <= last_seq]
    charges_c = [float(end.body.get("charge_c", 0.0)) for end in ends]
    kinds = [segment.kind for segment in reader.segments(since) if segment.seq <= last_seq]
    new: Row = {
        "segments": rows["segment"],
        "spectra": kinds.count("ImpedanceSweep"),
        "readings": rows["reading"],
        "impedance_points": rows["impedance_point"],
        "charge_c": charges_c,
        "moved_charge_c": [abs(charge_c) for charge_c in charges_c],
    }
    for name in COUNTED:
        new[name] += earlier[name] if earlier else 0
    for name in SUMMED:  # one after the other, so that it matters not when one stopped to look
        total = earlier[name] if earlier else 0.0
        for charge_c in new[name]:
            total += charge_c
        new[name] = total
    return new


def _cell(header: RunHeader) -> Row:
    record = dict(header.cell)
    name, electrolyte = str(record.get("name", "")), str(record.get("electrolyte", ""))
    batch = record.get("batch")
    numbers = ("electrode_area_m2", "thickness_m", "temperature_k", "stack_pressure_pa")
    return {
        "digest": digest(record),
        "name": name,
        "name_folded": folded(plain(name)),
        "electrolyte": electrolyte,
        "electrolyte_folded": folded(plain(electrolyte)),
        "batch": None if batch is None else str(batch),
        **{name: _number(record.get(name)) for name in numbers},
        "record": record,
    }


def _with_folded(run: Row) -> Row:
    names = ("channel", "protocol_kind", "protocol_name")
    return {**run, **{f"{name}_folded": folded(run[name]) for name in names}}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _search_text(header: RunHeader) -> str:
    """Everything in which a person may look for a word, but for how the run ended."""
    names = ("run_id", "channel", "operator", "cell_text", "protocol_text")
    return "\n".join(str(getattr(header, name)) for name in names)


def _unreadable(file: RunFile, problem: str) -> Row:
    run_id = file.path.rsplit("/", 1)[-1].removesuffix(".run.sqlite")
    texts = dict.fromkeys(("channel", "operator", "host", "software_version", "created_utc"), "")
    return {
        "key": key_of(None, run_id, file.path),
        "uuid": None,
        "path": file.path,
        "fingerprint": file.fingerprint,
        "run_id": run_id,
        **texts,
        "clock_speed": None,
        "created": None,
        "protocol_kind": "",
        "protocol_name": "",
        "protocol": {},
        "ended": None,
        "reason": None,
        "detail": problem,
        "safe": False,
        "elapsed_s": 0.0,
        "last_seq": 0,
        **dict.fromkeys(COUNTED, 0),
        **dict.fromkeys(SUMMED, 0.0),
        "cell_digest": None,
        "problem": problem,
        "search_text": run_id,
    }


def _take_last_words(run: Row, path: Path) -> None:
    """A run file that could not take its end has it beside it."""
    told = read_last_words(path)
    if told is None:
        return
    run["reason"], run["detail"] = told.reason, told.detail
    run["safe"] = run["safe"] or told.safe
    run["ended"] = when(told.utc)
    if run["problem"] is not None:
        run["elapsed_s"] = told.elapsed_s
