import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.cell_file import load_front_end
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.front_end import Faults, FrontEnd
from solidcell.drivers.simulated.lithium_contact import LINEAR_AND_STILL
from solidcell.drivers.simulated.network import OPEN, Drive
from solidcell.drivers.simulated.presets import material
from solidcell.drivers.simulated.rig import Rig, load_rig
from solidcell.drivers.simulated.wiring import merged, share_of


def cell() -> SymmetricCell:
    return SymmetricCell(material("LPSCl"), options=LINEAR_AND_STILL)


def two_on_one_cell(**more) -> tuple[FrontEnd, FrontEnd]:
    rig = Rig([cell()], JumpClock(), **more)
    return rig.front_end(IDEAL), rig.front_end(IDEAL)


levels = st.floats(-1e-2, 1e-2)
limits = st.floats(0.1, 10.0)
drives = st.one_of(
    st.just(OPEN),
    st.builds(Drive, st.just("current"), levels, limits),
    st.builds(Drive, st.just("voltage"), st.floats(-1, 1), st.floats(1e-6, 1.0)),
)


def test_beside_an_open_instrument_the_other_reads_what_it_reads_alone() -> None:
    alone = FrontEnd(cell(), IDEAL)
    first, second = two_on_one_cell()
    for drive in ("current", "voltage"):
        readings = []
        for front_end in (alone, first):
            at_s = 10.0 + front_end.cell.time_s
            if drive == "current":
                front_end.drive_current(at_s, 1e-3, 5.0)
            else:
                front_end.drive_voltage(at_s, 0.01, 0.1)
            readings.append((front_end.measure(at_s + 60), front_end.impedance(at_s + 60, 1e3, 1)))
        assert readings[0] == readings[1]
        assert second.measure(first.cell.time_s).voltage_v == first.measure(0.0).voltage_v
        assert second.measure(0.0).current_a == 0.0


@given(levels, levels)
@settings(max_examples=12, deadline=None)
def test_the_currents_of_two_sources_add_in_the_cell(first_a: float, second_a: float) -> None:
    one = FrontEnd(cell(), IDEAL)
    one.drive_current(1.0, first_a + second_a, 1e3)
    first, second = two_on_one_cell()
    first.drive_current(1.0, first_a, 1e3)
    second.drive_current(1.0, second_a, 1e3)
    expected = one.measure(100.0)
    for front_end, current_a in ((first, first_a), (second, second_a)):
        reading = front_end.measure(100.0)
        assert reading.current_a == current_a
        assert reading.voltage_v == pytest.approx(expected.voltage_v, rel=1e-6, abs=1e-12)


def test_a_voltage_source_holds_its_voltage_and_takes_up_what_a_current_source_pushes() -> None:
    source, holder = two_on_one_cell()
    source.drive_current(1.0, 2e-3, 5.0)
    holder.drive_voltage(2.0, 0.0, 0.1)
    assert holder.measure(60.0).voltage_v == pytest.approx(0.0, abs=1e-9)
    assert source.measure(60.0).current_a == 2e-3
    assert holder.measure(60.0).current_a == pytest.approx(-2e-3, rel=1e-6)


def test_a_voltage_source_that_may_not_take_up_the_push_lets_the_rest_into_the_cell() -> None:
    source, holder = two_on_one_cell()
    source.drive_current(1.0, 2e-3, 5.0)
    holder.drive_voltage(2.0, 0.0, 0.5e-3)
    reading = holder.measure(60.0)
    assert (reading.limited, reading.current_a) == (True, pytest.approx(-0.5e-3))
    assert holder.cell.terminal.current_a == pytest.approx(1.5e-3)
    assert reading.voltage_v > 0.05


def test_of_two_current_sources_the_narrower_voltage_limit_holds_both_back() -> None:
    weak, strong = two_on_one_cell()
    weak.drive_current(1.0, 0.1, 1.0)
    strong.drive_current(1.0, 0.1, 5.0)
    seen = weak.measure(60.0), strong.measure(60.0)
    assert [reading.voltage_v for reading in seen] == pytest.approx([1.0, 1.0])
    assert [reading.limited for reading in seen] == [True, False]
    assert seen[1].current_a == 0.1
    assert sum(reading.current_a for reading in seen) == pytest.approx(weak.cell.terminal.current_a)


