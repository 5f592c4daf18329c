"""Writing a run in other formats; nothing is rounded and nothing is left out unsaid."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..runs import RunPages
from .about import about_run, columns_as_json, linked_data
from .battery_data import battery_data_tables
from .csv_table import write_csv_table
from .parquet_table import parquet_is_available, write_parquet_table
from .record_tables import record_tables
from .table import Progress
from .whole_file import whole_file


class Format(StrEnum):
    """What a run can be written as."""

    BDF = "bdf"
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written. ``rows`` is by file name; ``last_seq`` and ``last_elapsed_s`` say how far
    the run had come, which is its end only if ``is_finished``.
    """

    files: tuple[Path, ...]
    rows: Mapping[str, int]
    last_seq: int
    last_elapsed_s: float
    is_finished: bool


def _silent(reached: int, last: int) -> None:
    del reached, last


def export_run(
    run_file: Path | str, to: Format, folder: Path, progress: Progress = _silent
) -> Exported:
    """Write a run, finished, broken off or still being written, into ``folder``.

    Every file is named after the run and replaced whole. ``bdf`` is Battery Data Format, as CSV
    and, with pyarrow, as Parquet, beside a JSON-LD sidecar; ``csv`` and ``parquet`` are the tables
    of the run file. A page of rows is held at a time. Raises ``NotARunFileError``, ``RecordError``,
    ``OSError``, and ``ParquetMissingError`` if ``parquet`` is asked for without pyarrow.
    """
    with RunPages(run_file) as run:
        write = {Format.BDF: _as_bdf, Format.CSV: _as_csv, Format.PARQUET: _as_parquet}[to]
        rows = write(run, folder, progress)
        return Exported(
            files=tuple(rows),
            rows={path.name: count for path, count in rows.items() if count is not None},
            last_seq=run.last_seq,
            last_elapsed_s=run.last_elapsed_s,
            is_finished=run.is_finished,
        )


def write_parquet_tables(run_file: Path, progress: Progress = _silent) -> tuple[Path, ...]:
    """Write the tables of a run as Parquet beside its run file; return their paths."""
    return export_run(run_file, Format.PARQUET, run_file.parent, progress).files


def _as_csv(run: RunPages, folder: Path, progress: Progress) -> dict[Path, int | None]:
    tables = record_tables(run, progress)
    rows: dict[Path, int | None] = {
        path: write_csv_table(path, table)
        for name, table in tables.items()
        if (path := _path(run, folder, f"{name}.csv"))
    }
    columns = {name: columns_as_json(table.columns) for name, table in tables.items()}
    about = _path(run, folder, "metadata.json")
    _write_json(about, {**about_run(run), "columns": columns})
    return {**rows, about: None}


def _as_parquet(run: RunPages, folder: Path, progress: Progress) -> dict[Path, int | None]:
    about = about_run(run)
    return {
        path: write_parquet_table(path, table, about)
        for name, table in record_tables(run, progress).items()
        if (path := _path(run, folder, f"{name}.parquet"))
    }


def _as_bdf(run: RunPages, folder: Path, progress: Progress) -> dict[Path, int | None]:
    tables = battery_data_tables(run, progress)
    about = about_run(run)
    rows: dict[Path, int | None] = {}
    for name, ending in (("readings", "bdf"), ("impedance", "bdf.impedance")):
        path = _path(run, folder, f"{ending}.csv")
        rows[path] = write_csv_table(path, tables[name], exponents=False)
        if parquet_is_available():
            path = _path(run, folder, f"{ending}.parquet")
            rows[path] = write_parquet_table(path, tables[name], about)
    sidecar = _path(run, folder, "bdf.metadata.json")
    _write_json(sidecar, linked_data(run, {path: _sha256(path) for path in rows}))
    return {**rows, sidecar: None}


def _path(run: RunPages, folder: Path, ending: str) -> Path:
    return folder / f"{run.path.name.removesuffix('.run.sqlite')}.{ending}"


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    with whole_file(path) as draft:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
        draft.write_text(text + "\n", encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
