import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.oven import CELL_S, CellWarmth, SimulatedOven
from solidcell.drivers.simulated.presets import material
from solidcell.drivers.simulated.rig import Rig, load_rig

AMBIENT_K = 298.15
commands = st.lists(
    st.one_of(
        st.tuples(st.just("setpoint"), st.floats(250, 440)),
        st.tuples(st.just("ramp"), st.one_of(st.none(), st.floats(1e-3, 0.5))),
        st.tuples(st.just("switch"), st.booleans()),
    ),
    max_size=8,
)


def obey(oven: SimulatedOven, what: str, value, at_s: float) -> None:
    if what == "setpoint":
        oven.set_setpoint(at_s, value)
    elif what == "ramp":
        oven.set_ramp(at_s, value)
    else:
        oven.switch(at_s, value)


def warm(to_k: float = 333.15, ramp_k_s: float | None = None) -> SimulatedOven:
    oven = SimulatedOven()
    oven.set_ramp(0.0, ramp_k_s)
    oven.set_setpoint(0.0, to_k)
    oven.switch(0.0, True)
    return oven


def test_an_oven_that_is_off_stays_at_ambient_whatever_its_setpoint() -> None:
    oven = SimulatedOven()
    oven.set_setpoint(10.0, 400.0)
    assert oven.temperature_k(1e6) == AMBIENT_K
    assert oven.output(1e6) == 0.0
    assert oven.working_setpoint_k(1e6) == 400.0


def test_the_chamber_approaches_the_setpoint_with_its_time_constant() -> None:
    oven = warm()
    assert oven.temperature_k(120.0) == pytest.approx(333.15 - 35 / math.e)
    assert oven.temperature_k(3600.0) == pytest.approx(333.15, abs=1e-6)
    assert 0.1 < oven.output(3600.0) < 0.3
    assert oven.output(1.0) == 1.0


def test_on_a_ramp_the_working_setpoint_walks_to_the_target_and_the_chamber_lags_behind() -> None:
    oven = warm(ramp_k_s=1 / 60)
    assert oven.working_setpoint_k(600.0) == pytest.approx(AMBIENT_K + 10)
    assert oven.temperature_k(1500.0) == pytest.approx(AMBIENT_K + 25 - 2, abs=0.01)
    assert oven.working_setpoint_k(2101.0) == 333.15
    assert oven.temperature_k(4000.0) == pytest.approx(333.15, abs=1e-4)


def test_a_new_target_on_the_way_takes_the_place_of_the_old_one() -> None:
    oven = warm(ramp_k_s=1 / 60)
    oven.set_setpoint(600.0, AMBIENT_K)
    assert oven.working_setpoint_k(900.0) == pytest.approx(AMBIENT_K + 5)
    assert oven.working_setpoint_k(9999.0) == AMBIENT_K


def test_switched_off_it_cools_to_ambient_and_a_ramp_begins_where_the_chamber_is() -> None:
    oven = warm(ramp_k_s=1 / 60)
    oven.switch(7200.0, False)
    assert oven.output(7300.0) == 0.0
    cooled_k = oven.temperature_k(9000.0)
    assert cooled_k == pytest.approx(AMBIENT_K + 35 / math.e, abs=0.01)
    oven.switch(9000.0, True)
    assert oven.working_setpoint_k(9000.0) == pytest.approx(cooled_k)


def test_a_broken_sensor_reads_nothing_and_the_chamber_is_where_it_is() -> None:
    oven = warm()
    oven.sensor_broken = True
    assert math.isnan(oven.temperature_k(100.0))
    assert oven.chamber_k(3600.0) == pytest.approx(333.15)


def test_a_ramp_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="a ramp of 0 K/s is not allowed"):
        SimulatedOven().set_ramp(0.0, 0.0)


@given(commands)
@settings(max_examples=30, deadline=None)
def test_the_chamber_never_leaps_and_stays_between_all_that_it_was_told(given_commands) -> None:
    oven = SimulatedOven()
    told = [AMBIENT_K]
    for number, (what, value) in enumerate(given_commands):
        at_s = 400.0 * (number + 1)
        before_k = oven.chamber_k(at_s)
        obey(oven, what, value, at_s)
        told += [value] if what == "setpoint" else []
        assert oven.chamber_k(at_s) == pytest.approx(before_k, abs=1e-9)
    courses = [oven.chamber_k(at_s) for at_s in np.arange(0.0, 6000.0, 37.0)]
    assert min(told) - 1e-6 <= min(courses)
    assert max(courses) <= max(told) + 1e-6