@given(st.lists(drives, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_the_instruments_see_adds_up_to_the_current_of_the_cell(some: list[Drive]) -> None:
    some = [replace(drive) for drive in some]  # equal drives of two instruments stay two
    assume(any(drive.mode != "open" for drive in some))
    whole = merged(some)
    total_a = whole.level if whole.mode == "current" else 3e-4
    for limited in (False, True):
        shares = [share_of(drive, some, total_a, limited) for drive in some]
        assert sum(share.current_a for share in shares) == pytest.approx(total_a, abs=1e-12)
        for drive, share in zip(some, shares, strict=True):
            assert share.current_a == 0.0 or drive.mode != "open"


@given(st.lists(drives, max_size=4))
@settings(max_examples=30, deadline=None)
def test_open_instruments_change_nothing(some: list[Drive]) -> None:
    closed = [drive for drive in some if drive.mode != "open"]
    assert merged(some) == merged(closed)


def test_an_instrument_that_is_off_at_zero_volts_shorts_the_cell_for_an_analyser() -> None:
    analyser, source = two_on_one_cell()
    analyser.drive_voltage(1.0, 0.0, 1.0)
    free = analyser.impedance(2.0, 1e3, 0.1)
    source.drive_voltage(3.0, 0.0, 1e-3)
    shorted = analyser.impedance(4.0, 1e3, 0.1)
    source.open(5.0)
    assert abs(free) > 10
    assert abs(shorted) < 0.02
    assert analyser.impedance(6.0, 1e3, 0.1) == pytest.approx(free)


def test_on_a_rig_a_report_that_comes_late_counts_for_the_cell_as_it_is() -> None:
    early, late = two_on_one_cell()
    early.drive_current(0.0, 1e-3, 5.0)
    now = early.measure(100.0)
    assert late.measure(40.0).voltage_v == now.voltage_v
    early.open(50.0)
    assert early.cell.time_s == pytest.approx(100.0, abs=1e-3)


def test_a_bad_contact_of_the_holder_is_seen_by_every_instrument() -> None:
    source, meter = two_on_one_cell(faults=Faults(probe_contacts=((10.0, 5.0, 30.0),)))
    source.drive_current(0.0, 1e-3, 5.0)
    before, during, after = (
        (source.measure(at_s).voltage_v, meter.measure(at_s).voltage_v)
        for at_s in (9.0, 12.0, 16.0)
    )
    assert np.subtract(during, before) == pytest.approx([0.03, 0.03])
    assert after == pytest.approx(before)


def test_the_instruments_of_a_rig_differ_and_two_rigs_of_one_seed_do_not() -> None:
    def readings() -> list[float]:
        rig = Rig([cell()], JumpClock(), seed=3)
        first, second = rig.front_end(), rig.front_end()
        first.drive_current(0.0, 1e-3, 5.0)
        return [first.measure(5.0).voltage_v, second.measure(5.0).voltage_v]

    assert readings() == readings()
    assert len(set(readings())) == 2


def test_the_truth_names_what_drives_the_cell_whichever_instrument_it_is() -> None:
    first, second = two_on_one_cell()
    said: list[tuple[float, str]] = []
    first.truth.note_output = lambda at_s, mode: said.append((round(at_s, 3), mode))  # type: ignore
    first.drive_current(1.0, 1e-3, 5.0)
    second.drive_current(2.0, 1e-3, 5.0)
    second.drive_voltage(3.0, 0.0, 1.0)
    second.open(4.0)
    first.open(5.0)
    assert said == [(1.0, "current"), (3.0, "voltage"), (4.0, "current"), (5.0, "open")]


def test_a_rig_without_a_cell_or_a_cell_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a cell"):
        Rig([], JumpClock())
    with pytest.raises(ValueError, match="cell 2 is not there: 0 to 1"):
        Rig([cell(), cell()], JumpClock()).front_end(cell=2)


def test_the_first_instrument_of_a_rig_reads_what_it_would_without_one() -> None:
    readings = []
    for front_end in (load_front_end("lpscl"), load_rig("lpscl", JumpClock()).front_end()):
        front_end.drive_current(0.0, 5e-4, 5.0)
        before = [front_end.measure(float(at_s)) for at_s in range(0, 3600, 40)]
        front_end.drive_voltage(3600.0, 0.0, 1.0)
        readings.append((before, front_end.impedance(3700.0, 1e3, 1.0)))
        front_end.open(3800.0)
    assert readings[0] == readings[1]


def test_who_counts_from_another_cell_sees_that_one_as_the_first(tmp_path) -> None:
    rig = load_rig("llzo", JumpClock(), cells=3)
    rest = rig.counted_from(1)
    assert rest.cells == rig.cells[1:]
    assert rest.front_end(cell=1).cell is rig.cells[2]
    assert rest.counted_from(1).front_end().cell is rig.cells[2]
    assert rest.oven is rig.oven
    with pytest.raises(ValueError, match="cell 2 is not there: 0 to 1"):
        rest.front_end(cell=2)
    rig.write_truth(tmp_path / "truth.jsonl")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["truth-1.jsonl", "truth-2.jsonl", "truth.jsonl"]
    for cell in rig.cells:
        cell.truth.close()


def test_an_infinite_limit_is_no_infinite_current() -> None:
    weak, strong = Drive("voltage", 1.0, math.inf), Drive("voltage", 0.0, math.inf)
    assert merged([weak, strong]).level in (0.0, 1.0)
    assert math.isfinite(share_of(weak, [weak, strong], 1e-3, False).current_a)
