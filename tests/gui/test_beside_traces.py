"""Temperature and other lines that were read beside the cell stand below its traces."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from solidcell.acquisition.record.writer import RunWriter
from solidcell.gui.opened_run import open_run
from solidcell.gui.tail import Tail
from solidcell.gui.theme import LIGHT
from solidcell.gui.trace_view import TraceView
from support.runs import header


def write_lines(path, names, seconds=600):
    with RunWriter.create(path, header(cell={"electrode_area_m2": 1e-4})) as writer:
        number = writer.segment(0.0, "Rest", "rest", {"sample_period_s": 10.0}, {})
        for second in range(0, seconds, 10):
            writer.reading(number, float(second), 1e-3 * second, 0.0)
            for name, unit in names.items():
                writer.auxiliary(float(second), name, 300.0 + second / 60, unit)
        writer.event(float(seconds), "run_ended", {"reason": "completed", "detail": ""})
    return path


@pytest.fixture
def view(qtbot):
    view = TraceView()
    view.set_theme(LIGHT)
    view.resize(800, 600)
    qtbot.addWidget(view)
    view.show()
    return view


def show(view, run_file):
    view.show_run(open_run(run_file).run)
    for _ in range(3):
        QApplication.processEvents()


def drawn(view):
    curve = view.beside.plot.listDataItems() or view.beside.plot.curves
    return curve[0].getData()


def test_the_temperature_is_drawn_in_degrees_against_the_same_time(view, tmp_path):
    run_file = write_lines(tmp_path / "a.run.sqlite", {"oven": "K"})
    show(view, run_file)
    time_s, value = drawn(view)
    assert value[0] == pytest.approx(26.85)
    assert value[-1] == pytest.approx(26.85 + 590 / 60)
    assert time_s[-1] == pytest.approx(590.0)
    assert "°C" in view.beside.plot.getAxis("left").labelText
    assert view.beside.plot.getViewBox().viewRange()[0] == view.voltage.viewRange()[0]


def test_a_run_that_has_no_such_line_has_no_third_plot(view, tmp_path):
    show(view, write_lines(tmp_path / "a.run.sqlite", {"oven": "K"}))
    assert view.beside.plot.isVisible()
    height = view.current.size().height()
    show(view, write_lines(tmp_path / "b.run.sqlite", {}))
    assert not view.beside.plot.isVisible()
    assert view.current.size().height() > 1.3 * height
    assert view.current.getAxis("bottom").style["showValues"]


def test_of_several_lines_another_can_be_picked(view, tmp_path):
    lines = {"oven": "K", "stack_pressure": "Pa"}
    show(view, write_lines(tmp_path / "a.run.sqlite", lines))
    assert view.beside.choice.isVisible()
    view.beside.choice.setCurrentText("stack_pressure")
    _, value = drawn(view)
    assert value[0] == pytest.approx(300e-6)
    assert view.beside.plot.getAxis("left").labelText == "p / MPa"


def test_the_temperature_is_shown_first_whichever_line_was_read_first(view, tmp_path):
    lines = {"stack_pressure": "Pa", "oven": "K", "humidity": "%"}
    show(view, write_lines(tmp_path / "a.run.sqlite", lines))
    assert view.beside.choice.currentText() == "oven"


def test_the_time_is_written_once_below_all_plots_in_either_theme(view, tmp_path):
    show(view, write_lines(tmp_path / "a.run.sqlite", {"oven": "K"}))
    view.set_theme(LIGHT)
    assert not view.current.getAxis("bottom").label.isVisible()
    assert view.beside.plot.getAxis("bottom").label.isVisible()


def test_what_is_read_on_joins_what_was_there(tmp_path):
    path = tmp_path / "live.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        for second in range(5):
            writer.auxiliary(float(second), "oven", 300.0, "K")
        writer.commit()
        opened = open_run(path)
        for second in range(5, 9):
            writer.auxiliary(float(second), "oven", 301.0, "K")
        writer.commit()
        tail = Tail(path, opened.place)
        opened.run.add(tail.read())
        tail.close()
    trace = opened.run.beside.trace("oven")
    assert trace.time_s.tolist() == list(map(float, range(9)))
    assert np.allclose(trace.value, [26.85] * 5 + [27.85] * 4)
