"""Journeys at the analysis page: drag, start, lock, bound, tie, and change the circuit."""

import pytest
from PySide6.QtCore import Qt
from solidcell.gui.analysis.entries import Status
from solidcell.gui.analysis.parameter_model import LOCK, VALUE
from solidcell.gui.analysis.sliders import STEPS
from support.analysis_page import cell, fitted, idle, opened, row, type_circuit, value
from support.arc_spectra import CODE


@pytest.mark.slow
def test_dragging_moves_the_curve_and_letting_go_is_one_edit(page, qtbot, spectra_folder):
    fitted(page, qtbot, spectra_folder)
    slider = page.parameters.slider("R2")
    before, curve = value(page, "R2"), page.plots.model_drawn()[0].copy()
    slider.setSliderDown(True)
    for position in range(slider.value(), slider.value() + 200, 20):
        slider.setValue(position)
    assert page.plots.model_drawn()[0].max() > 1.05 * curve.max()
    assert page.control.entry.model.values()["R2"] == before
    assert "Edited, not fitted" in page.standing.text()
    slider.setSliderDown(False)
    assert value(page, "R2") > 1.3 * before
    assert page.session.undo_words == "drag R2"
    page.control.undo()
    assert value(page, "R2") == before
    assert page.control.entry.status is Status.FITTED
    assert page.plots.model_drawn()[0] == pytest.approx(curve)


@pytest.mark.slow
def test_a_slider_moves_by_keys_and_its_moves_undo_as_one(page, qtbot, spectra_folder):
    fitted(page, qtbot, spectra_folder)
    before = value(page, "R1")
    slider = page.parameters.slider("R1")
    for _ in range(5):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert value(page, "R1") > before
    page.control.undo()
    assert value(page, "R1") == before


