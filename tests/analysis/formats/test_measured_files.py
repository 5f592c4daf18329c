"""Real exports of real instruments, and what they must give."""

import importlib.util
import shutil

import numpy as np
import pytest
from solidcell.analysis.formats import FormatError, read_spectra
from solidcell.analysis.impedance import SpectrumRefusedError, fit, identify, parse_circuit
from support.measured_spectra import measured_spectrum_file

VENDOR = "vendor/exampleData"
PELLET = "lpscl_blocking/PEIS_LPSCl_IonBlocking_-25C"


@pytest.mark.parametrize(
    ("name", "kind", "points", "first", "rule"),
    [
        (f"{PELLET}.txt", "EC-Lab text", 79, (7.0000185e6, 359.24146 - 290.92038j), "-Im(Z)"),
        (f"{PELLET}_RelaxIS.txt", "RelaxIS text", 79, (0.1000218, 1799427.6 - 8093785.5j), "+Im"),
        (f"{VENDOR}.csv", "delimited text", 66, (3.1623e-3, 0.0494999 - 0.02043870j), "+"),
        (
            "vendor/exampleDataBioLogic.mpt",
            "EC-Lab text",
            43,
            (1000.3201, 65.470886 - 0.38998979j),
            "-",
        ),
        (
            "vendor/exampleDataGamry.DTA",
            "Gamry DTA",
            72,
            (200015.6, 825.8584 - 1367.239j),
            "+Im(Z)",
        ),
        (f"{VENDOR}ZPlot.z", "ZPlot", 21, (300000.0, 147.77 - 11.335j), "+Im(Z)"),
    ],
)
def test_every_vendor_file_gives_its_numbers(name, kind, points, first, rule):
    (measured,) = read_spectra(measured_spectrum_file(name))
    assert measured.source.format == kind
    assert rule in measured.source.sign_rule
    assert len(measured.source.sha256) == 64
    assert len(measured.spectrum) == points
    assert measured.spectrum.frequency_hz[0] == pytest.approx(first[0], rel=1e-6)
    assert measured.spectrum.z_ohm[0] == pytest.approx(first[1], rel=1e-6)


def test_the_format_is_told_by_content_and_not_by_name(tmp_path):
    renamed = tmp_path / "nameless.csv"
    shutil.copy(measured_spectrum_file(f"{VENDOR}Gamry.DTA"), renamed)
    assert read_spectra(renamed)[0].source.format == "Gamry DTA"


def pellet(suffix):
    (measured,) = read_spectra(measured_spectrum_file(PELLET + suffix))
    return measured.spectrum


def test_two_exports_of_one_measurement_give_the_same_fit():
    circuit = parse_circuit("R0-p(R1,CPE1)-CPE2")
    first, second = (fit(circuit, pellet(suffix)) for suffix in (".txt", "_RelaxIS.txt"))
    np.testing.assert_allclose(second.values, first.values, rtol=1e-6)
    np.testing.assert_allclose(second.standard_errors, first.standard_errors, rtol=1e-4)


@pytest.mark.slow
def test_the_pellet_is_read_as_one_total_resistance_and_no_more():
    found = [identify(pellet(suffix)) for suffix in (".txt", "_RelaxIS.txt")]
    assert found[0].circuit == found[1].circuit
    first, second = (each.resistances for each in found)
    assert second.total.value == pytest.approx(first.total.value, rel=1e-5)
    # between the foot of the arc and the plateau before the spur, as read by eye at 54 kHz
    assert 1400 < first.total.value < 1460
    assert first.blocking
    assert first.label == "bulk + GB"
    assert first.bulk is None
    assert first.interface is None
    assert "interface" not in first.names
    # arcs that overlap are known less well than their sum
    assert first.total.relative < 0.01


def test_a_coating_that_changed_while_it_was_swept_is_refused():
    (measured,) = read_spectra(measured_spectrum_file(f"{VENDOR}Gamry.DTA"))
    with pytest.raises(SpectrumRefusedError, match="Kramers-Kronig"):
        identify(measured.spectrum)


@pytest.mark.parametrize(
    ("name", "total_ohm"), [("vendor/exampleDataBioLogic.mpt", 111.8), (f"{VENDOR}.csv", 0.0322)]
)
def test_every_other_vendor_file_is_answered(name, total_ohm):
    (measured,) = read_spectra(measured_spectrum_file(name))
    total = identify(measured.spectrum).resistances.total
    assert abs(total.value - total_ohm) < 2 * total.standard_error


def test_an_arc_beyond_the_window_beside_an_inductor_is_none():
    # the spectrum ends at 300 kHz; an arc at 2 MHz would only mend what the inductor leaves
    (measured,) = read_spectra(measured_spectrum_file(f"{VENDOR}ZPlot.z"))
    found = identify(measured.spectrum)
    assert found.circuit == "L0-R0-p(R1,CPE1)"
    assert found.fit.n == 21
    assert found.resistances.total.value == pytest.approx(655.29, abs=0.01)
    assert all(arc.apex_hz <= 3e5 for arc in found.arcs)
    assert any("lies outside the window" in reason for reason in found.reasons)


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("galvani") is None, reason="the optional reader galvani is missing"
)
def test_the_binary_file_gives_the_same_fit_too():
    text, binary = (identify(pellet(suffix)) for suffix in (".txt", ".mpr"))
    assert binary.circuit == text.circuit
    np.testing.assert_allclose(binary.fit.values, text.fit.values, rtol=1e-5)
    total = text.resistances.total.value
    assert binary.resistances.total.value == pytest.approx(total, rel=1e-6)


@pytest.mark.skipif(
    importlib.util.find_spec("galvani") is not None, reason="galvani is installed here"
)
def test_without_the_optional_reader_the_way_out_is_told():
    with pytest.raises(FormatError, match=r"datalab-org-galvani>=0\.6"):
        read_spectra(measured_spectrum_file(f"{PELLET}.mpr"))
