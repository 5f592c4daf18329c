"""Each bad spectrum is refused for its own reason; what a cell can do is not."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.impedance import Spectrum, parse_circuit, refusal, remarks

FREQUENCY_HZ = np.geomspace(1e6, 1, 61)
CELL = parse_circuit("L0-R0-p(R1,CPE1)-p(R2,CPE2)-CPE3")
VALUES = [1e-7, 40, 900, 1e-8, 0.92, 700, 1e-6, 0.85, 1e-4, 0.9]
Z = CELL.impedance_ohm(FREQUENCY_HZ, VALUES)


def changed(value, at):
    z = Z.copy()
    z[at] = value
    return z


@pytest.mark.parametrize(
    ("frequency", "z", "sentence"),
    [
        ([1e3], [1 - 1j], "a spectrum needs at least 3 points, got 1"),
        (FREQUENCY_HZ, changed(np.nan, 4), r"z_ohm[4] is (nan+0j) ohm (point 5 of 61"),
        (
            FREQUENCY_HZ,
            changed(9.91e37, 7),
            "instruments send 9.9e+37 and above for overload or no reading; leave such points out",
        ),
        (FREQUENCY_HZ, changed(complex(5, -9.9e37), 0), "z_ohm[0] is (5-9.9e+37j) ohm"),
        (FREQUENCY_HZ - 1, Z, "frequency_hz[60] is 0.0 Hz (point 61 of 61); it must be finite"),
        (-FREQUENCY_HZ, Z, "frequency_hz[0] is -1000000.0 Hz (point 1 of 61)"),
        (np.where(FREQUENCY_HZ < 2, 9.91e37, FREQUENCY_HZ), Z, "is 9.91e+37 Hz"),
    ],
)
def test_what_is_never_a_spectrum_is_refused_with_its_point(frequency, z, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Spectrum(frequency, z)


MIXED_HZ = np.where(FREQUENCY_HZ >= 1e3, FREQUENCY_HZ / 1e3, FREQUENCY_HZ)


@pytest.mark.parametrize(
    ("frequency", "z", "sentence"),
    [
        (FREQUENCY_HZ[:5], Z[:5], "5 points are too few; 8 are needed"),
        (np.full(61, 1e3), Z, "1 different frequencies are too few; 8 are needed"),
        (FREQUENCY_HZ, np.full(61, 50 - 2j), "every point is 50-2j ohm: the input was saturated"),
        (
            FREQUENCY_HZ,
            np.where(FREQUENCY_HZ < 2e4, 1e3 - 1e2j, Z),
            r"most points repeat the same value (18 different of 61)",
        ),
        (FREQUENCY_HZ, changed(0, 3), "Z is 0 ohm at point 4: a reading is missing"),
        (
            FREQUENCY_HZ,
            np.where(np.arange(61) % 4 == 0, -Z, Z),
            "Re(Z) is not positive at 16 of 61 points: overload, swapped leads or a wrong column",
        ),
        (
            FREQUENCY_HZ,
            0.3 + 2j * np.pi * FREQUENCY_HZ * 3e-7,
            "a plain resistance of 0.3 ohm at every frequency, no arc and no electrode: "
            "the cell is short-circuited",
        ),
        (
            FREQUENCY_HZ,
            500 + 2j * np.pi * FREQUENCY_HZ * 2e-6,
            "inductive at every frequency (Z'' > 0, about 2e-06 H): only the leads are seen",
        ),
        (
            FREQUENCY_HZ,
            30 + 200 / (1 - 2j * np.pi * FREQUENCY_HZ * 1e-4),
            "Z'' > 0 at every frequency: a file that holds -Im(Z)",
        ),
        (
            FREQUENCY_HZ,
            Z / np.abs(Z) * np.minimum(np.abs(Z), 1800),
            "saturated: |Z| stays at 1800 ohm from 1 to",
        ),
        (
            FREQUENCY_HZ,
            Z.real + 1j * np.maximum(Z.imag, -600),
            "saturated: Z'' stays at -600 ohm from 1 to",
        ),
        (
            FREQUENCY_HZ,
            np.where(FREQUENCY_HZ > 1e3, Z, Z / 1e3),
            "between 1000 Hz (point 31) and 1259 Hz (point 30): rows in ohm and kiloohm are mixed",
        ),
        (FREQUENCY_HZ, changed(Z[20] * 1e9, 20), "the input was overloaded or lost contact there"),
        (
            MIXED_HZ,
            Z,
            "the frequencies jump from 1 to 794.3 Hz after point 31 while |Z| goes on: "
            "points 1 to 31 are in kHz among Hz",
        ),
        (
            MIXED_HZ[::-1],
            Z[::-1],
            "the frequencies jump from 794.3 to 1 Hz after point 30 while |Z| goes on: "
            "points 31 to 61 are in kHz among Hz",
        ),
        (
            np.where(np.arange(61) == 12, FREQUENCY_HZ / 1e3, FREQUENCY_HZ),
            Z,
            "the frequency of point 13 is 63.1 Hz, out of order; its neighbours want 1000 times",
        ),
    ],
)
def test_a_bad_spectrum_is_refused_for_its_own_reason(frequency, z, sentence):
    assert sentence in str(refusal(Spectrum(frequency, z)))


W = 2j * np.pi * FREQUENCY_HZ


@pytest.mark.parametrize(
    "z",
    [
        pytest.param(1 / (W * 1e-9), id="a pure capacitor"),
        pytest.param(50 + 1 / (W * 1e-6), id="a resistor and a blocking electrode"),
        pytest.param(1 / (1e-7 * W**0.98), id="a blocking electrode alone"),
        pytest.param(Z + W * 1e-5, id="long leads"),
        pytest.param(1e12 / (1 + W * 20), id="an insulator"),
        pytest.param(12 + 0j * W + 1e-3j * np.arange(61), id="a resistor of 12 ohm"),
        pytest.param(W * 1e-6 + 1 / (W * 1e-5) + 2, id="a resonance"),
    ],
)
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_what_a_cell_can_do_is_not_refused(z, noise):
    rng = np.random.default_rng(3)
    scatter = rng.normal(size=61) + 1j * rng.normal(size=61)
    assert refusal(Spectrum(FREQUENCY_HZ, z + noise * np.abs(z) * scatter)) is None


def test_two_sweeps_of_different_width_are_not_taken_for_mixed_units():
    frequency = np.concatenate([np.geomspace(1e3, 1, 31), np.geomspace(1e3, 0.1, 41)])
    z = CELL.impedance_ohm(frequency, VALUES)
    assert refusal(Spectrum(frequency, z)) is None


def test_there_and_back_again_is_not_refused():
    frequency = np.concatenate([FREQUENCY_HZ, FREQUENCY_HZ[::-1]])
    assert refusal(Spectrum(frequency, CELL.impedance_ohm(frequency, VALUES))) is None


def test_a_few_significant_digits_are_not_saturation():
    rounded = np.array([complex(f"{z.real:.3g}{z.imag:+.3g}j") for z in Z])
    assert refusal(Spectrum(FREQUENCY_HZ, rounded)) is None


@settings(max_examples=100)
@given(order=st.permutations(range(61)))
def test_the_order_of_the_points_does_not_make_a_spectrum_bad(order):
    spectrum = Spectrum(FREQUENCY_HZ[list(order)], Z[list(order)])
    assert refusal(spectrum) is None


@settings(max_examples=60)
@given(
    scale=st.floats(1e-3, 1e9),
    low=st.floats(-3, 2),
    decades=st.floats(2, 9),
    seed=st.integers(0, 10**6),
)
def test_a_good_spectrum_is_not_refused_at_any_scale(scale, low, decades, seed):
    frequency = np.geomspace(10**low, 10 ** (low + decades), 40)
    rng = np.random.default_rng(seed)
    z = np.zeros(40, dtype=complex)
    for tau in 10 ** -rng.uniform(low, low + decades, 3):
        z += rng.uniform(20, 1e3) / (1 + (2j * np.pi * frequency * tau) ** rng.uniform(0.7, 1))
    z += 20 + 0.01 * np.abs(z) * (rng.normal(size=40) + 1j * rng.normal(size=40))
    assert refusal(Spectrum(frequency, scale * z)) is None


def test_a_plain_sweep_needs_no_remark():
    falling = Z - 2j * np.pi * FREQUENCY_HZ * 1e-7
    assert remarks(Spectrum(FREQUENCY_HZ, falling)) == ()
    assert remarks(Spectrum(FREQUENCY_HZ[::-1], falling[::-1])) == ()


@pytest.mark.parametrize(
    ("frequency", "z", "sentence"),
    [
        ([1, 100, 10], [3 - 1j, 1, 2], "neither rising nor falling; the analysis sorts them"),
        (
            [100, 10, 1, 100],
            [1, 2, 3, 1.1],
            "1 frequency was measured more than once (100 Hz)",
        ),
        (
            [100, 10, 1, 1, 10, 100],
            [1, 2, 3, 3.3, 2.2, 1.1],
            "3 frequencies were measured more than once (1 Hz, 10 Hz, 100 Hz)",
        ),
        ([100, 10, 1, 1], [1, 2, 3, 3], "(1 Hz); 1 with the very same Z (rows copied?)"),
        ([100, 10, 1], [1 + 1j, 2, 3], "Z'' > 0 at 1 point from 100 Hz up: the inductance"),
        ([100, 10, 1], [1, -2, 3], "Re(Z) < 0 at 1 point (10 Hz)"),
    ],
)
def test_what_is_unusual_but_sound_is_remarked_on(frequency, z, sentence):
    assert any(sentence in each for each in remarks(Spectrum(frequency, z)))
