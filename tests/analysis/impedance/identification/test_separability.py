"""What cannot be separated is stated as a sum, and what is not certain has a wider error."""

import numpy as np
import pytest
from solidcell.analysis.impedance import (
    Geometry,
    Quantity,
    Spectrum,
    fit,
    identify,
    parse_circuit,
)
from solidcell.analysis.impedance.identification.grouping import row_of

FREQUENCY_HZ = np.geomspace(7e6, 0.1, 70)
PELLET = Geometry(1e-3, 1e-2, 1e-5, 5e-5)


def arc(resistance, tau_s, exponent):
    return [resistance, tau_s**exponent / resistance, exponent]


def measured(code, values, level=0.005, seed=1):
    z = parse_circuit(code).impedance_ohm(FREQUENCY_HZ, values)
    noise = np.random.default_rng(seed).normal(0, level, (2, z.size))
    return Spectrum(FREQUENCY_HZ, z + np.abs(z) * (noise[0] + 1j * noise[1]))


def pair(apart, level=0.005):
    values = [10, *arc(500, 1e-5, 0.9), *arc(400, 10**apart * 1e-5, 0.9)]
    return identify(measured("R0-p(R1,CPE1)-p(R2,CPE2)", values, level))


def test_arcs_two_decades_apart_stand_for_themselves():
    found = pair(2.0)
    assert len(found.arcs) == 2
    assert found.separable
    assert [part.codes for part in found.parts] == [
        ("series",),
        ("p(R1,CPE1)",),
        ("p(R2,CPE2)",),
    ]
    assert found.parts[1].resistance.value == pytest.approx(500, rel=0.05)


def test_arcs_that_lie_on_each_other_are_stated_as_one_sum():
    found = pair(0.2)
    assert not (len(found.arcs) == 2 and found.separable)
    slow = found.parts[-1].resistance
    assert slow.value == pytest.approx(900, rel=0.03)
    assert abs(slow.value - 900) < 4 * slow.standard_error


def test_resistances_that_the_data_can_exchange_are_joined_with_each_other():
    circuit = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)")
    values = [10, *arc(500, 1e-5, 0.9), *arc(400, 2.5e-5, 0.9), *arc(300, 1e-1, 0.95)]
    result = fit(circuit, measured(str(circuit), values, 0.015))
    row = row_of(result, [0], [1, 4, 7])
    assert row.groups() == [[0], [1, 2], [3]]
    assert row.relative_error([1]) > 0.2
    assert row.relative_error([1, 2]) < 0.02
    assert row.sum_of([1, 2]).value == pytest.approx(900, rel=0.03)


def test_a_series_resistance_that_a_circuit_lacks_still_counts_in_the_errors():
    values = [60, *arc(300, 5.3e-9, 0.95), *arc(700, 1e-5, 0.9)]
    spectrum = measured("R0-p(R1,CPE1)-p(R2,CPE2)", values, 0.01)
    result = fit(parse_circuit("p(R1,CPE1)-p(R2,CPE2)"), spectrum)
    row = row_of(result, [], [0, 3])
    assert row.ohm[0] == 0.0
    assert row.groups()[0] == [0, 1]
    assert row.relative_error([1]) > 3 * result.standard_error("R1") / result["R1"]


def test_a_fast_arc_beyond_the_window_is_not_separable_from_the_leads_resistance():
    # apex at 30 MHz: what is seen of it looks like a series resistance
    values = [60, *arc(300, 5.3e-9, 0.95), *arc(700, 1e-5, 0.9)]
    found = identify(measured("R0-p(R1,CPE1)-p(R2,CPE2)", values, 0.01))
    assert not (len(found.arcs) == 2 and found.separable)
    assert found.resistances.total.value == pytest.approx(1060, rel=0.02)
    joined = [part for part in found.parts if not part.separable]
    assert not joined or any("cannot be separated" in reason for reason in found.reasons)


