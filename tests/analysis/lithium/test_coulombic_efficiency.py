import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit
from solidcell.analysis.lithium.coulombic_efficiency import (
    HalfCycleCharge,
    efficiencies,
    empty_stretches,
    mean_efficiency,
)
from solidcell.analysis.lithium.coulombic_efficiency_numbers import warnings_of
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


def stripped(charge, at_cut_off=True, ending=0.0):
    return HalfCycleCharge(
        plates=False, charge_c_per_m2=charge, at_cut_off=at_cut_off, ending_c_per_m2=ending
    )


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


def test_a_cycle_whose_end_nobody_saw_moves_the_mean_as_little_as_it_is_known():
    """Weights of DerSimonian and Laird, computed here from their formula."""
    charges, endings = (0.98, 0.97, 0.99, 0.89), (0.0, 0.0, 0.0, 0.1)
    halves = []
    for charge, ending in zip(charges, endings, strict=True):
        halves += [plated(1e3), stripped(1e3 * charge, ending=1e3 * ending)]
    found = efficiencies(halves, relative_uncertainty=1e-3)
    assert found[3].ending_error == pytest.approx(0.1)
    assert found[3].efficiency.standard_error == pytest.approx(0.1, rel=1e-3)
    mean = mean_efficiency(found)
    assert mean.value == pytest.approx(0.98, abs=0.001)
    assert mean.standard_error == pytest.approx(0.01 / math.sqrt(3), rel=0.1)
    plain = mean_efficiency(found[:3])
    assert plain.value == pytest.approx(0.98, abs=1e-9)
    assert plain.standard_error == pytest.approx(0.01 / math.sqrt(3))


def test_the_interval_of_the_mean_holds_the_truth_as_often_as_it_says():
    """Cycles that scatter, a fifth of them with an uncertain end, in 200 cells of eight."""
    random, held = np.random.default_rng(5), 0
    for _ in range(200):
        ending = random.choice([0.0, 0.02], 8, p=[0.8, 0.2])
        charge = 0.98 + 2e-3 * random.standard_normal(8)
        charge += ending * random.uniform(-1, 1, 8) * math.sqrt(3)
        cycles = zip(charge, ending, strict=True)
        halves = [half for q, u in cycles for half in (plated(1.0), stripped(q, ending=u))]
        mean = mean_efficiency(efficiencies(halves))
        held += abs(mean.value - 0.98) < stdtrit(7, 0.975) * mean.standard_error
    assert 0.92 <= held / 200 <= 0.98


def test_a_cycle_that_plated_nothing_is_left_out_and_counted():
    halves = [plated(1e3), stripped(980.0), plated(0.0), stripped(0.0)]
    [found] = efficiencies(halves)
    assert found.efficiency.value == pytest.approx(0.98)
    assert empty_stretches(halves) == 1
    with pytest.raises(ValueError, match="open-circuit voltage of the bare electrode"):
        efficiencies(halves[2:])


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
    assert sheet.plots[0].panels[0].x.label == "cycle"


def test_a_first_cycle_that_lies_apart_is_told_of_and_one_left_out_is_not(tmp_path):
    halves = [(-1e-3, 600.0, "completed"), (1e-3, 480.0, "voltage_limit")]
    halves += [(-1e-3, 600.0, "completed"), (1e-3, 588.0, "voltage_limit")] * 3
    run = record_half_cycles(tmp_path / "cu.run.sqlite", halves, COPPER)
    assert "forms the interphase" in " ".join(MEASUREMENT.sheet([run], {}).warnings)
    assert MEASUREMENT.sheet([run], {"skip": 1}).warnings == ()
    without = MEASUREMENT.sheet([run], {"skip": 4})
    assert without.headline == "refused: no cycle is left after the first 4"
    assert without.number("first_cycle_efficiency_percent").value is not None


def test_an_end_that_nobody_saw_is_told_of_where_it_is_most_of_the_error():
    def told(ending):
        halves = [plated(1e3), stripped(980.0), plated(1e3), stripped(980.0, ending=ending)]
        return " ".join(warnings_of(efficiencies(halves), 0, 0))

    assert "stretch 2: the current ended between two readings" in told(5.0)
    assert "between two readings" not in told(0.5)


def test_cycles_that_plated_nothing_are_told_of():
    found = efficiencies([plated(1e3), stripped(980.0)] * 3)
    assert warnings_of(found, 2, 0) == ("2 stretches in which nothing was plated are left out",)


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
