"""Delimited text: many dialects, one meaning, and no guessing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.formats import FormatError, read_spectra

FREQUENCY = [1e5, 1e4, 1e3, 1e2]
REAL = [10.5, 12.25, 30.0, 55.5]
IMAGINARY = [-1.5, -6.25, -12.0, -0.5]
HEADER = ["Frequency / Hz", "Real Impedance / ohm", "Imaginary Impedance / ohm"]


def write(tmp_path, text, name="spectrum.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def rows(delimiter=",", decimal=".", header=HEADER, end="\n"):
    lines = [delimiter.join(header)] if header else []
    lines += [
        delimiter.join(f"{value!r}".replace(".", decimal) for value in values)
        for values in zip(FREQUENCY, REAL, IMAGINARY, strict=True)
    ]
    return end.join(lines) + end


def the_spectrum(path):
    (measured,) = read_spectra(path)
    return measured.spectrum


def holds_the_numbers(path):
    spectrum = the_spectrum(path)
    np.testing.assert_array_equal(spectrum.frequency_hz, FREQUENCY)
    np.testing.assert_array_equal(spectrum.z_ohm, np.array(REAL) + 1j * np.array(IMAGINARY))


@pytest.mark.parametrize(
    ("delimiter", "decimal"), [(",", "."), (";", ","), ("\t", ","), ("\t", "."), (";", ".")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_dialect_gives_the_same_numbers(tmp_path, delimiter, decimal, end, encoding):
    holds_the_numbers(write(tmp_path, rows(delimiter, decimal, end=end), encoding=encoding))


@pytest.mark.parametrize(
    ("delimiter", "decimal"), [(",", "."), (";", ","), ("\t", "."), (" ", "."), (" ", ",")]
)
def test_three_columns_without_a_header_are_f_and_both_parts(tmp_path, delimiter, decimal):
    holds_the_numbers(write(tmp_path, rows(delimiter, decimal, header=None)))


@pytest.mark.parametrize(
    "header",
    [
        ["f", "Z'", "Z''"],
        ["freq/Hz", "Re(Z)/Ohm", "Im(Z)/Ohm"],
        ["Freq. [Hz]", "Zreal (ohm)", "Zimag (ohm)"],
        ["frequency_hz", "z_real_ohm", "z_imag_ohm"],
        ["frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"],
        ["Frequency (Hz)", "Z' (Ω)", 'Z" (Ω)'],
    ],
)
def test_columns_go_by_their_many_names(tmp_path, header):
    holds_the_numbers(write(tmp_path, rows(";", ".", header)))


def test_a_header_never_becomes_a_row_of_nan(tmp_path):
    spectrum = the_spectrum(write(tmp_path, rows()))
    assert len(spectrum) == 4
    assert np.isfinite(spectrum.z_ohm).all()


def test_a_column_of_minus_im_is_turned_over_and_told(tmp_path):
    path = write(tmp_path, rows(header=["f/Hz", "Re(Z)/ohm", "-Im(Z)/ohm"]))
    (measured,) = read_spectra(path)
    np.testing.assert_array_equal(measured.spectrum.z_ohm.imag, -np.array(IMAGINARY))
    assert "-Im(Z)" in measured.source.sign_rule


def test_units_are_obeyed_and_millihertz_is_not_megahertz(tmp_path):
    spectrum = the_spectrum(write(tmp_path, rows(header=["f / kHz", "Z' / kOhm", "Z'' / mΩ"])))
    assert spectrum.frequency_hz[0] == 1e8
    assert spectrum.z_ohm[0] == pytest.approx(10500 - 1.5e-3j)
    low = the_spectrum(write(tmp_path, rows(header=["f / mHz", "Z' / ohm", "Z'' / ohm"])))
    high = the_spectrum(write(tmp_path, rows(header=["f / MHz", "Z' / ohm", "Z'' / ohm"])))
    assert high.frequency_hz[0] / low.frequency_hz[0] == pytest.approx(1e9)


def test_modulus_and_phase_in_degrees_will_do(tmp_path):
    path = write(tmp_path, "freq,|Z| (ohm),phase (deg)\n1000,2,-90\n100,2,-45\n10,2,0\n")
    z = the_spectrum(path).z_ohm
    np.testing.assert_allclose(z, [-2j, 2**0.5 * (1 - 1j), 2], atol=1e-12)


def test_two_sweeps_in_one_file_stay_two_spectra(tmp_path):
    text = rows(header=None) + rows(header=None)
    measured = read_spectra(write(tmp_path, text))
    assert [len(one.spectrum) for one in measured] == [4, 4]
    assert measured[1].source.label.endswith("sweep 2")


def test_a_repeated_point_at_the_end_is_no_second_sweep(tmp_path):
    text = rows(header=None) + "100.0,55.6,-0.5\n"
    assert [len(one.spectrum) for one in read_spectra(write(tmp_path, text))] == [5]


def test_comments_quotes_and_other_columns_are_passed_over(tmp_path):
    text = '# a pellet\n"f / Hz","status","Z\'","Z\'\'"\n'
    text += "".join(
        f'{f},"ok",{r},{i}\n' for f, r, i in zip(FREQUENCY, REAL, IMAGINARY, strict=True)
    )
    holds_the_numbers(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("f,Z',Z''\n1,2,3\n2,x,4\n3,4,5\n", 3, "'x' is no number"),
        ("f,Z',Z''\n1,2,3\n2,4\n3,4,5\n", 3, "2 fields under a header of 3"),
        ("f,Z',Z'',Zreal\n1,2,3,4\n2,3,4,5\n3,4,5,6\n", 1, "both claim to be the real"),
        ("f,Z',E\n1,2,3\n2,3,4\n3,4,5\n", 1, "the header needs"),
        ("f / furlong,Z',Z''\n1,2,3\n2,3,4\n3,4,5\n", 1, "no table of impedances"),
        ("f,Z' / ohm cm2,Z'' / ohm cm2\n1,2,3\n2,3,4\n3,4,5\n", 1, "the header needs"),
        ("1,2,3,4\n2,3,4,5\n3,4,5,6\n", 1, "exactly three columns"),
        ("1,5,2,5,3,5\n2,5,3,5,4,5\n3,5,4,5,5,5\n", 1, "exactly three columns"),
        ("f,Z',Z''\n1,2,3\n0,3,4\n3,4,5\n", 2, r"frequency_hz\[1\] is 0.0 Hz"),
        ("f,Z',Z''\n1,2,3\n2,3,4\n", 2, "at least 3 points"),
        ("f,Z',Z''\n", 1, "no rows"),
        ("f,Z',Z''\n1,2,3\n2,3,1e999\n3,4,5\n", 3, "'1e999' is too large"),
        ("1,2,3\n2,NaN,4\n3,4,5\n", 2, "'NaN' is no number"),
        ("1;2;3\n2;3;4\n3;4\n", 3, "2 fields where the first line has 3"),
        ("1,2\n2,3\n3,4\n", 1, "exactly three columns"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path, text, line, message):
    with pytest.raises(FormatError, match=message) as refused:
        read_spectra(write(tmp_path, text))
    assert refused.value.line == line
    assert "spectrum.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"# nothing\n", "holds no data"),
        (b"SQLite format 3\x00" + bytes(100), "solidcell.analysis.runs"),
        (b"PK\x03\x04" + bytes(100), "export the table as CSV"),
        (bytes(range(1, 9)) + bytes(200), "binary file"),
        (rows().encode("utf-16")[:-1], "cut short in the middle of a character"),
        (b"f,Z',Z''\n" + b"1" * 200_000 + b",2,3\n", "longer than any table's"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, raw, message):
    path = tmp_path / "thing.csv"
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=message):
        read_spectra(path)


@given(
    table=st.lists(
        st.tuples(
            st.floats(1e-3, 1e7), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9, allow_subnormal=False)
        ),
        min_size=3,
        max_size=20,
        unique_by=lambda row: row[0],
    ),
    decimal=st.sampled_from([".", ","]),
)
def test_what_was_written_is_what_is_read(tmp_path_factory, table, decimal):
    table = sorted(table, reverse=True)
    text = "f;Z';Z''\n" + "".join(
        ";".join(repr(value).replace(".", decimal) for value in row) + "\n" for row in table
    )
    spectrum = the_spectrum(write(tmp_path_factory.mktemp("table"), text))
    assert spectrum.frequency_hz.tolist() == [row[0] for row in table]
    assert spectrum.z_ohm.tolist() == [complex(row[1], row[2]) for row in table]
