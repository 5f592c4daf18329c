"""The catalogue of a data folder, kept open by the one thread that looks into it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...acquisition.catalogue.current import current
from ...acquisition.catalogue.database import Catalogue
from ...acquisition.catalogue.listing import ListedRun, list_catalogued
from ...acquisition.catalogue.problems import CatalogueError
from ...acquisition.catalogue.refresh import refresh
from .wording import Wanted

Told = Callable[[str], None]
_TOLD_FROM: Final = 200
"""Fewer files than these are read before anybody would wonder."""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The runs that were found, the newest first, and whether they are all there are."""

    runs: list[ListedRun]
    is_all: bool


class Shelf:
    """Opens the catalogue when it is first asked, and again after it failed.

    ``warn`` is told why the file of the catalogue cannot be used, if so, and ``progress`` how many
    run files were read; both are called in the thread that looks.
    """

    def __init__(self, data_dir: Path, warn: Told, progress: Told) -> None:
        self._data_dir, self._warn, self._progress = data_dir, warn, progress
        self._held = ExitStack()
        self._catalogue: Catalogue | None = None

    def look(self, wanted: Wanted, *, is_fresh: bool = False) -> Listing:
        """Find runs; bring the catalogue up to date before, unless ``is_fresh``.

        Raises ``CatalogueError`` if it cannot be read; the next look opens it anew.
        """
        if not self._data_dir.is_dir():
            return Listing([], True)
        try:
            catalogue = self._up_to_date(is_fresh=is_fresh)
            found = list_catalogued(catalogue, self._data_dir, wanted.search)
        except CatalogueError:
            self.close()
            raise
        return Listing([each for each in found if wanted.holds(each.run)], wanted == Wanted())

    def close(self) -> None:
        """Close the catalogue. May be called twice."""
        self._catalogue = None
        self._held.close()

    def _up_to_date(self, *, is_fresh: bool) -> Catalogue:
        if self._catalogue is None:
            opened = current(self._data_dir, warn=self._warn, progress=self._tell)
            self._catalogue = self._held.enter_context(opened)
        elif not is_fresh:
            refresh(self._catalogue, self._data_dir, progress=self._tell)
        return self._catalogue

    def _tell(self, done: int, of: int) -> None:
        if of >= _TOLD_FROM:
            self._progress(f"Reading run files: {done} of {of}" if done < of else "")
