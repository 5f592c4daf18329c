"""The published tables beside this file, as rows of text."""

from __future__ import annotations

from typing import Final

from ..packaged_table import packaged_rows

SULFIDES: Final = "review of sulfide electrolytes (Wu, Yao, Wang 2020)"
COMMERCIAL: Final = "commercialisation review 2024"
INTERFACES: Final = "Wu, Xiao 2016"
PERSPECTIVE: Final = "perspective on all-solid-state cells"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``published/NAME.csv``."""
    return packaged_rows(__package__, "published", name)
