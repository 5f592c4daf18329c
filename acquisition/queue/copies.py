"""The files that a queued job names, as they were when it was queued.

A bench file may be edited while a job waits, and an instrument moved to another address: what was
checked is what is run. The copies go with the run in the end, into the ``inputs`` of its folder.
"""

import os
import shutil
from pathlib import Path
from typing import Final

_NAMES: Final = ("protocol", "bench", "cell")
_INPUTS: Final = "inputs"


def copy_files(folder: Path, *, protocol: Path, bench: Path, cell: Path) -> None:
    """Copy the three files into a new ``folder``, durably. Raises ``OSError``."""
    folder.mkdir()
    for name, source in zip(_NAMES, (protocol, bench, cell), strict=True):
        with (folder / f"{name}{source.suffix}").open("xb") as copy:
            copy.write(source.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())


def copies_in(folder: Path) -> dict[str, Path]:
    """Return where the copies of protocol, bench and cell lie, by these names.

    Raises ``FileNotFoundError`` if one is gone.
    """
    found = {file.stem: file for file in folder.iterdir() if file.stem in _NAMES}
    for name in _NAMES:
        if name not in found:
            raise FileNotFoundError(f"{folder}: the copy of the {name} file is gone")
    return found


def give_copies(folder: Path, run_folder: Path) -> dict[str, Path]:
    """Copy them once more, into the folder of the run; return where they lie there."""
    inputs = run_folder / _INPUTS
    copy_files(inputs, **copies_in(folder))
    return copies_in(inputs)


def drop_copies(folder: Path) -> None:
    """Remove the copies of a job that has left the queue; what cannot be removed does no harm."""
    shutil.rmtree(folder, ignore_errors=True)
