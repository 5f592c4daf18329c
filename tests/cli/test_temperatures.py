"""The table of temperatures: read with its unit, or refused with the line."""

import pytest
from solidcell.cli.temperatures import read_temperatures


def table(tmp_path, text):
    path = tmp_path / "temperatures.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_degrees_celsius_become_kelvin_by_file_name(tmp_path):
    path = table(tmp_path, "\ufefffile, temperature_c, note\nseries/a.mpt, -25, cold\nb.mpt, 60\n")
    assert read_temperatures(path) == pytest.approx({"a.mpt": 248.15, "b.mpt": 333.15})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,T\na.csv,25\n", r"line 1: the columns must be file,temperature_c"),
        ("file,temperature_c\na.csv,warm\n", r"line 2: temperature_c is 'warm'"),
        ("file,temperature_c\na.csv\n", r"line 2: temperature_c is None"),
        ("file,temperature_c\na.csv,-300\n", r"must lie above -273.15 °C"),
        ("file,temperature_c\na.csv,20\nb/a.csv,30\n", r"line 3: a.csv is listed twice"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_temperatures(table(tmp_path, text))
