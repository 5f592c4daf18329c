"""The page of measurements, used as somebody would."""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from solidcell.gui.background import Background
from solidcell.gui.measurements.file_list import FileList
from solidcell.gui.measurements.page import MeasurementsPage
from solidcell.gui.measurements.sheet_view import SheetView
from solidcell.gui.notices import Notices
from support.sheets import small_sheet
from support.written_runs import Step, write_run


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


def suited_names(page):
    return {name for name, item in page.chooser._items.items() if not item.font(0).italic()}


def test_what_the_picked_runs_have_nothing_for_is_told_from_the_rest(qtbot, page, tmp_path):
    volts = np.linspace(3.0, 3.1, 20)
    rows = tuple((float(s), v, 1e-4, 298.15, None) for s, v in enumerate(volts))
    step = Step(rows=rows, kind="Galvanostatic", name="charge", tags=(), began_s=0.0)
    run = write_run(tmp_path / "a.run.sqlite", [step], cell={"name": "NMC-7"})
    page.open_files([run])
    qtbot.waitUntil(lambda: "conductivity" not in suited_names(page), timeout=20_000)
    assert "ohmic-limit" in suited_names(page)
    page.open_files([tmp_path / "table.csv"])
    qtbot.waitUntil(lambda: "conductivity" in suited_names(page), timeout=10_000)


def test_the_run_in_view_is_offered(qtbot, tmp_path):
    files = FileList(lambda: tmp_path / "life-1.run.sqlite")
    qtbot.addWidget(files)
    files.take.click()
    assert files.list.item(0).text() == "life-1"
    assert not files.take.isEnabled()


def test_numbers_of_a_table_are_flush_right_and_columns_name_their_units(qtbot):
    view = SheetView()
    qtbot.addWidget(view)
    view.show_sheet(small_sheet())
    (model,) = view._models
    assert model.headerData(0, Qt.Orientation.Horizontal) == "time / h"
    sides = [model.data(model.index(0, n), Qt.ItemDataRole.TextAlignmentRole) for n in (0, 1)]
    assert [bool(side & Qt.AlignmentFlag.AlignRight.value) for side in sides] == [True, False]


def test_a_calculator_that_lacks_a_number_asks_for_it_and_does_not_complain(qtbot, page):
    page.chooser.choose("ohmic-limit")
    headline = page.view.headline
    qtbot.waitUntil(lambda: "not given" in headline.text(), timeout=10_000)
    assert headline.property("tone") == "muted"
