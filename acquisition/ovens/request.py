"""What a run asks of an oven: one small file a run, which it takes away again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from ...drivers.clock import SystemClock
from ..json_files import read_json, write_json
from ..processes import ProcessId

_T = TypeVar("_T")
_PATIENCE_S: Final = 1.0
_PAUSE_S: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``run_id`` wants ``temperature_k`` since ``asked_s`` (of the machine's monotonic clock).

    ``None`` wants to see the oven's temperature and nothing else. ``process`` is who asks; its end
    takes the request back. ``note`` is for the others who wait, "paused" for example.
    """

    run_id: str
    temperature_k: float | None
    asked_s: float
    process: ProcessId
    note: str = ""

    @property
    def key(self) -> str:
        """What tells this request from an earlier one of the same run."""
        return f"{self.run_id} at {self.asked_s!r} s"

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Take what ``as_json`` gave. Raises ``KeyError`` or ``ValueError`` for anything else."""
        wanted = stored["temperature_k"]
        return cls(
            run_id=str(stored["run_id"]),
            temperature_k=None if wanted is None else float(wanted),
            asked_s=float(stored["asked_s"]),
            process=ProcessId.from_json(stored["process"]),
            note=str(stored["note"]),
        )


def request_file(folder: Path, run_id: str) -> Path:
    """Return where the request of a run lies."""
    plain = re.sub(r"[^\w.-]+", "-", run_id)
    return folder / f"{plain}.json"


def place_request(folder: Path, request: Request) -> None:
    """Ask, in place of what the same run asked before."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(request_file(folder, request.run_id), request.as_json(), durable=False)


def with_note(request: Request, note: str) -> Request:
    """Return the same request with another note; its place in the queue stays."""
    return replace(request, note=note)


def take_back(folder: Path, run_id: str) -> None:
    """Ask for nothing any more."""
    path = request_file(folder, run_id)
    patiently(lambda: path.unlink(missing_ok=True))


def standing_requests(folder: Path) -> list[Request]:
    """Return the requests of living processes, oldest first; those of dead ones are removed."""
    found: list[Request] = []
    for path in sorted(folder.glob("*.json")):
        try:
            stored = patiently(partial(read_json, path))
            request = None if stored is None else Request.from_json(stored)
        except (KeyError, TypeError, ValueError):
            continue  # no request of ours; nobody is kept waiting for it
        if request is None:
            continue
        if request.process.is_alive():
            found.append(request)
        else:
            path.unlink(missing_ok=True)
    return sorted(found, key=lambda request: (request.asked_s, request.run_id))


def patiently(do: Callable[[], _T]) -> _T:
    """Do something with a small file, again for a second where another program looks at it.

    Only Windows refuses that; it is ``PermissionError`` then, raised if it does not end.
    """
    clock = SystemClock()
    while True:
        try:
            return do()
        except PermissionError:
            if clock.now_s() > _PATIENCE_S:
                raise
            clock.sleep_until(clock.now_s() + _PAUSE_S)
