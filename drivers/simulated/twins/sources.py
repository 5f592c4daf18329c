"""Twins of potentiostats and source meters, each with one cell on its terminals."""

from collections.abc import Mapping
from typing import Final

from ..rig import Rig
from ..twin import Twin
from .kind import RAW_SOCKET, SERIAL_SOCKET, TwinKind


def _methodscript(rig: Rig, model: str) -> Twin:
    from ..methodscript.twin import MethodScriptTwin

    return MethodScriptTwin(rig.front_end(), rig.clock, model=model)


def _keithley_2450(rig: Rig, model: str) -> Twin:
    from ..keithley_2450.twin import Keithley2450Twin

    return Keithley2450Twin(rig.front_end(), rig.clock, model=model)


def _keithley_2400(rig: Rig, model: str) -> Twin:
    from ..keithley_2400.twin import Keithley2400Twin

    return Keithley2400Twin(rig.front_end(), rig.clock, model=model)


def _keithley_6221(rig: Rig, model: str) -> Twin:
    from ..keithley_6221.twin import Keithley6221Twin

    return Keithley6221Twin(rig.front_end(), rig.clock, model)


def _keysight_b2900(rig: Rig, model: str) -> Twin:
    from ..keysight_b2900.twin import KeysightB2900Twin
    from ..open_terminals import OpenTerminals

    first = rig.front_end()
    has_two = model in ("B2902A", "B2912A")
    return KeysightB2900Twin([first, OpenTerminals()] if has_two else [first], rig.clock, model)


def _zahner(rig: Rig, model: str) -> Twin:
    from ..zahner_zennium import ZenniumTwin

    del model
    return ZenniumTwin(rig.front_end(), rig.clock)


SOURCES: Final[Mapping[str, TwinKind]] = {
    "methodscript": TwinKind(
        models=("nexus", "es4_hr", "es4_lr", "espico"),
        make=_methodscript,
        address=SERIAL_SOCKET,
        simulates="PalmSens potentiostats that run MethodSCRIPT, impedance included",
    ),
    "keithley_2450": TwinKind(
        models=("2450", "2460", "2461", "2470"),
        make=_keithley_2450,
        address=RAW_SOCKET,
        simulates="Keithley 2450, 2460, 2461 and 2470 source meters, SCPI command set",
    ),
    "keithley_2400": TwinKind(
        models=("2400", "2400-LV", "2401", "2410", "2420", "2425", "2430", "2440"),
        make=_keithley_2400,
        address=RAW_SOCKET,
        simulates="Keithley Series 2400 source meters",
    ),
    "keithley_6221": TwinKind(
        models=("6221", "6220"),
        make=_keithley_6221,
        address=RAW_SOCKET,
        simulates="a Keithley 6221 current source with a 2182A on its serial port",
    ),
    "keysight_b2900": TwinKind(
        models=("B2901A", "B2902A", "B2911A", "B2912A"),
        make=_keysight_b2900,
        address=RAW_SOCKET,
        simulates="Keysight B2900A source meters; the cell is on channel 1",
    ),
    "zahner_zennium": TwinKind(
        models=("zennium",),
        make=_zahner,
        address="{host}:{port}",
        simulates="Zahner Zennium behind Thales",
    ),
}
