"""Words beside the points of a panel: where they have room, anew whenever one zooms."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject

from ...analysis.sheets.plot import Floats
from ...analysis.sheets.point_labels import placed
from ..theme import Theme

_SIZE_PT = 8


class PointWords(QObject):
    """Shows as many of the words as do not lie on each other, and hides the others."""

    def __init__(self, box: Any, theme: Theme) -> None:
        super().__init__()
        self._box, self._theme = box, theme
        self._x, self._y = np.zeros(0), np.zeros(0)
        self._words: list[str] = []
        self.texts: dict[int, Any] = {}
        box.sigResized.connect(self.place)
        box.sigRangeChanged.connect(self.place)

    def add(self, x: Floats, y: Floats, words: tuple[str, ...]) -> None:
        """Add points where they are drawn, shape (n,); those without a word are kept clear."""
        start = len(self._words)
        for place, word in enumerate(words):
            if word:
                text = pg.TextItem(word, color=self._theme.text)
                font = text.textItem.font()
                font.setPointSize(_SIZE_PT)
                text.setFont(font)
                text.setPos(float(x[place]), float(y[place]))
                self._box.addItem(text, ignoreBounds=True)
                self.texts[start + place] = text
        self._x, self._y = np.concatenate([self._x, x]), np.concatenate([self._y, y])
        self._words += words

    def place(self, *_: object) -> None:
        """Find where each has room."""
        frame = self._box.rect()
        if not self.texts or not frame.width() or not frame.height():
            return
        (left, right), (low, high) = self._box.viewRange()
        found = placed(
            (self._x - left) / ((right - left) or 1.0) * frame.width(),
            (self._y - low) / ((high - low) or 1.0) * frame.height(),
            self._words,
            [self._extent(number)[0] for number in range(len(self._words))],
            max(self._extent(number)[1] for number in self.texts),
            (frame.width(), frame.height()),
        )
        shown = {place.index for place in found}
        for number, text in self.texts.items():
            text.setVisible(number in shown)
        for place in found:
            anchor = (0 if place.right > 0 else 1, 1 if place.above > 0 else 0)
            self.texts[place.index].setAnchor(anchor)

    def _extent(self, number: int) -> tuple[float, float]:
        if number not in self.texts:
            return 0.0, 0.0
        own = self.texts[number].textItem.boundingRect()
        return own.width(), own.height()
