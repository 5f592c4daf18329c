"""Twins of what stands around the cell: ovens, thermometers, gauges, a reference."""

from collections.abc import Mapping
from typing import Final

from ..rig import Rig
from ..twin import Twin
from .kind import RAW_SOCKET, SERIAL_SOCKET, TwinKind


def _julabo(rig: Rig, model: str) -> Twin:
    from ..julabo_twin import JulaboTwin

    return JulaboTwin(rig.oven, rig.clock, model=model)


def _lake_shore_336(rig: Rig, model: str) -> Twin:
    from ..lake_shore_twin import lake_shore_twin

    return lake_shore_twin(rig.oven, rig.clock, model)


def _load_cell(rig: Rig, model: str) -> Twin:
    from ..gauges import PRESS_AREA_MM2, LoadCellTwin

    del model
    return LoadCellTwin(lambda at_s: rig.stack_pressure_pa(at_s) * PRESS_AREA_MM2 * 1e-6, rig.clock)


def _thermometer(rig: Rig, model: str) -> Twin:
    from ..gauges import thermometer_twin

    del model
    return thermometer_twin(rig.oven.temperature_k, rig.clock)


def _reference_voltmeter(rig: Rig, model: str) -> Twin:
    from ..gauges import voltmeter_twin

    del model
    return voltmeter_twin(rig.working_vs_reference_v, rig.clock)


def _eurotherm_3200(rig: Rig, model: str) -> Twin:
    from ..eurotherm_3200.twin import Eurotherm3200Twin

    del model  # they differ in size and in what is wired to them, not on the bus
    return Eurotherm3200Twin(rig.oven, rig.clock)


SURROUNDINGS: Final[Mapping[str, TwinKind]] = {
    "julabo": TwinKind(
        models=("HL", "MAGIO", "FP50-MH"),
        make=_julabo,
        address=SERIAL_SOCKET,
        simulates="Julabo circulators, in remote mode",
    ),
    "lake_shore_336": TwinKind(
        models=("336", "335"),
        make=_lake_shore_336,
        address=RAW_SOCKET,
        simulates="Lake Shore 335 and 336 temperature controllers",
    ),
    "load_cell": TwinKind(
        models=("printing",),
        make=_load_cell,
        address=SERIAL_SOCKET,
        simulates="the indicator of a load cell under a cell of 78.5 mm2, in N",
        options={
            "unit": "N",
            "pattern": r"ST,GS,(?P<value>[+-]\d{6}\.\d) (?P<unit>N)",
            "area_mm2": 78.5,
        },
    ),
    "thermometer": TwinKind(
        models=("scpi",),
        make=_thermometer,
        address=RAW_SOCKET,
        simulates="a SCPI thermometer in the oven",
        driver="auxiliary_scpi",
        options={"query": "MEAS:TEMP?", "unit": "degC"},
    ),
    "reference_voltmeter": TwinKind(
        models=("scpi",),
        make=_reference_voltmeter,
        address=RAW_SOCKET,
        simulates="a SCPI voltmeter, working electrode against a reference in the electrolyte",
        driver="auxiliary_scpi",
        options={"query": "MEAS:VOLT?", "unit": "V"},
    ),
    "eurotherm_3200": TwinKind(
        models=("3216", "3208", "3204"),
        make=_eurotherm_3200,
        address=SERIAL_SOCKET,
        simulates="Eurotherm 3200 temperature controllers, Modbus RTU, slave 1",
    ),
}
