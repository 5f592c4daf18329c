"""What the journeys of the analysis page share: a folder of spectra, and a page of its own."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from solidcell.gui.analysis.page import AnalysisPage
from solidcell.gui.background import Background
from solidcell.gui.notices import Notices
from support.arc_spectra import write_arc_spectra


@pytest.fixture
def spectra_folder(tmp_path):
    """Five spectra of a grain boundary that grows."""
    write_arc_spectra(tmp_path / "spectra", 5)
    return tmp_path / "spectra"


@pytest.fixture
def make_page(qtbot, tmp_path, nothing_left_over):
    """Makes analysis pages, and ends each as the window does."""
    made = []

    def make(unsaved="unsaved") -> AnalysisPage:
        window = QWidget()
        background, notices = Background(window), Notices()
        page = AnalysisPage(background, notices, tmp_path / unsaved)
        page.notices = notices
        layout = QVBoxLayout(window)
        layout.addWidget(notices)
        layout.addWidget(page)
        window.resize(1500, 900)
        window.show()
        made.append((window, page, background))
        return page

    yield make
    for window, page, background in made:
        page.leave()
        background.close()
        assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
        window.close()
        window.deleteLater()


@pytest.fixture
def page(make_page):
    return make_page()
