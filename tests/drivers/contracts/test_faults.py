"""Seventeen faults of the wire, under every driver of segments, in all that it does.

Each is held to what matters: no wrong value is taken for a reading, nothing is driven that is not
known, and the cell can be opened afterwards. ``tests/drivers/test_faults.py`` asks more of two.
"""

import functools

import pytest
from solidcell.drivers.simulated.faults import Fault, Kind
from support.contracts.all import SEGMENT_CONTRACTS
from support.contracts.bench import ContractBench
from support.fault_trials import PHASES, lines_said, operations, tried

BYTES = (0, 9, 30)
ELSEWHERE = {"methodscript", "keithley_2450"}  # with more places, and with the words for it
CONTRACTS = {one.name: one for one in SEGMENT_CONTRACTS if one.name not in ELSEWHERE}


@functools.cache
def places(name: str, operation: str) -> list[tuple[int, int]]:
    """A few lines of the operation, from the first to the last, and a byte in each."""
    count = lines_said(ContractBench(CONTRACTS[name]), operation)
    lines = sorted({0, count // 2, count - 1} & set(range(count)))
    return list(zip(lines, BYTES, strict=False))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", CONTRACTS)
def test_no_fault_of_the_wire_becomes_a_wrong_reading_or_an_unsafe_cell(name, kind):
    contract = CONTRACTS[name]
    if kind in contract.without:
        pytest.skip("this wire cannot have it")
    for phase in PHASES:
        for operation in operations(ContractBench(contract), phase):
            for line, at in places(name, operation):
                tried(ContractBench(contract), operation, Fault(kind, line, at))
