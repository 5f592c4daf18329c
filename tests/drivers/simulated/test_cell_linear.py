"""The laws of the electrical network: time and frequency domain are one."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.debye import sampled_impedance
from solidcell.drivers.simulated.lithium_contact import LINEAR_AND_STILL, Options
from solidcell.drivers.simulated.network import OPEN, Drive
from solidcell.drivers.simulated.presets import PRESETS, Material, material

STILL = Options(contact_loss=False, interphase_growth=False, dendrites=False)
every_preset = pytest.mark.parametrize("of", PRESETS, ids=lambda of: of.name)


def linear_cell(of: Material, **more) -> SymmetricCell:
    return SymmetricCell(of, options=LINEAR_AND_STILL, **more)


def phasor(samples: list[float], per_period: int) -> complex:
    """Amplitude of the fundamental over the last period."""
    last = np.array(samples[-per_period:])
    turn = np.exp(-2j * math.pi * np.arange(per_period) / per_period)
    return complex(2 / per_period * (last @ turn))


def settle_sinusoid(
    cell: SymmetricCell,
    mode: str,
    level: float,
    hertz: float,
    per_period: int,
    settle_s: float = 4.0,  # the slowest of all time constants is below 0.2 s
):
    period_s = 1 / hertz / per_period
    voltages, currents = [], []
    for n in range(per_period * max(2, math.ceil(settle_s * hertz))):
        drive = Drive(mode, level * math.cos(2 * math.pi * n / per_period))
        terminal = cell.advance(period_s, drive)
        voltages.append(terminal.voltage_v)
        currents.append(terminal.current_a)
    return phasor(voltages, per_period) / phasor(currents, per_period), period_s


@every_preset
@pytest.mark.parametrize(("mode", "level"), [("current", 1e-4), ("voltage", 0.01)])
def test_a_sampled_sinusoid_meets_the_impedance_of_the_same_elements(of, mode, level) -> None:
    cell = linear_cell(of)
    measured, period_s = settle_sinusoid(cell, mode, level, hertz=7.0, per_period=24)
    ionic = sampled_impedance(*cell.elements(), 7.0, period_s)
    expected = 1 / (1 / ionic + 1 / cell.electronic_leak_ohm)
    assert abs(measured / expected - 1) < 1e-8


@every_preset
@pytest.mark.parametrize(("mode", "level"), [("current", 1e-4), ("voltage", 0.01)])
def test_elements_remember_as_their_impedance_says_when_sampled_at_their_own_pace(
    of, mode, level
) -> None:
    undispersed = replace(
        of, interphase_alpha=1.0, double_layer_alpha=1.0, grain_boundary_alpha=1.0
    )
    cell = linear_cell(undispersed)
    measured, period_s = settle_sinusoid(cell, mode, level, 1e3, 16, settle_s=5e-3)
    slowest_s = cell.elements()[1].max()
    assert 0.3 < period_s / slowest_s < 4
    expected = 1 / (
        1 / sampled_impedance(*cell.elements(), 1e3, period_s) + 1 / cell.electronic_leak_ohm
    )
    assert abs(measured / expected - 1) < 1e-8


def test_sampling_finely_approaches_the_impedance_itself() -> None:
    cell = linear_cell(material("LLZO"))
    measured, _ = settle_sinusoid(cell, "current", 1e-4, hertz=5.0, per_period=200)
    assert abs(measured / complex(cell.impedance(np.array(5.0))) - 1) < 1e-3


@every_preset
def test_the_imaginary_part_knows_the_whole_resistance(of: Material) -> None:
    # Kramers and Kronig: R(0) - R(inf) = -2/pi * integral of Z'' over ln w
    log_f = np.linspace(-3, 13, 4000)
    z = linear_cell(of).impedance(10**log_f)
    spacing = (log_f[1] - log_f[0]) * math.log(10)
    area = -2 / math.pi * z.imag.sum() * spacing
    assert area == pytest.approx(z[0].real - z[-1].real, rel=1e-4)


@every_preset
@given(log_f=st.floats(-4, 10), contact=st.floats(1e-3, 1), short_ohm=st.floats(0.3, 1e6))
@settings(max_examples=12, deadline=None)
def test_a_cell_is_passive_whatever_became_of_it(of, log_f, contact, short_ohm) -> None:
    cell = SymmetricCell(of)
    cell.contacts[0].contact = contact
    cell.set_temperature(320.0)
    whole = complex(cell.impedance(np.array(10**log_f)))
    assert whole.real > 0
    assert whole.imag <= 0
    cell.short.set_path(short_ohm)
    shorted = complex(cell.impedance(np.array(10**log_f)))
    assert shorted.real > 0
    assert abs(shorted) < min(abs(whole), short_ohm)


@pytest.mark.parametrize(
    ("name", "thickness_m", "ohm_cm2"),
    [
        ("LPSCl", 0.8e-3, 60),
        ("LLZO", 1e-3, 206),
        ("Li3PS4", 0.8e-3, 401),
        ("Li3PS4+LiF", 0.8e-3, 421),
    ],
)
def test_each_preset_starts_at_its_area_resistance(name, thickness_m, ohm_cm2) -> None:
    cell = SymmetricCell(material(name), thickness_m=thickness_m)
    z = complex(cell.impedance(np.array(1e-3)))
    assert z.real * cell.area_m2 * 1e4 == pytest.approx(ohm_cm2, abs=0.6)


@pytest.mark.parametrize(
    ("name", "bulk_ohm", "bulk_pf"), [("LLZO", 182.0, 34.75), ("LPSCl", 34.0, 13.03)]
)
def test_the_bulk_has_the_tabulated_resistance_and_capacitance(name, bulk_ohm, bulk_pf) -> None:
    thickness_m = 1e-3 if name == "LLZO" else 0.8e-3
    r, tau = SymmetricCell(material(name), thickness_m=thickness_m).elements()
    assert r[0] == pytest.approx(bulk_ohm, rel=2e-3)
    assert tau[0] / r[0] * 1e12 == pytest.approx(bulk_pf, rel=2e-3)


def test_lost_contact_adds_the_constriction_of_its_formula() -> None:
    cell = SymmetricCell(material("LPSCl"), options=LINEAR_AND_STILL)
    whole = cell.impedance(np.array([1e-3, 1e7]))
    cell.contacts[0].contact = 0.5
    cell.set_temperature(298.15)
    half = cell.impedance(np.array([1e-3, 1e7]))
    per_side = (4 + 12.85 + 0.5) / 0.785  # interphase and transfer double, 0.5 ohm cm2 comes in
    assert (half - whole)[0].real == pytest.approx(per_side, rel=1e-3)
    r, tau = cell.elements()
    constriction = np.isclose(r, 0.5 / 0.785)
    assert tau[constriction] == pytest.approx([1e-6])
    assert r[0] == pytest.approx(whole[1].real, rel=0.02)  # the bulk does not change


def test_the_grain_boundaries_of_garnet_have_the_tabulated_capacitance() -> None:
    r, tau = SymmetricCell(material("LLZO"), thickness_m=1e-3).elements()
    assert r[1:22].sum() == pytest.approx(51.0, rel=2e-3)
    assert tau[11] / r[1:22].sum() == pytest.approx(23.55e-9, rel=2e-3)  # the middle term


@given(st.lists(st.floats(1e-6, 0.5), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_a_linear_cell_does_not_care_how_time_is_cut(cuts: list[float]) -> None:
    whole, cut = linear_cell(material("LLZO")), linear_cell(material("LLZO"))
    drive = Drive("voltage", 0.02)
    at_once = whole.advance(sum(cuts), drive)
    for duration_s in cuts:
        piecewise = cut.advance(duration_s, drive)
    # the ends of a cut share one current only if it is sourced: relax, then compare in detail
    at_once, piecewise = whole.advance(5.0, drive), cut.advance(5.0, drive)
    assert piecewise.current_a == pytest.approx(at_once.current_a, rel=1e-9)
    sourced = Drive("current", 1e-4)
    at_once = whole.advance(0.01, sourced)
    for _ in range(4):
        piecewise = cut.advance(0.0025, sourced)
    assert piecewise.voltage_v == pytest.approx(at_once.voltage_v, rel=1e-6)


def test_without_current_the_voltage_decays_to_nothing() -> None:
    cell = SymmetricCell(material("Li3PS4"), options=STILL)
    loaded = cell.advance(10.0, Drive("current", 1e-4)).voltage_v
    shrinking = [abs(cell.advance(0.01, OPEN).voltage_v) for _ in range(200)]
    assert all(later < earlier for earlier, later in pairwise(shrinking))
    assert shrinking[-1] < 1e-6 * loaded


@given(st.floats(-2e-2, 2e-2).filter(lambda current: abs(current) > 1e-9))
@settings(max_examples=15, deadline=None)
def test_the_voltage_of_a_current_drives_that_current(current_a: float) -> None:
    cell = SymmetricCell(material("LPSCl"), options=STILL)
    galvanostatic = cell.advance(10.0, Drive("current", current_a))
    assert galvanostatic.voltage_v * current_a > 0
    for _ in range(3):
        potentiostatic = cell.advance(5.0, Drive("voltage", galvanostatic.voltage_v))
    assert potentiostatic.current_a == pytest.approx(current_a, rel=1e-9)
    leak_a = galvanostatic.voltage_v / cell.electronic_leak_ohm
    assert galvanostatic.ionic_a + leak_a == pytest.approx(current_a, rel=1e-12)


@pytest.mark.parametrize("bias_a", [0.0, 1e-3, -8e-3])
def test_the_low_frequency_impedance_is_the_slope_of_the_current_voltage_curve(bias_a) -> None:
    cell = SymmetricCell(material("LPSCl"), options=STILL)
    step_a = 1e-7
    below = cell.advance(10.0, Drive("current", bias_a - step_a)).voltage_v
    above = cell.advance(10.0, Drive("current", bias_a + step_a)).voltage_v
    z = complex(cell.impedance(np.array(1e-4)))
    assert z.real == pytest.approx((above - below) / (2 * step_a), rel=1e-4)


def test_charge_transfer_obeys_butler_and_volmer_at_high_current() -> None:
    cell = SymmetricCell(material("LPSCl"), options=STILL)
    ohmic = linear_cell(material("LPSCl")).elements()[0].sum()
    current_a = 20 * 2e-3 * 0.785  # twenty times the exchange current
    thermal_v = 8.314462618 * 298.15 / 96485.33212
    transfer = 2 * thermal_v / (2e-3 * 0.785)
    voltage_v = cell.advance(10.0, Drive("current", current_a)).voltage_v
    expected = (ohmic - transfer) * current_a + 4 * thermal_v * math.asinh(10)
    assert voltage_v == pytest.approx(expected, rel=1e-4)


def test_a_limit_holds_the_voltage_and_says_so() -> None:
    cell = SymmetricCell(material("LPSCl"), options=STILL)
    free = cell.advance(1.0, Drive("current", 1e-3, limit=5.0))
    held = cell.advance(1.0, Drive("current", -1.0, limit=2.0))
    assert not free.limited
    assert held.limited
    assert held.voltage_v == pytest.approx(-2.0)
    assert -1.0 < held.current_a < -0.01


def test_a_limit_holds_the_current_and_says_so() -> None:
    cell = SymmetricCell(material("LPSCl"), options=STILL)
    held = cell.advance(1.0, Drive("voltage", 3.0, limit=1e-3, series_ohm=2.0))
    assert held.limited
    assert held.current_a == pytest.approx(1e-3)
    assert held.voltage_v < 0.2


def test_leads_take_their_share_of_a_sourced_voltage() -> None:
    cell = SymmetricCell(material("LPSCl"), options=STILL)
    terminal = cell.advance(10.0, Drive("voltage", 0.1, series_ohm=50.0))
    assert terminal.voltage_v + 50.0 * terminal.current_a == pytest.approx(0.1, rel=1e-12)


@pytest.mark.parametrize(
    ("of", "group", "energy_ev"),
    [
        ("LPSCl", slice(0, 1), 0.35),
        ("LPSCl", slice(1, 22), 0.5),
        ("LLZO", slice(1, 22), 0.40),  # grain boundaries
        ("LLZO", slice(22, 43), 0.40),
    ],
)
def test_each_resistance_falls_on_warming_as_its_activation_energy_says(
    of, group, energy_ev
) -> None:
    cold, warm = (SymmetricCell(material(of), temperature_k=kelvin) for kelvin in (298.15, 333.15))
    factor = math.exp(energy_ev / 8.617333262e-5 * (1 / 298.15 - 1 / 333.15))
    ratio = cold.elements()[0][group].sum() / warm.elements()[0][group].sum()
    assert ratio == pytest.approx(factor, rel=1e-9)


def test_time_does_not_run_backwards_in_a_cell() -> None:
    with pytest.raises(ValueError, match="cannot advance by -1 s"):
        SymmetricCell(material("LPSCl")).advance(-1.0)
