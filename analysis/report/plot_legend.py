"""The legend of a panel: where it covers nothing, and only what no panel before it has told."""

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes

from ..sheets.plot import Panel, entries

_SIZE: Final = 6.5
_MOST: Final = 9
_ONE_LINE: Final = 4


def draw_legend(
    axes: Axes, panel: Panel, handles: Sequence[Any], told: frozenset[tuple[str, int]]
) -> None:
    """Draw the legend of a panel; ``told`` are the entries of the panels before it.

    One name alone needs none, and more than nine help nobody. With a scale on the right or equal
    scales, which leave no corner free, it stands above the panel.
    """
    named = [h for h in handles if h.get_label() and not str(h.get_label()).startswith("_")]
    if not 1 < len(named) <= _MOST or entries(panel) <= told:
        return
    if (panel.right is not None or panel.equal) and len(named) <= _ONE_LINE:
        right = panel.right is not None
        at: dict[str, Any] = {"loc": f"lower {'right' if right else 'left'}"}
        at["bbox_to_anchor"] = (float(right), 1.0)
        axes.legend(handles=named, ncols=len(named), fontsize=_SIZE, borderaxespad=0.1, **at)
    else:
        axes.legend(handles=named, loc="best", fontsize=_SIZE)
