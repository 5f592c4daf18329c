import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.lithium.coulombic_efficiency import (
    HalfCycleCharge,
    efficiencies,
    mean_efficiency,
)
from solidcell.analysis.lithium.coulombic_efficiency_sheet import MEASUREMENT
from support.recorded_life import record_half_cycles

COPPER = {
    "name": "Li|Cu 3",
    "electrode_area_m2": 1e-4,
    "thickness_m": 8e-4,
    "working_electrode": "Cu",
    "counter_electrode": "Li",
}


def plated(charge):
    return HalfCycleCharge(plates=True, charge_c_per_m2=charge, at_cut_off=False)


def stripped(charge, at_cut_off=True):
    return HalfCycleCharge(plates=False, charge_c_per_m2=charge, at_cut_off=at_cut_off)


@pytest.mark.parametrize("percent", [88.0, 98.0, 99.3])
def test_plain_cycles_have_the_ratio_of_their_charges(percent):
    found = efficiencies([plated(3600.0), stripped(36.0 * percent)] * 5)
    assert len(found) == 5
    assert mean_efficiency(found).value * 100 == pytest.approx(percent)


@settings(max_examples=20, deadline=None)
@given(
    efficiency=st.floats(0.5, 1.0),
    cycles=st.integers(1, 20),
    reservoir=st.floats(5e3, 5e4),
    share=st.floats(0.05, 0.2),
)
def test_a_reservoir_gives_the_efficiency_that_every_plating_had(
    efficiency, cycles, reservoir, share
):
    """Each plated charge leaves only its efficient part to be stripped: Adams et al. 2018."""
    part = share * reservoir
    there = efficiency * reservoir + cycles * (efficiency - 1) * part
    halves = [plated(reservoir)]
    for _ in range(cycles):
        halves += [stripped(part, at_cut_off=False), plated(part)]
    halves.append(stripped(there))
    [found] = efficiencies(halves)
    assert found.cycles == cycles
    expected = (cycles * part + there) / (cycles * part + reservoir)
    assert found.efficiency.value == pytest.approx(expected)
    assert found.efficiency.value == pytest.approx(efficiency)


def test_errors_of_the_charges_add_in_squares():
    [found] = efficiencies([plated(1000.0), stripped(900.0)], relative_uncertainty=0.01)
    assert found.efficiency.standard_error == pytest.approx(0.9 * 0.01 * math.sqrt(2))


def test_the_mean_has_the_error_of_its_scatter():
    halves = [h for ce in (0.80, 0.97, 0.98, 0.99) for h in (plated(1e3), stripped(1e3 * ce))]
    mean = mean_efficiency(efficiencies(halves), skip=1)
    assert mean.value == pytest.approx(0.98)
    assert mean.standard_error == pytest.approx(0.01 / math.sqrt(3))
    with pytest.raises(ValueError, match="after the first 4"):
        mean_efficiency(efficiencies(halves), skip=4)


def test_lithium_left_on_the_electrode_defines_no_efficiency():
    with pytest.raises(ValueError, match="not defined"):
        efficiencies([plated(1e3), stripped(9e2, at_cut_off=False)])


def test_stripping_before_the_first_plating_is_left_out():
    [found] = efficiencies([stripped(500.0), plated(1e3), stripped(900.0)])
    assert found.efficiency.value == pytest.approx(0.9)


def test_the_sheet_of_a_copper_cell_has_mean_and_first_cycle(tmp_path):
    halves = [(-1e-3, 600.0, "completed"), (1e-3, 480.0, "voltage_limit")]
    halves += [(-1e-3, 600.0, "completed"), (1e-3, 588.0, "voltage_limit")] * 3
    run = record_half_cycles(tmp_path / "cu.run.sqlite", halves, COPPER)
    sheet = MEASUREMENT.sheet([run], {"skip": 1})
    assert sheet.number("coulombic_efficiency_percent").value == pytest.approx(98.0, abs=0.01)
    assert sheet.number("first_cycle_efficiency_percent").value == pytest.approx(80.0, abs=0.01)


def test_the_sheet_of_a_symmetric_cell_refuses_and_says_why(tmp_path):
    halves = [(-1e-3, 600.0, "completed"), (1e-3, 600.0, "voltage_limit")]
    cell = {**COPPER, "working_electrode": "Li"}
    run = record_half_cycles(tmp_path / "li.run.sqlite", halves, cell)
    sheet = MEASUREMENT.sheet([run], {})
    assert sheet.number("coulombic_efficiency_percent").value is None
    assert "excess" in sheet.refusals[0]


def test_a_full_cell_is_sent_to_the_sheet_of_cycling(tmp_path):
    halves = [(-1e-3, 600.0, "completed"), (1e-3, 600.0, "voltage_limit")]
    cell = {**COPPER, "working_electrode": "NMC composite", "active_mass_kg": 1.2e-5}
    run = record_half_cycles(tmp_path / "nmc.run.sqlite", halves, cell)
    with pytest.raises(ValueError, match=r"active mass.*`cycling`"):
        MEASUREMENT.sheet([run], {})


def test_an_electrode_nobody_names_is_asked_for(tmp_path):
    cell = {name: value for name, value in COPPER.items() if name != "working_electrode"}
    halves = [(-1e-3, 600.0, "completed"), (1e-3, 590.0, "voltage_limit")]
    run = record_half_cycles(tmp_path / "x.run.sqlite", halves, cell)
    with pytest.raises(ValueError, match="--working-electrode"):
        MEASUREMENT.sheet([run], {})
    assert MEASUREMENT.sheet([run], {"working_electrode": "Cu"}).numbers


def test_more_stripped_than_plated_is_a_warning(tmp_path):
    halves = [(-1e-3, 600.0, "completed"), (1e-3, 640.0, "voltage_limit")]
    run = record_half_cycles(tmp_path / "x.run.sqlite", halves, COPPER)
    assert any("more charge stripped" in text for text in MEASUREMENT.sheet([run], {}).warnings)
