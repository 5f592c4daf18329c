"""Half-cycles out of stretches: charge, energy, grouping, ends."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.cycling.half_cycles import NoCyclesError, half_cycles
from solidcell.analysis.cycling.stretches import Stretch, stretches_of
from solidcell.analysis.runs import load_run
from support.full_cell_lab import ONE_C_A, FullCellLab


def stretch(current_a=1.0, volts=4.0, start_s=0.0, n=10, kind="Galvanostatic", **more) -> Stretch:
    return Stretch(
        **{
            "kind": kind,
            "start_s": start_s,
            "time_s": start_s + np.arange(1.0, n + 1),
            "voltage_v": np.full(n, volts),
            "current_a": np.full(n, current_a),
            "temperature_k": np.full(n, 298.0),
            "direction": int(np.sign(current_a)),
            "end": "voltage_limit",
            **more,
        }
    )


@pytest.fixture(scope="module")
def lab() -> FullCellLab:
    made = FullCellLab()
    made.rest(600.0)
    for _ in range(2):
        made.drive(1.0, 4.3, 60.0)
        made.hold(4.3, 0.2, 60.0)
        made.rest(600.0)
        made.drive(-1.0, 3.0, 60.0)
        made.rest(600.0)
    return made


def test_charge_is_counted_back_to_the_beginning_of_the_segment() -> None:
    assert stretch(2.0, n=5).charge_c[-1] == pytest.approx(10.0)


@given(st.lists(st.floats(0.1, 2.0), min_size=2, max_size=20), st.lists(st.floats(0.5, 9.0)))
@settings(max_examples=20)
def test_a_reading_more_on_a_straight_line_changes_no_charge(currents, steps) -> None:
    time_s = np.cumsum(np.resize([1.0, *steps], len(currents)))
    coarse = replace(stretch(n=len(currents)), time_s=time_s, current_a=np.array(currents))
    between = (time_s[1:] + time_s[:-1]) / 2
    more_s = np.sort(np.concatenate([time_s, between]))
    fine = replace(
        coarse,
        time_s=more_s,
        current_a=np.interp(more_s, time_s, currents),
        voltage_v=np.full(more_s.size, 4.0),
        temperature_k=np.full(more_s.size, 298.0),
    )
    assert fine.charge_c[-1] == pytest.approx(coarse.charge_c[-1])


def test_a_hold_belongs_to_the_charge_before_it(lab) -> None:
    halves = half_cycles(lab.stretches())
    assert [half.direction for half in halves] == [1, -1, 1, -1]
    assert [half.cycle for half in halves] == [0, 0, 1, 1]
    assert halves[0].held_share > 0.02
    assert halves[1].held_share == 0.0
    assert all(half.is_complete for half in halves)


def test_the_charge_is_what_the_particles_took_up(lab) -> None:
    fresh = FullCellLab()
    before = fresh.cell.charge_fraction
    fresh.drive(0.5, 4.3, 60.0)
    fresh.hold(4.3, 0.1)
    taken_c = (fresh.cell.charge_fraction - before) * fresh.cell.capacity_c
    (half,) = half_cycles(fresh.stretches())
    # in a hold the current falls along a curve, which trapezoids cut
    assert half.capacity_c == pytest.approx(taken_c, rel=3e-3)
    assert half.energy_j == pytest.approx(half.mean_voltage_v * half.capacity_c)
    assert half.mean_voltage_v == pytest.approx(
        np.trapezoid(half.voltage_v, half.charge_c) / np.ptp(half.charge_c), rel=1e-3
    )


def test_the_cut_off_is_known_to_one_reading() -> None:
    lab = FullCellLab()
    lab.drive(1.0, 4.3, 60.0)
    (half,) = half_cycles(lab.stretches())
    assert half.sampling_c == pytest.approx(ONE_C_A * 3.0 / np.sqrt(12))


def test_tags_count_the_cycles_where_there_are_any() -> None:
    parts = [
        stretch(1.0, cycle=4, start_s=0.0),
        stretch(-1.0, 3.8, cycle=4, start_s=20.0),
        stretch(-0.5, 3.8, cycle=5, start_s=40.0),
    ]
    assert [half.cycle for half in half_cycles(parts)] == [4, 4, 5]


def test_numbers_go_on_where_a_later_item_counts_from_0_again() -> None:
    parts = [
        stretch(sign, 3.9, cycle=number, start_s=20.0 * place)
        for place, (sign, number) in enumerate([(1, 0), (-1, 0), (1, 1), (-1, 1), (1, 0), (-1, 0)])
    ]
    assert [half.cycle for half in half_cycles(parts)] == [0, 0, 1, 1, 2, 2]


def test_a_half_cycle_that_ended_otherwise_is_not_complete() -> None:
    (half,) = half_cycles([stretch(end="completed")])
    assert not half.is_complete
    assert half.end == "completed"


def test_a_symmetric_cell_has_no_capacity() -> None:
    parts = [stretch(1.0, 0.05), stretch(-1.0, -0.05, start_s=20.0)]
    with pytest.raises(NoCyclesError, match="symmetric cell has neither"):
        half_cycles(parts)


def test_a_run_without_current_has_no_cycles() -> None:
    with pytest.raises(NoCyclesError, match="no segment carries a current"):
        half_cycles([stretch(0.0, kind="Rest")])


def test_charge_that_nobody_saw_stays_with_its_half_cycle() -> None:
    seen, bounded, unknown = (
        half_cycles([stretch(unobserved_c=bound)])[0].unobserved_c for bound in (0.0, 0.4, None)
    )
    assert (seen, bounded, unknown) == (0.0, 0.4, None)


def test_the_step_out_of_a_rest_gives_a_resistance() -> None:
    rest = stretch(0.0, 3.9, kind="Rest")
    (half,) = half_cycles([rest, stretch(-0.01, 3.7, start_s=10.0)])
    assert half.step_ohm == pytest.approx(20.0)


def test_a_run_file_gives_the_same_half_cycles(lab, tmp_path) -> None:
    run = load_run(lab.write(tmp_path / "a.run.sqlite"))
    from_file, direct = half_cycles(stretches_of(run)), half_cycles(lab.stretches())
    assert [half.capacity_c for half in from_file] == pytest.approx(
        [half.capacity_c for half in direct]
    )
    assert [half.end for half in from_file] == [half.end for half in direct]


def test_a_half_cycle_that_ended_before_any_charge_passed_is_left_out() -> None:
    at_once = stretch(-1.0, 3.0, cycle=0, start_s=20.0, n=1, time_s=np.array([20.0]))
    halves = half_cycles([stretch(1.0, cycle=0), at_once, stretch(1.0, cycle=1, start_s=40.0)])
    assert [(half.cycle, half.direction) for half in halves] == [(0, 1), (1, 1)]
