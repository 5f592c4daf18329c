"""Tables of columns: what cannot be meant is told with file, line, column and value."""

import math

import pytest
from solidcell.analysis.columns_file import CELSIUS, NOT_NEGATIVE, POSITIVE, Allowed, read_columns
from solidcell.analysis.measurements import measurement

ARRHENIUS = "temperature_c,conductivity_s_cm,standard_error_s_cm\n"
ROWS = "0,1e-4,1e-6\n20,2e-4,2e-6\n40,4e-4,4e-6\n"


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_a_table_in_another_encoding_is_refused_by_name(tmp_path, encoding):
    path = written(tmp_path, "temperature_c\n25\n# 10 µm\n", encoding)
    with pytest.raises(ValueError, match=r"table\.csv is not a text in UTF-8: save it as CSV"):
        read_columns(path, ("temperature_c",))


def test_a_mark_of_the_byte_order_is_no_part_of_a_name(tmp_path):
    path = written(tmp_path, "temperature_c\n25\n", "utf-8-sig")
    assert read_columns(path, ("temperature_c",))[0]["temperature_c"].tolist() == [25.0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("60,8e-4,-8e-6", "line 5: standard_error_s_cm is -8e-6; it must be > 0"),
        ("60,8e-4,0", "line 5: standard_error_s_cm is 0; it must be > 0"),
        ("60,-8e-4,8e-6", "line 5: conductivity_s_cm is -8e-4; it must be > 0"),
        ("-300,8e-4,8e-6", "line 5: temperature_c is -300; it must be > -273.15 and ≤ 1200"),
        ("1300,8e-4,8e-6", "line 5: temperature_c is 1300; it must be > -273.15 and ≤ 1200"),
    ],
)
def test_a_number_that_cannot_be_is_told_with_its_line_as_it_is_written(tmp_path, row, words):
    path = written(tmp_path, ARRHENIUS + ROWS + row + "\n")
    with pytest.raises(ValueError, match=words):
        measurement("arrhenius").sheet([path], {})


def test_a_pressure_of_zero_is_told_with_its_line(tmp_path):
    path = written(
        tmp_path, "stack_pressure_mpa,resistance_ohm,standard_error_ohm\n1,9,1\n0,9,1\n2,8,1\n"
    )
    with pytest.raises(ValueError, match="line 3: stack_pressure_mpa is 0; it must be > 0"):
        measurement("pressure-series").sheet([path], {})


def test_an_end_that_is_allowed_itself_is_in_and_another_is_not():
    assert 0.0 in NOT_NEGATIVE
    assert 0.0 not in POSITIVE
    assert 1200.0 in CELSIUS
    assert math.nan not in Allowed()
