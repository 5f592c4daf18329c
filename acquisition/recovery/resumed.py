"""What a worker is handed to go on with a run: where it broke off, and what became of the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .replay import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A run that goes on.

    ``elapsed_s`` is the run's time now, the gap counted in; ``said`` is the body of the event
    ``run_resumed`` and ``gap`` that of the event ``gap``.
    """

    position: Position
    elapsed_s: float
    said: Mapping[str, Any] = field(default_factory=dict)
    gap: Mapping[str, Any] = field(default_factory=dict)
