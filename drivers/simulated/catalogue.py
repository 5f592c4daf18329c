"""All twins by name; each is defined in ``twins`` beside those of its sort.

A twin is added by an entry there; what it needs is imported only when it is made.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .rig import Rig
from .twin import ManyHosts, Twin
from .twins.analysers import ANALYSERS
from .twins.cyclers import CYCLERS
from .twins.gpib_instruments import GPIB_INSTRUMENTS
from .twins.kind import TwinKind
from .twins.sources import SOURCES
from .twins.surroundings import SURROUNDINGS

TWINS: Final[Mapping[str, TwinKind]] = MappingProxyType(
    {**SOURCES, **ANALYSERS, **GPIB_INSTRUMENTS, **CYCLERS, **SURROUNDINGS}
)
"""By the name that ``solidcell twin`` takes."""


def twin_kind(name: str) -> TwinKind:
    """Return a kind of twin. Raises ``ValueError`` naming those that there are."""
    if name not in TWINS:
        raise ValueError(f"{name!r} is not a twin; there are {', '.join(TWINS)}")
    return TWINS[name]


def make_twin(rig: Rig, name: str, model: str = "") -> Twin | ManyHosts:
    """Wire a new twin to ``rig``; its first model unless ``model`` names another.

    Raises ``ValueError`` for a name or a model that there is not.

    >>> from .rig import load_rig
    >>> from ..clock import JumpClock
    >>> twin = make_twin(load_rig("llzo", JumpClock()), "keithley_2450")
    >>> twin.receive(b"*IDN?\\n")
    b'KEITHLEY INSTRUMENTS,MODEL 2450,04400001,1.7.12b\\n'
    """
    kind = twin_kind(name)
    return kind.make(rig, checked_model(name, model))


def checked_model(name: str, model: str = "") -> str:
    """Return ``model``, or the first that the twin has. Raises ``ValueError`` for another."""
    models = twin_kind(name).models
    if model and model not in models:
        raise ValueError(f"{model!r} is not a model of {name}; there are {', '.join(models)}")
    return model or models[0]
