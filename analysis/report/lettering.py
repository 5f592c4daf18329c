"""How wide words are on paper, by the font's own metrics, and where a line of them breaks."""

import re
from collections.abc import Callable
from typing import Any, Final

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

_FONT: Final = "DejaVu Sans"
_RULER_DPI: Final = 600.0  # fine enough that hinting does not widen the text
_AFTER_SLASH: Final = re.compile(r"(?<=/)(?=[^\s/])")
_LEAST_PIECE: Final = 4
_ROUNDING_IN: Final = 1e-6


class Ruler:
    """Measures text; what was measured once is remembered."""

    def __init__(self) -> None:
        renderer: Any = RendererAgg  # untyped in matplotlib; only asked how wide a text is
        self._renderer = renderer(1, 1, _RULER_DPI)
        self._known: dict[tuple[str, float, str], float] = {}

    def width_in(self, text: str, size: float, weight: str = "normal") -> float:
        """Return the width of a line in inches; ``size`` in points."""
        key = (text, size, weight)
        if key not in self._known:
            font = FontProperties(family=_FONT, size=size, weight=weight)
            width_px, _, _ = self._renderer.get_text_width_height_descent(text, font, ismath=False)
            self._known[key] = float(width_px) / _RULER_DPI
        return self._known[key]

    def wrapped(self, text: str, width_in: float, size: float, weight: str = "normal") -> list[str]:
        """Break into lines that fit, at blanks and behind slashes; only what has none is cut."""

        def fits(line: str) -> bool:
            return self.width_in(line, size, weight) <= width_in + _ROUNDING_IN

        lines: list[str] = []
        for word in text.split():
            for number, piece in enumerate(pieces(word)):
                joined = f"{lines[-1]}{'' if number else ' '}{piece}" if lines else piece
                if lines and fits(joined):
                    lines[-1] = joined
                else:
                    lines.extend(_cut(piece, fits))
        return lines or [""]


def pieces(word: str) -> list[str]:
    """Return the parts of a word between which a line may break: behind a slash.

    >>> pieces("mA/cm²"), pieces("soft"), pieces("a//b")
    (['mA/', 'cm²'], ['soft'], ['a//', 'b'])
    """
    return _AFTER_SLASH.split(word)


def _cut(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Pieces of a word without blanks (a hash, a name of a file) that fit the width."""
    found = [word]
    while not fits(found[-1]) and len(found[-1]) > _LEAST_PIECE:
        whole = found.pop()
        ends = range(len(whole) - 1, _LEAST_PIECE - 1, -1)
        at = next((n for n in ends if fits(whole[:n])), _LEAST_PIECE)
        found += [whole[:at], whole[at:]]
    return found
