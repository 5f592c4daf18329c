"""The window shows an earlier run, can be used without a mouse, and loses no error."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QTabBar,
    QTabWidget,
)
from solidcell.gui.app import show_errors_in
from solidcell.gui.main_window import PREPARE, RUN
from solidcell.gui.new_run import example_files
from solidcell.gui.prepare_page import INSPECTOR_WIDTH
from solidcell.gui.run_bar import EMERGENCY_KEYS, Standing
from solidcell.gui.tables import Facts
from solidcell.gui.theme import DARK, LIGHT

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QGraphicsView, QTabWidget)
PATIENCE_MS = 20_000
EXAMPLES = {file.name: file for file in example_files()}


def opened(window, qtbot, run_file):
    window.open_run(run_file)
    qtbot.waitUntil(lambda: window.page.evidence is not None, timeout=PATIENCE_MS)
    return window


@pytest.mark.slow
def test_an_earlier_run_is_opened_from_the_list_by_enter(window, qtbot):
    qtbot.waitUntil(lambda: len(window.runs.model.rows) == 1, timeout=PATIENCE_MS)
    window.runs.table.selectRow(0)
    qtbot.keyClick(window.runs.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.page.evidence is not None, timeout=PATIENCE_MS)
    assert window.tabs.currentIndex() == RUN
    assert window.bar.state.text().endswith("Completed")
    assert "0.4 mA/cm²" in window.page.inspector.answer.text()
    assert window.page.spectra.points_drawn() > 100
    assert "total" in window.page.inspector.fit.texts()
    assert window.page.log.model.rowCount() > 5
    assert not window.bar.buttons.stop.isEnabled()


@pytest.mark.slow
def test_the_search_line_narrows_the_list(window, qtbot):
    qtbot.waitUntil(lambda: len(window.runs.model.rows) == 1, timeout=PATIENCE_MS)
    qtbot.keyClicks(window.runs.search, "pellet-7 channel:a1")
    qtbot.waitUntil(lambda: len(window.runs.model.rows) == 1, timeout=PATIENCE_MS)
    qtbot.keyClicks(window.runs.search, " of another kind")
    qtbot.waitUntil(lambda: not window.runs.model.rows, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_every_control_has_a_name_and_a_tip(window, qtbot, recorded_run):
    opened(window, qtbot, recorded_run)
    window.notices.tell("a", "something", "warning", ("Do it", lambda: None))
    found = [c for kind in CONTROLS for c in window.findChildren(kind) if not _belongs_to_qt(c)]
    assert len(found) > 20
    unnamed = [c for c in found if not c.accessibleName() or not c.toolTip()]
    assert not unnamed


@pytest.mark.slow
def test_every_key_does_one_thing(window):
    keys = [a.shortcut().toString() for m in window.menuBar().actions() for a in m.menu().actions()]
    keys += [b.shortcut().toString() for b in (window.bar.start, window.bar.buttons.stop)]
    keys += [QKeySequence(EMERGENCY_KEYS).toString()]
    keys = [key for key in keys if key]
    assert len(keys) >= 8
    assert len(set(keys)) == len(keys)


@pytest.mark.slow
def test_a_wrong_file_is_told_in_place_and_cannot_be_started(window, qtbot, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("protocol: critical_current\nsteps: many\n", encoding="utf-8")
    window.bar.bench.pick(EXAMPLES["bench_simulated.toml"])
    window.bar.cell.pick(EXAMPLES["cell_lpscl.yaml"])
    window.bar.protocol.pick(wrong)
    qtbot.waitUntil(lambda: "wrong.yaml:2" in window.prepare.problems.text(), timeout=PATIENCE_MS)
    assert window.tabs.currentIndex() == PREPARE
    assert not window.bar.start.isEnabled()
    assert window.prepare.planned_points() == 0
    window.bar.protocol.pick(EXAMPLES["ccd_lpscl.yaml"])
    qtbot.waitUntil(window.bar.start.isEnabled, timeout=PATIENCE_MS)
    assert window.prepare.problems.text() == ""
    assert window.prepare.planned_points() > 100


@pytest.mark.slow
def test_files_picked_before_are_offered_again(make_window, qtbot, tmp_path):
    mine = tmp_path / "my-cell.yaml"
    text = EXAMPLES["cell_lpscl.yaml"].read_text(encoding="utf-8")
    mine.write_text(text, encoding="utf-8")
    first = make_window()
    first._settings.remember("cell", mine)
    second = make_window()
    assert second.bar.cell.list.itemText(0) == "my-cell.yaml"


@pytest.mark.slow
def test_light_and_dark_paint_their_own_ground(window, qtbot, recorded_run):
    opened(window, qtbot, recorded_run)
    for theme in (DARK, LIGHT):
        window.set_theme(theme)
        picture = window.page.traces.canvas.grab().toImage()
        assert picture.pixelColor(3, 3).name() == theme.panel
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.page.traces._theme is DARK


@pytest.mark.slow
def test_moving_the_plot_stops_following_and_picking_a_span_follows_again(
    window, qtbot, recorded_run
):
    traces = opened(window, qtbot, recorded_run).page.traces
    whole = traces.voltage.viewRange()[0]
    assert whole == pytest.approx([0.0, window.page.run.elapsed_s])
    traces.voltage.getViewBox().sigRangeChangedManually.emit([True, False])
    assert traces.span.currentText() == "Free"
    traces.span.setCurrentText("Last 10 min")
    left, right = traces.voltage.viewRange()[0]
    assert right - left == pytest.approx(600.0)


@pytest.mark.slow
def test_zooming_into_a_spectrum_is_undone_by_one_button(window, qtbot, recorded_run):
    spectra = opened(window, qtbot, recorded_run).page.spectra
    qtbot.waitUntil(lambda: spectra.magnitude.viewRange()[1][1] > 10, timeout=PATIENCE_MS)
    spectra.magnitude.setYRange(0.1, 0.2)
    qtbot.mouseClick(spectra.show_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: spectra.magnitude.viewRange()[1][1] > 10, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_long_names_do_not_make_the_window_wider(window):
    standing = Standing(run_id="2026-01-01T120000_A1_" + "a-very-long-cell-name-" * 12)
    before = window.bar.minimumSizeHint().width()
    window.bar.show_standing(standing)
    assert window.bar.minimumSizeHint().width() <= before
    assert window.bar.run_name.toolTip() == standing.run_id


@pytest.mark.slow
def test_an_error_nobody_caught_is_told_in_the_window(window, monkeypatch, capsys):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    show_errors_in(window)
    error = RuntimeError("the cable fell out")
    sys.excepthook(RuntimeError, error, None)
    assert "the cable fell out" in window.notices.texts().values()
    assert "the cable fell out" in capsys.readouterr().err


@pytest.mark.slow
def test_a_damaged_run_is_told_and_the_window_goes_on(window, qtbot, data_dir):
    bad = data_dir / "2026-02-02T120000_A1_bad" / "2026-02-02T120000_A1_bad.run.sqlite"
    bad.parent.mkdir()
    bad.write_bytes(b"not a database" * 100)
    window.open_run(bad)
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=PATIENCE_MS)
    assert bad.name in next(iter(window.notices.texts().values()))
    window.runs.refresh()
    qtbot.waitUntil(lambda: len(window.runs.model.rows) == 2, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_wrong_bench_leaves_no_channel_to_pick(window, qtbot, tmp_path):
    wrong = tmp_path / "bench.toml"
    wrong.write_text("[channel.A1]\nvoltage_min_v = 1.0\n", encoding="utf-8")
    window.bar.bench.pick(EXAMPLES["bench_simulated.toml"])
    assert window.bar.channel.count() == 2
    window.bar.bench.pick(wrong)
    assert window.bar.channel.count() == 0
    qtbot.waitUntil(lambda: "bench.toml" in window.prepare.problems.text(), timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_run_whose_file_goes_away_is_told(window, qtbot, data_dir, recorded_run):
    page = opened(window, qtbot, recorded_run).page
    page.run_file = data_dir / "gone" / "gone.run.sqlite"
    page._ask_state()
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=PATIENCE_MS)
    assert "gone.run.sqlite" in next(iter(window.notices.texts().values()))


@pytest.mark.slow
def test_an_emergency_stop_with_nothing_running_says_so(window, qtbot):
    qtbot.mouseClick(window.bar.emergency, Qt.MouseButton.LeftButton)
    assert "no run of this folder is under way" in next(iter(window.notices.texts().values()))


@pytest.mark.slow
def test_silence_is_told_with_its_length(window, qtbot, recorded_run):
    log, run = opened(window, qtbot, recorded_run).page.log, window.page.run
    log.show_health(run, None)
    assert "no data" not in log.health.text()
    log.show_health(run, 7.4)
    assert "no data for 7 s" in log.health.text()


def _belongs_to_qt(control) -> bool:
    """Parts that Qt builds into its own widgets: clear buttons, lists that drop down, corners."""
    if control.objectName().startswith("qt_"):
        return True
    parents, parent = [], control.parentWidget()
    while parent is not None:
        parents.append(parent)
        parent = parent.parentWidget()
    return any(isinstance(p, QComboBox | QLineEdit | QAbstractItemView | QTabBar) for p in parents)


def test_a_long_address_is_cut_in_its_column_and_told_in_full_by_its_tip(qtbot):
    facts = Facts()
    qtbot.addWidget(facts)
    address = "PRLGX-TCPIP0::127.0.0.1::36783::GPIB0::5::INSTR"
    facts.show_facts([("Impedance analyser", f"novocontrol_alpha at {address}")])
    assert facts.texts() == {"Impedance analyser": f"novocontrol_alpha at {address}"}
    assert facts.minimumSizeHint().width() < INSPECTOR_WIDTH - 40
