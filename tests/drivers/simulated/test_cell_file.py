import math
import re
from pathlib import Path

import pytest
from solidcell.drivers.simulated.cell_file import (
    CellFileError,
    load_front_end,
    load_simulated_cell,
    packaged_cells,
    read_cell_file,
)
from solidcell.drivers.simulated.electronics import IDEAL

GOOD = """\
# a comment
preset: LPSCl
seed: 7
electrode_area_cm2: 0.5
thickness_um: 750
stack_pressure_mpa: 3
temperature_c: 30
"""


INVERSE = 1 / 0.7


def written(folder: Path, text: str) -> Path:
    path = folder / "cell.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(CellFileError) as caught:
        read_cell_file(written(folder, text))
    return str(caught.value)


def test_every_packaged_cell_is_of_its_preset_and_alive() -> None:
    names = packaged_cells()
    assert {"li3ps4_lif", "lpscl", "nmc_lpscl", "blocking_latp", "polymer", "copper_lpscl"} < set(
        names
    )
    for name in names:
        file, cell = read_cell_file(name), load_simulated_cell(name)
        if file.kind == "symmetric":
            assert cell.material.name.lower().replace("+", "_") == name
        elif file.kind in ("blocking", "redox", "copper"):
            electrode = f"_{file.electrode}" if file.kind == "redox" else ""
            assert f"{file.kind}_{file.preset.lower()}{electrode}" == name
        assert cell.truth.label in ("healthy", "blocking", "polymer", "intact", "bare")


def test_a_file_is_taken_in_its_own_units(tmp_path: Path) -> None:
    cell = load_simulated_cell(written(tmp_path, GOOD))
    assert cell.area_m2 == pytest.approx(0.5e-4)
    assert cell.thickness_m == pytest.approx(750e-6)
    assert cell.stack_pressure_pa == pytest.approx(3e6)
    assert cell.temperature_k == pytest.approx(303.15)


def test_another_seed_gives_another_cell_of_the_same_file(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    own, again, other = (
        load_simulated_cell(path, seed=seed).critical_current_density_a_m2 for seed in (None, 7, 8)
    )
    assert own == again != other


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("LPSCl", "LPSC", "line 2: preset is 'LPSC'; allowed: 'LLZO', 'LPSCl', 'Li3PS4' or"),
        ("0.5", "-0.5", "line 4: electrode_area_cm2 is -0.5; allowed: greater than 0"),
        ("750", "thick", "line 5: thickness_um is 'thick'; allowed: a valid number"),
        ("750", ".inf", "line 5: thickness_um is inf; allowed: a finite number"),
        ("seed: 7", "seed: 7.5", "line 3: seed is 7.5; allowed: a valid integer"),
        ("30", "300", "line 7: temperature_c is 300; allowed: less than or equal to 170"),
        ("seed: 7\n", "", "seed is missing"),
        (
            "thickness_um",
            "thickness_mm",
            "line 5: thickness_mm is unknown here; allowed: kind, seed",
        ),
        ("seed: 7", "seed: 7\nseed: 8", "line 4: not YAML: found duplicate key"),
        ("seed: 7", "seed: [7", "not YAML"),
    ],
)
def test_a_bad_file_is_refused_with_line_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = refusal(tmp_path, GOOD.replace(old, new, 1))
    assert text.startswith(str(tmp_path / "cell.yaml"))
    assert message in text


def test_a_bad_value_deep_in_the_faults_is_found(tmp_path: Path) -> None:
    faults = "faults:\n  pressure_steps:\n    - at_h: 1\n      stack_pressure_mpa: 0\n"
    text = refusal(tmp_path, GOOD + faults)
    assert re.search(r"line 11: faults\.pressure_steps\.0\.stack_pressure_mpa is 0;", text)


def test_a_sort_of_cell_that_there_is_not_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, GOOD + "kind: asymmetric\n")
    assert "line 8: kind is 'asymmetric'; allowed: symmetric" in text


