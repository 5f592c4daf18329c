"""What relaxation times cannot be found of is refused, with the reason."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum, relaxation_times


def arc(frequency_hz):
    return Spectrum(frequency_hz, 10 + 100 / (1 + 2j * np.pi * frequency_hz * 1e-3))


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="need 10 points, got 9"):
        relaxation_times(arc(np.geomspace(1e5, 1, 9)))


def test_less_than_a_decade_is_refused():
    with pytest.raises(ValueError, match=r"need 1 decade of frequency, got 0\.90"):
        relaxation_times(arc(np.geomspace(10**2.9, 100, 20)))


def test_a_vanishing_impedance_is_refused():
    z = np.ones(20, dtype=complex)
    z[3] = 0
    with pytest.raises(ValueError, match=r"abs\(Z\) is 0"):
        relaxation_times(Spectrum(np.geomspace(1e5, 1, 20), z))


@pytest.mark.parametrize("wrong", ["GCV", "", 0, -1.0, float("nan"), float("inf"), None])
def test_an_unknown_regularisation_is_refused(wrong):
    with pytest.raises(ValueError, match="regularisation is"):
        relaxation_times(arc(np.geomspace(1e5, 1, 20)), regularisation=wrong)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_that_is_no_probability_is_refused(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        relaxation_times(arc(np.geomspace(1e5, 1, 20)), level=level)


def test_the_fewest_points_and_the_smallest_window_still_serve():
    found = relaxation_times(arc(np.geomspace(1e3, 1e2, 10)))
    assert [peak.tau_s for peak in found.peaks] == pytest.approx([1e-3], rel=0.15)


def test_repeated_frequencies_are_no_obstacle():
    found = relaxation_times(arc(np.repeat(np.geomspace(1e5, 1, 20), 2)))
    assert found.polarisation_ohm == pytest.approx(100, rel=0.01)
