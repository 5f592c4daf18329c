"""Cycles: efficiencies against the simulated cell's leak, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.cycling.cycles import Meter, capacity_c, coulombic_efficiency, cycles_of
from solidcell.analysis.cycling.formation import formation_loss
from solidcell.analysis.cycling.half_cycles import half_cycles
from solidcell.drivers.simulated.full_cell.cell import NONE, FullCell
from support.full_cell_lab import ONE_C_A, FullCellLab
from support.half_cycles import cycle, half_cycle


@pytest.mark.slow
def test_the_efficiency_of_a_leaking_cell_is_told_by_its_leak() -> None:
    lab = FullCellLab(FullCell(ageing=replace(NONE, leak=True), separator_m=50e-6))
    rate_c = 0.2
    for _ in range(2):
        lab.cycle(rate_c)
    second = cycles_of(half_cycles(lab.stretches()))[1]
    found = coulombic_efficiency(second)
    leak = 3.93 / lab.cell.electronic_leak_ohm / (rate_c * ONE_C_A)
    assert 1 - found.value == pytest.approx(2 * leak, abs=3 * found.standard_error)
    assert 2 * leak > 5 * found.standard_error


def test_a_discharge_belongs_to_the_charge_before_it() -> None:
    order = [half_cycle(10.0, sign, cycle=n) for sign, n in ((-1, 0), (1, 0), (-1, 1), (1, 1))]
    first, second, third = cycles_of(order)
    assert (first.charge, first.number) == (None, 0)
    assert (second.charge, second.discharge) == (order[1], order[2])
    assert (third.charge, third.discharge) == (order[3], None)


@given(st.floats(0.5, 1.0), st.floats(1e-4, 1e-2))
@settings(max_examples=20)
def test_the_gain_of_the_meter_cancels_in_an_efficiency(share, gain) -> None:
    one = cycle(3, 100.0 * share, 100.0)
    assert coulombic_efficiency(one, Meter(current_gain=gain)).standard_error == 0.0
    assert capacity_c(one.discharge, Meter(current_gain=gain)).standard_error == pytest.approx(
        gain * 100.0 * share
    )


def test_the_offset_of_the_meter_counts_over_the_whole_cycle() -> None:
    one = cycle(0, 3600.0)  # an hour each way at 1 A
    found = coulombic_efficiency(one, Meter(current_offset_a=1e-3))
    assert found.standard_error == pytest.approx(2e-3)


def test_there_is_no_efficiency_without_both_cut_offs() -> None:
    whole = cycle(7, 99.0, 100.0)
    timed_out = replace(whole, charge=replace(whole.charge, is_complete=False, end="limit_tripped"))
    words = "charge of cycle 7 did not end at its voltage: limit tripped"
    with pytest.raises(ValueError, match=words):
        coulombic_efficiency(timed_out)
    with pytest.raises(ValueError, match="cycle 7 has no charge"):
        coulombic_efficiency(replace(whole, charge=None))
    unseen = replace(whole, discharge=replace(whole.discharge, unobserved_c=None))
    with pytest.raises(ValueError, match="gap in which an unknown charge"):
        coulombic_efficiency(unseen)


def test_hysteresis_and_energy_efficiency_are_of_the_mean_voltages() -> None:
    one = cycle(0, 90.0, 100.0)
    assert one.hysteresis_v == pytest.approx(0.2)
    assert one.energy_efficiency == pytest.approx(0.9 * 3.8 / 4.0)


def test_formation_loses_what_the_cell_spent_on_it() -> None:
    lab = FullCellLab(FullCell(ageing=replace(NONE, formation=True)))
    spent_c = lab.cell.formation_left_c
    lab.cycle(0.5, 0, phase="formation")
    lab.cycle(0.5, 1, phase="formation")
    lab.cycle(1.0, 2, phase="cycling")
    found = formation_loss(cycles_of(half_cycles(lab.stretches())))
    assert found.numbers == (0, 1)
    assert found.total_loss.value == pytest.approx(spent_c, rel=0.03)
    first = found.first_discharge.value / found.first_charge.value
    assert found.first_efficiency.value == pytest.approx(first)


def test_a_first_cycle_that_broke_off_has_no_formation_loss() -> None:
    with pytest.raises(ValueError, match="no discharge"):
        formation_loss(cycles_of([half_cycle(10.0, 1)]))
