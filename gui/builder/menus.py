"""What the menus of the builder offer, each entry with what it does. No widget here."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from ...acquisition.files.protocol_document import item_specs
from ...acquisition.files.protocol_library import library
from ...acquisition.files.protocol_map_fields import axis_fields
from .written import label_of

Entry = tuple[str, str, Callable[[], object]]
_KINDS: Final = ("sequence", "critical_current")


def beginnings(begin: Callable[[str], object]) -> list[Entry]:
    """Return the least that a protocol of each kind can be."""
    told = "Begin with the least"
    return [(f"Empty {kind.replace('_', ' ')}", told, partial(begin, kind)) for kind in _KINDS]


def shipped(open_file: Callable[[Path], object]) -> list[Entry]:
    """Return the protocols of the library."""
    return [(one.title, one.about, partial(open_file, one.path)) for one in library()]


def items(add: Callable[[str], object]) -> list[Entry]:
    """Return every kind of item.

    >>> items(print)[0][0]
    'rest'
    """
    return [(each.title, each.doc, partial(add, each.word)) for each in item_specs()]


def axes(add: Callable[[str], object]) -> list[Entry]:
    """Return what can vary in a map.

    >>> [entry[0] for entry in axes(print)]
    ['capacities', 'half cycles', 'stack pressures', 'temperatures']
    """
    return [(label_of(each), each.doc, partial(add, each.name)) for each in axis_fields()]
