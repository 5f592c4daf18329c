"""Where the numbers of a sheet come from, so that they can be checked against it later."""

import hashlib
from pathlib import Path

from ..runs import Run
from .sheet import Source


def source_of_run(run: Run) -> Source:
    """Return a run's name and the SHA-256 of its rows."""
    return Source(name=run.header.run_id, sha256=run.rows_sha256)


def source_of_file(path: Path) -> Source:
    """Return a file's name and the SHA-256 of its bytes."""
    with path.open("rb") as file:
        return Source(name=path.name, sha256=hashlib.file_digest(file, "sha256").hexdigest())
