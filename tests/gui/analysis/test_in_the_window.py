"""The analysis page in the bench window: its tab, its keys, and how it is left."""

import pytest
from PySide6.QtCore import Qt
from solidcell.gui.main_window import ANALYSE, PREPARE
from support.arc_spectra import write_arc_spectra

PATIENCE_MS = 20_000
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def action(window, text):
    return next(
        entry
        for menu in window.menuBar().actions()
        for entry in menu.menu().actions()
        if entry.text().replace("&", "").startswith(text)
    )


def analysing(window, qtbot, folder):
    window.analyse([folder])
    page = window.analysis.page
    qtbot.waitUntil(lambda: len(page.spectra.keys) == 3, timeout=PATIENCE_MS)
    return page


@pytest.fixture
def folder(tmp_path):
    write_arc_spectra(tmp_path / "spectra", 3)
    return tmp_path / "spectra"


@pytest.mark.slow
def test_the_page_is_made_when_it_is_first_wanted(window):
    assert window.analysis._page is None
    window.analyse()
    assert window.tabs.currentIndex() == ANALYSE
    assert window.analysis._page is not None
    assert not window.runs.isVisible()
    window.tabs.setCurrentIndex(PREPARE)
    assert window.runs.isVisible()


@pytest.mark.slow
def test_a_whole_analysis_goes_by_keys(window, qtbot, folder):
    page = analysing(window, qtbot, folder)
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Down, CONTROL)
    assert page.session.name(page.control.key) == "cell-1.csv"
    qtbot.keyClick(window, Qt.Key.Key_I, CONTROL)
    qtbot.waitUntil(lambda: not page.fits.worker.is_busy, timeout=PATIENCE_MS)
    assert page.control.entry.outcome is not None
    qtbot.keyClick(window, Qt.Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: "3 spectra done" in page.spectra.told.text(), timeout=PATIENCE_MS)
    assert action(window, "Undo").text() == "&Undo fit all"
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert sum(e.outcome is not None for e in page.session.project.entries) == 1
    qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert all(e.outcome is not None for e in page.session.project.entries)
    code = page.control.entry.model.circuit
    qtbot.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert len(page.control.entry.model.circuit) > len(code)


@pytest.mark.slow
def test_its_keys_do_nothing_while_another_page_is_in_view(window, qtbot, folder):
    page = analysing(window, qtbot, folder)
    window.tabs.setCurrentIndex(PREPARE)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert len(page.session.project) == 3
    assert not action(window, "Undo").isEnabled()
    page.control.remove(page.control.key)
    assert not action(window, "Undo").isEnabled()
    window.tabs.setCurrentIndex(ANALYSE)
    assert action(window, "Undo").isEnabled()


@pytest.mark.slow
def test_the_spectra_of_the_run_in_view_are_analysed(window, qtbot, recorded_run):
    window.open_run(recorded_run)
    qtbot.waitUntil(lambda: window.page.run_file is not None, timeout=PATIENCE_MS)
    window._analyse_run()
    page = window.analysis.page
    qtbot.waitUntil(lambda: bool(page.spectra.keys), timeout=PATIENCE_MS)
    assert page.session.measured[page.control.key].geometry is not None


@pytest.mark.slow
def test_a_window_closed_in_the_midst_of_fits_keeps_the_analysis(make_window, qtbot, folder):
    window = make_window()
    page = analysing(window, qtbot, folder)
    page.fits.choose_all()
    window.leave()
    assert not window.analysis.page.session.is_saved
    after = make_window()
    after.analyse()
    assert "was not saved" in after.notices.texts()["analysis left over"]


@pytest.mark.slow
def test_dialogs_stop_nothing_and_open_what_is_picked(window, qtbot, folder):
    from PySide6.QtWidgets import QFileDialog

    window.analyse()
    page = window.analysis.page
    for ask in (
        page.asking.open_files,
        page.asking.open_folder,
        page.asking.save,
        page.asking.export_table,
    ):
        ask()
        (dialog,) = [d for d in page.findChildren(QFileDialog) if d.isVisible()]
        assert not dialog.isModal()
        dialog.close()
    page.asking.open_files()
    (dialog,) = [d for d in page.findChildren(QFileDialog) if d.isVisible()]
    dialog.filesSelected.emit([str(folder / "cell-0.csv")])
    dialog.close()
    qtbot.waitUntil(lambda: bool(page.spectra.keys), timeout=PATIENCE_MS)
