"""The Nyquist plot of a pellet, as data."""

import numpy as np
from solidcell.analysis.geometry import Geometry, Quantity
from solidcell.analysis.impedance import Spectrum
from solidcell.analysis.transport.nyquist_plot import nyquist_plot

FREQUENCY_HZ = np.geomspace(1e6, 1.0, 37)
ARC = 100 / (1 + 2j * np.pi * FREQUENCY_HZ * 100 * 1e-9)
RESISTANCE = Quantity(100.0, 1.0, "Ω")


def plot(z_ohm, size=None):
    return nyquist_plot(Spectrum(FREQUENCY_HZ, z_ohm), None, size, RESISTANCE)


def test_the_arcs_have_a_panel_of_their_own_under_the_tail_of_blocking_electrodes():
    blocking = plot(ARC + 1 / (2j * np.pi * FREQUENCY_HZ * 1e-6))
    whole, arcs = blocking.panels
    assert whole.x.shown is None
    assert arcs.x.shown == (-5.0, 160.0)
    assert whole.items == arcs.items
    assert "right: the arcs" in blocking.caption


def test_without_a_tail_one_panel_shows_all():
    assert len(plot(ARC).panels) == 1


def test_frequencies_are_told_and_the_scale_is_that_of_the_area():
    (panel,) = plot(ARC, Geometry(1e-3, 0.01)).panels
    (measured,) = panel.items
    named = [word for word in measured.labels if word]
    assert named[0] == "1 MHz"
    assert len(named) == 7
    assert panel.x.label == "Z′ / Ω cm²"
    assert measured.x[-1] == np.float64(ARC[-1].real * np.pi / 4)
