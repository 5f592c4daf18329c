"""The slow states: what makes a cell fail, and the hidden truth about it."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.changes import Change
from solidcell.drivers.simulated.lithium_contact import Options
from solidcell.drivers.simulated.network import OPEN, Drive
from solidcell.drivers.simulated.presets import material
from solidcell.drivers.simulated.short_circuit import FLICKER_PER_ROOT_S, Flicker

NO_DENDRITES = Options(dendrites=False)
ONLY_DENDRITES = Options(contact_loss=False, interphase_growth=False)
HOUR_S = 3600.0
MA_CM2 = 10.0


def lpscl(**more) -> SymmetricCell:
    return SymmetricCell(material("LPSCl"), **more)


def strip(cell: SymmetricCell, density_ma_cm2: float) -> Drive:
    return Drive("current", density_ma_cm2 * MA_CM2 * cell.area_m2)


def overload(cell: SymmetricCell, ratio: float) -> Drive:
    return Drive("current", ratio * cell.critical_current_density_a_m2 * cell.area_m2)


def test_stripping_the_working_electrode_opens_voids_there_and_nowhere_else() -> None:
    cell = lpscl(options=NO_DENDRITES)
    cell.advance(HOUR_S, strip(cell, 1.5))
    assert cell.contacts[0].contact < 0.5
    assert cell.contacts[1].contact == 1.0


def test_plating_fills_the_voids_again() -> None:
    cell = lpscl(options=NO_DENDRITES)
    cell.advance(HOUR_S, strip(cell, 1.5))
    cell.advance(2 * HOUR_S, strip(cell, -0.5))
    assert cell.contacts[0].contact == 1.0


@pytest.mark.parametrize(("pressure_mpa", "critical_stripping_ma_cm2"), [(3, 0.2), (7, 1.0)])
def test_sulfide_keeps_contact_up_to_the_published_critical_stripping_current(
    pressure_mpa, critical_stripping_ma_cm2
) -> None:
    below, above = (
        lpscl(options=NO_DENDRITES, stack_pressure_pa=pressure_mpa * 1e6) for _ in range(2)
    )
    below.advance(5 * HOUR_S, strip(below, 0.95 * critical_stripping_ma_cm2))
    above.advance(5 * HOUR_S, strip(above, 1.25 * critical_stripping_ma_cm2))
    assert below.contacts[0].contact == 1.0
    assert above.contacts[0].contact < 0.9


def test_the_voltage_of_stripping_rises_ever_faster_as_contact_begins_to_go() -> None:
    cell = lpscl(options=NO_DENDRITES, stack_pressure_pa=1e6)
    voltages = [cell.advance(120.0, strip(cell, 1.5)).voltage_v for _ in range(5)]
    assert (np.diff(voltages) > 0).all()
    assert (np.diff(voltages, 2) > 0).all()


def test_contact_lost_for_good_ends_at_the_limit_and_not_in_an_overflow() -> None:
    cell = lpscl(options=NO_DENDRITES, stack_pressure_pa=1e5)
    drive = Drive("current", strip(cell, 4.0).level, limit=5.0)
    end = cell.advance(6 * HOUR_S, drive)
    assert abs(end.voltage_v) <= 5.0 + 1e-9
    assert math.isfinite(end.current_a)
    assert min(contact.contact for contact in cell.contacts) >= 1e-3
    assert [each.label for each in cell.truth.transitions][:3] == [
        "healthy",
        "void",
        "contact_lost",
    ]


def test_the_interphase_grows_with_the_root_of_time() -> None:
    cell = lpscl(options=NO_DENDRITES)
    cell.advance(9 * HOUR_S)
    expected_ohm_cm2 = math.sqrt(4**2 + 2 * 0.8**2 * 9)
    for contact in cell.contacts:
        assert contact.interphase_ohm_m2 * 1e4 == pytest.approx(expected_ohm_cm2, rel=1e-9)


def test_a_growing_interphase_shows_in_the_impedance_as_it_is() -> None:
    aged = lpscl(options=NO_DENDRITES)
    for _ in range(90):
        aged.advance(400.0)  # each within the tolerance that keeps old time constants
    fresh = lpscl(options=NO_DENDRITES)
    for side, contact in enumerate(fresh.contacts):
        contact.interphase_ohm_m2 = aged.contacts[side].interphase_ohm_m2
    fresh.set_temperature(298.15)
    frequency_hz = np.logspace(-1, 8, 60)
    difference = np.abs(aged.impedance(frequency_hz) / fresh.impedance(frequency_hz) - 1)
    assert difference.max() < 5e-4
    assert aged.elements()[0].sum() == pytest.approx(fresh.elements()[0].sum(), rel=1e-6)


@pytest.mark.parametrize(("ratio", "minutes"), [(1.1, 31.7), (2.0, 2.22), (-2.0, 2.22)])
def test_beyond_the_critical_current_a_dendrite_shorts_in_the_time_of_its_law(
    ratio, minutes
) -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    while not cell.short.exists and cell.time_s < HOUR_S:
        cell.advance(1.0, overload(cell, ratio))
    assert cell.time_s / 60 == pytest.approx(minutes, rel=0.02)
    first_short = cell.truth.transitions[-1]
    assert first_short.label == "soft_short"
    assert first_short.last_nonzero_dc_current_a == pytest.approx(overload(cell, ratio).level)


def test_below_the_critical_current_no_dendrite_grows() -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    cell.advance(3 * HOUR_S, overload(cell, 0.99))
    assert [contact.dendrite for contact in cell.contacts] == [0.0, 0.0]
    assert cell.truth.label == "healthy"


def test_stripping_draws_a_dendrite_back() -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    cell.advance(60.0, overload(cell, -2.0))  # plates the working electrode
    longest = cell.contacts[0].dendrite
    cell.advance(60.0, overload(cell, 0.9))
    assert 0 < cell.contacts[0].dendrite < longest


def test_a_soft_short_lowers_the_voltage_and_hardens_under_current() -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    drive = overload(cell, 1.5)
    whole_v = cell.advance(1.0, drive).voltage_v
    while cell.truth.label != "hard_short" and cell.time_s < 20 * HOUR_S:
        cell.advance(10.0, drive)
    labels = [each.label for each in cell.truth.transitions]
    assert labels == ["healthy", "soft_short", "hard_short"]
    soft_h, hard_h = (each.time_s / HOUR_S for each in cell.truth.transitions[1:])
    assert 5 / 60 < hard_h - soft_h < 10
    cell.advance(1.0, drive)
    assert cell.terminal.voltage_v == pytest.approx(0.3 * drive.level, rel=0.02)
    assert cell.terminal.voltage_v < 0.1 * whole_v


def test_a_short_lies_parallel_to_everything_so_bulk_and_interface_shrink_alike() -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    frequency_hz = np.array([1e6, 1e3, 1.0])
    whole = cell.impedance(frequency_hz)
    cell.short.set_path(20.0)
    np.testing.assert_allclose(1 / cell.impedance(frequency_hz) - 1 / whole, 1 / 20.0, rtol=1e-9)


@pytest.mark.parametrize("pause", [OPEN, Drive("current", 0.0), Drive("voltage", 0.0)])
def test_a_change_while_no_current_is_set_names_the_current_before(pause: Drive) -> None:
    cell = lpscl(options=ONLY_DENDRITES, changes=[Change(at_s=100.0, short_ohm=5.0)])
    cell.advance(90.0, strip(cell, -0.3))
    for _ in range(20):
        cell.advance(1.0, pause)
    last = cell.truth.transitions[-1]
    assert (last.time_s, last.label) == (pytest.approx(100.0), "soft_short")
    assert last.last_nonzero_dc_current_a == strip(cell, -0.3).level


def test_a_current_held_back_by_a_limit_is_still_the_one_that_lost_the_contact() -> None:
    cell = lpscl(options=NO_DENDRITES, stack_pressure_pa=1e5)
    cell.advance(3 * HOUR_S, Drive("current", strip(cell, 4.0).level, limit=1.0))
    lost = next(each for each in cell.truth.transitions if each.label == "contact_lost")
    assert cell.terminal.limited
    assert lost.last_nonzero_dc_current_a == strip(cell, 4.0).level


def test_a_fuse_burns_a_short_through_and_the_cell_is_healthy_again() -> None:
    cell = lpscl(options=ONLY_DENDRITES, changes=[Change(at_s=10.0, short_ohm=5.0)], fuse_a=5e-4)
    cell.advance(9.0, strip(cell, 1.0))
    cell.advance(2.0, strip(cell, 1.0))
    cell.advance(2.0, strip(cell, 1.0))
    assert [each.label for each in cell.truth.transitions] == ["healthy", "soft_short", "healthy"]


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_the_same_seed_lives_the_same_life(seed: int) -> None:
    def life() -> list[tuple[float, float]]:
        cell = lpscl(seed=seed, changes=[Change(at_s=50.0, short_ohm=30.0)])
        return [cell.advance(20.0, strip(cell, 1.0))[:2] for _ in range(10)]

    assert life() == life()


def test_cells_of_other_seeds_have_other_critical_currents_as_weibull_says() -> None:
    drawn = np.array(
        [lpscl(seed=seed).truth.facts["critical_current_density_a_m2"] for seed in range(250)]
    )
    of = material("LPSCl")
    mean = of.critical_scale_a_m2 * math.gamma(1 + 1 / of.critical_modulus)
    assert drawn.mean() == pytest.approx(mean, rel=0.05)
    assert drawn.std() / drawn.mean() == pytest.approx(0.28, abs=0.05)  # of modulus 4


@pytest.mark.parametrize("cut_s", [1.0, 3.7, 10.0])
def test_when_a_cell_fails_hardly_depends_on_how_often_it_is_read(cut_s: float) -> None:
    cell = lpscl(seed=3, stack_pressure_pa=1e6)
    while not cell.short.exists and cell.time_s < 10 * HOUR_S:
        cell.advance(cut_s, strip(cell, 1.0))
    assert cell.time_s == pytest.approx(773.0, abs=cut_s + 1)


@given(st.lists(st.floats(0.05, 40.0), min_size=1, max_size=8))
@settings(max_examples=12, deadline=None)
def test_a_short_flickers_the_same_however_often_it_is_read(cuts: list[float]) -> None:
    change = Change(at_s=0.0, short_ohm=30.0)
    read_often, read_once = (lpscl(options=ONLY_DENDRITES, changes=[change]) for _ in range(2))
    for duration_s in cuts:
        read_often.advance(duration_s, OPEN)
    read_once.advance(sum(cuts), OPEN)
    assert read_often.short.resistance_ohm == pytest.approx(
        read_once.short.resistance_ohm, rel=1e-6
    )


def test_the_flicker_of_a_short_is_a_random_walk_in_time() -> None:
    walks = np.array([Flicker(np.random.default_rng(seed)).at(400.0) for seed in range(300)])
    assert walks.std() == pytest.approx(math.sqrt(400.0), rel=0.15)
    assert FLICKER_PER_ROOT_S * math.sqrt(HOUR_S) == pytest.approx(0.18)


def test_a_gradual_short_decays_with_its_own_time_constant() -> None:
    cell = lpscl(
        options=ONLY_DENDRITES,
        changes=[Change(at_s=HOUR_S, short_ohm=800.0, short_decay_s=HOUR_S)],
    )
    cell.advance(HOUR_S - 1)
    assert not cell.short.exists
    cell.advance(HOUR_S + 1)
    assert cell.short.resistance_ohm == pytest.approx(800 / math.e, rel=0.5)
    assert cell.truth.transitions[-1].time_s == pytest.approx(HOUR_S, abs=10.0)


def test_a_change_in_the_middle_of_a_long_advance_happens_at_its_time() -> None:
    cell = lpscl(
        options=NO_DENDRITES,
        changes=[
            Change(at_s=7200.0, temperature_k=298.15),
            Change(at_s=3600.0, temperature_k=333.15, stack_pressure_pa=1e6),
        ],
    )
    cell.advance(5400.0)
    assert (cell.temperature_k, cell.stack_pressure_pa) == (333.15, 1e6)
    cell.advance(5400.0)
    assert cell.temperature_k == 298.15
    warm = math.exp(-0.5 / 8.617333262e-5 * (1 / 333.15 - 1 / 298.15))
    expected = math.sqrt(4**2 + 2 * 0.8**2 * (2 + warm))
    assert cell.contacts[0].interphase_ohm_m2 * 1e4 == pytest.approx(expected, rel=1e-9)


def test_losing_pressure_loses_contact() -> None:
    cell = lpscl(options=NO_DENDRITES, changes=[Change(at_s=2 * HOUR_S, stack_pressure_pa=0.5e6)])
    cell.advance(2 * HOUR_S, strip(cell, 0.4))
    assert cell.contacts[0].contact == 1.0
    cell.advance(2 * HOUR_S, strip(cell, 0.4))
    assert cell.contacts[0].contact < 0.7


def test_the_truth_is_written_as_it_happens(tmp_path: Path) -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    path = tmp_path / "truth.jsonl"
    cell.truth.write_to(path)
    cell.advance(300.0, overload(cell, 2.0))
    facts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    cell.truth.close()
    assert facts[0] == {"critical_current_density_a_m2": cell.critical_current_density_a_m2}
    assert [fact["label"] for fact in facts[1:]] == ["healthy", "soft_short"]
    assert facts[2]["last_nonzero_dc_current_a"] == pytest.approx(overload(cell, 2.0).level)


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'LGPS'; allowed: LLZO, LPSCl, Li3PS4, Li3PS4\\+LiF"):
        material("LGPS")


def test_void_charge_moves_at_the_rates_of_its_law() -> None:
    cell = lpscl(options=NO_DENDRITES)
    replenish = 0.2 * (5 / 3) ** 1.9 + 0.03  # mA/cm2
    cell.advance(HOUR_S, strip(cell, 1.5))
    grown = 0.1 * (1.5 - replenish)
    assert cell.contacts[0].void_c_m2 / 3.6e4 == pytest.approx(grown, rel=1e-4)  # mAh/cm2
    cell.advance(HOUR_S / 10, strip(cell, -1.0))
    left = grown - (0.06 * 1.0 + 0.1 * replenish) / 10
    assert cell.contacts[0].void_c_m2 / 3.6e4 == pytest.approx(left, rel=1e-4)


def test_a_dendrite_grows_and_retreats_at_the_rates_of_its_law() -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    cell.advance(60.0, overload(cell, -2.0))
    assert cell.contacts[0].dendrite == pytest.approx(2.5e-3 * 3 * 60, rel=1e-3)
    before = cell.contacts[0].dendrite
    cell.advance(60.0, overload(cell, 0.9))
    assert before - cell.contacts[0].dendrite == pytest.approx(0.3 * 2.5e-3 * 0.9 * 60, rel=1e-3)


def test_lost_contact_focuses_the_current_onto_dendrites() -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    cell.contacts[1].contact = 0.5
    cell.advance(10.0, overload(cell, 0.9))  # 1.8 where there is contact
    assert cell.contacts[1].dendrite == pytest.approx(2.5e-3 * (1.8**2 - 1) * 10, rel=1e-3)


@pytest.mark.parametrize(
    ("contact", "label"),
    [(0.51, "healthy"), (0.49, "void"), (0.11, "void"), (0.09, "contact_lost")],
)
def test_the_label_follows_the_worse_contact(contact: float, label: str) -> None:
    cell = lpscl(options=ONLY_DENDRITES)
    cell.contacts[1].contact = contact
    cell.advance(1.0)
    assert cell.truth.label == label


def test_contact_never_falls_below_a_thousandth() -> None:
    cell = lpscl(options=NO_DENDRITES)
    cell.contacts[0].void_c_m2 = 1e9
    cell.advance(1.0, strip(cell, 1.5))
    assert cell.contacts[0].contact == 1e-3


def test_between_whole_seconds_the_flicker_is_straight() -> None:
    flicker = Flicker(np.random.default_rng(1))
    assert flicker.at(7.25) == pytest.approx(0.75 * flicker.at(7.0) + 0.25 * flicker.at(8.0))
    assert flicker.at(7.0) != flicker.at(8.0)


def test_a_warm_cell_bears_more_current_as_its_activation_energy_says() -> None:
    cold, warm = (lpscl(temperature_k=kelvin) for kelvin in (298.15, 333.15))
    gain = warm.critical_current_density_a_m2 / cold.critical_current_density_a_m2
    assert gain == pytest.approx(math.exp(0.25 / 8.617333262e-5 * (1 / 298.15 - 1 / 333.15)))
