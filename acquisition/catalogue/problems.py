"""What can go wrong with a catalogue. None of it touches a run."""


class CatalogueError(Exception):
    """The catalogue cannot be read or written. Names it and the cause."""


class NewerCatalogueError(CatalogueError):
    """A later version of this program made the catalogue."""


class DamagedCatalogueError(CatalogueError):
    """The file is no catalogue any more; it can be made anew from the run files."""
