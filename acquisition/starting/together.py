"""Starting many channels together: all instruments answer first, then all begin at one moment.

Each worker connects, checks the plan against its instrument and waits with its cell open. Only
when all have answered the gate opens. If one does not, none begins.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from ...drivers.clock import SystemClock
from ..processes import ProcessId, user_name
from ..run_folder import RunFolder
from .gate import GateFile
from .start import (
    START_TIMEOUT_S,
    SUPERVISOR_COMMAND,
    StartedRun,
    StartError,
    default_data_dir,
    launch,
    look_at_start,
    prepare_run,
)

_LOOK_EVERY_S: Final = 0.05
_TIMEOUT_EACH_S: Final = 3.0
_AHEAD_S: Final = 0.3
_ENDING_S: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One channel of a common start."""

    channel: str
    cell: Path
    protocol: Path
    bench: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedTogether:
    """Runs that began at one moment of the machine's monotonic clock, in s."""

    monotonic_s: float
    runs: tuple[StartedRun, ...]


@dataclass(slots=True)
class _Waiting:
    """One of the workers on their way to the gate."""

    member: Member
    folder: RunFolder
    supervisor: ProcessId
    answered: StartedRun | None = None


def start_together(
    members: Sequence[Member],
    *,
    data_dir: Path | None = None,
    operator: str | None = None,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    timeout_s: float | None = None,
) -> StartedTogether:
    """Start one run on each channel, all at one moment, in processes that outlive this one.

    Raises ``PreflightError`` or ``FileError`` with everything that is wrong with the files, and
    ``StartError`` naming every channel that did not begin, and why: then none has begun, and no
    output was touched. ``timeout_s`` is 60 s and 3 s for each channel if unset.
    """
    check_together(members)
    runs = (data_dir or default_data_dir()).resolve()
    limit_s = START_TIMEOUT_S + _TIMEOUT_EACH_S * len(members) if timeout_s is None else timeout_s
    gate = _new_gate(runs)
    waiting: list[_Waiting] = []
    with _called_off_if_it_fails(gate, waiting):
        for member in members:
            folder = prepare_run(
                protocol=member.protocol,
                bench=member.bench,
                cell=member.cell,
                channel=member.channel,
                data_dir=runs,
                operator=operator or user_name(),
                options={"gate": str(gate.path)},
            )
            waiting.append(_Waiting(member, folder, launch(folder, command)))
        started = _all_answered(waiting, limit_s)
        at_s = gate.open_in(_AHEAD_S)
    return StartedTogether(monotonic_s=at_s, runs=started)


def check_together(members: Sequence[Member]) -> tuple[str, ...]:
    """Check all channels before any is started; return what to be warned of.

    Raises ``PreflightError`` with what is wrong on any of them, each line beginning with the
    channel, and with every channel or cell that is named twice.
    """
    from ..preview.preflight import (  # slow to import, and the window waits
        PreflightError,
        preflight,
    )

    problems = [] if members else ["no channel is named"]
    warnings: list[str] = []
    channels: set[tuple[Path, str]] = set()
    cells: dict[str, str] = {}
    for member in members:
        place = (member.bench.resolve(), member.channel)
        if place in channels:
            problems.append(f"{member.channel}: is named twice")
        channels.add(place)
        try:
            checked = preflight(member.protocol, member.bench, member.channel, member.cell)
            checked.raise_problems()
        except ValueError as error:
            problems += [f"{member.channel}: {line}" for line in str(error).splitlines()]
            continue
        name = checked.cell.name
        if name in cells:
            problems.append(
                f"{member.channel}: cell {name} is on {cells[name]} already: a cell sits on one "
                f"channel ({member.cell})"
            )
        cells[name] = member.channel
        warnings += [f"{member.channel}: {text}" for text in checked.warnings]
    if problems:
        raise PreflightError("\n".join(problems))
    return tuple(warnings)


def _all_answered(waiting: Sequence[_Waiting], timeout_s: float) -> tuple[StartedRun, ...]:
    """Wait for every instrument. Raises ``StartError`` as soon as one of them fails to answer."""
    clock = SystemClock()
    while True:
        late = [each for each in waiting if not _has_answered(each)]
        if not late:
            break
        if clock.now_s() > timeout_s:
            names = ", ".join(each.member.channel for each in late)
            raise StartError(f"{names}: no answer within {timeout_s:g} s")
        clock.sleep_until(clock.now_s() + _LOOK_EVERY_S)
    for each in waiting:  # once more, now that the last has answered
        if not each.supervisor.is_alive():
            raise StartError(f"{each.member.channel}: ended while it waited for the others")
    return tuple(each.answered for each in waiting if each.answered is not None)


def _has_answered(each: _Waiting) -> bool:
    try:
        each.answered = look_at_start(each.folder, each.supervisor)
    except StartError as error:
        raise StartError(f"{each.member.channel}: {error}") from None
    return each.answered is not None


@contextmanager
def _called_off_if_it_fails(gate: GateFile, waiting: Sequence[_Waiting]) -> Iterator[None]:
    """If one does not begin, or whoever starts is broken off: let none pass, and see them end."""
    try:
        yield
    except StartError as error:
        gate.call_off(str(error))
        _see_them_end(waiting)
        raise StartError(f"none of {len(waiting)} runs began: {error}") from error
    except BaseException:
        gate.call_off("the start was broken off")
        raise


def _see_them_end(waiting: Sequence[_Waiting]) -> None:
    """Wait a while, so that instruments and channels are free when this returns."""
    clock = SystemClock()
    while any(each.supervisor.is_alive() for each in waiting) and clock.now_s() < _ENDING_S:
        clock.sleep_until(clock.now_s() + _LOOK_EVERY_S)


def _new_gate(runs: Path) -> GateFile:
    folder = runs / "together"
    folder.mkdir(parents=True, exist_ok=True)
    gate = GateFile(folder / f"{datetime.now():%Y-%m-%dT%H%M%S}_{uuid4().hex[:8]}.json")
    gate.shut()
    return gate