@pytest.mark.parametrize(
    ("law", "of_hours"),
    [
        ("added", lambda h: 5 + 3 * h**0.7),
        ("continued", lambda h: (5**INVERSE + 3**INVERSE * h) ** 0.7),
    ],
)
def test_an_interphase_grows_as_its_file_says(tmp_path: Path, law: str, of_hours) -> None:
    growth = f"growth: {{initial_ohm_cm2: 5, rate_ohm_cm2: 3, exponent: 0.7, law: {law}}}\n"
    cell = load_simulated_cell(written(tmp_path, GOOD.replace("30", "25") + growth))
    for hour in (1, 2, 5):
        cell.advance(hour * 3600.0 - cell.time_s)
        ohm_cm2 = cell.contacts[0].interphase_ohm_m2 * 1e4
        assert ohm_cm2 == pytest.approx(of_hours(hour), rel=1e-9)


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    assert "list of 'name: value'" in refusal(tmp_path, "- LPSCl\n")


def test_a_cell_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(CellFileError, match="allowed: a cell file, or one of blocking_latp"):
        load_simulated_cell("no_such_cell")


def test_the_faults_of_a_file_happen_to_its_cell(tmp_path: Path) -> None:
    faults = """\
faults:
  pressure_steps: [{at_h: 1, stack_pressure_mpa: 1}]
  temperature_steps: [{at_h: 0.5, temperature_c: 60}]
  gradual_short: {at_h: 2, ohm: 800, decay_h: 0.5}
"""
    cell = load_simulated_cell(written(tmp_path, GOOD + faults))
    cell.advance(1700.0)
    assert cell.temperature_k == pytest.approx(303.15)
    cell.advance(100.0 + 600.0)  # a time constant after the oven
    left_k = (60 - 30) / math.e
    assert cell.temperature_k == pytest.approx(333.15 - left_k, abs=0.35)
    assert cell.stack_pressure_pa == 3e6
    cell.advance(1400.0)
    assert cell.stack_pressure_pa == pytest.approx(1e6)
    assert not cell.short.exists
    cell.advance(3600.0)
    assert cell.truth.label == "soft_short"


def test_the_last_step_of_the_oven_decides_where_the_temperature_ends(tmp_path: Path) -> None:
    faults = """\
faults:
  temperature_steps:
    - {at_h: 0.5, temperature_c: 60}
    - {at_h: 0.6, temperature_c: 25, time_constant_min: 1}
"""
    cell = load_simulated_cell(written(tmp_path, GOOD + faults))
    cell.advance(0.6 * 3600 - 1)
    highest_k = cell.temperature_k
    assert 303.15 < highest_k < 333.15
    cell.advance(3600.0)
    assert cell.temperature_k == pytest.approx(298.15)


def test_a_fresh_short_is_there_from_the_start(tmp_path: Path) -> None:
    cell = load_simulated_cell(written(tmp_path, GOOD + "faults: {fresh_short_ohm: 20}\n"))
    assert [tuple(each) for each in cell.truth.transitions] == [(0.0, "soft_short", 0.0)]


def test_the_faults_of_the_wiring_reach_the_front_end(tmp_path: Path) -> None:
    faults = """\
faults:
  probe_contacts: [{at_h: 1, duration_s: 10, ohm: 1000}]
  swapped: true
  mains_pickup_mv: 0
"""
    front_end = load_front_end(written(tmp_path, GOOD + faults), seed=1)
    front_end.drive_current(3599.0, 1e-5, 5.0)
    before, during = (front_end.measure(at_s).voltage_v for at_s in (3599.5, 3605.0))
    assert during - before == pytest.approx(1e-5 * 1000, rel=0.05)
    assert front_end.cell.terminal.current_a == -1e-5


def test_mains_pickup_and_fuse_are_taken_in_their_units(tmp_path: Path) -> None:
    faults = "faults: {mains_pickup_mv: 2, mains_hz: 60, fresh_short_ohm: 20, fuse_ma: 0.2}\n"
    front_end = load_front_end(written(tmp_path, GOOD + faults), electronics=IDEAL)
    quarter_period_s = 1 / 240
    assert front_end.measure(quarter_period_s).voltage_v == pytest.approx(2e-3, rel=1e-6)
    front_end.drive_current(1.0, 1.5e-4, 5.0)
    front_end.measure(2.0)
    assert front_end.truth.label == "soft_short"
    front_end.drive_current(2.0, 1e-3, 5.0)
    front_end.measure(3.0)
    assert front_end.truth.label == "healthy"
