"""A gate at which the workers of a common start wait, and that opens for all at one moment.

The gate is a file that every worker looks at. Whoever starts the runs replaces it once: by the
moment at which all are to pass, told in the machine's monotonic time, which is the same for all its
processes; or by why the start is called off. If he dies before he has done either, it is called
off, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from ...drivers.clock import SystemClock, machine_time
from ..json_files import read_json, write_json
from ..processes import ProcessId, boot_id, this_process
from .job import Job

Gate: TypeAlias = Callable[[Callable[[], None]], Mapping[str, Any]]
"""Waits until it may be passed, calling its argument (which may raise) at least every 50 ms; says
at which moment it opened, and how much later it was passed. Raises ``CalledOffError``."""

_LOOK_EVERY_S: Final = 0.05


class CalledOffError(Exception):
    """The common start does not take place. Says why."""


@dataclass(frozen=True, slots=True)
class GateFile:
    """The gate, from the side of whoever opens it."""

    path: Path

    def shut(self) -> None:
        """Make it, shut, before the first worker is started."""
        write_json(self.path, {"state": "shut", "by": this_process().as_json()})

    def open_in(self, ahead_s: float) -> float:
        """Let all pass at one moment, ``ahead_s`` from now; return it, in monotonic s."""
        at_s = machine_time().passed_s + ahead_s
        write_json(self.path, {"state": "open", "monotonic_s": at_s, "boot_id": boot_id()})
        return at_s

    def call_off(self, why: str) -> None:
        """Let nobody pass. Not after it was opened."""
        write_json(self.path, {"state": "called off", "why": why})


def gate_of(job: Job) -> Gate | None:
    """The gate at which a job's worker is to wait, if there is one."""
    path = job.options.get("gate")
    return None if path is None else gate_at(Path(str(path)))


def gate_at(path: Path) -> Gate:
    """The gate, from the side of a worker that waits at it."""

    def wait(look: Callable[[], None]) -> Mapping[str, Any]:
        at_s = _opened(path)
        while at_s is None:
            look()
            _sleep(_LOOK_EVERY_S)
            at_s = _opened(path)
        while (left_s := at_s - machine_time().passed_s) > _LOOK_EVERY_S:
            look()
            _sleep(min(_LOOK_EVERY_S, left_s - _LOOK_EVERY_S))
        _sleep(at_s - machine_time().passed_s)
        return {"monotonic_s": at_s, "late_s": machine_time().passed_s - at_s}

    return wait


def _opened(path: Path) -> float | None:
    """When the gate opens; ``None`` while it is shut and somebody is there to open it."""
    state = _read(path)
    if state["state"] == "shut" and not ProcessId.from_json(state["by"]).is_alive():
        state = _read(path)  # what he did last is done by now
        if state["state"] == "shut":
            raise CalledOffError("called off: whoever started the runs is gone; nothing was done")
    if state["state"] == "called off":
        raise CalledOffError(f"called off: {state['why']}; nothing was done")
    return float(state["monotonic_s"]) if state["state"] == "open" else None


def _read(path: Path) -> Mapping[str, Any]:
    state = read_json(path)
    if state is None:
        raise CalledOffError(f"called off: the gate {path} is gone; nothing was done")
    return state


def _sleep(seconds: float) -> None:
    clock = SystemClock()
    clock.sleep_until(clock.now_s() + seconds)
