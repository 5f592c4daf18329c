"""Cell records: what a person writes about a cell, checked and in SI."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.files.cells import CellRecord, load_cell, update_cell
from solidcell.acquisition.files.units import settings_in_si, to_si, unit_of
from solidcell.acquisition.files.yaml_lines import FileError
from support.settings_files import EXAMPLES, SMALL_CELL, written


def _cell(tmp_path, more="", without=""):
    lines = [line for line in SMALL_CELL.splitlines() if not without or without not in line]
    return load_cell(written(tmp_path, "cell.yaml", "\n".join([*lines, more, ""])))


def test_a_record_becomes_a_cell_in_si(tmp_path):
    cell = _cell(tmp_path, "stack_pressure_mpa: 5\nconductivity_ms_cm: 3")

    assert cell.electrode_area_m2 == pytest.approx(0.785e-4)
    assert cell.thickness_m == pytest.approx(800e-6)
    assert cell.temperature_k == pytest.approx(298.15)
    assert cell.stack_pressure_pa == pytest.approx(5e6)
    assert cell.conductivity_s_per_m == pytest.approx(0.3)


def test_the_expected_resistance_is_thickness_over_conductivity_and_area(tmp_path):
    assert _cell(tmp_path).expected_resistance_ohm is None
    cell = _cell(tmp_path, "conductivity_ms_cm: 3")
    assert cell.expected_resistance_ohm == pytest.approx(33.97, abs=0.01)


def test_the_text_is_kept_with_its_comments(tmp_path):
    assert "# micrometer, at three places" in _cell(tmp_path).text


def test_the_json_of_a_cell_holds_every_field_in_si_and_survives_json(tmp_path):
    cell = load_cell(EXAMPLES / "cell_lpscl.yaml")
    data = json.loads(json.dumps(cell.as_json()))

    assert data["press_pressure_pa"] == 380e6
    assert data["press_time_s"] == 180.0
    assert data["lithium_thickness_m"] == 30e-6
    assert data["electrolyte_batch"] == "E-01"
    assert not [name for name in data if unit_of(name) in ("MPa", "µm", "°C", "min", "cm²")]


def test_the_smaller_of_two_electrodes_sets_the_area(tmp_path):
    both = "working_electrode_area_cm2: 0.5\ncounter_electrode_area_cm2: 0.4"
    assert _cell(tmp_path, both, "area").electrode_area_m2 == pytest.approx(0.4e-4)


def test_a_diameter_will_do_for_an_area(tmp_path):
    cell = _cell(tmp_path, "electrode_diameter_mm: 10", "area")
    assert cell.electrode_area_m2 == pytest.approx(math.pi * 0.005**2)


@pytest.mark.parametrize(
    ("more", "without", "refusal"),
    [
        (
            "thickness_um: -1",
            "thickness",
            "thickness_um: -1 is not allowed: must be greater than 0 µm",
        ),
        ("thickness_um: 0.8 mm", "thickness", "must be a number in µm, written without the unit"),
        ("thickness_um: 0,8", "thickness", "must be a number in µm, written with a decimal point"),
        ("thickness_um: true", "thickness", "true is not allowed: must be a number in µm"),
        ("thickness_um:", "thickness", "nothing is not allowed: must be a number in µm"),
        ("thicknes_um: 1", "", "thicknes_um: is not a known setting: did you mean 'thickness_um'?"),
        ("", "thickness", "thickness_um: is missing"),
        ("", "area", "the electrode area is missing: give electrode_area_cm2"),
        ("electrode_diameter_mm: 12", "", "a diameter of 12 mm makes 1.131 cm²"),
        ("batch: 7", "", 'batch: 7 is not allowed: must be text; put it in quotes, as "007"'),
        ("relative_density_percent: 120", "", "must be at most 100 %"),
        ("temperature_c: -300", "temperature", "must be greater than -200 °C"),
        ("stack_pressure_mode: loose", "", "must be 'constant pressure' or 'constant gap'"),
    ],
)
def test_a_record_with_a_mistake_is_refused_with_what_is_allowed(tmp_path, more, without, refusal):
    with pytest.raises(FileError) as caught:
        _cell(tmp_path, more, without)
    assert refusal in str(caught.value)


def test_every_mistake_is_named_at_once_and_in_order(tmp_path):
    path = written(tmp_path, "c.yaml", "electrolyte: 3\nthickness_um: x\nfoo: 1\n")
    with pytest.raises(FileError) as caught:
        load_cell(path)
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) == 5
    assert lines == sorted(lines)


def test_changing_a_record_keeps_its_comments_and_order(tmp_path):
    path = written(tmp_path, "cell.yaml", SMALL_CELL)
    cell = update_cell(path, {"thickness_um": 790.0, "stack_pressure_mpa": 5})

    text = path.read_text(encoding="utf-8")
    assert cell.thickness_m == pytest.approx(790e-6)
    assert text.startswith("# the third of the batch\nname: c3\n")
    assert "# micrometer, at three places" in text
    assert text.rstrip().endswith("stack_pressure_mpa: 5")


def test_a_change_that_would_spoil_a_record_leaves_it_as_it_was(tmp_path):
    path = written(tmp_path, "cell.yaml", SMALL_CELL)
    with pytest.raises(FileError, match=r"cell\.yaml:\d+: thickness_um: -1"):
        update_cell(path, {"thickness_um": -1})

    assert path.read_text(encoding="utf-8") == SMALL_CELL
    assert [p.name for p in tmp_path.iterdir()] == ["cell.yaml"]


def test_a_setting_is_removed_by_changing_it_to_nothing(tmp_path):
    path = written(tmp_path, "cell.yaml", SMALL_CELL + "notes: x\n")
    update_cell(path, {"notes": None})
    assert "notes" not in path.read_text(encoding="utf-8")


def test_a_json_record_is_changed_too(tmp_path):
    record = {"name": "c", "electrolyte": "LLZO", "thickness_um": 1, "temperature_c": 25}
    path = written(tmp_path, "c.json", json.dumps({**record, "electrode_area_cm2": 1}))
    assert update_cell(path, {"thickness_um": 2}).thickness_m == pytest.approx(2e-6)


def test_every_field_of_the_record_is_described():
    schema = CellRecord.model_json_schema()["properties"]
    assert len(schema) > 30
    assert [name for name, field in schema.items() if not field.get("description")] == []


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_units_scale_without_changing_sign_or_order(value):
    assert to_si("x_ma_cm2", value)[1] == pytest.approx(10.0 * value, rel=1e-12)
    assert to_si("x_mah_cm2", value)[1] == pytest.approx(36_000.0 * value, rel=1e-12)
    assert to_si("temperature_c", value)[1] == pytest.approx(value + 273.15, rel=1e-12)


def test_text_and_flags_are_left_as_they_are():
    settings = {"batch": "1", "dry": True, "steps": [{"rest_min": 2}], "count": 3}
    in_si = {"batch": "1", "dry": True, "steps": [{"rest_s": 120.0}], "count": 3}
    assert settings_in_si(settings) == in_si
