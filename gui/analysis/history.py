"""Undo and redo, without Qt: each step keeps the whole state, which shares what did not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")
STEPS_AT_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class _Step(Generic[T]):
    state: T
    words: str
    merge: object


class History(Generic[T]):
    """States one after another. Steps of one ``merge`` that follow each other become one.

    >>> history = History("a")
    >>> history.push("b", "type b"); history.push("c", "type c")
    >>> history.undo(), history.state, history.redo_words
    ('type c', 'b', 'type c')
    """

    def __init__(self, state: T) -> None:
        self._steps: list[_Step[T]] = [_Step(state, "", None)]
        self._at = 0

    @property
    def state(self) -> T:
        """What is now."""
        return self._steps[self._at].state

    @property
    def undo_words(self) -> str:
        """What undoing would take back; empty if there is nothing."""
        return self._steps[self._at].words

    @property
    def redo_words(self) -> str:
        """What redoing would do again; empty if there is nothing."""
        return self._steps[self._at + 1].words if self._at + 1 < len(self._steps) else ""

    def push(self, state: T, words: str, merge: object = None) -> None:
        """Make a step, named in words. What was undone before is gone."""
        del self._steps[self._at + 1 :]
        last = self._steps[-1]
        if merge is not None and last.merge == merge and self._at > 0:
            self._steps[-1] = _Step(state, words, merge)
            return
        self._steps.append(_Step(state, words, merge))
        if len(self._steps) > STEPS_AT_MOST:
            del self._steps[0]
            self._steps[0] = _Step(self._steps[0].state, "", None)
        self._at = len(self._steps) - 1

    def undo(self) -> str:
        """Go one step back and return its words; empty where there is none."""
        words = self.undo_words
        if self._at > 0:
            self._at -= 1
        return words

    def redo(self) -> str:
        """Go one step forward and return its words; empty where there is none."""
        words = self.redo_words
        if words:
            self._at += 1
        return words
