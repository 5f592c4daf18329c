import numpy as np
import pytest
from solidcell.drivers.simulated.cell_file import load_simulated_cell
from solidcell.drivers.simulated.changes import Change
from solidcell.drivers.simulated.model_cells.blocking import Blocking, BlockingPellet
from solidcell.drivers.simulated.model_cells.model_cell import ModelCell
from solidcell.drivers.simulated.model_cells.polymer import Polymer, PolymerCell
from solidcell.drivers.simulated.network import OPEN, Drive
from solidcell.drivers.simulated.presets import ELECTROLYTES, electrolyte


def blocking(name: str = "LPSCl", changes=(), half_life_s=np.inf, **electrodes) -> ModelCell:
    pellet = BlockingPellet(
        electrolyte(name),
        area_m2=0.785e-4,
        thickness_m=1e-3,
        electrodes=Blocking(**electrodes),
        reference_k=298.15,
        half_life_s=half_life_s,
    )
    return ModelCell(pellet, temperature_k=298.15, stack_pressure_pa=5e6, changes=changes)


def polymer() -> ModelCell:
    inside = PolymerCell(Polymer(), area_m2=1e-4, thickness_m=100e-6)
    return ModelCell(inside, temperature_k=333.15, stack_pressure_pa=3e5)


def test_electrons_alone_carry_the_current_in_the_end_39_nanoampere_at_one_volt() -> None:
    cell = blocking(tail_share=0.0)
    assert cell.advance(100 * 3600, Drive("voltage", 1.0)).current_a == pytest.approx(
        39.25e-9, rel=2e-3
    )


def test_the_slow_tail_has_its_share_and_its_exponent() -> None:
    with_tail, without = blocking(tail_share=0.5, tail_exponent=0.6), blocking(tail_share=0.0)
    tails = []
    for at_s in np.geomspace(1.0, 1e4, 200):
        hold = Drive("voltage", 1.0)
        currents = [
            cell.advance(at_s - cell.time_s, hold).current_a for cell in (with_tail, without)
        ]
        tails.append((at_s, currents[0] - currents[1]))
    time_s, tail_a = np.array(tails).T
    share = np.interp(100.0, time_s, tail_a) / 39.25e-9
    assert share == pytest.approx(0.5, rel=0.06)
    late = time_s > 1000
    slope = np.polyfit(np.log(time_s[late]), np.log(tail_a[late]), 1)[0]
    assert slope == pytest.approx(-0.6, abs=0.02)


@pytest.mark.parametrize("name", [of.name for of in ELECTROLYTES])
def test_a_spectrum_shows_the_tabulated_resistance_before_the_electrodes_block(name: str) -> None:
    table = {"LLZO": 182 + 51, "LATP": 42.5 + 318.5, "LPSCl": 42.5, "Li3PS4": 509.6, "LGPS": 12.74}
    frequency_hz = np.logspace(6, 2, 81)
    z = blocking(name, q_s_m2=10.0).impedance(frequency_hz)
    at = np.argmin(np.abs(z.imag))
    assert z.real[at] == pytest.approx(table[name], rel=0.06)
    assert blocking(name).impedance(np.array([1e-2])).imag[0] < -1e5


@pytest.mark.parametrize("period_s", [7200.0, 45.0])
def test_a_pellet_loses_half_of_its_conductivity_in_its_half_life(period_s: float) -> None:
    cell, fresh = blocking("LATP", half_life_s=3600.0, q_s_m2=10.0), blocking("LATP", q_s_m2=10.0)
    for _ in range(round(7200 / period_s)):
        cell.advance(period_s)
    slower, at_first = (
        each.impedance(f).real for each, f in ((cell, np.array([2.5e3])), (fresh, np.array([1e4])))
    )
    assert slower == pytest.approx(4 * at_first, rel=1e-3)


def test_warmth_speeds_electrons_as_their_energy_says() -> None:
    warm = Change(at_s=10.0, temperature_k=333.15)
    cell = blocking(changes=[warm], tail_share=0.0)
    cell.advance(20.0)
    current_a = cell.advance(100 * 3600, Drive("voltage", 1.0)).current_a
    gain = np.exp(0.5 / 8.617333e-5 * (1 / 298.15 - 1 / 333.15))
    assert current_a == pytest.approx(39.25e-9 * gain, rel=2e-3)


def test_the_steady_current_of_a_polymer_gives_back_its_transference_number() -> None:
    dv_v, cell = 0.01, polymer()
    r0_ohm = cell.inside.interphases_ohm
    first_a = dv_v / (cell.inside.bulk_ohm + r0_ohm)
    steady_a = cell.advance(4 * 3600, Drive("voltage", dv_v)).current_a
    r_ohm = cell.inside.interphases_ohm
    t_plus = steady_a * (dv_v - first_a * r0_ohm) / (first_a * (dv_v - steady_a * r_ohm))
    assert t_plus == pytest.approx(cell.truth.facts["cation_transference"], rel=2e-3)
    assert r_ohm / r0_ohm == pytest.approx(1.25, rel=0.02)  # interphases have grown meanwhile


def test_the_first_current_of_a_polymer_is_that_of_bulk_and_interphases() -> None:
    cell = polymer()
    current_a = cell.advance(5e-3, Drive("voltage", 0.01)).current_a
    assert current_a == pytest.approx(
        0.01 / (cell.inside.bulk_ohm + cell.inside.interphases_ohm), rel=0.01
    )


def test_beyond_the_limiting_current_a_polymer_ends_at_the_voltage_limit() -> None:
    cell = polymer()
    limit_a = cell.truth.facts["limiting_current_a"]
    assert not cell.advance(4 * 3600, Drive("current", 0.9 * limit_a, 5.0)).limited
    assert cell.advance(4 * 3600, Drive("current", 1.1 * limit_a, 5.0)).limited
    held_a = cell.advance(4 * 3600, Drive("voltage", 3.0)).current_a
    assert held_a == pytest.approx(limit_a, rel=1e-3)


def test_the_polymers_spectrum_ends_where_its_steady_current_says() -> None:
    cell = polymer()
    of = cell.inside
    z_ohm = cell.impedance(np.array([1e-6]))[0]
    assert z_ohm.real == pytest.approx(of.bulk_ohm / 0.2 + of.interphases_ohm, rel=1e-3)


def test_an_open_cell_relaxes_and_a_packaged_one_lives_behind_a_front_end() -> None:
    cell = polymer()
    cell.advance(600.0, Drive("current", 1e-4, 5.0))
    assert abs(cell.advance(6 * 3600, OPEN).voltage_v) < 1e-6
    assert load_simulated_cell("polymer").truth.facts["cation_transference"] == 0.2
