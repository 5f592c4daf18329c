"""What everything promises that is only read."""

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import DriverError
from solidcell.drivers.simulated.faults import Fault, Kind
from support.contracts.all import GAUGE_CONTRACTS, name_of
from support.contracts.bench import ContractBench, require_telling

every_gauge = pytest.mark.parametrize("contract", GAUGE_CONTRACTS, ids=name_of)


def connected(contract):
    bench = ContractBench(contract)
    assert bench.device.connect() is OutputState.OFF
    return bench


@every_gauge
def test_it_reads_what_is_there_in_the_unit_that_it_says(contract):
    bench = connected(contract)
    assert bench.device.unit
    assert bench.device.read() == pytest.approx(contract.truth(bench.rig), abs=contract.resolution)


@every_gauge
def test_after_it_was_closed_twice_it_can_be_connected_again(contract):
    bench = connected(contract)
    bench.device.close()
    bench.device.close()
    bench.wire.reopen()
    bench.device.connect()
    assert isinstance(bench.device.read(), float)


@every_gauge
def test_it_names_the_document_that_it_follows(contract):
    assert "Source:" in (contract.module.__doc__ or "")


@pytest.mark.parametrize("kind", Kind)
@every_gauge
def test_no_fault_of_the_wire_becomes_a_wrong_value(contract, kind):
    if kind in contract.without:
        pytest.skip("this wire cannot have it")
    for line in range(2):
        for at in (0, 3):
            bench = connected(contract)
            bench.wire.arm(Fault(kind, line, at))
            began_s = bench.clock.now_s()
            for _ in range(3):
                try:
                    value = bench.device.read()
                except DriverError as error:
                    require_telling(error)
                else:
                    truth = contract.truth(bench.rig)
                    assert value == pytest.approx(truth, abs=contract.resolution)
            assert bench.clock.now_s() - began_s < contract.patience_s
