"""A spectrum is checked once, at the door."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum


@pytest.mark.parametrize(
    ("frequency", "z", "message"),
    [
        ([1, 2, 3], [1, 2], "one length"),
        ([[1, 2, 3]], [[1, 2, 3]], "1-D"),
        ([1, 2], [1, 2], "at least 3 points, got 2"),
        ([1, 0, 3], [1, 2, 3], r"frequency_hz\[1\] is 0.0 Hz"),
        ([1, 2, -3], [1, 2, 3], r"frequency_hz\[2\] is -3.0 Hz"),
        ([1, np.nan, 3], [1, 2, 3], r"frequency_hz\[1\]"),
        ([1, 2, 3], [1, complex(0, np.inf), 3], r"z_ohm\[1\]"),
    ],
)
def test_a_wrong_spectrum_is_refused_by_its_first_bad_point(frequency, z, message):
    with pytest.raises(ValueError, match=message):
        Spectrum(frequency, z)


def test_points_keep_the_order_in_which_they_were_measured():
    spectrum = Spectrum([1, 100, 10], [3 - 1j, 1, 2])
    assert spectrum.frequency_hz.tolist() == [1, 100, 10]
    assert spectrum.z_ohm[0] == 3 - 1j


def test_a_spectrum_cannot_be_changed_afterwards():
    frequency = np.array([1.0, 2.0, 3.0])
    spectrum = Spectrum(frequency, [1, 2, 3])
    frequency[0] = 99
    assert spectrum.frequency_hz[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        spectrum.z_ohm[0] = 0
