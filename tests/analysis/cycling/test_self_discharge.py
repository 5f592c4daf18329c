"""Self-discharge against the leak of the simulated cell."""

from dataclasses import replace

import pytest
from solidcell.analysis.cycling.self_discharge import (
    DAY_S,
    NotResolvedError,
    longest_hold,
    self_discharge,
)
from solidcell.drivers.simulated.full_cell.cell import NONE, FullCell
from support.full_cell_lab import FullCellLab

RATE_C = 0.5


def held(cell: FullCell, hold_s: float) -> FullCellLab:
    lab = FullCellLab(cell)
    lab.cycle(RATE_C, 0)
    lab.drive(RATE_C, 4.3, 120.0, cycle=1, direction=1)
    lab.rest(hold_s, 30.0, phase="hold")
    lab.drive(-RATE_C, 3.0, 120.0, cycle=1, direction=-1)
    lab.cycle(RATE_C, 2)
    return lab


@pytest.fixture(scope="module")
def leaking() -> FullCellLab:
    cell = FullCell(ageing=replace(NONE, leak=True), separator_m=10e-6)
    return held(cell, 0.5 * DAY_S)


@pytest.mark.slow
def test_what_a_leak_takes_comes_back_and_tells_the_leak(leaking) -> None:
    found = self_discharge(leaking.stretches())
    leak_a = 4.2 / leaking.cell.electronic_leak_ohm
    assert found.hold_s == pytest.approx(0.5 * DAY_S)
    assert found.leak_a.value == pytest.approx(leak_a, rel=0.05)
    assert abs(found.irreversible.value) < 3 * found.irreversible.standard_error
    assert found.reversible.value == pytest.approx(found.lost.value, rel=0.05)
    month = 30.4 / 0.5 * found.lost.value / found.before_c
    assert found.per_month.value == pytest.approx(month)
    assert found.voltage_end_v < found.voltage_begin_v


def test_a_cell_that_does_not_leak_gets_a_bound_instead_of_a_number() -> None:
    lab = held(FullCell(ageing=NONE), 3600.0)
    with pytest.raises(NotResolvedError, match=r"not resolved in 0\.04\d* d: below .* % per month"):
        self_discharge(lab.stretches())


def test_without_the_cycle_after_nothing_is_said_of_what_comes_back(leaking) -> None:
    found = self_discharge(leaking.stretches()[:-2])
    assert found.reversible is None
    assert found.irreversible is None
    assert found.leak_a.value == pytest.approx(found.lost.value / found.hold_s)


def test_the_discharge_before_and_after_must_be_there(leaking) -> None:
    parts = leaking.stretches()
    with pytest.raises(ValueError, match="no whole cycle before the hold"):
        self_discharge(parts[2:])
    with pytest.raises(ValueError, match="discharge after the hold is missing"):
        self_discharge(parts[:4])
    slower = [replace(parts[0], current_a=parts[0].current_a / 2), *parts[1:]]
    slower[1] = replace(parts[1], current_a=parts[1].current_a / 2)
    with pytest.raises(ValueError, match="different currents"):
        self_discharge(slower)


def test_the_hold_is_the_longest_rest_after_a_charge(leaking) -> None:
    parts = [replace(each, phase="") for each in leaking.stretches()]
    assert longest_hold(parts).duration_s == pytest.approx(0.5 * DAY_S)
    with pytest.raises(ValueError, match="never left at open circuit"):
        longest_hold(parts[:2])
