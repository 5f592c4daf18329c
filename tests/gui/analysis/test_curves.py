"""The curve on the screen is the circuit's, and a residual has the sign that its axis says."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum, parse_circuit
from solidcell.gui.analysis.curves import DENSE_POINTS, CurveMaker, residual_limit
from solidcell.gui.analysis.edits import new_model, with_values
from support.arc_spectra import CODE, TRUTH, arc_spectrum

EXACT = arc_spectrum(noise=0.0)
MODEL = with_values(new_model(CODE, EXACT), TRUTH)


def test_the_curve_is_the_circuits_from_the_first_frequency_to_the_last():
    curves = CurveMaker(EXACT, CODE).curves(MODEL)
    assert curves.dense_hz.size == DENSE_POINTS
    assert curves.dense_hz[[0, -1]] == pytest.approx([1.0, 3e6])
    assert curves.z_ohm == pytest.approx(parse_circuit(CODE).impedance_ohm(curves.dense_hz, TRUTH))
    assert curves.misfit < 1e-12


def test_a_residual_is_measured_minus_model_over_what_was_measured():
    larger = Spectrum(EXACT.frequency_hz, 1.1 * EXACT.z_ohm)
    curves = CurveMaker(larger, CODE).curves(MODEL)
    phase = EXACT.z_ohm / np.abs(EXACT.z_ohm)
    assert curves.residuals == pytest.approx(0.1 / 1.1 * phase)
    assert curves.misfit == pytest.approx(0.1 / 1.1)


def test_values_beyond_all_reason_raise_no_warning():
    wild = with_values(MODEL, {name: 1e-300 for name in TRUTH})
    CurveMaker(EXACT, CODE).curves(wild)


@pytest.mark.parametrize(
    ("percents", "limit"),
    [([0.05], 0.1), ([0.3, -0.8], 1.0), ([-1.2], 2.0), ([400.0], 100.0), ([], 0.1)],
)
def test_the_axis_of_the_residuals_ends_at_a_round_number(percents, limit):
    assert residual_limit(np.array(percents)) == limit
