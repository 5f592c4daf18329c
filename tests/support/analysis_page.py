"""Hands on the analysis page of the window."""

from PySide6.QtCore import Qt
from solidcell.gui.analysis.entries import Status
from support.arc_spectra import CODE

PATIENCE_MS = 20_000


def opened(page, qtbot, *paths):
    count = len(page.session.project)
    page.control.open_paths(list(paths))
    qtbot.waitUntil(lambda: len(page.session.project) > count, timeout=PATIENCE_MS)
    return page


def idle(page, qtbot):
    qtbot.waitUntil(lambda: not page.fits.worker.is_busy, timeout=PATIENCE_MS)


def type_circuit(page, qtbot, code):
    page.circuit.edit_text()
    qtbot.keyClicks(page.circuit.text, code)
    qtbot.keyClick(page.circuit.text, Qt.Key.Key_Return)


def fitted(page, qtbot, folder):
    opened(page, qtbot, folder)
    type_circuit(page, qtbot, CODE)
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert page.control.entry.status is Status.FITTED
    return page


def value(page, name):
    return page.control.entry.model.values()[name]


def row(page, name):
    return next(row for row in page.parameters.rows.rows if row.name == name)


def cell(page, name, column):
    names = [row.name for row in page.parameters.rows.rows]
    return page.parameters.rows.index(names.index(name), column)
