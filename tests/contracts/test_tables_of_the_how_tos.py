"""The tables that stand in the how-tos give the numbers that stand below them."""

from pathlib import Path

import pytest
from solidcell.analysis.measurements import measurement
from solidcell.analysis.sheets.plain import number_text

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to"
TABLES = [
    ("transport-of-a-pellet", "temperature_c,conductivity_s_cm", "arrhenius", {}),
    (
        "transport-of-a-pellet",
        "name,thickness_um",
        "thickness-series",
        {"thickness_uncertainty_um": 5.0},
    ),
    ("transport-of-a-pellet", "stack_pressure_mpa,resistance_ohm", "pressure-series", {}),
    ("map-the-critical-current", "cell,passed_ma_cm2", "critical-current-map", {}),
]


@pytest.mark.parametrize(("page", "header", "name", "options"), TABLES, ids=lambda v: str(v)[:24])
def test_a_table_of_a_how_to_gives_the_numbers_that_it_shows(tmp_path, page, header, name, options):
    text = (HOW_TO / f"{page}.md").read_text(encoding="utf-8")
    (table,) = (block for block in text.split("```\n") if block.startswith(header))
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    made = measurement(name).sheet([tmp_path / "table.csv"], options)
    assert made.numbers
    for number in made.numbers:
        assert f"{number_text(number)}\n" in text, number.label
