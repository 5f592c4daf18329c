import json

import pytest
from solidcell.analysis.lithium.batch_sheet import MEASUREMENT
from solidcell.analysis.sheets.plain import as_plain
from solidcell.analysis.sheets.sheet import Number, Sheet, refused_number


def sheet_file(path, subject, *numbers):
    sheet = Sheet(kind="conductivity", title="σ", subject=subject, headline="", numbers=numbers)
    path.write_text(json.dumps(as_plain(sheet)), encoding="utf-8")
    return path


def sigma(value, error=0.05):
    return Number(
        name="conductivity_ms_cm", label="σ", unit="mS/cm", value=value, standard_error=error
    )


@pytest.fixture
def three(tmp_path):
    return [
        sheet_file(tmp_path / f"{k}.json", f"pellet {k}", sigma(value))
        for k, value in enumerate((2.0, 3.0, 4.0))
    ]


def test_a_batch_has_mean_spread_and_median_of_every_number(three):
    sheet = MEASUREMENT.sheet(three, {})
    mean = sheet.number("mean_conductivity_ms_cm")
    assert (mean.value, mean.standard_error) == (3.0, pytest.approx(1 / 3**0.5))
    assert "r.s.d. 33.3 %" in mean.note
    [row] = sheet.tables[0].rows()
    columns = dict(zip(sheet.tables[0].columns, row, strict=True))
    assert columns["median"] == 3.0
    assert columns["scatter_over_error"] == pytest.approx(20.0)


def test_a_refused_number_is_counted_and_not_averaged(tmp_path, three):
    refused = refused_number("conductivity_ms_cm", "σ", "mS/cm", "no arc")
    files = [*three, sheet_file(tmp_path / "x.json", "pellet x", refused)]
    sheet = MEASUREMENT.sheet(files, {})
    assert sheet.tables[0].columns["n"] == [3]
    assert sheet.tables[0].columns["refused"] == [1]


def test_a_critical_current_is_never_averaged_as_exact(tmp_path):
    number = Number(name="critical_current_passed_ma_cm2", label="J", unit="mA/cm²", value=1.0)
    files = [sheet_file(tmp_path / f"{k}.json", f"cell {k}", number) for k in range(3)]
    sheet = MEASUREMENT.sheet(files, {})
    assert sheet.numbers == ()
    assert "no average is taken; see critical-current" in sheet.refusals[0]


def test_the_same_cell_twice_and_different_units_are_told(tmp_path, three):
    other = Number(name="conductivity_ms_cm", label="σ", unit="S/cm", value=0.003)
    files = [*three, sheet_file(tmp_path / "x.json", "pellet 0", other)]
    warnings = MEASUREMENT.sheet(files, {}).warnings
    assert any("more than once" in text for text in warnings)
    assert any("different units (S/cm, mS/cm)" in text for text in warnings)


def test_a_number_that_no_sheet_has_is_refused_with_those_there_are(three):
    with pytest.raises(ValueError, match="there are: conductivity_ms_cm"):
        MEASUREMENT.sheet(three, {"number": "capacity_mah_g"})


def test_one_sheet_or_another_file_makes_no_batch(tmp_path, three):
    with pytest.raises(ValueError, match="2 sheets or more"):
        MEASUREMENT.sheet(three[:1], {})
    stray = tmp_path / "stray.json"
    stray.write_text("[1, 2]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"stray\.json is no sheet"):
        MEASUREMENT.sheet([stray], {})


def test_cell_sheets_are_averaged_by_the_sheet_that_gathers_them(tmp_path):
    files = []
    for k, value in enumerate((2.0, 3.0, 4.0)):
        behind = Sheet(kind="conductivity", title="σ", subject="", headline="", numbers=())
        gathered = Sheet(
            kind="cell", title="Cell", subject=f"pellet {k}", headline="", numbers=(sigma(value),)
        )
        files.append(tmp_path / f"cell-{k}.json")
        files[-1].write_text(json.dumps([as_plain(gathered), as_plain(behind)]), encoding="utf-8")
    sheet = MEASUREMENT.sheet(files, {})
    assert sheet.number("mean_conductivity_ms_cm").value == 3.0
    (tmp_path / "none.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"none\.json is no sheet"):
        MEASUREMENT.sheet([*files, tmp_path / "none.json"], {})
