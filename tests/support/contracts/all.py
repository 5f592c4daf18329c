"""All contracts, one a driver and way to it; each new driver adds its own line."""

from support.contracts import (
    auxiliary_line,
    e4980a,
    e4990a,
    eurotherm_3200,
    julabo,
    keithley_2400,
    keithley_2450,
    keithley_6221,
    keysight_b2900,
    lake_shore_336,
    load_cell,
    maccor,
    methodscript,
    neware,
    novocontrol_alpha,
    solartron_1260,
    solartron_1287,
    solartron_1287_1260,
    zahner_zennium,
)
from support.contracts.bench import Contract, GaugeContract, OvenContract, SegmentContract

CONTRACTS: tuple[Contract, ...] = (
    methodscript.CONTRACT,
    keithley_2450.CONTRACT,
    keithley_2400.CONTRACT,
    keithley_6221.CONTRACT,
    keysight_b2900.CONTRACT,
    *e4980a.CONTRACTS,
    *e4990a.CONTRACTS,
    eurotherm_3200.CONTRACT,
    julabo.CONTRACT,
    lake_shore_336.CONTRACT,
    load_cell.CONTRACT,
    maccor.CONTRACT,
    *auxiliary_line.CONTRACTS,
    neware.CONTRACT,
    novocontrol_alpha.CONTRACT,
    solartron_1260.CONTRACT,
    solartron_1287.CONTRACT,
    solartron_1287_1260.CONTRACT,
    zahner_zennium.CONTRACT,
)
SEGMENT_CONTRACTS = [one for one in CONTRACTS if isinstance(one, SegmentContract)]
OVEN_CONTRACTS = [one for one in CONTRACTS if isinstance(one, OvenContract)]
GAUGE_CONTRACTS = [one for one in CONTRACTS if isinstance(one, GaugeContract)]


def name_of(contract: Contract) -> str:
    """How a test names it."""
    return contract.name
