"""The builder, used as somebody would who writes a protocol."""

import pytest
from PySide6.QtCore import Qt
from solidcell.acquisition.files.protocol_document import open_protocol, problems_of
from solidcell.acquisition.files.protocol_library import from_library, library
from solidcell.gui.background import Background
from solidcell.gui.builder.page import BuilderPage
from solidcell.gui.main_window import BUILD
from solidcell.gui.new_run import Choice, example_files
from solidcell.gui.notices import Notices

EXAMPLES = {file.name: file for file in example_files()}
NOTHING_PICKED = Choice()
PATIENCE_MS = 10_000
A_MAP = "ccd_map_sulfide"
SWEEP = ("segments", 0, "segments", 0)


@pytest.fixture
def make_page(qtbot, tmp_path):
    made = []

    def make(choice=NOTHING_PICKED):
        background = Background()
        page = BuilderPage(background, Notices(), lambda: choice, tmp_path / "unsaved")
        qtbot.addWidget(page)
        page.show()
        made.append((background, page))
        return page

    yield make
    for background, page in made:
        page.leave()
        background.close()


def looked(qtbot, page):
    """Wait until what is in view was looked at."""
    qtbot.waitUntil(lambda: page._settle.isActive() or page.looked is not None, timeout=PATIENCE_MS)
    asked = page._asked
    qtbot.waitUntil(
        lambda: not page._settle.isActive() and page.looked is not None, timeout=PATIENCE_MS
    )
    if page._asked == asked:
        page._look()
    before = page.looked
    page._look()
    qtbot.waitUntil(lambda: page.looked is not before, timeout=PATIENCE_MS)
    return page.looked


def opened(qtbot, page, name, key=()):
    page.open_file(EXAMPLES[name])
    page.outline.go(key)
    looked(qtbot, page)
    return page


def typed(qtbot, page, key, text):
    field = page.form.fields[key]
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_protocol_is_shown_with_its_course_and_how_long_it_takes(qtbot, make_page):
    page = opened(qtbot, make_page(), "ccd_lpscl.yaml")
    assert page.verdict.headline.text() == "✔ Right"
    assert page.plots.shown() == ["J / mA cm⁻²"]
    assert page.verdict.facts.texts()["Spectra"] == "17"
    assert page.verdict.facts.texts()["Moves"].endswith("mAh, both ways added")
    assert "the example cell_lpscl.yaml" in page.verdict.facts.texts()["Looked at"]


def test_a_temperature_series_shows_the_temperature(qtbot, make_page):
    page = opened(qtbot, make_page(), "arrhenius_eis.yaml")
    assert "T / °C" in page.plots.shown()


def test_what_is_not_allowed_is_said_below_its_field_while_one_types(qtbot, make_page):
    page = opened(qtbot, make_page(), "arrhenius_eis.yaml", SWEEP)
    typed(qtbot, page, (*SWEEP, "amplitude_mv"), "-3")
    looked(qtbot, page)
    trouble = page.form._troubles[(*SWEEP, "amplitude_mv")]
    assert trouble.text() == "-3 is not allowed: must be greater than 0 mV"
    assert not trouble.isHidden()
    assert page.verdict.headline.text() == "✖ Not right yet"


def test_what_is_typed_stands_in_the_file_and_the_comments_stay(qtbot, make_page):
    page = opened(qtbot, make_page(), "arrhenius_eis.yaml", SWEEP)
    typed(qtbot, page, (*SWEEP, "amplitude_mv"), "7")
    text = page.file.toPlainText()
    assert "amplitude_mv: 7" in text
    assert "# Spectra at five temperatures" in text
    page.undo()
    assert page.file.toPlainText() == EXAMPLES["arrhenius_eis.yaml"].read_text("utf-8")


def test_an_item_is_added_moved_and_removed_and_all_of_it_undone(qtbot, make_page):
    page = make_page()
    before = page.history.now.text
    page.add_item("voltammetry")
    assert page.outline.key == ("segments", 1)
    qtbot.mouseClick(page.up, Qt.MouseButton.LeftButton)
    assert page.outline.key == ("segments", 0)
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    for _ in range(3):
        page.undo()
    assert page.history.now.text == before


def test_a_protocol_is_saved_whole_and_named(qtbot, make_page, tmp_path):
    page = opened(qtbot, make_page(), "eis.yaml")
    page.add_item("voltammetry")
    assert page.name.text() == "eis.yaml •"
    with qtbot.waitSignal(page.saved) as told:
        page.save_to(tmp_path / "mine.yaml")
    assert told.args == [tmp_path / "mine.yaml"]
    assert page.name.text() == "mine.yaml"
    assert problems_of(open_protocol(tmp_path / "mine.yaml")) == ()
    assert "# One spectrum" in (tmp_path / "mine.yaml").read_text("utf-8")


def test_what_is_wrong_is_not_saved_and_the_file_stays_as_it_was(qtbot, make_page, tmp_path):
    page = opened(qtbot, make_page(), "arrhenius_eis.yaml", SWEEP)
    mine = tmp_path / "mine.yaml"
    page.save_to(mine)
    right = mine.read_text("utf-8")
    typed(qtbot, page, (*SWEEP, "amplitude_mv"), "-3")
    page.save_to(mine)
    assert mine.read_text("utf-8") == right
    assert not page.history.is_saved


def test_what_was_not_saved_is_there_again_in_the_next_window(qtbot, make_page):
    first = make_page()
    first.add_item("voltammetry")
    first.leave()
    assert make_page().history.now.text == first.history.now.text


