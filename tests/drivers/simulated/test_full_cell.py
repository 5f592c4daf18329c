"""The full cell keeps the laws: charge, energy, one description in time and frequency."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.cell_file import load_simulated_cell
from solidcell.drivers.simulated.changes import Change
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.full_cell.cell import ALL, NONE, Ageing, FullCell
from solidcell.drivers.simulated.full_cell.diffusion import relaxations, surface_lead
from solidcell.drivers.simulated.full_cell.materials import INDIUM, NMC
from solidcell.drivers.simulated.full_cell.potential import Potential
from solidcell.drivers.simulated.network import Drive

ONE_C_A = 200 * NMC.loading_kg_m2 * 0.785e-4  # 200 mAh/g of the open-circuit table


def half_cycle(cell: FullCell, current_a: float, stop_v: float, step_s: float = 30.0):
    """Charge in C and energy in J until the voltage is reached."""
    charge_c = energy_j = 0.0
    terminal = cell.terminal
    while True:
        near = abs(terminal.voltage_v - stop_v) < 0.03
        period_s = step_s / 20 if near else step_s
        terminal = cell.advance(period_s, Drive("current", current_a))
        charge_c += current_a * period_s
        energy_j += current_a * period_s * terminal.voltage_v
        if math.copysign(1, current_a) * (terminal.voltage_v - stop_v) >= 0:
            return charge_c, energy_j


def cycle(cell: FullCell, rate_c: float, step_s: float = 60.0):
    charge = half_cycle(cell, rate_c * ONE_C_A, 4.3, step_s)
    return charge, half_cycle(cell, -rate_c * ONE_C_A, 3.0, step_s)


@pytest.mark.slow
def test_a_twentieth_of_c_gives_the_capacity_of_the_table_within_two_percent() -> None:
    cell = FullCell(ageing=NONE)
    cycle(cell, 0.05, 120.0)
    (charge_c, _), (discharge_c, _) = cycle(cell, 0.05, 120.0)
    table_c = 200 * 3.6 * cell.active_mass_kg * 1e3
    assert charge_c == pytest.approx(table_c, rel=0.02)
    assert -discharge_c == pytest.approx(table_c, rel=0.02)


@pytest.mark.slow
def test_current_is_paid_with_capacity_once_the_drop_is_a_few_tenths_of_a_volt() -> None:
    cell = FullCell(ageing=NONE, charge_fraction=0.1)
    areal = cell.impedance(np.array([0.1]))[0].real * 2.0 * ONE_C_A
    (fast_c, _), _ = cycle(cell, 2.0, 20.0)
    (slow_c, _), _ = cycle(FullCell(ageing=NONE, charge_fraction=0.1), 0.1, 120.0)
    assert 0.25 < areal < 0.5  # volt
    assert 0.3 < fast_c / slow_c < 0.75


@pytest.mark.slow
def test_what_goes_in_comes_out_but_for_the_leak() -> None:
    cell = FullCell(ageing=replace(NONE, leak=True))
    rate_c = 0.2
    cycle(cell, rate_c, 120.0)
    (charge_c, energy_in), (discharge_c, energy_out) = cycle(cell, rate_c, 120.0)
    mean_v = (energy_in / charge_c + energy_out / discharge_c) / 2
    leak = mean_v / cell.electronic_leak_ohm / (rate_c * ONE_C_A)
    assert 1 + discharge_c / charge_c == pytest.approx(2 * leak, rel=0.1)


@pytest.mark.slow
@given(st.lists(st.floats(-1.5, 1.5), min_size=1, max_size=12))
@settings(max_examples=12)
def test_every_history_costs_energy_and_keeps_every_charge(rates) -> None:
    cell = FullCell(ageing=NONE, charge_fraction=0.5)
    charge_c = energy_j = 0.0
    for rate_c in [*rates, 0.0]:
        steps = 4 if rate_c else 10
        for _ in range(steps):
            terminal = cell.advance(30.0, Drive("current", rate_c * ONE_C_A))
            charge_c += terminal.current_a * 30.0
            energy_j += terminal.current_a * 30.0 * terminal.voltage_v
    stored = charge_c / cell.capacity_c
    assert cell.charge_fraction == pytest.approx(0.5 + stored, abs=1e-12)
    fractions = np.linspace(0.5, 0.5 + stored, 400)
    volts = [NMC.potential.at(float(x)) for x in fractions]
    assert energy_j >= cell.capacity_c * np.trapezoid(volts, fractions) - 1e-9


def test_what_a_slow_cycle_loses_is_what_its_resistances_turn_into_heat() -> None:
    cell = FullCell(ageing=NONE, charge_fraction=0.4)
    current_a = 0.02 * ONE_C_A
    energy_j = 0.0
    for sign in (1, -1):
        for _ in range(240):
            energy_j += (
                sign
                * current_a
                * 30.0
                * cell.advance(30.0, Drive("current", sign * current_a)).voltage_v
            )
    resistance = cell.impedance(np.array([2e-3]))[0].real  # the particles nearly in step
    assert energy_j / (2 * 240 * 30.0) == pytest.approx(current_a**2 * resistance, rel=0.1)


@pytest.mark.slow
def test_a_sampled_wave_meets_the_impedance_where_the_rails_are_short() -> None:
    thin = replace(NMC, thickness_m=5e-6)
    cell = FullCell(thin, ageing=NONE, charge_fraction=0.5)
    hertz, per_period, amplitude = 0.02, 400, 1e-6
    step_s = 1 / hertz / per_period
    turn = np.exp(-2j * math.pi * np.arange(per_period) / per_period)
    volts = []
    for n in range(4 * per_period):
        level = amplitude * math.cos(2 * math.pi * n / per_period)
        volts.append(cell.advance(step_s, Drive("current", level)).voltage_v)
    last = np.array(volts[-per_period:])
    measured = 2 / per_period * (last - last.mean()) @ turn / amplitude
    half_step = np.exp(-1j * math.pi / per_period) / np.sinc(1 / per_period)
    expected = cell.impedance(np.array([hertz]))[0]
    # read at the end of each held step: half a step early
    assert abs(measured * half_step.conjugate() ** -1 / expected - 1) < 0.02


def test_the_modes_of_the_sphere_are_its_closed_form() -> None:
    hertz = np.logspace(-6, 0, 25)
    s = np.sqrt(2j * math.pi * hertz * 600.0)
    closed = 600.0 / 3 * np.tanh(s) / (s - np.tanh(s)) - 1 / (2j * math.pi * hertz)
    assert np.abs(surface_lead(600.0, hertz) / closed - 1).max() < 0.01
    assert relaxations(600.0)[0].sum() == pytest.approx(0.2, rel=1e-12)


@given(st.floats(-0.2, 1.2), st.floats(1e-6, 0.3))
@settings(max_examples=25)
def test_more_charge_always_means_more_voltage(fraction, more) -> None:
    assert NMC.potential.at(fraction + more) > NMC.potential.at(fraction)


def test_a_table_that_does_not_rise_is_refused() -> None:
    with pytest.raises(ValueError, match="rising in both"):
        Potential.through([(0.0, 3.0), (0.5, 2.9), (1.0, 4.0)])


def test_indium_lowers_every_voltage_by_its_own_potential() -> None:
    lithium, indium = FullCell(ageing=NONE), FullCell(anode=INDIUM, ageing=NONE)
    assert lithium.open_circuit_v - indium.open_circuit_v == pytest.approx(0.62)


def test_a_held_voltage_is_held_and_its_current_dies_away() -> None:
    cell = FullCell(ageing=NONE, charge_fraction=0.5)
    first = cell.advance(1.0, Drive("voltage", 4.1))
    later = cell.advance(7200.0, Drive("voltage", 4.1))
    assert first.voltage_v == pytest.approx(4.1, abs=1e-9)
    assert later.voltage_v == pytest.approx(4.1, abs=1e-9)
    assert 0 < later.current_a < 0.2 * first.current_a


def test_a_source_stops_at_its_limits() -> None:
    cell = FullCell(ageing=NONE, charge_fraction=0.5)
    clamped = cell.advance(1.0, Drive("current", 0.1, limit=4.3))
    assert clamped.limited
    assert clamped.voltage_v == pytest.approx(4.3, abs=1e-6)
    limited = cell.advance(1.0, Drive("voltage", 4.2, limit=1e-4))
    assert limited.limited
    assert limited.current_a == pytest.approx(1e-4)


def test_formation_takes_its_charge_once() -> None:
    cell = FullCell(ageing=replace(NONE, formation=True))
    expected_c = cell.formation_left_c
    (first_c, _), (first_back_c, _) = cycle(cell, 0.5)
    (second_c, _), (second_back_c, _) = cycle(cell, 0.5)
    assert cell.formation_left_c == pytest.approx(0.0, abs=0.01 * expected_c)
    assert first_c + first_back_c == pytest.approx(expected_c, rel=0.05)
    assert second_c + second_back_c == pytest.approx(0.0, abs=0.01 * expected_c)


@pytest.mark.parametrize("pressure_mpa", [5.0, 50.0])
def test_less_pressure_loses_more_particles(pressure_mpa) -> None:
    cell = FullCell(
        ageing=Ageing(lithium_contact=False, interphases=False, formation=False, leak=False),
        stack_pressure_pa=pressure_mpa * 1e6,
        charge_fraction=0.5,
    )
    for sign in (1, -1):
        cell.advance(3600.0, Drive("current", sign * 0.2 * ONE_C_A))
    lost = 1 - cell.connected
    assert lost == pytest.approx(5e-4 * 0.4 * 5 / pressure_mpa, rel=0.01)


def test_the_film_on_the_particles_grows_as_the_square_root_of_time() -> None:
    def arc(cell: FullCell) -> float:
        low, high = cell.impedance(np.array([1.0, 2e3])).real
        return low - high

    cells = [FullCell(ageing=replace(NONE, interphases=True)) for _ in range(3)]
    for cell, hours in zip(cells, (0, 1, 4), strict=True):
        cell.advance(hours * 3600.0)
    films = [cell._film - NMC.interphase_ohm_m2**2 for cell in cells]
    assert films[2] == pytest.approx(4 * films[1], rel=1e-9)
    assert arc(cells[0]) < arc(cells[1]) < arc(cells[2])


def test_left_alone_it_discharges_by_the_current_of_its_leak() -> None:
    cell = FullCell(ageing=replace(NONE, leak=True), charge_fraction=0.9)
    volt = cell.open_circuit_v
    cell.advance(4 * 3600.0)
    lost_c = (0.9 - cell.charge_fraction) * cell.capacity_c
    assert lost_c == pytest.approx(volt / cell.electronic_leak_ohm * 4 * 3600, rel=0.01)


def test_warmth_makes_it_faster() -> None:
    cell = FullCell(ageing=NONE, changes=[Change(at_s=60.0, temperature_k=333.15)])
    cold = cell.impedance(np.array([1.0]))[0].real
    cell.advance(120.0)
    assert cell.impedance(np.array([1.0]))[0].real < 0.5 * cold


def test_it_stands_in_a_cell_file_and_behind_an_instrument() -> None:
    cell = load_simulated_cell("nmc_lpscl")
    assert cell.active_mass_kg == pytest.approx(12.175e-6, rel=1e-3)
    front_end = FrontEnd(cell)
    front_end.drive_current(0.0, 1e-4, 4.4)
    reading = front_end.measure(60.0)
    assert reading.current_a == pytest.approx(1e-4, rel=1e-3)
    assert 3.0 < reading.voltage_v < 4.3
    assert cell.truth.label == "healthy"
    assert ALL != NONE
