"""Where a catalogue lies."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

import platformdirs

from ..record.file_system import file_system_of

LAB_VARIABLE: Final = "SOLIDCELL_LAB"
"""The environment variable that names the catalogue of the laboratory."""
_NAME: Final = "lab.sqlite"


def catalogue_file(data_dir: Path) -> Path:
    """Where the catalogue of a data folder lies, made or not.

    In the folder itself; if that cannot be written to, or is of another machine, where SQLite's
    locks cannot be relied upon, in the user's own data folder.
    """
    here = data_dir / _NAME
    if not file_system_of(data_dir).is_of_another_machine and _can_be_written(here):
        return here
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
    return platformdirs.user_data_path("solidcell") / "catalogues" / f"{name}.{_NAME}"


def lab_address() -> str | None:
    """``$SOLIDCELL_LAB``: the address of the laboratory's catalogue, if there is one."""
    return os.environ.get(LAB_VARIABLE) or None


def _can_be_written(file: Path) -> bool:
    if file.exists() and not os.access(file, os.W_OK):
        return False
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError:
        return False
    return True
