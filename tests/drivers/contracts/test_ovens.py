"""What every temperature controller promises, whatever its maker."""

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import DriverError, InstrumentFaultError, OutOfRangeError
from solidcell.drivers.simulated.faults import Fault, Kind
from support.contracts.all import OVEN_CONTRACTS, name_of
from support.contracts.bench import ContractBench, require_telling

every_oven = pytest.mark.parametrize("contract", OVEN_CONTRACTS, ids=name_of)
LATER_S = 4 * 3600.0


def connected(contract):
    bench = ContractBench(contract)
    bench.device.connect()
    return bench


@every_oven
def test_connecting_heats_nothing_and_says_who_is_there(contract):
    bench = ContractBench(contract)
    assert bench.device.connect() in (OutputState.OFF, OutputState.UNKNOWN)
    assert bench.rig.oven.output(bench.clock.now_s()) == 0
    assert bench.device.identity.model
    lowest_k, highest_k = bench.device.range_k
    assert 0 < lowest_k < contract.setpoint_k < highest_k < contract.too_hot_k


@every_oven
def test_it_reads_what_its_sensor_feels(contract):
    bench = connected(contract)
    told_k = bench.device.read().temperature_k
    felt_k = bench.rig.oven.temperature_k(bench.clock.now_s())
    assert told_k == pytest.approx(felt_k, abs=contract.resolution_k)


@every_oven
def test_it_regulates_to_what_it_is_asked_for(contract):
    bench = connected(contract)
    bench.device.set_temperature(contract.setpoint_k)
    assert bench.device.read().heating
    bench.clock.sleep_until(bench.clock.now_s() + LATER_S)
    said = bench.device.read()
    assert said.temperature_k == pytest.approx(contract.setpoint_k, abs=2 * contract.resolution_k)
    assert said.setpoint_k == pytest.approx(contract.setpoint_k, abs=contract.resolution_k)


@every_oven
@pytest.mark.parametrize("beyond", ["hot", "not a number"])
def test_a_setpoint_out_of_range_is_refused_before_a_byte_is_sent(contract, beyond):
    bench = connected(contract)
    setpoint_k = contract.too_hot_k if beyond == "hot" else float("nan")
    before = bench.sent()
    for ask in (bench.device.check_temperature, bench.device.set_temperature):
        with pytest.raises(OutOfRangeError, match="K"):
            ask(setpoint_k)
    assert bench.sent() == before


@every_oven
def test_making_safe_stops_the_heat_at_any_time_and_twice(contract):
    bench = ContractBench(contract)
    bench.device.make_safe()
    bench.device.connect()
    bench.device.set_temperature(contract.setpoint_k)
    bench.clock.sleep_until(bench.clock.now_s() + 10)
    assert bench.rig.oven.output(bench.clock.now_s()) > 0
    for _ in range(2):
        bench.device.make_safe()
        bench.clock.sleep_until(bench.clock.now_s() + 1)
        assert bench.rig.oven.output(bench.clock.now_s()) == 0
    assert not bench.device.read().heating


@every_oven
def test_a_broken_sensor_is_no_temperature(contract):
    bench = connected(contract)
    bench.rig.oven.sensor_broken = True
    with pytest.raises(InstrumentFaultError):
        bench.device.read()


@every_oven
def test_after_it_was_closed_twice_it_can_be_connected_again(contract):
    bench = connected(contract)
    bench.device.close()
    bench.device.close()
    bench.wire.reopen()
    bench.device.connect()
    assert bench.device.read().temperature_k > 0


@every_oven
def test_it_names_the_document_that_it_follows(contract):
    assert "Source:" in (contract.module.__doc__ or "")


@pytest.mark.parametrize("kind", Kind)
@every_oven
def test_no_fault_of_the_wire_becomes_a_wrong_temperature(contract, kind):
    if kind in contract.without:
        pytest.skip("this wire cannot have it")
    for line in range(3):
        for at in (0, 3):
            bench = connected(contract)
            bench.device.set_temperature(contract.setpoint_k)
            bench.rig.oven.seen_k.clear()
            bench.wire.arm(Fault(kind, line, at))
            began_s = bench.clock.now_s()
            for _ in range(3):
                _read_truly(bench, contract)
                bench.clock.sleep_until(bench.clock.now_s() + 60)
            assert bench.clock.now_s() - began_s < contract.patience_s
            _require_it_can_be_made_safe(bench)


def _read_truly(bench, contract):
    """It says what its sensor felt since it was asked, or raises."""
    bench.rig.oven.seen_k.clear()
    try:
        told_k = bench.device.read().temperature_k
    except DriverError as error:
        require_telling(error)
        return
    felt = bench.rig.oven.seen_k
    assert any(told_k == pytest.approx(k, abs=contract.resolution_k) for k in felt)


def _require_it_can_be_made_safe(bench):
    for _ in range(3):
        try:
            bench.device.make_safe()
            break
        except DriverError:
            bench.wire.arm()
            if not bench.wire.is_whole:
                bench.wire.reopen()
    else:
        assert bench.wire.is_replaced
        return
    bench.clock.sleep_until(bench.clock.now_s() + 1)
    assert bench.wire.is_replaced or bench.rig.oven.output(bench.clock.now_s()) == 0
