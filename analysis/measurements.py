"""The measurements that a sheet can be made of, by name."""

from importlib import import_module
from typing import Final

from .sheets.measurement import Measurement

MEASUREMENTS: Final[dict[str, tuple[str, str]]] = {}
"""Name: the module that has it as ``MEASUREMENT``, and its title. Imported when it is asked for."""


def measurement(name: str) -> Measurement:
    """Return the measurement of that name. Raises ``ValueError`` naming those that there are."""
    if name not in MEASUREMENTS:
        raise ValueError(f"unknown measurement {name!r}; allowed: {', '.join(MEASUREMENTS)}")
    found: Measurement = import_module(MEASUREMENTS[name][0], __package__).MEASUREMENT
    return found
