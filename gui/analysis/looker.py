"""Insights into spectra, worked out in a thread and remembered."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from ...analysis.impedance import Spectrum
from ..background import Background
from .insight import Insight, Relaxation, look_into


class Looker(QObject):
    """One spectrum at a time, and of those asked for meanwhile the last; ``looked`` has its key."""

    looked = Signal(str)

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._found: dict[str, Insight] = {}
        self._busy_with = ""
        self._next: tuple[str, Spectrum] | None = None

    def found(self, key: str) -> Insight | None:
        """What is known of a spectrum; ``None`` if nothing is yet."""
        return self._found.get(key)

    def look(self, key: str, spectrum: Spectrum) -> None:
        """Look into a spectrum, unless that has been done."""
        if key in self._found or key == self._busy_with:
            return
        if self._busy_with:
            self._next = (key, spectrum)
            return
        self._busy_with = key
        self._background.run(
            partial(look_into, spectrum), self._take, lambda error: self._take(_nothing(error))
        )

    def _take(self, insight: Insight) -> None:
        key, self._busy_with = self._busy_with, ""
        self._found[key] = insight
        self.looked.emit(key)
        if self._next is not None:
            wanted, self._next = self._next, None
            self.look(*wanted)


def _nothing(error: BaseException) -> Insight:
    """What is shown where looking itself failed."""
    nothing = np.empty(0)
    told = str(error) or type(error).__name__
    return Insight(
        told, "danger", nothing, Relaxation(nothing, nothing, nothing, nothing, nothing, (), told)
    )
