"""The page of measurements, used as somebody would."""

import json

import pytest
from solidcell.gui.background import Background
from solidcell.gui.measurements.page import MeasurementsPage
from solidcell.gui.notices import Notices


@pytest.fixture
def page(qtbot):
    background, notices = Background(), Notices()
    made = MeasurementsPage(background, notices)
    made.notices = notices
    qtbot.addWidget(made)
    made.show()
    yield made
    made.leave()
    background.close()


CURRENT = "current_density_ma_cm2"


def written(page, name, text):
    page.form.set_text(name, text)
    page.form.changed.emit()


def ohmic_limit(qtbot, page):
    page.chooser.choose("ohmic-limit")
    qtbot.waitUntil(lambda: CURRENT in page.form.fields, timeout=10_000)
    written(page, "conductivity_ms_cm", "0.1")
    qtbot.waitUntil(lambda: page.sheet is not None, timeout=10_000)
    return page.sheet


def test_a_calculator_answers_as_soon_as_it_is_picked(qtbot, page):
    sheet = ohmic_limit(qtbot, page)
    assert page.view.headline.text() == sheet.headline
    assert page.view.views.count() == len(sheet.plots) + len(sheet.tables)
    assert page.view.numbers.texts()


def test_a_calculator_follows_its_fields(qtbot, page):
    before = ohmic_limit(qtbot, page)
    written(page, CURRENT, "6")
    qtbot.waitUntil(lambda: page.sheet is not before, timeout=10_000)
    assert page.sheet.numbers[0].value == pytest.approx(before.numbers[0].value / 2)


def test_a_field_that_is_no_number_says_what_would_be_one(qtbot, page):
    ohmic_limit(qtbot, page)
    written(page, CURRENT, "3,5")
    page.make_sheet()
    assert page.form.trouble.text() == f"{CURRENT} is '3,5'; expected a number such as 0.785"
    assert page.sheet is not None


def test_what_the_calculation_refuses_stands_where_the_answer_would(qtbot, page):
    ohmic_limit(qtbot, page)
    written(page, CURRENT, "-1")
    qtbot.waitUntil(lambda: page.sheet is None, timeout=10_000)
    assert CURRENT in page.view.headline.text()


def test_the_search_leaves_what_has_the_letters(page):
    page.chooser.search.setText("ohmic-l")
    shown = [name for name, item in page.chooser._items.items() if not item.isHidden()]
    assert shown == ["ohmic-limit"]


@pytest.mark.slow
def test_a_report_is_written_where_somebody_wants_it(qtbot, page, tmp_path):
    ohmic_limit(qtbot, page)
    page.write_report(tmp_path)
    pdf = tmp_path / "ohmic-limit.pdf"
    qtbot.waitUntil(pdf.exists, timeout=20_000)
    data = json.loads((tmp_path / "ohmic-limit.json").read_text("utf-8"))
    assert data["headline"] == page.sheet.headline
