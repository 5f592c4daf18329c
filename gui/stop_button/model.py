"""Which runs the stop button covers, and whether they have obeyed. No widget in here."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...acquisition.control.stop import StopFile, StopKind
from ...acquisition.control.stop_all import living_runs, stop_everything
from ...acquisition.run_folder import RunFolder
from ...acquisition.runs import state_of_any
from ...acquisition.session import RunStateName
from ..theme import Tone

OVERDUE_S: Final = 5.0
_NAMED_AT_MOST: Final = 4
_GOES_ON: Final = (RunStateName.RUNNING, RunStateName.PAUSED, RunStateName.RECOVERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obeyed:
    """What became of one run that was asked: whether its cell is open, and whether it goes on."""

    channel: str
    is_open: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What the window says under its button."""

    text: str
    tone: Tone


def covered(data_dir: Path) -> tuple[RunFolder, ...]:
    """The runs that would be stopped now."""
    return tuple(living_runs(data_dir))


def ask_at_once(folders: Iterable[RunFolder], who: str) -> None:
    """Leave the request beside runs that are known already: a file each, and nothing is read."""
    for folder in folders:
        StopFile(folder.stop_file).ask(StopKind.EMERGENCY_STOP, who)


def ask_the_rest(data_dir: Path, who: str) -> None:
    """Ask every other run of the folder, and hold the queues."""
    stop_everything(data_dir, who, emergency=True)


def obeyed(folders: Iterable[RunFolder]) -> tuple[Obeyed, ...]:
    """Look what became of runs that were asked."""
    return tuple(_obeyed(folder) for folder in folders)


def told_of(runs: int) -> Line:
    """How many runs would be stopped now."""
    if runs == 0:
        return Line("No run is under way", "muted")
    return Line(f"Stops {runs} run{'s' * (runs > 1)} at once, without asking", "plain")


def told_of_asked(asked: tuple[Obeyed, ...], since_s: float) -> Line:
    """What came of it so far, ``since_s`` after the button was pressed."""
    if not asked:
        return Line("Pressed; no run was under way", "warning")
    shut = [run.channel for run in asked if not run.is_open]
    cells = f"{len(asked) - len(shut)} of {len(asked)} cells open"
    if not shut:
        ended = "" if not any(run.goes_on for run in asked) else "; their ends are being recorded"
        return Line(f"✔ Pressed: {cells}{ended}", "good")
    names = ", ".join(shut[:_NAMED_AT_MOST]) + " …" * (len(shut) > _NAMED_AT_MOST)
    if since_s < OVERDUE_S:
        return Line(f"Pressed: {cells}; waiting for {names}", "warning")
    return Line(f"⚠ {cells}. NOT KNOWN TO BE OPEN: {names}. Go and look.", "danger")


def _obeyed(folder: RunFolder) -> Obeyed:
    if not folder.run_file.exists():  # it had not begun: it touches nothing before it looks
        never = StopFile(folder.stop_file).acknowledged() or folder.failure_file.exists()
        return Obeyed(channel=folder.run_id, is_open=never, goes_on=not never)
    state = state_of_any(folder.run_file)
    return Obeyed(
        channel=state.channel or folder.run_id,
        is_open=state.safe or StopFile(folder.stop_file).acknowledged(),
        goes_on=state.state in _GOES_ON,
    )
