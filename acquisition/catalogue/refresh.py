"""Bringing a bench's catalogue up to date with its run files, which are the truth."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from .database import Catalogue
from .run_files import RunFile, run_files
from .summary import COUNTED, SUMMED, Summary, read_summary
from .tables import CELL, RESULT, RUN
from .upsert import upsert

Progress = Callable[[int, int], None]
"""Is told how many of how many files were read."""

_FILES_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did: files that were read, gone, and unchanged."""

    read: int
    removed: int
    unchanged: int


def refresh(
    catalogue: Catalogue,
    data_dir: Path,
    *,
    everything: bool = False,
    progress: Progress | None = None,
) -> Refreshed:
    """Read the run files that are new or have changed, and forget those that are gone.

    ``everything`` reads all of them, as if there had been no catalogue. No lock is held while a
    run file is read; several processes may refresh one catalogue at once, and what one of them
    overtakes is put right by the next refresh. Raises ``CatalogueError``.
    """
    files = run_files(data_dir)
    known = {} if everything else _known(catalogue)
    changed = [file for file in files if _has_changed(file, known)]
    for start in range(0, len(changed), _FILES_AT_ONCE):
        some = changed[start : start + _FILES_AT_ONCE]
        _write(catalogue, [read_summary(data_dir, file, known.get(file.path)) for file in some])
        if progress is not None:
            progress(start + len(some), len(changed))
    removed = _forget_all_but(catalogue, {file.path for file in files})
    return Refreshed(read=len(changed), removed=removed, unchanged=len(files) - len(changed))


def _known(catalogue: Catalogue) -> dict[str, Mapping[str, Any]]:
    """What the next reading of each file can build upon."""
    names = ("path", "fingerprint", "uuid", "last_seq", *COUNTED, *SUMMED)
    with catalogue.reading() as connection:
        rows = connection.execute(sa.select(*(RUN.c[name] for name in names)))
        return {row["path"]: dict(row) for row in rows.mappings()}


def _has_changed(file: RunFile, known: Mapping[str, Mapping[str, Any]]) -> bool:
    earlier = known.get(file.path)
    return not file.fingerprint or earlier is None or earlier["fingerprint"] != file.fingerprint


def _write(catalogue: Catalogue, summaries: Collection[Summary]) -> None:
    cells = {each.cell["digest"]: each.cell for each in summaries if each.cell is not None}
    runs = [each.run for each in summaries]
    paths = [run["path"] for run in runs]
    keys = [run["key"] for run in runs]
    with catalogue.writing() as connection:
        upsert(connection, CELL, list(cells.values()))
        # another run may have taken the place of one that was known by this path
        displaced = sa.select(RUN.c.key).where(RUN.c.path.in_(paths), RUN.c.key.not_in(keys))
        _remove(connection, [row.key for row in connection.execute(displaced)])
        upsert(connection, RUN, runs)
        connection.execute(RESULT.delete().where(RESULT.c.run_key.in_(keys)))
        upsert(connection, RESULT, [row for each in summaries for row in each.results])


def _forget_all_but(catalogue: Catalogue, paths: Collection[str]) -> int:
    """Remove the runs whose files are gone, and the cells that no run was made on."""
    used = sa.select(RUN.c.cell_digest).where(RUN.c.cell_digest.is_not(None))
    with catalogue.reading() as connection:
        rows = connection.execute(sa.select(RUN.c.key, RUN.c.path)).all()
        left = connection.execute(sa.select(CELL.c.digest).where(CELL.c.digest.not_in(used))).all()
    gone = [row.key for row in rows if row.path not in paths]
    if not gone and not left:
        return 0
    with catalogue.writing() as connection:
        _remove(connection, gone)
        connection.execute(CELL.delete().where(CELL.c.digest.not_in(used)))
    return len(gone)


def _remove(connection: sa.Connection, keys: list[str]) -> None:
    if keys:
        rows = [{"gone": key} for key in keys]
        connection.execute(RESULT.delete().where(RESULT.c.run_key == sa.bindparam("gone")), rows)
        connection.execute(RUN.delete().where(RUN.c.key == sa.bindparam("gone")), rows)