@pytest.mark.slow
def test_a_slider_never_leaves_what_is_allowed(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    slider = page.parameters.slider("CPE1_1")
    for position in (0, STEPS):
        slider.setValue(position)
        assert 0.0 < value(page, "CPE1_1") <= 1.0
    assert not page.notices.texts()


@pytest.mark.slow
def test_after_an_edit_the_fit_starts_from_what_is_shown_and_says_so(page, qtbot, spectra_folder):
    fitted(page, qtbot, spectra_folder)
    assert "finds its start in the data" in page.start.text()
    found = value(page, "R2")
    page.parameters.rows.setData(cell(page, "R2", VALUE), "0.5 kΩ")
    assert value(page, "R2") == 500.0
    assert "from the values shown" in page.start.text()
    assert row(page, "R2").told == ""
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert value(page, "R2") == pytest.approx(found, rel=1e-3)
    assert row(page, "R2").told.startswith("± ")
    assert "finds its start in the data" in page.start.text()


@pytest.mark.slow
def test_the_result_is_the_next_start_only_by_its_button(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    assert not page.use_result.isEnabled()
    type_circuit(page, qtbot, CODE)
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    qtbot.mouseClick(page.use_result, Qt.MouseButton.LeftButton)
    assert page.control.entry.model.start == "shown"
    assert page.control.entry.status is Status.FITTED


@pytest.mark.slow
def test_a_value_that_cannot_be_is_told_and_the_old_one_stays(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    before = value(page, "R1")
    for typed, told in (("5 V", "no unit here"), ("-4", "allowed is"), ("x", "is no number")):
        page.parameters.rows.setData(cell(page, "R1", VALUE), typed)
        assert told in page.notices.texts()["analysis edit"]
        assert value(page, "R1") == before
    page.parameters.rows.setData(cell(page, "R1", VALUE), "123")
    assert "analysis edit" not in page.notices.texts()


@pytest.mark.slow
def test_a_locked_parameter_keeps_its_value_in_a_fit(page, qtbot, spectra_folder):
    fitted(page, qtbot, spectra_folder)
    page.parameters.rows.setData(cell(page, "CPE3_1", VALUE), "0.95")
    index = cell(page, "CPE3_1", LOCK)
    box = page.parameters.visualRect(index)
    page.parameters.setCurrentIndex(index)
    qtbot.keyClick(page.parameters, Qt.Key.Key_Space)
    assert box.isValid()
    assert row(page, "CPE3_1").locked
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert value(page, "CPE3_1") == 0.95
    assert row(page, "CPE3_1").told.startswith("locked")
    page.control.undo()
    page.control.undo()
    assert not row(page, "CPE3_1").locked


@pytest.mark.slow
def test_bounds_are_typed_kept_and_taken_away(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    type_circuit(page, qtbot, CODE)
    page.parameters.choose("R1")
    page.details.low.setText("50 Ω")
    page.details.high.setText("90")
    qtbot.keyClick(page.details.high, Qt.Key.Key_Return)
    assert page.control.entry.model.knob("R1").bounds == (50.0, 90.0)
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert 50.0 <= value(page, "R1") <= 90.0
    assert "50.0 Ω … 90.0 Ω" in row(page, "R1").told
    page.details.low.clear()
    page.details.high.clear()
    qtbot.keyClick(page.details.high, Qt.Key.Key_Return)
    assert page.control.entry.model.knob("R1").bounds is None


@pytest.mark.slow
def test_bounds_the_wrong_way_round_are_told(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    page.parameters.choose("R1")
    page.details.low.setText("90")
    page.details.high.setText("50")
    qtbot.keyClick(page.details.high, Qt.Key.Key_Return)
    assert "is not below" in page.notices.texts()["analysis edit"]
    assert page.details.low.text() == ""
    assert page.control.entry.model.knob("R1").bounds is None


@pytest.mark.slow
def test_tied_exponents_are_one_in_the_fit(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    type_circuit(page, qtbot, CODE)
    page.parameters.choose("CPE2_1")
    place = page.details.tie.findData("CPE1_1")
    page.details.tie.setCurrentIndex(place)
    page.details.tie.activated.emit(place)
    assert row(page, "CPE2_1").told == "same as CPE1_1"
    qtbot.mouseClick(page.fit, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert page.control.entry.status is Status.FITTED
    assert value(page, "CPE2_1") == value(page, "CPE1_1")


@pytest.mark.slow
def test_a_circuit_that_cannot_be_read_points_at_the_character(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    page.circuit.edit_text()
    qtbot.keyClicks(page.circuit.text, "R0-p(R1,X1)")
    assert page.circuit.error.text().startswith("Character 9:")
    qtbot.keyClick(page.circuit.text, Qt.Key.Key_Return)
    assert page.circuit.text.selectedText() == "X"
    assert page.control.entry.model.circuit == "R0-p(R1,CPE1)"
    type_circuit(page, qtbot, "R0-p(R1,C1)")
    assert not page.circuit.error.text()
    assert page.circuit.view.names == ["R0", "R1", "C1"]


@pytest.mark.slow
def test_a_block_clicked_shows_its_parameters_and_delete_takes_it_out(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    view = page.circuit.view
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.block_middle("CPE1").toPoint()
    )
    assert view.chosen == "CPE1"
    assert page.parameters.current == "CPE1_0"
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen == "R0"
    assert page.parameters.current == "R0"
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert page.control.entry.model.circuit == "p(R1,CPE1)"
    page.control.undo()
    assert page.control.entry.model.circuit == "R0-p(R1,CPE1)"


@pytest.mark.slow
def test_an_arc_more_by_its_button_keeps_the_values(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    page.parameters.rows.setData(cell(page, "R1", VALUE), "77")
    qtbot.mouseClick(page.circuit.arc_button, Qt.MouseButton.LeftButton)
    assert page.control.entry.model.circuit == "R0-p(R1,CPE1)-p(R2,CPE2)"
    assert value(page, "R1") == 77.0


@pytest.mark.slow
def test_the_data_choose_a_circuit(page, qtbot, spectra_folder):
    opened(page, qtbot, spectra_folder)
    qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    idle(page, qtbot)
    assert page.control.entry.status is Status.FITTED
    assert page.control.entry.model.circuit.count("p(") >= 2
    assert "total" in page.result.facts.texts()
