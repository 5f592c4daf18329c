"""A legend in the corner of a panel that has the least in it."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ..theme import Theme

Floats = NDArray[np.float64]
Course = tuple[Any, Floats, Floats]

_CORNERS: Final = ((1, 0), (0, 0), (1, 1), (0, 1))
"""Right and left above, right and left below; the first of equals is taken."""
_MARGIN_PX: Final = 8
_STEPS: Final = 40
_OPACITY: Final = 215


def emptiest_corner(x: Floats, y: Floats, width: float, height: float) -> tuple[int, int]:
    """Return the corner (1 is right, 1 is below) where fewest of the points would be covered.

    ``x`` and ``y``, shape (n,), are shares of the panel from its lower left; the legend takes
    ``width`` and ``height`` of it.

    >>> emptiest_corner(np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.5, 0.9]), 0.3, 0.3)
    (0, 0)
    """
    covered = []
    for right, below in _CORNERS:
        along = x >= 1 - width if right else x <= width
        up = y <= height if below else y >= 1 - height
        covered.append(int(np.count_nonzero(along & up)))
    return _CORNERS[int(np.argmin(covered))]


def between(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return a line's points with points between them, so that what it crosses is seen.

    >>> len(between(np.array([0.0, 1.0]), np.array([0.0, 2.0]))[1])
    40
    """
    if x.size < 2 or x.size > 50 * _STEPS:
        return x, y
    places = np.linspace(0, x.size - 1, max(_STEPS, 4 * x.size))
    index = np.arange(x.size)
    return np.interp(places, index, x), np.interp(places, index, y)


class PlacedLegend(QObject):
    """Goes to another corner when the panel changes its size or what it shows."""

    def __init__(self, plot: Any, theme: Theme) -> None:
        super().__init__()
        shade = pg.mkColor(theme.panel)
        shade.setAlpha(_OPACITY)
        self._plot = plot
        self._courses: list[Course] = []
        self.corner = _CORNERS[0]
        self.legend = plot.addLegend(
            offset=(-_MARGIN_PX, _MARGIN_PX),
            labelTextColor=theme.text,
            labelTextSize="8pt",
            brush=shade,
        )
        plot.vb.sigResized.connect(self.place)
        plot.vb.sigRangeChanged.connect(self.place)

    def add(self, made: Any, name: str) -> None:
        """Name an item."""
        self.legend.addItem(made, name)

    def keep_clear_of(self, box: Any, x: Floats, y: Floats) -> None:
        """Count points of a view box, shape (n,), among what should not be covered."""
        self._courses.append((box, x, y))

    def hide_unless(self, names: Sequence[int]) -> None:
        """Hide it where it would name too few or too many: between ``names`` is right."""
        low, high = names
        if not low <= len(self.legend.items) <= high:
            self.legend.hide()

    def place(self, *_: object) -> None:
        """Go to the emptiest corner."""
        frame, own = self._plot.vb.rect(), self.legend.boundingRect()
        if frame.width() < own.width() or frame.height() < own.height() or not self._courses:
            return
        shares = [_shares(box, x, y) for box, x, y in self._courses]
        corner = emptiest_corner(
            np.concatenate([x for x, _ in shares]),
            np.concatenate([y for _, y in shares]),
            (own.width() + 2 * _MARGIN_PX) / frame.width(),
            (own.height() + 2 * _MARGIN_PX) / frame.height(),
        )
        if corner != self.corner:
            self.corner = corner
            inwards = [-_MARGIN_PX if end else _MARGIN_PX for end in corner]
            self.legend.anchor(corner, corner, offset=inwards)


def _shares(box: Any, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    found = []
    for values, (low, high) in zip((x, y), box.viewRange(), strict=True):
        found.append((values - low) / (high - low or 1.0))
    with np.errstate(invalid="ignore"):
        inside = np.all([(share >= 0) & (share <= 1) for share in found], axis=0)
    return found[0][inside], found[1][inside]
