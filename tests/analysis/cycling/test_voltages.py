"""Errors of voltages and energies of a cycle: against the exact integral, and by hand."""

import numpy as np
import pytest
from solidcell.analysis.cycling.cycles import Cycle, Meter
from solidcell.analysis.cycling.voltages import energy_efficiency, hysteresis, mean_voltage
from support.half_cycles import cycle, half_cycle


def curved(readings: int, direction: int = -1, **more):
    """V = 4.2 - 0.8 x^3 over the charge x: its mean is 4.0 V."""
    share = np.linspace(0, 1, readings)
    volts = 4.2 - 0.8 * share**3
    energy_j = 100.0 * float(((volts[1:] + volts[:-1]) / 2) @ np.diff(share))
    return half_cycle(
        100.0,
        direction,
        time_s=100.0 * share,
        voltage_v=volts,
        charge_c=100.0 * share,
        energy_j=energy_j,
        **more,
    )


@pytest.mark.parametrize("readings", [21, 60])
def test_a_mean_voltage_is_as_uncertain_as_trapezoids_miss_its_curve(readings) -> None:
    found = mean_voltage(curved(readings))
    assert found.standard_error == pytest.approx(abs(found.value - 4.0), rel=0.1)
    assert found.standard_error > 1e-5


def test_what_the_end_leaves_open_counts_by_how_far_its_voltage_is_from_the_mean() -> None:
    sharp, vague = (mean_voltage(curved(301, sampling_c=each)) for each in (0.0, 0.5))
    added = np.sqrt(vague.standard_error**2 - sharp.standard_error**2)
    assert added == pytest.approx(0.5 * (4.0 - 3.4) / 100, rel=1e-3)


def test_a_hysteresis_has_the_errors_of_both_mean_voltages() -> None:
    up, down = curved(21, 1), curved(21, -1, sampling_c=0.5)
    found = hysteresis(Cycle(number=0, charge=up, discharge=down))
    both = [mean_voltage(each).standard_error for each in (up, down)]
    assert found.value == pytest.approx(0.0)
    assert found.standard_error == pytest.approx(np.hypot(*both))
    assert hysteresis(Cycle(number=0, charge=None, discharge=down)) is None


def test_an_energy_efficiency_has_the_errors_of_its_end_and_of_the_offset() -> None:
    """100 C at 4.0 V and back at 3.8 V in 100 s each: by hand."""
    one = cycle(0, 100.0, sampling_c=0.3)
    found = energy_efficiency(one)
    assert found.value == pytest.approx(0.95)
    assert found.standard_error == pytest.approx(0.3 * 3.8 / 400)
    drifting = energy_efficiency(one, Meter(current_offset_a=1e-3)).standard_error
    shifted = 0.95 - (380 - 1e-3 * 3.8 * 100) / (400 + 1e-3 * 4.0 * 100)
    of_offset = np.sqrt(drifting**2 - found.standard_error**2)
    assert of_offset == pytest.approx(shifted, rel=2e-3)


def test_charge_that_nothing_bounds_leaves_no_error_to_state() -> None:
    broken = cycle(0, 100.0, unobserved_c=None)
    assert energy_efficiency(broken).standard_error is None
    assert hysteresis(broken).standard_error is None


def test_a_cycle_broken_off_has_no_hysteresis_and_no_energy_efficiency() -> None:
    broken = cycle(0, 100.0, end="limit_tripped", is_complete=False)
    assert (hysteresis(broken), broken.hysteresis_v) == (None, None)
    assert (energy_efficiency(broken), broken.energy_efficiency) == (None, None)
