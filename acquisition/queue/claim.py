"""Who decides whether a run that was taken from a queue begins: whoever renames one file first.

The process that starts a run may die at any moment, and so may the one it starts. Before the
supervisor is launched, a file ``offered`` lies in the run's folder. The supervisor renames it to
``begun``; a process that finds the starter dead renames it to ``withdrawn``. One of the two fails,
so that a job is never started twice, and never lost between the two.
"""

from typing import Final

from ..json_files import write_json
from ..processes import this_process
from ..run_folder import RunFolder

_OFFERED: Final = "offered"
_BEGUN: Final = "begun"
_WITHDRAWN: Final = "withdrawn"


def offer(folder: RunFolder) -> None:
    """Let a supervisor begin the run of this folder, once."""
    (folder.path / _OFFERED).touch()


def accept(folder: RunFolder) -> bool:
    """Begin the run, as its supervisor; ``False`` if it was withdrawn: touch nothing then.

    A run that was never offered (it comes from no queue) may always begin.
    """
    if (folder.path / _OFFERED).exists():
        known = {"supervisor": this_process().as_json(), "worker": None}
        write_json(folder.worker_file, known)  # first: who has begun is known to be alive, or not
    _rename(folder, _BEGUN)
    return not (folder.path / _WITHDRAWN).exists()


def withdraw(folder: RunFolder) -> bool:
    """Keep the run from ever beginning; ``False`` if it has begun already."""
    _rename(folder, _WITHDRAWN)
    return not (folder.path / _BEGUN).exists() and not folder.lease_file.exists()


def came_from_queue(folder: RunFolder) -> bool:
    """Whether a queue started this run, so that nobody was there when it began or did not."""
    return (folder.path / _BEGUN).exists()


def _rename(folder: RunFolder, name: str) -> None:
    try:
        (folder.path / _OFFERED).rename(folder.path / name)
    except FileNotFoundError:
        return  # somebody was first, or nothing was ever offered
