"""Journeys at the analysis page: open, fit all, undo, save, recover, export, look."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit
from solidcell.analysis.impedance import Spectrum
from solidcell.gui.analysis import fit_control as control_module
from solidcell.gui.analysis.entries import Status
from solidcell.gui.theme import DARK, LIGHT
from support.analysis_page import PATIENCE_MS, fitted, idle, opened, type_circuit
from support.arc_spectra import CODE, arc_measured


@pytest.mark.slow
def test_a_folder_is_opened_and_its_first_spectrum_shown(page, qtbot, spectra_folder):
    (spectra_folder / "bad.csv").write_text("f,z\n1,x\n", encoding="utf-8")
    opened(page, qtbot, spectra_folder)
    assert len(page.spectra.keys) == 5
    assert page.plots.points_drawn() == 50
    assert page.standing.text().endswith("Not fitted: R0-p(R1,CPE1)")
    (told,) = page.notices.texts().values()
    assert "1 not opened, 5 opened" in told
    assert "bad.csv" in told


@pytest.mark.slow
def test_files_dropped_on_the_page_are_opened(page, qtbot, spectra_folder):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(spectra_folder / "cell-3.csv"))])
    drop = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(drop)
    qtbot.waitUntil(lambda: bool(page.spectra.keys), timeout=PATIENCE_MS)
    assert page.session.name(page.control.key) == "cell-3.csv"


@pytest.mark.slow
def test_a_spectrum_says_whether_it_obeys_kramers_kronig_and_shows_its_times(
    page, qtbot, spectra_folder
):
    opened(page, qtbot, spectra_folder)
    qtbot.waitUntil(
        lambda: "working out" not in page.result.kramers_kronig.text(), timeout=PATIENCE_MS
    )
    assert "obeys the Kramers-Kronig relations" in page.result.kramers_kronig.text()
    assert page.relaxation.points_drawn() > 20
    assert "Ω" in page.result.peaks.text()


@pytest.mark.slow
def test_fit_all_warm_fits_each_and_undoes_as_one(page, qtbot, spectra_folder):
    fitted(page, qtbot, spectra_folder)
    before = page.session.project
    qtbot.mouseClick(page.fit_all, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert {e.status for e in page.session.project.entries} == {Status.FITTED}
    assert "5 spectra done" in page.spectra.told.text()
    found = [e.model.values()["R2"] for e in page.session.project.entries]
    assert found == sorted(found)
    page.control.undo()
    assert page.session.project == before


@pytest.mark.slow
def test_cancelling_keeps_what_is_done(page, qtbot, spectra_folder, monkeypatch):
    """The third fit waits until the second has arrived and cancelling was asked for."""
    fitted(page, qtbot, spectra_folder)
    go_on = threading.Event()
    fit_warm = control_module.fit_warm_both_ways

    def slowly(jobs, first):
        for number, done in enumerate(fit_warm(jobs, first)):
            if number == 2:
                go_on.wait(PATIENCE_MS / 1000)
            yield done

    monkeypatch.setattr(control_module, "fit_warm_both_ways", slowly)
    qtbot.mouseClick(page.fit_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.fits.worker.done == 2, timeout=PATIENCE_MS)
    assert page.spectra.cancel.isVisible()
    assert not page.fit.isEnabled()
    rows = [row.texts[4] for row in page.spectra.model.rows]
    assert rows.count("waiting") == 3
    qtbot.mouseClick(page.spectra.cancel, Qt.MouseButton.LeftButton)
    go_on.set()
    idle(page, qtbot)
    done = [e for e in page.session.project.entries if e.outcome is not None]
    assert len(done) == 3
    assert "3 of 5" in page.spectra.told.text()
    assert page.fit.isEnabled()
    assert not page.spectra.cancel.isVisible()


@pytest.mark.slow
def test_fits_of_a_project_that_gave_way_to_another_are_not_taken(
    page, qtbot, spectra_folder, tmp_path
):
    fitted(page, qtbot, spectra_folder)
    file = tmp_path / "mine.impedance.json"
    page.control.save(file)
    saved = page.session.project
    qtbot.mouseClick(page.fit_all, Qt.MouseButton.LeftButton)
    page.control.open_paths([file])
    idle(page, qtbot)
    assert page.session.project == saved
    assert page.fit.isEnabled()


@pytest.mark.slow
def test_worst_first_brings_the_refused_one_to_the_top(page, qtbot, spectra_folder):
    short = ["frequency_hz,z_real_ohm,z_imag_ohm"]
    short += [f"{10.0**k},{2.0 + 1e-6 * k},0.0" for k in range(10)]
    (spectra_folder / "a-short.csv").write_text("\n".join(short) + "\n", encoding="utf-8")
    opened(page, qtbot, spectra_folder)
    page.spectra.step(1)
    type_circuit(page, qtbot, CODE)
    qtbot.mouseClick(page.fit_all, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert "1 refused" in page.spectra.told.text()
    kept = page.spectra.current
    qtbot.mouseClick(page.spectra.worst, Qt.MouseButton.LeftButton)
    assert page.spectra.model.rows[0].texts[4] == "refused"
    misfits = [page.session.project.entry(key).badness for key in page.spectra.keys]
    assert misfits == sorted(misfits, reverse=True)
    assert page.spectra.current == page.control.key == kept
    page.spectra.table.selectRow(0)
    assert "Refused" in page.standing.text()
    qtbot.mouseClick(page.spectra.worst, Qt.MouseButton.LeftButton)
    assert page.spectra.model.rows[0].texts[1] == "a-short.csv"


@pytest.mark.slow
def test_a_project_is_saved_and_reopened(page, make_page, qtbot, spectra_folder, tmp_path):
    fitted(page, qtbot, spectra_folder)
    file = tmp_path / "mine.impedance.json"
    page.control.save(file)
    other = make_page("elsewhere")
    other.control.open_paths([file])
    assert other.session.project == page.session.project
    assert other.standing.text() == page.standing.text()
    assert other.plots.points_drawn() == 50


@pytest.mark.slow
def test_what_a_page_left_unsaved_is_offered_to_the_next(page, make_page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    kept = page.session.project
    page.leave()
    after = make_page()
    assert "was not saved" in after.notices.texts()["analysis left over"]
    assert not after.spectra.keys
    after.control.recover(after.session.left_over()[0])
    assert after.session.project == kept
    assert after.plots.points_drawn() == 50


@pytest.mark.slow
def test_a_spectrum_is_removed_by_delete_and_comes_back_by_undo(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    page.spectra.table.setFocus()
    gone = page.control.key
    page.spectra.remove_wanted.emit(gone)
    assert gone not in page.spectra.keys
    assert page.control.key in page.spectra.keys
    page.control.undo()
    assert page.spectra.keys[0] == gone
    for _ in range(2):
        page.control.undo()
    assert page.spectra.keys == []
    assert page.plots.points_drawn() == 0
    page.control.redo()
    assert len(page.spectra.keys) == 5


@pytest.mark.slow
def test_exports_are_written_and_their_place_is_told(page, qtbot, spectra_folder, tmp_path):
    from solidcell.gui.analysis.table_export import write_table

    opened(page, qtbot, spectra_folder)
    file = tmp_path / "fits.csv"
    page.control.write(lambda path: write_table(path, page.session), file)
    qtbot.waitUntil(lambda: "analysis export" in page.notices.texts(), timeout=PATIENCE_MS)
    assert str(file) in page.notices.texts()["analysis export"]
    assert file.read_text(encoding="utf-8").count("\n") == 6
    page.control.write(lambda path: write_table(path, page.session), tmp_path / "no" / "where.csv")
    qtbot.waitUntil(lambda: "analysis error" in page.notices.texts(), timeout=PATIENCE_MS)
    assert "where.csv" in page.notices.texts()["analysis error"]


@pytest.mark.slow
def test_both_themes_paint_their_own_ground_and_keep_the_curve(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    curve = page.plots.model_drawn()[0].copy()
    for theme in (DARK, LIGHT):
        page.set_theme(theme)
        for canvas in (*page.plots.canvases, page.relaxation.canvas):
            assert canvas.grab().toImage().pixelColor(3, 3).name() == theme.panel
        assert page.plots.model_drawn()[0] == pytest.approx(curve)


@pytest.mark.slow
def test_every_control_has_a_name_and_a_tip(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView)
    found = [c for kind in kinds for c in page.findChildren(kind) if not _is_qts_own(c)]
    assert len(found) > 15
    assert not [c for c in found if not c.accessibleName() or not c.toolTip()]
    sliders = [page.parameters.slider(r.name) for r in page.parameters.rows.rows]
    assert all(slider.accessibleName() for slider in sliders)


@pytest.mark.slow
def test_the_zoom_stays_when_a_fit_comes_in(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    type_circuit(page, qtbot, CODE)
    page.plots.magnitude.setYRange(1.0, 2.0, padding=0)
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert page.plots.magnitude.viewRange()[1] == pytest.approx([1.0, 2.0])
    page.plots.show_all()
    assert page.plots.magnitude.viewRange()[1] != pytest.approx([1.0, 2.0])


@pytest.mark.slow
def test_every_plot_shows_the_frequencies_that_were_measured(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    page.plots.show_all()
    for plot in (page.plots.magnitude, page.plots.phase, page.plots.left):
        low, high = plot.viewRange()[0]
        assert low == pytest.approx(0.0, abs=0.8)
        assert high == pytest.approx(6.48, abs=0.8)


@pytest.mark.slow
def test_residuals_are_joined_from_frequency_to_frequency_however_they_were_measured(page):
    measured = arc_measured()
    shuffled = np.random.default_rng(3).permutation(50)
    spectrum = Spectrum(measured.spectrum.frequency_hz[shuffled], measured.spectrum.z_ohm[shuffled])
    page.session.add({"a": replace(measured, spectrum=spectrum)})
    x, _ = page.plots._lines[0].getData()
    assert (np.diff(x) > 0).all()


@pytest.mark.slow
def test_dragging_leaves_the_axes_where_they_are(page, qtbot, spectra_folder):
    """New axes cost more than all the curves: only that of the residuals may grow."""
    fitted(page, qtbot, spectra_folder)
    plots = (page.plots.nyquist, page.plots.magnitude, page.plots.phase)
    before = [plot.viewRange() for plot in plots]
    limits = []
    slider = page.parameters.slider("R2")
    slider.setSliderDown(True)
    begin = slider.value()
    for position in (begin + 20, begin, begin + 60, begin):
        slider.setValue(position)
        limits.append(page.plots.left.viewRange()[1][1])
    assert [plot.viewRange() for plot in plots] == before
    assert limits == sorted(limits)
    assert limits[0] < limits[-1]
    slider.setSliderDown(False)


@pytest.mark.slow
def test_the_arcs_come_into_view_though_the_spur_dwarfs_them(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    whole = page.plots.nyquist.viewRange()[1][1]
    qtbot.mouseClick(page.plots.arcs, Qt.MouseButton.LeftButton)
    assert page.plots.nyquist.viewRange()[1][1] < 0.2 * whole


@pytest.mark.slow
def test_the_parameter_table_is_a_sound_qt_model(page, qtbot, qtmodeltester, spectra_folder):
    opened(page, qtbot, spectra_folder)
    qtmodeltester.check(page.parameters.rows)


def _is_qts_own(control) -> bool:
    if control.objectName().startswith("qt_"):
        return True
    parent = control.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox | QLineEdit | QAbstractItemView):
            return True
        parent = parent.parentWidget()
    return False
