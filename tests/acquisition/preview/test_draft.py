"""A protocol that is being written: problems by their place, or a preview and what forbids it."""

import pytest
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocol_document import (
    item_of,
    new_protocol,
    with_item,
    with_value,
)
from solidcell.acquisition.preview.draft import draft_of
from support.settings_files import SMALL_BENCH, SMALL_CELL, written

SEQUENCE = new_protocol("sequence")


@pytest.fixture
def cell(tmp_path):
    return load_cell(written(tmp_path, "cell.yaml", SMALL_CELL))


@pytest.fixture
def channel(tmp_path):
    return load_bench(written(tmp_path, "bench.toml", SMALL_BENCH)).channel("A1")


def test_a_mistake_leaves_no_preview_and_says_where_it_stands(cell, channel):
    draft = draft_of(with_value(SEQUENCE, ("segments", 0, "duration_min"), "ten"), cell, channel)
    assert draft.preview is None
    assert [problem.key for problem in draft.problems] == [("segments", 0, "duration_min")]


def test_what_a_channel_forbids_is_told_beside_the_preview(cell, channel):
    item = {**item_of("galvanostatic"), "current_density_ma_cm2": 50, "voltage_max_v": 6}
    draft = draft_of(with_item(SEQUENCE, ("segments",), 1, item), cell, channel)
    assert draft.preview.duration_s == 4200.0
    assert any("asks for 6 V, beyond voltage_max_v 5 V of the bench" in t for t in draft.unsafe)
    assert draft_of(with_item(SEQUENCE, ("segments",), 1, item), cell).unsafe == ()


def test_limits_that_leave_nothing_are_told(cell, channel):
    draft = draft_of(with_value(SEQUENCE, ("limits",), {"voltage_min_v": 6}), cell, channel)
    assert any("exclude each other" in text for text in draft.unsafe)


def test_what_the_cell_lacks_is_a_problem_of_the_document(cell):
    item = {**item_of("gitt"), "one_c_mah_g": 200}
    del item["capacity_mah"]
    draft = draft_of(with_item(SEQUENCE, ("segments",), 0, item), cell)
    assert "has no active_mass_mg" in draft.problems[0].text


def test_what_flatters_a_result_is_warned_of(cell):
    draft = draft_of(with_value(new_protocol("critical_current"), ("capacity_mah_cm2",), 0.1), cell)
    assert any("minimal-capacity trap" in text for text in draft.warnings)