def test_a_channel_that_cannot_do_it_is_named_with_what_is_missing(qtbot, make_page):
    choice = Choice(bench=EXAMPLES["bench_simulated.toml"], channel="A1")
    page = opened(qtbot, make_page(choice), "arrhenius_eis.yaml")
    assert page.verdict.headline.text() == "✖ Not to be started here"
    assert "temperature" in page.verdict.problems.text()
    assert "on channel A1" in page.verdict.facts.texts()["Looked at"]


@pytest.mark.slow
@pytest.mark.parametrize("entry", library(), ids=lambda entry: entry.name)
def test_every_protocol_of_the_library_opens_in_the_builder(qtbot, make_page, entry):
    page = make_page()
    page.open_file(entry.path)
    found = looked(qtbot, page)
    if entry.name != A_MAP:
        assert not found.draft.problems
        assert found.draft.preview.duration_s > 0
    assert page.file.toPlainText() == entry.path.read_text("utf-8")


def test_a_file_that_is_no_protocol_changes_nothing(qtbot, make_page, tmp_path):
    page = make_page()
    before = page.history
    broken = tmp_path / "broken.yaml"
    broken.write_text("segments: [", encoding="utf-8")
    page.open_file(broken)
    assert page.history is before


@pytest.mark.slow
def test_in_the_window_keys_act_on_the_protocol_in_view(window, qtbot):
    window.tabs.setCurrentIndex(BUILD)
    page = window.builder.page
    before = page.history.now.text
    page.add_item("voltammetry")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
    page.outline.setFocus()
    qtbot.waitUntil(lambda: page.isVisible() and page.outline.hasFocus(), timeout=PATIENCE_MS)
    qtbot.keyClick(page.outline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.history.now.text == before, timeout=PATIENCE_MS)
    qtbot.keyClick(page.outline, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.history.now.text != before, timeout=PATIENCE_MS)


def test_a_file_that_changed_on_the_disk_is_not_written_over_unasked(qtbot, make_page, tmp_path):
    page = opened(qtbot, make_page(), "eis.yaml")
    mine = tmp_path / "mine.yaml"
    page.save_to(mine)
    mine.write_text("protocol: sequence  # by somebody else\n", encoding="utf-8")
    page.add_item("voltammetry")
    page.save()
    assert "somebody else" in mine.read_text("utf-8")
    assert "was changed on the disk" in page._notices.texts()["protocol on disk"]
    page.save_to(mine, over_changes=True)
    assert mine.read_text("utf-8") == page.history.now.text


def test_a_map_shows_its_first_test_and_how_many_it_makes(qtbot, make_page, tmp_path):
    page = make_page()
    page.open_file(from_library(A_MAP).path)
    found = looked(qtbot, page)
    assert page.verdict.headline.text() == "✔ Right"
    assert found.tests == 9
    assert page.verdict.facts.texts()["Tests"].startswith("9, ")
    assert "J / mA cm⁻²" in page.plots.shown()
    page.expand_into(tmp_path)
    assert len(list(tmp_path.glob("*.yaml"))) == 9
    page.expand_into(tmp_path)
    assert any("nothing was written" in text for text in page._notices.texts().values())
    page.save_to(tmp_path / "map.yaml")
    assert page.history.is_saved


def test_an_item_that_is_not_known_says_so_and_stays(qtbot, make_page, tmp_path):
    future = tmp_path / "future.yaml"
    future.write_text("protocol: sequence\nsegments:\n  - segment: levitate\n", encoding="utf-8")
    page = make_page()
    page.open_file(future)
    page.outline.go(("segments", 0))
    assert "does not know 'levitate'" in page.doc.text()
    page.add_item("rest")
    assert "levitate" in page.history.now.text


def test_an_item_goes_into_otherwise_before_there_is_one_and_takes_it_away_again(make_page):
    page = make_page()
    page.add_item("if")
    key = page.outline.key
    page.outline.go((*key, "otherwise"))
    before = page.history.now.text
    page.add_item("rest")
    assert page.outline.key == (*key, "otherwise", 0)
    page.remove.click()
    assert page.history.now.text == before


def test_a_block_can_be_left_out_by_a_word_and_brought_back(qtbot, make_page):
    page = make_page()
    page.add_item("plating_stripping")
    at = (*page.outline.key, "impedance")
    box = page.form.fields[at]
    box.setCurrentText("none")
    box.activated.emit(box.currentIndex())
    assert "impedance: none" in page.history.now.text
    typed(qtbot, page, (*at, "amplitude_mv"), "7")
    assert "amplitude_mv: 7" in page.history.now.text
    assert "impedance: none" not in page.history.now.text
    assert box.currentText() == "as below"


def test_without_a_current_that_is_set_no_current_is_drawn(qtbot, make_page):
    page = make_page()
    page.open_file(from_library("stability_window_planar").path)
    looked(qtbot, page)
    assert page.plots.shown() == ["E / V"]
    assert page.verdict.facts.texts()["Moves"].endswith("flows at the voltages that are set")


def test_the_tab_key_goes_from_the_buttons_through_the_fields_in_their_order(make_page):
    page = make_page()
    page.add_item("voltammetry")
    page.outline.go(("segments", 0))
    met, widget = [], page.forth
    for _ in page.form.fields:
        widget = widget.nextInFocusChain()
        while widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            widget = widget.nextInFocusChain()
        met.append(widget)
    assert met == list(page.form.fields.values())


def test_the_tree_says_numbers_and_choices_as_a_person_would(make_page):
    page = make_page()
    page.open_file(from_library("pressure_series").path)
    texts = [item.text(0) for item in page.outline._all()]
    assert "and back yes" in texts[-1]
