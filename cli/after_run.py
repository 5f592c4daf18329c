"""What the supervisor sees to once the worker has ended and the cell is open."""

import sys
from pathlib import Path

from ..acquisition.record.errors import RecordError
from ..acquisition.run_folder import RunFolder
from ..acquisition.worker_process import ENDED_CLEAN

_SEAL_PATIENCE_S = 10.0


def after_run(folder: RunFolder, exit_code: int) -> None:
    """Seal a run that has ended well."""
    if exit_code == ENDED_CLEAN:
        _seal(folder.run_file)


def _seal(run_file: Path) -> None:
    """Seal a run that has ended well; if that fails, ``solidcell seal`` can do it later."""
    from ..acquisition.sealing import SealError
    from .seal import seal_with_tables

    try:
        seal_with_tables(run_file, patience_s=_SEAL_PATIENCE_S)
    except (SealError, RecordError, OSError) as error:
        sys.stderr.write(f"not sealed: {error}\n")
