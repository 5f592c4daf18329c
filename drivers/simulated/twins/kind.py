"""What the catalogue knows of a twin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..rig import Rig
from ..twin import ManyHosts, Twin

RAW_SOCKET: Final = "TCPIP0::{host}::{port}::SOCKET"
SERIAL_SOCKET: Final = "socket://{host}:{port}"
GPIB_ADAPTER: Final = "PRLGX-TCPIP0::{{host}}::{{port}}::GPIB0::{}::INSTR"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinKind:
    """One kind of twin. The first of ``models`` is made unless another is asked for.

    ``make(rig, model)`` wires a new one to the rig. ``address`` is what stands in a bench file,
    with ``{host}`` and ``{port}``. ``driver`` is the bench file's name for it, if not the twin's
    own, and ``options`` what the driver must be told there. ``cells``: how many it is wired to
    (the rig of ``solidcell twin`` has as many). ``many_hosts``: ``make`` returns a ``ManyHosts``.
    ``simulates`` is one line for the list.
    """

    models: tuple[str, ...]
    make: Callable[[Rig, str], Twin | ManyHosts]
    address: str
    simulates: str
    driver: str = ""
    options: Mapping[str, str | float | bool] = field(default_factory=dict)
    cells: int = 1
    many_hosts: bool = False
