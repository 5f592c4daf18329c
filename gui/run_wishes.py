"""What a person may ask of a run, and in which states it may be asked. No widget in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..acquisition.session import RunStateName


class Wish(StrEnum):
    """What may be asked of a run in view."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    STOP = "stop"


NOTHING: Final[frozenset[Wish]] = frozenset()
ALLOWED: Final[Mapping[RunStateName, frozenset[Wish]]] = {
    **dict.fromkeys(RunStateName, NOTHING),
    RunStateName.RUNNING: frozenset({Wish.PAUSE, Wish.SKIP, Wish.STOP}),
    RunStateName.PAUSED: frozenset({Wish.RESUME, Wish.SKIP, Wish.STOP}),
    RunStateName.RECOVERING: frozenset({Wish.STOP}),
}
"""What each state allows; whatever is not under way allows nothing."""

OPEN, REST = "open", "rest"
"""The ways to pause: the cell is open, or held at 0 A and measured on."""


@dataclass(frozen=True, slots=True)
class WishWords:
    """How a wish is put: its key in the messages, while it waits, and what it came to."""

    asked: str
    accepted: str
    refused: str


WORDS: Final[Mapping[Wish, WishWords]] = {
    Wish.PAUSE: WishWords("Pause", "is being paused", "was not paused"),
    Wish.RESUME: WishWords("Resumption", "goes on with what was left", "was not resumed"),
    Wish.SKIP: WishWords("Skip", "goes on with the next segment", "skipped nothing"),
}
SKIP_TEXT: Final = (
    "Skip {segment} of {run}? It ends now, what was measured stays, and the next segment begins. "
    "A step of which a half-cycle was skipped never counts as passed."
)
REST_TEXT: Final = (
    "Paused, and held at 0 A: the limits are watched, but the output is on. It opens if the "
    "computer fails."
)
