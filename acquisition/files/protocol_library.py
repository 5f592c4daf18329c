"""The library: protocols that come with the package, one for every measurement."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from .schema import nearest

PLACE: Final = "protocols_library"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryEntry:
    """One protocol of the library. ``about`` is the comment at its head."""

    name: str
    about: str
    path: Path

    @property
    def title(self) -> str:
        """The first sentence of what it says of itself."""
        return self.about.partition(". ")[0].rstrip(".")


def library() -> tuple[LibraryEntry, ...]:
    """Return every protocol of the library, by name.

    >>> [entry.name for entry in library() if entry.name.startswith("gitt")]
    ['gitt']
    """
    folder = Path(str(files("solidcell.acquisition") / PLACE))
    return tuple(_entry(path) for path in sorted(folder.glob("*.yaml")))


def from_library(name: str) -> LibraryEntry:
    """Return one of them. Raises ``ValueError`` for a name that it has not."""
    known = {entry.name: entry for entry in library()}
    found = known.get(name.removesuffix(".yaml"))
    if found is None:
        raise ValueError(f"{name!r} is not in the library: {nearest(name, list(known))}")
    return found


def _entry(path: Path) -> LibraryEntry:
    words: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        words += line.lstrip("# ").split()
    return LibraryEntry(name=path.stem, about=" ".join(words), path=path)
