"""The published tables beside this file, as rows of text."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Final

SULFIDES: Final = "review of sulfide electrolytes (Wu, Yao, Wang 2020)"
COMMERCIAL: Final = "commercialisation review 2024"
INTERFACES: Final = "Wu, Xiao 2016"
PERSPECTIVE: Final = "perspective on all-solid-state cells"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``published/NAME.csv``."""
    text = (files(__package__) / "published" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
