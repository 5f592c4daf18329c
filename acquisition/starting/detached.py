"""Starting a process that belongs to nobody: it outlives the program, terminal or window.

On Linux and macOS it leads a session of its own, so that the hang-up of a terminal does not reach
it. On Windows it has no console and a process group of its own, and leaves the job object in which
a terminal or service manager may have put us, where that job allows it; where it does not,
``CreateProcess`` refuses, and the process is started inside: it may then end with that job. Log-off
ends it on Windows in any case, unless it was started from a service.

Written after the documentation of Python's ``subprocess`` and of ``CreateProcess``. It runs on
Linux in the tests; on macOS and Windows it has never been run.
"""

import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ..processes import ProcessId

_DETACHED_PROCESS: Final = 0x00000008  # the names exist in subprocess on Windows only
_CREATE_NEW_PROCESS_GROUP: Final = 0x00000200
_CREATE_BREAKAWAY_FROM_JOB: Final = 0x01000000


def spawn_detached(command: Sequence[str], log_file: Path) -> ProcessId:
    """Start ``command``, which says what it says into ``log_file``, and let go of it.

    Raises ``OSError`` if there is no such program, and ``ProcessLookupError`` if it has ended
    before it could be looked at.
    """
    with log_file.open("ab") as log, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it outlives us on purpose
        options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        if sys.platform == "win32":
            process = _on_windows(list(command), options)
        else:
            process = subprocess.Popen(list(command), start_new_session=True, **options)
        started = ProcessId.of(process.pid)
        del process
        return started


def _on_windows(command: list[str], options: dict[str, Any]) -> "subprocess.Popen[bytes]":
    detached = _DETACHED_PROCESS | _CREATE_NEW_PROCESS_GROUP
    try:
        return subprocess.Popen(
            command, creationflags=detached | _CREATE_BREAKAWAY_FROM_JOB, **options
        )
    except PermissionError:  # the job we are in lets nobody leave
        return subprocess.Popen(command, creationflags=detached, **options)
