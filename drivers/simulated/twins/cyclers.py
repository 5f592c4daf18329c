"""Twins of cyclers with a cell on each of their channels."""

from collections.abc import Mapping
from typing import Final

from ..rig import Rig
from ..twin import ManyHosts
from .kind import TwinKind


def _maccor(rig: Rig, model: str) -> ManyHosts:
    from ..maccor import MaccorSystem

    del model
    return MaccorSystem(rig, cells=len(rig.cells))


def _neware(rig: Rig, model: str) -> ManyHosts:
    from ..neware.server import NewareServer

    del model
    return NewareServer(rig, cells=len(rig.cells))


CYCLERS: Final[Mapping[str, TwinKind]] = {
    "maccor": TwinKind(
        models=("macnet",),
        make=_maccor,
        address="{host}:{port}/1",
        simulates="a Maccor system with 16 channels in direct mode, over MacNet",
        options={"voltage_min_v": -5.0, "voltage_max_v": 5.0},
        cells=16,
        many_hosts=True,
    ),
    "neware": TwinKind(
        models=("bts8",),
        make=_neware,
        address="{host}:{port}/21-1-1",
        simulates="a Neware BTS 8 server with 16 channels, each with a cell",
        options={"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_ma": 100.0},
        cells=16,
        many_hosts=True,
    ),
}
