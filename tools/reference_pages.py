"""Write the tables of the reference pages from the code that they describe.

    python tools/reference_pages.py           write them
    python tools/reference_pages.py --check   only say which pages are stale; exit code 1 if any

A page keeps what people wrote; what stands between ``<!-- generated: NAME -->`` and
``<!-- end -->`` is replaced by the section of that name. Needs solidcell installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from instrument_matrix import matrix_rows, unverified_facts
from reference_api import impedance_names
from reference_measurements import SECTIONS as MEASUREMENT_SECTIONS
from reference_tables import (
    commands,
    drivers,
    elements,
    fault_outcomes,
    flags,
    methodscript_limits,
    run_tables,
    settings,
    source_limits,
    table,
    unverified,
    words,
)
from solidcell.acquisition.files.bench_tables import ChannelTable, DeviceTable, OvenTable
from solidcell.acquisition.files.cells import CellRecord
from solidcell.acquisition.files.limit_settings import LimitSettings
from solidcell.acquisition.files.notify_settings import EmailTable, WebhookTable
from solidcell.acquisition.files.protocol_conditions import ConditionSettings
from solidcell.acquisition.files.protocol_critical_current import (
    CriticalCurrentItem,
    CriticalCurrentProtocol,
)
from solidcell.acquisition.files.protocol_items_basic import (
    GalvanostaticItem,
    ImpedanceItem,
    PotentiostaticItem,
    RestItem,
    VoltammetryItem,
)
from solidcell.acquisition.files.protocol_items_cycling import CyclingItem, RateCapabilityItem
from solidcell.acquisition.files.protocol_items_lithium import PlatingStrippingItem
from solidcell.acquisition.files.protocol_items_stability import (
    InterfaceAgeingItem,
    StabilityWindowItem,
)
from solidcell.acquisition.files.protocol_items_titration import GittItem, SelfDischargeItem
from solidcell.acquisition.files.protocol_items_transport import (
    BruceVincentItem,
    DcPolarisationItem,
    PressureSeriesItem,
)
from solidcell.acquisition.files.protocol_ladder import (
    Formation,
    LifeSettings,
    RampSettings,
    Recovery,
    Steps,
)
from solidcell.acquisition.files.protocol_map import MapFile, Vary
from solidcell.acquisition.files.protocol_pressure import PressureItem
from solidcell.acquisition.files.protocol_sequence import (
    ChoiceItem,
    RepeatItem,
    SequenceProtocol,
    TemperatureSeriesItem,
)
from solidcell.acquisition.files.protocol_settings import ImpedanceSettings
from solidcell.acquisition.files.protocol_temperature import TemperatureItem
from solidcell.acquisition.instruments.table import DRIVERS
from solidcell.acquisition.runs import RunStateName
from solidcell.acquisition.starting.batch import BatchFile, BatchRun
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.drivers import keithley_2400_models, keithley_2450_models, keysight_b2900_models
from solidcell.drivers.methodscript import potentiostat as methodscript
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import SegmentEnd
from solidcell.drivers.simulated import cell_blocks, symmetric_cell_file
from solidcell.drivers.simulated.full_cell.file import FullCellFile
from solidcell.drivers.simulated.methodscript import twin as methodscript_twin
from solidcell.drivers.simulated.model_cells import files as model_cell_files


def instrument_matrix() -> str:
    """Return how each driver was checked."""
    header, *rows = matrix_rows()
    return table(header, rows)


def assumptions(driver: str) -> str:
    """Return what a driver assumes without a source."""
    return table(["assumed", "where it stands"], unverified_facts(driver))


PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
BLOCK = re.compile(r"(<!-- generated: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SECTIONS: Mapping[str, Callable[[], str]] = {
    "cell record": lambda: settings(CellRecord),
    "channel": lambda: settings(ChannelTable),
    "device": lambda: settings(DeviceTable),
    "webhook": lambda: settings(WebhookTable),
    "email": lambda: settings(EmailTable),
    "drivers": drivers,
    "critical current": lambda: settings(CriticalCurrentProtocol),
    "steps": lambda: settings(Steps),
    "formation": lambda: settings(Formation),
    "impedance": lambda: settings(ImpedanceSettings),
    "recovery": lambda: settings(Recovery),
    "limits": lambda: settings(LimitSettings),
    "sequence": lambda: settings(SequenceProtocol),
    "rest": lambda: settings(RestItem),
    "galvanostatic": lambda: settings(GalvanostaticItem),
    "potentiostatic": lambda: settings(PotentiostaticItem),
    "voltammetry": lambda: settings(VoltammetryItem),
    "impedance sweep": lambda: settings(ImpedanceItem),
    "repeat": lambda: settings(RepeatItem),
    "temperature": lambda: settings(TemperatureItem),
    "temperature series": lambda: settings(TemperatureSeriesItem),
    "pressure": lambda: settings(PressureItem),
    "if": lambda: settings(ChoiceItem),
    "pressure series": lambda: settings(PressureSeriesItem),
    "dc polarisation": lambda: settings(DcPolarisationItem),
    "bruce vincent": lambda: settings(BruceVincentItem),
    "stability window": lambda: settings(StabilityWindowItem),
    "interface ageing": lambda: settings(InterfaceAgeingItem),
    "plating stripping": lambda: settings(PlatingStrippingItem),
    "critical current item": lambda: settings(CriticalCurrentItem),
    "cycling": lambda: settings(CyclingItem),
    "rate capability": lambda: settings(RateCapabilityItem),
    "gitt": lambda: settings(GittItem),
    "self discharge": lambda: settings(SelfDischargeItem),
    "ramp": lambda: settings(RampSettings),
    "life": lambda: settings(LifeSettings),
    "conditions": lambda: settings(ConditionSettings),
    "map": lambda: settings(MapFile),
    "vary": lambda: settings(Vary),
    "oven": lambda: settings(OvenTable),
    "batch": lambda: settings(BatchFile),
    "batch run": lambda: settings(BatchRun),
    "simulated cell": lambda: settings(symmetric_cell_file.SymmetricCellFile),
    "full cell": lambda: settings(FullCellFile),
    "blocking cell": lambda: settings(model_cell_files.BlockingCellFile),
    "polymer cell": lambda: settings(model_cell_files.PolymerCellFile),
    "redox cell": lambda: settings(model_cell_files.RedoxCellFile),
    "copper cell": lambda: settings(model_cell_files.CopperCellFile),
    "growth": lambda: settings(symmetric_cell_file.Growth),
    "faults": lambda: settings(symmetric_cell_file.FaultBlock),
    "gradual short": lambda: settings(symmetric_cell_file.GradualShort),
    "pressure step": lambda: settings(cell_blocks.PressureStep),
    "temperature step": lambda: settings(cell_blocks.TemperatureStep),
    "probe contact": lambda: settings(cell_blocks.ProbeContact),
    "commands": commands,
    "elements": elements,
    "impedance names": impedance_names,
    "run tables": run_tables,
    "flags": lambda: flags(Flag),
    "segment ends": lambda: words(SegmentEnd),
    "run reasons": lambda: words(RunReason),
    "run states": lambda: words(RunStateName),
    "methodscript limits": methodscript_limits,
    "methodscript unverified": lambda: unverified(methodscript, ["assumed", "where it stands"]),
    "methodscript twin unverified": lambda: unverified(
        methodscript_twin, ["not confirmed", "the twin assumes"]
    ),
    "keithley limits": lambda: source_limits(keithley_2450_models.MODELS),
    "keithley_2400 limits": lambda: source_limits(keithley_2400_models.MODELS),
    "keysight_b2900 limits": lambda: source_limits(keysight_b2900_models.MODELS),
    "fault outcomes": fault_outcomes,
    "instrument matrix": instrument_matrix,
    **MEASUREMENT_SECTIONS,
    **{
        f"{driver} assumes": partial(assumptions, driver)
        for driver in DRIVERS
        if unverified_facts(driver)
    },
}


def main(arguments: list[str]) -> int:
    """Write or check every page; return the exit code."""
    stale = [page for page in sorted(PAGES.glob("*.md")) if renewed(page) != _text(page)]
    for page in stale:
        if "--check" not in arguments:
            page.write_text(renewed(page), encoding="utf-8", newline="\n")
        print(page.name)
    return int("--check" in arguments and bool(stale))


def renewed(page: Path) -> str:
    """Return the page as it should be. Raises ``KeyError`` for a section that is not known."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{SECTIONS[found[2]]()}\n{found[3]}", _text(page))


def sections_on(page: Path) -> list[str]:
    """Return the names of the generated sections of a page."""
    return [name for _, name, _ in BLOCK.findall(_text(page))]


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
