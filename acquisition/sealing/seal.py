"""The seal of a run: what was checked, and the SHA-256 of what nobody may change any more."""

import platform
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from ... import __version__
from ..json_files import read_json, write_json
from ..processes import ProcessId, this_process
from ..record.reader import RunReader
from ..record.sealed import seal_file
from ..run_folder import RunFolder
from .errors import SealError
from .plain_file import check_integrity, fold, make_read_only, sha256_of
from .rows import CHECKED, Progress, Rows, check_rows, silent

SEAL_VERSION: Final = 1
_PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """One file as it was when it was sealed; ``name`` is without its folder."""

    name: str
    sha256: str
    size_bytes: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Look at a file."""
        return cls(name=path.name, sha256=sha256_of(path), size_bytes=path.stat().st_size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What is known of a sealed run.

    ``rows`` counts the rows of each table, ``tables`` are files made from the run file, ``ended``
    is how and when the run ended, ``checked`` what was found true before the hash was taken.
    """

    seal_version: int
    run_id: str
    sealed_utc: str
    file: SealedFile
    tables: tuple[SealedFile, ...]
    rows: Mapping[str, int]
    last_seq: int
    ended: Mapping[str, Any]
    software: Mapping[str, str]
    checked: tuple[str, ...]


def seal_run(
    run_file: Path, *, patience_s: float = _PATIENCE_S, progress: Progress = silent
) -> Seal:
    """Check a run that has ended, make its file one plain read-only file, and write its seal.

    ``progress`` is told the row that has been checked, and the last one. Done again it changes
    nothing and returns the seal that is there. Raises ``SealError`` if the run goes on, has no
    recorded end, is inconsistent, was changed since it was sealed, or is held open by another
    program for ``patience_s``; ``NotARunFileError`` for anything but a run file.
    A run that is refused is left as it was.
    """
    _refuse_living(run_file)
    known = read_seal(run_file)
    if known is not None:
        if SealedFile.of(run_file) != known.file:
            raise SealError(f"{run_file}: it was changed since it was sealed {known.sealed_utc}")
        return known
    rows = check_rows(run_file, progress)
    check_integrity(run_file)
    fold(run_file, patience_s)
    check_integrity(run_file)  # of what is hashed
    make_read_only(run_file)
    seal = _seal(run_file, rows)
    _write(run_file, seal)
    return seal


def add_tables(run_file: Path, tables: Iterable[Path]) -> Seal:
    """Seal files that were made from a sealed run and lie beside it; return the new seal."""
    seal = read_seal(run_file)
    if seal is None:
        raise SealError(f"{run_file}: it is not sealed")
    known = {table.name: table for table in seal.tables}
    for path in tables:
        if path.resolve().parent != run_file.resolve().parent:
            raise SealError(f"{path}: it does not lie beside {run_file.name}")
        known[path.name] = SealedFile.of(path)
    seal = replace(seal, tables=tuple(known.values()))
    _write(run_file, seal)
    return seal


def read_seal(run_file: Path) -> Seal | None:
    """Return the seal of a run, or ``None`` if it has none.

    Raises ``SealError`` if what stands there is no seal that this program knows.
    """
    path = seal_file(run_file)
    try:
        stored = read_json(path)
        return None if stored is None else _from_json(stored)
    except (ValueError, KeyError, TypeError) as error:
        raise SealError(f"{path}: this is no seal: {error}") from None


def _from_json(stored: Mapping[str, Any]) -> Seal:
    if stored["seal_version"] != SEAL_VERSION:
        raise ValueError(f"version {stored['seal_version']}, and this program knows {SEAL_VERSION}")
    return Seal(
        **{
            **stored,
            "file": SealedFile(**stored["file"]),
            "tables": tuple(SealedFile(**table) for table in stored["tables"]),
            "checked": tuple(stored["checked"]),
        }
    )


def _write(run_file: Path, seal: Seal) -> None:
    write_json(seal_file(run_file), asdict(seal))


def _seal(run_file: Path, rows: Rows) -> Seal:
    with RunReader(run_file) as run:
        header = run.header
    return Seal(
        seal_version=SEAL_VERSION,
        run_id=header.run_id,
        sealed_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        file=SealedFile.of(run_file),
        tables=(),
        rows=rows.counts,
        last_seq=rows.last_seq,
        ended={
            "reason": rows.ended.body.get("reason", ""),
            "detail": rows.ended.body.get("detail", ""),
            "utc": rows.ended.utc,
            "elapsed_s": rows.ended.elapsed_s,
        },
        software={
            "solidcell": __version__,
            "recorded_by": header.software_version,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        checked=(*CHECKED, "SQLite's integrity_check finds nothing", "no log lies beside the file"),
    )


def _refuse_living(run_file: Path) -> None:
    """Raise ``SealError`` while a process other than this one may still write to the run."""
    try:
        stored = read_json(RunFolder.of(run_file).worker_file) or {}
        processes = {who: ProcessId.from_json(stored[who]) for who in stored if stored[who]}
    except (ValueError, KeyError, TypeError):
        return  # no process can be named; whoever has the file open is met when it is folded
    me = this_process()
    for who, process in processes.items():
        if process.pid != me.pid and process.is_alive():
            raise SealError(
                f"{run_file}: the run goes on ({who}, process {process.pid}); "
                "it can be sealed once it has ended"
            )
