import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.cell_file import load_simulated_cell
from solidcell.drivers.simulated.model_cells.copper import Copper, CopperCell
from solidcell.drivers.simulated.model_cells.model_cell import ModelCell
from solidcell.drivers.simulated.network import OPEN, Drive
from solidcell.drivers.simulated.presets import LPSCL

AREA_M2 = 1e-4
PLATED_A = 1e-3  # 1 mA/cm2
CUT_OFF_V = 1.0


def copper_cell(temperature_k: float = 298.15, **copper: float) -> ModelCell:
    inside = CopperCell(LPSCL, area_m2=AREA_M2, thickness_m=5e-4, copper=Copper(**copper))
    return ModelCell(inside, temperature_k=temperature_k, stack_pressure_pa=5e6)


def plate(cell: ModelCell, duration_s: float, current_a: float = PLATED_A) -> float:
    cell.advance(duration_s, Drive("current", -current_a, 5.0))
    return current_a * duration_s


def strip(cell: ModelCell, current_a: float = PLATED_A, every_s: float = 2.0) -> float:
    """Return the charge until the voltage passes the cut-off."""
    charge_c = 0.0
    while cell.terminal.voltage_v < CUT_OFF_V or not charge_c:
        terminal = cell.advance(every_s, Drive("current", current_a, CUT_OFF_V + 0.1))
        charge_c += terminal.current_a * every_s
    return charge_c


def test_of_each_plating_that_share_comes_back_which_the_cell_was_made_with() -> None:
    cell = copper_cell(efficiency=0.95, formation_c_m2=0.0)
    found = [strip(cell) / plated for plated in (plate(cell, 300.0) for _ in range(3))]
    assert found == pytest.approx([0.95] * 3, rel=3e-4)
    assert cell.inside.lost_c == pytest.approx(3 * 0.05 * 0.3, rel=1e-3)


def test_the_first_plating_loses_what_the_bare_copper_takes() -> None:
    cell = copper_cell(efficiency=0.95, formation_c_m2=1000.0)
    first, second = (strip(cell) / plated for plated in (plate(cell, 600.0) for _ in range(2)))
    assert first == pytest.approx(0.95 * (0.6 - 1000.0 * AREA_M2) / 0.6, rel=1e-3)
    assert second == pytest.approx(0.95, rel=1e-3)
    assert cell.truth.facts["formation_c"] == pytest.approx(1000.0 * AREA_M2)
    assert cell.inside.formation_left_c == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=8, deadline=None)
@given(
    currents=st.lists(st.floats(-2e-3, 2e-3), min_size=1, max_size=6),
    efficiency=st.floats(0.5, 1.0),
)
def test_no_charge_is_lost_sight_of_and_no_more_is_stripped_than_is_there(
    currents, efficiency
) -> None:
    """Lithium there and lost, formation, dissolved copper, double layer: all that ever passed."""
    cell = copper_cell(efficiency=efficiency, formation_c_m2=500.0)
    inside, start_v, passed_c = cell.inside, cell.terminal.voltage_v, 0.0
    for current_a in currents:
        for _ in range(4):
            passed_c += 5.0 * cell.advance(5.0, Drive("current", current_a, 4.0)).ionic_a
            assert inside.inventory_c >= 0
    cell.advance(600.0, OPEN)
    formed_c = 500.0 * AREA_M2 - inside.formation_left_c
    stored_c = LPSCL.double_layer_f_m2 * AREA_M2 * (cell.terminal.voltage_v - start_v)
    spent_c = inside.inventory_c + inside.lost_c + formed_c - inside.dissolved_c
    assert spent_c - stored_c == pytest.approx(-passed_c, abs=1e-6)


def test_lithium_nucleates_on_bare_copper_by_that_much_below_the_plateau_of_its_growth() -> None:
    cell = copper_cell(formation_c_m2=0.0, nucleation_v=0.04)
    course_v = [cell.advance(5.0, Drive("current", -PLATED_A, 5.0)).voltage_v for _ in range(240)]
    assert min(course_v) - course_v[-1] == pytest.approx(-0.04, rel=0.02)
    assert int(np.argmin(course_v)) < 3
    assert course_v[-1] < 0
    assert cell.advance(600.0, OPEN).voltage_v == pytest.approx(0.0, abs=1e-6)


def test_the_voltage_stays_flat_until_the_last_lithium_and_then_leaps() -> None:
    cell = copper_cell(formation_c_m2=0.0)
    plated = plate(cell, 1800.0)
    cell.advance(0.9 * 0.98 * plated / PLATED_A, Drive("current", PLATED_A, 5.0))
    flat_v = cell.terminal.voltage_v
    assert flat_v == pytest.approx(PLATED_A * resistance_ohm(cell), rel=0.02)
    cell.advance(0.095 * 0.98 * plated / PLATED_A, Drive("current", PLATED_A, 5.0))
    assert cell.terminal.voltage_v < 3 * flat_v
    assert cell.truth.label == "plated"
    cell.advance(0.006 * 0.98 * plated / PLATED_A, Drive("current", PLATED_A, 5.0))
    assert cell.terminal.voltage_v == pytest.approx(3.5, abs=0.2)  # where copper dissolves
    assert cell.truth.label == "bare"


def resistance_ohm(cell: ModelCell) -> float:
    return float(cell.impedance(np.array([1e-3]))[0].real)


def test_plated_copper_has_a_resistance_and_bare_copper_a_capacitance() -> None:
    cell = copper_cell(formation_c_m2=0.0)
    (bare,) = cell.impedance(np.array([0.01]))
    farad = LPSCL.double_layer_f_m2 * AREA_M2
    assert bare.imag == pytest.approx(-1 / (2 * math.pi * 0.01 * farad), rel=1e-3)
    plate(cell, 3600.0)
    cell.advance(60.0, OPEN)
    transfer_ohm = 0.025693 / (LPSCL.exchange_a_m2 * AREA_M2)
    bulk_ohm = 5e-4 / LPSCL.bulk_conductivity_s_m / AREA_M2
    interphases_ohm = 2 * LPSCL.interphase_ohm_m2 / AREA_M2
    expected_ohm = bulk_ohm + interphases_ohm + 2 * transfer_ohm
    assert resistance_ohm(cell) == pytest.approx(expected_ohm, rel=0.01)


def test_a_warmer_cell_plates_with_less_voltage() -> None:
    cold, warm = (copper_cell(kelvin, formation_c_m2=0.0) for kelvin in (298.15, 333.15))
    for cell in (cold, warm):
        plate(cell, 1800.0)
    assert abs(warm.terminal.voltage_v) < 0.5 * abs(cold.terminal.voltage_v)


def test_an_efficiency_beyond_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match=r"above 0 and at most 1, got 1\.1"):
        copper_cell(efficiency=1.1)


def test_the_packaged_cell_is_what_its_file_says() -> None:
    cell = load_simulated_cell("copper_lpscl")
    assert cell.truth.facts["coulombic_efficiency"] == pytest.approx(0.98)
    assert cell.truth.facts["formation_c"] == pytest.approx(0.02 * 3.6 * 0.785)
    assert cell.truth.facts["nucleation_v"] == pytest.approx(0.03)
    assert cell.advance(60.0, OPEN).voltage_v == pytest.approx(1.5, abs=1e-3)
