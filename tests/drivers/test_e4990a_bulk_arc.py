"""What 120 MHz are for: the bulk of a garnet pellet shows its own arc at room temperature."""

import math

import numpy as np
import pytest
from solidcell.analysis.impedance import Geometry, Spectrum, identify
from solidcell.drivers.segments import ImpedanceSweep
from support.analyser_bench import AnalyserBench

SWEEP = ImpedanceSweep(
    frequency_max_hz=120e6, frequency_min_hz=20.0, points_per_decade=10, amplitude=0.02
)


@pytest.mark.slow
def test_bulk_and_grain_boundary_of_a_garnet_are_told_apart_at_25_degrees():
    bench = AnalyserBench("e4990a")
    cell = bench.rig.cells[0]
    points = bench.points(SWEEP)
    spectrum = Spectrum(
        np.array([point.frequency_hz for point in points]),
        np.array([point.z_ohm for point in points]),
    )
    diameter_m = math.sqrt(4 * cell.area_m2 / math.pi)
    found = identify(
        spectrum,
        Geometry(thickness_m=cell.thickness_m, diameter_m=diameter_m),
        cell="symmetric lithium",
    )
    true_bulk_ohm, true_boundary_ohm = _true_ohm(cell)
    assert found.resistances.bulk.value == pytest.approx(true_bulk_ohm, rel=2e-3)
    assert found.resistances.grain_boundary.value == pytest.approx(true_boundary_ohm, rel=0.05)
    assert found.arcs[0].name == "bulk"
    assert found.arcs[0].permittivity == pytest.approx(
        cell.material.relative_permittivity, rel=0.02
    )


def _true_ohm(cell):
    """Resistances of bulk and grain boundary, from what the cell is made of, at 25 °C."""
    of, length_per_area = cell.material, cell.thickness_m / cell.area_m2
    return (
        length_per_area / of.bulk_conductivity_s_m,
        length_per_area / of.grain_boundary_conductivity_s_m,
    )
