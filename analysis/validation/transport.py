"""Conductivities and what follows of them: transference, electronic current, self-discharge."""

from __future__ import annotations

from collections.abc import Iterator

from .check import Check


def checks() -> Iterator[Check]:
    """Yield the checks of transport."""
    yield from ()
