"""The words beside the points of a plot, drawn with matplotlib where they have room."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from ..sheets.plot import Item, Line, Points
from ..sheets.point_labels import placed, words_of

_SIZE: Final = 6.0
_APART: Final = 3.0
"""Between a point and its word, in points of the font."""
_LETTER: Final = 0.62
"""Mean width of a letter, in sizes of the font."""
_POINTS_PER_INCH: Final = 72.0


def write_labels(axes: Axes, items: Sequence[Item]) -> None:
    """Write the labels of all points of a panel that is otherwise drawn."""
    drawn = [item for item in items if isinstance(item, Points | Line)]
    words = [word for item in drawn for word in words_of(item)]
    if not any(words):
        return
    axes.autoscale_view()
    axes.apply_aspect()
    point_px = axes.figure.get_dpi() / _POINTS_PER_INCH
    frame = axes.get_window_extent()
    x, y = (np.concatenate([getattr(item, name) for item in drawn]) for name in "xy")
    at = axes.transData.transform(np.column_stack([x, y])) - (frame.x0, frame.y0)
    widths = [(len(word) * _LETTER * _SIZE + _APART) * point_px for word in words]
    height = (1.2 * _SIZE + _APART) * point_px
    for place in placed(at[:, 0], at[:, 1], words, widths, height, (frame.width, frame.height)):
        axes.annotate(
            words[place.index],
            (float(x[place.index]), float(y[place.index])),
            xytext=(_APART * place.right, _APART * place.above),
            textcoords="offset points",
            ha="left" if place.right > 0 else "right",
            va="bottom" if place.above > 0 else "top",
            fontsize=_SIZE,
        )
