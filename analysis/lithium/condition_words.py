"""The conditions of cells in words, for sheets."""

from __future__ import annotations

from collections.abc import Sequence

from ..units import MILLIAMPERE_HOUR_PER_CM2
from ..wording import NOT_GIVEN
from .critical_current_map import Condition


def condition_texts(conditions: Sequence[Condition]) -> tuple[tuple[str, str], ...]:
    """Label and text of each condition; several values are listed.

    >>> at = Condition(areal_capacity_c_per_m2=18e3, stack_pressure_pa=5e6, temperature_k=298.15)
    >>> condition_texts([at])[1]
    ('stack pressure', '5 MPa')
    """
    rounded = [condition.rounded for condition in conditions]
    return (
        (
            "charge per half-cycle",
            _listed(
                [c.areal_capacity_c_per_m2 for c in rounded],
                1 / MILLIAMPERE_HOUR_PER_CM2,
                "mAh/cm²",
            ),
        ),
        ("stack pressure", _listed([c.stack_pressure_pa for c in rounded], 1e-6, "MPa")),
        ("temperature", _listed([c.temperature_k for c in rounded], 1.0, "K")),
    )


def condition_text(condition: Condition) -> str:
    """One condition in a line.

    >>> condition_text(
    ...     Condition(areal_capacity_c_per_m2=3600.0, stack_pressure_pa=None, temperature_k=298.0)
    ... )
    '0.1 mAh/cm², 298 K'
    """
    texts = (text for _, text in condition_texts([condition]))
    return ", ".join(text for text in texts if text != NOT_GIVEN) or NOT_GIVEN


def told_once(warnings: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Pairs of a cell and a warning as lines, the same warning of several cells as one.

    >>> told_once([("a", "no spectrum"), ("b", "no spectrum"), ("b", "voids")])
    ('2 cells (a, b): no spectrum', 'b: voids')
    """
    cells: dict[str, list[str]] = {}
    for cell, text in warnings:
        cells.setdefault(text, []).append(cell)
    return tuple(f"{_named(named)}: {text}" for text, named in cells.items())


def _named(cells: Sequence[str]) -> str:
    if len(cells) == 1:
        return cells[0]
    shown = ", ".join(cells[:3])
    return f"{len(cells)} cells ({shown}{', …' if len(cells) > 3 else ''})"


def _listed(values: Sequence[float | None], factor: float, unit: str) -> str:
    known = sorted({value * factor for value in values if value is not None})
    if not known:
        return NOT_GIVEN
    text = f"{', '.join(f'{value:.3g}' for value in known)} {unit}"
    return f"{text} (not given for some)" if None in values else text
