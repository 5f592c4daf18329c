"""The supervisor: waits on one worker, and opens the cell if the worker can no longer do it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ...drivers.capabilities import OutputState
from ...drivers.clock import SystemClock
from ..control.stop import StopFile, StopKind
from ..json_files import read_json, write_json
from ..lease import LeaseTakenError, take_lease
from ..processes import ProcessId, this_process
from ..record.errors import RecordError
from ..record.last_words import LastWords, read_last_words, say_last_words
from ..record.reader import RunReader
from ..record.writer import RunWriter
from ..recovery.order import ResumeOrder, write_order
from ..recovery.policy import AfterInterruption
from ..recovery.restarts import Restarts
from ..run_folder import RunFolder
from ..worker.ending import RunReason
from .child import Child
from .exit_codes import ENDED_CLEAN, ENDED_UNCLEAN, NEVER_BEGAN
from .heartbeat import HEARTBEAT_VARIABLE, Complaint, Listener

_LOOK_EVERY_S: Final = 0.1
_EMERGENCY_GRACE_S: Final = 2.0
_LEASE_WAIT_S: Final = 1.0
_MAKE_SAFE_ATTEMPTS: Final = 5
_MAKE_SAFE_PAUSE_S: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """How a worker ended, and what the supervisor did about it.

    ``complaint`` is why it was ended, if it hung. ``why_not`` is what keeps the run from going on;
    ``None`` if it goes on.
    """

    exit_code: int
    overdue: bool
    complaint: Complaint | None = None
    trouble: str | None = None
    why_not: str | None = ""


def supervise(
    job_file: Path,
    worker_command: Sequence[str],
    make_safe: Callable[[], None],
    *,
    leases: Path | None = None,
) -> int:
    """Start the worker, wait for it, and reap what it leaves; return its exit code.

    If the worker ends in any way but a clean one, or does not answer an emergency stop within
    2 s, or hangs by what its heartbeat says or does not say (it is ended then), ``make_safe`` is
    called at once: it opens the instrument, opens the cell and releases the instrument, or raises.
    Only then the end is appended to the run file.
    A worker that never took its lease has touched nothing, and nothing is touched for it.

    If the worker died, the cell is open and the run is to ``continue`` after an interruption,
    another worker goes on with it instead, three times within an hour at most.
    """
    folder = RunFolder(job_file.resolve().parent)
    restarts = Restarts()
    while True:
        ending = _wait(_start(folder, worker_command), StopFile(folder.stop_file))
        if ending.exit_code == ENDED_CLEAN:
            return ending.exit_code
        if (failure := read_json(folder.failure_file)) is not None:
            return _never_went_on(folder, failure, ending) if restarts.any else ending.exit_code
        code = _reap(folder, ending, make_safe, leases, restarts)
        if code is not None:
            return code
        restarts.count()
        order = ResumeOrder(who="supervisor", policy=AfterInterruption.CONTINUE)
        write_order(folder, order)


def _reap(
    folder: RunFolder,
    ending: _Ending,
    make_safe: Callable[[], None],
    leases: Path | None,
    restarts: Restarts,
) -> int | None:
    """Open the cell and write down what happened; return the exit code, ``None`` to go on."""
    lease = read_json(folder.lease_file)
    if lease is None:
        detail = f"the worker ended with exit code {ending.exit_code} before the run began"
        write_json(folder.failure_file, {"error": f"{detail}; see {folder.log_file}"})
        return NEVER_BEGAN
    with ExitStack() as held:
        try:
            names = tuple(lease["names"])
            held.enter_context(
                take_lease(names, folder.run_id, folder=leases, timeout_s=_LEASE_WAIT_S)
            )
            trouble = _make_safe(make_safe)
        except LeaseTakenError as error:
            trouble = str(error)
        ending = replace(ending, trouble=trouble)
        if trouble is None and not ending.overdue and ending.complaint is None:
            ending = replace(ending, why_not=restarts.why_not(folder))
        recorded = _record(folder, ending)
    if recorded and ending.why_not is None:
        return None
    return ending.exit_code or ENDED_UNCLEAN


def _never_went_on(folder: RunFolder, failure: dict[str, Any], ending: _Ending) -> int:
    """The run ends where it broke off: it could not be gone on with."""
    folder.failure_file.unlink(missing_ok=True)
    folder.resume_file.unlink(missing_ok=True)
    detail = f"it could not be gone on with: {failure.get('error')}"
    body = {"reason": RunReason.INTERRUPTED.value, "detail": detail}
    try:
        with RunReader(folder.run_file) as run:
            elapsed_s = run.last_elapsed_s()
        with RunWriter.append_to(folder.run_file) as writer:
            writer.event(elapsed_s, "run_ended", body)
            writer.commit()
    except RecordError as error:
        _say_outside(folder, ending, None, error)
    return ending.exit_code or ENDED_UNCLEAN


def _start(folder: RunFolder, command: Sequence[str]) -> "subprocess.Popen[bytes]":
    no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only
    worker = subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, HEARTBEAT_VARIABLE: "1"},
        creationflags=no_window,
    )
    try:
        found: dict[str, Any] | None = ProcessId.of(worker.pid).as_json()
    except ProcessLookupError:  # it has ended already
        found = None
    write_json(folder.worker_file, {"supervisor": this_process().as_json(), "worker": found})
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: worker.terminate())
    return worker


def _wait(worker: "subprocess.Popen[bytes]", stop: StopFile) -> _Ending:
    clock = SystemClock()
    asked_s: float | None = None
    overdue = False
    complaint: Complaint | None = None
    child = Child(worker)
    with Listener(worker.stdout) as listener:
        while True:
            code = child.exit_code(within_s=_LOOK_EVERY_S)
            if code is not None:
                return _Ending(exit_code=code, overdue=overdue, complaint=complaint)
            request = stop.asked()
            if complaint is None and (complaint := listener.complaint()) is not None:
                worker.kill()
            if request is None or request.kind is not StopKind.EMERGENCY_STOP:
                continue
            asked_s = clock.now_s() if asked_s is None else asked_s
            if clock.now_s() - asked_s > _EMERGENCY_GRACE_S and not stop.acknowledged():
                overdue = True
                worker.kill()


def _make_safe(make_safe: Callable[[], None]) -> str | None:
    """Open the cell, again and again for a while; return what is in the way, if it stays so."""
    clock = SystemClock()
    trouble = None
    for _ in range(_MAKE_SAFE_ATTEMPTS):
        try:
            make_safe()
        except Exception as fault:  # noqa: BLE001  whatever it is, try again, then record it
            trouble = f"{type(fault).__name__}: {fault}"
            clock.sleep_until(clock.now_s() + _MAKE_SAFE_PAUSE_S)
        else:
            return None
    return trouble


def _record(folder: RunFolder, ending: _Ending) -> bool:
    """Append what the worker could not write, as the new and only writer; say if it is written."""
    told = read_last_words(folder.run_file)
    stop = StopFile(folder.stop_file)
    try:
        with RunReader(folder.run_file) as run:
            ended = run.end() is not None
            if ended and told is None and run.is_safe():
                return True  # it told everything itself, and then went in its own way
            elapsed_s = run.last_elapsed_s()
        with RunWriter.append_to(folder.run_file) as writer:
            for kind, body in _last_events(ending, stop, told, ended=ended):
                writer.event(elapsed_s, kind, body)
            writer.commit()
    except RecordError as error:
        _say_outside(folder, ending, told, error)
        return False
    return True


def _say_outside(
    folder: RunFolder, ending: _Ending, told: LastWords | None, error: RecordError
) -> None:
    """The run file takes nothing: leave the worker's last words, or say what is known."""
    if told is None:
        told = LastWords(
            reason=RunReason.FAILED.value,
            detail=f"the worker is gone (exit code {ending.exit_code}), and the record: {error}",
            safe=ending.trouble is None,
            elapsed_s=0.0,
            acknowledged_seq=0,
            utc=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
    say_last_words(folder.run_file, replace(told, safe=told.safe or ending.trouble is None))
    with suppress(OSError):  # the log may be on the same disk
        sys.stderr.write(f"{error}\n")


def _last_events(
    ending: _Ending, stop: StopFile, told: LastWords | None, *, ended: bool
) -> list[tuple[str, dict[str, Any]]]:
    detail = f"the worker ended without making the cell safe (exit code {ending.exit_code})"
    if told is not None:
        detail = told.detail
    if ending.complaint is not None:
        detail = ending.complaint.text
    if ending.overdue:
        detail = f"the worker did not answer an emergency stop in {_EMERGENCY_GRACE_S:g} s"
    words: list[tuple[str, dict[str, Any]]] = []
    request = stop.asked()
    if ending.overdue and request is not None:
        command = {"kind": request.kind.value, "who": request.who, "utc": request.utc}
        words.append(("command", command))
    words.append(("error", {"detail": detail}))
    if _reason(ending) is RunReason.LIMIT_TRIPPED:
        words.append(("limit_trip", {"detail": detail}))
    if ending.trouble is None:
        words.append(("made_safe", {"output": OutputState.OFF.value, "by": "supervisor"}))
    else:
        detail = f"{detail}; output unknown: {ending.trouble}"
        words.append(("state", {"output": OutputState.UNKNOWN.value, "detail": ending.trouble}))
    if ending.why_not is None:
        return words
    if ending.why_not:
        detail = f"{detail}; {ending.why_not}"
    if not ended or told is not None:
        reason = _reason(ending).value if told is None else told.reason
        words.append(("run_ended", {"reason": reason, "detail": detail}))
    return words


def _reason(ending: _Ending) -> RunReason:
    if ending.overdue:
        return RunReason.EMERGENCY_STOP
    if ending.complaint is not None and ending.complaint.is_trip:
        return RunReason.LIMIT_TRIPPED
    return RunReason.INTERRUPTED
