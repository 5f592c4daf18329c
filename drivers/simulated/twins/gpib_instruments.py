"""Twins of instruments behind a GPIB adapter."""

from collections.abc import Mapping
from typing import Final

from ..rig import Rig
from ..twin import Twin
from .kind import GPIB_ADAPTER, TwinKind


def _novocontrol_alpha(rig: Rig, model: str) -> Twin:
    from ..novocontrol_alpha import NovocontrolAlphaTwin
    from ..prologix import Instrument, PrologixTwin

    twin = NovocontrolAlphaTwin(rig.front_end(), rig.clock, model)
    return PrologixTwin(rig.clock, {5: Instrument(twin, ends_with_eoi=True)})


def _solartron_1260(rig: Rig, model: str) -> Twin:
    from ..prologix import Instrument, PrologixTwin
    from ..solartron.fra import FraTwin, OnCell

    return PrologixTwin(
        rig.clock, {4: Instrument(FraTwin(OnCell(rig.front_end()), rig.clock, model))}
    )


def _solartron_1287(rig: Rig, model: str) -> Twin:
    from ..prologix import Instrument, PrologixTwin
    from ..solartron.interface import InterfaceTwin

    del model
    return PrologixTwin(rig.clock, {6: Instrument(InterfaceTwin(rig.front_end(), rig.clock))})


def _solartron_pair(rig: Rig, model: str) -> Twin:
    from ..prologix import Instrument, PrologixTwin
    from ..solartron.fra import FraTwin
    from ..solartron.interface import BehindInterface, InterfaceTwin

    interface = InterfaceTwin(rig.front_end(), rig.clock)
    analyser = FraTwin(BehindInterface(interface), rig.clock, model)
    return PrologixTwin(rig.clock, {4: Instrument(analyser), 6: Instrument(interface)})


GPIB_INSTRUMENTS: Final[Mapping[str, TwinKind]] = {
    "novocontrol_alpha": TwinKind(
        models=("AT", "AN", "AK", "AL"),
        make=_novocontrol_alpha,
        address=GPIB_ADAPTER.format(5),
        simulates="Novocontrol Alpha-A behind a GPIB adapter",
    ),
    "solartron_1260": TwinKind(
        models=("1260", "1260-schlumberger"),
        make=_solartron_1260,
        address=GPIB_ADAPTER.format(4),
        simulates="Solartron 1260 behind a GPIB adapter",
    ),
    "solartron_1287": TwinKind(
        models=("1287",),
        make=_solartron_1287,
        address=GPIB_ADAPTER.format(6),
        simulates="Solartron 1287 behind a GPIB adapter",
    ),
    "solartron_1287_1260": TwinKind(
        models=("1260", "1255B"),
        make=_solartron_pair,
        address=GPIB_ADAPTER.format(6),
        simulates="Solartron 1287 and an analyser (1260 or 1255B) behind one GPIB adapter",
        options={"analyser_address": 4},
    ),
}
