"""The Nyquist plot shows the numbers it says it shows."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum, fit, parse_circuit
from solidcell.analysis.impedance.nyquist import nyquist_columns, nyquist_figure

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 36)
CIRCUIT = parse_circuit("R0-p(R1,CPE1)")
Z = CIRCUIT.impedance_ohm(FREQUENCY_HZ, [50, 900, 1e-6, 0.9])


def test_capacitive_points_are_drawn_upwards_on_equal_axes():
    figure = nyquist_figure(fit(CIRCUIT, Spectrum(FREQUENCY_HZ, Z)), title="a pellet")
    plane = figure.axes[0]
    measured = next(line for line in plane.lines if line.get_label() == "measured")
    np.testing.assert_allclose(measured.get_ydata(), -Z.imag)
    assert plane.get_aspect() == 1.0
    assert plane.get_title() == "a pellet"


def test_columns_are_what_is_drawn():
    result = fit(CIRCUIT, Spectrum(FREQUENCY_HZ[::-1], Z[::-1]))
    columns = nyquist_columns(result)
    plane = nyquist_figure(result).axes[0]
    line = next(line for line in plane.lines if line.get_label() == result.circuit)
    np.testing.assert_array_equal(line.get_xdata(), columns.line_z_real_ohm)
    np.testing.assert_array_equal(columns.frequency_hz, FREQUENCY_HZ)
    np.testing.assert_allclose(columns.z_imag_ohm, Z.imag)


def test_points_left_out_of_the_fit_are_shown_as_such():
    whole = Spectrum(FREQUENCY_HZ, Z)
    result = fit(CIRCUIT, whole.only(FREQUENCY_HZ > 1))
    columns = nyquist_columns(result, whole)
    assert columns.used.sum() == (FREQUENCY_HZ > 1).sum()
    assert np.isnan(columns.residual_real[columns.used == 0]).all()
    labels = [line.get_label() for line in nyquist_figure(result, whole).axes[0].lines]
    assert "left out" in labels


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "magic"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")]
)
def test_it_can_be_saved_for_paper(tmp_path, suffix, magic):
    path = tmp_path / f"fit.{suffix}"
    nyquist_figure(fit(CIRCUIT, Spectrum(FREQUENCY_HZ, Z))).savefig(path)
    assert path.read_bytes().startswith(magic)
