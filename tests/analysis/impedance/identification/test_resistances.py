"""Names for resistances: given where window and capacitances carry them, withheld elsewhere."""

import math

import numpy as np
import pytest
from solidcell.analysis.impedance import Geometry, Spectrum, fit, parse_circuit, resistances

# a ceramic pellet of 1 mm x 10 mm: bulk permittivity 50
PELLET = Geometry(1e-3, 10e-3, thickness_uncertainty_m=10e-6, diameter_uncertainty_m=50e-6)
BULK_F = 50 * 8.854188e-12 / PELLET.length_over_area_per_m
LITHIUM = "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"


def arc(resistance, capacitance, exponent):
    return [resistance, (resistance * capacitance) ** exponent / resistance, exponent]


def fitted(code, values, highest_hz=32e6, level=0.003, seed=1):
    frequency = np.geomspace(highest_hz, 0.1, 90)
    z = parse_circuit(code).impedance_ohm(frequency, values)
    noise = np.random.default_rng(seed).normal(0, level, (2, z.size))
    return fit(parse_circuit(code), Spectrum(frequency, z + np.abs(z) * (noise[0] + 1j * noise[1])))


def cold_pellet(bulk_ohm=2000, boundary_ohm=1200, bulk_f=BULK_F, boundary_f=2e-8):
    return [
        5.0,
        *arc(bulk_ohm, bulk_f, 0.99),
        *arc(boundary_ohm, boundary_f, 0.92),
        *arc(600, 3e-6, 0.9),
    ]


def test_bulk_and_grain_boundary_are_told_apart_where_the_window_holds_both():
    found = resistances(fitted(LITHIUM, cold_pellet()), PELLET, 250.0)
    assert found.label == "bulk and grain boundary"
    assert found.names == ("bulk", "grain boundary", "interface")
    assert found.bulk.value == pytest.approx(2000, rel=0.03)
    assert found.grain_boundary.value == pytest.approx(1200, rel=0.03)
    assert found.interface.value == pytest.approx(600, rel=0.03)
    assert found.arcs[0].permittivity == pytest.approx(50, rel=0.1)
    assert found.series.value == pytest.approx(5, abs=15)


def test_bulk_is_withheld_when_the_instrument_ends_too_low():
    found = resistances(fitted(LITHIUM, cold_pellet(), highest_hz=2.5e6), PELLET)
    assert found.label == "bulk + GB"
    assert found.bulk is None
    assert found.grain_boundary is None
    assert "below 3 x the fastest arc's apex" in found.reasons[0]
    assert found.electrolyte.value == pytest.approx(3205, rel=0.03)


def test_bulk_is_withheld_when_its_permittivity_is_none():
    found = resistances(fitted(LITHIUM, cold_pellet(bulk_f=8 * BULK_F)), PELLET)
    assert found.bulk is None
    assert any("permittivity" in reason for reason in found.reasons)


def test_bulk_is_withheld_when_the_arcs_lie_too_close():
    found = resistances(fitted(LITHIUM, cold_pellet(boundary_f=6 * BULK_F)), PELLET)
    assert found.bulk is None
    assert any("less than a factor 10 apart" in reason for reason in found.reasons)


def test_bulk_is_withheld_when_one_resistance_hides_the_other():
    found = resistances(fitted(LITHIUM, cold_pellet(boundary_ohm=50000)), PELLET)
    assert found.bulk is None
    assert any("0.05 to 20" in reason for reason in found.reasons)


def test_a_sulfide_pellet_at_room_temperature_is_bulk_plus_gb_in_the_series_resistance():
    found = resistances(fitted("R0-p(R1,CPE1)", [34, *arc(10, 2e-6, 0.9)]), PELLET)
    assert found.label == "bulk + GB"
    assert found.electrolyte.value == pytest.approx(34, rel=0.01)
    assert found.interface.value == pytest.approx(10, rel=0.05)
    assert found.total.value == pytest.approx(44, rel=0.01)
    assert "R0 counted as electrolyte" in found.assumptions[0]


