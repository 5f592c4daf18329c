"""Which process is meant, even after its number was given to another or the machine restarted."""

import getpass
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import psutil

_BOOT_ID_FILE: Final = Path("/proc/sys/kernel/random/boot_id")
_SAME_START_S: Final = 0.5
_START_FIELD: Final = 19  # of /proc/PID/stat, counted from behind the name: the 22nd of all


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """A process: its number, when it started, and in which boot.

    ``started_s`` is by a clock that does not change when the wall clock is set: seconds since the
    boot on Linux, where the time of the boot is told anew each time that happens; elsewhere since
    the epoch, as the system noted it then.
    """

    pid: int
    started_s: float
    boot_id: str

    @classmethod
    def of(cls, pid: int) -> Self:
        """Look at a living process. Raises ``ProcessLookupError`` if there is none."""
        try:
            started_s = _started_s(psutil.Process(pid))
        except psutil.NoSuchProcess:
            raise ProcessLookupError(f"there is no process {pid}") from None
        return cls(pid=pid, started_s=started_s, boot_id=boot_id())

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Take what ``as_json`` gave. Raises ``KeyError`` or ``ValueError`` for anything else."""
        return cls(
            pid=int(stored["pid"]),
            started_s=float(stored["started_s"]),
            boot_id=str(stored["boot_id"]),
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)

    def is_alive(self) -> bool:
        """Whether this very process still runs, on this machine and in this boot."""
        if self.boot_id != boot_id():
            return False
        try:
            process = psutil.Process(self.pid)
            return (
                abs(_started_s(process) - self.started_s) < _SAME_START_S
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.NoSuchProcess:
            return False


def _started_s(process: psutil.Process) -> float:
    """When a process started; see ``ProcessId``. Raises ``psutil.NoSuchProcess``."""
    if sys.platform != "linux":
        return float(process.create_time())
    try:
        stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(process.pid) from None
    behind_name = stat.rpartition(")")[2].split()
    return float(behind_name[_START_FIELD]) / os.sysconf("SC_CLK_TCK")


def user_name() -> str:
    """Who asks, for the record; a user without a name (in a container) is told by number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def this_process() -> ProcessId:
    """The process that asks."""
    return ProcessId.of(os.getpid())


@cache
def boot_id() -> str:
    """Something that differs after the machine has restarted, and between machines."""
    try:
        return _BOOT_ID_FILE.read_text(encoding="ascii").strip()
    except OSError:
        return f"boot-{psutil.boot_time():.0f}"
