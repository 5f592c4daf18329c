"""Tables of published values that come with the package, beside the code that reads them."""

from __future__ import annotations

import csv
from importlib.resources import files


def packaged_rows(package: str, folder: str, name: str) -> list[dict[str, str]]:
    """Return the rows of ``FOLDER/NAME.csv`` in a package, as text by the names of the columns.

    >>> packaged_rows("solidcell.analysis.materials", "data", "conductivity")[0]["material"]
    'Li3PS4'
    """
    text = (files(package) / folder / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
