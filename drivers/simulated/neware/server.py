"""A simulated BTS server: its channels, its users, and the folder that it reads jobs from.

Source: the BTS 8 API as github EmpaEconversion/aurora-neware speaks it (MIT; replies of a real
server with 16 channels). Any number of hosts may speak to it at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from ...clock import Clock
from .cell import Cell
from .channel import CyclerChannel, Delays
from .conversation import Conversation
from .job import Job, JobError, read_job

DEVICE: Final = 21
CHANNELS_A_UNIT: Final = 8
_FIRST_TEST: Final = 101


class Rig(Protocol):
    """What the server's cyclers are wired to."""

    @property
    def clock(self) -> Clock:
        """Time of the experiment."""
        ...

    def front_end(self, *, cell: int) -> Any:
        """Connect one more instrument to a cell."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What differs between servers.

    ``forgets_unit``: ``getchlstatus`` tells every unit as 1, a known fault of real servers.
    ``users`` are names with their passwords; ``folders`` say where a folder of the server's machine
    lies on this one.
    """

    forgets_unit: bool = False
    users: Mapping[str, str]
    folders: Mapping[str, Path]
    ip: str = "127.0.0.1"


class NewareServer:
    """A BTS server with ``channels`` channels, the first ``cells`` of which have a cell."""

    def __init__(
        self,
        rig: Rig,
        *,
        cells: int = 1,
        channels: int = 16,
        delays: Delays | None = None,
        forgets_unit: bool = False,
        users: Mapping[str, str] | None = None,
        folders: Mapping[str, Path] | None = None,
    ) -> None:
        self.clock = rig.clock
        self.habits = Habits(
            forgets_unit=forgets_unit,
            users={"admin": "neware"} if users is None else users,
            folders={} if folders is None else folders,
        )
        tests = count(_FIRST_TEST)
        self.channels = {
            (DEVICE, number // CHANNELS_A_UNIT + 1, number % CHANNELS_A_UNIT + 1): CyclerChannel(
                _wiring(rig, number if number < cells else None),
                lambda: next(tests),
                delays or Delays(),
            )
            for number in range(channels)
        }

    def session(self) -> Conversation:
        """Return the server as one more host sees it."""
        return Conversation(self)

    def advance(self) -> None:
        """Let all channels live until now."""
        now_s = self.clock.now_s()
        for channel in self.channels.values():
            channel.advance(now_s)

    def job_at(self, path: str) -> Job | None:
        """Read the step file at a path of the server's machine; ``None`` if that cannot be done."""
        try:
            return read_job(self._local(path).read_bytes())
        except (OSError, JobError):
            return None

    def _local(self, path: str) -> Path:
        for folder, here in self.habits.folders.items():
            if path.startswith(folder):
                rest = path[len(folder) :].replace("\\", "/").lstrip("/")
                return here / rest
        return Path(path)


def _wiring(rig: Rig, cell: int | None) -> Any:
    def connect() -> Cell | None:
        if cell is None:
            return None
        front_end: Cell = rig.front_end(cell=cell)
        return front_end

    return connect
