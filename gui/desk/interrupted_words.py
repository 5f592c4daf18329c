"""Runs that broke off, in words: what is known of them and what may be done. No widget here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ...acquisition.glances.glance import natural_order
from ...acquisition.session import InterruptedRun
from ..display_units import duration_text
from ..rows_model import Row
from ..run_words import STATES

COLUMNS: Final = ("", "Ch.", "Run", "Broke off in", "Cell", "Last heard of")


class Way(StrEnum):
    """What may be done about a run that broke off."""

    CONTINUE = "continue"
    ASK = "ask"
    OPEN = "open"
    GIVE_UP = "give up"


@dataclass(frozen=True, slots=True)
class WayWords:
    """The button of a way, and what it does."""

    button: str
    meaning: str


WAYS: Final = {
    Way.CONTINUE: WayWords(
        "Continue",
        "Meets the instrument, opens its cell, and goes on with what was left of the segment. "
        "The gap is kept, and told with every result.",
    ),
    Way.ASK: WayWords(
        "Continue, paused",
        "The same, but the cell stays open and the run paused until you press Resume.",
    ),
    Way.OPEN: WayWords(
        "Open the cell",
        "Asks the instrument what it does, and opens the cell. The run stays as it is.",
    ),
    Way.GIVE_UP: WayWords(
        "Give up",
        "Opens the cell and ends the run for good. What was measured stays.",
    ),
}


def allowed(run: InterruptedRun | None) -> frozenset[Way]:
    """What may be done about a run; nothing where none is picked."""
    if run is None:
        return frozenset()
    ways = {Way.OPEN, Way.GIVE_UP}
    return frozenset(ways | {Way.CONTINUE, Way.ASK} if run.may_continue else ways)


def row_of(run: InterruptedRun) -> Row:
    """A run that broke off as a row of the table."""
    words = STATES[run.state]
    cell = "open" if run.cell == "open" else "⚠ not known to be open"
    return Row(
        texts=(words.icon, run.channel, run.run_id, _segment(run), cell, _when(run)),
        key=run.run_id,
        tip=f"{words.text}. {run.detail}".rstrip(),
        tone="danger" if run.cell != "open" else words.tone,
    )


def why_not(run: InterruptedRun | None) -> str:
    """Why a run cannot be gone on with; empty if it can."""
    if run is None or run.may_continue:
        return ""
    return f"It cannot be gone on with: {run.why_not}."


def notice_of(runs: Sequence[InterruptedRun]) -> str:
    """What to say at the start of the window; empty if nothing broke off."""
    if not runs:
        return ""
    shut = sorted({run.channel for run in runs if run.cell != "open"}, key=natural_order)
    many = f"{len(runs)} runs broke off and wait" if len(runs) > 1 else "A run broke off and waits"
    danger = f" On {', '.join(shut)} the cell is not known to be open." if shut else ""
    return f"{many} for you to decide: {', '.join(run.run_id for run in runs[:3])}.{danger}"


def _segment(run: InterruptedRun) -> str:
    if not run.segment:
        return "between two segments"
    if run.done_s is None or run.duration_s is None:
        return run.segment
    return f"{run.segment}, {duration_text(run.done_s)} of {duration_text(run.duration_s)}"


def _when(run: InterruptedRun) -> str:
    heard = datetime.fromisoformat(run.last_heard_utc).astimezone()
    return f"{heard:%Y-%m-%d %H:%M}"
