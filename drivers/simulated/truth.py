"""What really happens in a simulated cell: for tests and demonstrations, never for drivers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TextIO


class Transition(NamedTuple):
    """A change of the cell's hidden label, with the last direct current that was not zero.

    That is the current set where a current is sourced, even if a limit held it back. Positive
    strips the working electrode; 0 if none has flowed yet.
    """

    time_s: float
    label: str
    last_nonzero_dc_current_a: float


class TruthLog:
    """Label transitions of one cell in order, beginning with its state at the start.

    ``facts`` are what was settled at the start, by names that end in their units. A symmetric cell
    has its own ``critical_current_density_a_m2``, drawn once, at the temperature of the start:
    local current beyond it grows dendrites.
    """

    def __init__(self, facts: Mapping[str, float]) -> None:
        self.facts = dict(facts)
        self.transitions: list[Transition] = []
        self._file: TextIO | None = None

    @property
    def label(self) -> str:
        """What the cell is now, in the words of its sort."""
        return self.transitions[-1].label

    def write_to(self, path: Path) -> None:
        """Write the log so far, and all that follows, to ``path``: JSON lines, each flushed."""
        self.close()
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._say(dict(self.facts))
        for transition in self.transitions:
            self._say(transition._asdict())

    def note_label(self, time_s: float, label: str, last_nonzero_dc_current_a: float) -> None:
        """Append a transition, if the label is another than before."""
        if self.transitions and label == self.label:
            return
        transition = Transition(time_s, label, last_nonzero_dc_current_a)
        self.transitions.append(transition)
        self._say(transition._asdict())

    def note_output(self, time_s: float, output: str) -> None:
        """Record what the instrument's output became: open, current or voltage."""
        self._say({"time_s": time_s, "output": output})

    def close(self) -> None:
        """Close the file, if one is written. May be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _say(self, fact: dict[str, object]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(fact) + "\n")
            self._file.flush()
