"""What the columns of a report are called."""

import pytest
from solidcell.analysis.report.sheet_report import _grid
from solidcell.analysis.sheets.headings import heading_of
from solidcell.analysis.sheets.sheet import Table


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("conductivity_ms_cm", "conductivity / mS cm⁻¹"),
        ("areal_conductance_ms_cm2", "areal conductance / mS cm⁻²"),
        ("ramp_ma_cm2_min", "ramp / mA cm⁻² min⁻¹"),
        ("dq_dv_mah_g_v", "dQ / dV / mAh g⁻¹ V⁻¹"),
        ("rate_ohm_cm2_per_h_n", "rate / Ω cm² h⁻ⁿ"),
        ("mah_g", "mAh g⁻¹"),
        ("model", "model"),
    ],
)
def test_a_unit_is_never_a_part_of_the_words(name, heading):
    assert heading_of(name) == heading


def test_the_table_of_a_report_is_headed_by_quantities_and_their_units():
    table = Table(name="t", title="T", columns={"thickness_um": (503.0,), "ra_ohm_cm2": (22.8,)})
    assert _grid(table).header == ("thickness / µm", "R A / Ω cm²")
