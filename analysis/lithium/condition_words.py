"""The conditions of cells in words, for sheets."""

from __future__ import annotations

from collections.abc import Sequence

from ..units import MEGAPASCAL, MILLIAMPERE_HOUR_PER_CM2, ZERO_CELSIUS_K
from ..wording import NOT_GIVEN
from .critical_current_map import Condition


def condition_texts(conditions: Sequence[Condition]) -> tuple[tuple[str, str], ...]:
    """Label and text of each condition; several values are listed.

    >>> at = Condition(areal_capacity_c_per_m2=18e3, stack_pressure_pa=5e6, temperature_k=298.15)
    >>> condition_texts([at])[1:]
    (('stack pressure', '5 MPa'), ('temperature', '25 °C'))
    """
    rounded = [condition.rounded for condition in conditions]
    return (
        (
            "charge per half-cycle",
            _listed(
                [_over(c.areal_capacity_c_per_m2, MILLIAMPERE_HOUR_PER_CM2) for c in rounded],
                "mAh/cm²",
            ),
        ),
        (
            "stack pressure",
            _listed([_over(c.stack_pressure_pa, MEGAPASCAL) for c in rounded], "MPa"),
        ),
        ("temperature", _listed([_celsius(c.temperature_k) for c in rounded], "°C")),
    )


def condition_text(condition: Condition) -> str:
    """One condition in a line.

    >>> condition_text(
    ...     Condition(areal_capacity_c_per_m2=3600.0, stack_pressure_pa=None, temperature_k=298.0)
    ... )
    '0.1 mAh/cm², 25 °C'
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


def _over(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit


def _celsius(kelvin: float | None) -> float | None:
    """In whole degrees, and no minus before a zero."""
    return None if kelvin is None else round(kelvin - ZERO_CELSIUS_K) + 0.0


def _listed(values: Sequence[float | None], unit: str) -> str:
    known = sorted({value for value in values if value is not None})
    if not known:
        return NOT_GIVEN
    text = f"{', '.join(f'{value:.3g}' for value in known)} {unit}"
    return f"{text} (not given for some)" if None in values else text
