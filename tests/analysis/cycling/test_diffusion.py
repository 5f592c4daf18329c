"""Titration: the diffusion coefficient of the simulated cell, the short-time law, refusals."""

import math
from dataclasses import replace

import numpy as np
import pytest
from solidcell.analysis.cycling.diffusion import diffusion_of
from solidcell.analysis.cycling.short_time import short_time_law
from solidcell.analysis.cycling.sphere import surface_lead
from solidcell.analysis.cycling.titration import Pulse, titration
from solidcell.analysis.geometry import Quantity
from solidcell.drivers.simulated.full_cell.cell import ALL, NONE, FullCell
from solidcell.drivers.simulated.full_cell.materials import NMC
from support.full_cell_lab import FullCellLab

RADIUS = Quantity(2.5e-6, 5e-8, "m")
TRUTH_M2_S = 1e-14


@pytest.fixture(scope="module")
def lab() -> FullCellLab:
    made = FullCellLab(FullCell(ageing=NONE, charge_fraction=0.4), noise_v=2e-5)
    made.rest(3600.0)
    for _ in range(6):
        made.pulse(0.1, 600.0, 4.0, measurement="gitt", phase="pulse")
        made.rest(3600.0)
    return made


def test_the_interval_holds_the_simulated_coefficient(lab) -> None:
    found = diffusion_of(titration(lab.stretches()), RADIUS)
    inner = found[1:-1]
    assert len(found) == 6
    assert all(each.diffusion is not None for each in inner)
    held = [each.interval[0] < TRUTH_M2_S < each.interval[1] for each in inner]
    assert sum(held) >= 3
    for each in inner:
        assert each.diffusion.value == pytest.approx(TRUTH_M2_S, rel=0.2)
        assert each.time_over_diffusion_time == pytest.approx(600 / 625, rel=0.2)


def test_open_circuit_voltages_are_those_of_the_table(lab) -> None:
    titrated = titration(lab.stretches())
    for rest in titrated.rests:
        fraction = 0.4 + rest.charge_c / lab.cell.capacity_c
        assert rest.voltage.value == pytest.approx(NMC.potential.at(fraction), abs=5e-5)


def test_a_cell_that_ages_and_leaks_does_not_bias_it() -> None:
    ageing = replace(ALL, formation=False)
    lab = FullCellLab(FullCell(ageing=ageing, charge_fraction=0.5), noise_v=1e-5)
    lab.rest(3600.0)
    for _ in range(5):
        lab.pulse(0.1, 600.0, 4.0)
        lab.rest(3600.0)
    inner = diffusion_of(titration(lab.stretches()), RADIUS)[1:-1]
    values = [each.diffusion.value for each in inner]
    assert np.median(values) == pytest.approx(TRUTH_M2_S, rel=0.1)


def test_the_doubt_of_the_radius_counts_twice(lab) -> None:
    titrated = titration(lab.stretches())
    sure = diffusion_of(titrated, Quantity(2.5e-6, None, "m"))[2].diffusion
    unsure = diffusion_of(titrated, Quantity(2.5e-6, 2.5e-7, "m"))[2].diffusion
    assert unsure.relative == pytest.approx(math.hypot(sure.relative, 0.2))
    bigger = diffusion_of(titrated, Quantity(5e-6, None, "m"))[2].diffusion
    assert bigger.value == pytest.approx(4 * sure.value)
    with pytest.raises(ValueError, match="must be > 0"):
        diffusion_of(titrated, Quantity(0.0, None, "m"))


def test_a_rest_that_still_moves_gives_no_coefficient() -> None:
    slow = replace(NMC, diffusion_m2_s=1e-16)
    lab = FullCellLab(FullCell(slow, ageing=NONE, charge_fraction=0.5))
    lab.rest(3600.0)
    for _ in range(3):
        lab.pulse(0.2, 600.0, 10.0)
        lab.rest(300.0, 10.0)
    refused = [each.refused for each in diffusion_of(titration(lab.stretches()), RADIUS)]
    assert "a rest was too short" in refused[1]


