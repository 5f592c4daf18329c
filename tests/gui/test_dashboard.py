"""The dashboard: every channel at once, what needs attention first, and several runs together."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from solidcell.acquisition.glances.alarms import Alarm
from solidcell.acquisition.glances.glance import Glance
from solidcell.acquisition.glances.voltage_history import Point
from solidcell.acquisition.runs import RunStateName
from solidcell.gui.dashboard.model import Order, TilesModel
from solidcell.gui.dashboard.page import DashboardPage
from solidcell.gui.dashboard.tab import ChannelsTab
from solidcell.gui.dashboard.tile_words import tile_of
from solidcell.gui.notices import Notices
from solidcell.gui.theme import DARK, LIGHT
from support.going_runs import GoingRun

PATIENCE_MS = 20_000


def glance(channel="A1", **changes):
    told = {
        "run_id": f"2026-01-01T120000_{channel}_pellet-7",
        "run_file": Path(f"/runs/{channel}.run.sqlite"),
        "cell": "pellet-7",
        "state": RunStateName.RUNNING,
        "segment": "plate",
        "step": "step 3 of 15",
        "voltage_v": -0.05121,
        "current_a": -1.57e-4,
        "electrode_area_m2": 7.85e-5,
        "elapsed_s": 3725.0,
        "history": (Point(0.0, 0.0), Point(1.0, 0.1)),
    }
    return Glance(channel=channel, **{**told, **changes})


@pytest.fixture
def page(qtbot):
    page = DashboardPage()
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    return page


def pick(page, *channels):
    page.view.clearSelection()
    for row, tile in enumerate(page.model.tiles):
        if tile.channel in channels:
            index = page.model.index(row, 0)
            page.view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def shown(page):
    return [tile.channel for tile in page.model.tiles]


def test_a_tile_says_for_what_a_cell_waits():
    waiting = glance(step="", segment="60 °C", oven="on its way to 60 °C", temperature_k=311.15)
    tile = tile_of(waiting)
    assert tile.where == "on its way to 60 °C"
    assert "38.0 °C" in tile.tip


def test_a_tile_says_all_of_it_in_words():
    tile = tile_of(glance(remaining_s=60.0, temperature_k=298.15))
    assert (tile.voltage, tile.current) == ("−0.0512 V", "−0.200 mA/cm²")
    for told in ("Channel A1", "Running", "pellet-7", "step 3 of 15 · plate", "00:01:00 left"):
        assert told in tile.spoken
    assert "25.0 °C" in tile.tip
    assert "25.0 °C" in tile.spoken
    assert tile_of(Glance(channel="B2")).spoken == "Channel B2, Idle"


@pytest.mark.parametrize(("safe", "told"), [(True, "cell open"), (False, "output on")])
def test_a_paused_run_says_what_becomes_of_its_cell(safe, told):
    assert told in tile_of(glance(state=RunStateName.PAUSED, safe=safe)).spoken


def test_a_current_without_an_area_is_told_in_milliampere():
    assert tile_of(glance(electrode_area_m2=None)).current == "−0.157 mA"


def test_the_list_of_tiles_behaves_as_qt_asks(qapp):
    model = TilesModel()
    tester = QAbstractItemModelTester(model)
    for glances in ([], [glance()], [glance("A1"), glance("A2")], [glance("A2")]):
        model.set_glances(glances)
    model.set_order(Order.ATTENTION)
    assert model.rowCount() == 1
    del tester


def test_only_what_changed_is_told(qtbot):
    model = TilesModel()
    model.set_glances([glance("A1"), glance("A2"), glance("A3")])
    with qtbot.waitSignal(model.dataChanged) as told, qtbot.assertNotEmitted(model.modelReset):
        model.set_glances([glance("A1"), glance("A2", voltage_v=0.1), glance("A3")])
    assert (told.args[0].row(), told.args[1].row()) == (1, 1)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.CHANNEL, ["A1", "A2", "A3", "A4"]),
        (Order.ATTENTION, ["A3", "A1", "A4", "A2"]),
        (Order.LEFT, ["A4", "A1", "A2", "A3"]),
    ],
)
def test_tiles_stand_in_the_order_that_a_person_chose(page, order, expected):
    page.show_glances(
        [
            glance("A1", remaining_s=100.0),
            glance("A2", state=RunStateName.COMPLETED, safe=True),
            glance("A3", state=RunStateName.DEAD),
            glance("A4", remaining_s=50.0),
        ]
    )
    page.order.setCurrentText(order.value)
    assert shown(page) == expected


def test_what_is_selected_stays_selected_when_tiles_move(page):
    page.show_glances([glance("A1"), glance("A2")])
    page.order.setCurrentText(Order.ATTENTION.value)
    pick(page, "A2")
    page.show_glances([glance("A1"), glance("A2", state=RunStateName.LIMIT_TRIPPED, detail="5 V")])
    assert shown(page) == ["A2", "A1"]
    assert [tile.channel for tile in page.selected()] == ["A2"]


def test_enter_opens_the_run_under_the_cursor(page, qtbot):
    page.show_glances([glance("A1"), glance("A2")])
    page.view.setCurrentIndex(page.model.index(1, 0))
    with qtbot.waitSignal(page.open_wanted) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert told.args[0] == Path("/runs/A2.run.sqlite")


def test_the_arrows_go_from_tile_to_tile(page, qtbot):
    page.show_glances([glance(f"A{n}") for n in range(1, 5)])
    page.view.setCurrentIndex(page.model.index(0, 0))
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    assert page.view.currentIndex().row() == 1


def test_enter_on_an_idle_channel_prepares_a_run_there(page, qtbot):
    page.show_glances([Glance(channel="A9")])
    page.view.setCurrentIndex(page.model.index(0, 0))
    with qtbot.waitSignal(page.prepare_wanted) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert told.args == ["A9"]


def test_only_runs_that_can_obey_are_stopped_together(page, qtbot):
    page.show_glances(
        [glance("A1"), glance("A2", state=RunStateName.COMPLETED, safe=True), glance("A3")]
    )
    assert not page.stop.isEnabled()
    page.view.selectAll()
    assert page.stop.text().endswith("(2)")
    with qtbot.waitSignal(page.stop_wanted) as told:
        qtbot.mouseClick(page.stop, Qt.MouseButton.LeftButton)
    assert [path.name for path in told.args[0]] == ["A1.run.sqlite", "A3.run.sqlite"]


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (RunStateName.RUNNING, {"Pause", "Skip the segment", "Stop…"}),
        (RunStateName.PAUSED, {"Resume", "Skip the segment", "Stop…"}),
        (RunStateName.RECOVERING, {"Stop…"}),
        (RunStateName.COMPLETED, set()),
    ],
)
def test_the_menu_offers_what_the_state_allows(page, state, may):
    page.show_glances([glance("A1", state=state, safe=True)])
    menu = page.menu_of(page.model.tiles)
    allowed = {a.text().replace("&", "") for a in menu.actions() if a.isEnabled()}
    assert allowed == may | {"Open", "Open in analysis"}
    menu.deleteLater()


def test_an_entry_of_the_menu_asks_for_every_run_that_is_selected(page, qtbot):
    page.show_glances([glance("A1"), glance("A2"), glance("A3", state=RunStateName.PAUSED)])
    menu = page.menu_of(page.model.tiles)
    (pause,) = [a for a in menu.actions() if a.text() == "&Pause"]
    with qtbot.waitSignal(page.pause_wanted) as told:
        pause.trigger()
    assert len(told.args[0]) == 2
    menu.deleteLater()


def test_an_empty_folder_says_what_to_do(page):
    page.show_glances([])
    assert page.nothing.isVisible()
    assert "solidcell run" in page.nothing.text()
    page.show_glances([glance()])
    assert page.view.isVisible()


def test_sixty_four_tiles_are_all_in_view_in_a_large_window(page):
    page.resize(1600, 820)
    QApplication.processEvents()
    page.show_glances([glance(f"A{n}") for n in range(1, 65)])
    QApplication.processEvents()
    last = page.view.visualRect(page.model.index(63, 0))
    assert page.view.viewport().rect().contains(last)
    page.show_glances([glance(f"A{n}") for n in range(1, 9)])
    QApplication.processEvents()
    assert page.view.visualRect(page.model.index(0, 0)).height() > last.height()


def test_trouble_is_drawn_in_the_colours_of_the_theme_and_told_in_words(page):
    alarms = (Alarm(kind="gap", text="the clocks parted by 604 s", elapsed_s=1.0),)
    page.show_glances([glance(alarms=alarms, alarm_count=1)])
    assert page.attention.text() == "⚠ 1 needs attention"
    for theme in (LIGHT, DARK):
        page.set_theme(theme)
        picture = page.view.viewport().grab().toImage()
        found = {picture.pixelColor(x, 60).name() for x in range(12)}
        assert theme.warning in found


def test_a_screen_reader_hears_every_tile(page):
    page.show_glances([glance()])
    assert page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Channel A1")
    heard = QAccessible.queryAccessibleInterface(page.view)
    assert heard.text(QAccessible.Text.Name) == "Channels"


class Asked:
    def __init__(self):
        self.of = []

    def __getattr__(self, name):
        return lambda run_file: self.of.append((name, run_file.parent.name))


@pytest.fixture
def tab(qtbot, tmp_path):
    runs = [GoingRun(tmp_path, "A1"), GoingRun(tmp_path, "A2")]
    for run in runs:
        run.begin()
        run.measure([0.05])
    asked, notices = Asked(), Notices()
    qtbot.addWidget(notices)
    made = ChannelsTab(tmp_path, notices, asked, asked)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(made.running) == 2, timeout=PATIENCE_MS)
    yield made, runs, asked, notices
    made.leave()
    for run in runs:
        run.close()


@pytest.mark.slow
def test_live_runs_appear_and_move_on_by_themselves(tab, qtbot):
    made, runs, _, _ = tab
    assert [tile.voltage for tile in made.model.tiles] == ["0.0500 V", "0.0500 V"]
    runs[1].measure([0.75])
    qtbot.waitUntil(lambda: made.model.tiles[1].voltage == "0.7500 V", timeout=PATIENCE_MS)
    runs[1].end("completed")
    qtbot.waitUntil(lambda: len(made.running) == 1, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_several_runs_are_stopped_only_after_a_question(tab, qtbot):
    made, _, asked, notices = tab
    made.view.selectAll()
    qtbot.mouseClick(made.stop, Qt.MouseButton.LeftButton)
    assert asked.of == []
    assert "A1_pellet-7" in notices.texts()["stop"]
    (button,) = [b for b in notices.findChildren(type(made.stop)) if b.text() == "Stop 2 runs"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [name for name, _ in asked.of] == ["stop", "stop"]


@pytest.mark.slow
def test_pausing_needs_no_question_and_reaches_the_run(tab):
    made, runs, asked, _ = tab
    made.pause_wanted.emit([runs[0].run_file])
    assert asked.of == [("pause", runs[0].folder.run_id)]


def test_a_glance_that_is_the_same_is_the_same_tile():
    assert tile_of(glance()) == tile_of(replace(glance(), stale_s=3.0))