@pytest.mark.slow
def test_the_interval_of_the_total_knows_that_a_contact_arc_may_hide_in_a_boundarys():
    # R_gb and a contact 0.7 decades apart before the spur: some draws show two arcs, some one
    code = "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4"
    cell = [*arc(3000, 5e-8, 0.97), *arc(7000, 5e-5, 0.85), *arc(900, 2.5e-4, 0.75), 1e-5, 0.9]
    beyond = 0
    for seed in range(10):
        total = identify(measured(code, cell, 0.01, seed)).resistances.total
        beyond += abs(total.value - 10000) > 3 * total.standard_error
    assert beyond <= 2


def ceramic(cell=None, energies=None):
    bulk_f = 50 * 8.854188e-12 / PELLET.length_over_area_per_m
    values = [5, *arc(8000, 8000 * bulk_f, 1.0), *arc(4000, 4000 * 2e-8, 0.92)]
    values += arc(1500, 1500 * 1.2e-6, 0.9)
    spectrum = measured("R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)", values, 0.003)
    return identify(spectrum, PELLET, cell=cell, temperature_k=230.0, activation_energies=energies)


def test_a_cold_ceramic_tells_bulk_boundary_and_interface_with_permittivity_and_bricks():
    found = ceramic("symmetric lithium")
    assert [arc.name for arc in found.arcs] == ["bulk", "grain boundary", "interface"]
    assert found.arcs[0].probability["bulk"] > 0.9
    assert found.arcs[0].permittivity == pytest.approx(50, rel=0.1)
    assert found.arcs[0].window == "inside"
    assert found.arcs[2].per_area_f_per_m2 == pytest.approx(2 * 1.2e-6 / PELLET.area_m2, rel=0.2)
    ratio = found.brick_layer.thickness_ratio
    expected = found.arcs[0].capacitance_f / found.arcs[1].capacitance_f
    assert ratio.value == pytest.approx(expected)
    assert abs(ratio.value - 50 * 8.854e-12 / PELLET.length_over_area_per_m / 2e-8) < (
        4 * ratio.standard_error
    )
    own = found.brick_layer.conductivity
    assert own.value == pytest.approx(PELLET.length_over_area_per_m / 4000 * ratio.value, rel=0.1)
    assert found.kramers_kronig.valid


def test_the_activation_energy_of_a_series_stands_beside_its_arc():
    same = {"R1": Quantity(0.35, 0.01, "eV"), "R2": Quantity(0.36, 0.01, "eV")}
    found = ceramic(energies=same)
    assert found.arcs[0].activation_energy == same["R1"]
    assert found.arcs[2].activation_energy is None
    assert any("constriction" in reason for reason in found.reasons)
    apart = {"R1": Quantity(0.35, 0.01, "eV"), "R2": Quantity(0.45, 0.01, "eV")}
    assert not any("constriction" in reason for reason in ceramic(energies=apart).reasons)


def test_a_cell_that_is_not_what_was_said_is_told():
    assert any("pass direct current" in reason for reason in ceramic("blocking").reasons)
    with pytest.raises(ValueError, match="allowed are 'blocking'"):
        ceramic("coin")


def test_a_cell_that_changed_while_it_was_measured_is_refused():
    z = parse_circuit("R0-p(R1,CPE1)").impedance_ohm(FREQUENCY_HZ, [30, *arc(900, 1e-2, 0.9)])
    drifting = z * np.linspace(1.0, 1.8, z.size)
    with pytest.raises(ValueError, match="Kramers-Kronig"):
        identify(Spectrum(FREQUENCY_HZ, drifting))


def test_diffusion_to_the_electrode_is_no_arc():
    code = "R0-p(R1,CPE1)-W2"
    found = identify(measured(code, [30, *arc(400, 1e-5, 0.9), 60]))
    assert found.circuit == code
    assert not found.resistances.blocking


def test_a_fraction_of_a_larger_impedance_gives_the_same_arcs():
    values = [10, *arc(500, 1e-5, 0.9), *arc(400, 3e-3, 0.9)]
    one = measured("R0-p(R1,CPE1)-p(R2,CPE2)", values)
    other = Spectrum(one.frequency_hz, 1000 * one.z_ohm)
    small, large = identify(one), identify(other)
    assert small.circuit == large.circuit
    np.testing.assert_allclose(
        [arc.resistance.value for arc in large.arcs],
        [1000 * arc.resistance.value for arc in small.arcs],
        rtol=1e-3,
    )
