import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.cell_file import load_front_end, load_simulated_cell
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.model_cells.couple import Couple
from solidcell.drivers.simulated.network import OPEN, Drive

AREA_CM2 = 0.785


def sweep(cell, end_v: float, rate_v_s: float = 1e-3, every_v: float = 0.02):
    """Return potential (V), current density (uA/cm2) and time step (s) of a linear sweep."""
    start_v = cell.terminal.voltage_v
    levels = np.linspace(start_v, end_v, round(abs(end_v - start_v) / every_v) + 1)[1:]
    period_s = every_v / rate_v_s
    read = [cell.advance(period_s, Drive("voltage", float(level))) for level in levels]
    return levels, np.array([each.current_a for each in read]) / AREA_CM2 * 1e6, period_s


def crossing(potential_v, density_ua_cm2, threshold: float = 10.0) -> float:
    beyond = np.flatnonzero(np.abs(density_ua_cm2) > threshold)
    return float(potential_v[beyond[0]])


def test_a_planar_electrode_reads_the_window_volts_too_wide_and_a_composite_one_nearly_right() -> (
    None
):
    """Sulfides look stable to 5 V on steel and 0.5 V below; with carbon near 1.7 to 2.1 V."""
    planar_ox, planar_red = (load_simulated_cell("redox_lpscl_planar") for _ in range(2))
    composite_ox, composite_red = (load_simulated_cell("redox_lpscl_composite") for _ in range(2))
    assert crossing(*sweep(planar_ox, 6.0)[:2]) > 4.5
    assert crossing(*sweep(planar_red, 0.0)[:2]) < 0.8
    truth = composite_ox.truth.facts
    # at 1 mV/s the double layer of a hundredfold area takes part
    assert crossing(*sweep(composite_ox, 3.5)[:2]) == pytest.approx(truth["oxidation_v"], abs=0.15)
    assert crossing(*sweep(composite_red, 0.5)[:2]) == pytest.approx(truth["reduction_v"], abs=0.15)


def test_a_reversed_sweep_far_inside_the_window_draws_only_the_double_layer() -> None:
    cell = load_simulated_cell("redox_llzo_composite")
    _, up, _ = sweep(cell, 2.0, every_v=0.004)  # in one cut each: mean currents
    _, down, _ = sweep(cell, 1.4, every_v=0.004)
    capacity_uf_cm2 = (np.median(up) - np.median(down)) / 2 / 1e-3
    assert capacity_uf_cm2 == pytest.approx(10.0 * 100, rel=0.02)


def test_the_charge_that_a_source_sees_is_that_of_what_decomposed() -> None:
    cell = load_simulated_cell("redox_lpscl_composite")
    start_v = cell.terminal.voltage_v
    _, density, period_s = sweep(cell, 3.0, every_v=0.005)
    passed_c = (density * 1e-6 * AREA_CM2 * period_s).sum()
    layer_c = 1e-3 * 100 * AREA_CM2 * cell.inside.oxidised.share
    double_layer_c = 1e-5 * 100 * AREA_CM2 * (3.0 - start_v)
    slow_c = passed_c - layer_c - double_layer_c
    assert 0 < slow_c < 0.2 * layer_c
    assert cell.truth.label == "oxidised"


def test_lithium_is_plated_below_zero_volt_and_stripped_as_far_as_it_was_plated() -> None:
    cell = load_simulated_cell("redox_llzo_planar")
    sweep(cell, -0.1)
    plated_c = cell.inside.plated_c
    assert plated_c > 1e-3
    sweep(cell, 1.0)
    assert cell.inside.plated_c == pytest.approx(0.0, abs=1e-9)


def test_an_untouched_cell_rests_at_its_open_voltage() -> None:
    cell = load_simulated_cell("redox_llzo_planar")
    voltage_v = cell.terminal.voltage_v
    assert cell.advance(2 * 3600, OPEN).voltage_v == pytest.approx(voltage_v, abs=1e-3)


def test_an_instrument_reads_its_open_voltage_and_its_double_layer() -> None:
    front_end = load_front_end("redox_lpscl_composite", electronics=IDEAL)
    assert front_end.measure(1.0).voltage_v == pytest.approx(1.85, abs=1e-4)
    front_end.drive_voltage(2.0, 1.85, 1e-2)
    farad = 1e-5 * 100 * AREA_CM2
    z_ohm = front_end.impedance(3.0, 0.1, 10.0)
    assert z_ohm.imag == pytest.approx(-1 / (2 * np.pi * 0.1 * farad), rel=1e-3)


@settings(max_examples=25)
@given(
    potential=st.floats(-5, 10),
    higher=st.floats(1e-3, 5),
    period_s=st.floats(1e-5, 1e4),
    share=st.floats(0, 1),
)
def test_a_couple_never_passes_less_at_a_higher_potential_nor_more_than_it_has(
    potential, higher, period_s, share
) -> None:
    for charge_c in (1e-3, -1e-3):
        couple = Couple(2.0, charge_c, 2e-3)
        couple.share = share
        low, high = (couple.current_a(v, period_s, 0.0257) for v in (potential, potential + higher))
        assert low <= high + 1e-18
        couple.live(potential, period_s, 0.0257)
        assert 0 <= couple.share <= 1
