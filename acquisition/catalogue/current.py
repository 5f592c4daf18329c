"""The catalogue of a data folder as it is now: for whoever looks for a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .database import Catalogue, open_file, open_in_memory
from .place import catalogue_file
from .problems import CatalogueError
from .refresh import Progress, refresh


@contextmanager
def current(
    data_dir: Path, *, warn: Callable[[str], None], progress: Progress | None = None
) -> Iterator[Catalogue]:
    """Open the catalogue of an existing data folder and bring it up to date; close it at the end.

    If its file cannot be used, ``warn`` is told why, and every run file is read into a catalogue
    in memory: slower, and the same.
    """
    with _opened(data_dir, warn, progress) as catalogue:
        yield catalogue


def _opened(data_dir: Path, warn: Callable[[str], None], progress: Progress | None) -> Catalogue:
    try:
        return _refreshed(open_file(catalogue_file(data_dir)), data_dir, progress)
    except (CatalogueError, OSError) as error:
        warn(f"{error}; every run file is read instead")
    return _refreshed(open_in_memory(), data_dir, progress)


def _refreshed(catalogue: Catalogue, data_dir: Path, progress: Progress | None) -> Catalogue:
    try:
        refresh(catalogue, data_dir, progress=progress)
    except BaseException:
        catalogue.close()
        raise
    return catalogue
