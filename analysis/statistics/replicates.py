"""Replicates are cells: a run counts once, and tests of one cell are not independent."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def require_different(names: Sequence[str], contents: Sequence[Hashable]) -> None:
    """Refuse a run that is given more than once, whatever its file is called.

    ``contents`` are what tells two runs apart, as a rule the digests of their rows.

    Raises
    ------
    ValueError
        With the names, where two contents are the same: its scatter would be taken for too small.

    Examples
    --------
    >>> require_different(["a", "b", "a"], ["4f", "07", "4f"])
    Traceback (most recent call last):
    ...
    ValueError: a: given more than once; replicates are different cells, each with a run of its own
    """
    for at, content in enumerate(contents):
        if content in contents[:at]:
            raise ValueError(
                f"{names[at]}: given more than once; replicates are different cells, each with a "
                "run of its own"
            )


def warned_of_repeated_cells(cells: Sequence[str]) -> tuple[str, ...]:
    """Return a warning where a cell's name comes more than once, else nothing.

    >>> warned_of_repeated_cells(["LPSCl-1", "LPSCl-2"])
    ()
    >>> warned_of_repeated_cells(["LPSCl-1", "LPSCl-1"])[0][:42]
    'LPSCl-1: more than one test of the same ce'
    """
    repeated = sorted({name for name in cells if list(cells).count(name) > 1})
    if not repeated:
        return ()
    return (
        f"{', '.join(repeated)}: more than one test of the same cell; replicates are cells, and "
        "tests of one cell are not independent",
    )
