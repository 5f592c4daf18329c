"""A map of tests, written in the builder: what varies, how often, and what the test is."""

import pytest
from PySide6.QtCore import Qt
from solidcell.acquisition.files import protocol_map
from solidcell.acquisition.files.yaml_lines import parse_text
from solidcell.gui.background import Background
from solidcell.gui.builder import editing, maps
from solidcell.gui.builder.drafting import look_at
from solidcell.gui.builder.page import BuilderPage
from solidcell.gui.new_run import Choice
from solidcell.gui.notices import Notices

PATIENCE_MS = 10_000
CAPACITIES = ("vary", "capacities_mah_cm2")
TEMPERATURES = ("vary", "temperatures_c")
MAP = """\
protocol: map
vary:
  capacities_mah_cm2: [0.1, 0.5]
  # stack_pressures_mpa: [2, 5, 10]
replicates: 2
test:
  steps:
    start_ma_cm2: 0.1
    increment_ma_cm2: 0.1
    stop_ma_cm2: 0.2
"""


@pytest.fixture
def page(qtbot, tmp_path):
    background = Background()
    made = BuilderPage(background, Notices(), Choice, tmp_path / "unsaved")
    qtbot.addWidget(made)
    made.show_document(parse_text("map.yaml", MAP))
    made.show()
    looked(qtbot, made)
    yield made
    made.leave()
    background.close()


def looked(qtbot, page):
    """Wait until what is in view was looked at."""
    page.looked = None
    page._look()
    qtbot.waitUntil(lambda: page.looked is not None, timeout=PATIENCE_MS)
    return page.looked


def typed(qtbot, page, key, text):
    field = page.form.fields[key]
    field.selectAll()
    qtbot.keyClicks(field, text)


def lines(page):
    return [item.text(0) for item in page.outline._all()]


def test_what_varies_stands_in_the_tree_with_its_values(page):
    assert "capacities  ·  0.1, 0.5 mAh/cm²" in lines(page)
    assert {"vary", "test"} <= set(lines(page))


def test_more_varies_at_a_press_and_no_more_at_another_and_all_of_it_is_undone(qtbot, page):
    before = page.history.now.text
    page.add_axis("temperatures_c")
    assert page.outline.key == TEMPERATURES
    assert page.history.now.data["vary"]["temperatures_c"] == [25, 60]
    assert looked(qtbot, page).tests == 8
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    assert "temperatures_c" not in page.history.now.data["vary"]
    page.undo()
    page.undo()
    assert page.history.now.text == before


def test_values_are_typed_checked_and_counted(qtbot, page):
    page.outline.go(CAPACITIES)
    typed(qtbot, page, CAPACITIES, "0.1, 0.2, 0.4")
    assert looked(qtbot, page).tests == 6
    assert "capacities  ·  0.1, 0.2, 0.4 mAh/cm²" in lines(page)
    assert page.verdict.facts.texts()["Tests"].startswith("6, about ")
    typed(qtbot, page, CAPACITIES, "0.1, -2")
    assert looked(qtbot, page).draft.problems
    trouble = page.form._troubles[CAPACITIES]
    assert trouble.text() == "-2 is not allowed: must be greater than 0 mAh/cm²"
    assert "# stack_pressures_mpa" in page.history.now.text


def test_a_field_that_is_emptied_does_not_vary_and_the_form_stays_where_it_was(qtbot, page):
    page.add_axis("temperatures_c")
    field = page.form.fields[TEMPERATURES]
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    looked(qtbot, page)
    assert page.form.fields[TEMPERATURES] is field
    assert page.outline.key == ("vary",)
    assert looked(qtbot, page).tests == 4


def test_without_anything_that_varies_the_form_says_what_could(qtbot, page):
    page.outline.go(CAPACITIES)
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    looked(qtbot, page)
    assert "nothing varies" in page.form._troubles[("vary",)].text()
    assert page.history.now.data["vary"] == {}
    page.add_axis("half_cycles_h")
    assert looked(qtbot, page).tests == 4


def test_the_test_of_a_map_and_its_replicates_have_their_fields(qtbot, page):
    page.outline.go(())
    typed(qtbot, page, ("replicates",), "5")
    assert looked(qtbot, page).tests == 10
    page.outline.go(("test",))
    typed(qtbot, page, ("test", "steps", "stop_ma_cm2"), "0.05")
    looked(qtbot, page)
    assert page.verdict.headline.text() == "✖ Not right yet"
    assert ("test", "name") not in page.form.fields


def test_all_tests_together_take_as_long_as_each_one_added():
    document = parse_text("map.yaml", MAP)
    each = [look_at(test.document, Choice()).draft.preview.duration_s
            for test in protocol_map.tests_in(document)]  # fmt: skip
    found = look_at(document, Choice())
    assert found.of_all_s == pytest.approx(sum(each))
    assert found.of_all_s > 1.5 * len(each) * each[0]


def test_what_varies_already_is_not_begun_anew():
    document = parse_text("map.yaml", MAP)
    assert maps.with_axis(document, "capacities_mah_cm2") == (document, CAPACITIES)
    assert not editing.can_be_removed(document, ("vary",))
    assert not editing.can_be_removed(document, ("test",))


def test_the_list_of_what_varies_stays_where_it_is_when_its_last_field_is_emptied():
    document = parse_text("map.yaml", MAP)
    spec = next(each for each in maps.form_of(CAPACITIES)[1] if each.name == CAPACITIES[1])
    emptied = editing.with_text(document, CAPACITIES, spec, "")
    assert emptied.data["vary"] == {}
    again = editing.with_text(emptied, CAPACITIES, spec, "0.3")
    assert again.data["vary"] == {"capacities_mah_cm2": [0.3]}
    assert "# stack_pressures_mpa" in again.text