def test_a_bend_that_no_polynomial_follows_gives_no_coefficient() -> None:
    lab = FullCellLab(FullCell(ageing=NONE, charge_fraction=0.01))
    lab.rest(3600.0)
    for _ in range(4):
        lab.pulse(0.2, 600.0, 5.0)
        lab.rest(3600.0)
    first = diffusion_of(titration(lab.stretches()), RADIUS)[0]
    assert first.diffusion is None
    assert "times steeper at one end" in first.refused


def test_a_pulse_that_says_nothing_of_diffusion_takes_the_others_not_with_it(lab) -> None:
    """3 mV of noise on one pulse: ln D is uncertain by 4e4, and e to that is no float."""
    titrated = titration(lab.stretches())
    pulse = titrated.pulses[2]
    noise_v = np.random.default_rng(1).normal(0, 3e-3, pulse.time_s.size)
    noisy = replace(pulse, voltage_v=pulse.voltage_v + noise_v)
    pulses = (*titrated.pulses[:2], noisy, *titrated.pulses[3:])
    found = diffusion_of(replace(titrated, pulses=pulses), RADIUS)
    assert found[2].refused == "D is uncertain by more than a factor of 100: not determined"
    assert all(found[at].diffusion is not None for at in (1, 3, 4))


def test_too_few_readings_give_no_coefficient() -> None:
    lab = FullCellLab(FullCell(ageing=NONE, charge_fraction=0.5))
    lab.rest(600.0)
    for _ in range(3):
        lab.pulse(0.2, 600.0, 100.0)
        lab.rest(600.0)
    for each in diffusion_of(titration(lab.stretches()), RADIUS):
        assert each.diffusion is None
        assert "fewer than 12 readings" in each.refused
        assert each.refused == each.short_time_refused


def test_without_pulses_between_rests_there_is_no_titration() -> None:
    lab = FullCellLab()
    lab.drive(1.0, 4.0)
    with pytest.raises(ValueError, match="no pulse of constant current"):
        titration(lab.stretches())


def ideal_pulse(diffusion_time_s: float, duration_s: float = 600.0) -> Pulse:
    """1 V per coulomb at rest, 1 A: the voltage is what the surface holds."""
    time_s = np.linspace(1.0, duration_s, 600)
    return Pulse(
        direction=1,
        time_s=time_s,
        voltage_v=3.0 + time_s + surface_lead(time_s, diffusion_time_s),
        current_a=1.0,
        duration_s=duration_s,
        charge_c=duration_s,
        before=0,
        after=1,
    )


def test_the_lead_begins_with_the_square_root_of_time() -> None:
    time_s = np.array([50.0, 200.0])
    expected = 2 / 3 * np.sqrt(time_s * 1e5 / math.pi) - 2 / 3 * time_s  # second order of a sphere
    assert surface_lead(time_s, 1e5) == pytest.approx(expected, rel=2e-3)
    assert surface_lead(np.array([1e7]), 1e5)[0] == pytest.approx(1e5 / 15)


def test_the_law_of_short_times_holds_for_short_times() -> None:
    radius = Quantity(2.5e-6, None, "m")
    time_s = 1e6  # 600 s are short
    found, refused = short_time_law(ideal_pulse(time_s), 1.0, radius, 2.0, time_s)
    assert refused == ""
    assert found.value == pytest.approx(2.5e-6**2 / time_s, rel=0.05)


def test_the_law_of_short_times_is_refused_for_long_ones() -> None:
    radius = Quantity(2.5e-6, None, "m")
    found, refused = short_time_law(ideal_pulse(600.0), 1.0, radius, 2.0, 600.0)
    assert found is None
    assert "r²/D is 600 s: the law holds up to 0.02 of that" in refused


def test_a_voltage_that_follows_another_law_is_refused() -> None:
    pulse = ideal_pulse(1e6)
    bent = replace(pulse, voltage_v=3.0 + pulse.time_s**0.25)
    found, refused = short_time_law(bent, 1.0, Quantity(2.5e-6, None, "m"), 2.0, 1e6)
    assert found is None
    assert "square root of time" in refused
