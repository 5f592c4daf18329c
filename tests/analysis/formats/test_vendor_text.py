"""Vendors' text formats in the states in which laboratories have them."""

import numpy as np
import pytest
from solidcell.analysis.formats import FormatError, read_spectra

POINTS = [(1e5, 10.5, -1.5), (1e4, 12.25, -6.25), (1e3, 30.0, -12.0), (1e2, 55.5, -0.5)]
Z = np.array([complex(real, imaginary) for _, real, imaginary in POINTS])


def eclab(points=POINTS, decimal=".", cycles=None, announced=6):
    head = [
        "EC-Lab ASCII FILE",
        f"Nb header lines : {announced}",
        "",
        "Potentio Electrochemical Impedance Spectroscopy",
        "Electrode surface area : 0.785 cm²",
        "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\tCs/µF\tcycle number\t",
    ]
    cycles = cycles or [1] * len(points)
    body = [
        "\t".join(f"{value:.7E}".replace(".", decimal) for value in (f, r, -i, 1.0, cycle))
        for (f, r, i), cycle in zip(points, cycles, strict=True)
    ]
    return [*head, *body]


def gamry(points=POINTS, decimal=".", aborted=False, tables=1):
    lines = ["EXPLAIN", "TAG\tEISPOT", "DATE\tLABEL\t4/23/2018\tDate", "PSTAT\tPSTAT\tREF3000\tP"]
    for _ in range(tables):
        lines += ["ZCURVE\tTABLE", "\tPt\tTime\tFreq\tZreal\tZimag", "\t#\ts\tHz\tohm\tohm"]
        for k, (f, r, i) in enumerate(points):
            lines.append(f"\t{k}\t{k}\t" + f"{f}\t{r}\t{i}".replace(".", decimal))
    if aborted:
        lines.append("EXPERIMENTABORTED\tTOGGLE\tT\tExperiment Aborted")
    return lines


def zplot(points=POINTS, comments=True):
    names = "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange"
    head = ["ZPLOT2 ASCII", "  Date:   10-12-2018", names, "End Comments"]
    body = [f"{f:E}\t0.01\t0.0\t1.0\t{r:E}\t{i:E}\t0.0\t0\t3" for f, r, i in points]
    return (head if comments else [names.strip()]) + body


def relaxis(points=POINTS, spectra=1, decimal="."):
    lines = [
        "RelaxIS 3.0 Spectrum export",
        "Date: 12/16/2025",
        "Data: Frequency\tData: Z'\tData: Z''",
    ]
    for k in range(spectra):
        lines.append(f"DC=0, TM=1\tModel: none\tpellet {k + 1}\t")
        lines += ["\t".join(map(str, point)).replace(".", decimal) for point in points]
    return lines


def write(tmp_path, lines, end="\n", encoding="cp1252", name="a.txt"):
    path = tmp_path / name
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


@pytest.mark.parametrize("make", [eclab, gamry, zplot, relaxis])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_line_ends_and_encodings_do_not_matter(tmp_path, make, end, encoding):
    (measured,) = read_spectra(write(tmp_path, make(), end, encoding))
    np.testing.assert_allclose(measured.spectrum.z_ohm, Z, rtol=1e-7)
    assert measured.spectrum.frequency_hz.tolist() == [1e5, 1e4, 1e3, 1e2]


@pytest.mark.parametrize("make", [eclab, gamry, relaxis])
def test_a_german_computer_writes_decimal_commas(tmp_path, make):
    (measured,) = read_spectra(write(tmp_path, make(decimal=",")))
    np.testing.assert_allclose(measured.spectrum.z_ohm, Z, rtol=1e-7)


def test_ec_lab_cycles_are_separate_spectra(tmp_path):
    cycles = [1, 1, 1, 1, 2, 2, 2, 2]
    measured = read_spectra(write(tmp_path, eclab(POINTS * 2, cycles=cycles)))
    assert [len(one.spectrum) for one in measured] == [4, 4]


def test_ec_lab_rows_of_other_techniques_are_no_points(tmp_path):
    (measured,) = read_spectra(write(tmp_path, eclab([(0.0, 0.0, 0.0), *POINTS])))
    assert len(measured.spectrum) == 4


def test_ec_lab_keeps_what_the_instrument_says(tmp_path):
    (measured,) = read_spectra(write(tmp_path, eclab()))
    assert measured.source.instrument["Electrode surface area"] == "0.785 cm²"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["EC-Lab ASCII FILE", "nothing"], "line 2: 'Nb header lines"),
        (eclab(announced=99), "line 2: says 99 header lines"),
        ([line.replace("Re(Z)", "Re(Y)") for line in eclab()], r"line 6: .*Re\(Z\)/Ohm is missing"),
        (eclab([(0.0, 0.0, 0.0)] * 3), "no impedance point"),
        (eclab(POINTS[:2]), "line 7: .*at least 3 points"),
        ([*eclab(), "1\t2"], "line 11: no column 3"),
    ],
)
def test_a_broken_ec_lab_file_is_refused_with_its_line(tmp_path, lines, message):
    with pytest.raises(FormatError, match=message):
        read_spectra(write(tmp_path, lines))


def test_an_aborted_gamry_run_gives_what_was_measured_and_says_so(tmp_path):
    (measured,) = read_spectra(write(tmp_path, gamry(POINTS[:3], aborted=True)))
    assert len(measured.spectrum) == 3
    assert measured.source.instrument["aborted"] == "yes"


def test_two_gamry_tables_are_not_merged(tmp_path):
    measured = read_spectra(write(tmp_path, gamry(tables=2)))
    assert [len(one.spectrum) for one in measured] == [4, 4]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (gamry([], aborted=True), "aborted before its first point"),
        (gamry()[:4], "no ZCURVE table"),
        (gamry()[:5], "line 5: the ZCURVE table breaks off"),
        (gamry()[:6], "line 5: the ZCURVE table breaks off"),
        ([line.replace("\tohm\tohm", "\tkohm\tohm") for line in gamry()], "unit of Zreal"),
    ],
)
def test_a_gamry_file_without_a_spectrum_is_refused(tmp_path, lines, message):
    with pytest.raises(FormatError, match=message):
        read_spectra(write(tmp_path, lines))


def test_zplot_without_comments_is_read_too(tmp_path):
    (measured,) = read_spectra(write(tmp_path, zplot(comments=False), name="a.z"))
    np.testing.assert_allclose(measured.spectrum.z_ohm, Z)


def test_relaxis_spectra_keep_their_names(tmp_path):
    measured = read_spectra(write(tmp_path, relaxis(spectra=2)))
    assert [one.source.label for one in measured] == ["pellet 1", "pellet 2"]


def test_relaxis_numbers_before_a_name_are_refused(tmp_path):
    lines = relaxis()
    del lines[3]
    with pytest.raises(FormatError, match="line 4: numbers before"):
        read_spectra(write(tmp_path, lines))
