"""Maps of critical-current tests: one file for each cell."""

import pytest
from solidcell.acquisition.files.protocol_map import tests_of as map_tests
from solidcell.acquisition.files.protocols import load_protocol, protocol_of
from solidcell.acquisition.files.yaml_lines import FileError
from support.settings_files import written

MAP = """\
# a map
protocol: map
name: M
vary:
  capacities_mah_cm2: [0.1, 1]
  stack_pressures_mpa: [2, 5]
replicates: 2
test:
  steps: {start_ma_cm2: 0.2, increment_ma_cm2: 0.2, stop_ma_cm2: 0.6}
  voltage_limit_v: 3   # soft
"""


def test_every_combination_and_every_cell_is_a_file_and_each_is_right(tmp_path):
    tests = map_tests(written(tmp_path, "m.yaml", MAP))
    assert len({test.file_name for test in tests}) == len(tests) == 2 * 2 * 2
    settings = [protocol_of(test.document).settings for test in tests]
    found = {(s.capacity_mah_cm2, s.stack_pressure.stack_pressure_mpa) for s in settings}
    assert found == {(q, p) for q in (0.1, 1) for p in (2, 5)}
    assert {s.voltage_limit_v for s in settings} == {3}


def test_a_file_of_a_map_says_which_cell_it_is_for_and_keeps_the_comments_of_the_map(tmp_path):
    first, *_ = map_tests(written(tmp_path, "m.yaml", MAP))
    assert first.file_name == "m_0.1mAh_2MPa_cell1.yaml"
    head, made = first.document.text.splitlines()[:2]
    assert head == "# M: 0.1 mAh/cm², 2 MPa; cell 1 of 2."
    assert "m.yaml" in made
    assert "voltage_limit_v: 3   # soft" in first.document.text
    assert first.document.data["name"] == "M, 0.1 mAh/cm², 2 MPa, cell 1"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stop_ma_cm2: 0.6", "stop_ma_cm2: 0.1", r"m\.yaml:9: test\.steps: stop_ma_cm2 is 0\.1"),
        ("voltage_limit_v: 3", "voltage_limt_v: 3", r"m\.yaml:10: test\.voltage_limt_v: is not a"),
        ("[0.1, 1]", "[0.1, 0.1]", "capacities_mah_cm2 has a value twice"),
        ("[0.1, 1]", "[0.1, -1]", "must be greater than 0 mAh/cm²"),
        ("replicates: 2", "replicates: 0", "must be at least 1"),
        (
            "capacities_mah_cm2: [0.1, 1]",
            "capacities_mah_cm2: [1]\n  half_cycles_h: [1]",
            "not both",
        ),
        ("protocol: map", "protocol: sequence", "is no map of tests"),
        (
            "vary:\n  capacities_mah_cm2: [0.1, 1]\n  stack_pressures_mpa: [2, 5]",
            "vary: {}",
            "nothing varies",
        ),
    ],
)
def test_a_mistake_in_a_map_is_told_with_its_line_in_the_map(tmp_path, old, new, words):
    assert old in MAP
    with pytest.raises(FileError, match=words):
        map_tests(written(tmp_path, "m.yaml", MAP.replace(old, new)))


def test_a_map_of_too_many_tests_is_refused(tmp_path):
    many = ", ".join(map(str, range(1, 200)))
    text = MAP.replace("[2, 5]", f"[{many}]").replace("replicates: 2", "replicates: 100")
    with pytest.raises(FileError, match="makes 39800 tests: at most 10000"):
        map_tests(written(tmp_path, "m.yaml", text))


def test_a_map_is_no_run_and_says_what_to_do(tmp_path):
    with pytest.raises(FileError, match="solidcell protocols expand"):
        load_protocol(written(tmp_path, "m.yaml", MAP))