def test_ohmic_electrodes_without_an_interface_arc_are_told():
    found = resistances(fitted("R0-p(R1,CPE1)", [5, *arc(900, 2e-9, 0.95)]), PELLET)
    assert found.label == "bulk + GB + interface"
    assert found.names == ("bulk + GB + interface",)
    assert found.interface is None
    assert "one electrolyte arc is resolved" in found.reasons[0]
    assert any("lower bound" in line for line in found.assumptions)


def test_an_interface_in_the_grain_boundarys_arc_leaves_only_the_bulk_its_name():
    code, values = "R0-p(R1,CPE1)-p(R2,CPE2)", cold_pellet()[:7]
    found = resistances(fitted(code, values), PELLET)
    assert found.label == "bulk + GB + interface"
    assert found.names == ("bulk", "GB + interface")
    assert found.bulk.value == pytest.approx(2000, rel=0.03)
    assert found.grain_boundary is None


def test_an_interface_that_the_data_do_not_determine_bears_no_value():
    values = [40, *arc(900, 3e-10, 0.95), *arc(30, 2e-6, 0.7)]
    result = fitted("R0-p(R1,CPE1)-p(R2,CPE2)", values, level=0.05, seed=2)
    found = resistances(result, PELLET)
    assert found.names[1] == "interface"
    assert (found.arcs[1].resistance.relative or 1.0) > 0.2
    assert found.interface is None
    assert any("20 %" in reason for reason in found.reasons)


def test_an_arc_of_the_contact_of_blocking_electrodes_is_no_interface():
    values = [40, *arc(900, 3e-10, 0.95), *arc(500, 1e-6, 0.9), 5e-5, 0.9]
    found = resistances(fitted("R0-p(R1,CPE1)-p(R2,CPE2)-CPE3", values), PELLET)
    assert found.blocking
    assert found.names[1] == "electrode contact"
    assert found.interface is None
    assert found.total.value == pytest.approx(940, rel=0.02)
    assert any("contact" in reason for reason in found.reasons)


def test_between_blocking_electrodes_the_total_ends_before_the_spur():
    found = resistances(fitted("R0-p(R1,CPE1)-CPE2", [40, *arc(900, 3e-10, 0.95), 3e-6, 0.9]))
    assert found.blocking
    assert found.label == "bulk + GB"
    assert found.interface is None
    assert found.total.value == pytest.approx(940, rel=0.01)


def test_a_sum_of_merged_arcs_is_known_better_than_the_arcs():
    values = [5, *arc(800, 5e-11, 0.95), *arc(700, 3e-10, 0.9)]
    found = resistances(fitted("R0-p(R1,CPE1)-p(R2,CPE2)", values, level=0.005))
    parts = [found.arcs[k].resistance.standard_error or math.inf for k in range(2)]
    assert found.electrolyte.standard_error < min(parts) / 3


def test_conductivity_carries_the_doubt_of_the_geometry():
    found = resistances(fitted("R0-p(R1,CPE1)", [34, *arc(10, 2e-6, 0.9)]), PELLET)
    sigma = found.conductivity
    assert sigma.value == pytest.approx(PELLET.length_over_area_per_m / 34, rel=0.01)
    assert sigma.relative == pytest.approx(math.hypot(0.01, 2 * 0.005), rel=0.15)
    assert resistances(fitted("R0-p(R1,CPE1)", [34, *arc(10, 2e-6, 0.9)])).conductivity is None


def test_effective_capacitance_of_a_cpe_arc_is_tau_over_r():
    found = resistances(fitted("R0-p(R1,CPE1)", [34, *arc(100, 2e-6, 0.8)]))
    assert found.arcs[0].capacitance_f == pytest.approx(2e-6, rel=0.05)
    assert found.arcs[0].brug_capacitance_f < found.arcs[0].capacitance_f
    assert any("Brug" in reason for reason in found.reasons)


@pytest.mark.parametrize("size", [0.0, -1e-3, math.nan, math.inf])
def test_a_pellet_without_a_size_is_refused(size):
    with pytest.raises(ValueError, match="thickness_m"):
        Geometry(size, 0.01)
    with pytest.raises(ValueError, match="diameter_m"):
        Geometry(0.001, size)
