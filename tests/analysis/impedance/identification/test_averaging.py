"""How the doubt of names and circuits widens an error, and where it does not."""

import numpy as np
import pytest
from solidcell.analysis.geometry import Geometry
from solidcell.analysis.impedance import Spectrum, fit, parse_circuit
from solidcell.analysis.impedance.identification.averaging import named_rivals, with_doubt_of_choice
from solidcell.analysis.impedance.identification.resistances import resistances

PELLET = Geometry(1e-3, 1e-2)
CIRCUIT = parse_circuit("R0-p(R1,CPE1)-CPE2")


def doubted(exponent):
    """An electrolyte of 42 ohm beside a contact of 220 kohm, the spur having that exponent."""
    f = np.geomspace(1e6, 0.1, 71)
    z = CIRCUIT.impedance_ohm(f, [42.4, 2.2e5, 5.1e-6, 0.885, 3.2e-6, exponent])
    noise = np.random.default_rng(1).normal(0, 0.001, (2, f.size))
    found = fit(CIRCUIT, Spectrum(f, z + np.abs(z) * (noise[0] + 1j * noise[1])))
    chosen = resistances(found, PELLET)
    rivals = named_rivals([(found, 1.0)], chosen, PELLET)
    return with_doubt_of_choice(chosen, rivals, PELLET)


def test_a_contact_is_in_no_value_if_the_electrodes_block_beyond_doubt():
    found = doubted(0.91)
    for one in (found.electrolyte, found.total):
        assert one.value == pytest.approx(42.4, rel=0.01)
        assert one.standard_error < 1.0


def test_a_contact_blurs_the_total_but_not_the_electrolyte_if_the_spur_may_be_diffusion():
    found = doubted(0.7)
    assert found.total.standard_error > 1e3
    assert found.electrolyte.standard_error < 1.0
