"""From a protocol over a source meter's bytes to the sheet, against the cell's hidden truth."""

import pytest
from solidcell.analysis.measurements import measurement
from solidcell.drivers.simulated.full_cell.cell import FullCell
from support.full_cell_run import run_full_cell

CYCLING = """\
  - segment: cycling
    cycles: 2
    one_c_mah_g: 200
    voltage_min_v: 3.0
    voltage_max_v: 4.3
    charge_rate_c: 1
    formation_cycles: 1
    formation_rate_c: 0.5
    hold_until_rate_c: 0.1
    sample_period_s: 60
    rest_min: 5
"""


@pytest.mark.slow
def test_a_cell_cycled_by_the_worker_gives_back_its_own_capacity(tmp_path) -> None:
    cell = FullCell()
    formation_mah_g = cell.formation_left_c / 3.6 / (cell.active_mass_kg * 1e3)
    path = run_full_cell(tmp_path, cell, CYCLING)
    sheet = measurement("cycling").sheet([path], {"current_gain_percent": 0.02})
    first = sheet.number("first_charge_mah_g").value - sheet.number("first_discharge_mah_g").value
    assert first == pytest.approx(formation_mah_g, rel=0.1)
    assert 185 < sheet.number("reference_mah_g").value < 200
    assert sheet.number("retention_percent").value == pytest.approx(100, abs=1)
    (table,) = sheet.tables
    assert table.columns["rate_c"] == [0.5, 1.0, 1.0]
    assert table.columns["charge_end"] == ["current of the hold low enough"] * 3
    assert cell.connected < 1
