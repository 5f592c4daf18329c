"""What a second spectrum clears and what it confirms, and what is told of a cleared alarm."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.critical_current import CellWatch, analyse_critical_current
from solidcell.analysis.critical_current.criteria import Criteria
from solidcell.analysis.critical_current.finding import weigh
from solidcell.analysis.critical_current.spectra import Sweep, sweep_of
from solidcell.analysis.critical_current.spectrum_change import Change, compare
from solidcell.analysis.runs import load_run
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.presets import material
from support import recorded_test
from support.prescribed_cell import Point, PrescribedCell

ALARM = ("|V| fell",)


def sweep(**states) -> Sweep:
    cell = PrescribedCell(**{name: (lambda _, v=value: v) for name, value in states.items()})
    found = sweep_of(cell.spectrum())
    assert found is not None
    return found


HEALTHY = sweep()


def changed(cause: str = "interface", high: float = 1.0, low: float = 1.0) -> Change:
    return Change(high, low, 1e6, 1.0, math.inf, cause)


@settings(max_examples=8)
@given(series_ohm=st.floats(6.0, 200.0), has_thermometer=st.booleans())
def test_a_contact_that_has_become_better_is_not_a_path_in_parallel(series_ohm, has_thermometer):
    before = Sweep(HEALTHY.frequency_hz, HEALTHY.z_ohm + series_ohm)
    change = compare(before, sweep(), None, 1.0 if has_thermometer else None)
    assert change.cause == "series contact"


def test_a_path_in_parallel_to_a_cell_with_a_poor_contact_is_still_found():
    before = Sweep(HEALTHY.frequency_hz, HEALTHY.z_ohm + 20.0)
    shorted = sweep(short_ohm=60.0)
    assert compare(before, Sweep(shorted.frequency_hz, shorted.z_ohm + 20.0)).cause != (
        "series contact"
    )


def test_after_a_contact_has_become_better_a_short_is_found_against_the_rest():
    cell = PrescribedCell()
    watch = CellWatch(cell.area_m2, cell.thickness_m, cell.conductivity_s_per_m)
    watch.assess("initial", [Point(p.frequency_hz, p.z_ohm + 30.0) for p in cell.spectrum()])
    assert watch.assess("step", cell.spectrum()).failure == "none"
    cell.short_ohm = lambda _: 200.0
    finding = watch.assess("step", cell.spectrum())
    assert finding.failure == "soft short"
    assert finding.change.high_frequency_ratio == pytest.approx(0.85, abs=0.02)


@pytest.mark.parametrize("cause", ["interface", "series contact"])
def test_a_second_look_clears_an_alarm_when_no_path_is_there(cause):
    change = changed(cause, high=0.7 if cause == "series contact" else 1.0)
    first = weigh(ALARM, (), (), change, Criteria())
    second = weigh(ALARM, (), (), change, Criteria(), is_second_look=True)
    assert first == ("suspected short", False, True)
    assert second == ("none", False, False)


def test_a_second_look_that_cannot_decide_leaves_the_suspicion():
    change = changed("undecided", high=0.8)
    assert weigh((), (), (), change, Criteria(), is_second_look=True) == (
        "suspected short",
        False,
        True,
    )


def test_a_bend_of_the_voltage_without_a_grown_spectrum_is_cleared():
    bend = ("ASR rose, accelerating",)
    assert weigh((), (), bend, changed(low=1.05), Criteria(), is_second_look=True)[0] == "none"
    assert weigh((), (), bend, changed(low=1.3), Criteria(), is_second_look=True)[1]


def test_the_activation_energy_may_be_wrong_in_the_cells_favour():
    """A bulk of 0.40 eV, corrected with 0.35 eV over 35 K, has lost nothing."""
    from_25_to_60 = {ev: math.exp(ev / 8.617e-5 * (1 / 333.15 - 1 / 298.15)) for ev in (0.35, 0.4)}
    warm = Sweep(HEALTHY.frequency_hz, HEALTHY.z_ohm * from_25_to_60[0.4])
    change = compare(HEALTHY, warm, None, from_25_to_60[0.35])
    assert change.high_frequency_ratio > 0.95
    shorted = Sweep(HEALTHY.frequency_hz, warm.z_ohm * 0.7)
    assert compare(HEALTHY, shorted, None, from_25_to_60[0.35]).high_frequency_ratio < 0.9


@pytest.mark.parametrize("contact", [0.05, 0.1])
def test_lost_contact_is_seen_below_the_arc_of_grain_boundaries(contact):
    cell = SymmetricCell(material("LLZO"), thickness_m=1e-3)
    frequency_hz = np.geomspace(1e6, 0.1, 71)
    before = Sweep(frequency_hz, cell.impedance(frequency_hz))
    for side in cell.contacts:
        side.void_c_m2 = 1800.0 * (1 / contact - 1) ** (1 / 1.2)
        side.age(0.0, 1e-6, cell._conditions, voids=True)
    cell._take_contacts()
    lost = compare(before, Sweep(frequency_hz, cell.impedance(frequency_hz))).contact
    assert lost == pytest.approx(contact, rel=0.5)


def test_a_soft_short_that_heals_before_the_spectrum_is_told_of(tmp_path):
    cell = PrescribedCell(short_ohm=lambda t: 17.0 if 3000 < t < 3060 else math.inf)
    plan = recorded_test.settings((0.2, 0.4, 0.6))
    file = recorded_test.record_test(tmp_path / "test.run.sqlite", cell, plan)
    result = analyse_critical_current(load_run(file))
    assert (result.failure, result.failed_ma_cm2) == ("none", None)
    assert len(result.cleared) == 1
    assert "a soft short that healed" in result.cleared[0]
    assert any("came back" in warning for warning in result.warnings)


def test_pickup_on_a_voltage_of_a_few_millivolts_is_no_loss_of_contact():
    cell = PrescribedCell(noise_v=2e-3)
    watch = CellWatch(cell.area_m2, cell.thickness_m, cell.conductivity_s_per_m)
    watch.assess("initial", cell.spectrum())
    for _ in range(6):
        watch.begin_half_cycle(0.5, 600.0)
        for reading in cell.half_cycle(0.05, 600.0, 10.0):
            watch.see(reading)
    assert "contact loss" not in watch.assess("step", cell.spectrum()).failure
