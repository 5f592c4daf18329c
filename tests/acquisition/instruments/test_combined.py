"""A source and an analyser on one cell: never both at once, and both made safe whatever happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.instruments.combined import Combined
from solidcell.acquisition.recovery.rejoin import meet
from solidcell.drivers.capabilities import HeldLimits, OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Rest, SegmentEnd
from support.shared_cell import SharedAnalyser, SharedCell, SharedSource

REST = Rest(duration_s=10.0)
PLATE = Galvanostatic(current_a=1e-3, duration_s=30.0, voltage_min_v=-1.0, voltage_max_v=1.0)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1e3, points_per_decade=1, amplitude=0.01
)


class Pair:
    def __init__(self):
        self.cell = SharedCell()
        clock = JumpClock()
        self.source, self.analyser = (
            SharedSource(self.cell, clock),
            SharedAnalyser(self.cell, clock),
        )
        self.device = Combined(self.source, self.analyser)
        self.device.connect()

    def carry_out(self, segment):
        performance = self.device.perform(segment)
        while True:
            try:
                next(performance)
            except StopIteration as end:
                return end.value


@pytest.fixture
def pair():
    return Pair()


@given(segments=st.lists(st.sampled_from([REST, PLATE, SWEEP]), max_size=8))
def test_in_any_order_of_segments_one_device_at_most_is_on_the_cell(segments):
    pair = Pair()
    for segment in segments:
        assert pair.carry_out(segment) is SegmentEnd.COMPLETED
        assert not (pair.analyser.is_on and segment is SWEEP)
    assert pair.cell.most_at_once <= 1
    pair.device.make_safe()
    assert pair.cell.on == set()


def test_the_cell_is_open_when_a_sweep_begins_and_the_bias_is_off_when_the_source_drives(pair):
    pair.carry_out(PLATE)
    assert pair.cell.on == {"source"}
    sweep = pair.device.perform(SWEEP)
    assert next(sweep) is None
    assert pair.cell.on == set()
    next(sweep)
    assert pair.cell.on == {"analyser"}
    sweep.close()
    assert pair.cell.on == set()
    rest = pair.device.perform(REST)
    assert next(rest) is None
    assert isinstance(next(rest), Reading)
    assert pair.cell.on == {"source"}


def test_an_analyser_that_was_left_on_is_taken_off_before_the_source_drives():
    pair = Pair()
    pair.cell.put_on("analyser")
    assert pair.device.connect() is OutputState.ON
    pair.carry_out(REST)
    assert pair.cell.most_at_once <= 1


@pytest.mark.parametrize("lost", ["source", "analyser"])
def test_both_are_made_safe_even_if_one_of_them_cannot_be_reached(pair, lost):
    pair.cell.put_on("source")
    pair.cell.put_on("analyser")
    getattr(pair, lost).is_lost = True
    with pytest.raises(LinkLostError):
        pair.device.make_safe()
    assert pair.cell.on == {lost}
    getattr(pair, lost).is_lost = False
    pair.device.make_safe()
    assert pair.cell.on == set()


@pytest.mark.parametrize("lost", ["source", "analyser"])
def test_after_the_death_of_a_worker_the_one_that_answers_is_opened_without_the_other(pair, lost):
    serial = pair.device.identity.serial
    pair.cell.put_on("source")
    pair.cell.put_on("analyser")
    getattr(pair, lost).is_lost = True
    with pytest.raises(LinkLostError, match=f"no answer from the {lost}"):
        meet(pair.device, serial)
    assert pair.cell.on == {lost}


def test_another_instrument_in_the_place_of_one_of_them_is_left_as_it_is(pair):
    pair.cell.put_on("source")
    pair.cell.put_on("analyser")
    with pytest.raises(WrongInstrumentError, match=r"'S1 \+ A1' answers"):
        meet(pair.device, "S9 + A1")
    assert pair.cell.on == {"source"}


def test_a_source_that_cannot_be_opened_lets_no_sweep_begin(pair):
    pair.carry_out(PLATE)
    pair.source.is_lost = True
    with pytest.raises(LinkLostError):
        pair.carry_out(SWEEP)
    assert "analyser" not in pair.cell.on


def test_each_checks_what_is_its_own(pair):
    with pytest.raises(OutOfRangeError, match="1e\\+08 Hz"):
        pair.device.check(
            ImpedanceSweep(
                frequency_max_hz=1e8, frequency_min_hz=1e3, points_per_decade=1, amplitude=0.01
            )
        )
    with pytest.raises(UnsupportedError):
        pair.analyser.check(REST)
    pair.device.check(REST)


def test_together_they_say_who_they_are_and_what_they_can_do(pair):
    assert pair.device.identity.model == "source + analyser"
    assert pair.device.identity.serial == "S1 + A1"
    assert {role: i.serial for role, i in pair.device.identities.items()} == {
        "galvanostat": "S1",
        "impedance_analyser": "A1",
    }
    envelope = pair.device.envelope
    assert envelope.segments == {"Rest", "Galvanostatic", "ImpedanceSweep"}
    assert (envelope.current_max_a, envelope.frequency_max_hz) == (0.1, 1e6)


def test_limits_are_held_by_the_source_and_a_sweep_is_never_taken_for_one_that_ends_itself(pair):
    assert pair.device.program_limits(5.0) == HeldLimits(
        values={"over_voltage_protection_v": 5.0}, by_segment=(), ends_segments=False
    )