@given(commands, st.lists(st.floats(0, 5000), max_size=6))
@settings(max_examples=25, deadline=None)
def test_it_does_not_matter_how_often_anybody_looks_at_a_cell_in_it(given_commands, looks) -> None:
    oven = SimulatedOven()
    for number, (what, value) in enumerate(given_commands):
        obey(oven, what, value, 500.0 * (number + 1))
    seldom, often = CellWarmth(oven, AMBIENT_K), CellWarmth(oven, AMBIENT_K)
    for at_s in sorted(looks):
        often.temperature_k(at_s)
    end_k = seldom.temperature_k(5000.0)
    assert (end_k is None) == (not oven.was_used)
    if end_k is not None:
        assert often.temperature_k(5000.0) == pytest.approx(end_k, abs=1e-6)


def test_a_cell_follows_the_chamber_as_the_equation_says() -> None:
    oven = warm(ramp_k_s=0.02)
    solved = solve_ivp(
        lambda at_s, inside: (oven.chamber_k(at_s) - inside) / CELL_S,
        (0.0, 4000.0),
        [AMBIENT_K],
        rtol=1e-9,
        max_step=50.0,
    )
    assert CellWarmth(oven, AMBIENT_K).temperature_k(4000.0) == pytest.approx(solved.y[0, -1])


def test_a_cell_as_slow_as_the_oven_is_refused() -> None:
    with pytest.raises(ValueError, match="must differ"):
        CellWarmth(SimulatedOven(), AMBIENT_K, lag_s=120.0)


def test_a_rig_whose_oven_is_never_used_leaves_its_cell_at_the_cells_own_temperature() -> None:
    rig = Rig([SymmetricCell(material("LLZO"), temperature_k=310.0)], JumpClock())
    rig.oven.set_setpoint(0.0, 350.0)
    rig.front_end().measure(36_000.0)
    assert rig.cells[0].temperature_k == 310.0


def test_all_cells_of_a_rig_follow_its_oven_and_their_resistance_their_temperature() -> None:
    rig = load_rig("llzo", JumpClock(), cells=2)
    meters = [rig.front_end(IDEAL, cell=number) for number in (0, 1)]
    for meter in meters:
        meter.drive_voltage(0.0, 0.0, 0.1)
    cold = [abs(meter.impedance(1.0, 1e6, 0.1)) for meter in meters]
    rig.oven.set_setpoint(10.0, 333.15)
    rig.oven.switch(10.0, True)
    hot = [abs(meter.impedance(7200.0, 1e6, 0.1)) for meter in meters]
    expected = math.exp(0.35 / 8.617333262e-5 * (1 / 298.15 - 1 / 333.15)) * 298.15 / 333.15
    for before, after in zip(cold, hot, strict=True):
        assert before / after == pytest.approx(expected, rel=0.15)  # a little grain boundary
    assert [cell.temperature_k for cell in rig.cells] == pytest.approx([333.15] * 2, abs=5e-3)


def test_reading_a_warming_cell_often_or_once_leaves_it_the_same() -> None:
    temperatures, voltages, interphases = [], [], []
    for period_s in (2.0, 500.0):
        rig = load_rig("lpscl", JumpClock())
        meter = rig.front_end(IDEAL)
        meter.drive_current(0.0, 1e-4, 5.0)
        rig.oven.set_setpoint(0.0, 323.15)
        rig.oven.switch(0.0, True)
        for at_s in np.arange(0.0, 1001.0, period_s):
            reading = meter.measure(float(at_s))
        temperatures.append(rig.cells[0].temperature_k)
        voltages.append(reading.voltage_v)
        interphases.append(rig.cells[0].contacts[0].interphase_ohm_m2)
    assert temperatures[0] == pytest.approx(temperatures[1], abs=5e-3)
    assert voltages[0] == pytest.approx(voltages[1], rel=1e-3)
    assert interphases[0] == pytest.approx(interphases[1], rel=1e-4)


def test_the_pressure_of_a_rigs_stack_is_the_cells() -> None:
    rig = load_rig("llzo", JumpClock())
    assert rig.stack_pressure_pa(100.0) == rig.cells[0].stack_pressure_pa > 0
    assert rig.cells[0].time_s == 100.0
