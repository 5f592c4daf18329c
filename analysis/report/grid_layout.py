"""How the columns of a table share a page: each as wide as it needs, on as small a page as goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .lettering import pieces
from .table import Grid

SIZES: Final = (7.5, 7.0, 6.5, 6.0, 5.5)
"""Of the letters in points, the largest first; below the last nobody reads."""
PADDING_IN: Final = 0.08
_LONGEST_WORD_IN: Final = 1.6
"""A longer word (a hash, a name of a file) may be cut."""
_FULL_LINES: Final = 3.0
"""A cell of so many full lines takes about five: words do not fill them."""
Measure = Callable[[str, float], float]


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Widths of the columns in inches, size of the letters in points, and whether on its side."""

    widths_in: tuple[float, ...]
    size: float
    landscape: bool


def lay_out(grid: Grid, measure: Measure, upright_in: float, landscape_in: float) -> GridLayout:
    """Return how a grid is best printed.

    ``measure(text, size)`` is the width of a line in inches; ``upright_in`` and ``landscape_in``
    are the widths that a page has for it. No word is broken, and no cell is longer than five lines,
    as long as smaller letters, and then a page on its side, avoid that. What is left beyond the
    longest words goes to the columns that would have to break lines, the short ones first; a table
    that fits as it is fills the page.

    >>> narrow = Grid("t", ("cell", "remark"), (("1", "a b c"),))
    >>> lay_out(narrow, lambda text, size: len(text) * size / 100, 6.0, 10.0).landscape
    False
    """
    columns = list(zip(grid.header, *grid.rows, strict=True))
    whole = []
    for landscape, width_in in ((False, upright_in), (True, landscape_in)):
        for size in SIZES:
            least = [_longest_word_in(column, size, measure) for column in columns]
            if sum(least) > width_in:
                continue
            most = [_longest_line_in(column, size, measure) for column in columns]
            made = GridLayout(_shared(least, most, width_in), size, landscape)
            lines = max(map(_lines, most, made.widths_in))
            if lines <= _FULL_LINES:
                return made
            whole.append((lines, made))
    if whole:
        return min(whole, key=lambda one: one[0])[1]
    least = [_longest_word_in(column, SIZES[-1], measure) for column in columns]
    shrunk = tuple(one * landscape_in / sum(least) for one in least)
    return GridLayout(shrunk, SIZES[-1], landscape=True)


def _longest_word_in(column: Sequence[str], size: float, measure: Measure) -> float:
    words = {piece for text in column for word in text.split() for piece in pieces(word)}
    longest = max((measure(word, size) for word in words), default=0.0)
    return min(longest, _LONGEST_WORD_IN) + PADDING_IN


def _longest_line_in(column: Sequence[str], size: float, measure: Measure) -> float:
    """The longest text of a column in one line, its heading in two."""
    heading, *texts = (measure(" ".join(text.split()), size) for text in column)
    return max(heading / 2, *texts, 0.0) + PADDING_IN


def _lines(most_in: float, width_in: float) -> float:
    """How many full lines the longest text of a column would fill."""
    return (most_in - PADDING_IN) / (width_in - PADDING_IN)


def _shared(least: Sequence[float], most: Sequence[float], width_in: float) -> tuple[float, ...]:
    """Widths that fill the page: all columns get alike of what is left, none more than it wants."""
    widths, left_in = list(least), width_in - sum(least)
    wants = [max(high - low, 0.0) for low, high in zip(least, most, strict=True)]
    waiting = sorted(range(len(wants)), key=lambda number: wants[number])
    for count, number in enumerate(waiting):
        given = min(wants[number], left_in / (len(waiting) - count))
        widths[number] += given
        left_in -= given
    return tuple(width * width_in / sum(widths) for width in widths)
