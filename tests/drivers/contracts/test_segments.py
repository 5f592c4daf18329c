"""What every device that carries out segments promises, whatever its maker."""

import itertools

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    DriverError,
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import ImpedanceSweep, SegmentEnd
from solidcell.drivers.simulated.faults import FaultyLink
from solidcell.drivers.simulated.serve import InProcessLink
from support.contracts.all import SEGMENT_CONTRACTS, name_of
from support.contracts.bench import ContractBench, Counting
from support.contracts.stranger import Stranger

HEARTBEAT_S = 0.25  # a tenth of a second, and what the instrument takes to answer
every_driver = pytest.mark.parametrize("contract", SEGMENT_CONTRACTS, ids=name_of)
every_segment = pytest.mark.parametrize(
    ("contract", "segment"),
    [
        pytest.param(one, name, id=f"{one.name} {name}")
        for one in SEGMENT_CONTRACTS
        for name in one.performs
    ],
)
every_refusal = pytest.mark.parametrize(
    ("contract", "word"),
    [
        pytest.param(one, word, id=f"{one.name} {word}")
        for one in SEGMENT_CONTRACTS
        for word in one.refuses
    ],
)


class PacedClock(JumpClock):
    """Leaps, and has the pace of the machine: a link waits no longer than it was told to."""

    speed = 1.0


@every_driver
def test_connecting_switches_nothing_and_says_who_is_there(contract):
    bench = ContractBench(contract)
    bench.device.connect()
    assert bench.cell.is_open
    identity = bench.device.identity
    assert identity.manufacturer
    assert identity.model
    assert identity.serial == contract.serial
    assert bench.device.envelope.segments >= {type(s).__name__ for s in contract.performs.values()}


@every_driver
def test_connecting_to_a_driven_cell_leaves_it_driven_and_says_so(contract):
    bench = ContractBench(contract)
    bench.device.connect()
    running = bench.device.perform(driving(contract))
    while next(running) is None:
        pass
    assert not bench.cell.is_open
    said = bench.another().connect()
    if contract.tells_output:
        assert said is (OutputState.OFF if bench.cell.is_open else OutputState.ON)
    else:
        assert said is OutputState.UNKNOWN


@every_refusal
def test_what_it_cannot_do_is_refused_before_a_byte_is_sent(contract, word):
    bench = ContractBench(contract)
    bench.device.connect()
    before = bench.sent()
    with pytest.raises((OutOfRangeError, UnsupportedError), match=word):
        bench.device.check(contract.refuses[word])
    with pytest.raises((OutOfRangeError, UnsupportedError), match=word):
        next(bench.device.perform(contract.refuses[word]))
    assert bench.sent() == before


@every_driver
def test_nothing_is_driven_before_it_was_asked_who_is_there(contract):
    bench = ContractBench(contract)
    output = bench.cell.output  # as the instrument was switched on: of some, "off" is a 0 V source
    with pytest.raises(DriverError):
        next(seen for seen in bench.device.perform(driving(contract)) if seen is not None)
    assert bench.cell.output == output


@every_segment
def test_each_segment_gives_what_was_measured_in_the_order_of_time(contract, segment):
    bench = ContractBench(contract)
    bench.device.connect()
    seen, end = carried_out(bench, segment)
    assert end is contract.ends.get(segment, SegmentEnd.COMPLETED)
    kind = ImpedancePoint if isinstance(contract.performs[segment], ImpedanceSweep) else Reading
    assert seen
    assert {type(one) for one in seen} == {kind}
    times = [one.time_s for one in seen]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= bench.clock.now_s() + 0.1


@every_segment
def test_whoever_waits_for_a_segment_is_woken_ten_times_a_second(contract, segment):
    bench = ContractBench(contract, PacedClock())
    bench.device.connect()
    began_s = bench.clock.now_s()
    course = bench.device.perform(contract.performs[segment])
    woken = [began_s, *(bench.clock.now_s() for _ in course)]
    assert max(after - before for before, after in itertools.pairwise(woken)) <= HEARTBEAT_S


@every_driver
def test_a_segment_that_is_closed_early_drives_the_cell_no_more(contract):
    bench = ContractBench(contract)
    bench.device.connect()
    running = bench.device.perform(driving(contract))
    while next(running) is None:
        pass
    running.close()
    assert not bench.cell.is_driven


@every_driver
def test_making_safe_opens_the_cell_at_any_time_and_twice(contract):
    bench = ContractBench(contract)
    bench.device.make_safe()
    bench.device.connect()
    bench.device.make_safe()
    running = bench.device.perform(driving(contract))
    while next(running) is None:
        pass
    bench.device.make_safe()
    assert bench.cell.is_open
    bench.device.make_safe()
    assert bench.cell.is_open
    running.close()
    assert bench.cell.is_open


@every_driver
def test_a_new_driver_opens_a_cell_that_an_earlier_one_left_driven(contract):
    bench = ContractBench(contract)
    bench.device.connect()
    running = bench.device.perform(driving(contract))
    while next(running) is None:
        pass
    assert not bench.cell.is_open
    bench.another().make_safe()
    assert bench.cell.is_open


@every_driver
def test_after_it_was_closed_twice_it_can_be_connected_again(contract):
    bench = ContractBench(contract)
    bench.device.connect()
    bench.device.close()
    bench.device.close()
    bench.wire.reopen()
    bench.device.connect()
    assert carried_out(bench, next(iter(contract.performs)))[0]


@every_driver
def test_a_stranger_in_its_place_is_asked_and_nothing_else(contract):
    stranger, clock = Stranger(), JumpClock()
    line = Counting(InProcessLink(stranger, clock))
    wire = FaultyLink(line, clock, speaks_in_lines=contract.speaks_in_lines)
    device = contract.device(wire, clock)
    with pytest.raises((WrongInstrumentError, LinkLostError)):
        device.connect()
    with pytest.raises(DriverError):
        next(device.perform(driving(contract)))


@every_driver
def test_it_names_the_document_that_it_follows(contract):
    assert "Source:" in (contract.module.__doc__ or "")


def driving(contract):
    """A segment in which the instrument drives the cell."""
    names = [name for name in contract.performs if name != "measure"]
    return contract.performs["galvanostatic" if "galvanostatic" in names else names[0]]


def carried_out(bench, segment):
    """All observations, and how it ended."""
    ends = []

    def course():
        ends.append((yield from bench.device.perform(bench.contract.performs[segment])))

    seen = [one for one in course() if one is not None]
    return seen, ends[0]
